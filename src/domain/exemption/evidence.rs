//! Whether licenses of the register stand in a material's place.

use super::case::{Case, Held, Looked, Party, Verified};
use super::condition;
use super::item::Source;
use super::key::Key;
use super::material::{Alternative, Evidence, Material};
use super::policy::{AGENT, APPLICANT};
use super::predicate::Predicate;
use super::verdict::Reason;
use crate::catalogue::Kept;
use crate::id::LicenseId;
use crate::identifier::LicenseTypeCode;
use crate::license::Standing;
use std::cell::RefCell;
use std::collections::BTreeSet;
use time::Date;

/// A case, and on which licenses that nobody verified the answers hung that were drawn from it.
pub(super) struct Looking<'a> {
    case: &'a Case<'a>,
    open: RefCell<BTreeSet<LicenseId>>,
}

impl<'a> Looking<'a> {
    pub(super) fn at(case: &'a Case<'a>) -> Self {
        Self { case, open: RefCell::default() }
    }

    /// The licenses that are to be verified before an answer counts.
    pub(super) fn into_open(self) -> BTreeSet<LicenseId> {
        self.open.into_inner()
    }

    fn hangs_on<'h>(&self, held: impl Iterator<Item = &'h Held>) {
        let unasked = held.filter(|one| one.verified == Verified::Unasked).map(|one| one.id);
        self.open.borrow_mut().extend(unasked);
    }
}

impl<'a> std::ops::Deref for Looking<'a> {
    type Target = Case<'a>;

    fn deref(&self) -> &Case<'a> {
        self.case
    }
}

/// A license that a verdict relies on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Relied {
    /// The license.
    pub license: LicenseId,
    /// Which version of its state was looked at.
    pub version: u32,
    /// Whose it is.
    pub holder: Key,
    /// The relation that it proves, if that is what it is for.
    pub proves: Option<Key>,
    /// The licenses of which it is made, with their versions: it is relied on as long as on these.
    pub parts: BTreeSet<(LicenseId, u32)>,
}

/// Licenses that stand in a material's place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Proof {
    pub(super) relied: BTreeSet<Relied>,
    /// The last day on which they do.
    pub(super) until: Date,
}

impl Proof {
    fn of(held: &Held, holder: &Key, proves: Option<&Key>, until: Date) -> Self {
        let relied = Relied {
            license: held.id,
            version: held.version,
            holder: holder.clone(),
            proves: proves.cloned(),
            parts: held.parts.iter().map(|part| (part.id, part.version)).collect(),
        };
        Self { relied: BTreeSet::from([relied]), until }
    }

    fn and(mut self, other: Self) -> Self {
        self.relied.extend(other.relied);
        Self { until: self.until.min(other.until), ..self }
    }
}

/// The best of the alternatives, or what speaks against the nearest; none where there are none.
pub(super) fn of_material(
    case: &Looking<'_>,
    material: &Material,
) -> Option<Result<Proof, Reason>> {
    let tried = material.waived_by.iter().map(|alternative| of_alternative(case, alternative));
    best(tried)
}

/// The proof that lasts longest, the first of several; else the first of the reasons.
fn best(tried: impl Iterator<Item = Result<Proof, Reason>>) -> Option<Result<Proof, Reason>> {
    tried.reduce(|one, other| match (&one, &other) {
        (Ok(first), Ok(second)) if second.until > first.until => other,
        (Ok(_), _) => one,
        (Err(_), Ok(_)) => other,
        (Err(first), Err(second)) => Err(*first.min(second)),
    })
}

/// Every license of an alternative. What is certainly not there decides before what nobody knows.
fn of_alternative(case: &Looking<'_>, alternative: &Alternative) -> Result<Proof, Reason> {
    let mut proof: Option<Proof> = None;
    let mut against = BTreeSet::new();
    for evidence in &alternative.all {
        match of_evidence(case, evidence) {
            Ok(one) => proof = Some(proof.map_or(one.clone(), |all| all.and(one))),
            Err(reasons) => against.extend(reasons),
        }
    }
    match (against.iter().find(|one| !one.is_doubt()), against.first(), proof) {
        (Some(certain), ..) => Err(*certain),
        (None, Some(doubt), _) => Err(*doubt),
        (None, None, Some(proof)) => Ok(proof),
        // An item that was read has no empty alternative.
        (None, None, None) => Err(Reason::NothingInItsPlace),
    }
}

