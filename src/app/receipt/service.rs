//! The service's side: its key for receipts, and the receipt of a verification.

use super::{TYPE, key_id};
use crate::service_key::ServiceKey;
use crate::verify::kept_view;
use crate::view::time::instant;
use crate::view::{ReceiptServiceView, ReceiptView, ServiceKeyView};
use crate::{App, AppError, Document};
use domain::digest::Sha256;
use domain::id::VerificationId;
use domain::sealing::KeyPurpose;
use domain::signed::prepare;

impl App {
    /// The signed receipt of a verification: the same bytes whenever it is asked for.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also when the verification is no longer kept; the key cannot sign.
    pub fn receipt(&self, id: &str) -> Result<Document, AppError> {
        let id = id.parse::<VerificationId>().map_err(|_| AppError::NotFound)?;
        let stored = self.kept(id)?;
        let receipt = match stored.receipt {
            Some(receipt) => receipt,
            None => {
                let made = self.make_receipt(id, &stored)?;
                self.store.verification_receipt_keep(id, &made)?
            }
        };
        Ok(Document {
            sha256: Sha256::of(receipt.as_bytes()).to_string(),
            media_type: "application/json",
            name: format!("receipt-{id}.json"),
            bytes: receipt.into_bytes(),
        })
    }

    fn make_receipt(
        &self,
        id: VerificationId,
        stored: &storage::StoredVerification,
    ) -> Result<String, AppError> {
        let failed = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("making the receipt of verification {id}"), cause)
        };
        let key = self.service_key(KeyPurpose::Receipt)?;
        let service = self.receipt_service(&key);
        let said = ReceiptView::of(&kept_view(stored)?, instant(self.clock.now()), service)
            .ok_or_else(|| failed("it is of no file".into()))?;
        let prepared = prepare(TYPE, &said).map_err(|cause| failed(cause.into()))?;
        let duty = format!("receipt of verification {id}");
        let signature = self.sign_as_service(&key, prepared.message(), &duty)?;
        String::from_utf8(prepared.complete(&[], &signature)).map_err(|cause| failed(cause.into()))
    }

    /// Who signs with this key.
    pub(crate) fn receipt_service(&self, key: &ServiceKey) -> ReceiptServiceView {
        ReceiptServiceView {
            address: self.settings.public_url.clone(),
            key: key_id(&key.public),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The keys of this service's receipts, oldest first; the first is made when there is none.
    ///
    /// # Errors
    /// The store's and the custody's.
    pub fn receipt_keys(&self) -> Result<Vec<ServiceKeyView>, AppError> {
        self.service_key(KeyPurpose::Receipt)?;
        self.service_key_views(KeyPurpose::Receipt)
    }
}
