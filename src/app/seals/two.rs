//! What is done to a seal by two people: used again, ended, used otherwise.

use super::asking::{SealTermsAsked, moment};
use super::life::{not_from_here, proposal_refused, raced, reason};
use super::registry::{has_role, require};
use crate::{App, AppError, Caller};
use domain::id::SealProposalId;
use domain::seal::{
    ProposalState, SealChange, SealDuty, SealEvent, SealProposal, SealRefused, SealRevocation,
};
use storage::{SealStep, StoreError};

/// What somebody proposes, as it was typed.
#[derive(Clone, Debug, Default)]
pub struct SealProposed {
    /// `resume`, `revoke` or `terms`.
    pub change: String,
    /// Why.
    pub reason: String,
    /// Of `revoke`: the class of the reason.
    pub revocation: String,
    /// Of `revoke` for a key that was compromised: since when, in China's time.
    pub invalid_from: String,
    /// Of `terms`.
    pub terms: SealTermsAsked,
}

impl App {
    /// Proposes that a seal is used again, ended or used otherwise; another person confirms it.
    ///
    /// # Errors
    /// `proposal_open` when one is open, `reason_needed`, `seal_state` and refusals of what was
    /// typed; not allowed; [`AppError::NotFound`].
    pub fn seal_propose(
        &self,
        caller: &Caller,
        id: &str,
        asked: &SealProposed,
    ) -> Result<(), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::Propose)?;
        let (status, now) = (known.status(), self.clock.now());
        let (change, event) = match asked.change.as_str() {
            "resume" => (SealChange::Resume, Some(SealEvent::Resume)),
            "revoke" => (SealChange::Revoke(self.revocation(asked)?), Some(SealEvent::Revoke)),
            "terms" => (self.seal_terms(&asked.terms)?, None),
            _ => {
                let detail = "propose to resume, revoke, or change the terms".to_owned();
                return Err(AppError::Refused { code: "malformed_request", detail });
            }
        };
        if known.seal.is_none() {
            let event = event.unwrap_or(SealEvent::Resume);
            return Err(not_from_here(&SealRefused { status, event }));
        }
        let possible = event.map_or(status.changeable(), |event| status.next(event).map(drop));
        possible.map_err(|refused| not_from_here(&refused))?;
        let (seal, _) = known.made()?;
        let proposal = SealProposal {
            id: self.clock.id(SealProposalId::mint)?,
            seal: seal.id(),
            change,
            reason: reason(&asked.reason, true)?,
            proposed_by: by.clone(),
            proposed_at: now,
            state: ProposalState::Open,
            decided_by: None,
            decided_at: None,
        };
        let detail = [("change", proposal.change.word().to_owned())];
        let said = self.seal_said(&by, "propose", seal.id(), &detail)?;
        match self.store.seal_propose(&proposal, &[said]) {
            Err(StoreError::Exists { .. }) => Err(AppError::Refused {
                code: "proposal_open",
                detail: "another proposal for this seal is open: confirm or refuse it first".into(),
            }),
            other => Ok(other?),
        }
    }

    fn revocation(&self, asked: &SealProposed) -> Result<SealRevocation, AppError> {
        let bad = |detail: String| AppError::Refused { code: "revocation_reason", detail };
        let class = asked.revocation.parse();
        let class =
            class.map_err(|bad_class: domain::word::UnknownWord| bad(bad_class.to_string()))?;
        let from = match asked.invalid_from.trim() {
            "" => None,
            text => Some(moment(text).ok_or_else(|| bad(format!("{text} is no moment")))?),
        };
        let why = SealRevocation::new(class, from, self.clock.now());
        why.map_err(|refused| bad(refused.to_string()))
    }

    /// Confirms what another person proposed, and does it.
    ///
    /// # Errors
    /// `self_approval` for whoever proposed it, `proposal_decided`, `seal_state`, not allowed,
    /// [`AppError::NotFound`].
    pub fn seal_confirm(&self, caller: &Caller, id: &str, proposal: &str) -> Result<(), AppError> {
        let (known, by) = self.known_for(caller, id, SealDuty::Confirm)?;
        let (mut seal, _) = known.made()?;
        let mut proposal = self.proposal(&seal, proposal)?;
        let from = seal.status();
        let confirmed = proposal.confirm(&mut seal, &by, self.clock.now());
        confirmed.map_err(|refused| proposal_refused(&refused))?;
        let word = proposal.change.word();
        let detail = [("proposed_by", proposal.proposed_by.to_string())];
        let said = [self.seal_said(&by, word, seal.id(), &detail)?];
        let history = match from == seal.status() {
            true => Vec::new(),
            false => {
                vec![self.seal_step(seal.id(), Some(from), seal.status(), &by, &proposal.reason)?]
            }
        };
        let decided = Some(&proposal);
        let step = SealStep { seals: &[&seal], decided, history: &history, said: &said };
        self.store.seal_change(&step).map_err(raced)?;
        self.revoked_seals.forget();
        Ok(())
    }

    /// Refuses what another person proposed; whoever proposed it may take it back.
    ///
    /// # Errors
    /// `proposal_decided`, not allowed, [`AppError::NotFound`].
    pub fn seal_refuse(&self, caller: &Caller, id: &str, proposal: &str) -> Result<(), AppError> {
        has_role(caller, &[SealDuty::Propose, SealDuty::Confirm])?;
        let (seal, _) = self.known(caller, id)?.made()?;
        let mut proposal = self.proposal(&seal, proposal)?;
        let by = caller.actor();
        let own = proposal.proposed_by == by;
        let duty = if own { SealDuty::Propose } else { SealDuty::Confirm };
        require(caller, duty, seal.properties().organization)?;
        let refused = proposal.refuse(&by, self.clock.now());
        refused.map_err(|refused| proposal_refused(&refused))?;
        let detail = [("change", proposal.change.word().to_owned())];
        let said = self.seal_said(&by, "refuse", seal.id(), &detail)?;
        self.store.seal_refuse(&proposal, &[said]).map_err(raced)
    }

    /// A proposal for a seal, by its id.
    fn proposal(&self, seal: &domain::seal::Seal, id: &str) -> Result<SealProposal, AppError> {
        let all = self.store.seal_proposals(seal.id())?;
        all.into_iter().find(|one| one.id.to_string() == id).ok_or(AppError::NotFound)
    }
}
