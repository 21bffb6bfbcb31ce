//! The ledger before the key: nothing is signed that was not written down first.

use super::Stop;
use crate::sealing::{Door, Instrument, Signer};
use crate::{App, AppError, SealForm};
use domain::audit::{Actor, Subject};
use domain::digest::Sm3;
use domain::id::{KeyUseId, LicenseId, OrderId, RequestId};
use domain::license::{Event, License, StatusEntry};
use domain::sealing::{Cause, KeyUse, OrderState, SealingOrder};
use formats::algorithm::Digest;
use storage::{Begin, Begun, NewRequest};

/// What the ledger will say of an issue.
pub(super) struct Opening<'a> {
    pub(super) draft: License,
    pub(super) form: SealForm,
    pub(super) request: Option<&'a NewRequest>,
    pub(super) actor: Actor,
    pub(super) document: &'a [u8],
}

/// What is left to commit once everything is signed.
pub(super) struct Sealed {
    pub(super) license: License,
    pub(super) order: OrderId,
    pub(super) request: Option<RequestId>,
}

/// Signs under one order; the first signature opens the ledger.
pub(super) struct IssueDoor<'a> {
    app: &'a App,
    opening: Opening<'a>,
    ordered: License,
    entry: StatusEntry,
    order: SealingOrder,
    begun: bool,
    taken_over: Option<Option<LicenseId>>,
}

impl<'a> IssueDoor<'a> {
    pub(super) fn new(
        app: &'a App,
        opening: Opening<'a>,
        instrument: &Instrument,
    ) -> Result<Self, AppError> {
        let mut ordered = opening.draft.clone();
        let at = opening.draft.particulars().created_at;
        let order = SealingOrder {
            id: app.clock.id(OrderId::mint)?,
            license: Some(ordered.id()),
            seal: instrument.seal.id(),
            document: sm3(opening.document),
            form: opening.form.into(),
            placements: Vec::new(),
            requested_by: opening.actor.clone(),
            approved_by: Actor::Service("approval-policy".to_owned()),
            approved_at: at,
            state: OrderState::Spending,
        };
        let entry = app.applied(&mut ordered, Event::Order, opening.actor.clone(), at)?;
        Ok(Self { app, opening, ordered, entry, order, begun: false, taken_over: None })
    }

    fn open(&mut self, key_use: &KeyUse) -> Result<(), AppError> {
        let event = self.app.clock.entry(
            &self.opening.actor,
            "license.order",
            Subject::new("license", self.ordered.id()),
            &[("seal", self.order.seal.to_string()), ("document", self.order.document.to_string())],
        )?;
        let begun = self.app.store.issue_begin(&Begin {
            request: self.opening.request,
            draft: &self.opening.draft,
            ordered: (&self.ordered, &self.entry),
            order: &self.order,
            key_uses: std::slice::from_ref(key_use),
            events: &[event],
        })?;
        match begun {
            Begun::Fresh => {
                self.begun = true;
                Ok(())
            }
            // Another worker answered between our look and now; asking again gets that answer.
            Begun::Answered(_) => Err(AppError::InProgress),
            Begun::Resumed { license, .. } => {
                self.taken_over = Some(license);
                Err(AppError::InProgress)
            }
        }
    }

    /// What is to be committed.
    pub(super) fn into_sealed(self) -> Result<Sealed, AppError> {
        if !self.begun {
            let detail = "nothing was signed".to_owned();
            return Err(AppError::Unavailable { code: "sealing_failed", detail });
        }
        let request = self.opening.request.map(|request| request.id);
        Ok(Sealed { license: self.ordered, order: self.order.id, request })
    }

    /// Gives up what was begun, so that the number is free and the request may come again.
    pub(super) fn close(self, error: AppError) -> Stop {
        if let Some(license) = self.taken_over {
            return Stop::TakenOver(license);
        }
        if self.begun
            && let Err(second) = self.app.abandon(self.ordered, Some(self.order.id))
        {
            // The first error is the telling one; recovery at the next start gives the rest up.
            tracing::error!(error = %second, "an issue that failed could not be given up");
        }
        Stop::Error(error)
    }
}

impl Door for IssueDoor<'_> {
    fn sign(&mut self, signer: &Signer, message: &[u8]) -> Result<Vec<u8>, AppError> {
        let key_use = KeyUse::intend(
            self.app.clock.id(KeyUseId::mint)?,
            signer.key,
            sm3(message),
            Cause::Order { order: self.order.id, license: Some(self.ordered.id()) },
            self.app.clock.now(),
        );
        if self.begun {
            self.app.store.key_use_intend(&[key_use])?;
        } else {
            self.open(&key_use)?;
        }
        self.app.sign(signer, message)
    }
}

/// SM3 as the register keeps it.
pub(crate) fn sm3(bytes: &[u8]) -> Sm3 {
    // SM3 has 32 bytes, so the fallback is never taken.
    Sm3::try_from(&Digest::Sm3.hash(&[bytes])[..]).unwrap_or(Sm3::from([0; 32]))
}
