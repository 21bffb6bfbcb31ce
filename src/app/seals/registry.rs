//! The register of seals: what there is, how far each is, and what waits for whom.

use super::picture::address_of;
use crate::people::Names;
use crate::view::time::instant;
use crate::view::{
    SealCertificateView, SealEntryView, SealKeyView, SealLifeView, SealLimitsView,
    SealProposalView, SealRevocationView, SealTaskView, SealView,
};
use crate::{App, AppError, Caller, id_of};
use domain::access::Permission;
use domain::audit::Actor;
use domain::id::{KeyId, OrganizationId, SealId};
use domain::seal::{
    FourEyes, Limits, ProposalState, Scope, Seal, SealApplication, SealChange, SealDuty, SealEntry,
    SealEvent, SealProposal, SealRevocation, SealStatus,
};
use formats::x509::Certificate;
use std::collections::BTreeMap;
use time::OffsetDateTime;

/// A seal as far as it is: what was asked for, what was made, or both.
#[derive(Clone)]
pub(crate) struct Known {
    pub(crate) application: Option<SealApplication>,
    pub(crate) seal: Option<Seal>,
}

impl Known {
    pub(crate) fn status(&self) -> SealStatus {
        let asked = self.application.as_ref().map(|one| one.status);
        self.seal.as_ref().map(Seal::status).or(asked).unwrap_or(SealStatus::Withdrawn)
    }

    /// What the register shows of it: its id, its organization, and the rest.
    fn shown(&self) -> Option<Shown<'_>> {
        let made = self.seal.as_ref().map(|seal| {
            let one = seal.properties();
            Shown {
                id: one.id,
                organization: one.organization,
                name: &one.name,
                code: one.code.to_string(),
                kind: one.kind.as_str(),
                size_mm: [one.picture.width_mm, one.picture.height_mm],
                period: (one.not_before, one.not_after),
                scope: &one.scope,
                limits: &one.limits,
                keys: [one.sm2_key, one.pades_key],
            }
        });
        let asked = self.application.as_ref();
        made.or_else(|| {
            asked.map(|one| Shown {
                id: one.id,
                organization: one.organization,
                name: &one.name,
                code: one.code.to_string(),
                kind: one.kind.as_str(),
                size_mm: [one.picture.width_mm, one.picture.height_mm],
                period: (one.not_before, one.not_after),
                scope: &one.scope,
                limits: &one.limits,
                keys: [one.sm2_key, one.pades_key],
            })
        })
    }

    pub(crate) fn organization(&self) -> Result<OrganizationId, AppError> {
        self.shown().map(|one| one.organization).ok_or(AppError::NotFound)
    }

    /// The seal that was made.
    pub(crate) fn made(self) -> Result<(Seal, Option<SealApplication>), AppError> {
        Ok((self.seal.ok_or(AppError::NotFound)?, self.application))
    }

    /// Who took the step after which this one comes, and so does not take it.
    fn before(&self, duty: SealDuty, open: Option<&SealProposal>) -> Vec<Actor> {
        let asked = self.application.as_ref();
        let requested = asked.map(|one| one.requested_by.clone());
        let approved = asked.and_then(|one| one.approved_by.clone());
        let maker = self.seal.as_ref().and_then(|seal| seal.provenance().made_by.clone());
        let proposer = open.map(|one| one.proposed_by.clone());
        let before = match duty {
            SealDuty::Approve => vec![requested],
            SealDuty::Make => vec![requested, approved],
            SealDuty::File => vec![maker],
            SealDuty::Confirm => vec![proposer],
            _ => Vec::new(),
        };
        before.into_iter().flatten().collect()
    }

    /// The steps that come next, whoever takes them.
    fn next(&self, open: Option<&SealProposal>) -> Vec<SealDuty> {
        let mut next = match self.status() {
            SealStatus::Requested => vec![SealDuty::Approve, SealDuty::Request],
            SealStatus::Approved => vec![SealDuty::Make, SealDuty::Request],
            SealStatus::Made => vec![SealDuty::File],
            SealStatus::Filed => vec![SealDuty::Activate],
            SealStatus::Active => vec![SealDuty::Suspend],
            _ => Vec::new(),
        };
        let may_change = self.seal.is_some() && self.status().next(SealEvent::Revoke).is_ok();
        match open {
            Some(_) => next.push(SealDuty::Confirm),
            None if may_change => next.push(SealDuty::Propose),
            None => {}
        }
        next
    }
}

