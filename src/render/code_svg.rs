//! A two-dimensional code for a screen.

use crate::error::RenderError;
use crate::place::code::{QUIET_ZONE, dark_runs};
use fast_qr::{ECL, QRBuilder};
use std::fmt::Write;

/// The code of a text as an SVG element, one unit a module, black on white; it scales to any size.
///
/// # Errors
/// [`RenderError::Code`] when the text is too long for a code.
pub fn code_svg(text: &str) -> Result<String, RenderError> {
    let too_long = || RenderError::Code { bytes: text.len() };
    let matrix = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| too_long())?;
    let side = matrix.size + 2 * QUIET_ZONE;
    let mut path = String::new();
    for row in 0..matrix.size {
        for (start, length) in dark_runs(&matrix[row][..matrix.size]) {
            let (x, y) = (start + QUIET_ZONE, row + QUIET_ZONE);
            // Writing to a text does not fail.
            let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
        }
    }
    Ok(format!(
        "<svg class=\"code\" viewBox=\"0 0 {side} {side}\" aria-hidden=\"true\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_quiet_zone_and_nothing_of_its_text() {
        let svg = code_svg("otpauth://totp/<a>&secret").unwrap();
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>") && !svg.contains("otpauth"));
        assert!(svg.contains("M4 4h7v1h-7z"), "the corner of the first finder: {svg}");
        assert!(matches!(code_svg(&"a".repeat(3000)), Err(RenderError::Code { bytes: 3000 })));
    }
}
