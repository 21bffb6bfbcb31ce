//! What is done to a seal by two: one person proposes it, another confirms it.

use time::OffsetDateTime;

use super::{
    BadSealRevocation, FourEyes, Limits, Scope, Seal, SealEvent, SealRefused, SealRevocation,
};
use crate::audit::Actor;
use crate::id::{SealId, SealProposalId};
use crate::word::words;

words! { "proposal state";
    /// How far a proposal is.
    pub enum ProposalState {
        /// It waits for another person.
        Open = "open",
        /// Another person confirmed it, and it was done.
        Confirmed = "confirmed",
        /// It was refused, or taken back.
        Refused = "refused",
    }
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealChange {
    /// Use the seal again.
    Resume,
    /// End it for good.
    Revoke(SealRevocation),
    /// Use it on other license types, or under other limits.
    Terms {
        /// Where it may stand.
        scope: Scope,
        /// How often and when it may be used.
        limits: Limits,
    },
}

impl SealChange {
    /// Its word: `resume`, `revoke`, `terms`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Resume => "resume",
            Self::Revoke(_) => "revoke",
            Self::Terms { .. } => "terms",
        }
    }
}

/// A proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealProposal {
    /// Its id.
    pub id: SealProposalId,
    /// The seal.
    pub seal: SealId,
    /// What is to be done.
    pub change: SealChange,
    /// Why, in words of whoever proposed it.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by: Actor,
    /// When.
    pub proposed_at: OffsetDateTime,
    /// How far it is.
    pub state: ProposalState,
    /// Who confirmed or refused it.
    pub decided_by: Option<Actor>,
    /// When.
    pub decided_at: Option<OffsetDateTime>,
}

/// Why a proposal was not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProposalRefused {
    /// It was decided before.
    #[error("the proposal was decided before")]
    Decided,
    /// Nobody confirms what they proposed.
    #[error(transparent)]
    SamePerson(#[from] FourEyes),
    /// The seal stands otherwise now.
    #[error(transparent)]
    Status(#[from] SealRefused),
    /// The revocation contradicts itself.
    #[error(transparent)]
    Revocation(#[from] BadSealRevocation),
}

impl SealProposal {
    /// Does to the seal what was proposed.
    ///
    /// # Errors
    /// The same person, a seal that stands otherwise now; both stay as they were.
    pub fn confirm(
        &mut self,
        seal: &mut Seal,
        by: &Actor,
        at: OffsetDateTime,
    ) -> Result<(), ProposalRefused> {
        if self.state != ProposalState::Open {
            return Err(ProposalRefused::Decided);
        }
        FourEyes::check(by, [Some(&self.proposed_by)])?;
        match &self.change {
            SealChange::Resume => seal.apply(SealEvent::Resume, at)?,
            SealChange::Revoke(why) => seal.revoke(*why, at)?,
            SealChange::Terms { scope, limits } => seal.use_otherwise(scope, *limits, at)?,
        }
        self.decide(ProposalState::Confirmed, by, at);
        Ok(())
    }

    /// Refuses it, or takes it back.
    ///
    /// # Errors
    /// It was decided before.
    pub fn refuse(&mut self, by: &Actor, at: OffsetDateTime) -> Result<(), ProposalRefused> {
        if self.state != ProposalState::Open {
            return Err(ProposalRefused::Decided);
        }
        self.decide(ProposalState::Refused, by, at);
        Ok(())
    }

    fn decide(&mut self, state: ProposalState, by: &Actor, at: OffsetDateTime) {
        (self.state, self.decided_by, self.decided_at) = (state, Some(by.clone()), Some(at));
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::id::StaffId;
    use crate::seal::{SealRevocationReason, SealStatus};

    const NOON: OffsetDateTime = datetime!(2026-03-02 12:00 UTC);

    fn person(number: u8) -> Actor {
        Actor::Staff(StaffId::mint(NOON, [number; 10]))
    }

    fn proposal(seal: &Seal, change: SealChange) -> SealProposal {
        SealProposal {
            id: SealProposalId::mint(NOON, [1; 10]),
            seal: seal.id(),
            change,
            reason: "查明无异常".into(),
            proposed_by: person(1),
            proposed_at: NOON,
            state: ProposalState::Open,
            decided_by: None,
            decided_at: None,
        }
    }

    #[test]
    fn two_people_and_once() {
        let mut seal = crate::seal::tests::seal();
        seal.apply(SealEvent::Suspend, NOON).unwrap();
        let mut resume = proposal(&seal, SealChange::Resume);
        let before = seal.clone();
        let same = resume.confirm(&mut seal, &person(1), NOON).unwrap_err();
        assert_eq!((same, &seal), (ProposalRefused::SamePerson(FourEyes), &before));
        resume.confirm(&mut seal, &person(2), NOON).unwrap();
        assert_eq!(seal.status(), SealStatus::Active);
        assert_eq!(resume.refuse(&person(3), NOON), Err(ProposalRefused::Decided));
        let again = resume.confirm(&mut seal, &person(3), NOON);
        assert_eq!(again, Err(ProposalRefused::Decided));
    }

    #[test]
    fn what_the_seal_does_not_allow_any_more_is_not_done() {
        let mut seal = crate::seal::tests::seal();
        let why = SealRevocation::new(SealRevocationReason::Misused, None, NOON).unwrap();
        let mut revoke = proposal(&seal, SealChange::Revoke(why));
        let terms = SealChange::Terms { scope: Scope::Any, limits: Limits::default() };
        let mut other = proposal(&seal, terms);
        revoke.confirm(&mut seal, &person(2), NOON).unwrap();
        assert_eq!(seal.revocation(), Some(why));
        assert!(matches!(
            other.confirm(&mut seal, &person(2), NOON),
            Err(ProposalRefused::Status(_))
        ));
        assert_eq!(other.state, ProposalState::Open);
        assert_ne!(seal.properties().scope, Scope::Any);
    }
}
