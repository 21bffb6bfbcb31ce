//! The keys of the service itself, one for each purpose: made when first needed.

use crate::receipt::key_id;
use crate::view::ServiceKeyView;
use crate::{App, AppError};
use domain::id::{KeyId, OrganizationId};
use domain::sealing::{KeyPurpose, KeyState, SigningKey};
use formats::algorithm::{KeyKind, PublicKey, Suite};
use formats::x509::to_pem;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A key of the service, as it is asked for: SM2 with the default identifier, or Ed25519.
#[derive(Debug)]
pub(crate) struct ServiceKey {
    pub(crate) id: KeyId,
    pub(crate) custody: String,
    pub(crate) public: PublicKey,
}

/// Those found so far; held while one is looked for, so that it is made once.
pub(crate) type ServiceKeys = Mutex<BTreeMap<KeyPurpose, Arc<ServiceKey>>>;

impl App {
    /// The active key of a purpose; made when there is none.
    pub(crate) fn service_key(&self, purpose: KeyPurpose) -> Result<Arc<ServiceKey>, AppError> {
        // Nothing in it is half done after a panic: a key is added last.
        let mut known = self.service_keys.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = known.get(&purpose) {
            return Ok(Arc::clone(key));
        }
        let keys = self.store.signing_key_list(purpose)?;
        let active = keys.into_iter().rev().find(|key| key.state == KeyState::Active);
        let key = active.map_or_else(|| self.make_service_key(purpose), Ok)?;
        let public = public_key(&key)?;
        let key = Arc::new(ServiceKey { id: key.id, custody: key.custody, public });
        known.insert(purpose, Arc::clone(&key));
        Ok(key)
    }

    /// Signs with a key of the service; `duty` says in the ledger what for.
    pub(crate) fn sign_as_service(
        &self,
        key: &ServiceKey,
        message: &[u8],
        duty: &str,
    ) -> Result<Vec<u8>, AppError> {
        let suite = suite(&key.public)?;
        let held = crate::sealing::HeldKey { id: key.id, custody: &key.custody, suite };
        self.sign_on_duty(&held, message, duty)
    }

    /// The public keys of a purpose, retired ones too, oldest first.
    pub(crate) fn public_keys(&self, purpose: KeyPurpose) -> Result<Vec<PublicKey>, AppError> {
        self.store.signing_key_list(purpose)?.iter().map(public_key).collect()
    }

    /// The same, as they are shown.
    pub(crate) fn service_key_views(
        &self,
        purpose: KeyPurpose,
    ) -> Result<Vec<ServiceKeyView>, AppError> {
        self.store.signing_key_list(purpose)?.iter().map(key_view).collect()
    }

    fn make_service_key(&self, purpose: KeyPurpose) -> Result<SigningKey, AppError> {
        let kind = match purpose {
            KeyPurpose::LogEd25519 => KeyKind::Ed25519,
            _ => KeyKind::Sm2,
        };
        self.new_key(&kind, purpose, None)
    }

    /// Makes a key in custody and registers it, so that the ledger can name it before it signs.
    pub(crate) fn new_key(
        &self,
        kind: &KeyKind,
        purpose: KeyPurpose,
        organization: Option<OrganizationId>,
    ) -> Result<SigningKey, AppError> {
        let (custody, public) = self.custody.generate(kind)?;
        let key = SigningKey {
            id: self.clock.id(KeyId::mint)?,
            organization,
            purpose,
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

pub(crate) fn public_key(key: &SigningKey) -> Result<PublicKey, AppError> {
    PublicKey::from_spki(&key.public_key)
        .map_err(|cause| AppError::internal(format!("reading key {}", key.id), cause))
}

/// How a key in custody signs.
pub(crate) fn suite(key: &PublicKey) -> Result<Suite, AppError> {
    Suite::usual(&key.kind()).ok_or_else(|| AppError::Unavailable {
        code: "signing_key_unavailable",
        detail: format!("no suite signs with a key of kind {}", key.kind()),
    })
}

pub(crate) fn key_view(key: &SigningKey) -> Result<ServiceKeyView, AppError> {
    let public = public_key(key)?;
    Ok(ServiceKeyView {
        key: key_id(&public),
        suite: suite(&public)?.name(),
        state: key.state.to_string(),
        pem: to_pem("PUBLIC KEY", &key.public_key),
    })
}
