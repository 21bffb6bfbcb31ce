//! Pictures of seals: a PNG with a transparent ground, in the red of seals.

mod canvas;
mod figure;

use crate::error::RenderError;
use crate::fonts::Fonts;
use canvas::Canvas;
use figure::{Arc, Ring};

/// The outline of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Round, with a star.
    Round,
    /// Oval, three quarters as high as wide.
    Oval,
    /// Square, for names: up to four characters, columns from the right.
    Square,
}

/// What a seal shows.
#[derive(Clone, Debug, PartialEq)]
pub struct SealDesign {
    /// Name of the organization or person.
    pub name: String,
    /// The line under the star, such as 电子证照专用章; empty for none.
    pub kind_line: String,
    /// Figures along the lower edge; empty for none.
    pub code: String,
    /// Its outline.
    pub shape: Shape,
    /// Width in mm: 40 or 42 for organizations, 18 for names.
    pub size_mm: f32,
    /// Whether 样例 stands in it.
    pub sample: bool,
    /// Pixels an inch.
    pub dpi: f32,
}

/// From a person's small seal to the largest in use, in mm.
const SIZE: std::ops::RangeInclusive<f32> = 10.0..=60.0;
/// From a screen to a fine printer.
const DPI: std::ops::RangeInclusive<f32> = 72.0..=1200.0;
/// More characters cannot be read on an arc.
const NAME_LENGTH_MAX: usize = 40;
const LINE_LENGTH_MAX: usize = 16;
const CODE_LENGTH_MAX: usize = 20;

/// Draws a seal as PNG.
///
/// # Errors
/// [`RenderError::Overflow`] naming the part that is too long or a size out of range, and
/// [`RenderError::MissingCharacter`].
pub fn seal_picture(design: &SealDesign, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
    let overflow = |part: &str| RenderError::Overflow { field: part.to_owned() };
    if !SIZE.contains(&design.size_mm) || !DPI.contains(&design.dpi) {
        return Err(overflow("size_mm"));
    }
    for (part, text, most) in [
        ("name", &design.name, NAME_LENGTH_MAX),
        ("kind_line", &design.kind_line, LINE_LENGTH_MAX),
        ("code", &design.code, CODE_LENGTH_MAX),
    ] {
        if text.chars().count() > most {
            return Err(overflow(part));
        }
    }
    let height = match design.shape {
        Shape::Oval => design.size_mm * 0.75,
        Shape::Round | Shape::Square => design.size_mm,
    };
    let mut canvas = Canvas::new(fonts, design.size_mm, height, design.dpi)
        .ok_or_else(|| overflow("size_mm"))?;
    match design.shape {
        Shape::Round => round(&mut canvas, design)?,
        Shape::Oval => oval(&mut canvas, design)?,
        Shape::Square => square(&mut canvas, design)?,
    }
    canvas.png()
}

/// All measures of a round seal are shares of its width.
fn round(canvas: &mut Canvas<'_>, design: &SealDesign) -> Result<(), RenderError> {
    let size = design.size_mm;
    let ring = Ring::inside(size, size, 0.028 * size);
    canvas.ring(&ring);
    let height = 0.128 * size;
    canvas.arc_text("name", &design.name, &Arc::above(&ring, height, 0.026 * size))?;
    canvas.star(0.165 * size, -0.012 * size);
    canvas.line_text("kind_line", &design.kind_line, 0.25 * size, 0.086 * size, 0.54 * size)?;
    if design.sample {
        // On both sides of the star, where nothing else is.
        canvas.character("sample", '样', -0.238 * size, 0.02 * size, 0.085 * size)?;
        canvas.character("sample", '例', 0.238 * size, 0.02 * size, 0.085 * size)?;
    }
    canvas.arc_text("code", &design.code, &Arc::below(&ring, 0.038 * size, 0.016 * size))
}

/// An oval seal has no star: the kind line stands in the middle.
fn oval(canvas: &mut Canvas<'_>, design: &SealDesign) -> Result<(), RenderError> {
    let size = design.size_mm;
    let ring = Ring::inside(size, size * 0.75, 0.025 * size);
    canvas.ring(&ring);
    canvas.arc_text("name", &design.name, &Arc::above(&ring, 0.105 * size, 0.026 * size))?;
    canvas.line_text("kind_line", &design.kind_line, 0.05 * size, 0.085 * size, 0.6 * size)?;
    if design.sample {
        canvas.line_text("sample", "样例", 0.17 * size, 0.065 * size, 0.4 * size)?;
    }
    canvas.arc_text("code", &design.code, &Arc::below(&ring, 0.038 * size, 0.016 * size))
}

/// Two columns of two characters, the right one first; a name of two or three is completed.
fn square(canvas: &mut Canvas<'_>, design: &SealDesign) -> Result<(), RenderError> {
    let size = design.size_mm;
    canvas.frame(size, 0.05 * size);
    let mut characters: Vec<char> = design.name.chars().collect();
    match characters.len() {
        2 => characters.extend(['之', '印']),
        3 => characters.push('印'),
        4 => {}
        _ => return Err(RenderError::Overflow { field: "name".to_owned() }),
    }
    let (cell, up) = if design.sample { (0.36 * size, 0.055 * size) } else { (0.42 * size, 0.0) };
    for (index, character) in characters.into_iter().enumerate() {
        let column = if index < 2 { 0.5 } else { -0.5 };
        let row = if index % 2 == 0 { -0.5 } else { 0.5 };
        canvas.character("name", character, column * cell, row * cell - up, cell * 0.94)?;
    }
    if design.sample {
        canvas.line_text("sample", "样例", 0.375 * size, 0.08 * size, 0.5 * size)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
