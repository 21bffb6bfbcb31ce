//! Status from answers of responders (RFC 6960, clauses 3.2 and 4.2.2).

use super::{Evidence, Revocation, Source, Status, UnknownStatus, list_status};
use crate::oid;
use crate::x509::certificate::Certificate;
use crate::x509::ocsp::{Answer, CertStatus, SingleAnswer};
use crate::x509::path::{Budget, PathRequest, Usage, check_leaf};
use time::{Duration, OffsetDateTime};

/// How long an answer speaks when it does not say when the next will be there: it then comes from
/// a responder that can be asked at any time, which nobody does more often than daily here.
const WITHOUT_NEXT: Duration = Duration::days(1);

/// The status of `subject` from the answers at hand. `issuer` and `anchor` are those of its path.
#[must_use]
pub fn answer_status(
    subject: &Certificate,
    issuer: &Certificate,
    anchor: &Certificate,
    evidence: &Evidence<'_>,
    budget: &mut Budget,
) -> Status {
    let mut about: Vec<(&Answer, &SingleAnswer)> = evidence
        .answers
        .iter()
        .filter_map(|answer| Some((answer, answer.about(subject, issuer)?)))
        .collect();
    // The newest first, and at the same moment a revocation.
    about.sort_by_key(|(_, single)| {
        (std::cmp::Reverse(single.this_update), single.status == CertStatus::Good)
    });
    let mut unknown = UnknownStatus::NoList;
    for (answer, single) in about {
        let mut check = Check { evidence, issuer, anchor, budget };
        match check.usable(answer, single, subject) {
            Ok(()) => match said(single) {
                Status::Unknown(reason) => unknown = unknown.max(reason),
                known => return known,
            },
            Err(reason) => unknown = unknown.max(reason),
        }
    }
    Status::Unknown(unknown)
}

fn said(single: &SingleAnswer) -> Status {
    let SingleAnswer { this_update, next_update, invalid_since, .. } = *single;
    let source = Source::Answer;
    match single.status {
        CertStatus::Good => Status::Good { source, this_update, next_update },
        CertStatus::Revoked { at, reason } => {
            Status::Revoked(Revocation { source, at, reason, invalid_since, this_update })
        }
        CertStatus::Unknown => Status::Unknown(UnknownStatus::NotIssued),
    }
}

struct Check<'a, 'b> {
    evidence: &'a Evidence<'a>,
    issuer: &'a Certificate,
    anchor: &'a Certificate,
    budget: &'b mut Budget,
}

impl Check<'_, '_> {
    fn usable(
        &mut self,
        answer: &Answer,
        single: &SingleAnswer,
        subject: &Certificate,
    ) -> Result<(), UnknownStatus> {
        if let Some(oid) = answer.unknown_critical() {
            return Err(UnknownStatus::UnknownCriticalExtension(oid.clone()));
        }
        let next = single.next_update.or_else(|| single.this_update.checked_add(WITHOUT_NEXT));
        self.evidence.speaks(subject, single.this_update, next)?;
        self.signed(answer, single.this_update)
    }

    /// Signed by the issuer itself, by a delegate that it named, or by a configured responder.
    fn signed(&mut self, answer: &Answer, when: OffsetDateTime) -> Result<(), UnknownStatus> {
        let mut problem = UnknownStatus::Signature;
        let evidence = self.evidence;
        let own = std::iter::once(self.issuer).chain(evidence.responders);
        for responder in own.filter(|one| answer.responder().names(one)) {
            if self.is_signer(answer, responder)? {
                return Ok(());
            }
        }
        let delegates = answer.certificates().iter().chain(evidence.certificates);
        for delegate in delegates.filter(|one| answer.responder().names(one)) {
            if !self.is_signer(answer, delegate)? {
                continue;
            }
            match self.delegated(delegate, when) {
                Ok(()) => return Ok(()),
                Err(reason) => problem = problem.max(reason),
            }
        }
        Err(problem)
    }

    fn is_signer(&mut self, answer: &Answer, signer: &Certificate) -> Result<bool, UnknownStatus> {
        let Ok(key) = signer.public_key() else { return Ok(false) };
        self.spend()?;
        Ok(answer.verify_signature(key).is_ok())
    }

    fn spend(&mut self) -> Result<(), UnknownStatus> {
        self.budget.signature().map_err(|error| UnknownStatus::Exhausted(error.0))
    }

    /// RFC 6960, clause 4.2.2.2: the certificate says that it is for OCSP, and the issuer of the
    /// certificate asked about issued it directly. It holds both when it signed and when the answer
    /// is known to have been there.
    fn delegated(
        &mut self,
        delegate: &Certificate,
        when: OffsetDateTime,
    ) -> Result<(), UnknownStatus> {
        let evidence = self.evidence;
        let holds = [when, evidence.known].into_iter().all(|at| {
            let request = PathRequest::new(delegate, &[], &[], at, Usage::OcspSigning);
            check_leaf(&request).is_ok()
        });
        if !holds || delegate.issuer() != self.issuer.subject() {
            return Err(UnknownStatus::Signer);
        }
        let key = self.issuer.public_key().map_err(|_| UnknownStatus::Signer)?;
        self.spend()?;
        delegate.verify_signature(key).map_err(|_| UnknownStatus::Signer)?;
        // The issuer may say that its delegate is not looked up; otherwise a list must speak.
        if delegate.extensions().find(&oid::OCSP_NO_CHECK).is_some() {
            return Ok(());
        }
        let status = list_status(delegate, self.issuer, self.anchor, evidence, self.budget);
        match status {
            Status::Good { .. } => Ok(()),
            Status::Revoked(_) | Status::Unknown(_) => Err(UnknownStatus::Signer),
        }
    }
}
