//! Was a certificate revoked? Judged from the lists at hand, at a moment given by the caller.

mod lists;

pub use lists::list_status;

use super::certificate::Certificate;
use super::crl::{Crl, Reason};
use super::path::{Budget, Path, Rules};
use crate::oid::Oid;
use time::OffsetDateTime;

/// What is known about a certificate. "Unknown" is neither of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Lists for every reason are at hand, and none has it.
    Good {
        /// When the oldest list relied on was issued.
        this_update: OffsetDateTime,
        /// When the first of them runs out.
        next_update: Option<OffsetDateTime>,
    },
    /// A list has it.
    Revoked(Revocation),
    /// Nothing at hand can say.
    Unknown(UnknownStatus),
}

/// When and why a certificate was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// When.
    pub at: OffsetDateTime,
    /// Why, if the list says so.
    pub reason: Option<Reason>,
    /// Since when the key is thought to have been unsafe.
    pub invalid_since: Option<OffsetDateTime>,
    /// When the list was issued.
    pub this_update: OffsetDateTime,
}

/// Why the status of a certificate is not known. The later variants tell more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum UnknownStatus {
    /// No list of the issuer is at hand.
    #[error("no revocation list of the issuer is at hand")]
    NoList,
    /// A list is there, but for other certificates or reasons.
    #[error("the revocation lists at hand do not speak for the certificate")]
    OutOfScope,
    /// A list is there, but was not current at the moment asked for.
    #[error("the revocation list was issued {this_update} and not current at {at}")]
    NotCurrent {
        /// When it was issued.
        this_update: OffsetDateTime,
        /// When the next one was due.
        next_update: Option<OffsetDateTime>,
        /// The moment asked for.
        at: OffsetDateTime,
    },
    /// A list has a critical extension that is not known.
    #[error("the revocation list has the unknown critical extension {0}")]
    UnknownCriticalExtension(Oid),
    /// A list does not have the form that RFC 5280 asks for.
    #[error("the revocation list: {0}")]
    Rule(&'static str),
    /// No trusted key for lists of the issuer made the signature.
    #[error("the signature on the revocation list is not its issuer's")]
    Signature,
    /// The certificate of the list's signer is revoked, or that is not known.
    #[error("the signer of the revocation list is not known to be good")]
    Signer,
    /// The work allowed was not enough.
    #[error("the search was given up: too many {0}")]
    Exhausted(&'static str),
}

/// What is at hand.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Revocation lists, from anywhere.
    pub lists: &'a [Crl],
    /// Certificates of possible list signers, from anywhere.
    pub certificates: &'a [Certificate],
    /// Trusted certificates.
    pub anchors: &'a [Certificate],
    /// The moment at which the lists must be current.
    pub at: OffsetDateTime,
    /// How strict about the form of lists.
    pub rules: Rules,
}

/// The status of every certificate of a path but its anchor, from the leaf up.
///
/// Anchors are not revoked by lists but taken out of the configuration.
#[must_use]
pub fn path_status(path: &Path, evidence: &Evidence<'_>, budget: &mut Budget) -> Vec<Status> {
    path.links()
        .map(|(subject, issuer)| list_status(subject, issuer, path.anchor(), evidence, budget))
        .collect()
}
