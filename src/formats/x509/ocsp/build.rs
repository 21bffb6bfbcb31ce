//! Answering: prepare, let somebody sign, complete.

use super::id::sha1;
use super::request::nonce_extension;
use super::{CertId, CertStatus, Refusal};
use crate::algorithm::Suite;
use crate::der::{tag, write};
use crate::oid;
use crate::x509::Certificate;
use crate::x509::profile::extension;
use time::OffsetDateTime;

/// What will be said of one certificate.
#[derive(Clone, Debug)]
pub struct SingleDraft {
    /// Which one, as it was asked for.
    pub id: CertId,
    /// What is said of it.
    pub status: CertStatus,
    /// Since when the key is thought to have been unsafe.
    pub invalid_since: Option<OffsetDateTime>,
    /// When that was known to be right.
    pub this_update: OffsetDateTime,
    /// When newer information will be there at the latest.
    pub next_update: Option<OffsetDateTime>,
}

/// Everything of a new answer.
#[derive(Clone, Copy, Debug)]
pub struct AnswerDraft<'a> {
    /// Who signs: the issuer of the certificates, or its delegate.
    pub responder: &'a Certificate,
    /// Whether the responder's certificate travels along, as a delegate's must.
    pub carried: bool,
    /// With what it signs.
    pub suite: Suite,
    /// When it is signed.
    pub produced_at: OffsetDateTime,
    /// What is said.
    pub singles: &'a [SingleDraft],
    /// The nonce of the question.
    pub nonce: Option<&'a [u8]>,
}

/// Why an answer was not prepared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// Newer information would be there before this.
    #[error("the next update is not after this one")]
    Updates,
    /// The responder's key is not usable.
    #[error("the responder's key is not usable")]
    Key,
    /// Nothing is said.
    #[error("an answer about no certificate")]
    Empty,
}

/// An answer whose signature is still missing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreparedAnswer {
    tbs: Vec<u8>,
    algorithm: Vec<u8>,
    certificates: Vec<u8>,
}

impl PreparedAnswer {
    /// The bytes to sign, with the suite of the draft and for SM2 the default identifier.
    #[must_use]
    pub fn message(&self) -> &[u8] {
        &self.tbs
    }

    /// The `OCSPResponse` with its signature; SM2 and ECDSA signatures as DER. Whether the
    /// signature is right is for the caller to check: it asked for it.
    #[must_use]
    pub fn complete(&self, signature: &[u8]) -> Vec<u8> {
        let signature = write::bit_string(signature);
        let basic = write::sequence(&[&self.tbs, &self.algorithm, &signature, &self.certificates]);
        let body = write::sequence(&[&write::oid(&oid::OCSP_BASIC), &write::octet_string(&basic)]);
        let status = write::tlv(tag::ENUMERATED, &[0]);
        write::sequence(&[&status, &write::tlv(tag::context(0), &body)])
    }
}

/// `ResponseData` of version 1; the responder is named by its key.
///
/// # Errors
/// Nothing is said, the times do not follow each other, or the key is not usable.
pub fn prepare(draft: &AnswerDraft<'_>) -> Result<PreparedAnswer, AnswerError> {
    if draft.singles.is_empty() {
        return Err(AnswerError::Empty);
    }
    let ends = |single: &SingleDraft| single.next_update.is_none_or(|n| n > single.this_update);
    if !draft.singles.iter().all(ends) {
        return Err(AnswerError::Updates);
    }
    let key = draft.responder.public_key().map_err(|_| AnswerError::Key)?;
    let hash = write::octet_string(&sha1(key.subject_public_key()));
    let singles: Vec<Vec<u8>> = draft.singles.iter().map(single).collect();
    let singles = write::sequence(&singles.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let extensions = draft.nonce.map_or_else(Vec::new, |nonce| {
        write::tlv(tag::context(1), &write::sequence(&[&nonce_extension(nonce)]))
    });
    let tbs = write::sequence(&[
        &write::tlv(tag::context(2), &hash),
        &write::generalized_time(draft.produced_at),
        &singles,
        &extensions,
    ]);
    let certificates = match draft.carried {
        true => write::tlv(tag::context(0), &write::sequence(&[draft.responder.der()])),
        false => Vec::new(),
    };
    Ok(PreparedAnswer { tbs, algorithm: draft.suite.algorithm_identifier(), certificates })
}

fn single(draft: &SingleDraft) -> Vec<u8> {
    let next = draft
        .next_update
        .map_or_else(Vec::new, |next| write::tlv(tag::context(0), &write::generalized_time(next)));
    let since = draft.invalid_since.map_or_else(Vec::new, |since| {
        let since = write::generalized_time(since);
        let since = extension(&oid::INVALIDITY_DATE, false, &since);
        write::tlv(tag::context(1), &write::sequence(&[&since]))
    });
    write::sequence(&[
        &draft.id.to_der(),
        &status(&draft.status),
        &write::generalized_time(draft.this_update),
        &next,
        &since,
    ])
}

fn status(status: &CertStatus) -> Vec<u8> {
    match status {
        CertStatus::Good => write::tlv(tag::context_primitive(0), &[]),
        CertStatus::Unknown => write::tlv(tag::context_primitive(2), &[]),
        CertStatus::Revoked { at, reason } => {
            let reason = reason.map_or_else(Vec::new, |reason| {
                write::tlv(tag::context(0), &write::tlv(tag::ENUMERATED, &[reason.number()]))
            });
            write::constructed(tag::context(1), &[&write::generalized_time(*at), &reason])
        }
    }
}

/// An `OCSPResponse` that answers nothing; it is not signed.
#[must_use]
pub fn refusal(refusal: Refusal) -> Vec<u8> {
    write::sequence(&[&write::tlv(tag::ENUMERATED, &[refusal.row().0])])
}
