//! Status from revocation lists (RFC 5280, clause 6.3.3): distribution points, scopes, reasons,
//! indirect and delta lists, separate signing keys.

use super::{Evidence, Revocation, Source, Status, UnknownStatus};
use crate::der::{tag, write};
use crate::x509::certificate::Certificate;
use crate::x509::crl::{Crl, Entry, IssuingDistributionPoint, Reason};
use crate::x509::extension::{DistributionPoint, DistributionPointName, KeyUsage, ReasonFlags};
use crate::x509::general_name::GeneralName;
use crate::x509::name::Name;
use crate::x509::path::{self, Budget, PathError, PathRequest, Rules, Usage};
use time::OffsetDateTime;

/// How many signers of lists may depend on each other's lists. One level occurs: a separate key
/// for lists, whose certificate stands on the list of the level above.
const SIGNER_DEPTH_MAX: usize = 3;

/// The status of `subject` from the lists at hand. `issuer` and `anchor` are those of its path.
#[must_use]
pub fn list_status(
    subject: &Certificate,
    issuer: &Certificate,
    anchor: &Certificate,
    evidence: &Evidence<'_>,
    budget: &mut Budget,
) -> Status {
    Search { evidence, anchor, budget, signers: Vec::new() }.status(subject, issuer)
}

struct Search<'a, 'b> {
    evidence: &'a Evidence<'a>,
    anchor: &'a Certificate,
    budget: &'b mut Budget,
    /// Signers of lists whose own status is being searched.
    signers: Vec<Certificate>,
}

/// What the lists used so far have covered.
struct Covered {
    reasons: u16,
    this_update: OffsetDateTime,
    next_update: Option<OffsetDateTime>,
}

impl Search<'_, '_> {
    fn status(&mut self, subject: &Certificate, issuer: &Certificate) -> Status {
        let mut covered: Option<Covered> = None;
        let mut unknown = UnknownStatus::NoList;
        // The newest first: a list that covers all reasons ends the search.
        let complete = self.evidence.lists.iter().filter(|list| list.delta_base().is_none());
        let mut complete: Vec<&Crl> = complete.collect();
        complete.sort_by_key(|list| std::cmp::Reverse(list.this_update()));
        for point in points(subject) {
            for list in complete.iter().copied() {
                let reasons = match reasons_covered(subject, &point, list) {
                    Some(reasons) => reasons,
                    None => {
                        if list.issuer() == subject.issuer() {
                            unknown = unknown.max(UnknownStatus::OutOfScope);
                        }
                        continue;
                    }
                };
                let so_far = covered.as_ref().map_or(0, |covered| covered.reasons);
                if reasons & !so_far == 0 {
                    continue;
                }
                let designated = point.crl_issuer.is_some();
                if let Err(problem) = self.usable(list, subject, issuer, designated) {
                    unknown = unknown.max(problem);
                    continue;
                }
                if let Some(revocation) = self.revocation(subject, issuer, &point, list) {
                    return Status::Revoked(revocation);
                }
                covered = Some(Covered::with(covered, reasons, list));
            }
        }
        match covered {
            Some(covered) if covered.reasons == ReasonFlags::ALL.0 => {
                let Covered { this_update, next_update, .. } = covered;
                Status::Good { source: Source::List, this_update, next_update }
            }
            Some(_) => Status::Unknown(unknown.max(UnknownStatus::OutOfScope)),
            None => Status::Unknown(unknown),
        }
    }

    /// Speaks of the moment, is understood, signed by a trusted key for lists. `designated` says that the
    /// certificate itself names the list's signer.
    fn usable(
        &mut self,
        list: &Crl,
        subject: &Certificate,
        issuer: &Certificate,
        designated: bool,
    ) -> Result<(), UnknownStatus> {
        if let Some(oid) = list.unknown_critical() {
            return Err(UnknownStatus::UnknownCriticalExtension(oid.clone()));
        }
        self.evidence.speaks(subject, list.this_update(), list.next_update())?;
        if self.evidence.rules >= Rules::Rfc5280 {
            if list.number().is_none() {
                return Err(UnknownStatus::Rule("cRLNumber is missing"));
            }
            if list.number_is_critical() {
                return Err(UnknownStatus::Rule("cRLNumber is critical"));
            }
        }
        self.signed(list, issuer, designated)
    }