struct Shown<'a> {
    id: SealId,
    organization: OrganizationId,
    name: &'a str,
    code: String,
    kind: &'static str,
    size_mm: [u32; 2],
    period: (OffsetDateTime, OffsetDateTime),
    scope: &'a Scope,
    limits: &'a Limits,
    keys: [Option<KeyId>; 2],
}

impl App {
    /// The seals that the caller may see: of the own organization, or of all for those who manage
    /// or audit them; each from the day it was asked for.
    ///
    /// # Errors
    /// Not allowed; the store's.
    pub fn seals(&self, caller: &Caller) -> Result<Vec<SealView>, AppError> {
        let names = self.organization_names()?;
        self.all_known(caller)?.iter().map(|known| self.seal_view(known, &names)).collect()
    }

    /// One seal with its life.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for seals of others; the store's.
    pub fn seal(&self, caller: &Caller, id: &str) -> Result<SealLifeView, AppError> {
        let known = self.known(caller, id)?;
        let shown = known.shown().ok_or(AppError::NotFound)?;
        let (history, proposals) =
            (self.store.seal_history(shown.id)?, self.store.seal_proposals(shown.id)?);
        let open = proposals.iter().find(|one| one.state == ProposalState::Open);
        let mut names = Names::of_register(&self.store);
        let seal = known.seal.as_ref();
        Ok(SealLifeView {
            seal: self.seal_view(&known, &self.organization_names()?)?,
            filing: seal.and_then(|seal| seal.provenance().filing.clone()),
            replaces: known.application.as_ref().and_then(|one| Some(one.replaces?.to_string())),
            replaced_by: seal.and_then(Seal::replaced_by).map(|id| id.to_string()),
            revocation: seal.and_then(Seal::revocation).as_ref().map(revocation_view),
            keys: self.seal_keys(shown.keys)?,
            history: history
                .iter()
                .map(|entry| entry_view(entry, &mut names))
                .collect::<Result<_, _>>()?,
            proposals: proposals
                .iter()
                .map(|one| proposal_view(one, &mut names))
                .collect::<Result<_, _>>()?,
            next: known.next(open).iter().map(|duty| duty.as_str().to_owned()).collect(),
        })
    }

    /// The steps with a seal that this caller may take now.
    ///
    /// # Errors
    /// As [`App::seal`].
    pub fn seal_duties(&self, caller: &Caller, id: &str) -> Result<Vec<SealDuty>, AppError> {
        let known = self.known(caller, id)?;
        let of = known.shown().ok_or(AppError::NotFound)?.id;
        let proposals = self.store.seal_proposals(of)?;
        let open = proposals.iter().find(|one| one.state == ProposalState::Open);
        duties(caller, &known, open)
    }

    /// The steps that wait for this caller, of all seals.
    ///
    /// # Errors
    /// The store's.
    pub fn seals_waiting(&self, caller: &Caller) -> Result<Vec<SealTaskView>, AppError> {
        let Ok(of) = seen_by(caller) else { return Ok(Vec::new()) };
        let open: BTreeMap<SealId, SealProposal> =
            self.store.seal_proposals_open(of)?.into_iter().map(|one| (one.seal, one)).collect();
        let names = self.organization_names()?;
        let mut tasks = Vec::new();
        for known in self.all_known(caller)? {
            let Some(shown) = known.shown() else { continue };
            // Nobody waits for these.
            let idle = [SealDuty::Request, SealDuty::Suspend, SealDuty::Propose];
            for duty in duties(caller, &known, open.get(&shown.id))? {
                if !idle.contains(&duty) {
                    tasks.push(SealTaskView {
                        id: shown.id.to_string(),
                        name: shown.name.to_owned(),
                        organization: names.get(&shown.organization).cloned().unwrap_or_default(),
                        duty: duty.to_string(),
                    });
                }
            }
        }
        Ok(tasks)
    }

