//! Time stamps (RFC 3161; GB/T 20520 follows it): asking for one, reading it, and making it.
//! Whether an authority is believed is for `domain` to say.

mod build;
mod info;
mod request;
mod response;

pub use build::{TokenDraft, prepare_token, token_bytes_max};
pub use request::{RequestError, TimeStampRequest};
pub use response::{Failure, ResponseError, granted, open, rejected};

use crate::cms::{self, CmsError, CmsFacts, SignedData};
use crate::der::DerError;
use crate::oid::{self, Oid};
use crate::original::Original;
use crate::proof::DigestFact;
use crate::seen::Seen;
use info::TstInfo;
use time::{Duration, OffsetDateTime};

/// Longest nonce or serial number: RFC 3161 asks authorities to accept 160 bits.
pub const NUMBER_BYTES_MAX: usize = 64;

/// Facts about a token.
#[derive(Clone, Debug)]
pub struct TimeStampFacts {
    /// The signed message around it.
    pub message: CmsFacts,
    /// When it was stamped, by the authority's word.
    pub time: OffsetDateTime,
    /// By how much the time may be wrong, when the authority says so.
    pub accuracy: Option<Duration>,
    /// Under which policy it was stamped.
    pub policy: Oid,
    /// Content of its serial number.
    pub serial: Vec<u8>,
    /// Content of the number that ties it to a request.
    pub nonce: Option<Vec<u8>>,
    /// Whether what was stamped is what is here.
    pub imprint: DigestFact,
}

/// Why bytes are not a time-stamp token.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TspError {
    /// Not a signed message with one signer.
    #[error(transparent)]
    Message(#[from] CmsError),
    /// Its content is not `TSTInfo`.
    #[error("the content is not that of a time stamp")]
    NotATimeStamp,
    /// `TSTInfo` is malformed.
    #[error("the time stamp's content: {0}")]
    Content(#[from] DerError),
}

/// True when a signed message is a time-stamp token, by the type of its content.
#[must_use]
pub fn is_token(der: &[u8]) -> bool {
    SignedData::parse(der).is_ok_and(|read| read.content_type == oid::TST_INFO)
}

/// Reads a token and checks it against what it should have stamped, in parts.
///
/// # Errors
/// The bytes are no token; everything else is a fact.
pub fn examine(token: &[u8], stamped: Option<&[&[u8]]>) -> Result<TimeStampFacts, TspError> {
    examine_over(token, stamped.map(Original::new), &mut Seen::default())
}

/// As [`examine`], over bytes whose digests may be begun already, in a file of which some is seen.
///
/// # Errors
/// As [`examine`].
pub fn examine_over(
    token: &[u8],
    stamped: Option<Original<'_>>,
    seen: &mut Seen,
) -> Result<TimeStampFacts, TspError> {
    examined(token, seen, |info| match info.digest {
        Some(digest) => DigestFact::of(info.imprint, digest, stamped),
        None => DigestFact::Absent,
    })
}

fn examined(
    token: &[u8],
    seen: &mut Seen,
    compare: impl FnOnce(&TstInfo<'_>) -> DigestFact,
) -> Result<TimeStampFacts, TspError> {
    let read = SignedData::parse(token)?;
    let content = read.content.filter(|_| read.content_type == oid::TST_INFO);
    let info = TstInfo::read(content.ok_or(TspError::NotATimeStamp)?)?;
    Ok(TimeStampFacts {
        message: cms::examine_over(token, None, seen)?,
        imprint: compare(&info),
        time: info.time,
        accuracy: info.accuracy,
        policy: info.policy,
        serial: info.serial.to_vec(),
        nonce: info.nonce.map(<[u8]>::to_vec),
    })
}

#[cfg(test)]
mod tests;
