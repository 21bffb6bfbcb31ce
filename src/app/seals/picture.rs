//! What a seal looks like: drawn here, or given as a file.

use crate::{App, AppError, Caller, refused};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::access::Permission;
use domain::seal::{Picture, SealShape};
use formats::pdf::{Limits, Picture as Decoded, Samples};
use render::{RenderError, SealDesign, Shape, seal_picture};

/// A seal of 42 mm is then 496 pixels wide: sharp on paper, small in the file.
pub(crate) const SEAL_DPI: f32 = 300.0;
/// A picture of a seal has some tens of kilobytes; what is much larger would be in every license.
pub const SEAL_PICTURE_BYTES_MAX: usize = 256 << 10;
/// Pixels on a side: from what prints legibly to what a fine scan has.
const PIXELS: std::ops::RangeInclusive<u32> = 100..=2400;
/// From a person's small seal to the largest in use, in mm.
const SIZE_MM: std::ops::RangeInclusive<u32> = 10..=60;

/// How a seal is to look, as it was typed.
#[derive(Clone, Debug)]
pub enum SealLook {
    /// Drawn here.
    Designed {
        /// `round`, `oval`, `square`, `personal`.
        shape: String,
        /// What stands on the arc or in the square.
        name: String,
        /// The line below; empty for none.
        line: String,
        /// Width and height in mm, such as `42x42`; the usual one of the shape when empty.
        size: String,
    },
    /// A PNG of the department.
    Uploaded {
        /// The file.
        png: Vec<u8>,
        /// Width and height in mm, such as `42x42`.
        size: String,
    },
}

/// A picture as the text that a form carries until it is sent again.
#[must_use]
pub fn picture_text(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The picture of [`picture_text`]; nothing when the text is of none.
#[must_use]
pub fn picture_bytes(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap_or_default()
}

/// A picture as an address of its own content: pages load nothing else for it.
pub(super) fn address_of(picture: &Picture) -> String {
    format!("data:{};base64,{}", picture.media_type, STANDARD.encode(&picture.bytes))
}

impl App {
    /// What a seal of this code would look like, as an address of its own content.
    ///
    /// # Errors
    /// Not allowed; as [`App::seal_picture`].
    pub fn seal_preview(
        &self,
        caller: &Caller,
        look: &SealLook,
        code: &str,
    ) -> Result<String, AppError> {
        caller.require(Permission::SealUse)?;
        Ok(address_of(&self.seal_picture(look, code)?))
    }

    /// The picture of a seal of this code, byte for byte as it will stand in the seal.
    ///
    /// # Errors
    /// `seal_shape`, `seal_size`, `seal_text` when a text is too long or no font has it,
    /// `seal_picture` when a file is no PNG with a transparent ground.
    pub fn seal_picture(&self, look: &SealLook, code: &str) -> Result<Picture, AppError> {
        match look {
            SealLook::Designed { shape, name, line, size } => {
                self.designed((shape, name.trim(), line.trim()), size, code)
            }
            SealLook::Uploaded { png, size } => uploaded(png, size),
        }
    }

    fn designed(
        &self,
        (shape, name, line): (&str, &str, &str),
        size: &str,
        code: &str,
    ) -> Result<Picture, AppError> {
        let shape: SealShape = shape.parse().map_err(|bad| refused("seal_shape", bad))?;
        let usual = shape.sizes_mm().first().copied().unwrap_or((42, 42));
        let (width, height) = match size.trim() {
            "" => usual,
            size => *shape
                .sizes_mm()
                .iter()
                .find(|(width, height)| size == format!("{width}x{height}"))
                .ok_or_else(|| refused("seal_size", format!("sizes are {}", sizes(shape))))?,
        };
        let design = SealDesign {
            name: name.to_owned(),
            kind_line: line.to_owned(),
            code: code.to_owned(),
            shape: match shape {
                SealShape::Round => Shape::Round,
                SealShape::Oval => Shape::Oval,
                SealShape::Square => Shape::Square,
                SealShape::Personal => Shape::Personal,
            },
            width_mm: width.into(),
            height_mm: height.into(),
            sample: self.settings.sample_mark,
            dpi: SEAL_DPI,
        };
        let bytes = seal_picture(&design, &self.fonts).map_err(|cause| undrawn(&cause))?;
        let media_type = "image/png".to_owned();
        Ok(Picture { media_type, bytes, width_mm: width.into(), height_mm: height.into() })
    }
}

fn sizes(shape: SealShape) -> String {
    let sizes = shape.sizes_mm().iter().map(|(width, height)| format!("{width}x{height}"));
    sizes.collect::<Vec<_>>().join(", ")
}

/// Only what the text is to blame for; anything else is ours.
fn undrawn(cause: &RenderError) -> AppError {
    match cause {
        RenderError::Overflow { field } => {
            let what = if field == "name" { "the name has 2 to 40 characters" } else { "too long" };
            refused("seal_text", format!("{field}: {what}, or does not fit this shape and size"))
        }
        RenderError::MissingCharacter { .. } => refused("seal_text", cause),
        other => AppError::internal("drawing a seal".to_owned(), other.clone()),
    }
}

/// A PNG of a department, as it is. It is decoded here, so nothing but pixels is in it that any
/// reader would act on, and only its own chunks: a picture with anything behind is refused.
fn uploaded(png: &[u8], size: &str) -> Result<Picture, AppError> {
    let bad = |why: &str| refused("seal_picture", format!("the picture: {why}"));
    if png.len() > SEAL_PICTURE_BYTES_MAX {
        return Err(bad("it has more than 256 KB"));
    }
    if !png.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Err(bad("it is no PNG"));
    }
    if !only_pixels(png) {
        return Err(bad("it has texts or other data beside its pixels; save it anew without them"));
    }
    let read = Decoded::decode(png, &Limits::default());
    let read = read.map_err(|cause| bad(&cause.to_string()))?;
    let (across, down) = (read.width, read.height);
    if !PIXELS.contains(&across) || !PIXELS.contains(&down) {
        return Err(bad("its sides have 100 to 2400 pixels"));
    }
    if !has_clear_ground(&read.samples) {
        return Err(bad("its ground is not transparent, or there is nothing on it"));
    }
    let (width_mm, height_mm) = size_of(size)?;
    let stretched =
        f64::from(across) * f64::from(height_mm) / f64::from(down) / f64::from(width_mm);
    if !(0.95..=1.05).contains(&stretched) {
        return Err(refused("seal_size", "the size in mm is not of the picture's proportions"));
    }
    Ok(Picture { media_type: "image/png".to_owned(), bytes: png.to_vec(), width_mm, height_mm })
}

