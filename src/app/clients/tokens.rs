//! Access tokens by client credentials (RFC 6749, clause 4.4), and their revocation (RFC 7009).

use super::secret_name;
use crate::clockwork::random;
use crate::{App, AppError};
use domain::access::{
    AccessToken, Client, ClientMethod, ClientName, Credential, CredentialKind, Grant, IssuedToken,
    Secret,
};
use domain::audit::Subject;
use domain::digest::Sha256;
use domain::jwt::{self, Algorithm, Expected, Key, KeySet, SKEW};
use formats::algorithm::PublicKey;
use formats::x509::Certificate;
use std::net::IpAddr;
use storage::{SaidOnce, StoreError};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// How long a token opens anything: short, because whoever has it needs no more.
const TOKEN_LIFETIME: Duration = Duration::minutes(10);
/// How long an assertion may be valid: as long as its id is remembered.
const ASSERTION_LIFETIME: Duration = Duration::minutes(5);

/// What a client proves itself with.
#[derive(Debug)]
pub enum ClientProof {
    /// A secret that both know.
    Secret(Zeroizing<String>),
    /// A token that the client signed (RFC 7523).
    Assertion(String),
    /// The certificate of its connection, DER (RFC 8705).
    Certificate(Vec<u8>),
}

/// A client that asks for a token.
#[derive(Debug)]
pub struct TokenAsked {
    /// Its `client_id`; an assertion says it too.
    pub client: Option<String>,
    /// What it proves itself with.
    pub proof: ClientProof,
    /// The address from which it asks.
    pub address: Option<IpAddr>,
}

/// A token, as its client is told.
#[derive(Debug)]
pub struct Token {
    /// What the client presents.
    pub text: Zeroizing<String>,
    /// For how many seconds.
    pub expires_in: i64,
    /// What it is for.
    pub scope: String,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenRefused {
    /// In the words of RFC 6749, clause 5.2.
    #[error("{code}: {detail}")]
    Protocol {
        /// Such as `invalid_client`.
        code: &'static str,
        /// What to do.
        detail: String,
    },
    /// Nothing that the client could mend.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<StoreError> for TokenRefused {
    fn from(error: StoreError) -> Self {
        Self::App(error.into())
    }
}

fn refused(code: &'static str, detail: impl Into<String>) -> TokenRefused {
    TokenRefused::Protocol { code, detail: detail.into() }
}

/// How an assertion may be signed.
#[must_use]
pub fn token_algorithms() -> Vec<&'static str> {
    Algorithm::ALL.iter().map(|one| one.as_str()).collect()
}

/// The same for every reason: who guesses learns nothing.
fn unproved() -> TokenRefused {
    refused("invalid_client", "the client is unknown, or did not prove who it is")
}

/// A client that proved who it is.
struct Proved {
    client: Client,
    credential: Credential,
    /// What it says once.
    said: Option<SaidOnce>,
    /// The certificate to which its tokens are bound.
    certificate: Option<Sha256>,
}

impl App {
    /// A token for a client that proves who it is, for a part of its scope.
    ///
    /// # Errors
    /// `invalid_client`, `invalid_scope`; the store's.
    pub fn token_issue(&self, asked: &TokenAsked, scope: &str) -> Result<Token, TokenRefused> {
        let Proved { client, credential, said, certificate } = self.proved(asked)?;
        let part = scope.parse::<Grant>().ok().and_then(|scope| client.grant.part(&scope));
        let grant = part.ok_or_else(|| {
            refused("invalid_scope", format!("the scope of this client is: {}", client.grant))
        })?;
        let token = AccessToken::new(random().map_err(TokenRefused::App)?);
        let now = self.clock.now();
        let issued = IssuedToken {
            digest: token.digest(),
            client: client.id,
            credential: credential.id,
            grant,
            certificate,
            created_at: now,
            expires_at: now + TOKEN_LIFETIME,
        };
        let detail = [("key_id", credential.key_id.clone()), ("scope", issued.grant.to_string())];
        let actor = domain::audit::Actor::Client(client.id);
        let told = self.client_told(&actor, "client.token", client.id, &detail)?;
        self.store.token_insert(&issued, said.as_ref(), &told).map_err(once)?;
        self.note_use(&credential)?;
        let (text, scope) = (token.reveal(), issued.grant.to_string());
        Ok(Token { text, expires_in: TOKEN_LIFETIME.whole_seconds(), scope })
    }

    /// Takes a token away, if it is one of this client; nothing tells whether it was.
    ///
    /// # Errors
    /// `invalid_client`; the store's.
    pub fn token_revoke(&self, asked: &TokenAsked, text: &str) -> Result<(), TokenRefused> {
        let Proved { client, said, .. } = self.proved(asked)?;
        if let Some(said) = said {
            self.store.nonce_insert(&said).map_err(once)?;
        }
        let Ok(token) = text.parse::<AccessToken>() else { return Ok(()) };
        let actor = domain::audit::Actor::Client(client.id);
        let told = self.client_told(&actor, "client.token.revoke", client.id, &[])?;
        self.store.token_revoke(token.digest(), client.id, &told)?;
        Ok(())
    }

