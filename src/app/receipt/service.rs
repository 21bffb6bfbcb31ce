//! The service's side: its key for receipts, and the receipt of a verification.

use super::{TYPE, key_id};
use crate::sealing::HeldKey;
use crate::verify::kept_view;
use crate::view::time::instant;
use crate::view::{ReceiptKeyView, ReceiptServiceView, ReceiptView};
use crate::{App, AppError, Document};
use domain::digest::Sha256;
use domain::id::{KeyId, VerificationId};
use domain::sealing::{KeyPurpose, KeyState, SigningKey};
use domain::signed::{SUITE, prepare};
use formats::algorithm::{KeyKind, PublicKey};
use formats::x509::to_pem;
use std::sync::{Arc, PoisonError};

/// The key that signs receipts, as it is asked for.
#[derive(Debug)]
pub(crate) struct ReceiptKey {
    id: KeyId,
    custody: String,
    named: String,
}

impl App {
    /// The signed receipt of a verification: the same bytes whenever it is asked for.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also when the verification is no longer kept; the key cannot sign.
    pub fn receipt(&self, id: &str) -> Result<Document, AppError> {
        let id = id.parse::<VerificationId>().map_err(|_| AppError::NotFound)?;
        let stored = self.store.verification_read(id)?;
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
        let key = self.receipt_key()?;
        let service = ReceiptServiceView {
            address: self.settings.public_url.clone(),
            key: key.named.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        };
        let said = ReceiptView::of(&kept_view(stored)?, instant(self.clock.now()), service)
            .ok_or_else(|| failed("it is of no file".into()))?;
        let prepared = prepare(TYPE, &said).map_err(|cause| failed(cause.into()))?;
        let held = HeldKey { id: key.id, custody: &key.custody, suite: SUITE };
        let duty = format!("receipt of verification {id}");
        let signature = self.sign_on_duty(&held, prepared.message(), &duty)?;
        String::from_utf8(prepared.complete(&[], &signature)).map_err(|cause| failed(cause.into()))
    }

    /// The keys of this service's receipts, oldest first; the first is made when there is none.
    ///
    /// # Errors
    /// The store's and the custody's.
    pub fn receipt_keys(&self) -> Result<Vec<ReceiptKeyView>, AppError> {
        self.receipt_key()?;
        let keys = self.store.signing_key_list(KeyPurpose::Receipt)?;
        keys.iter().map(key_view).collect()
    }

    fn receipt_key(&self) -> Result<Arc<ReceiptKey>, AppError> {
        // Nothing in it is half done after a panic: the key is set last.
        let mut known = self.receipt_key.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = &*known {
            return Ok(Arc::clone(key));
        }
        let keys = self.store.signing_key_list(KeyPurpose::Receipt)?;
        let active = keys.into_iter().rev().find(|key| key.state == KeyState::Active);
        let key = active.map_or_else(|| self.make_receipt_key(), Ok)?;
        let named = key_id(&public_key(&key)?);
        let key = Arc::new(ReceiptKey { id: key.id, custody: key.custody, named });
        *known = Some(Arc::clone(&key));
        Ok(key)
    }

    fn make_receipt_key(&self) -> Result<SigningKey, AppError> {
        let (custody, public) = self.custody.generate(&KeyKind::Sm2)?;
        let key = SigningKey {
            id: self.clock.id(KeyId::mint)?,
            organization: None,
            purpose: KeyPurpose::Receipt,
            kind: public.kind().to_string(),
            public_key: public.to_spki().to_vec(),
            chain: Vec::new(),
            custody,
            state: KeyState::Active,
            created_at: self.clock.now(),
        };
        self.store.signing_key_insert(&key)?;
        Ok(key)
    }
}

fn public_key(key: &SigningKey) -> Result<PublicKey, AppError> {
    PublicKey::from_spki(&key.public_key)
        .map_err(|cause| AppError::internal(format!("reading key {}", key.id), cause))
}

fn key_view(key: &SigningKey) -> Result<ReceiptKeyView, AppError> {
    Ok(ReceiptKeyView {
        key: key_id(&public_key(key)?),
        suite: SUITE.name(),
        state: key.state.to_string(),
        pem: to_pem("PUBLIC KEY", &key.public_key),
    })
}
