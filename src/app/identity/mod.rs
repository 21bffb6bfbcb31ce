//! Who somebody is by the word of an identity provider (OpenID Connect): authorization code with
//! PKCE (RFC 7636), `state` and `nonce`. A citizen is the number that the provider assures, never a
//! telephone, an address of mail or a name.

mod provider;
mod session;
mod test_identity;

pub(crate) use provider::Providers;
pub use session::CitizenView;
pub(crate) use test_identity::TestIdentity;
pub use test_identity::{AuthorizeRequest, TestPerson, TestTokenRequest};

use crate::clockwork::random;
use crate::{App, AppError};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::access::SessionToken;
use domain::digest::Sha256;
use domain::identifier::{CitizenId, UnifiedCode};
use domain::jwt::{Claims, Expected};
use gateway::webhook::Question;
use provider::Provider;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use time::{Duration, OffsetDateTime};

/// How long somebody may take to sign in at the provider.
const PATIENCE: Duration = Duration::minutes(10);
/// Longest validity of an identity token that is taken: it is used at once.
const TOKEN_LASTS_MAX: Duration = Duration::days(1);

/// A provider as the page to sign in offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderView {
    /// Its name in addresses.
    pub id: String,
    /// Its name in Chinese.
    pub name_zh: String,
    /// Its name in English.
    pub name_en: String,
    /// It is the demo's own, with invented people.
    pub is_test: bool,
}

/// The way to a provider.
pub struct Begun {
    /// Where the browser goes.
    pub address: String,
    /// What the browser keeps until it comes back; nobody else reads or changes it.
    pub kept: String,
}

/// With what a browser comes back from a provider.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Return {
    /// For what the provider gives an identity token, once.
    pub code: String,
    /// Ours.
    pub state: String,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
    /// Why there is no code.
    pub error: String,
}

/// What the browser keeps meanwhile.
#[derive(Deserialize, Serialize)]
struct Kept {
    state: String,
    nonce: String,
    verifier: String,
    until: i64,
}

/// What a provider gives for a code.
#[derive(Deserialize)]
struct Given {
    id_token: String,
}

fn failed(code: &'static str) -> AppError {
    AppError::Unauthenticated { code }
}

/// The name under which custody wraps what a browser keeps.
fn kept_name(provider: &str) -> String {
    format!("signing in at {provider}")
}

fn secret() -> Result<String, AppError> {
    Ok(hex::encode(random::<32>()?))
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::of(verifier.as_bytes()).as_bytes())
}

/// Fields of a form or a query.
fn encoded(fields: &[(&str, &str)]) -> String {
    let escaped = |text: &str| {
        let one = |byte: u8| match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        };
        text.bytes().map(one).collect::<String>()
    };
    let fields = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value)));
    fields.collect::<Vec<_>>().join("&")
}

/// An address with a query behind the one that it may have.
fn with_query(address: &str, fields: &[(&str, &str)]) -> String {
    let sign = if address.contains('?') { '&' } else { '?' };
    format!("{address}{sign}{}", encoded(fields))
}

impl App {
    /// The providers, in the order of the settings.
    #[must_use]
    pub fn identity_providers(&self) -> Vec<ProviderView> {
        self.providers.iter().map(Provider::view).collect()
    }

    /// Where a provider sends the browser back to.
    fn return_address(&self, provider: &Provider) -> String {
        let own = self.settings.public_url.trim_end_matches('/');
        format!("{own}/sign-in/back/{}", provider.settings.id)
    }

    /// The way to a provider.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `identity_unavailable`.
    pub fn identity_begin(&self, provider: &str) -> Result<Begun, AppError> {
        let provider = self.providers.find(provider)?;
        let now = self.clock.now();
        let known = provider.known(now)?;
        let kept = Kept {
            state: secret()?,
            nonce: secret()?,
            verifier: secret()?,
            until: (now + PATIENCE).unix_timestamp(),
        };
        let address = with_query(
            &known.configuration.authorization_endpoint,
            &[
                ("response_type", "code"),
                ("client_id", &provider.settings.client_id),
                ("redirect_uri", &self.return_address(provider)),
                ("scope", &provider.settings.scope),
                ("state", &kept.state),
                ("nonce", &kept.nonce),
                ("code_challenge", &challenge(&kept.verifier)),
                ("code_challenge_method", "S256"),
            ],
        );
        let text = serde_json::to_vec(&kept)
            .map_err(|cause| AppError::internal("keeping a way".to_owned(), cause))?;
        let wrapped = self.custody.wrap(&kept_name(&provider.settings.id), &text)?;
        Ok(Begun { address, kept: hex::encode(wrapped) })
    }

