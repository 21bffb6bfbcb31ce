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
use storage::{Abandoned, StoreError};

/// The name of the rule in the audit trail.
const RECOVERY: &str = "recovery";

impl App {
    /// Gives up every issue that a crash left unfinished; how many there were. `alone` says that
    /// nobody else is at work, so that all of them are a crash's.
    pub(crate) fn recover(&self, alone: bool) -> Result<usize, AppError> {
        let begun_before = self.clock.now() - LEASE;
        let dead = |license: &License| alone || license.changed_at() < begun_before;
        if alone {
            self.store.sealing_release(self.clock.now())?;
            self.store.ingest_release(self.clock.now())?;
        }
        let mut count = 0;
        for license in self.store.license_unfinished()?.into_iter().filter(dead) {
            match self.give_up(license.id()) {
                Ok(()) => count += 1,
                // Another process was quicker, or its worker came to the end after all.
                Err(error) if self.unfinished(license.id())?.is_some() => return Err(error),
                Err(_) => {}
            }
        }
        Ok(count)
    }

    /// The license of an issue that was begun and is neither in force nor given up.
    fn unfinished(&self, id: LicenseId) -> Result<Option<License>, AppError> {
        match self.store.license_read(id) {
            Ok(license) => {
                let open =
                    matches!(license.state(), LicenseState::Draft | LicenseState::PendingSeal);
                Ok(open.then_some(license))
            }
            Err(StoreError::Missing { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives up one issue, if it was begun and is still unfinished.
    pub(super) fn give_up(&self, id: LicenseId) -> Result<(), AppError> {
        let Some(license) = self.unfinished(id)? else { return Ok(()) };
        if self.store.sealing_request_of(id)?.is_some() {
            // It waits for a person, or for its sealer.
            return Ok(());
        }
        let open = self
            .store
            .order_list(id)?
            .into_iter()
            .find(|order| matches!(order.state, OrderState::Approved | OrderState::Spending));
        self.abandon(license, open.map(|order| order.id))
    }

    /// Marks a license as never issued: its number is free again, the ledger keeps what was signed.
    fn abandon(&self, mut license: License, order: Option<OrderId>) -> Result<(), AppError> {
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