fn of_evidence(case: &Looking<'_>, evidence: &Evidence) -> Result<Proof, Vec<Reason>> {
    let holder = &evidence.holder;
    let own = [APPLICANT, AGENT].contains(&holder.as_str());
    let related = if own { Ok(None) } else { relation(case, holder).map(Some) };
    let held = license(case, holder, evidence.license_type, &evidence.predicates);
    match (related, held) {
        (Ok(None), Ok((held, until))) => Ok(Proof::of(held, holder, None, until)),
        (Ok(Some(related)), Ok((held, until))) => {
            Ok(related.and(Proof::of(held, holder, None, until)))
        }
        (related, held) => Err([related.err(), held.err()].into_iter().flatten().collect()),
    }
}

/// The license of a party from which a form field is filled; of another party, once it is proved
/// who that is.
pub(super) fn of_source<'a>(case: &'a Looking<'_>, source: &Source) -> Result<&'a Held, Reason> {
    if ![APPLICANT, AGENT].contains(&source.holder.as_str()) {
        relation(case, &source.holder)?;
    }
    license(case, &source.holder, source.license_type, &[]).map(|(held, _)| held)
}

/// The licenses of the sources of a form, each as for a decision, the one that lasts longest first;
/// and those that are to be verified before it counts.
#[must_use]
pub fn licenses_of_sources<'a>(
    case: &'a Case<'a>,
    sources: &[&Source],
) -> (Vec<Result<Vec<&'a Held>, Reason>>, BTreeSet<LicenseId>) {
    let looking = Looking::at(case);
    let found = sources.iter().map(|source| all_of_source(&looking, source)).collect();
    (found, looking.into_open())
}

/// As [`of_source`], and not the best alone: licenses of one type may say something else.
fn all_of_source<'a>(looking: &Looking<'a>, source: &Source) -> Result<Vec<&'a Held>, Reason> {
    if ![APPLICANT, AGENT].contains(&source.holder.as_str()) {
        relation(looking, &source.holder)?;
    }
    let case: &'a Case<'a> = looking.case;
    let party = case.parties.get(&source.holder).ok_or(Reason::PartyMissing)?;
    let found = found(case, &source.holder)?;
    let of_type = || found.iter().filter(|held| held.license_type == source.license_type);
    let mut usable: Vec<(Date, &Held)> = Vec::new();
    let mut against = Reason::NoLicense;
    for held in of_type() {
        match until(held, party, &[], case.today) {
            Ok(last) => usable.push((last, held)),
            Err(reason) => against = against.min(reason),
        }
    }
    if usable.is_empty() {
        looking.hangs_on(of_type());
        return Err(against);
    }
    usable.sort_by_key(|(last, held)| std::cmp::Reverse((*last, held.id)));
    let usable: Vec<&Held> = usable.into_iter().map(|(_, held)| held).collect();
    looking.hangs_on(usable.iter().copied());
    Ok(usable)
}

/// The license of a party that lasts longest, the newest of several, and its last day of use.
fn license<'a>(
    case: &'a Looking<'_>,
    holder: &Key,
    license_type: LicenseTypeCode,
    predicates: &[Predicate],
) -> Result<(&'a Held, Date), Reason> {
    let party = case.parties.get(holder).ok_or(Reason::PartyMissing)?;
    let found = found(case, holder)?;
    let mut usable: Option<(Date, &Held)> = None;
    let mut against = Reason::NoLicense;
    for held in found.iter().filter(|held| held.license_type == license_type) {
        match until(held, party, predicates, case.today) {
            Ok(last) => {
                let better = usable.is_none_or(|(best, one)| (last, held.id) > (best, one.id));
                usable = if better { Some((last, held)) } else { usable };
            }
            Err(reason) => against = against.min(reason),
        }
    }
    // Others of no use change nothing while there is one; while there is none, they change the reason.
    match usable {
        Some((last, held)) => {
            case.hangs_on(std::iter::once(held));
            Ok((held, last))
        }
        None => {
            case.hangs_on(found.iter().filter(|held| held.license_type == license_type));
            Err(against)
        }
    }
}

