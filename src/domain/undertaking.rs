//! Undertakings (告知承诺书, 容缺受理承诺书): what an applicant promises instead of handing a material in, or
//! to hand in later, and what became of it. Overdue is computed and never stored.

use crate::audit::Actor;
use crate::exemption::{ItemCode, KeptFile, Key};
use crate::id::{ExemptionDecisionId, OrganizationId, SigningRequestId, UndertakingId};
use crate::time::china_date;
use crate::word::words;
use time::{Date, OffsetDateTime};

words! { "kind of undertaking";
    /// What is promised.
    pub enum UndertakingKind {
        /// 告知承诺: that it is so, instead of a material.
        Commitment = "commitment",
        /// 容缺: that the material comes later.
        Deferral = "deferral",
    }
}

words! { "undertaking state";
    /// Where an undertaking is.
    pub enum UndertakingState {
        /// It is to be kept.
        Open = "open",
        /// It was kept.
        Fulfilled = "fulfilled",
        /// It was not.
        Breached = "breached",
    }
}

words! { "undertaking move";
    /// What may be done with one.
    pub enum UndertakingMove {
        /// Somebody found that it was kept.
        Fulfil = "fulfil",
        /// Somebody found that it was not.
        Breach = "breach",
    }
}

/// The state does not allow the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an undertaking that is {state} cannot {asked}")]
pub struct UndertakingRefused {
    /// Where it is.
    pub state: UndertakingState,
    /// What was asked for.
    pub asked: UndertakingMove,
}

impl UndertakingState {
    /// The state after a move; what has ended stays so.
    ///
    /// # Errors
    /// [`UndertakingRefused`] from a final state.
    pub fn after(self, asked: UndertakingMove) -> Result<Self, UndertakingRefused> {
        match (self, asked) {
            (Self::Open, UndertakingMove::Fulfil) => Ok(Self::Fulfilled),
            (Self::Open, UndertakingMove::Breach) => Ok(Self::Breached),
            (state, asked) => Err(UndertakingRefused { state, asked }),
        }
    }
}

/// How one ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UndertakingEnd {
    /// The final state.
    pub state: UndertakingState,
    /// By what, in words.
    pub reason: String,
    /// Who found so.
    pub by: Actor,
    /// When.
    pub at: OffsetDateTime,
}

/// An undertaking of an applicant to a department.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undertaking {
    /// Its id.
    pub id: UndertakingId,
    /// To whom.
    pub organization: OrganizationId,
    /// Who recorded it.
    pub actor: Actor,
    /// What is promised.
    pub kind: UndertakingKind,
    /// The case.
    pub case_no: String,
    /// The decision that allows it.
    pub decision: ExemptionDecisionId,
    /// The item that asks for the material.
    pub item: ItemCode,
    /// The material.
    pub material: Key,
    /// Its name.
    pub material_name: String,
    /// Who promises: of a person masked.
    pub party: String,
    /// By when: the last day.
    pub due: Date,
    /// The document, as it is to be signed.
    pub file: KeptFile,
    /// When it was recorded.
    pub at: OffsetDateTime,
    /// The request by which it was signed.
    pub signing: Option<SigningRequestId>,
    /// How it ended.
    pub end: Option<UndertakingEnd>,
}

impl Undertaking {
    /// Its state in the register.
    #[must_use]
    pub fn state(&self) -> UndertakingState {
        self.end.as_ref().map_or(UndertakingState::Open, |end| end.state)
    }

    /// Whether it is open past its last day.
    #[must_use]
    pub fn is_overdue(&self, now: OffsetDateTime) -> bool {
        self.end.is_none() && china_date(now) > self.due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_ended_stays_so() {
        for state in UndertakingState::ALL {
            for asked in UndertakingMove::ALL {
                let open = *state == UndertakingState::Open;
                assert_eq!(state.after(*asked).is_ok(), open, "{state} {asked}");
            }
        }
    }
}
