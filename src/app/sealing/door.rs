//! The ledger before the key: nothing is signed that was not written down first.

use super::{HeldKey, Instrument, Signer};
use crate::clockwork::random;
use crate::{App, AppError, SealForm};
use domain::audit::Actor;
use domain::digest::Sm3;
use domain::id::{KeyId, KeyUseId, LicenseId, OrderId};
use domain::sealing::{Cause, KeyUse, KeyUseState, OrderState, SealingOrder};
use formats::algorithm::Suite;
use gateway::custody::Custody;
use time::OffsetDateTime;

/// Writes an order down together with the first use of a key under it.
pub(crate) trait Opening {
    /// Writes both; after this returns, and not before, the key may sign.
    fn open(&mut self, order: &SealingOrder, first: &KeyUse) -> Result<(), AppError>;
}

/// The one way from an order to a key; the first signature opens the ledger.
pub(crate) struct Door<'a> {
    app: &'a App,
    order: SealingOrder,
    opening: &'a mut dyn Opening,
    begun: bool,
}

impl<'a> Door<'a> {
    pub(crate) fn new(app: &'a App, order: SealingOrder, opening: &'a mut dyn Opening) -> Self {
        Self { app, order, opening, begun: false }
    }

    /// Signs `message` with the key of `signer` under the order.
    pub(crate) fn sign(&mut self, signer: &Signer, message: &[u8]) -> Result<Vec<u8>, AppError> {
        let cause = Cause::Order { order: self.order.id, license: self.order.license };
        let key = signer.held();
        let key_use = self.app.intent(&key, message, cause)?;
        if self.begun {
            let now = || self.app.clock.now();
            self.app.store.key_use_intend(std::slice::from_ref(&key_use), &now)?;
        } else {
            let opened = self.opening.open(&self.order, &key_use);
            opened.inspect_err(|error| self.app.note_limit(&self.order, error))?;
            self.begun = true;
        }
        let custody = &self.app.custody;
        fault::at("sign", AppError::injected, || sign_under(custody, &key, message, &key_use))
    }

    /// The service whose keys these are.
    pub(crate) fn app(&self) -> &'a App {
        self.app
    }

    /// The order, if anything was signed under it.
    pub(crate) fn spent(&self) -> Option<OrderId> {
        self.begun.then_some(self.order.id)
    }
}

impl App {
    /// An order that the approval policy has approved, for the document of this SM3.
    pub(crate) fn approve(
        &self,
        instrument: &Instrument,
        license: Option<LicenseId>,
        document: Sm3,
        form: SealForm,
        requested_by: Actor,
        at: OffsetDateTime,
    ) -> Result<SealingOrder, AppError> {
        Ok(SealingOrder {
            id: self.clock.id(OrderId::mint)?,
            license,
            seal: instrument.seal.id(),
            document,
            form: form.into(),
            placements: Vec::new(),
            request: None,
            requested_by,
            approved_by: Actor::Service("approval-policy".to_owned()),
            approved_at: at,
            state: OrderState::Spending,
        })
    }

    /// Signs without an order, for a duty of the service itself; `duty` names it in the ledger.
    pub(crate) fn sign_on_duty(
        &self,
        key: &HeldKey<'_>,
        message: &[u8],
        duty: &str,
    ) -> Result<Vec<u8>, AppError> {
        let key_use = self.intent(key, message, Cause::Duty(duty.to_owned()))?;
        self.store.key_use_intend(std::slice::from_ref(&key_use), &|| self.clock.now())?;
        let signed = sign_under(&self.custody, key, message, &key_use);
        let state = if signed.is_ok() { KeyUseState::Done } else { KeyUseState::Failed };
        self.store.key_use_end(key_use.id, state, self.clock.now())?;
        signed
    }

    /// What is written down before the key signs; nothing is when the clock is not right.
    fn intent(&self, key: &HeldKey<'_>, message: &[u8], cause: Cause) -> Result<KeyUse, AppError> {
        self.clock.require_right()?;
        let id = self.clock.id(KeyUseId::mint)?;
        Ok(KeyUse::intend(id, key.id, Sm3::of(message), cause, self.clock.now()))
    }
}

/// The only way to a private key: under a row that stands in the ledger.
fn sign_under(
    custody: &Custody,
    key: &HeldKey<'_>,
    message: &[u8],
    under: &KeyUse,
) -> Result<Vec<u8>, AppError> {
    Ok(custody.sign(key.custody, key.suite, message, under)?)
}

/// Signs as a witness, whose ledger is the checkpoint that it has put on the disk before.
pub(crate) fn sign_as_witness(
    custody: &Custody,
    (name, suite): (&str, Suite),
    message: &[u8],
    at: OffsetDateTime,
) -> Result<Vec<u8>, AppError> {
    let cause = Cause::Duty("witness of a log".to_owned());
    let key = HeldKey { id: KeyId::mint(at, random()?), custody: name, suite };
    let id = KeyUseId::mint(at, random()?);
    let key_use = KeyUse::intend(id, key.id, Sm3::of(message), cause, at);
    sign_under(custody, &key, message, &key_use)
}
