//! The steps of a seal's life that one person takes, each with its reason.

use super::registry::{Known, has_role};
use crate::{App, AppError, Caller};
use domain::audit::{Actor, Entry, Subject};
use domain::id::{SealEntryId, SealId};
use domain::seal::{
    ProposalRefused, SealDuty, SealEntry, SealEvent, SealRefused, SealStatus, StepRefused,
};
use storage::{SealStep, StoreError};

/// A reason has no more characters than this.
const REASON_CHARACTERS_MAX: usize = 200;
/// Nor a number of a record.
const FILING_CHARACTERS_MAX: usize = 60;

/// The lifecycle does not allow it; the detail names what it allows.
pub(super) fn not_from_here(refused: &SealRefused) -> AppError {
    AppError::Refused { code: "seal_state", detail: refused.to_string() }
}

/// One person would take two steps.
pub(super) fn same_person() -> AppError {
    let detail = "whoever took the step before does not take this one: ask another person";
    AppError::Forbidden { code: "self_approval", detail: detail.to_owned() }
}

pub(super) fn step_refused(refused: &StepRefused) -> AppError {
    match refused {
        StepRefused::Status(refused) => not_from_here(refused),
        StepRefused::SamePerson(_) => same_person(),
    }
}

pub(super) fn proposal_refused(refused: &ProposalRefused) -> AppError {
    match refused {
        ProposalRefused::SamePerson(_) => same_person(),
        ProposalRefused::Status(refused) => not_from_here(refused),
        other => AppError::Refused { code: "proposal_decided", detail: other.to_string() },
    }
}

/// Somebody else was quicker.
pub(super) fn raced(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict { .. } => AppError::Refused {
            code: "seal_changed",
            detail: "the seal was changed meanwhile: look at it again".to_owned(),
        },
        other => other.into(),
    }
}

/// Words of a person; control characters do not print.
pub(super) fn words(
    text: &str,
    code: &'static str,
    most: usize,
    needed: bool,
) -> Result<String, AppError> {
    let text = text.trim();
    let count = text.chars().count();
    if count > most || (needed && count == 0) || text.chars().any(char::is_control) {
        let detail = format!("write 1 to {most} characters on one line");
        return Err(AppError::Refused { code, detail });
    }
    Ok(text.to_owned())
}

/// A reason that somebody gives.
pub(super) fn reason(text: &str, needed: bool) -> Result<String, AppError> {
    words(text, "reason_needed", REASON_CHARACTERS_MAX, needed)
}

