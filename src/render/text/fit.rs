//! Fitting a text into a box: as large as its style says, smaller down to the least size.

use super::line_break::{Measured, is_forced, lines};
use super::set::{Letter, LineStyle, Words, set_line};
use crate::error::RenderError;
use crate::page::Item;
use domain::catalogue::{Align, Area, TextStyle, VerticalAlign, Wrap};
use std::ops::Range;

/// mm of a point.
const MM: f32 = 25.4 / 72.0;
/// How much smaller each try is, in points.
const STEP: f32 = 0.25;
/// Tolerance for heights, in mm.
const SLACK: f32 = 0.05;

/// A text broken into lines at a size.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    letters: std::sync::Arc<[Letter]>,
    lines: Vec<FittedLine>,
    /// In points.
    pub(crate) size: f32,
    /// Whether a line ends inside a number or word.
    pub(crate) forced: bool,
}

#[derive(Clone, Debug)]
struct FittedLine {
    letters: Range<usize>,
    /// Indent in mm.
    indent: f32,
    /// Last of its paragraph.
    last: bool,
}

/// Fits a text into `width` and `height` mm.
///
/// # Errors
/// [`RenderError::Overflow`] when it does not fit at the least size.
pub(crate) fn fitted(
    words: &Words,
    style: &TextStyle,
    width: f32,
    height: f32,
) -> Result<Fitted, RenderError> {
    let fits =
        |fitted: &Fitted| fitted.ink_height(style) <= height + SLACK && fitted.within(style, width);
    // Smaller before broken inside a number or word; broken before refused.
    let mut broken = None;
    for size in sizes(style) {
        let fitted = Fitted::broken(words, style, size, width, 0.0);
        if fits(&fitted) {
            if !fitted.forced {
                return Ok(fitted);
            }
            broken.get_or_insert(fitted);
        }
    }
    broken.ok_or_else(|| RenderError::Overflow { field: words.field.clone() })
}

/// The sizes of a style from the largest down, in points.
pub(crate) fn sizes(style: &TextStyle) -> impl Iterator<Item = f32> + use<> {
    let (largest, least) = (style.size, style.size_min.unwrap_or(style.size).min(style.size));
    let steps = ((largest - least) / STEP).ceil() as usize;
    (0..=steps).map(move |step| (largest - step as f32 * STEP).max(least))
}

impl Fitted {
    /// Breaks a text at a size; the first line of each paragraph is indented by `indent` em.
    pub(crate) fn broken(
        words: &Words,
        style: &TextStyle,
        size: f32,
        width: f32,
        indent: f32,
    ) -> Self {
        let em = size * MM;
        let mut fitted = Vec::new();
        let mut forced = false;
        let mut start = 0;
        for paragraph in words.letters.split_inclusive(|l| l.measured.character == '\n') {
            let ended = paragraph.last().is_some_and(|l| l.measured.character == '\n');
            let body = &paragraph[..paragraph.len() - usize::from(ended)];
            let measured = indented(body, indent);
            let broken = lines(&measured, width / em, style.tracking, style.wrap);
            forced |= broken.iter().any(|line| is_forced(&measured, line.end));
            let skipped = measured.len() - body.len();
            for (number, line) in broken.iter().enumerate() {
                fitted.push(FittedLine {
                    letters: start + line.start.saturating_sub(skipped)
                        ..start + line.end.saturating_sub(skipped),
                    indent: if number == 0 { indent * em } else { 0.0 },
                    last: number + 1 == broken.len(),
                });
            }
            start += paragraph.len();
        }
        Self { letters: std::sync::Arc::clone(&words.letters), lines: fitted, size, forced }
    }

    /// Whether every line is within the width; only an unbreakable one is not.
    pub(crate) fn within(&self, style: &TextStyle, width: f32) -> bool {
        let em = self.size * MM;
        let breadth = |line: &FittedLine| {
            let letters = &self.letters[line.letters.clone()];
            let measured: Vec<Measured> = letters.iter().map(|l| l.measured).collect();
            super::line_break::breadth(&measured, style.tracking) * em + line.indent
        };
        self.lines.iter().all(|line| breadth(line) <= width + SLACK)
    }

    /// Distance of baselines in mm.
    pub(crate) fn line_height(&self, style: &TextStyle) -> f32 {
        style.leading * self.size * MM
    }

    /// Height of all lines in mm.
    pub(crate) fn height(&self, style: &TextStyle) -> f32 {
        self.lines.len() as f32 * self.line_height(style)
    }

    /// Height from the top of the first line's characters to the bottom of the last one's, in mm.
    fn ink_height(&self, style: &TextStyle) -> f32 {
        self.height(style) - self.line_height(style) + self.size * MM
    }

    pub(crate) fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// Sets all lines in a box.
    pub(crate) fn set(
        &self,
        style: &TextStyle,
        area: Area,
        vertical: VerticalAlign,
        items: &mut Vec<Item>,
    ) {
        let free = area.height - self.height(style);
        let top = area.y
            + match vertical {
                VerticalAlign::Top => 0.0,
                VerticalAlign::Middle => free / 2.0,
                VerticalAlign::Bottom => free,
            };
        for index in 0..self.lines.len() {
            let y = top + index as f32 * self.line_height(style);
            self.set_line(index, style, style.align, area.x, y, area.width, items);
        }
    }

    /// Sets one line whose box begins at `y`.
    #[allow(clippy::too_many_arguments)] // a line, its look and its place
    pub(crate) fn set_line(
        &self,
        index: usize,
        style: &TextStyle,
        align: Align,
        x: f32,
        y: f32,
        width: f32,
        items: &mut Vec<Item>,
    ) {
        let line = &self.lines[index];
        let top = y + (self.line_height(style) - self.size * MM) / 2.0;
        let line_style = LineStyle {
            size: self.size,
            color: style.color,
            align,
            tracking: style.tracking,
            last: line.last,
        };
        let letters = &self.letters[line.letters.clone()];
        set_line(letters, x + line.indent, top, width - line.indent, line_style, items);
    }
}

/// The characters of a paragraph, with its indent as one space that cannot be broken off.
fn indented(body: &[Letter], indent: f32) -> Vec<Measured> {
    let space = (indent > 0.0).then_some(Measured { character: '（', breadth: indent });
    space.into_iter().chain(body.iter().map(|letter| letter.measured)).collect()
}

/// One line at the style's size; `Wrap::None` and no shrinking.
pub(crate) fn single_line(style: &TextStyle) -> TextStyle {
    TextStyle { wrap: Wrap::None, ..style.clone() }
}
