//! The box of a signature by a key of the signer's own: what it is, whose, and when.

use super::canvas::Canvas;
use crate::error::RenderError;
use crate::fonts::Fonts;

/// What the box says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureBox {
    /// The signer as the certificate names it.
    pub name: String,
    /// When it was prepared, in words.
    pub moment: String,
    /// Whether 样例 stands in it.
    pub sample: bool,
}

/// Width and height in mm: as a line of a form leaves room.
pub const SIGNATURE_MM: (f32, f32) = (50.0, 18.0);
/// Sharp on paper; the box is mostly empty, and so small in the file.
const DPI: f32 = 300.0;
/// A dark blue: no seal is, and a copy on paper still shows it.
const INK: [u8; 3] = [0x1F, 0x3A, 0x5F];
const NAME_LENGTH_MAX: usize = 40;

/// Draws the box as PNG.
///
/// # Errors
/// [`RenderError::Overflow`] for a name that is too long, and [`RenderError::MissingCharacter`].
pub fn signature_picture(shown: &SignatureBox, fonts: &Fonts) -> Result<Vec<u8>, RenderError> {
    let overflow = |part: &str| RenderError::Overflow { field: part.to_owned() };
    if !(1..=NAME_LENGTH_MAX).contains(&shown.name.chars().count()) {
        return Err(overflow("name"));
    }
    let (width, height) = SIGNATURE_MM;
    let canvas = Canvas::new(fonts, width, height, DPI).ok_or_else(|| overflow("size_mm"))?;
    let mut canvas = canvas.inked(INK);
    canvas.frame(width, height, 0.25);
    let kind = if shown.sample { "电子签名（样例）" } else { "电子签名" };
    let room = width - 5.0;
    canvas.line_text("kind", kind, -5.6, 3.0, room)?;
    canvas.line_text("name", &shown.name, 0.1, 5.6, room)?;
    canvas.line_text("moment", &shown.moment, 6.0, 2.8, room)?;
    canvas.png()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(name: &str, sample: bool) -> Result<Vec<u8>, RenderError> {
        let moment = "2026年11月23日10:15".to_owned();
        let shown = SignatureBox { name: name.to_owned(), moment, sample };
        signature_picture(&shown, &Fonts::embedded())
    }

    #[test]
    fn a_box_says_whose_it_is_and_that_it_is_a_sample() {
        let (one, sample) = (drawn("样例甲", false), drawn("样例甲", true));
        assert!(one.is_ok() && sample.is_ok() && one != sample);
        assert_ne!(drawn("样例乙", false), one, "another name");
        assert!(drawn(&"长".repeat(40), true).is_ok(), "the longest name");
        for (name, field) in [("", "name"), (&*"长".repeat(41), "name")] {
            let refused = drawn(name, true).expect_err("no such name");
            assert_eq!(refused.field(), Some(field));
        }
        assert!(matches!(drawn("\u{10FFFD}", true), Err(RenderError::MissingCharacter { .. })));
    }
}
