//! Sealing a PDF: one or two signatures, each its own revision, shown as the picture of the seal.

mod attest;
mod door;
mod instrument;
mod material;
mod pictures;
mod revision;
mod time_stamp;

pub(crate) use door::{Door, Opening, sign_as_witness};
pub(crate) use instrument::{HeldKey, Instrument, Signer};
pub(crate) use pictures::Pictures;
pub(crate) use revision::{prepare_under_free_name, refused, seal};
pub(crate) use time_stamp::{Authority, Outside};

use domain::sealing::Level;
use formats::pdf::sign::Placement;
use time::OffsetDateTime;

/// What is sealed how; the key is asked through [`Door`].
pub(crate) struct Order<'a> {
    /// Which signatures.
    pub(crate) form: crate::SealForm,
    /// What stands beside each signature.
    pub(crate) level: Level,
    /// Where the seal is shown.
    pub(crate) placements: Vec<Placement>,
    /// The claimed time.
    pub(crate) at: OffsetDateTime,
    /// Why, for people who look at the signature.
    pub(crate) reason: &'a str,
}
