//! Answers of an authority (RFC 3161, 2.4.2): giving them, and holding them against the request.

use super::{TimeStampFacts, TimeStampRequest, TspError, examined};
use crate::cms::Binding;
use crate::der::{DerError, Element, Reader, tag, write};
use crate::oid;
use crate::proof::{DigestFact, SignatureFact};
use crate::seen::Seen;
use std::fmt;

/// Largest answer read: a token with a chain of RSA-4096 certificates stays below 16 kB.
const RESPONSE_BYTES_MAX: usize = 256 * 1024;

/// `PKIFailureInfo ::= BIT STRING`, the bits that RFC 3161 uses
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Failure {
    /// badAlg (0)
    BadAlgorithm,
    /// badRequest (2)
    BadRequest,
    /// badDataFormat (5)
    BadDataFormat,
    /// timeNotAvailable (14)
    TimeNotAvailable,
    /// unacceptedPolicy (15)
    UnacceptedPolicy,
    /// unacceptedExtension (16)
    UnacceptedExtension,
    /// addInfoNotAvailable (17)
    AddInfoNotAvailable,
    /// systemFailure (25)
    SystemFailure,
}

impl Failure {
    pub(super) const ALL: [(u32, Self, &'static str); 8] = [
        (0, Self::BadAlgorithm, "badAlg"),
        (2, Self::BadRequest, "badRequest"),
        (5, Self::BadDataFormat, "badDataFormat"),
        (14, Self::TimeNotAvailable, "timeNotAvailable"),
        (15, Self::UnacceptedPolicy, "unacceptedPolicy"),
        (16, Self::UnacceptedExtension, "unacceptedExtension"),
        (17, Self::AddInfoNotAvailable, "addInfoNotAvailable"),
        (25, Self::SystemFailure, "systemFailure"),
    ];

    fn row(self) -> (u32, &'static str) {
        let row = Self::ALL.iter().find(|(_, failure, _)| *failure == self);
        // The table has every variant.
        row.map_or((25, "systemFailure"), |(bit, _, name)| (*bit, *name))
    }

    /// The first bit set, of those that are known.
    fn read(element: Element<'_>) -> Option<Self> {
        let [_, bytes @ ..] = element.content() else { return None };
        let set = |bit: u32| {
            let byte = usize::try_from(bit / 8).ok().and_then(|at| bytes.get(at));
            byte.is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0)
        };
        Self::ALL.iter().find(|(bit, ..)| set(*bit)).map(|(_, failure, _)| *failure)
    }

    /// The shortest BIT STRING with this bit.
    fn to_der(self) -> Vec<u8> {
        let (bit, _) = self.row();
        let mut content = vec![7 - u8::try_from(bit % 8).unwrap_or(0)];
        content.extend((0..bit / 8).map(|_| 0));
        content.push(0x80 >> (bit % 8));
        write::tlv(tag::BIT_STRING, &content)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().1)
    }
}

/// `TimeStampResp` around a token.
#[must_use]
pub fn granted(token: &[u8]) -> Vec<u8> {
    write::sequence(&[&write::sequence(&[&write::integer(0)]), token])
}

/// `TimeStampResp` without a token, with the reason for programs and for people.
#[must_use]
pub fn rejected(failure: Failure, text: &str) -> Vec<u8> {
    let text = write::sequence(&[&write::utf8(text)]);
    let status = write::sequence(&[&write::integer(2), &text, &failure.to_der()]);
    write::sequence(&[&status])
}

