//! The demo's identity provider: a real one, with invented people. Its key is in memory alone and
//! new with each start; nothing in it ever comes near custody. Refused in production.

use super::{assured, challenge, secret, with_query};
use crate::{App, AppError, ProviderSettings, Settings, SystemRandom};
use domain::jwt::{Algorithm, Key, prepare};
use formats::algorithm::{KeyKind, PrivateKey, SM2_DEFAULT_ID};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use time::{Duration, OffsetDateTime};

/// The only client.
const CLIENT: &str = "yinzheng-demo";
/// Name of the provider in addresses.
const ID: &str = "test";
/// Below the service's own address.
const PLACE: &str = "/test-identity";
const CODE_LASTS: Duration = Duration::minutes(1);
const TOKEN_LASTS: Duration = Duration::minutes(5);
/// Codes that are not used yet; more than a demo needs.
const CODES_MAX: usize = 256;

/// Somebody who does not exist.
#[derive(Clone, Copy, Debug)]
pub struct TestPerson {
    /// The name.
    pub name: &'static str,
    /// The number of a person, or the code of a body; without one nobody is let in.
    pub number: Option<&'static str>,
    /// How surely the provider knows.
    pub level: &'static str,
}

const PEOPLE: [TestPerson; 4] = [
    TestPerson { name: "样例甲", number: Some("119999199003070131"), level: "high" },
    TestPerson { name: "样例乙", number: Some("119999198511230424"), level: "high" },
    TestPerson { name: "样例丙（没有实名号码）", number: None, level: "high" },
    TestPerson {
        name: "样例丁（实名等级不够）", number: Some("119999197706150614"), level: "low"
    },
];

/// A request for a code.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct AuthorizeRequest {
    /// `code`.
    pub response_type: String,
    /// Which client.
    pub client_id: String,
    /// Where the code goes.
    pub redirect_uri: String,
    /// Comes back as it is.
    pub state: String,
    /// Goes into the token.
    pub nonce: String,
    /// SHA-256 of what is told with the code.
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
}

/// A request for a token.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct TestTokenRequest {
    /// `authorization_code`.
    pub grant_type: String,
    /// Which client.
    pub client_id: String,
    /// The code.
    pub code: String,
    /// Where it went.
    pub redirect_uri: String,
    /// What the challenge was of.
    pub code_verifier: String,
}

struct Grant {
    code: String,
    challenge: String,
    nonce: String,
    person: TestPerson,
    until: OffsetDateTime,
}

/// The provider.
pub(crate) struct TestIdentity {
    key: PrivateKey,
    key_id: String,
    codes: Mutex<VecDeque<Grant>>,
}

impl TestIdentity {
    /// With a key of its own, and as one of the providers, where the settings ask for it.
    pub(crate) fn start(settings: &mut Settings) -> Result<Option<Self>, AppError> {
        if !settings.sign_in.test_identity {
            return Ok(None);
        }
        if settings.production {
            return Err(AppError::Refused {
                code: "test_identity_in_production",
                detail: "custody.production refuses sign_in.test_identity: it vouches for people \
                         who do not exist (test_identity_in_production)"
                    .to_owned(),
            });
        }
        let key = PrivateKey::generate(&KeyKind::P256, &mut SystemRandom)
            .map_err(|cause| AppError::internal("the test identity".to_owned(), cause))?;
        settings.sign_in.providers.push(provider(&settings.public_url));
        Ok(Some(Self { key, key_id: secret()?, codes: Mutex::default() }))
    }
}

/// Itself, as this service knows it.
fn provider(public_url: &str) -> ProviderSettings {
    ProviderSettings {
        id: ID.to_owned(),
        name_zh: "测试身份（样例）".to_owned(),
        name_en: "Test identity (sample)".to_owned(),
        issuer: format!("{}{PLACE}", public_url.trim_end_matches('/')),
        client_id: CLIENT.to_owned(),
        client_secret: None,
        scope: "openid profile".to_owned(),
        id_claim: "citizen_id".to_owned(),
        name_claim: "name".to_owned(),
        assurance: vec!["high".to_owned()],
        allow: vec!["127.0.0.0/8".to_owned(), "::1".to_owned()],
        ca_file: None,
        is_test: true,
    }
}

impl App {
    fn test_identity(&self) -> Result<&TestIdentity, AppError> {
        self.test_identity.as_ref().ok_or(AppError::NotFound)
    }

    fn test_issuer(&self) -> String {
        format!("{}{PLACE}", self.settings.public_url.trim_end_matches('/'))
    }

