//! PDF: strict reading with byte positions, incremental signing, examination (ISO 32000-2).

mod active;
mod appearance;
#[cfg(test)]
mod attacks;
mod carry;
mod changes;
mod error;
mod examine;
mod file;
mod form;
mod harmless;
#[cfg(test)]
mod hostile;
mod information;
mod limits;
mod material;
mod outline;
mod page;
mod permission;
mod picture;
mod revision;
#[cfg(test)]
mod samples;
mod shape;
pub mod sign;
mod syntax;
pub mod text;
mod text_string;
mod view;
mod write;
mod xref;

pub use active::{ActiveContent, ActiveFinding};
pub use appearance::{NotCanonical, PictureMatch, ShownImage, ShownPicture, matches_picture};
pub use carry::{Carried, CarriedPage, carry};
pub use changes::{Change, ChangeKind, ChangeLevel, LaterChanges, Remark, RemarkKind};
pub use error::PdfError;
pub use examine::{
    Coverage, PdfFacts, SignatureFacts, SignatureFault, SignedField, examine, examine_file,
};
pub use file::{File, is_pdf};
pub use harmless::{Harm, require_harmless};
pub use limits::{Exhausted, Limits};
pub use material::{KeptMaterial, Material};
pub use outline::{Outline, outline};
pub use page::PlaceMm;
pub use permission::{FieldLock, Permission};
pub use picture::{Picture, PictureError, Samples, SealPicture};
pub use revision::{Defect, DefectKind, Revision};
pub use shape::{Shape, shape};
pub use syntax::{Id, Span, SyntaxError};
pub use text_string::encode as text_string;
pub use xref::SectionKind;