fn found<'a>(case: &'a Case<'_>, holder: &Key) -> Result<&'a [Held], Reason> {
    match case.looked.get(holder) {
        Some(Looked::Found(all)) => Ok(all),
        Some(Looked::TooMany) => Err(Reason::TooManyLicenses),
        Some(Looked::Unavailable) | None => Err(Reason::RegisterUnavailable),
    }
}

/// The last day on which a license can be used for this, or what speaks against it.
fn until(
    held: &Held,
    party: &Party,
    predicates: &[Predicate],
    today: Date,
) -> Result<Date, Reason> {
    if party.code.is_empty() || !held.holders.contains(&party.code) {
        return Err(Reason::HolderMismatch);
    }
    in_force(held.standing)?;
    let content = held.content.as_ref().ok_or(Reason::PredicateUnknown);
    let kept = |one: &Predicate| content.map_or(Kept::Unknown, |has| one.holds(has, today));
    let kept = condition::all(predicates.iter().map(kept));
    match (held.verified, kept) {
        (Verified::Invalid, _) => Err(Reason::LicenseInvalid),
        (_, Kept::No) => Err(Reason::PredicateNotMet),
        (Verified::RevocationUnknown, _) => Err(Reason::SealRevocationUnknown),
        (Verified::Unknown, _) => Err(Reason::LicenseUnverified),
        (Verified::Valid | Verified::Unasked, Kept::Unknown) => Err(Reason::PredicateUnknown),
        (Verified::Valid | Verified::Unasked, Kept::Yes) => {
            let content = content?;
            let ends = predicates.iter().filter_map(|one| one.until(content, today));
            let parts = held.parts.iter().filter_map(|part| part.last);
            Ok(ends.chain(content.valid_to()).chain(parts).min().unwrap_or(Date::MAX))
        }
    }
}

fn in_force(standing: Standing) -> Result<(), Reason> {
    match standing {
        Standing::Valid => Ok(()),
        Standing::NotIssued | Standing::Void => Err(Reason::LicenseNotIssued),
        Standing::NotYetValid => Err(Reason::LicenseNotYetValid),
        Standing::Expired => Err(Reason::LicenseExpired),
        Standing::Suspended => Err(Reason::LicenseSuspended),
        Standing::Revoked => Err(Reason::LicenseRevoked),
        Standing::Superseded => Err(Reason::LicenseSuperseded),
        Standing::Incomplete => Err(Reason::LicenseIncomplete),
    }
}

/// The license of the applicant that proves a relation.
fn relation(case: &Looking<'_>, relation: &Key) -> Result<Proof, Reason> {
    let other = case.parties.get(relation).ok_or(Reason::PartyMissing)?;
    let (role, applicant) = applicant(case).ok_or(Reason::PartyMissing)?;
    let found = found(case, role)?;
    let mut tried = Vec::new();
    for proof in case.policy.relations.iter().filter(|proof| proof.relation == *relation) {
        for held in found.iter().filter(|held| held.license_type == proof.license_type) {
            let says = held.content.as_ref().and_then(|content| {
                proof.says(content, &applicant.code, (&other.name, &other.code))
            });
            if says == Some(true) {
                case.hangs_on(std::iter::once(held));
                tried.push(match until(held, applicant, &[], case.today) {
                    Ok(last) => Ok(Proof::of(held, role, Some(relation), last)),
                    Err(reason) if reason.is_doubt() => Err(Reason::RelationUnknown),
                    Err(_) => Err(Reason::RelationNotProved),
                });
            }
        }
    }
    newest(tried).unwrap_or(Err(Reason::RelationNotProved))
}

/// As [`best`], and the newest license of several that last equally long.
fn newest(mut tried: Vec<Result<Proof, Reason>>) -> Option<Result<Proof, Reason>> {
    tried.sort_by(|one, other| match (one, other) {
        (Ok(one), Ok(other)) => other.relied.cmp(&one.relied),
        (one, other) => one.is_err().cmp(&other.is_err()),
    });
    best(tried.into_iter())
}

fn applicant<'a>(case: &'a Looking<'_>) -> Option<(&'a Key, &'a Party)> {
    case.parties.iter().find(|(role, _)| role.as_str() == APPLICANT)
}