/// A good part is clear, so that the text below a seal can be read, and something is not.
fn has_clear_ground(samples: &Samples) -> bool {
    let Samples::Pixels { alpha: Some(alpha), .. } = samples else { return false };
    let clear = alpha.iter().filter(|opacity| **opacity == 0).count();
    let seen = alpha.iter().filter(|opacity| **opacity > 127).count();
    clear >= alpha.len() / 4 && seen >= alpha.len() / 100
}

fn size_of(text: &str) -> Result<(u32, u32), AppError> {
    let bad = || refused("seal_size", "write the size in mm, such as 42x42; from 10 to 60");
    let (width, height) = text.trim().split_once('x').ok_or_else(bad)?;
    let side = |text: &str| text.trim().parse().ok().filter(|side| SIZE_MM.contains(side));
    Ok((side(width).ok_or_else(bad)?, side(height).ok_or_else(bad)?))
}

/// Whether a PNG has the chunks of a still picture and nothing before, between or behind them
/// (PNG specification, 11): no texts, no profiles, no animation.
fn only_pixels(png: &[u8]) -> bool {
    const KNOWN: [&[u8; 4]; 10] =
        [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"sBIT"];
    let mut rest = png.get(8..).unwrap_or_default();
    loop {
        let Some((head, behind)) = rest.split_first_chunk::<8>() else { return false };
        let [a, b, c, d, kind @ ..] = *head;
        let length = u32::from_be_bytes([a, b, c, d]) as usize;
        if !KNOWN.contains(&&kind) {
            return false;
        }
        let Some(after) = length.checked_add(4).and_then(|end| behind.get(end..)) else {
            return false;
        };
        if kind == *b"IEND" {
            return after.is_empty() && length == 0;
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use render::Fonts;

    fn drawn() -> Vec<u8> {
        let design = SealDesign {
            name: "示例市档案馆".to_owned(),
            kind_line: String::new(),
            code: String::new(),
            shape: Shape::Round,
            width_mm: 42.0,
            height_mm: 42.0,
            sample: true,
            dpi: SEAL_DPI,
        };
        seal_picture(&design, &Fonts::embedded()).expect("drawn")
    }

    fn code_of(png: &[u8], size: &str) -> &'static str {
        match uploaded(png, size) {
            Err(AppError::Refused { code, .. }) => code,
            Err(_) => "another",
            Ok(_) => "taken",
        }
    }

    #[test]
    fn an_uploaded_picture_is_a_png_of_pixels_on_a_clear_ground() {
        let png = drawn();
        assert_eq!(code_of(&png, "42x42"), "taken");
        assert_eq!(code_of(&png, "40x30"), "seal_size");
        assert_eq!(code_of(&png, "420x420"), "seal_size");
        assert_eq!(code_of(&png, "large"), "seal_size");
        for (bytes, what) in [
            (Vec::new(), "nothing"),
            (b"<svg onload='x()'/>".to_vec(), "a drawing with a script"),
            (b"\xff\xd8\xff\xe0".to_vec(), "a JPEG"),
            (png[..png.len() - 9].to_vec(), "cut off"),
            ([&png[..], b"<script>"].concat(), "something behind"),
            (vec![0; SEAL_PICTURE_BYTES_MAX + 1], "too large"),
        ] {
            assert_eq!(code_of(&bytes, "42x42"), "seal_picture", "{what}");
        }
        // A text chunk, rightly made, before the end.
        let text = [&5u32.to_be_bytes()[..], b"tEXta\0<b>", &[0; 4]].concat();
        let with_text = [&png[..33], &text, &png[33..]].concat();
        assert_eq!(code_of(&with_text, "42x42"), "seal_picture");
    }
}
