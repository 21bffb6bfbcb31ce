//! Marks of a page as operators (ISO 32000-1, 8 and 9.4). The page's coordinates have their origin at
//! the bottom, the model's at the top.

use super::font::{Subset, Widths, utf_16};
use crate::error::RenderError;
use crate::fonts::{FaceIndex, Fonts};
use crate::page::{Item, Path, Picture, Run, Segment, Stroke};
use domain::catalogue::{Color, Point};
use std::io::Write;

/// Points of a mm.
pub(super) const PT: f32 = 72.0 / 25.4;

/// The characters of a document: those that all of its type have, and its own.
pub(super) struct Characters<'a> {
    fonts: &'a Fonts,
    widths: Vec<Widths<'a>>,
    /// By face; empty while these are being collected.
    stock: &'a [Subset],
    /// By face.
    pub(super) own: Vec<Subset>,
    /// What the names of own fonts begin with.
    prefix: char,
}

/// A glyph as it is shown.
struct Shown {
    /// The font: what its name begins with.
    prefix: char,
    number: u16,
    /// What it says here, where the font has it for another character.
    says: Option<char>,
}

/// What the names of fonts begin with that all licenses of a type have.
pub(super) const STOCK: char = 'S';
/// What the names of fonts begin with that one license has.
pub(super) const OWN: char = 'O';

impl<'a> Characters<'a> {
    /// Of a license, beside those of its type; without such they are being collected.
    pub(super) fn new(fonts: &'a Fonts, stock: &'a [Subset]) -> Self {
        let widths = fonts.faces().map(crate::fonts::Face::widths).collect();
        let own = vec![Subset::default(); fonts.faces().count()];
        let prefix = if stock.is_empty() { STOCK } else { OWN };
        Self { fonts, widths, stock, own, prefix }
    }

    fn show(&mut self, face: FaceIndex, glyph: u16, character: char) -> Shown {
        let (prefix, subset, number) = match self.stock.get(face) {
            Some(stock) if let Some(number) = stock.find(glyph) => (STOCK, stock, number),
            _ => {
                let number = self.own[face].add(glyph, character);
                (self.prefix, &self.own[face], number)
            }
        };
        let says = (subset.character(number) != Some(character)).then_some(character);
        Shown { prefix, number, says }
    }
}

/// The operators of a page or of a part of one.
pub(super) struct Content<'a, 'f> {
    out: Vec<u8>,
    height: f32,
    characters: &'a mut Characters<'f>,
    /// The pictures in the order of their names.
    pictures: &'a mut Vec<Picture>,
    fill: Option<Color>,
    stroke: Option<Stroke>,
}

impl<'a, 'f> Content<'a, 'f> {
    pub(super) fn new(
        height: f32,
        characters: &'a mut Characters<'f>,
        pictures: &'a mut Vec<Picture>,
    ) -> Self {
        Self { out: Vec::new(), height, characters, pictures, fill: None, stroke: None }
    }

    /// Operators that stand before the marks.
    pub(super) fn add(&mut self, operators: &str) {
        self.out.extend_from_slice(operators.as_bytes());
    }

