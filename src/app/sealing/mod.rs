//! Sealing a PDF: one or two signatures, each its own revision, shown as the picture of the seal.

mod instrument;
mod revision;

pub(crate) use instrument::{Instrument, Signer};
pub(crate) use revision::seal;

use crate::AppError;
use formats::pdf::sign::Placement;
use time::OffsetDateTime;

/// What is sealed how; the key is asked through [`Door`].
pub(crate) struct Order<'a> {
    /// Which signatures.
    pub(crate) form: crate::SealForm,
    /// Where the seal is shown.
    pub(crate) placements: Vec<Placement>,
    /// The claimed time.
    pub(crate) at: OffsetDateTime,
    /// Why, for people who look at the signature.
    pub(crate) reason: &'a str,
}

/// The one way to a signature: writes the ledger, asks custody, checks what comes back.
pub(crate) trait Door {
    /// Signs `message` with the key of `signer`.
    fn sign(&mut self, signer: &Signer, message: &[u8]) -> Result<Vec<u8>, AppError>;
}
