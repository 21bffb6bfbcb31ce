//! What the register learns of an issue before anything is signed.

use super::{Origin, Stop};
use crate::sealing;
use crate::{App, AppError};
use domain::audit::{Actor, Subject};
use domain::id::LicenseId;
use domain::license::{License, StatusEntry};
use domain::sealing::{KeyUse, SealingOrder};
use storage::{Begin, Begun, NewRequest, RowOf};

/// The license, its request and its order, written down in one transaction.
pub(super) struct Opening<'a> {
    app: &'a App,
    request: Option<&'a NewRequest>,
    row: Option<RowOf>,
    actor: Actor,
    draft: License,
    ordered: License,
    entry: StatusEntry,
    tried: bool,
    taken_over: Option<Option<LicenseId>>,
}

impl<'a> Opening<'a> {
    pub(super) fn new(
        app: &'a App,
        draft: License,
        (request, row): (Option<&'a NewRequest>, Option<RowOf>),
        actor: Actor,
        origin: Option<&Origin>,
    ) -> Result<Self, AppError> {
        let mut ordered = draft.clone();
        let entry = app.ordered(&mut ordered, &actor, origin)?;
        Ok(Self { app, request, row, actor, draft, ordered, entry, tried: false, taken_over: None })
    }

    /// The license as ordered and the request that asked for it.
    pub(super) fn ordered(&self) -> (License, Option<&'a NewRequest>) {
        (self.ordered.clone(), self.request)
    }

    /// Gives up what was begun, so that the number is free and the request may come again. What
    /// counts is how it stands in the register: that a write failed may be wrong.
    pub(super) fn give_up(&self, error: AppError) -> Stop {
        if let Some(license) = self.taken_over {
            return Stop::TakenOver(license);
        }
        if self.tried
            && let Err(second) = self.app.give_up(self.ordered.id())
        {
            // The first error is the telling one; recovery at the next start gives the rest up.
            tracing::error!(error = %second, "an issue that failed could not be given up");
        }
        Stop::Error(error)
    }
}

impl sealing::Opening for Opening<'_> {
    fn open(&mut self, order: &SealingOrder, first: &KeyUse) -> Result<(), AppError> {
        self.tried = true;
        let event = self.app.clock.entry(
            &self.actor,
            "license.order",
            Subject::new("license", self.ordered.id()),
            &[("seal", order.seal.to_string()), ("document", order.document.to_string())],
        )?;
        let begun = self.app.store.issue_begin(&Begin {
            request: self.request,
            row: self.row,
            draft: &self.draft,
            ordered: (&self.ordered, &self.entry),
            order,
            key_uses: std::slice::from_ref(first),
            events: &[event],
            now: &|| self.app.clock.now(),
        })?;
        match begun {
            Begun::Fresh => Ok(()),
            // Another worker answered between our look and now; asking again gets that answer.
            Begun::Answered(_) => Err(AppError::InProgress),
            Begun::Resumed { license, .. } => {
                self.taken_over = Some(license);
                Err(AppError::InProgress)
            }
        }
    }
}