    fn signed(
        &mut self,
        list: &Crl,
        issuer: &Certificate,
        designated: bool,
    ) -> Result<(), UnknownStatus> {
        let mut problem = UnknownStatus::Signature;
        if issuer.subject() == list.issuer() && self.is_signer(list, issuer)? {
            return Ok(());
        }
        // The name alone binds nothing: another signer must have a path to the same anchor.
        let evidence = self.evidence;
        for signer in evidence.anchors.iter().chain(evidence.certificates) {
            if signer.subject() != list.issuer() || signer == issuer {
                continue;
            }
            if !self.is_signer(list, signer)? {
                continue;
            }
            match self.trusted(signer, designated) {
                Ok(()) => return Ok(()),
                Err(error) => problem = problem.max(error),
            }
        }
        Err(problem)
    }

    fn is_signer(&mut self, list: &Crl, signer: &Certificate) -> Result<bool, UnknownStatus> {
        let usage = signer.extensions().key_usage;
        if usage.is_some_and(|usage| !usage.any_of(KeyUsage::CRL_SIGN)) {
            return Ok(false);
        }
        let Ok(key) = signer.public_key() else { return Ok(false) };
        self.budget.signature().map_err(|error| UnknownStatus::Exhausted(error.0))?;
        Ok(list.verify_signature(key).is_ok())
    }

    /// A path for signing lists to the same anchor, with no certificate on it revoked.
    fn trusted(&mut self, signer: &Certificate, designated: bool) -> Result<(), UnknownStatus> {
        if signer == self.anchor {
            return Ok(());
        }
        if self.signers.contains(signer) {
            // A signer may answer for itself only when its own issuer says so.
            return if designated { Ok(()) } else { Err(UnknownStatus::Signer) };
        }
        if self.signers.len() == SIGNER_DEPTH_MAX {
            return Err(UnknownStatus::Signer);
        }
        let Evidence { certificates, at, .. } = *self.evidence;
        let anchors = std::slice::from_ref(self.anchor);
        let request = PathRequest::new(signer, certificates, anchors, at, Usage::CrlSigning);
        let path = path::build(&request, self.budget).map_err(|error| match error {
            PathError::Exhausted(error) => UnknownStatus::Exhausted(error.0),
            _ => UnknownStatus::Signer,
        })?;
        self.signers.push(signer.clone());
        let all_good = path
            .links()
            .all(|(subject, issuer)| matches!(self.status(subject, issuer), Status::Good { .. }));
        self.signers.pop();
        if all_good { Ok(()) } else { Err(UnknownStatus::Signer) }
    }

    /// What a usable list, with the delta list that changes it, says about the certificate.
    fn revocation(
        &mut self,
        subject: &Certificate,
        issuer: &Certificate,
        point: &DistributionPoint,
        list: &Crl,
    ) -> Option<Revocation> {
        let (evidence, designated) = (self.evidence, point.crl_issuer.is_some());
        let deltas = evidence.lists.iter().filter(|delta| changes(delta, list));
        let mut usable: Vec<&Crl> = deltas
            .filter(|delta| self.usable(delta, subject, issuer, designated).is_ok())
            .collect();
        usable.sort_by(|one, two| compare(two.number(), one.number()));
        let newest = usable.first().copied();
        let changed = newest.and_then(|delta| Some((delta, entry_of(delta, subject)?)));
        match changed {
            Some((_, entry)) if entry.reason == Some(Reason::RemoveFromCrl) => None,
            Some((delta, entry)) => Some(Revocation::of(entry, delta)),
            None => entry_of(list, subject).map(|entry| Revocation::of(entry, list)),
        }
    }
}

impl Covered {
    fn with(before: Option<Self>, reasons: u16, list: &Crl) -> Self {
        let this =
            Self { reasons, this_update: list.this_update(), next_update: list.next_update() };
        match before {
            None => this,
            Some(before) => Self {
                reasons: before.reasons | reasons,
                this_update: before.this_update.min(this.this_update),
                next_update: before.next_update.min(this.next_update),
            },
        }
    }
}

impl Revocation {
    fn of(entry: &Entry, list: &Crl) -> Self {
        Self {
            source: Source::List,
            at: entry.at,
            reason: entry.reason,
            invalid_since: entry.invalid_since,
            this_update: list.this_update(),
        }
    }
}

