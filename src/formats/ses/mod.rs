//! Electronic seals and seal signatures (SES): GM/T 0031-2014 (v1), GB/T 38540-2020 (v4) and
//! GM/T 0031-2025 (v5).
//!
//! The edition is told by structure first and by the header second; every signature is checked
//! over the bytes as they stand in the file. `CONFORMANCE.md` says what is enforced and where.

mod build;
mod examine;
mod facts;
mod read;
mod structure;
mod time_info;
mod v1;
mod v4;

pub use build::{
    BuildError, PreparedSeal, PreparedSignature, SealDraft, SignatureDraft, prepare_seal,
    prepare_signature, signature_bytes_max,
};
pub use examine::{examine, examine_over, examine_seal};
pub use facts::{
    ExtensionFact, ListedFact, Listing, PictureFacts, SealFacts, SealSignatureFacts, TimeFact,
};
pub use structure::{
    Edition, Extension, Listed, Picture, Property, Seal, SealInfo, SealSignature, TimeInfo,
};

use crate::der::DerError;

/// Largest seal read. The service interface (GM/T 0131) allows 51,200 bytes and real v4 seals hold
/// 5–30 kB; ten times that leaves room for a scanned color picture, and nothing more.
pub const SEAL_BYTES_MAX: usize = 512 * 1024;
/// Largest seal written: the figure of GM/T 0131, which other systems refuse to exceed.
pub const SEAL_BYTES_WRITTEN_MAX: usize = 51_200;
/// Largest seal signature read: a seal, a certificate, and a time stamp token with its chain.
pub const SIGNATURE_BYTES_MAX: usize = SEAL_BYTES_MAX + 128 * 1024;
/// Largest certificate read. GM/T 0131 says 5,120 bytes; RSA-4096 certificates with long policy
/// texts pass that, none seen passes 16 kB.
pub const CERTIFICATE_BYTES_MAX: usize = 16 * 1024;
/// Most entries of a seal's certificate list: one seal serves a handful of devices.
pub const LIST_ENTRIES_MAX: usize = 64;
/// Most extensions of a seal or a signature; real ones carry at most two.
pub const EXTENSIONS_MAX: usize = 32;
/// Longest name, identifier, vendor or protected range. GM/T 0131 says 256 bytes; four times that
/// because some systems write a list of ranges.
pub const TEXT_BYTES_MAX: usize = 1024;
/// Longest of the same written: the figure of GM/T 0131.
pub const TEXT_BYTES_WRITTEN_MAX: usize = 256;

/// Why bytes are not a seal or a seal signature.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SesError {
    /// The bytes are not the structure, and where they stop being it.
    #[error(transparent)]
    Der(#[from] DerError),
    /// The outer SEQUENCE has a number of elements that no edition has.
    #[error("{what} with {found} elements: no edition of the standard has that")]
    Elements {
        /// "seal" or "seal signature".
        what: &'static str,
        /// How many elements were found.
        found: usize,
    },
    /// The header's identifier is not `ES`.
    #[error("the header at byte {offset} does not begin with ES")]
    Header {
        /// Offset of the header in the input.
        offset: usize,
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

fn within(what: &'static str, found: usize, max: usize) -> Result<(), SesError> {
    if found <= max { Ok(()) } else { Err(SesError::TooLarge { what, found, max }) }
}

#[cfg(test)]
mod tests;
