//! Requests that their client signed: read, checked, and remembered so that each counts once.

use crate::{App, AppError, Caller, Presented, refused};
use domain::access::{Client, ClientMethod, ClientName, Credential, CredentialKind};
use domain::digest::Sha256;
use domain::request_signature::{Algorithm, BodyDigest, Refused, Request, Signed, SimpleSigned};
use formats::algorithm::PublicKey;
use std::net::IpAddr;
use std::sync::Arc;
use storage::{SaidOnce, StoreError};
use time::OffsetDateTime;

/// Who signed a request, and what its body must be.
#[derive(Debug)]
pub struct SignedCaller {
    /// Who.
    pub caller: Caller,
    /// What the body must be; nothing is said of a request without one.
    pub body: Option<BodyDigest>,
}

fn problem(refusal: Refused) -> AppError {
    let code = match refusal {
        Refused::Window => "timestamp_out_of_window",
        _ => "signature_invalid",
    };
    refused(code, refusal)
}

/// The same for an unknown client, an unknown key and a wrong signature.
fn another() -> AppError {
    problem(Refused::Signature)
}

/// A signature that holds.
struct Held {
    client: Client,
    credential: Credential,
    nonce: Sha256,
    until: OffsetDateTime,
    body: Option<BodyDigest>,
}

impl App {
    /// Who signed this request, if it is signed: by the key of a client (RFC 9421), or by its secret
    /// (the simple profile). A token that comes along must be of the same client.
    ///
    /// # Errors
    /// `signature_invalid`, `timestamp_out_of_window`, `nonce_replayed`; what
    /// [`App::authenticate`] refuses.
    pub fn signer_of(
        &self,
        request: &Request,
        presented: Option<&Presented>,
        address: Option<IpAddr>,
    ) -> Result<Option<SignedCaller>, AppError> {
        let Some(held) = self.signature_of(request)? else { return Ok(None) };
        if !self.client_may_act(&held.client, address)? {
            return Err(another());
        }
        let caller = self.signed_as(&held.client, presented)?;
        let said = SaidOnce { client: held.client.id, what: held.nonce, until: held.until };
        self.store.nonce_insert(&said).map_err(|error| match error {
            StoreError::Exists { .. } => refused(
                "nonce_replayed",
                "a request with this nonce was taken; sign each request anew",
            ),
            other => other.into(),
        })?;
        self.note_use(&held.credential)?;
        Ok(Some(SignedCaller { caller, body: held.body }))
    }

    fn signature_of(&self, request: &Request) -> Result<Option<Held>, AppError> {
        let now = self.clock.now();
        if let Some(signed) = Signed::read(request).map_err(problem)? {
            signed.covers(request).map_err(problem)?;
            let (nonce, until) = signed.once(now).map_err(problem)?;
            let base = signed.base(request).map_err(problem)?;
            let (client, credential) =
                self.signing_key(signed.key().map_err(problem)?, CredentialKind::Key)?;
            let key = PublicKey::from_spki(&credential.material).map_err(|_| another())?;
            let algorithm = Algorithm::of(&key, signed.algorithm()).map_err(problem)?;
            algorithm.verify(&key, &base, signed.signature()).map_err(problem)?;
            let digest = request.header("content-digest");
            let body = digest.filter(|_| request.has_body);
            let body = body.map(|field| BodyDigest::read(&field)).transpose().map_err(problem)?;
            let nonce = nonce_name(nonce);
            return Ok(Some(Held { client, credential, nonce, until, body }));
        }
        let Some(signed) = SimpleSigned::read(request).map_err(problem)? else { return Ok(None) };
        let (nonce, until) = signed.once(now).map_err(problem)?;
        let (client, credential) = self.signing_key(signed.key(), CredentialKind::Hmac)?;
        let secret = self.hmac_secret(&credential)?;
        let body = Some(signed.verify(&secret, request).map_err(problem)?);
        let nonce = nonce_name(nonce);
        Ok(Some(Held { client, credential, nonce, until, body }))
    }

    fn signing_key(
        &self,
        (client, key): (&str, &str),
        kind: CredentialKind,
    ) -> Result<(Client, Credential), AppError> {
        let name: ClientName = client.parse().map_err(|_| another())?;
        let (client, credentials) = self.store.client_by_name(&name)?.ok_or_else(another)?;
        let now = self.clock.now();
        let is_it = |one: &Credential| one.key_id == key && one.kind == kind && one.in_force(now);
        let credential = credentials.into_iter().find(is_it).ok_or_else(another)?;
        Ok((client, credential))
    }

    /// The signature alone says who it is, unless the client proves that by its connection too.
    fn signed_as(
        &self,
        client: &Client,
        presented: Option<&Presented>,
    ) -> Result<Caller, AppError> {
        let of_client = |caller: &Caller| matches!(caller, Caller::Client { client: id, .. } if *id == client.id);
        match presented {
            Some(presented) => {
                let (caller, _) = self.token_bearer(presented)?;
                let words = "the token is of another client than the signature";
                if of_client(&caller) {
                    Ok(caller)
                } else {
                    Err(refused("signature_invalid", words))
                }
            }
            None if client.method == ClientMethod::TlsClientAuth => {
                Err(AppError::Unauthenticated { code: "token_missing" })
            }
            None => Ok(Caller::Client {
                client: client.id,
                organization: client.organization,
                grant: Arc::new(client.grant.clone()),
            }),
        }
    }
}

fn nonce_name(nonce: &str) -> Sha256 {
    Sha256::of(format!("nonce\0{nonce}").as_bytes())
}
