//! Status of single certificates from a responder (OCSP, RFC 6960): asking, reading, answering.
//! Whether an answer counts is decided in [`super::revocation`].

mod build;
mod id;
mod read;
mod request;

pub use build::{AnswerDraft, AnswerError, PreparedAnswer, SingleDraft, prepare, refusal};
pub use id::{CertId, IdDigest};
pub use read::{Answer, ResponderId, SingleAnswer};
pub use request::{OcspRequest, request};

use super::crl::Reason;
use crate::der::DerError;
use time::OffsetDateTime;

/// Largest answer read. Those in use have 0.5 to 5 kB; one with a chain of RSA-4096 certificates
/// stays below 16 kB.
pub const ANSWER_BYTES_MAX: usize = 256 * 1024;
/// Largest question read: a responder is asked about one certificate, or a handful.
pub const REQUEST_BYTES_MAX: usize = 16 * 1024;
/// Most certificates asked about, or answered for, in one message.
pub const SINGLES_MAX: usize = 64;
/// Most certificates that travel with an answer.
pub const CERTIFICATES_MAX: usize = 16;
/// Longest nonce (RFC 9654, clause 2.1).
pub const NONCE_BYTES_MAX: usize = 128;

/// Why bytes are not an OCSP message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OcspError {
    /// Not the structure, and where it stops being it.
    #[error("not a well-formed OCSP message")]
    Der(#[from] DerError),
    /// Larger than any in use.
    #[error("OCSP message of {0} bytes is too large")]
    TooLarge(usize),
    /// More members than any in use.
    #[error("{what}: {found} exceeds the limit of {max}")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        found: usize,
        /// The budget.
        max: usize,
    },
    /// A version other than 1.
    #[error("OCSP of another version than 1")]
    Version,
    /// The responder did not answer.
    #[error("the responder says {0}")]
    Refused(Refusal),
    /// An answer of another type than basic.
    #[error("an OCSP answer of an unknown type")]
    Type,
}

/// `OCSPResponseStatus ::= ENUMERATED` but for `successful (0)` (RFC 6960, clause 4.2.1)
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// malformedRequest (1)
    Malformed,
    /// internalError (2)
    Internal,
    /// tryLater (3)
    TryLater,
    /// sigRequired (5)
    SignatureRequired,
    /// unauthorized (6)
    Unauthorized,
}

impl Refusal {
    const ALL: [(u8, Self, &'static str); 5] = [
        (1, Self::Malformed, "malformedRequest"),
        (2, Self::Internal, "internalError"),
        (3, Self::TryLater, "tryLater"),
        (5, Self::SignatureRequired, "sigRequired"),
        (6, Self::Unauthorized, "unauthorized"),
    ];

    fn from_number(number: u8) -> Option<Self> {
        Self::ALL.iter().find(|(known, ..)| *known == number).map(|(_, refusal, _)| *refusal)
    }

    fn row(self) -> (u8, &'static str) {
        let row = Self::ALL.iter().find(|(_, refusal, _)| *refusal == self);
        // The table has every variant.
        row.map_or((2, "internalError"), |(number, _, name)| (*number, *name))
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.row().1)
    }
}

/// `CertStatus ::= CHOICE { good [0], revoked [1], unknown [2] }`
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertStatus {
    /// Not revoked, as far as the responder knows.
    Good,
    /// Revoked, or on hold.
    Revoked {
        /// When.
        at: OffsetDateTime,
        /// Why, if the answer says so.
        reason: Option<Reason>,
    },
    /// The responder does not know the certificate.
    Unknown,
}

#[cfg(test)]
mod tests;
