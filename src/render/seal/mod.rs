//! Pictures of seals: a PNG with a transparent ground, in the red of seals.

mod canvas;
mod figure;
mod signature;

pub use signature::{SIGNATURE_MM, SignatureBox, signature_picture};

use crate::error::RenderError;
use crate::fonts::Fonts;
use canvas::Canvas;
use figure::{Arc, Ring};

/// The outline of a seal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Round, with a star.
    Round,
    /// Oval.
    Oval,
    /// Square, for organizations: columns from the right.
    Square,
    /// Square, for a person's name of two to four characters: columns from the right.
    Personal,
}

/// What a seal shows.
#[derive(Clone, Debug, PartialEq)]
pub struct SealDesign {
    /// Name of the organization or person.
    pub name: String,
    /// The line under the star, such as 电子证照专用章; empty for none. Square seals have none.
    pub kind_line: String,
    /// Figures along the lower edge; empty for none. Square seals have none.
    pub code: String,
    /// Its outline.
    pub shape: Shape,
    /// Width in mm: 40 or 42 for organizations, 18 for names.
    pub width_mm: f32,
    /// Height in mm.
    pub height_mm: f32,
    /// Whether 样例 stands in it.
    pub sample: bool,
    /// Pixels an inch.
    pub dpi: f32,
}

/// From a person's small seal to the largest in use, in mm.
const SIZE: std::ops::RangeInclusive<f32> = 10.0..=60.0;
/// From a screen to a fine printer.
const DPI: std::ops::RangeInclusive<f32> = 72.0..=1200.0;
/// A name of one character is no name, and more than these cannot be read.
const NAME_LENGTH: std::ops::RangeInclusive<usize> = 2..=40;
/// A square of more characters cannot be read.
const SQUARE_LENGTH_MAX: usize = 36;
const LINE_LENGTH_MAX: usize = 16;
const CODE_LENGTH_MAX: usize = 20;

/// Draws a seal as PNG.
///
/// # Errors
/// [`RenderError::Overflow`] naming the part that is too long or a size out of range, and
/// [`RenderError::MissingCharacter`].
pub fn seal_picture(design: &SealDesign, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
    let overflow = |part: &str| RenderError::Overflow { field: part.to_owned() };
    let SealDesign { width_mm: width, height_mm: height, .. } = *design;
    if !SIZE.contains(&width) || !SIZE.contains(&height) || !DPI.contains(&design.dpi) {
        return Err(overflow("size_mm"));
    }
    if !NAME_LENGTH.contains(&design.name.chars().count()) {
        return Err(overflow("name"));
    }
    for (part, text, most) in
        [("kind_line", &design.kind_line, LINE_LENGTH_MAX), ("code", &design.code, CODE_LENGTH_MAX)]
    {
        if text.chars().count() > most {
            return Err(overflow(part));
        }
    }
    let mut canvas =
        Canvas::new(fonts, width, height, design.dpi).ok_or_else(|| overflow("size_mm"))?;
    match design.shape {
        Shape::Round => round(&mut canvas, design)?,
        Shape::Oval => oval(&mut canvas, design)?,
        Shape::Square => square(&mut canvas, design)?,
        Shape::Personal => personal(&mut canvas, design)?,
    }
    canvas.png()
}

/// All measures of a round seal are shares of its width.
fn round(canvas: &mut Canvas<'_>, design: &SealDesign) -> Result<(), RenderError> {
    let size = design.width_mm;
    let ring = Ring::inside(size, design.height_mm, 0.028 * size);
    canvas.ring(&ring);
    let height = 0.128 * size;
    canvas.arc_text("name", &design.name, Arc::above(&ring, height, 0.026 * size))?;
    canvas.star(0.165 * size, -0.012 * size);
    canvas.line_text("kind_line", &design.kind_line, 0.25 * size, 0.086 * size, 0.54 * size)?;
    if design.sample {
        // On both sides of the star, where nothing else is.
        let cell = (0.085 * size, 0.085 * size);
        canvas.character("sample", '样', (-0.238 * size, 0.02 * size), cell)?;
        canvas.character("sample", '例', (0.238 * size, 0.02 * size), cell)?;
    }
    canvas.arc_text("code", &design.code, Arc::below(&ring, 0.038 * size, 0.016 * size))
}

/// An oval seal has no star: the kind line stands in the middle.
fn oval(canvas: &mut Canvas<'_>, design: &SealDesign) -> Result<(), RenderError> {
    let (size, high) = (design.width_mm, design.height_mm);
    let ring = Ring::inside(size, high, 0.025 * size);
    canvas.ring(&ring);
    canvas.arc_text("name", &design.name, Arc::above(&ring, 0.14 * high, 0.034 * high))?;
    canvas.line_text("kind_line", &design.kind_line, 0.07 * high, 0.11 * high, 0.52 * size)?;
    if design.sample {
        canvas.line_text("sample", "样例", 0.22 * high, 0.085 * high, 0.4 * size)?;
    }
    canvas.arc_text("code", &design.code, Arc::below(&ring, 0.05 * high, 0.022 * high))
}

/// Columns of an organization's name from the right; the last may have fewer, higher characters.
fn square(canvas: &mut Canvas<'_>, design: &SealDesign) -> Result<(), RenderError> {
    let characters: Vec<char> = design.name.chars().filter(|one| !one.is_whitespace()).collect();
    if characters.len() > SQUARE_LENGTH_MAX {
        return Err(RenderError::Overflow { field: "name".to_owned() });
    }
    let columns = (1..).find(|side| side * side >= characters.len()).unwrap_or(1);
    let rows = characters.len().div_ceil(columns.max(1)).max(1);
    columns_of(canvas, design, &characters.chunks(rows).collect::<Vec<_>>())
}

/// Two columns of two characters, the right one first; a name of two or three is completed.
fn personal(canvas: &mut Canvas<'_>, design: &SealDesign) -> Result<(), RenderError> {
    let mut characters: Vec<char> = design.name.chars().collect();
    match characters.len() {
        2 => characters.extend(['之', '印']),
        3 => characters.push('印'),
        4 => {}
        _ => return Err(RenderError::Overflow { field: "name".to_owned() }),
    }
    columns_of(canvas, design, &characters.chunks(2).collect::<Vec<_>>())
}

/// Columns of characters within a frame, the first at the right.
fn columns_of(
    canvas: &mut Canvas<'_>,
    design: &SealDesign,
    columns: &[&[char]],
) -> Result<(), RenderError> {
    let (width, height) = (design.width_mm, design.height_mm);
    let line = 0.045 * width.min(height);
    canvas.frame(width, height, line);
    let edge = 2.2 * line;
    let foot = if design.sample { 0.12 * height } else { 0.0 };
    let (room, tall) = (width - 2.0 * edge, height - 2.0 * edge - foot);
    let across = room / columns.len().max(1) as f32;
    for (place, column) in columns.iter().enumerate() {
        let down = tall / column.len().max(1) as f32;
        for (row, character) in column.iter().enumerate() {
            let x = room / 2.0 - (place as f32 + 0.5) * across;
            let y = (row as f32 + 0.5) * down - tall / 2.0 - foot / 2.0;
            // A character twice as high as broad is still one.
            let cell = (across * 0.94, (down * 0.94).min(across * 1.9));
            canvas.character("name", *character, (x, y), cell)?;
        }
    }
    if design.sample {
        let y = height / 2.0 - edge - foot * 0.42;
        canvas.line_text("sample", "样例", y, foot * 0.8, 0.5 * width)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