    /// Signs in whom a provider has sent back.
    ///
    /// # Errors
    /// `identity_begin_again` when it is not the browser that was sent, or too late;
    /// `identity_refused` by the provider or the person; `identity_not_believed`;
    /// `identity_assurance`; `identity_incomplete`; `identity_unavailable`.
    pub fn identity_finish(
        &self,
        provider: &str,
        kept: &str,
        came: &Return,
    ) -> Result<SessionToken, AppError> {
        let provider = self.providers.find(provider)?;
        let now = self.clock.now();
        let kept =
            self.opened_way(provider, kept, now).ok_or_else(|| failed("identity_begin_again"))?;
        if !bool::from(kept.state.as_bytes().ct_eq(came.state.as_bytes())) {
            return Err(failed("identity_begin_again"));
        }
        let known = provider.known(now)?;
        // Who answers is who was asked: a code of one provider is not told to another (RFC 9207).
        let named = came.iss.as_deref();
        let issuer = provider.settings.issuer.as_str();
        if named.map_or(known.configuration.names_itself, |named| named != issuer) {
            return Err(not_believed(provider, "another provider answered"));
        }
        if !came.error.is_empty() || came.code.is_empty() {
            return Err(failed("identity_refused"));
        }
        let token = self.exchange(provider, &known.configuration.token_endpoint, came, &kept)?;
        let claims = provider.verified(&token, now)?;
        let expected = Expected {
            issuer,
            subject: None,
            audiences: &[&provider.settings.client_id],
            lifetime_max: TOKEN_LASTS_MAX,
        };
        claims.check(&expected, now).map_err(|why| not_believed(provider, why))?;
        self.of_this_way(provider, &claims, &kept)?;
        self.let_citizen_in(provider, &claims)
    }

    fn opened_way(&self, provider: &Provider, kept: &str, now: OffsetDateTime) -> Option<Kept> {
        let wrapped = hex::decode(kept).ok()?;
        let text = self.custody.unwrap(&kept_name(&provider.settings.id), &wrapped).ok()?;
        let kept: Kept = serde_json::from_slice(&text).ok()?;
        (now.unix_timestamp() < kept.until).then_some(kept)
    }

    /// The identity token for a code.
    fn exchange(
        &self,
        provider: &Provider,
        endpoint: &str,
        came: &Return,
        kept: &Kept,
    ) -> Result<String, AppError> {
        let back = self.return_address(provider);
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", came.code.as_str()),
            ("redirect_uri", back.as_str()),
            ("code_verifier", kept.verifier.as_str()),
        ];
        let client = provider.settings.client_id.as_str();
        let authorization = provider.secret.as_ref().map(|secret| {
            let escaped = |text: &str| encoded(&[("", text)])[1..].to_owned();
            let pair = format!("{}:{}", escaped(client), escaped(secret));
            format!("Basic {}", STANDARD.encode(pair))
        });
        if authorization.is_none() {
            fields.push(("client_id", client));
        }
        let form = encoded(&fields);
        let question = Question {
            form: Some(&form),
            authorization: authorization.as_deref(),
            ..Question::default()
        };
        let given = provider.ask(endpoint, question).map_err(|why| not_believed(provider, why))?;
        let given: Given =
            serde_json::from_slice(&given).map_err(|why| not_believed(provider, why))?;
        Ok(given.id_token)
    }

    /// Whether a token answers what was asked, for us, at the level that is asked for.
    fn of_this_way(
        &self,
        provider: &Provider,
        claims: &Claims,
        kept: &Kept,
    ) -> Result<(), AppError> {
        let nonce = claims.text("nonce").map_err(|why| not_believed(provider, why))?;
        if !bool::from(nonce.as_bytes().ct_eq(kept.nonce.as_bytes())) {
            return Err(not_believed(provider, "the nonce is of another way"));
        }
        let settings = &provider.settings;
        let party = claims.value("azp");
        if party.is_some_and(|party| party.as_str() != Some(&settings.client_id)) {
            return Err(not_believed(provider, "the token was given to another party"));
        }
        let level = claims.text("acr").unwrap_or_default();
        let enough = settings.assurance.is_empty() || settings.assurance.iter().any(|l| l == level);
        enough.then_some(()).ok_or_else(|| failed("identity_assurance"))
    }
}

/// What is not believed of a provider; why is for the log, which says nothing of the person.
fn not_believed(provider: &Provider, why: impl std::fmt::Display) -> AppError {
    tracing::warn!(provider = provider.settings.id, %why, "an identity was not believed");
    failed("identity_not_believed")
}

/// The number of a person or a body, as it is written.
fn assured(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_uppercase();
    let known = text.parse::<CitizenId>().is_ok() || text.parse::<UnifiedCode>().is_ok();
    known.then_some(text)
}

#[cfg(test)]
mod tests;
