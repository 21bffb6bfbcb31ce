//! Pages for a screen: SVG with glyphs as outlines, so that a browser shows what will be printed,
//! by whatever fonts it has.

use crate::fonts::Fonts;
use crate::page::{Item, Page, Path, Picture, PictureKind, Run, Segment};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::catalogue::{Area, Color};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{GlyphId, MetadataProvider};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Outlines are in thousandths of an em.
const EM: f32 = 1000.0;
/// The red of seals, for the mark where one goes.
const SEAL: &str = "#E60012";

/// One page; its length unit is a mm.
pub(crate) fn drawn(page: &Page, fonts: &Fonts, seals: &[Area]) -> String {
    let mut drawing = Drawing { fonts, glyphs: BTreeMap::new(), body: String::new() };
    for item in page.all() {
        match item {
            Item::Text(run) => drawing.run(run),
            Item::Path(path) => drawing.path(path),
            Item::Picture(picture) => drawing.picture(picture),
        }
    }
    for seal in seals {
        drawing.seal(seal);
    }
    let Drawing { glyphs, body, .. } = drawing;
    let outline = |((face, glyph), d): (&(usize, u32), &String)| {
        format!("<path id=\"f{face}g{glyph}\" d=\"{d}\"/>")
    };
    let outlines: String = glyphs.iter().map(outline).collect();
    let (width, height) = (Short(page.width), Short(page.height));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\">\
         <defs>{outlines}</defs>{body}</svg>"
    )
}

struct Drawing<'a> {
    fonts: &'a Fonts,
    /// Outlines by face and glyph, each once.
    glyphs: BTreeMap<(usize, u32), String>,
    body: String,
}

impl Drawing<'_> {
    /// Writing to a text does not fail.
    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        let _ = self.body.write_fmt(part);
    }

    fn run(&mut self, run: &Run) {
        let scale = run.size / EM;
        let (x, y, color) = (Short(run.origin.x), Short(run.origin.y), Hex(run.color));
        self.add(format_args!("<g fill=\"{color}\" transform=\"translate({x} {y})"));
        if run.turn != 0.0 {
            self.add(format_args!(" rotate({})", Short(run.turn)));
        }
        self.add(format_args!(" scale({scale:.5})\">"));
        let mut across = 0.0;
        for glyph in &run.glyphs {
            if self.outlined(run.face, glyph.id) {
                let (face, id) = (run.face, glyph.id);
                self.add(format_args!("<use href=\"#f{face}g{id}\" x=\"{}\"/>", Short(across)));
            }
            across += glyph.advance / scale;
        }
        self.add(format_args!("</g>"));
    }

    /// Keeps the outline of a glyph; false for a blank.
    fn outlined(&mut self, face: usize, glyph: u32) -> bool {
        if let Some(known) = self.glyphs.get(&(face, glyph)) {
            return !known.is_empty();
        }
        let mut pen = Pen(String::new());
        if let Some(found) = self.fonts.face(face)
            && let Some(outline) = found.font().outline_glyphs().get(GlyphId::new(glyph))
        {
            let settings = DrawSettings::unhinted(Size::new(EM), LocationRef::default());
            // A damaged outline draws nothing; the PDF refuses it by name.
            let _ = outline.draw(settings, &mut pen);
        }
        let there = !pen.0.is_empty();
        self.glyphs.insert((face, glyph), pen.0);
        there
    }

    fn path(&mut self, path: &Path) {
        self.add(format_args!("<path d=\""));
        for segment in &path.segments {
            match segment {
                Segment::Move(to) => self.add(format_args!("M{} {}", Short(to.x), Short(to.y))),
                Segment::Line(to) => self.add(format_args!("L{} {}", Short(to.x), Short(to.y))),
                Segment::Curve(a, b, to) => {
                    let [ax, ay, bx, by, x, y] = [a.x, a.y, b.x, b.y, to.x, to.y].map(Short);
                    self.add(format_args!("C{ax} {ay} {bx} {by} {x} {y}"));
                }
                Segment::Close => self.add(format_args!("Z")),
            }
        }
        match path.fill {
            Some(color) => self.add(format_args!("\" fill=\"{}\"", Hex(color))),
            None => self.add(format_args!("\" fill=\"none\"")),
        }
        if let Some(stroke) = path.stroke {
            let (color, breadth) = (Hex(stroke.color), Short(stroke.breadth));
            self.add(format_args!(" stroke=\"{color}\" stroke-width=\"{breadth}\""));
        }
        self.add(format_args!("/>"));
    }

    fn picture(&mut self, picture: &Picture) {
        let kind = match picture.kind {
            PictureKind::Jpeg => "jpeg",
            PictureKind::Png => "png",
        };
        let [x, y] = [picture.at.x, picture.at.y].map(Short);
        let [width, height] = [picture.width, picture.height].map(Short);
        let bytes = STANDARD.encode(&*picture.bytes);
        self.add(format_args!(
            "<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" \
             href=\"data:image/{kind};base64,{bytes}\"/>"
        ));
    }

    /// Where a seal goes.
    fn seal(&mut self, area: &Area) {
        let radius = area.width.min(area.height) / 2.0;
        let [x, y] = [area.x + area.width / 2.0, area.y + area.height / 2.0].map(Short);
        let (outer, arm) = (Short(radius), Short(radius / 3.0));
        self.add(format_args!(
            "<g stroke=\"{SEAL}\" fill=\"none\" stroke-width=\"0.5\">\
             <circle cx=\"{x}\" cy=\"{y}\" r=\"{outer}\" stroke-dasharray=\"2 1.2\"/>\
             <path d=\"M{x} {y}m-{arm} 0h{arm}h{arm}m-{arm} -{arm}v{arm}v{arm}\"/></g>"
        ));
    }
}

