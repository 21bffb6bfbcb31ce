//! Finding a keyword on the pages, so that a seal can be put at it.

mod cmap;
mod encoding;
mod font;
mod interpreter;

pub(super) use font::Known;
pub(super) use interpreter::{brief, form, page};

use super::PdfError;
use super::file::File;
use super::page::{PlaceMm, Rectangle, pages};

/// One place where a keyword stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Occurrence {
    /// Index of the page, from 0.
    pub page: usize,
    /// The box around its characters.
    pub place: PlaceMm,
    /// Width and height of the visible page, in millimetres.
    pub page_size: (f64, f64),
}

impl Occurrence {
    /// The place of a seal of this size centered on the keyword, moved inside the page where needed.
    #[must_use]
    pub fn seal_place(&self, width: f64, height: f64) -> PlaceMm {
        let start = |from: f64, length: f64, size: f64, page: f64| {
            (from + length / 2.0 - size / 2.0).min(page - size).max(0.0)
        };
        PlaceMm {
            x: start(self.place.x, self.place.width, width, self.page_size.0),
            y: start(self.place.y, self.place.height, height, self.page_size.1),
            width,
            height,
        }
    }
}

/// A character as shown.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    /// Usually one character; ligatures have several.
    pub(super) text: String,
    /// Start of the base line and end of it, in user space.
    start: (f64, f64),
    end: (f64, f64),
    /// Height of the font in user space.
    size: f64,
    pub(super) bounds: Rectangle,
}

/// All places of `keyword`, page by page in the order of the content. White space is ignored on both
/// sides; characters belong together when they stand on one line.
///
/// # Errors
/// When the page tree cannot be read, or a budget runs out. Content that cannot be decoded is no text.
pub fn find(file: &File<'_>, keyword: &str) -> Result<Vec<Occurrence>, PdfError> {
    let wanted: Vec<char> =
        keyword.chars().filter(|character| !character.is_whitespace()).collect();
    let mut found = Vec::new();
    if wanted.is_empty() {
        return Ok(found);
    }
    let view = file.newest();
    let mut known = Known::default();
    for (index, one) in pages(&view)?.iter().enumerate() {
        let geometry = one.geometry(&view)?;
        let shown = page(&view, one, &mut known)?;
        for bounds in matches(&shown.glyphs, &wanted) {
            let place = geometry.place(&bounds);
            found.push(Occurrence { page: index, place, page_size: geometry.size_mm() });
        }
    }
    Ok(found)
}

/// The boxes around each run of characters equal to `wanted`; runs do not overlap.
fn matches(glyphs: &[Glyph], wanted: &[char]) -> Vec<Rectangle> {
    // Every character with the glyph it comes from.
    let characters: Vec<(char, usize)> = glyphs
        .iter()
        .enumerate()
        .flat_map(|(index, glyph)| glyph.text.chars().map(move |character| (character, index)))
        .filter(|(character, _)| !character.is_whitespace())
        .collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(window) = characters.get(at..at + wanted.len()) {
        let equal = window.iter().zip(wanted).all(|((found, _), wanted)| found == wanted);
        if equal && window.windows(2).all(|pair| together(&glyphs[pair[0].1], &glyphs[pair[1].1])) {
            let boxes = window.iter().map(|(_, index)| glyphs[*index].bounds);
            found.extend(boxes.reduce(|a, b| a.union(&b)));
            at += wanted.len();
        } else {
            at += 1;
        }
    }
    found
}

/// Whether `next` continues the line of `glyph`: titles are spaced widely, columns more.
fn together(glyph: &Glyph, next: &Glyph) -> bool {
    const GAP_MAX: f64 = 6.0;
    let size = glyph.size.max(next.size);
    let (dx, dy) = (next.start.0 - glyph.end.0, next.start.1 - glyph.end.1);
    let (ux, uy) = (glyph.end.0 - glyph.start.0, glyph.end.1 - glyph.start.1);
    let length = ux.hypot(uy);
    if length == 0.0 {
        return dx.hypot(dy) <= GAP_MAX * size;
    }
    let (along, across) = ((dx * ux + dy * uy) / length, (dx * uy - dy * ux) / length);
    across.abs() <= 0.5 * size && along >= -0.6 * size && along <= GAP_MAX * size
}

#[cfg(test)]
mod tests;
