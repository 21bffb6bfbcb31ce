//! What the register says of each party: its licenses, how they stand, and whether they are genuine.

use super::asking::Checked;
use super::{App, AppError};
use crate::view::{CheckView, VerificationView};
use domain::exemption::{self, Case, Held, Key, Looked, PartHeld, Party, ServiceItem, Verified};
use domain::id::{LicenseId, OrganizationId};
use domain::identifier::LicenseTypeCode;
use domain::license::{License, Standing};
use domain::validation::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use storage::Shown;
use time::OffsetDateTime;

/// Licenses that are looked through for one case, of all its parties together: each costs its content
/// and its parts. Whoever holds more of the types in question is not decided about by a part of them.
const LICENSES_MAX: usize = 500;

/// What was found of each party.
pub(super) struct Looks {
    said: BTreeMap<Key, Looked>,
    shown: BTreeMap<LicenseId, Shown>,
}

impl Looks {
    pub(super) fn said(&self) -> &BTreeMap<Key, Looked> {
        &self.said
    }

    /// What came of verifying a license, whoever holds it.
    fn learn(&mut self, license: LicenseId, verified: Verified) {
        let found = self.said.values_mut().filter_map(|said| match said {
            Looked::Found(held) => Some(held),
            Looked::Unavailable | Looked::TooMany => None,
        });
        let known = found.flatten().filter(|one| one.id == license);
        known.for_each(|one| one.verified = verified);
    }

    pub(super) fn shown(&self, license: LicenseId) -> Option<&Shown> {
        self.shown.get(&license)
    }

    /// The licenses whose content was looked at.
    pub(super) fn read(&self) -> Vec<LicenseId> {
        self.shown.keys().copied().collect()
    }
}

/// Types that anything of the items, or a relation, asks for.
pub(super) fn wanted(app: &App, checked: &Checked) -> BTreeSet<LicenseTypeCode> {
    let of_item = |item: &ServiceItem| -> Vec<LicenseTypeCode> {
        let evidence = item.materials.iter().flat_map(|one| &one.waived_by);
        let evidence = evidence.flat_map(|one| &one.all).map(|one| one.license_type);
        let filled = item.form.iter().flat_map(|field| &field.from).map(|one| one.license_type);
        evidence.chain(filled).collect()
    };
    let items = checked.items.iter().flat_map(|one| of_item(&one.filed.item));
    let named = |relation: &Key| checked.parties.contains_key(relation);
    let proofs = app.settings.exemption.relations.iter().filter(|one| named(&one.relation));
    items.chain(proofs.map(|one| one.license_type)).collect()
}

