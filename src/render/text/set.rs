//! Measuring characters and setting lines as runs of glyphs.

use super::line_break::Measured;
use crate::error::RenderError;
use crate::fonts::{FaceIndex, Fonts};
use crate::page::{Glyph, Item, Run, point};
use domain::catalogue::{Align, Color, Font};
use skrifa::charmap::Charmap;
use skrifa::instance::{LocationRef, Size};
use skrifa::metrics::GlyphMetrics;
use skrifa::{GlyphId, MetadataProvider};

/// mm of a point.
const MM: f32 = 25.4 / 72.0;
/// Height of the top of a Chinese character over the baseline, in em.
const ASCENT: f32 = 0.88;

/// Looks up glyphs and sets lines; made once for a document.
pub(crate) struct Typesetter<'a> {
    fonts: &'a Fonts,
    faces: Vec<Measure<'a>>,
}

struct Measure<'a> {
    charmap: Charmap<'a>,
    metrics: GlyphMetrics<'a>,
    units_per_em: f32,
}

/// A text whose every character has a glyph.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    /// The field that the text comes from, for errors; empty for the layout's own words.
    pub(crate) field: String,
    pub(crate) letters: std::sync::Arc<[Letter]>,
}

/// A character and its glyph.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub(crate) measured: Measured,
    pub(crate) face: FaceIndex,
    pub(crate) glyph: u32,
}

/// How a line is set.
#[derive(Clone, Copy)]
pub(crate) struct LineStyle {
    /// Size in points.
    pub(crate) size: f32,
    pub(crate) color: Color,
    pub(crate) align: Align,
    /// In em.
    pub(crate) tracking: f32,
    /// A paragraph's last line is not justified.
    pub(crate) last: bool,
}

impl<'a> Typesetter<'a> {
    pub(crate) fn new(fonts: &'a Fonts) -> Self {
        let measure = |face: &'a crate::fonts::Face| {
            let font = face.font();
            let metrics = font.glyph_metrics(Size::unscaled(), LocationRef::default());
            let units = font.metrics(Size::unscaled(), LocationRef::default()).units_per_em;
            Measure { charmap: font.charmap(), metrics, units_per_em: f32::from(units.max(1)) }
        };
        Self { fonts, faces: fonts.faces().map(measure).collect() }
    }

    /// The glyphs of a text; a line end becomes a letter without glyph.
    ///
    /// # Errors
    /// The first character that no font has.
    pub(crate) fn words(&self, text: &str, font: Font, field: &str) -> Result<Words, RenderError> {
        let letters = text.chars().map(|character| {
            self.letter(character, font)
                .ok_or_else(|| RenderError::MissingCharacter { field: field.to_owned(), character })
        });
        Ok(Words { field: field.to_owned(), letters: letters.collect::<Result<_, _>>()? })
    }

    /// The glyph of a character; a line end has none.
    pub(crate) fn letter(&self, character: char, font: Font) -> Option<Letter> {
        if character == '\n' {
            let measured = Measured { character, breadth: 0.0 };
            return Some(Letter { measured, face: 0, glyph: 0 });
        }
        self.fonts.order(font).find_map(|face| {
            let measure = &self.faces[face];
            let glyph = measure.charmap.map(character).filter(|glyph| *glyph != GlyphId::NOTDEF)?;
            let advance = measure.metrics.advance_width(glyph)?;
            let measured = Measured { character, breadth: advance / measure.units_per_em };
            Some(Letter { measured, face, glyph: glyph.to_u32() })
        })
    }
}

/// Sets one line: `left` and `width` in mm, `top` of the characters in mm.
pub(crate) fn set_line(
    letters: &[Letter],
    left: f32,
    top: f32,
    width: f32,
    style: LineStyle,
    items: &mut Vec<Item>,
) {
    let blank = |letter: &Letter| matches!(letter.measured.character, ' ' | '\n');
    let kept = letters.len() - letters.iter().rev().take_while(|letter| blank(letter)).count();
    let letters = &letters[..kept];
    if letters.is_empty() {
        return;
    }
    let size = style.size * MM;
    let natural: f32 = letters.iter().map(|l| l.measured.breadth).sum::<f32>() * size;
    let gaps = (letters.len() - 1) as f32;
    let tracked = natural + gaps * style.tracking * size;
    let hanging = if hangs(letters) { size / 2.0 } else { 0.0 };
    let room = width + hanging - tracked;
    let (start, extra) = match style.align {
        Align::Left => (0.0, 0.0),
        Align::Center => ((width - tracked) / 2.0, 0.0),
        Align::Right => (width - tracked, 0.0),
        Align::Justify if style.last || room > 0.2 * width => (0.0, 0.0),
        Align::Justify => (0.0, room),
        Align::Spread if letters.len() == 1 => ((width - tracked) / 2.0, 0.0),
        Align::Spread => (0.0, width - tracked),
    };
    let open = |index: usize| style.align == Align::Spread || gap_opens(letters, index);
    let opened = (0..letters.len() - 1).filter(|index| open(*index)).count();
    let share = if opened == 0 { 0.0 } else { extra / opened as f32 };
    let advance = |index: usize| {
        let spaced = if index + 1 < letters.len() { style.tracking * size } else { 0.0 };
        let shared = if index + 1 < letters.len() && open(index) { share } else { 0.0 };
        letters[index].measured.breadth * size + spaced + shared
    };
    let baseline = top + ASCENT * size;
    let mut x = left + start;
    let mut index = 0;
    while index < letters.len() {
        let face = letters[index].face;
        let origin = point(x, baseline);
        let mut run = Run {
            face,
            size,
            origin,
            turn: 0.0,
            color: style.color,
            text: String::new(),
            glyphs: Vec::new(),
        };
        while index < letters.len() && letters[index].face == face {
            let advance = advance(index);
            push_glyph(&mut run, letters[index], advance);
            x += advance;
            index += 1;
        }
        items.push(Item::Text(run));
    }
}

fn push_glyph(run: &mut Run, letter: Letter, advance: f32) {
    let from = run.text.len();
    run.text.push(letter.measured.character);
    run.glyphs.push(Glyph { id: letter.glyph, advance, bytes: from..run.text.len() });
}

/// Whether the last character is a closing mark whose blank half stands out of the line.
fn hangs(letters: &[Letter]) -> bool {
    letters.last().is_some_and(|letter| super::line_break::is_half_blank(letter.measured))
}

/// Whether justifying may widen the gap after a letter: not inside words of letters and figures.
fn gap_opens(letters: &[Letter], index: usize) -> bool {
    let wide = |letter: &Letter| !letter.measured.character.is_ascii_graphic();
    letters.get(index).is_some_and(wide) || letters.get(index + 1).is_some_and(wide)
}

/// A line of one style that is turned, for marks across the page.
pub(crate) fn set_turned(
    letters: &[Letter],
    origin: domain::catalogue::Point,
    size: f32,
    turn: f32,
    color: Color,
) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut along = 0.0;
    for letter in letters {
        let advance = letter.measured.breadth * size;
        let same = runs.last().is_some_and(|run| run.face == letter.face);
        if !same {
            let (sin, cos) = turn.to_radians().sin_cos();
            runs.push(Run {
                face: letter.face,
                size,
                origin: point(origin.x + along * cos, origin.y + along * sin),
                turn,
                color,
                text: String::new(),
                glyphs: Vec::new(),
            });
        }
        if let Some(run) = runs.last_mut() {
            push_glyph(run, *letter, advance);
        }
        along += advance;
    }
    runs
}
