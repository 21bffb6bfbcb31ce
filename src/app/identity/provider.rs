//! Identity providers: what they say of themselves, and their keys, kept for a while.

use super::{ProviderView, not_believed};
use crate::settings::ProviderSettings;
use crate::{AppError, Settings};
use domain::jwt::{Algorithm, Claims, KeySet, TokenError, read};
use gateway::webhook::{AskError, Question, Sender, Target};
use serde::Deserialize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use time::{Duration, OffsetDateTime};
use zeroize::Zeroizing;

/// How long what a provider says of itself counts.
const KNOWN_FOR: Duration = Duration::hours(1);
/// How soon keys are fetched anew for a token of an unknown one, and a provider that failed is
/// asked again.
const AGAIN_AFTER: Duration = Duration::minutes(1);
const FAILED_FOR: Duration = Duration::seconds(5);

/// How identity tokens may be signed. Neither without a key nor with one that others know.
const ALLOWED: [Algorithm; 5] =
    [Algorithm::Rs256, Algorithm::Ps256, Algorithm::Es256, Algorithm::EdDsa, Algorithm::Sm2];

/// What a provider says of itself (OpenID Connect Discovery 1.0, section 3).
#[derive(Debug, Deserialize)]
pub(crate) struct Configuration {
    issuer: String,
    pub(super) authorization_endpoint: String,
    pub(super) token_endpoint: String,
    jwks_uri: String,
    /// Where a person signs out of the provider.
    pub(super) end_session_endpoint: Option<String>,
    /// Its answers name it (RFC 9207).
    #[serde(default, rename = "authorization_response_iss_parameter_supported")]
    pub(super) names_itself: bool,
}

/// What is known of a provider.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) configuration: Arc<Configuration>,
    keys: Arc<KeySet>,
    since: OffsetDateTime,
    keys_since: OffsetDateTime,
}

enum State {
    Unknown,
    Known(Known),
    Failed(OffsetDateTime),
}

/// One provider.
pub(super) struct Provider {
    pub(super) settings: ProviderSettings,
    pub(super) secret: Option<Zeroizing<String>>,
    sender: Sender,
    /// Addresses without TLS on this machine are taken.
    plain_loopback: bool,
    state: Mutex<State>,
    /// Held by whoever asks it what it says of itself.
    asking: Mutex<()>,
}

/// All of them.
pub(crate) struct Providers(Vec<Provider>);

impl Providers {
    /// Those of the settings; they are asked when somebody comes.
    pub(crate) fn open(settings: &Settings) -> Result<Self, AppError> {
        let all = settings.sign_in.providers.iter();
        let open = |one: &ProviderSettings| Provider::open(one, !settings.production);
        all.map(open).collect::<Result<_, _>>().map(Self)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }

    pub(super) fn find(&self, id: &str) -> Result<&Provider, AppError> {
        self.iter().find(|one| one.settings.id == id).ok_or(AppError::NotFound)
    }
}

impl Provider {
    fn open(settings: &ProviderSettings, plain_loopback: bool) -> Result<Self, AppError> {
        let named = |what: &str| format!("identity provider {}: {what}", settings.id);
        let sender = Sender::new(&settings.allow, settings.ca_file.as_deref())
            .map_err(|cause| AppError::internal(named(&cause.to_string()), cause))?;
        let read = |file: &std::path::PathBuf| {
            let text = std::fs::read_to_string(file).map(Zeroizing::new);
            text.map(|text| Zeroizing::new(text.trim().to_owned()))
                .map_err(|cause| AppError::internal(named("reading its secret"), cause))
        };
        let secret = settings.client_secret.as_ref().map(read).transpose()?;
        let provider = Self {
            settings: settings.clone(),
            secret,
            sender,
            plain_loopback,
            state: Mutex::new(State::Unknown),
            asking: Mutex::default(),
        };
        if !provider.may_be_asked(&settings.issuer) {
            return Err(AppError::Refused {
                code: "identity_provider_address",
                detail: named("its issuer is no address of https"),
            });
        }
        Ok(provider)
    }

    pub(super) fn view(&self) -> ProviderView {
        ProviderView {
            id: self.settings.id.clone(),
            name_zh: self.settings.name_zh.clone(),
            name_en: self.settings.name_en.clone(),
            is_test: self.settings.is_test,
        }
    }

