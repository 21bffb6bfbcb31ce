//! A license type's layout and a license's content become pages, and pages become a PDF.
//!
//! No I/O and no clock: fonts, pictures and times are arguments. [`page`] is the model between
//! layout and drawing; every mark on the paper is in it, in mm, so that another container than PDF
//! can be drawn from the same pages.

mod code_svg;
mod error;
mod fonts;
mod form;
mod license;
mod marked_copy;
mod ornament;
pub mod page;
mod pdf;
mod photo;
mod place;
mod seal;
mod svg;
mod text;

pub use code_svg::code_svg;
pub use error::RenderError;
pub use fonts::{FontError, Fonts};
pub use form::{FormSheet, SheetCell, SheetMark, SheetSection, form_pdf};
pub use license::{RenderContext, Rendered, license_fits, license_pdf, license_svg};
pub use marked_copy::{CopyContext, marked_copy};
pub use place::Place;
pub use seal::{SIGNATURE_MM, SealDesign, Shape, SignatureBox, seal_picture, signature_picture};

#[cfg(test)]
#[allow(unreachable_pub, dead_code, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/shared.rs"]
mod shared;
#[cfg(test)]
mod tests;