    pub(super) fn draw(&mut self, items: &[Item]) -> Result<(), RenderError> {
        items.iter().try_for_each(|item| match item {
            Item::Text(run) => self.run(run),
            Item::Path(path) => {
                self.path(path);
                Ok(())
            }
            Item::Picture(picture) => {
                self.picture(picture);
                Ok(())
            }
        })
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    fn numbers(&mut self, numbers: &[f32], operator: &str) {
        for one in numbers {
            put(&mut self.out, *one, 100.0);
        }
        self.add(operator);
    }

    fn points(&mut self, points: &[Point], operator: &str) {
        for at in points {
            put(&mut self.out, at.x * PT, 100.0);
            put(&mut self.out, (self.height - at.y) * PT, 100.0);
        }
        self.add(operator);
    }

    fn color(&mut self, color: Color, operator: &str) {
        for part in [color.red, color.green, color.blue] {
            put(&mut self.out, f32::from(part) / 255.0, 1000.0);
        }
        self.add(operator);
    }

    fn fill(&mut self, color: Color) {
        if self.fill.replace(color) != Some(color) {
            self.color(color, "rg\n");
        }
    }

    fn stroke(&mut self, stroke: Stroke) {
        let before = self.stroke.replace(stroke);
        if before.map(|one| one.color) != Some(stroke.color) {
            self.color(stroke.color, "RG\n");
        }
        if before.map(|one| one.breadth) != Some(stroke.breadth) {
            put(&mut self.out, stroke.breadth * PT, 1000.0);
            self.add("w\n");
        }
    }

    fn path(&mut self, path: &Path) {
        let operator = match (path.fill, path.stroke) {
            (Some(_), Some(_)) => "B\n",
            (Some(_), None) => "f\n",
            (None, Some(_)) => "S\n",
            (None, None) => return,
        };
        if let Some(color) = path.fill {
            self.fill(color);
        }
        if let Some(stroke) = path.stroke {
            self.stroke(stroke);
        }
        let mut rest = path.segments.as_slice();
        while let Some((first, others)) = rest.split_first() {
            if let Some((corner, opposite)) = rectangle(rest) {
                self.rectangle(corner, opposite);
                rest = &rest[5..];
                continue;
            }
            match *first {
                Segment::Move(to) => self.points(&[to], "m\n"),
                Segment::Line(to) => self.points(&[to], "l\n"),
                Segment::Curve(a, b, to) => self.points(&[a, b, to], "c\n"),
                Segment::Close => self.add("h\n"),
            }
            rest = others;
        }
        self.add(operator);
    }

    /// Its sides are those of its rounded corners, so that neighbours meet.
    fn rectangle(&mut self, corner: Point, opposite: Point) {
        let [left, right] = [corner.x, opposite.x].map(|x| hundredths(x * PT));
        let [top, bottom] = [corner.y, opposite.y].map(|y| hundredths((self.height - y) * PT));
        self.numbers(&[left, bottom, right - left, top - bottom], "re\n");
    }

    fn picture(&mut self, picture: &Picture) {
        let Picture { at, width, height, .. } = picture;
        let name = self.pictures.len();
        self.pictures.push(picture.clone());
        let (width, height) = (width * PT, height * PT);
        self.add("q ");
        let bottom = (self.height - at.y) * PT - height;
        self.numbers(&[width, 0.0, 0.0, height, at.x * PT, bottom], "cm");
        self.add(&format!(" /P{name} Do Q\n"));
    }

    fn run(&mut self, run: &Run) -> Result<(), RenderError> {
        if self.characters.fonts.face(run.face).is_none() {
            return Err(RenderError::Archive("a text of another font list".to_owned()));
        }
        self.fill(run.color);
        self.add("BT ");
        let (sin, cos) = run.turn.to_radians().sin_cos();
        for one in [cos, -sin, sin, cos] {
            put(&mut self.out, one, 100_000.0);
        }
        self.points(&[run.origin], "Tm");
        let size = run.size * PT;
        let mut line = Line { size, font: None, open: false, due: 0.0, reached: 0.0 };
        for glyph in &run.glyphs {
            // Numbers of glyphs have 16 bits in every font (OpenType, maxp).
            let id = u16::try_from(glyph.id).unwrap_or_default();
            let character = run.text[glyph.bytes.clone()].chars().next().unwrap_or_default();
            let shown = self.characters.show(run.face, id, character);
            let width = self.characters.widths[run.face].of(id);
            line.show(&mut self.out, run.face, &shown);
            line.reached += width;
            line.due += glyph.advance * PT / size * 1000.0;
        }
        line.close(&mut self.out);
        self.add(" ET\n");
        Ok(())
    }
}

/// The glyphs of a run as they are written.
struct Line {
    size: f32,
    font: Option<char>,
    /// Whether a list of glyphs is begun.
    open: bool,
    /// Where the next glyph stands, and where it would stand by the widths, in thousandths of an em.
    due: f32,
    reached: f32,
}

impl Line {
    fn show(&mut self, out: &mut Vec<u8>, face: FaceIndex, shown: &Shown) {
        if self.font != Some(shown.prefix) || shown.says.is_some() {
            self.close(out);
        }
        if self.font.replace(shown.prefix) != Some(shown.prefix) {
            let _ = write!(out, "/{}{face} ", shown.prefix);
            put(out, self.size, 1000.0);
            out.extend_from_slice(b"Tf");
        }
        if let Some(character) = shown.says {
            // One glyph for two characters: a reader is told which one it is here.
            let _ = write!(out, "/Span << /ActualText <FEFF{}> >> BDC", utf_16(character));
        }
        let off = (self.reached - self.due).round();
        if !self.open {
            out.push(b'[');
            self.open = true;
        }
        if off != 0.0 {
            put(out, off, 1.0);
            self.reached -= off;
        }
        let _ = write!(out, "<{:04X}>", shown.number);
        if shown.says.is_some() {
            self.close(out);
            out.extend_from_slice(b"EMC ");
        }
    }

    fn close(&mut self, out: &mut Vec<u8>) {
        if std::mem::take(&mut self.open) {
            out.extend_from_slice(b"]TJ ");
        }
    }
}

/// Two opposite corners, when the next five segments are an upright rectangle.
fn rectangle(segments: &[Segment]) -> Option<(Point, Point)> {
    let [
        Segment::Move(a),
        Segment::Line(b),
        Segment::Line(c),
        Segment::Line(d),
        Segment::Close,
        ..,
    ] = segments
    else {
        return None;
    };
    let upright = a.y == b.y && b.x == c.x && c.y == d.y && d.x == a.x;
    (upright && a.x <= c.x && a.y <= c.y).then_some((*a, *c))
}

/// Finer than any printer.
fn hundredths(value: f32) -> f32 {
    (value * 100.0).round() / 100.0
}

/// A number in so many parts of one, as short as it goes, and a blank.
fn put(out: &mut Vec<u8>, value: f32, parts: f32) {
    // Coordinates of a page and parts of them: far within 64 bits.
    let (value, parts) = ((value * parts).round() as i64, parts as u64);
    if value < 0 {
        out.push(b'-');
    }
    let value = value.unsigned_abs();
    let (mut parts, mut rest) = (parts, value % parts);
    let _ = write!(out, "{}", value / parts);
    if rest > 0 {
        out.push(b'.');
    }
    while rest > 0 {
        parts /= 10;
        // One decimal figure.
        out.push(b'0' + (rest / parts) as u8);
        rest %= parts;
    }
    out.push(b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_right() {
        for (value, parts, text) in [
            (0.0, 100.0, "0 "),
            (-0.004, 100.0, "0 "),
            (12.0, 100.0, "12 "),
            (12.5, 100.0, "12.5 "),
            (-0.06, 100.0, "-0.06 "),
            (841.889_8, 100.0, "841.89 "),
            (0.956_9, 1000.0, "0.957 "),
            (-3.0, 1.0, "-3 "),
        ] {
            let mut out = Vec::new();
            put(&mut out, value, parts);
            assert_eq!(String::from_utf8_lossy(&out), text, "{value}");
        }
    }
}
