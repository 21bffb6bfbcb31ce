//! PDF: strict reading with byte positions, incremental signing, examination (ISO 32000-2).

mod active;
mod error;
mod file;
mod form;
mod limits;
mod page;
mod permission;
mod picture;
mod revision;
#[cfg(test)]
mod samples;
pub mod sign;
mod syntax;
mod text_string;
mod write;
mod xref;

pub use active::{ActiveContent, ActiveFinding};
pub use error::PdfError;
pub use file::{File, is_pdf};
pub use limits::{Exhausted, Limits};
pub use page::PlaceMm;
pub use permission::{FieldLock, Permission};
pub use picture::{Picture, PictureError, Samples, SealPicture};
pub use syntax::{Id, Span, SyntaxError};
pub use xref::SectionKind;
