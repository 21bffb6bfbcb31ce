//! What travels with a file to tell whether certificates were revoked. Nobody vouches for it: each
//! list and each answer counts by its own signature, below an anchor of the policy.

use super::policy::Policy;
use super::proof::{CLOCK_SKEW_MAX, DocumentStamps};
use super::revocation::since;
use formats::cms::{CmsFacts, RevocationMaterial};
use formats::examine::KeptFacts;
use formats::x509::Certificate;
use formats::x509::crl::Reason;
use formats::x509::path::{Budget, Path, Rules};
use formats::x509::revocation::{Evidence, Revocation, Status, path_status};
use time::OffsetDateTime;

/// Certificates, lists and answers from one place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Material<'a> {
    pub(super) certificates: &'a [Certificate],
    pub(super) found: &'a RevocationMaterial,
    /// When it is known to have been there.
    pub(super) known: OffsetDateTime,
}

impl<'a> Material<'a> {
    /// What a signed message carries.
    pub(super) fn of_message(message: &'a CmsFacts, known: OffsetDateTime) -> [Self; 2] {
        let certificates = &message.certificates[..];
        [&message.framed, &message.attributed].map(|found| Material { certificates, found, known })
    }

    /// What a document keeps; a time stamp over its own revision or a later one proves it.
    pub(super) fn of_document(
        kept: &'a [KeptFacts],
        stamps: &DocumentStamps,
        at: OffsetDateTime,
    ) -> Vec<Self> {
        let one = |kept: &'a KeptFacts| Self {
            certificates: &kept.certificates,
            found: &kept.found,
            known: stamps.after(kept.revision..).unwrap_or(at),
        };
        kept.iter().map(one).collect()
    }
}

/// What is known of a path at a moment: from the policy, and from each place in the file.
pub(super) struct Known<'a> {
    pub(super) policy: &'a Policy,
    pub(super) materials: &'a [Material<'a>],
    /// Certificates that helped to find the path.
    pub(super) certificates: &'a [Certificate],
    pub(super) anchors: &'a [Certificate],
    /// Responders of the policy.
    pub(super) responders: &'a [Certificate],
    /// The moment asked for.
    pub(super) then: OffsetDateTime,
    /// The moment of judgement.
    pub(super) at: OffsetDateTime,
}

/// A certificate that is revoked by either is revoked, since the earlier of both moments.
fn with_stated(state: Status, stated: Option<Revocation>) -> Status {
    match (state, stated) {
        (state, None) => state,
        (Status::Revoked(found), Some(stated))
            if found.reason != Some(Reason::CertificateHold) && since(&found) <= since(&stated) =>
        {
            Status::Revoked(found)
        }
        (_, Some(stated)) => Status::Revoked(stated),
    }
}

impl Known<'_> {
    /// The state of each certificate of the path, from the leaf up.
    pub(super) fn status(&self, path: &Path, budget: &mut Budget) -> Vec<Status> {
        let configured = &self.policy.revocation;
        let evidence = Evidence {
            lists: &configured.lists,
            answers: &configured.answers,
            certificates: self.certificates,
            anchors: self.anchors,
            responders: self.responders,
            at: self.then,
            // What was asked for a moment ago may be from a clock that is a little ahead.
            known: self.at.saturating_add(CLOCK_SKEW_MAX),
            rules: Rules::Trust,
        };
        let mut states = path_status(path, &evidence, budget);
        let carried =
            |one: &&Material<'_>| !one.found.lists.is_empty() || !one.found.answers.is_empty();
        for material in self.materials.iter().filter(carried) {
            let certificates = &[self.certificates, material.certificates].concat();
            let evidence = Evidence {
                lists: &material.found.lists,
                answers: &material.found.answers,
                certificates,
                known: material.known,
                ..evidence
            };
            let more = path_status(path, &evidence, budget);
            states = states.into_iter().zip(more).map(|(one, two)| one.or(two)).collect();
        }
        let known = self.at.saturating_add(CLOCK_SKEW_MAX);
        let stated = path.links().map(|(subject, _)| configured.stated_of(subject, known));
        states.into_iter().zip(stated).map(|(state, stated)| with_stated(state, stated)).collect()
    }
}