    /// `https`, or on this machine `http`, outside production.
    fn may_be_asked(&self, url: &str) -> bool {
        let loopback = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
        let plain = self.plain_loopback && loopback.iter().any(|begin| url.starts_with(begin));
        (plain || url.starts_with("https://")) && url.parse::<Target>().is_ok()
    }

    /// Asks an address of it.
    pub(super) fn ask(&self, url: &str, question: Question<'_>) -> Result<Vec<u8>, AskError> {
        self.sender.ask(url, question)
    }

    /// What it says of itself, fetched at most once an hour by one; who comes meanwhile has what
    /// was known before, and waits for nobody: a provider may hang.
    pub(super) fn known(&self, now: OffsetDateTime) -> Result<Known, AppError> {
        let before = match &*self.state() {
            State::Known(known) if now < known.since + KNOWN_FOR => return Ok(known.clone()),
            State::Failed(at) if now < *at + FAILED_FOR => return Err(unavailable()),
            State::Known(known) => Some(known.clone()),
            State::Failed(_) | State::Unknown => None,
        };
        let _one = match self.asking.try_lock() {
            Err(TryLockError::WouldBlock) => return before.ok_or_else(unavailable),
            // Nothing is guarded but the asking, so nothing can be left half done.
            one => one,
        };
        match self.discovered(now) {
            Ok(known) => {
                *self.state() = State::Known(known.clone());
                Ok(known)
            }
            Err(why) => {
                tracing::warn!(provider = self.settings.id, why, "an identity provider");
                *self.state() = State::Failed(now);
                Err(unavailable())
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn discovered(&self, now: OffsetDateTime) -> Result<Known, String> {
        let issuer = &self.settings.issuer;
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let text = self.ask(&place, Question::default()).map_err(|why| crate::chain(&why))?;
        let configuration: Configuration =
            serde_json::from_slice(&text).map_err(|why| why.to_string())?;
        if configuration.issuer != *issuer {
            return Err("its configuration is of another issuer".to_owned());
        }
        let needed = [
            &configuration.authorization_endpoint,
            &configuration.token_endpoint,
            &configuration.jwks_uri,
        ];
        let all = needed.into_iter().chain(&configuration.end_session_endpoint);
        if let Some(bad) = all.into_iter().find(|url| !self.may_be_asked(url)) {
            return Err(format!("{bad} is no address of https"));
        }
        let keys = Arc::new(self.keys(&configuration)?);
        let configuration = Arc::new(configuration);
        Ok(Known { configuration, keys, since: now, keys_since: now })
    }

    fn keys(&self, configuration: &Configuration) -> Result<KeySet, String> {
        let set = self.ask(&configuration.jwks_uri, Question::default());
        KeySet::read(&set.map_err(|why| crate::chain(&why))?).map_err(|why| why.to_string())
    }

    /// What a token says, if the provider signed it; a key that is not known yet may be new.
    pub(super) fn verified(&self, token: &str, now: OffsetDateTime) -> Result<Claims, AppError> {
        let verified = |keys: &KeySet| read(token)?.verify(keys, &ALLOWED);
        let known = self.known(now)?;
        let claims = match verified(&known.keys) {
            Err(TokenError::Key) if known.keys_since + AGAIN_AFTER <= now => {
                let keys = self.new_keys(known, now)?;
                verified(&keys)
            }
            claims => claims,
        };
        claims.map_err(|why| not_believed(self, why))
    }

    fn new_keys(&self, known: Known, now: OffsetDateTime) -> Result<Arc<KeySet>, AppError> {
        let fetched = self.keys(&known.configuration).map(Arc::new);
        let keys = fetched.as_ref().unwrap_or(&known.keys).clone();
        *self.state() = State::Known(Known { keys, keys_since: now, ..known });
        fetched.map_err(|why| {
            tracing::warn!(provider = self.settings.id, why, "the keys of an identity provider");
            unavailable()
        })
    }
}

fn unavailable() -> AppError {
    let detail = "the identity provider does not answer".to_owned();
    AppError::Unavailable { code: "identity_unavailable", detail }
}
