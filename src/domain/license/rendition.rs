//! The drawn files of a license.

use time::OffsetDateTime;

use crate::digest::{Sha256, Sm3};
use crate::id::{LicenseId, RenditionId};
use crate::word::words;

words! { "rendition kind";
    /// What a drawn file is for.
    pub enum RenditionKind {
        /// The sealed original.
        Original = "original",
        /// The department's own document, or the drawn page, before it was sealed.
        Source = "source",
        /// A copy marked with its purpose (加注件).
        MarkedCopy = "marked_copy",
        /// A form for the archive.
        Archive = "archive",
    }
}

/// One drawn file of a license: it never changes, and its bytes lie under their digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendition {
    /// Its id.
    pub id: RenditionId,
    /// The license.
    pub license: LicenseId,
    /// What it is for.
    pub kind: RenditionKind,
    /// Such as `application/pdf`.
    pub media_type: String,
    /// SM3 of its bytes: its name in the file store.
    pub sm3: Sm3,
    /// SHA-256 of its bytes: its entity tag.
    pub sha256: Sha256,
    /// Its size in bytes.
    pub bytes: u64,
    /// When it was made.
    pub created_at: OffsetDateTime,
}