impl App {
    /// Looks for the licenses of every party that are of these types. A register that cannot be asked is
    /// told as that.
    pub(super) fn looked(
        &self,
        checked: &Checked,
        wanted: &BTreeSet<LicenseTypeCode>,
        now: OffsetDateTime,
    ) -> Result<Looks, AppError> {
        let mut looks = Looks { said: BTreeMap::new(), shown: BTreeMap::new() };
        let whole = match self.follow_holders() {
            Ok(whole) => whole,
            Err(error @ AppError::DiskFailed(_)) => return Err(error),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "who holds licenses");
                false
            }
        };
        let mut left = LICENSES_MAX;
        // The applicant first: whom the case is about is not left out for others.
        let (own, others): (Vec<_>, Vec<_>) =
            checked.parties.iter().partition(|(role, _)| role.as_str() == exemption::APPLICANT);
        for (role, party) in own.into_iter().chain(others) {
            let found = if whole { self.licenses_of(party, wanted, left) } else { None };
            let said = match found {
                None => Looked::Unavailable,
                Some(found) if found.len() > left => Looked::TooMany,
                Some(found) => {
                    left -= found.len();
                    Looked::Found(self.all_held(found, party, &mut looks, now))
                }
            };
            looks.said.insert(role.clone(), said);
        }
        Ok(looks)
    }

    fn all_held(
        &self,
        found: Vec<Shown>,
        party: &Party,
        looks: &mut Looks,
        now: OffsetDateTime,
    ) -> Vec<Held> {
        let held = found.iter().map(|shown| self.held(shown, party, now)).collect();
        looks.shown.extend(found.into_iter().map(|shown| (shown.license.id(), shown)));
        held
    }

    /// The licenses of a party that are of these types, one more than `most` at most; nothing when they
    /// cannot be had.
    fn licenses_of(
        &self,
        party: &Party,
        types: &BTreeSet<LicenseTypeCode>,
        most: usize,
    ) -> Option<Vec<Shown>> {
        let found = self
            .holder(&party.code)
            .and_then(|holder| Ok(self.store.holder_licenses(holder, types, most + 1)?));
        found
            .inspect_err(|error| {
                tracing::warn!(error = error as &dyn std::error::Error, "licenses of a holder");
            })
            .ok()
    }

    fn held(&self, shown: &Shown, party: &Party, now: OffsetDateTime) -> Held {
        let license = &shown.license;
        let content = self.content_read(license);
        let holders = self.holders_of(license, content.as_ref());
        let own = license.standing(now);
        let (standing, parts, known) = match self.standing_by_parts(license, own, None) {
            Ok(whole) => (whole.standing, whole.parts, true),
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "parts of a license");
                (own, Vec::new(), false)
            }
        };
        let part = |part: &License| PartHeld {
            id: part.id(),
            version: part.version(),
            last: part.particulars().period.last(),
        };
        // What is not in force, or somebody else's, is of no use however genuine it is.
        let of_use = standing == Standing::Valid && holders.contains(&party.code);
        let verified = if known && of_use { Verified::Unasked } else { Verified::Unknown };
        Held {
            id: license.id(),
            version: license.version(),
            license_type: license.particulars().type_code,
            holders,
            content,
            parts: parts.iter().map(part).collect(),
            standing,
            verified,
        }
    }

    /// Verifies what an answer hangs on: the licenses that are relied on, and not all that somebody
    /// holds. `unasked` draws the answer and says on which it hangs that nobody verified.
    pub(super) fn verify_what_counts(
        &self,
        checked: &Checked,
        looks: &mut Looks,
        now: OffsetDateTime,
        unasked: impl Fn(&Case<'_>) -> BTreeSet<LicenseId>,
    ) {
        loop {
            let unasked = unasked(&self.case(checked, looks, now));
            if unasked.is_empty() {
                return;
            }
            for id in unasked {
                // What is decided about was found.
                let verified = looks.shown(id).map(|shown| self.verified_file(shown));
                looks.learn(id, verified.unwrap_or(Verified::Unknown));
            }
        }
    }

    /// What comes of verifying the sealed file of a license; what cannot be read is not known.
    fn verified_file(&self, shown: &Shown) -> Verified {
        match self.file_verdict(shown) {
            Ok(view) => match view.outcome() {
                Outcome::Valid => Verified::Valid,
                Outcome::Invalid => Verified::Invalid,
                Outcome::Indeterminate if revocation_unknown(&view) => Verified::RevocationUnknown,
                Outcome::Indeterminate => Verified::Unknown,
            },
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "a license relied on");
                Verified::Unknown
            }
        }
    }

    /// Verifies a license that a decision relies on, and keeps that; its id, or nothing when the
    /// license is not valid.
    pub(super) fn verify_relied(
        &self,
        shown: &Shown,
        organization: OrganizationId,
    ) -> Result<Option<String>, AppError> {
        let view = self.verify_for(shown, organization)?;
        Ok(view.id.clone().filter(|_| view.outcome() == Outcome::Valid))
    }
}

/// Whether it is the revocation of a certificate that nobody knows.
fn revocation_unknown(view: &VerificationView) -> bool {
    let of_signatures = view.signatures.iter().flat_map(|one| &one.checks);
    let unknown = |check: &&CheckView| check.result == "unknown";
    let mut all = view.checks.iter().chain(of_signatures).filter(unknown);
    all.any(|check| check.check.contains("revocation"))
}
