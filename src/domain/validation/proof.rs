//! Proof of existence: what a time stamp proves, if it holds (ETSI EN 319 102-1, 5.4 and 5.6).

use super::case;
use super::checks::signed_message;
use super::policy::Policy;
use super::report::CheckResult;
use super::trust::{Moments, NoPath, Trust};
use formats::examine::{Payload, SignatureFacts, Stamped};
use formats::proof::{DigestFact, SignatureFact};
use formats::tsp::TimeStampFacts;
use formats::x509::path::Budget;
use formats::x509::revocation::Status;
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

/// Judges a token at a moment at which its authority must be valid: now, or an earlier moment at
/// which something else proves that the token was there.
pub(super) fn judged(
    facts: &TimeStampFacts,
    policy: &Policy,
    best: OffsetDateTime,
    at: OffsetDateTime,
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
    if facts.time > at + CLOCK_SKEW_MAX {
        return open("it is of a later time".to_owned());
    }
    authority(facts, policy, best, at, budget)
}

/// The authority was trusted when it stamped, and is at `best`.
fn authority(
    facts: &TimeStampFacts,
    policy: &Policy,
    best: OffsetDateTime,
    at: OffsetDateTime,
    budget: &mut Budget,
) -> Stamp {
    let moments = Moments { signed: facts.time, best, at };
    let trust = Trust::of_authority(&facts.message, policy, moments, budget);
    match (trust.signer, trust.signer_now) {
        (Some(Err(reason @ NoPath::Untrusted(_))), _) => return Stamp::Open(reason.to_string()),
        (Some(Err(reason)), _) => return Stamp::Wrong(reason.to_string()),
        (_, Some(Err(reason))) => return Stamp::Open(reason.to_string()),
        (Some(Ok(_)), Some(Ok(_))) => {}
        (None, _) | (_, None) => return Stamp::Open("its authority is not known".to_owned()),
    }
    let revoked = |status: &Status| match status {
        Status::Revoked(found) => Some(found.invalid_since.unwrap_or(found.at).min(found.at)),
        Status::Good { .. } | Status::Unknown(_) => None,
    };
    match trust.signer_status.iter().find_map(revoked) {
        Some(since) if since <= facts.time => Stamp::Wrong("its authority was revoked".to_owned()),
        Some(_) => Stamp::Open("its authority has been revoked since".to_owned()),
        None if trust.signer_status.iter().any(|one| matches!(one, Status::Unknown(_))) => {
            Stamp::Open("revocation of its authority is not known".to_owned())
        }
        None => Stamp::Holds(facts.time),
    }
}

/// The document time stamps of a file that hold, by the revision that each belongs to.
#[derive(Clone, Debug, Default)]
pub(super) struct DocumentStamps(HashMap<usize, OffsetDateTime>);

impl DocumentStamps {
    /// From the newest to the oldest: a later one proves that an earlier one was there in time.
    pub(super) fn of(
        found: &[SignatureFacts],
        policy: &Policy,
        at: OffsetDateTime,
        budget: &mut Budget,
    ) -> Self {
        let revision =
            |one: &SignatureFacts| one.pdf.as_ref().and_then(|place| place.signed.revision);
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
            if let Stamp::Holds(time) = judged(facts, policy, best, at, budget) {
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

/// Every stamp inside a signature, judged; and the earliest proof that the signature was there.
pub(super) fn of_signature(
    signature: &SignatureFacts,
    documents: &DocumentStamps,
    policy: &Policy,
    at: OffsetDateTime,
    budget: &mut Budget,
) -> (Vec<(Stamped, Stamp)>, Option<OffsetDateTime>) {
    let revision = signature.pdf.as_ref().and_then(|place| place.signed.revision);
    let by_document = revision.and_then(|revision| documents.after(revision + 1..));
    let best = by_document.unwrap_or(at);
    let stamps: Vec<(Stamped, Stamp)> = signature
        .stamps
        .iter()
        .map(|one| match &one.token {
            Ok(facts) => (one.over, judged(facts, policy, best, at, budget)),
            Err(error) => (one.over, Stamp::Wrong(error.to_string())),
        })
        .collect();
    let own = stamps.iter().filter(|(over, _)| *over == Stamped::Signature);
    let proven = own.filter_map(|(_, stamp)| stamp.time()).chain(by_document).min();
    (stamps, proven)
}