    fn proved(&self, asked: &TokenAsked) -> Result<Proved, TokenRefused> {
        let assertion = match &asked.proof {
            ClientProof::Assertion(text) => Some(jwt::read(text).map_err(|_| unproved())?),
            _ => None,
        };
        let claimed = assertion.as_ref().and_then(|one| one.claimed("iss"));
        let name = asked.client.as_deref().or(claimed).ok_or_else(unproved)?.to_owned();
        let known = match name.parse::<ClientName>() {
            Ok(name) => self.store.client_by_name(&name)?,
            Err(_) => None,
        };
        let (client, credentials) = match known {
            Some((client, credentials)) => (Some(client), credentials),
            None => (None, Vec::new()),
        };
        let now = self.clock.now();
        let good: Vec<Credential> =
            credentials.into_iter().filter(|one| one.in_force(now)).collect();
        // Of an unknown client too, so that it takes the same time.
        let found = match (&asked.proof, assertion) {
            (ClientProof::Secret(secret), _) => self.by_secret(secret, good),
            (ClientProof::Certificate(der), _) => by_certificate(der, good, now),
            (_, Some(assertion)) => self.by_assertion(assertion, &name, good, now),
            (ClientProof::Assertion(_), None) => None,
        };
        let client = client.ok_or_else(unproved)?;
        let may_act = self.client_may_act(&client, asked.address)?;
        let found = found.filter(|(method, ..)| may_act && *method == client.method);
        let Some((_, credential, said)) = found else {
            self.note_refused(Subject::new("client", client.id), "client.refuse");
            return Err(unproved());
        };
        let said = said.map(|(what, until)| SaidOnce { client: client.id, what, until });
        let certificate = match credential.kind {
            CredentialKind::Certificate => Sha256::try_from(&credential.material[..]).ok(),
            _ => None,
        };
        Ok(Proved { client, credential, said, certificate })
    }

    fn by_secret(&self, text: &str, good: Vec<Credential>) -> Option<Found> {
        let secret: Secret = text.parse().ok()?;
        let matches =
            |one: &Credential| one.kind == CredentialKind::Secret && secret.is(&one.material);
        let found = good.into_iter().find(matches);
        // Whatever was made before: in production nothing is opened by a secret.
        let found = found.filter(|_| !self.settings.production)?;
        Some((ClientMethod::ClientSecret, found, None))
    }

    fn by_assertion(
        &self,
        assertion: jwt::Unverified<'_>,
        name: &str,
        good: Vec<Credential>,
        now: OffsetDateTime,
    ) -> Option<Found> {
        let mut keys = good.into_iter().filter(|one| one.kind == CredentialKind::Key);
        let credential = match assertion.key_id() {
            Some(id) => keys.find(|one| one.key_id == id)?,
            None => keys.next().filter(|_| keys.next().is_none())?,
        };
        let key = PublicKey::from_spki(&credential.material).ok()?;
        let set = KeySet::from_iter([Key::new(Some(credential.key_id.clone()), key)]);
        let claims = assertion.verify(&set, Algorithm::ALL).ok()?;
        let base = self.settings.public_url.trim_end_matches('/');
        let endpoint = format!("{base}/oauth2/token");
        let expected = Expected {
            issuer: name,
            subject: Some(name),
            audiences: &[base, &endpoint],
            lifetime_max: ASSERTION_LIFETIME,
        };
        claims.check(&expected, now).ok()?;
        let id = claims.text("jti").ok()?;
        let until = claims.instant("exp").ok()?? + SKEW;
        let said = (Sha256::of(format!("jti\0{id}").as_bytes()), until);
        Some((ClientMethod::PrivateKeyJwt, credential, Some(said)))
    }

    /// The secret that a client signs its requests with.
    pub(crate) fn hmac_secret(&self, one: &Credential) -> Result<Zeroizing<Vec<u8>>, AppError> {
        Ok(self.custody.unwrap(&secret_name(one.id), &one.material)?)
    }
}

/// How it was proved, by what, and what was said once with it, until when.
type Found = (ClientMethod, Credential, Option<(Sha256, OffsetDateTime)>);

fn by_certificate(der: &[u8], good: Vec<Credential>, now: OffsetDateTime) -> Option<Found> {
    let certificate = Certificate::parse(der).ok().filter(|one| one.is_valid_at(now))?;
    let print = certificate.fingerprint_sha256();
    let is_it = |one: &Credential| one.kind == CredentialKind::Certificate && one.material == print;
    Some((ClientMethod::TlsClientAuth, good.into_iter().find(is_it)?, None))
}

fn once(error: StoreError) -> TokenRefused {
    match error {
        StoreError::Exists { .. } => {
            refused("invalid_client", "the assertion was used before; make a new one (jti)")
        }
        other => TokenRefused::App(other.into()),
    }
}
