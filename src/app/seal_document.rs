//! Sealing a document that is no license: an order of its own, the same door to the keys.

use crate::offline::Circumstances;
use crate::place::Sheets;
use crate::sealing::{Door, Opening, Order, seal};
use crate::{App, AppError, Caller, Document, SealRequest};
use domain::access::Permission;
use domain::audit::Subject;
use domain::digest::{Sha256, Sm3};
use domain::id::OrderId;
use domain::sealing::{KeyUse, SealingOrder};
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
        self.sealed_by_order(caller, request).map(|(id, file)| sealed_document(id, file))
    }

    /// The same: the order, and the sealed file.
    pub(crate) fn sealed_by_order(
        &self,
        caller: &Caller,
        request: SealRequest,
    ) -> Result<(OrderId, Vec<u8>), AppError> {
        let organization = caller.require_whole(Permission::SealUse)?;
        self.require_pdf(&request.document)?;
        let at = self.clock.now();
        let instrument = self.instrument(organization, Some(&request.seal), None, at)?;
        let sheets = Sheets::read(&request.document)?;
        let mut placements = vec![sheets.asked(&request.place, &instrument)?];
        if request.riding {
            placements.push(sheets.riding(&instrument));
        }
        let (document, form, actor) = (&request.document, request.form, caller.actor());
        let order = self.approve(&instrument, None, Sm3::of(document), form, actor, at)?;
        let id = order.id;
        let event = self.clock.entry(
            &caller.actor(),
            "document.seal",
            Subject::new("sealing order", id),
            &[("seal", order.seal.to_string()), ("document", order.document.to_string())],
        )?;
        let mut register = Register(self);
        let mut door = Door::new(self, order, &mut register);
        let level = request.level.unwrap_or(self.settings.level);
        let asked = Order { form, level, placements, at, reason: "" };
        let sealed = seal(document, &instrument, &asked, &mut door)
            .and_then(|file| self.check_own(&file, &Circumstances::at(at), level).map(|_| file));
        let spent = door.spent();
        let ended = Ended { order: id, events: &[event], at: self.clock.now() };
        match sealed {
            Ok(file) => {
                self.store.sealing_commit(&ended)?;
                Ok((id, file))
            }
            Err(error) => {
                if spent.is_some()
                    && let Err(second) = self.store.sealing_abandon(&ended)
                {
                    tracing::error!(error = %second, "a sealing that failed could not be given up");
                }
                Err(error)
            }
        }
    }
}

fn sealed_document(order: OrderId, bytes: Vec<u8>) -> Document {
    Document {
        sha256: Sha256::of(&bytes).to_string(),
        media_type: "application/pdf",
        name: format!("{order}.pdf"),
        bytes,
    }
}

/// An order that belongs to no license needs nothing beside it.
struct Register<'a>(&'a App);

impl Opening for Register<'_> {
    fn open(&mut self, order: &SealingOrder, first: &KeyUse) -> Result<(), AppError> {
        let now = || self.0.clock.now();
        Ok(self.0.store.sealing_begin(order, std::slice::from_ref(first), &[], &now)?)
    }
}
