//! Systems that call the service: registered by the machine, with keys of the tests.

use super::http::{Answer, Request};
use super::people::encoded;
use super::service::demo;
use app::{App, ClientChange, ClientRequest, CredentialRequest, SystemRandom};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::jwt;
use domain::request_signature as signature;
use formats::algorithm::{Digest, KeyKind, PrivateKey, Random as _, SM2_DEFAULT_ID};
use formats::x509::to_pem;
use serde_json::{Map, Value, json};
use std::net::SocketAddr;
use time::OffsetDateTime;

/// The department that issues licensing decisions, at which clients are registered.
pub const DEPARTMENT: &str = "示例市行政审批服务局";
/// What most clients may do.
pub const SCOPE: &str = "catalogue.read license.issue license.read verify";

/// A client as its own program knows it.
pub struct Client {
    /// Its `client_id`.
    pub name: String,
    /// Its id in the register.
    pub id: String,
    /// The key that it was registered with.
    pub key: PrivateKey,
    /// The secret, if it was given one.
    pub secret: Option<String>,
    address: SocketAddr,
}

/// A new key of a kind.
pub fn key(kind: &KeyKind) -> PrivateKey {
    PrivateKey::generate(kind, &mut SystemRandom).expect("a key")
}

/// What is registered of a key.
pub fn public(key: &PrivateKey, key_id: &str) -> CredentialRequest {
    let material = to_pem("PUBLIC KEY", key.public_key().to_spki());
    CredentialRequest { material, key_id: key_id.to_owned(), valid_until: String::new() }
}

/// 128 random bits.
pub fn chance() -> String {
    let mut bytes = [0; 16];
    SystemRandom.fill(&mut bytes).expect("chance");
    hex::encode(bytes)
}

/// A client to be registered at the department.
pub fn new_client(app: &App, method: &str, scope: &str) -> ClientRequest {
    let caller = app.console(DEPARTMENT).expect("the department");
    ClientRequest {
        organization: caller.organization().expect("an organization").to_string(),
        name: format!("c-{}", &chance()[..12]),
        method: method.to_owned(),
        requires_signed_requests: false,
        change: ClientChange {
            label: "样例业务系统".to_owned(),
            scope: scope.to_owned(),
            addresses: String::new(),
            valid_until: String::new(),
        },
    }
}

impl Client {
    /// A client of the demo with a P-256 key.
    pub fn new(method: &str, scope: &str) -> Self {
        Self::registered(&demo().app, demo().address, &new_client(&demo().app, method, scope))
    }

    /// Registers a client of a service, with a P-256 key named `1`, or the secret that it is given.
    pub fn registered(app: &App, address: SocketAddr, new: &ClientRequest) -> Self {
        Self::with_key(app, address, new, key(&KeyKind::P256))
    }

    /// The same with this key.
    pub fn with_key(app: &App, address: SocketAddr, new: &ClientRequest, key: PrivateKey) -> Self {
        let caller = app.console(DEPARTMENT).expect("the department");
        let secret = new.method == "client_secret";
        let named = CredentialRequest { key_id: "s".to_owned(), ..CredentialRequest::default() };
        let first = if secret { named } else { public(&key, "1") };
        let made = app.client_add(&caller, new, &first).expect("registered");
        let secret = made.secret.map(|secret| secret.to_string());
        Self { name: new.name.clone(), id: made.client.id, key, secret, address }
    }

    /// A request to the service.
    pub fn request(&self, method: &'static str, path: &str) -> Request {
        Request::new(self.address, method, path)
    }

    /// What an assertion of now says.
    pub fn claims(&self) -> Map<String, Value> {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let claims = json!({
            "iss": self.name, "sub": self.name, "jti": chance(), "iat": now, "exp": now + 120,
            "aud": format!("http://{}/oauth2/token", self.address),
        });
        claims.as_object().cloned().expect("an object")
    }

    /// An assertion by a key.
    pub fn assertion(&self, key: &PrivateKey, key_id: Option<&str>) -> String {
        signed(key, key_id, &self.claims())
    }

    /// The form that asks for a token with an assertion.
    pub fn asks(&self, assertion: &str, more: &[(&str, &str)]) -> Answer {
        const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        let own = [
            ("grant_type", "client_credentials"),
            ("client_assertion_type", TYPE),
            ("client_assertion", assertion),
        ];
        post(self.address, "/oauth2/token", &[&own, more].concat())
    }

    /// A token, as `Authorization` carries it.
    pub fn token(&self) -> String {
        bearer(&self.asks(&self.assertion(&self.key, Some("1")), &[]))
    }

