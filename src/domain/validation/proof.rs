//! Proof of existence: what a time stamp proves, if it holds (ETSI EN 319 102-1, 5.4 and 5.6).

use super::case;
use super::checks::signed_message;
use super::material::Material;
use super::report::CheckResult;
use super::revocation::since;
use super::trust::{Basis, Moments, NoPath, Trust};
use formats::examine::{KeptFacts, Payload, SignatureFacts, Stamped};
use formats::proof::{DigestFact, SignatureFact};
use formats::tsp::TimeStampFacts;
use formats::x509::crl::Reason;
use formats::x509::path::Budget;
use formats::x509::revocation::{Revocation, Status};
use std::collections::HashMap;
use std::ops::RangeFrom;
use time::{Duration, OffsetDateTime};

/// Clocks of two honest machines differ by less.
pub(super) const CLOCK_SKEW_MAX: Duration = Duration::minutes(5);

/// What became of a time stamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// What it stamps was there at this time.
    Holds(OffsetDateTime),
    /// It is wrong.
    Wrong(String),
    /// It proves nothing, but nothing is wrong with it.
    Open(String),
}

impl Stamp {
    pub(super) fn time(&self) -> Option<OffsetDateTime> {
        match self {
            Self::Holds(time) => Some(*time),
            Self::Wrong(_) | Self::Open(_) => None,
        }
    }
}

/// When a token is looked at.
#[derive(Clone, Copy, Debug)]
pub(super) struct Looked {
    /// The moment at which its authority must be valid: that of judgement, or an earlier one at
    /// which something else proves that the token was there.
    pub(super) best: OffsetDateTime,
    /// The moment of judgement.
    pub(super) at: OffsetDateTime,
}

/// Judges a token.
pub(super) fn judged(
    facts: &TimeStampFacts,
    basis: Basis<'_>,
    looked: Looked,
    budget: &mut Budget,
) -> Stamp {
    let wrong = |what: &str| Stamp::Wrong(what.to_owned());
    let open = |what: String| Stamp::Open(what);
    match (facts.imprint, facts.message.data, &facts.message.signature) {
        (DigestFact::Different(_), _, _) => return wrong("it stamps something else"),
        (_, DigestFact::Different(_) | DigestFact::Absent, _) => {
            return wrong("its content changed");
        }
        (_, _, SignatureFact::Bad { .. }) => return wrong("its signature does not verify"),
        (_, _, SignatureFact::Undecidable(reason)) => return open(reason.to_string()),
        (DigestFact::NoOriginal | DigestFact::Absent, _, _) => {
            return open("what it stamps cannot be compared".to_owned());
        }
        (DigestFact::Equal(_), _, SignatureFact::Verified { .. }) => {}
    }
    let form = signed_message::time_stamp(&facts.message);
    match form.result {
        CheckResult::Pass => {}
        CheckResult::Fail => return Stamp::Wrong(form.detail.unwrap_or_default()),
        _ => return Stamp::Open(form.detail.unwrap_or_default()),
    }
    if facts.time > looked.at.saturating_add(CLOCK_SKEW_MAX) {
        return open("it is of a later time".to_owned());
    }
    authority(facts, basis, looked, budget)
}

/// The authority was trusted when it stamped, and is at the best moment.
fn authority(
    facts: &TimeStampFacts,
    basis: Basis<'_>,
    looked: Looked,
    budget: &mut Budget,
) -> Stamp {
    let Looked { best, at } = looked;
    let moments = Moments { signed: facts.time, best, at };
    let own = Material::of_message(&facts.message, best);
    let materials = &[basis.materials, &own[..]].concat();
    let trust = Trust::of_authority(&facts.message, Basis { materials, ..basis }, moments, budget);
    match (&trust.signer, &trust.signer_now) {
        (Some(Err(reason @ (NoPath::Untrusted(_) | NoPath::NotEntitled(_)))), _) => {
            return Stamp::Open(reason.to_string());
        }
        (Some(Err(reason)), _) => return Stamp::Wrong(reason.to_string()),
        (_, Some(Err(reason))) => return Stamp::Open(reason.to_string()),
        (Some(Ok(_)), Some(Ok(path))) => {
            if let Some(one) = basis.policy.weak(path) {
                return Stamp::Open(format!("the key of {} is too weak", one.subject()));
            }
        }
        (None, _) | (_, None) => return Stamp::Open("its authority is not known".to_owned()),
    }
    let asked = basis.policy.revocation.is_asked();
    let doubt = trust.signer_status.iter().find_map(|status| match status {
        Status::Revoked(found) => revoked(found, facts.time, best),
        Status::Unknown(_) if asked => {
            Some(Stamp::Open("revocation of its authority is not known".to_owned()))
        }
        Status::Good { .. } | Status::Unknown(_) => None,
    });
    doubt.unwrap_or(Stamp::Holds(facts.time))
}