    /// The picture of a seal, as an address of its own content.
    ///
    /// # Errors
    /// As [`App::seal`].
    pub fn seal_image(&self, caller: &Caller, id: &str) -> Result<String, AppError> {
        let known = self.known(caller, id)?;
        let made = known.seal.map(|seal| seal.properties().picture.clone());
        let picture = made.or_else(|| known.application.map(|one| one.picture));
        picture.map(|one| address_of(&one)).ok_or(AppError::NotFound)
    }

    /// A seal that the caller may see.
    pub(crate) fn known(&self, caller: &Caller, id: &str) -> Result<Known, AppError> {
        let of = seen_by(caller)?;
        let id: SealId = id_of(id)?;
        let application = self.store.seal_application_find(id)?;
        let is_made = application.as_ref().is_none_or(|one| one.status == SealStatus::Made);
        let seal = is_made.then(|| self.store.seal_read(id)).transpose()?;
        let known = Known { application, seal };
        let own = known.organization()?;
        if of.is_none_or(|of| of == own) { Ok(known) } else { Err(AppError::NotFound) }
    }

    /// A seal with which the caller may take a step, and the caller as the one who takes it.
    pub(crate) fn known_for(
        &self,
        caller: &Caller,
        id: &str,
        duty: SealDuty,
    ) -> Result<(Known, Actor), AppError> {
        has_role(caller, &[duty])?;
        let known = self.known(caller, id)?;
        require(caller, duty, known.organization()?)?;
        Ok((known, caller.actor()))
    }

    fn all_known(&self, caller: &Caller) -> Result<Vec<Known>, AppError> {
        let of = seen_by(caller)?;
        let mut asked: BTreeMap<SealId, SealApplication> =
            self.store.seal_application_list(of)?.into_iter().map(|one| (one.id, one)).collect();
        let made = self.store.seals_of(of)?.into_iter();
        let mut all: Vec<Known> = made
            .map(|seal| Known { application: asked.remove(&seal.id()), seal: Some(seal) })
            .collect();
        let waiting = asked.into_values().filter(|one| one.status != SealStatus::Made);
        all.extend(waiting.map(|one| Known { application: Some(one), seal: None }));
        Ok(all)
    }

    fn seal_view(
        &self,
        known: &Known,
        names: &BTreeMap<OrganizationId, String>,
    ) -> Result<SealView, AppError> {
        let shown = known.shown().ok_or(AppError::NotFound)?;
        let mut suites = Vec::new();
        if known.seal.is_some() {
            for key in shown.keys.into_iter().flatten() {
                suites.push(self.signer(key)?.suite.name().to_owned());
            }
        }
        Ok(SealView {
            id: shown.id.to_string(),
            name: shown.name.to_owned(),
            code: shown.code,
            kind: shown.kind.to_owned(),
            organization: names.get(&shown.organization).cloned().unwrap_or_default(),
            size_mm: shown.size_mm,
            not_before: instant(shown.period.0),
            not_after: instant(shown.period.1),
            state: state(known.status(), known.seal.as_ref(), self.clock.now()),
            license_types: types_view(shown.scope),
            limits: limits_view(shown.limits),
            suites,
        })
    }

    fn seal_keys(&self, keys: [Option<KeyId>; 2]) -> Result<Vec<SealKeyView>, AppError> {
        let mut views = Vec::new();
        for (signs, id) in ["sm2", "pades"].into_iter().zip(keys) {
            let Some(id) = id else { continue };
            let key = self.store.signing_key_read(id)?;
            let own = key.chain.first().and_then(|der| Certificate::parse(der).ok());
            let certificate = own.map(|one| SealCertificateView {
                subject: one.subject().to_string(),
                issuer: one.issuer().to_string(),
                not_before: instant(one.not_before()),
                not_after: instant(one.not_after()),
            });
            views.push(SealKeyView { signs: signs.to_owned(), kind: key.kind, certificate });
        }
        Ok(views)
    }
}

/// Whose seals a caller may see: one organization's, or all.
fn seen_by(caller: &Caller) -> Result<Option<OrganizationId>, AppError> {
    let everywhere = [Permission::SealManage, Permission::AuditRead];
    let person = matches!(caller, Caller::Person { .. });
    if person && everywhere.iter().any(|one| caller.require(*one).is_ok()) {
        return Ok(None);
    }
    Ok(Some(caller.require(Permission::LicenseRead)?))
}