/// Why an answer gives no token to use.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// Not an answer, and where it stops being one.
    #[error("not a time-stamp answer: {0}")]
    Der(#[from] DerError),
    /// Larger than any answer.
    #[error("a time-stamp answer of {0} bytes")]
    TooLarge(usize),
    /// The authority does not stamp this.
    #[error("the authority does not stamp: status {status}{}", reason(.failure))]
    Refused {
        /// `PKIStatus`.
        status: i64,
        /// Why, when it says so in words that are known.
        failure: Option<Failure>,
    },
    /// What was sent is no token.
    #[error(transparent)]
    Token(#[from] TspError),
    /// The token is not the answer to the request.
    #[error("the token is not for the request: {0}")]
    Mismatch(&'static str),
    /// The token is not signed as a token must be.
    #[error("the token is not in order: {0}")]
    NotInOrder(&'static str),
}

fn reason(failure: &Option<Failure>) -> String {
    failure.map_or_else(String::new, |failure| format!(", {failure}"))
}

/// The token of an answer (DER) and what is in it, if it answers the request: imprint, nonce and
/// policy are those asked for, and one certificate for stamping alone has signed it.
///
/// # Errors
/// No token, or one that does not answer the request. Whether its authority is believed is not
/// looked at.
pub fn open(
    response: &[u8],
    request: &TimeStampRequest,
) -> Result<(Vec<u8>, TimeStampFacts), ResponseError> {
    if response.len() > RESPONSE_BYTES_MAX {
        return Err(ResponseError::TooLarge(response.len()));
    }
    let mut fields = Reader::only(response, tag::SEQUENCE)?.reader();
    let (status, failure) = status(fields.read(tag::SEQUENCE)?)?;
    let token = fields.optional(tag::SEQUENCE)?;
    fields.finish()?;
    // 1 is "granted with modifications": what was modified is seen below.
    let token = token.filter(|_| (0..=1).contains(&status));
    let token = token.ok_or(ResponseError::Refused { status, failure })?.raw();
    let facts =
        examined(token, &mut Seen::default(), |info| match info.digest == Some(request.digest) {
            true if info.imprint == request.imprint => DigestFact::Equal(request.digest),
            _ => DigestFact::Different(request.digest),
        })?;
    fits(&facts, request)?;
    in_order(&facts)?;
    Ok((token.to_vec(), facts))
}

/// `PKIStatusInfo ::= SEQUENCE { status INTEGER, statusString OPTIONAL, failInfo OPTIONAL }`
fn status(element: Element<'_>) -> Result<(i64, Option<Failure>), DerError> {
    let mut fields = element.reader();
    let status = fields.read(tag::INTEGER)?.small_integer()?;
    fields.optional(tag::SEQUENCE)?;
    let failure = fields.optional(tag::BIT_STRING)?;
    fields.finish()?;
    Ok((status, failure.and_then(Failure::read)))
}

fn fits(facts: &TimeStampFacts, request: &TimeStampRequest) -> Result<(), ResponseError> {
    let other_policy = request.policy.as_ref().is_some_and(|policy| *policy != facts.policy);
    Err(ResponseError::Mismatch(match () {
        () if !matches!(facts.imprint, DigestFact::Equal(_)) => "another imprint",
        () if facts.nonce != request.nonce => "another nonce",
        () if other_policy => "another policy",
        () => return Ok(()),
    }))
}

/// RFC 3161, 2.3 and 2.4.2.
fn in_order(facts: &TimeStampFacts) -> Result<(), ResponseError> {
    let message = &facts.message;
    let stamping = message.signer.as_ref().is_ok_and(|signer| {
        let extensions = signer.extensions();
        extensions.extended_key_usage.as_deref() == Some(&[oid::KP_TIME_STAMPING])
            && extensions.is_critical(&oid::EXTENDED_KEY_USAGE)
            && signer.is_valid_at(facts.time)
    });
    let named = message.attributes.as_ref().is_some_and(|attributes| {
        let names = [attributes.signing_certificate, attributes.signing_certificate_v2];
        names.contains(&Binding::Same)
            && !names.contains(&Binding::Different)
            && !names.contains(&Binding::Unreadable)
            && attributes.content_type == Binding::Same
    });
    Err(ResponseError::NotInOrder(match () {
        () if message.signer.is_err() => "its signer's certificate is not in it",
        () if !matches!(message.data, DigestFact::Equal(_)) => "its content is not what is signed",
        () if !matches!(message.signature, SignatureFact::Verified { .. }) => {
            "its signature does not verify"
        }
        () if !named => "it does not name its certificate",
        () if !stamping => "its certificate is not for stamping alone, or was not valid then",
        () => return Ok(()),
    }))
}
