//! Sealing a document that is no license: an order of its own, the same door to the keys.

use crate::issue::sm3;
use crate::sealing::{Door, Order, Signer, seal};
use crate::{App, AppError, Caller, Document, SealRequest, place};
use domain::access::Permission;
use domain::audit::{Actor, Subject};
use domain::id::{KeyUseId, OrderId};
use domain::sealing::{Cause, KeyUse, OrderState, SealingOrder};
use formats::algorithm::Digest;
use storage::Ended;

impl App {
    /// Seals any PDF with a seal of the caller's organization, without registering a license.
    ///
    /// # Errors
    /// Unknown seal, or the document is refused by name.
    pub fn seal_document(
        &self,
        caller: &Caller,
        request: SealRequest,
    ) -> Result<Document, AppError> {
        let organization = caller.require(Permission::SealUse)?;
        self.require_pdf(&request.document)?;
        let at = self.clock.now();
        let instrument = self.instrument(organization, Some(&request.seal), None, at)?;
        let mut placements = vec![place::as_asked(&request.place, &request.document, &instrument)?];
        if request.riding {
            placements.push(place::riding(&request.document, &instrument)?);
        }
        let order = SealingOrder {
            id: self.clock.id(OrderId::mint)?,
            license: None,
            seal: instrument.seal.id(),
            document: sm3(&request.document),
            form: request.form.into(),
            placements: Vec::new(),
            requested_by: caller.actor(),
            approved_by: Actor::Service("approval-policy".to_owned()),
            approved_at: at,
            state: OrderState::Spending,
        };
        let mut door = DocumentDoor { app: self, order: &order, begun: false };
        let sealed = seal(
            &request.document,
            &instrument,
            &Order { form: request.form, placements, at, reason: "" },
            &mut door,
        )
        .and_then(|file| self.check_own(&file, at).map(|()| file));
        let begun = door.begun;
        let event = self.clock.entry(
            &caller.actor(),
            "document.seal",
            Subject::new("sealing order", order.id),
            &[("seal", order.seal.to_string()), ("document", order.document.to_string())],
        )?;
        let ended = Ended { order: order.id, events: &[event], at: self.clock.now() };
        match sealed {
            Ok(file) => {
                self.store.sealing_commit(&ended)?;
                Ok(Document {
                    sha256: hex::encode(Digest::Sha256.hash(&[&file])),
                    media_type: "application/pdf",
                    name: format!("{}.pdf", order.id),
                    bytes: file,
                })
            }
            Err(error) => {
                if begun && let Err(second) = self.store.sealing_abandon(&ended) {
                    tracing::error!(error = %second, "a sealing that failed could not be given up");
                }
                Err(error)
            }
        }
    }
}

/// Writes the ledger of an order that belongs to no license.
struct DocumentDoor<'a> {
    app: &'a App,
    order: &'a SealingOrder,
    begun: bool,
}

impl Door for DocumentDoor<'_> {
    fn sign(&mut self, signer: &Signer, message: &[u8]) -> Result<Vec<u8>, AppError> {
        let key_use = KeyUse::intend(
            self.app.clock.id(KeyUseId::mint)?,
            signer.key,
            sm3(message),
            Cause::Order { order: self.order.id, license: None },
            self.app.clock.now(),
        );
        if self.begun {
            self.app.store.key_use_intend(&[key_use])?;
        } else {
            self.app.store.sealing_begin(self.order, &[key_use], &[])?;
            self.begun = true;
        }
        self.app.sign(signer, message)
    }
}