/// Refuses who takes none of these steps with any seal, before it is told whether there is one.
pub(crate) fn has_role(caller: &Caller, duties: &[SealDuty]) -> Result<(), AppError> {
    let mut needed = duties.iter().flat_map(|duty| duty.permissions());
    if needed.any(|permission| caller.require(*permission).is_ok()) {
        return Ok(());
    }
    Err(missing(duties))
}

fn missing(duties: &[SealDuty]) -> AppError {
    let needed = duties.iter().flat_map(|duty| duty.permissions()).map(|one| one.as_str());
    let needed: std::collections::BTreeSet<&str> = needed.collect();
    let needed: Vec<&str> = needed.into_iter().collect();
    AppError::Forbidden {
        code: "scope_missing",
        detail: format!("a person with the permission {} does this", needed.join(" or ")),
    }
}

/// Refuses who may not take a step with a seal of the organization.
pub(crate) fn require(
    caller: &Caller,
    duty: SealDuty,
    organization: OrganizationId,
) -> Result<(), AppError> {
    if duty.is_of(caller, organization) { Ok(()) } else { Err(missing(&[duty])) }
}

fn duties(
    caller: &Caller,
    known: &Known,
    open: Option<&SealProposal>,
) -> Result<Vec<SealDuty>, AppError> {
    let (organization, actor) = (known.organization()?, caller.actor());
    let may = |duty: &SealDuty| {
        let before = known.before(*duty, open);
        duty.is_of(caller, organization) && FourEyes::check(&actor, before.iter().map(Some)).is_ok()
    };
    Ok(known.next(open).into_iter().filter(may).collect())
}

/// The state in words of the API; that a seal has expired is computed.
fn state(status: SealStatus, seal: Option<&Seal>, at: OffsetDateTime) -> String {
    let in_use = matches!(status, SealStatus::Active | SealStatus::Suspended);
    match seal.filter(|seal| in_use && seal.has_expired(at)) {
        Some(_) => "EXPIRED".to_owned(),
        None => status.as_str().to_ascii_uppercase(),
    }
}

fn types_view(scope: &Scope) -> Option<Vec<String>> {
    match scope {
        Scope::Any => None,
        Scope::Only(codes) => Some(codes.iter().map(ToString::to_string).collect()),
    }
}

fn limits_view(limits: &Limits) -> SealLimitsView {
    SealLimitsView {
        per_hour: limits.per_hour.map(std::num::NonZero::get),
        per_day: limits.per_day.map(std::num::NonZero::get),
        hours: limits.hours.map(|hours| hours.to_string()),
    }
}

fn revocation_view(why: &SealRevocation) -> SealRevocationView {
    SealRevocationView {
        reason: why.reason().to_string(),
        invalid_from: why.invalid_from().map(instant),
    }
}

fn entry_view(entry: &SealEntry, names: &mut Names<'_>) -> Result<SealEntryView, AppError> {
    let state = |status: SealStatus| status.as_str().to_ascii_uppercase();
    Ok(SealEntryView {
        at: instant(entry.at),
        from: entry.from.map(state),
        to: state(entry.to),
        by: names.or_as_told(&entry.by)?,
        reason: entry.reason.clone(),
    })
}

fn proposal_view(one: &SealProposal, names: &mut Names<'_>) -> Result<SealProposalView, AppError> {
    let (scope, limits, why) = match &one.change {
        SealChange::Resume => (None, None, None),
        SealChange::Revoke(why) => (None, None, Some(revocation_view(why))),
        SealChange::Terms { scope, limits } => (types_view(scope), Some(limits), None),
    };
    Ok(SealProposalView {
        id: one.id.to_string(),
        change: one.change.word().to_owned(),
        state: one.state.to_string(),
        reason: one.reason.clone(),
        proposed_by: names.or_as_told(&one.proposed_by)?,
        proposed_at: instant(one.proposed_at),
        decided_by: one.decided_by.as_ref().map(|by| names.or_as_told(by)).transpose()?,
        decided_at: one.decided_at.map(instant),
        revocation: why,
        license_types: scope,
        limits: limits.map(limits_view),
    })
}
