//! What a crash left: issues that were begun and not answered are given up, and said so.
//!
//! Where processes share a register, one may be at work on what another sees unfinished: only what
//! is older than its lease is given up. Should its worker live after all, it finds the license
//! changed under it and answers no success.

use crate::once::LEASE;
use crate::{App, AppError};
use domain::audit::{Actor, Subject};
use domain::id::{LicenseId, OrderId};
use domain::license::{Event, License, LicenseState};
use domain::sealing::OrderState;
use storage::Abandoned;

/// The name of the rule in the audit trail.
const RECOVERY: &str = "recovery";

impl App {
    /// Gives up every issue that a crash left unfinished; how many there were. `alone` says that
    /// nobody else is at work, so that all of them are a crash's.
    pub(crate) fn recover(&self, alone: bool) -> Result<usize, AppError> {
        let begun_before = self.clock.now() - LEASE;
        let dead = |license: &License| alone || license.changed_at() < begun_before;
        let mut count = 0;
        for license in self.store.license_unfinished()?.into_iter().filter(dead) {
            match self.give_up(Some(license.id())) {
                Ok(()) => count += 1,
                // Another process was quicker, or its worker came to the end after all.
                Err(error) if self.is_unfinished(license.id())? => return Err(error),
                Err(_) => {}
            }
        }
        Ok(count)
    }

    fn is_unfinished(&self, license: LicenseId) -> Result<bool, AppError> {
        let state = self.store.license_read(license)?.state();
        Ok(matches!(state, LicenseState::Draft | LicenseState::PendingSeal))
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
