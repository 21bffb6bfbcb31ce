//! What clients prove themselves with. Several are in force at once: the next one is registered
//! and in use before the last one ends.

use super::{secret_name, until};
use crate::clockwork::random;
use crate::view::ClientView;
use crate::{App, AppError, Caller, id_of, refused};
use domain::access::{
    Client, ClientMethod, ClientStatus, Credential, CredentialKind, Permission, Secret,
};
use domain::id::{ClientId, CredentialId};
use domain::jwt;
use formats::algorithm::{KeyKind, PublicKey};
use formats::x509::{Certificate, pem_blocks};
use storage::StoreError;
use zeroize::Zeroizing;

/// A credential to register.
#[derive(Clone, Debug, Default)]
pub struct CredentialRequest {
    /// A public key (JWK or PEM) or a certificate (PEM). Empty for what the service makes: a secret
    /// for the client's method.
    pub material: String,
    /// Its name within the client; `kid` of a JWK, or a new one, when empty.
    pub key_id: String,
    /// Its last day; without end when empty.
    pub valid_until: String,
}

/// A client after it was given a credential.
#[derive(Debug)]
pub struct CredentialMade {
    /// The client.
    pub client: ClientView,
    /// The secret that was made, shown once.
    pub secret: Option<Zeroizing<String>>,
}

/// A credential that is not kept yet.
pub(super) struct Made {
    pub(super) credential: Credential,
    pub(super) secret: Option<Zeroizing<String>>,
}

/// Most credentials of a client that are not revoked: enough for machines that have one each.
const CREDENTIALS_MAX: usize = 64;

impl App {
    /// Gives a client another credential; the others stay in force.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; `client_closed`, `credential_refused`,
    /// `credential_taken`, `too_many_credentials`, `date_refused`.
    pub fn credential_add(
        &self,
        caller: &Caller,
        client: &str,
        new: &CredentialRequest,
    ) -> Result<CredentialMade, AppError> {
        caller.require(Permission::AccessManage)?;
        let (client, credentials) = self.store.client_read(id_of(client)?)?;
        if client.status != ClientStatus::Active {
            return Err(refused("client_closed", "the client is closed"));
        }
        if credentials.iter().filter(|one| one.revoked_at.is_none()).count() >= CREDENTIALS_MAX {
            let words = format!("a client has at most {CREDENTIALS_MAX}; revoke one");
            return Err(refused("too_many_credentials", words));
        }
        let made = self.credential_of(&client, new)?.ok_or_else(|| {
            refused("credential_refused", "give a public key or a certificate (PEM or JWK)")
        })?;
        let one = &made.credential;
        let detail = [("key_id", one.key_id.clone()), ("kind", one.kind.to_string())];
        let told = self.client_told(&caller.actor(), "client.credential", client.id, &detail)?;
        match self.store.credential_insert(one, &told) {
            Err(StoreError::Exists { .. }) => {
                Err(refused("credential_taken", "the client has a credential of this name"))
            }
            other => {
                other?;
                let client = self.client_seen(client.id)?;
                Ok(CredentialMade { client, secret: made.secret })
            }
        }
    }

    /// Sets the last day of a credential; without one it ends now, and with it every token that was
    /// got by it.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; `credential_ended`, `date_refused`.
    pub fn credential_end(
        &self,
        caller: &Caller,
        client: &str,
        credential: &str,
        day: &str,
    ) -> Result<ClientView, AppError> {
        caller.require(Permission::AccessManage)?;
        let (id, credential): (ClientId, CredentialId) = (id_of(client)?, id_of(credential)?);
        let (client, credentials) = self.store.client_read(id)?;
        let one = credentials.iter().find(|one| one.id == credential).ok_or(AppError::NotFound)?;
        let until = until(day)?;
        let revoked_at = until.is_none().then(|| self.clock.now());
        let action = if revoked_at.is_some() { "client.revoke" } else { "client.until" };
        let detail = [("key_id", one.key_id.clone())];
        let told = self.client_told(&caller.actor(), action, client.id, &detail)?;
        match self.store.credential_end(credential, until, revoked_at, &told) {
            Err(StoreError::Conflict { .. }) => {
                Err(refused("credential_ended", "the credential is revoked"))
            }
            other => {
                other?;
                self.client_seen(client.id)
            }
        }
    }