/// An outline as path data, y downwards.
struct Pen(String);

impl Pen {
    fn add(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing to a text does not fail.
        let _ = self.0.write_fmt(part);
    }
}

/// A coordinate of an outline, y downwards.
fn whole(number: f32) -> i32 {
    number.round() as i32
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.add(format_args!("M{} {}", whole(x), whole(-y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.add(format_args!("L{} {}", whole(x), whole(-y)));
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.add(format_args!("Q{} {} {} {}", whole(cx), whole(-cy), whole(x), whole(-y)));
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let [ax, ay, bx, by] = [whole(ax), whole(-ay), whole(bx), whole(-by)];
        self.add(format_args!("C{ax} {ay} {bx} {by} {} {}", whole(x), whole(-y)));
    }

    fn close(&mut self) {
        self.add(format_args!("Z"));
    }
}

/// A length to a hundredth, without needless digits.
#[derive(Clone, Copy)]
struct Short(f32);

impl std::fmt::Display for Short {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        // No "-0".
        write!(out, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

/// A color as in style sheets.
struct Hex(Color);

impl std::fmt::Display for Hex {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Color { red, green, blue } = self.0;
        write!(out, "#{red:02X}{green:02X}{blue:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RenderContext, license_fits, license_svg};
    use domain::catalogue::{Content, built_in};
    use time::macros::datetime;

    #[test]
    fn every_type_is_shown_with_its_seal_place_and_nothing_that_acts() {
        let fonts = Fonts::embedded();
        for license_type in built_in().expect("the built-in types") {
            let name = &license_type.name().zh;
            let content = Content::check(&license_type, &license_type.invented_content());
            let content = content.expect("an invented content");
            let context = RenderContext {
                fonts: &fonts,
                issuer: "示例市<样例>局",
                identifier: None,
                code_url: Some("https://zheng.example/v/SAMPLE"),
                sample_mark: true,
                created: datetime!(2026-03-02 09:30:00 UTC),
            };
            license_fits(&license_type, &content, &context).expect(name);
            let pages = license_svg(&license_type, &content, &context).expect(name);
            assert!(pages.iter().any(|page| page.contains("stroke-dasharray")), "{name}");
            for page in pages {
                assert!(page.len() > 5_000 && page.ends_with("</svg>"), "{name}");
                for part in ["<script", "style=", "NaN", "inf", "样例"] {
                    assert!(!page.contains(part), "{name}: {part}");
                }
            }
        }
    }
}