fn entry_of<'a>(list: &'a Crl, subject: &Certificate) -> Option<&'a Entry> {
    list.find(subject.issuer(), subject.serial())
}

/// The distribution points of a certificate, and at last the issuer itself.
fn points(subject: &Certificate) -> Vec<DistributionPoint> {
    let mut points = subject.extensions().crl_distribution_points.clone().unwrap_or_default();
    let issuer = GeneralName::Directory(subject.issuer().clone());
    let name = Some(DistributionPointName::Full(vec![issuer]));
    points.push(DistributionPoint { name, reasons: None, crl_issuer: None });
    points
}

/// Steps b and d: the reasons for which a list speaks about the certificate through a distribution
/// point; `None` when it does not.
fn reasons_covered(subject: &Certificate, point: &DistributionPoint, list: &Crl) -> Option<u16> {
    let scope = list.scope();
    match &point.crl_issuer {
        Some(names) => {
            let named = |name: &GeneralName| matches!(name, GeneralName::Directory(name) if name == list.issuer());
            if !names.iter().any(named) || !scope.is_some_and(|scope| scope.indirect) {
                return None;
            }
        }
        None if list.issuer() != subject.issuer() => return None,
        None => {}
    }
    let reasons = point.reasons.unwrap_or(ReasonFlags::ALL).0 & ReasonFlags::ALL.0;
    let Some(scope) = scope else { return Some(reasons) };
    let kind = match subject.is_ca() {
        true => !scope.only_users,
        false => !scope.only_authorities,
    };
    if !kind || scope.only_attributes || !shares_name(subject, point, list, scope) {
        return None;
    }
    Some(reasons & scope.only_reasons.unwrap_or(ReasonFlags::ALL).0)
}

/// Step b 2 i: one name of the list's scope is one of the distribution point's.
fn shares_name(
    subject: &Certificate,
    point: &DistributionPoint,
    list: &Crl,
    scope: &IssuingDistributionPoint,
) -> bool {
    let Some(published) = &scope.name else { return true };
    let published = full(published, list.issuer());
    let wanted = match (&point.name, &point.crl_issuer) {
        (Some(name), Some(issuers)) => {
            let issuers = issuers.iter().filter_map(|name| match name {
                GeneralName::Directory(name) => Some(name),
                _ => None,
            });
            issuers.flat_map(|issuer| full(name, issuer)).collect()
        }
        (Some(name), None) => full(name, subject.issuer()),
        (None, Some(issuers)) => issuers.clone(),
        (None, None) => Vec::new(),
    };
    wanted.iter().any(|name| published.contains(name))
}

/// Whole names; a relative one is put below the CRL issuer's name.
fn full(name: &DistributionPointName, issuer: &Name) -> Vec<GeneralName> {
    match name {
        DistributionPointName::Full(names) => names.clone(),
        DistributionPointName::Relative(relative) => {
            // The issuer's name is a well-formed SEQUENCE; its header has at most five bytes.
            let last = write::tlv(tag::SET, relative);
            let content = crate::der::Reader::only(issuer.raw(), tag::SEQUENCE);
            let whole = content.map(|name| write::sequence(&[name.content(), &last]));
            let parsed = whole.ok().and_then(|whole| Name::parse(&whole).ok());
            parsed.map(GeneralName::Directory).into_iter().collect()
        }
    }
}

/// Step c: `delta` changes `list`.
fn changes(delta: &Crl, list: &Crl) -> bool {
    let Some(base) = delta.delta_base() else { return false };
    let older = compare(list.number(), Some(base)).is_ge();
    let newer = compare(delta.number(), list.number()).is_gt();
    let same_scope = delta.scope() == list.scope();
    let same_key = delta.authority_key_identifier() == list.authority_key_identifier();
    delta.issuer() == list.issuer()
        && list.number().is_some()
        && older
        && newer
        && same_scope
        && same_key
}

/// Numbers without leading zeros, big-endian.
fn compare(one: Option<&[u8]>, two: Option<&[u8]>) -> std::cmp::Ordering {
    one.map(|number| (number.len(), number)).cmp(&two.map(|number| (number.len(), number)))
}