/// What a revocation of the authority means for a token of `stamped` that is proven to have been
/// there at `best`. RFC 3161, clause 4: after an orderly end earlier tokens stay valid; after any
/// other, or when no reason is given, its own word for the time is worth nothing.
fn revoked(found: &Revocation, stamped: OffsetDateTime, best: OffsetDateTime) -> Option<Stamp> {
    let since = since(found);
    let orderly = matches!(
        found.reason,
        Some(
            Reason::Unspecified
                | Reason::AffiliationChanged
                | Reason::Superseded
                | Reason::CessationOfOperation
        )
    );
    match found.reason {
        _ if best < since => None,
        Some(Reason::CertificateHold) => {
            Some(Stamp::Open("the certificate of its authority is on hold".to_owned()))
        }
        _ if since <= stamped => Some(Stamp::Wrong("its authority was revoked".to_owned())),
        _ if orderly => None,
        _ => Some(Stamp::Open("its authority has been revoked since".to_owned())),
    }
}

/// The document time stamps of a file that hold, by the revision that each belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct DocumentStamps(HashMap<usize, OffsetDateTime>);

impl DocumentStamps {
    /// From the newest to the oldest: a later one proves that an earlier one was there in time, and
    /// what the document keeps.
    pub(super) fn of(
        found: &[SignatureFacts],
        kept: &[KeptFacts],
        basis: Basis<'_>,
        at: OffsetDateTime,
        budget: &mut Budget,
    ) -> Self {
        let mut tokens: Vec<(usize, &TimeStampFacts)> = found
            .iter()
            .filter(|one| case::soundness(one) == case::Soundness::Sound)
            .filter_map(|one| match &one.payload {
                Payload::TimeStamp(facts) => Some((revision(one)?, &**facts)),
                _ => None,
            })
            .collect();
        tokens.sort_by_key(|(revision, _)| std::cmp::Reverse(*revision));
        let mut stamps = Self::default();
        for (revision, facts) in tokens {
            let best = stamps.after(revision + 1..).unwrap_or(at);
            let materials = &Material::of_document(kept, &stamps, at);
            let basis = Basis { materials, ..basis };
            if let Stamp::Holds(time) = judged(facts, basis, Looked { best, at }, budget) {
                stamps.0.insert(revision, time);
            }
        }
        stamps
    }

    /// The earliest proof among the stamps of these revisions.
    pub(super) fn after(&self, revisions: RangeFrom<usize>) -> Option<OffsetDateTime> {
        let later = self.0.iter().filter(|(revision, _)| revisions.contains(revision));
        later.map(|(_, time)| *time).min()
    }
}

/// What time stamps prove of one signature.
#[derive(Clone, Debug, Default)]
pub(super) struct Existence {
    /// Every stamp inside the signature, judged.
    pub(super) stamps: Vec<(Stamped, Stamp)>,
    /// The earliest document time stamp over it that holds.
    pub(super) by_document: Option<OffsetDateTime>,
}

impl Existence {
    /// Judges the stamps of a signature; `by_document` is the earliest proof of the document around
    /// it: a time stamp or a log.
    pub(super) fn of(
        signature: &SignatureFacts,
        by_document: Option<OffsetDateTime>,
        basis: Basis<'_>,
        at: OffsetDateTime,
        budget: &mut Budget,
    ) -> Self {
        let looked = Looked { best: by_document.unwrap_or(at), at };
        let stamps = signature
            .stamps
            .iter()
            .map(|one| match &one.token {
                Ok(facts) => (one.over, judged(facts, basis, looked, budget)),
                Err(error) => (one.over, Stamp::Wrong(error.to_string())),
            })
            .collect();
        Self { stamps, by_document }
    }

    /// The earliest stamp of one kind that holds.
    pub(super) fn stamped(&self, over: Stamped) -> Option<OffsetDateTime> {
        let own = self.stamps.iter().filter(|(one, _)| *one == over);
        own.filter_map(|(_, stamp)| stamp.time()).min()
    }

    /// The earliest moment at which the signature is proven to have been there.
    pub(super) fn proven(&self) -> Option<OffsetDateTime> {
        self.stamped(Stamped::Signature).into_iter().chain(self.by_document).min()
    }

    /// The same of the seal inside it.
    pub(super) fn seal_proven(&self) -> Option<OffsetDateTime> {
        self.stamped(Stamped::Seal).into_iter().chain(self.proven()).min()
    }
}

/// The revision of a PDF that a signature covers.
pub(super) fn revision(signature: &SignatureFacts) -> Option<usize> {
    signature.pdf.as_ref().and_then(|place| place.signed.revision)
}
