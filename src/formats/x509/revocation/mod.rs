//! Was a certificate revoked? Judged from the lists and answers at hand, for a moment given by the
//! caller.

mod answers;
mod lists;

pub use answers::answer_status;
pub use lists::list_status;

use super::certificate::Certificate;
use super::crl::{Crl, Reason};
use super::ocsp::Answer;
use super::path::{Budget, Path, Rules};
use crate::oid::Oid;
use time::OffsetDateTime;

/// What is known about a certificate. "Unknown" is neither of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// Lists for every reason are at hand, and none has it; or an answer says so.
    Good {
        /// Where it is said.
        source: Source,
        /// When the oldest list relied on, or the answer, was issued.
        this_update: OffsetDateTime,
        /// When the first of them runs out.
        next_update: Option<OffsetDateTime>,
    },
    /// A list or an answer says so.
    Revoked(Revocation),
    /// Nothing at hand can say.
    Unknown(UnknownStatus),
}

/// Where the status of a certificate is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// In revocation lists.
    List,
    /// In the answer of a responder.
    Answer,
    /// By whoever judges, who knows it before the authority has said so.
    Statement,
}

/// When and why a certificate was revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// Where it is said.
    pub source: Source,
    /// When.
    pub at: OffsetDateTime,
    /// Why, if the list says so.
    pub reason: Option<Reason>,
    /// Since when the key is thought to have been unsafe.
    pub invalid_since: Option<OffsetDateTime>,
    /// When the list or answer was issued.
    pub this_update: OffsetDateTime,
}

/// Why the status of a certificate is not known. The later variants tell more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum UnknownStatus {
    /// Neither a list of the issuer nor an answer is at hand.
    #[error("no revocation list of the issuer and no answer of a responder is at hand")]
    NoList,
    /// A list is there, but for other certificates or reasons.
    #[error("the revocation lists at hand do not speak for the certificate")]
    OutOfScope,
    /// A list or an answer is there, but was not current at the moment asked for.
    #[error("the revocation list or answer was issued {this_update} and not current at {at}")]
    NotCurrent {
        /// When it was issued.
        this_update: OffsetDateTime,
        /// When the next one was due.
        next_update: Option<OffsetDateTime>,
        /// The moment asked for.
        at: OffsetDateTime,
    },
    /// A list or an answer has a critical extension that is not known.
    #[error("the revocation list or answer has the unknown critical extension {0}")]
    UnknownCriticalExtension(Oid),
    /// A list does not have the form that RFC 5280 asks for.
    #[error("the revocation list: {0}")]
    Rule(&'static str),
    /// No trusted key for lists or answers of the issuer made the signature.
    #[error(
        "the signature on the revocation list or answer is not that of the issuer or its delegate"
    )]
    Signature,
    /// The certificate of the signer is revoked, or that is not known.
    #[error("the signer of the revocation list or answer is not known to be good")]
    Signer,
    /// The responder does not know the certificate.
    #[error("the responder does not know the certificate")]
    NotIssued,
    /// The work allowed was not enough.
    #[error("the search was given up: too many {0}")]
    Exhausted(&'static str),
}

/// What is at hand.
#[derive(Clone, Copy, Debug)]
pub struct Evidence<'a> {
    /// Revocation lists, from anywhere.
    pub lists: &'a [Crl],
    /// Answers of responders, from anywhere.
    pub answers: &'a [Answer],
    /// Certificates of possible signers of lists and answers, from anywhere.
    pub certificates: &'a [Certificate],
    /// Trusted certificates.
    pub anchors: &'a [Certificate],
    /// Responders that are trusted for every issuer: from configuration.
    pub responders: &'a [Certificate],
    /// The moment of which lists and answers must speak.
    pub at: OffsetDateTime,
    /// When the lists and answers are known to have been there: at the moment of judgement, or at
    /// that of a time stamp over them.
    pub known: OffsetDateTime,
    /// How strict about the form of lists.
    pub rules: Rules,
}

impl<'a> Evidence<'a> {
    /// Nothing at hand but trusted certificates, at the moment of judgement.
    #[must_use]
    pub fn new(anchors: &'a [Certificate], at: OffsetDateTime) -> Self {
        Self {
            lists: &[],
            answers: &[],
            certificates: &[],
            anchors,
            responders: &[],
            at,
            known: at,
            rules: Rules::Trust,
        }
    }

    /// Whether what was issued then speaks of `subject` at the moment asked for: it is current, or
    /// it was issued later and so tells what came before. Authorities may drop a certificate that
    /// has ended, so that what was issued after its end is silent.
    fn speaks(
        &self,
        subject: &Certificate,
        this_update: OffsetDateTime,
        next_update: Option<OffsetDateTime>,
    ) -> Result<(), UnknownStatus> {
        let at = self.at;
        let current = this_update <= at && next_update.is_some_and(|next| at <= next);
        let later = (at..=self.known).contains(&this_update) && this_update <= subject.not_after();
        match current || later {
            true => Ok(()),
            false => Err(UnknownStatus::NotCurrent { this_update, next_update, at }),
        }
    }
}

/// The status of a certificate from lists and answers; the newer of both decides, and at the same
/// moment a revocation. `issuer` and `anchor` are those of its path.
#[must_use]
pub fn status(
    subject: &Certificate,
    issuer: &Certificate,
    anchor: &Certificate,
    evidence: &Evidence<'_>,
    budget: &mut Budget,
) -> Status {
    let listed = list_status(subject, issuer, anchor, evidence, budget);
    listed.or(answer_status(subject, issuer, anchor, evidence, budget))
}

/// The status of every certificate of a path but its anchor, from the leaf up.
///
/// Anchors are not revoked by lists but taken out of the configuration.
#[must_use]
pub fn path_status(path: &Path, evidence: &Evidence<'_>, budget: &mut Budget) -> Vec<Status> {
    path.links()
        .map(|(subject, issuer)| status(subject, issuer, path.anchor(), evidence, budget))
        .collect()
}

impl Status {
    /// When what is said was issued; `None` when nothing is said.
    #[must_use]
    pub fn issued(&self) -> Option<OffsetDateTime> {
        match self {
            Self::Good { this_update, .. } => Some(*this_update),
            Self::Revoked(found) => Some(found.this_update),
            Self::Unknown(_) => None,
        }
    }

    /// Both together: what is said is worth more than what is not known, and the newer of two more
    /// than the older; at the same moment a revocation decides.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (&self, &other) {
            (Self::Unknown(one), Self::Unknown(two)) => {
                if two > one {
                    other
                } else {
                    self
                }
            }
            (Self::Unknown(_), _) => other,
            (_, Self::Unknown(_)) => self,
            _ if self.issued() == other.issued() => {
                if matches!(other, Self::Revoked(_)) {
                    other
                } else {
                    self
                }
            }
            _ if other.issued() > self.issued() => other,
            _ => self,
        }
    }
}