impl App {
    /// Says that a seal is to be made.
    ///
    /// # Errors
    /// `self_approval` for whoever asked for it, `seal_state`, not allowed, [`AppError::NotFound`].
    pub fn seal_approve(&self, caller: &Caller, id: &str, why: &str) -> Result<(), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::Approve)?;
        self.application_step(known, SealEvent::Approve, &by, &reason(why, false)?)
    }

    /// Says that a seal is not to be made: before it is approved whoever approves says so, after
    /// that whoever makes seals.
    ///
    /// # Errors
    /// As [`App::seal_approve`]; `reason_needed`.
    pub fn seal_reject(&self, caller: &Caller, id: &str, why: &str) -> Result<(), AppError> {
        has_role(caller, &[SealDuty::Approve, SealDuty::Make])?;
        let approved = self.known(caller, id)?.status() == SealStatus::Approved;
        let duty = if approved { SealDuty::Make } else { SealDuty::Approve };
        let (known, by) = self.known_for(caller, id, duty)?;
        self.application_step(known, SealEvent::Reject, &by, &reason(why, true)?)
    }

    /// Asks for a seal no more.
    ///
    /// # Errors
    /// As [`App::seal_approve`]; `reason_needed`.
    pub fn seal_withdraw(&self, caller: &Caller, id: &str, why: &str) -> Result<(), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::Request)?;
        self.application_step(known, SealEvent::Withdraw, &by, &reason(why, true)?)
    }

    fn application_step(
        &self,
        known: Known,
        event: SealEvent,
        by: &Actor,
        why: &str,
    ) -> Result<(), AppError> {
        let from = known.status();
        // Once the seal is there, the steps before it are over.
        let mut application = match (known.application, known.seal) {
            (Some(application), None) => application,
            _ => return Err(not_from_here(&SealRefused { status: from, event })),
        };
        application.step(event, by).map_err(|refused| step_refused(&refused))?;
        let step = self.seal_step(application.id, Some(from), application.status, by, why)?;
        let said = self.seal_said(by, event.as_str(), application.id, &[])?;
        let kept = self.store.seal_application_replace(&application, Some(&step), &[said]);
        kept.map_err(raced)
    }

    /// Puts a seal on record (备案) under a number.
    ///
    /// # Errors
    /// `self_approval` for whoever made it, `filing_needed`, `seal_state`, not allowed,
    /// [`AppError::NotFound`].
    pub fn seal_file(&self, caller: &Caller, id: &str, number: &str) -> Result<(), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::File)?;
        let number = words(number, "filing_needed", FILING_CHARACTERS_MAX, true)?;
        let from = known.status();
        let Some(mut seal) = known.seal else {
            return Err(not_from_here(&SealRefused { status: from, event: SealEvent::File }));
        };
        let filed = seal.file(&number, &by, self.clock.now());
        filed.map_err(|refused| step_refused(&refused))?;
        let history = [self.seal_step(seal.id(), Some(from), seal.status(), &by, &number)?];
        let said = [self.seal_said(&by, "file", seal.id(), &[("number", number)])?];
        let step = SealStep { seals: &[&seal], decided: None, history: &history, said: &said };
        self.store.seal_change(&step).map_err(raced)
    }

    /// Takes a seal into use; one whose place it takes is not used any more.
    ///
    /// # Errors
    /// `seal_state`, not allowed, [`AppError::NotFound`].
    pub fn seal_activate(&self, caller: &Caller, id: &str) -> Result<(), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::Activate)?;
        let (from, now) = (known.status(), self.clock.now());
        let event = SealEvent::Activate;
        if known.seal.is_none() {
            return Err(not_from_here(&SealRefused { status: from, event }));
        }
        let (mut seal, application) = known.made()?;
        seal.apply(event, now).map_err(|refused| not_from_here(&refused))?;
        let new = seal.id();
        let mut seals = vec![seal];
        let mut history = vec![self.seal_step(new, Some(from), SealStatus::Active, &by, "")?];
        let mut said = vec![self.seal_said(&by, "activate", new, &[])?];
        if let Some(old) = application.and_then(|one| one.replaces) {
            let mut old = self.store.seal_read(old)?;
            let (id, before) = (old.id(), old.status());
            // One that ended meanwhile by itself needs nobody to take its place.
            if old.replace(new, now).is_ok() {
                history.push(self.seal_step(id, Some(before), old.status(), &by, "")?);
                said.push(self.seal_said(&by, "replace", id, &[("by", new.to_string())])?);
                seals.push(old);
            }
        }
        let seals: Vec<_> = seals.iter().collect();
        let step = SealStep { seals: &seals, decided: None, history: &history, said: &said };
        self.store.seal_change(&step).map_err(raced)
    }

    /// Stops using a seal, at once: one person is enough.
    ///
    /// # Errors
    /// `reason_needed`, `seal_state`, not allowed, [`AppError::NotFound`].
    pub fn seal_suspend(&self, caller: &Caller, id: &str, why: &str) -> Result<(), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::Suspend)?;
        let why = reason(why, true)?;
        let (from, event) = (known.status(), SealEvent::Suspend);
        let Some(mut seal) = known.seal else {
            return Err(not_from_here(&SealRefused { status: from, event }));
        };
        seal.apply(event, self.clock.now()).map_err(|refused| not_from_here(&refused))?;
        let history = [self.seal_step(seal.id(), Some(from), seal.status(), &by, &why)?];
        let said = [self.seal_said(&by, "suspend", seal.id(), &[])?];
        let step = SealStep { seals: &[&seal], decided: None, history: &history, said: &said };
        self.store.seal_change(&step).map_err(raced)
    }

    /// A step of a seal's life, as its history keeps it.
    pub(super) fn seal_step(
        &self,
        seal: SealId,
        from: Option<SealStatus>,
        to: SealStatus,
        by: &Actor,
        why: &str,
    ) -> Result<SealEntry, AppError> {
        let (id, at) = (self.clock.id(SealEntryId::mint)?, self.clock.now());
        Ok(SealEntry { id, seal, from, to, by: by.clone(), reason: why.to_owned(), at })
    }

    /// What the audit trail says of a step.
    pub(super) fn seal_said(
        &self,
        by: &Actor,
        event: &str,
        seal: SealId,
        detail: &[(&str, String)],
    ) -> Result<Entry, AppError> {
        self.clock.entry(by, &format!("seal.{event}"), Subject::new("seal", seal), detail)
    }
}