    /// A request as the client would sign it.
    pub fn signed(&self, method: &'static str, path: &str, headers: &[(&str, &str)]) -> Signing {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Signing {
            key: format!("{}/1", self.name),
            nonce: chance(),
            created: OffsetDateTime::now_utc(),
            address: self.address,
            method,
            path: path.to_owned(),
            headers,
            body: None,
        }
    }
}

/// A request before it is signed.
#[derive(Clone)]
pub struct Signing {
    /// `CLIENT/KEY`.
    pub key: String,
    /// New for each request.
    pub nonce: String,
    /// When it is signed.
    pub created: OffsetDateTime,
    /// Header lines besides those of the signature.
    pub headers: Vec<(String, String)>,
    address: SocketAddr,
    method: &'static str,
    path: String,
    body: Option<(String, Vec<u8>)>,
}

impl Signing {
    /// With this body.
    pub fn body(mut self, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some((media_type.to_owned(), body.into()));
        self
    }

    fn head(&self) -> signature::Request {
        let (path, query) = match self.path.split_once('?') {
            Some((path, query)) => (path.to_owned(), Some(query.to_owned())),
            None => (self.path.clone(), None),
        };
        let own = |(name, value): &(String, String)| (name.to_ascii_lowercase(), value.clone());
        signature::Request {
            method: self.method.to_owned(),
            scheme: "http".to_owned(),
            authority: self.address.to_string(),
            path,
            query,
            headers: self.headers.iter().map(own).collect(),
            has_body: self.body.is_some(),
        }
    }

    /// Signed by a key, by its usual algorithm or another.
    pub fn by(mut self, key: &PrivateKey, named: Option<&str>) -> Request {
        if let Some((_, body)) = &self.body {
            let sm = key.kind() == KeyKind::Sm2;
            let digest = if sm { Digest::Sm3 } else { Digest::Sha256 };
            let field = signature::content_digest(digest, body);
            self.headers.push(("Content-Digest".to_owned(), field));
        }
        let algorithm = signature::Algorithm::of(key.public_key(), named).expect("of the key");
        let (key_name, created) = (self.key.as_str(), self.created);
        let making = signature::Making { key: key_name, created, nonce: &self.nonce, algorithm };
        let prepared = making.prepare(&self.head()).expect("its headers");
        let made =
            key.sign(prepared.suite(), SM2_DEFAULT_ID, prepared.message(), &mut SystemRandom);
        let made = prepared.complete(&made.expect("signed")).expect("a signature");
        self.sent(&made)
    }

    /// Signed by a secret, in the simple profile.
    pub fn by_secret(self, mac: signature::Mac, secret: &str) -> Request {
        let body = self.body.as_ref().map_or(&[][..], |(_, body)| body);
        let making = (self.key.as_str(), self.created, self.nonce.as_str());
        let made = signature::make_simple(mac, secret.as_bytes(), making, &self.head(), body);
        self.clone().sent(&made)
    }

    fn sent(self, made: &[(&str, String)]) -> Request {
        let mut request = Request::new(self.address, self.method, &self.path);
        if let Some((media_type, body)) = self.body {
            request = request.body(&media_type, body);
        }
        let made = made.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
        let all = self.headers.into_iter().chain(made);
        all.fold(request, |request, (name, value)| request.header(&name, &value))
    }
}

/// A token of these claims.
pub fn signed(key: &PrivateKey, key_id: Option<&str>, claims: &Map<String, Value>) -> String {
    let algorithm = match key.kind() {
        KeyKind::Rsa { .. } => jwt::Algorithm::Ps256,
        KeyKind::Ed25519 => jwt::Algorithm::EdDsa,
        KeyKind::Sm2 => jwt::Algorithm::Sm2,
        _ => jwt::Algorithm::Es256,
    };
    let prepared = jwt::prepare(algorithm, key_id, claims);
    let made = key.sign(prepared.suite(), SM2_DEFAULT_ID, prepared.message(), &mut SystemRandom);
    prepared.complete(&made.expect("signed")).expect("a token")
}

/// A form.
pub fn post(address: SocketAddr, path: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::new(address, "POST", path);
    request.body("application/x-www-form-urlencoded", encoded(fields)).send()
}

/// The token of an answer, as `Authorization` carries it.
#[track_caller]
pub fn bearer(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    assert_eq!(answer.status, 200, "{text}");
    format!("Bearer {}", answer.json()["access_token"].as_str().expect("a token"))
}

/// `Authorization: Basic`.
pub fn basic(name: &str, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{name}:{secret}")))
}