    /// The credential that is asked for. Without material it is a secret, if the method of the
    /// client has one.
    pub(super) fn credential_of(
        &self,
        client: &Client,
        new: &CredentialRequest,
    ) -> Result<Option<Made>, AppError> {
        let material = new.material.trim();
        let secret = match client.method {
            ClientMethod::ClientSecret => Some(CredentialKind::Secret),
            ClientMethod::SignedRequests => Some(CredentialKind::Hmac),
            ClientMethod::PrivateKeyJwt | ClientMethod::TlsClientAuth => None,
        };
        let id = self.clock.id(CredentialId::mint)?;
        let (proof, secret) = match (material.is_empty(), secret) {
            (true, None) => return Ok(None),
            (true, Some(kind)) => self.secret_of(id, kind)?,
            (false, _) => (proof(client.method, material)?, None),
        };
        let named = [new.key_id.trim().to_owned(), proof.key_id.unwrap_or_default()];
        let key_id = named.into_iter().find(|name| !name.is_empty());
        let key_id = key_id.unwrap_or_else(|| id.to_string());
        let good = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        if key_id.len() > 64 || !key_id.bytes().all(good) {
            let words = "the name of a key has 1 to 64 letters, digits and -_.:";
            return Err(refused("credential_refused", words));
        }
        let credential = Credential {
            id,
            client: client.id,
            kind: proof.kind,
            key_id,
            material: proof.material,
            about: proof.about,
            valid_from: self.clock.now(),
            valid_until: until(&new.valid_until)?,
            revoked_at: None,
            used_at: None,
        };
        Ok(Some(Made { credential, secret }))
    }

    fn secret_of(
        &self,
        id: CredentialId,
        kind: CredentialKind,
    ) -> Result<(Proof, Option<Zeroizing<String>>), AppError> {
        let secret = Secret::new(random()?);
        let text = secret.reveal();
        let material = match kind {
            CredentialKind::Hmac => self.custody.wrap(&secret_name(id), text.as_bytes())?,
            _ => secret.digest().as_bytes().to_vec(),
        };
        let about = "256 bit".to_owned();
        Ok((Proof { kind, material, about, key_id: None }, Some(text)))
    }
}

/// What was read of a credential.
struct Proof {
    kind: CredentialKind,
    material: Vec<u8>,
    about: String,
    key_id: Option<String>,
}

/// A certificate is one for the connection where that is the method; otherwise its key counts.
fn proof(method: ClientMethod, text: &str) -> Result<Proof, AppError> {
    let bad = |cause: &dyn std::fmt::Display| refused("credential_refused", cause);
    if text.contains("PRIVATE KEY") {
        return Err(bad(&jwt::KeyRefused::Private));
    }
    if text.starts_with('{') {
        let key = jwt::Key::read(text.as_bytes()).map_err(|cause| bad(&cause))?;
        return of_key(key.public_key(), key.id().map(str::to_owned));
    }
    if let Ok(certificate) = Certificate::from_pem(text) {
        if method == ClientMethod::TlsClientAuth {
            return Ok(Proof {
                kind: CredentialKind::Certificate,
                material: certificate.fingerprint_sha256().to_vec(),
                about: certificate.subject().to_string().chars().take(200).collect(),
                key_id: None,
            });
        }
        let key = certificate.public_key().map_err(|cause| bad(&cause))?;
        return of_key(key, None);
    }
    let blocks = pem_blocks(text, "PUBLIC KEY").map_err(|cause| bad(&cause))?;
    let spki = blocks.first().ok_or_else(|| bad(&"neither PEM nor JWK"))?;
    of_key(&PublicKey::from_spki(spki).map_err(|cause| bad(&cause))?, None)
}

fn of_key(key: &PublicKey, key_id: Option<String>) -> Result<Proof, AppError> {
    let strong = match key.kind() {
        KeyKind::Rsa { bits } => (2048..=8192).contains(&bits),
        KeyKind::P256 | KeyKind::Sm2 | KeyKind::Ed25519 => true,
        KeyKind::P384 | KeyKind::Unsupported(_) => false,
    };
    if !strong {
        return Err(refused("credential_refused", jwt::KeyRefused::Kind));
    }
    let (material, about) = (key.to_spki().to_vec(), key.kind().to_string());
    Ok(Proof { kind: CredentialKind::Key, material, about, key_id })
}
