//! Sealing orders: nothing is sealed without one, and one is spent once.

use time::OffsetDateTime;

use super::Placement;
use crate::audit::Actor;
use crate::digest::Sm3;
use crate::id::{LicenseId, OrderId, SealId, SealingRequestId};
use crate::word::words;

words! { "seal form";
    /// Which signatures an order asks for.
    pub enum SealForm {
        /// One PAdES signature, RSA or P-256.
        Pades = "pades",
        /// One seal signature, SM2 (GB/T 38540).
        Sm2 = "sm2",
        /// PAdES first, then SM2 as a later revision.
        Both = "both",
    }
}

words! { "order state";
    /// How far a sealing order is.
    pub enum OrderState {
        /// Approved and unspent.
        Approved = "approved",
        /// Its key uses are written down; signing may be under way.
        Spending = "spending",
        /// The sealed file is on stable storage.
        Spent = "spent",
        /// Given up; what its keys signed stays in the ledger.
        Failed = "failed",
    }
}

/// An approved order to seal one document with one seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealingOrder {
    /// Its id.
    pub id: OrderId,
    /// The license whose file it is; none for a document that is no license.
    pub license: Option<LicenseId>,
    /// The seal.
    pub seal: SealId,
    /// SM3 of the document as it stands before it is sealed.
    pub document: Sm3,
    /// The form.
    pub form: SealForm,
    /// Where the seal stands.
    pub placements: Vec<Placement>,
    /// The request that a person approved; none when the policy did by itself.
    pub request: Option<SealingRequestId>,
    /// Who asked.
    pub requested_by: Actor,
    /// Who approved: a person, or the policy that approves by itself.
    pub approved_by: Actor,
    /// When it was approved.
    pub approved_at: OffsetDateTime,
    /// How far it is.
    pub state: OrderState,
}

/// The order is not in a state to be spent so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sealing order that is {from} cannot become {to}")]
pub struct OrderRefused {
    /// Its state.
    pub from: OrderState,
    /// The state that was asked for.
    pub to: OrderState,
}

impl OrderState {
    /// This state, when an order may pass to it from `self`.
    ///
    /// # Errors
    /// When the order was spent or given up, or was never approved for it.
    pub fn advance(self, to: Self) -> Result<Self, OrderRefused> {
        use OrderState::{Approved, Failed, Spending, Spent};
        match (self, to) {
            (Approved, Spending | Failed) | (Spending, Spent | Failed) => Ok(to),
            (from, to) => Err(OrderRefused { from, to }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_spent_once() {
        let mut possible = Vec::new();
        for from in OrderState::ALL {
            for to in OrderState::ALL {
                if from.advance(*to).is_ok() {
                    possible.push(format!("{from} {to}"));
                }
            }
        }
        assert_eq!(
            possible,
            ["approved spending", "approved failed", "spending spent", "spending failed"]
        );
        let refused = OrderState::Spent.advance(OrderState::Spending).unwrap_err();
        assert_eq!(refused.to_string(), "a sealing order that is spent cannot become spending");
    }
}