    /// What it says of itself.
    ///
    /// # Errors
    /// [`AppError::NotFound`] outside the demo; so have all below.
    pub fn test_identity_configuration(&self) -> Result<Value, AppError> {
        self.test_identity()?;
        let issuer = self.test_issuer();
        Ok(json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "authorization_response_iss_parameter_supported": true,
        }))
    }

    /// Its key.
    ///
    /// # Errors
    /// As above.
    pub fn test_identity_keys(&self) -> Result<Value, AppError> {
        let own = self.test_identity()?;
        let key = Key::new(Some(own.key_id.clone()), own.key.public_key().clone());
        Ok(json!({ "keys": [key.to_json()] }))
    }

    /// Whom one may be.
    ///
    /// # Errors
    /// `malformed_request` for a request that no page of ours makes.
    pub fn test_identity_people(
        &self,
        asked: &AuthorizeRequest,
    ) -> Result<&'static [TestPerson], AppError> {
        self.test_identity()?;
        let own = self.providers.find(ID)?;
        let fits = asked.response_type == "code"
            && asked.client_id == CLIENT
            && asked.redirect_uri == self.return_address(own)
            && asked.code_challenge_method == "S256"
            && !asked.code_challenge.is_empty();
        fits.then_some(&PEOPLE[..]).ok_or_else(|| AppError::Refused {
            code: "malformed_request",
            detail: "not a request of this service".to_owned(),
        })
    }

    /// Where the browser goes with a code for this person.
    ///
    /// # Errors
    /// As above.
    pub fn test_identity_choose(
        &self,
        asked: &AuthorizeRequest,
        person: usize,
    ) -> Result<String, AppError> {
        let people = self.test_identity_people(asked)?;
        let person = *people.get(person).ok_or(AppError::NotFound)?;
        let code = secret()?;
        let address = with_query(
            &asked.redirect_uri,
            &[("code", &code), ("state", &asked.state), ("iss", &self.test_issuer())],
        );
        let until = self.clock.now() + CODE_LASTS;
        let (challenge, nonce) = (asked.code_challenge.clone(), asked.nonce.clone());
        let own = self.test_identity()?;
        let mut codes = own.codes.lock().unwrap_or_else(PoisonError::into_inner);
        if codes.len() == CODES_MAX {
            codes.pop_front();
        }
        codes.push_back(Grant { code, challenge, nonce, person, until });
        Ok(address)
    }

    /// The token for a code, once.
    ///
    /// # Errors
    /// `invalid_grant`.
    pub fn test_identity_token(&self, asked: &TestTokenRequest) -> Result<Value, AppError> {
        let own = self.test_identity()?;
        let refused = || AppError::Unauthenticated { code: "invalid_grant" };
        let mut codes = own.codes.lock().unwrap_or_else(PoisonError::into_inner);
        let place = codes.iter().position(|grant| grant.code == asked.code);
        let grant = place.and_then(|place| codes.remove(place)).ok_or_else(refused)?;
        drop(codes);
        let now = self.clock.now();
        let right = asked.grant_type == "authorization_code"
            && asked.client_id == CLIENT
            && asked.redirect_uri == self.return_address(self.providers.find(ID)?)
            && challenge(&asked.code_verifier) == grant.challenge
            && now < grant.until;
        if !right {
            return Err(refused());
        }
        let mut claims = json!({
            "iss": self.test_issuer(),
            "sub": format!("test-{}", grant.person.name),
            "aud": CLIENT,
            "iat": now.unix_timestamp(),
            "exp": (now + TOKEN_LASTS).unix_timestamp(),
            "nonce": grant.nonce,
            "acr": grant.person.level,
            "name": grant.person.name,
        });
        if let (Some(members), Some(number)) = (claims.as_object_mut(), grant.person.number) {
            debug_assert!(assured(number).is_some(), "{number} is formally right");
            members.insert("citizen_id".to_owned(), number.into());
        }
        let token = own.signed(&claims)?;
        Ok(json!({
            "access_token": secret()?, "token_type": "Bearer", "id_token": token, "expires_in": 300
        }))
    }
}

impl TestIdentity {
    fn signed(&self, claims: &Value) -> Result<String, AppError> {
        let failed =
            |why: String| AppError::internal("a token of the test identity".to_owned(), why);
        let members = claims.as_object().ok_or_else(|| failed("no claims".to_owned()))?;
        let prepared = prepare(Algorithm::Es256, Some(&self.key_id), members);
        let (suite, message) = (prepared.suite(), prepared.message());
        let signature = self.key.sign(suite, SM2_DEFAULT_ID, message, &mut SystemRandom);
        let signature = signature.map_err(|cause| failed(cause.to_string()))?;
        prepared.complete(&signature).ok_or_else(|| failed("no signature".to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_people_are_formally_right_and_nobody() {
        for one in PEOPLE {
            assert!(one.name.starts_with("样例"));
            assert!(one.number.is_none_or(|number| assured(number).is_some()), "{one:?}");
        }
    }
}
