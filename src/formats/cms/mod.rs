//! SignedData: GB/T 35275-2017 (GM/T 0010) and RFC 5652, as met in seals, OFD and PDF.
//!
//! GB/T 35275 is PKCS#7 v1.5 under Chinese object identifiers; on the wire the two differ in the
//! identifiers and in what the content is taken to be. Both are read by one strict rule, which is
//! written out at `examine`; which way it matched is a fact. BER is refused: none of the files
//! in hand needs it, and it would open a second reading of the same bytes.

mod attributes;
mod build;
mod carried;
mod examine;
mod facts;
mod frame;
mod read;
mod structure;

pub use build::{
    BuildError, GmContent, GmDraft, PadesDraft, Prepared, pades_bytes_max, prepare_gm,
    prepare_pades,
};
pub(crate) use build::{TypedDraft, prepare_typed};
pub use carried::RevocationMaterial;
pub use examine::{examine, examine_over};
pub use facts::{AttributeFacts, Binding, CmsFacts, ContentFact, Covers, Irregularity, Variant};
pub use structure::{Attribute, Family, SignedAttributes, SignedData, SignerId, SignerInfo};

use crate::der::DerError;

/// Most certificates carried; a signature with time stamps of two authorities carries about ten.
pub const CERTIFICATES_MAX: usize = 64;
/// Most CRLs carried beside the certificates; real files carry none or two.
pub const CRLS_MAX: usize = 64;
/// Most signers read; one is what every profile here allows, a few more are named in the error.
pub const SIGNERS_MAX: usize = 16;
/// Most attributes of one kind (signed or not) and most values of one attribute.
pub const ATTRIBUTES_MAX: usize = 64;
/// Largest certificate read; see [`crate::ses::CERTIFICATE_BYTES_MAX`].
pub const CERTIFICATE_BYTES_MAX: usize = crate::ses::CERTIFICATE_BYTES_MAX;

/// Why bytes are not a SignedData that can be examined.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CmsError {
    /// The bytes are not the structure, and where they stop being it.
    #[error(transparent)]
    Der(#[from] DerError),
    /// The outer identifier is not signedData of either family.
    #[error("content type {found} is not signedData")]
    NotSignedData {
        /// The identifier found.
        found: String,
    },
    /// Not exactly one signer.
    #[error("{found} signers where one is expected")]
    Signers {
        /// How many.
        found: usize,
    },
    /// Something exceeds its budget.
    #[error("{what}: {found} exceeds the limit of {max}")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size.
        found: usize,
        /// The budget.
        max: usize,
    },
}

fn within(what: &'static str, found: usize, max: usize) -> Result<(), CmsError> {
    if found <= max { Ok(()) } else { Err(CmsError::TooLarge { what, found, max }) }
}

#[cfg(test)]
mod tests;
