//! What a crash left: issues that were begun and not answered are given up, and said so.

use crate::{App, AppError};
use domain::audit::{Actor, Subject};
use domain::id::{LicenseId, OrderId};
use domain::license::{Event, License};
use domain::sealing::OrderState;
use storage::Abandoned;

/// The name of the rule in the audit trail.
const RECOVERY: &str = "recovery";

impl App {
    /// Gives up every issue that a crash left unfinished; how many there were.
    pub(crate) fn recover(&self) -> Result<usize, AppError> {
        let unfinished = self.store.license_unfinished()?;
        let count = unfinished.len();
        for license in unfinished {
            self.give_up(Some(license.id()))?;
        }
        Ok(count)
    }

    /// Gives up one issue, if it is still unfinished.
    pub(super) fn give_up(&self, license: Option<LicenseId>) -> Result<(), AppError> {
        let Some(id) = license else { return Ok(()) };
        let license = self.store.license_read(id)?;
        let open = self
            .store
            .order_list(id)?
            .into_iter()
            .find(|order| matches!(order.state, OrderState::Approved | OrderState::Spending));
        self.abandon(license, open.map(|order| order.id))
    }

    /// Marks a license as never issued: its number is free again, the ledger keeps what was signed.
    pub(super) fn abandon(
        &self,
        mut license: License,
        order: Option<OrderId>,
    ) -> Result<(), AppError> {
        let at = self.clock.now();
        let actor = Actor::Service(RECOVERY.to_owned());
        let entry = self.applied(&mut license, Event::Abandon, actor.clone(), at)?;
        let subject = Subject::new("license", license.id());
        let event = self.clock.entry(&actor, "license.abandon", subject, &[])?;
        Ok(self.store.issue_abandon(&Abandoned {
            void: (&license, &entry),
            order,
            events: &[event],
            at,
        })?)
    }
}
