//! Access tokens for systems: OAuth 2.0, client credentials (RFC 6749, clause 4.4), with the ways
//! to prove who a client is of RFC 7523 and RFC 8705, revocation (RFC 7009) and metadata (RFC 8414).

use super::{NoParameters, query};
use crate::body::{self, Upload};
use crate::form::ENCODED;
use crate::peer_certificate::PeerCertificate;
use crate::problem::Problem;
use crate::site::Site;
use actix_web::http::StatusCode;
use actix_web::http::header::{
    AUTHORIZATION, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE,
};
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::{ClientProof, TokenAsked, TokenRefused};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A form with a signed assertion, of which the longest has 16 KiB.
const FORM_BYTES_MAX: usize = 24 * 1024;
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client sends for a token.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the shape of the form, for the OpenAPI document")]
pub(crate) struct TokenForm {
    /// `client_credentials`
    grant_type: String,
    /// A part of the client's scope; all of it when absent.
    #[schema(example = "license.read type:11100000000013338W011")]
    scope: Option<String>,
    /// Name of the client; an assertion and `Authorization: Basic` say it too.
    client_id: Option<String>,
    /// For tests: a secret.
    client_secret: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`
    client_assertion_type: Option<String>,
    /// A token that the client signed: `iss` and `sub` its name, `aud` the address of this service
    /// or of this endpoint, `exp` at most five minutes ahead, `jti` never used before.
    client_assertion: Option<String>,
}

/// What a client sends to take a token away.
#[derive(Deserialize, ToSchema)]
#[allow(dead_code, reason = "the shape of the form, for the OpenAPI document")]
pub(crate) struct RevokeForm {
    /// The token.
    token: String,
    /// Passed over: there is one kind.
    token_type_hint: Option<String>,
}

/// An access token (RFC 6749, clause 5.1).
#[derive(Serialize, ToSchema)]
pub(crate) struct TokenView {
    /// What `Authorization: Bearer` carries.
    access_token: String,
    /// `Bearer`
    token_type: &'static str,
    /// For so many seconds.
    expires_in: i64,
    /// What it is for.
    scope: String,
}

/// Why there is no token (RFC 6749, clause 5.2).
#[derive(Serialize, ToSchema)]
pub(crate) struct OAuthErrorView {
    /// Such as `invalid_client`.
    error: &'static str,
    /// What to do.
    error_description: String,
}

/// A refusal in the words of RFC 6749.
struct Refusal {
    status: StatusCode,
    error: &'static str,
    description: String,
    retry_after_s: Option<u64>,
}

fn refusal(error: &'static str, description: impl Into<String>) -> Refusal {
    let status = match error {
        "invalid_client" => StatusCode::UNAUTHORIZED,
        _ => StatusCode::BAD_REQUEST,
    };
    Refusal { status, error, description: description.into(), retry_after_s: None }
}

impl From<Refusal> for HttpResponse {
    fn from(refusal: Refusal) -> Self {
        let mut response = HttpResponse::build(refusal.status);
        if refusal.status == StatusCode::UNAUTHORIZED {
            response.insert_header((WWW_AUTHENTICATE, "Basic realm=\"yinzheng\""));
        }
        if let Some(seconds) = refusal.retry_after_s {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.insert_header((CACHE_CONTROL, "no-store")).insert_header((PRAGMA, "no-cache"));
        let (error, error_description) = (refusal.error, refusal.description);
        response.json(OAuthErrorView { error, error_description })
    }
}

/// The pairs of a form, each name once.
struct Pairs(Vec<(String, String)>);

impl Pairs {
    async fn read(site: &Site, request: &HttpRequest, payload: Payload) -> Result<Self, Refusal> {
        let malformed = || refusal("invalid_request", "send a form, each parameter once");
        if body::media_type(request).as_deref() != Some(ENCODED) {
            return Err(malformed());
        }
        let read: Upload = body::read(site, request, payload, FORM_BYTES_MAX)
            .await
            .map_err(|problem| refusal("invalid_request", problem.code))?;
        let text = read.text().map_err(|_| malformed())?;
        let pairs = Query::<Vec<(String, String)>>::from_query(text).map_err(|_| malformed())?;
        let pairs = pairs.into_inner();
        let twice = |(place, (name, _)): (usize, &(String, String))| {
            pairs[..place].iter().any(|(earlier, _)| earlier == name)
        };
        if pairs.iter().enumerate().any(twice) {
            return Err(malformed());
        }
        Ok(Self(pairs))
    }

    /// A parameter that is there and not empty (RFC 6749, clause 3.2).
    fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }
}

/// Who asks, by the one way of proving it that is used.
fn asked(site: &Site, request: &HttpRequest, form: &Pairs) -> Result<TokenAsked, Refusal> {
    let address = Some(site.client_address(request));
    let client = form.text("client_id").map(str::to_owned);
    let basic = basic(request)?;
    let secret = form.text("client_secret");
    let assertion = form.text("client_assertion");
    let (client, proof) = match (basic, secret, assertion) {
        (Some((name, secret)), None, None) => {
            if client.is_some_and(|client| client != name) {
                return Err(refusal("invalid_request", "client_id names another client"));
            }
            (Some(name), ClientProof::Secret(secret.into()))
        }
        (None, Some(secret), None) => (client, ClientProof::Secret(secret.to_owned().into())),
        (None, None, Some(assertion)) => {
            if form.text("client_assertion_type") != Some(ASSERTION_TYPE) {
                let words = format!("client_assertion_type is {ASSERTION_TYPE}");
                return Err(refusal("invalid_request", words));
            }
            (client, ClientProof::Assertion(assertion.to_owned()))
        }
        (None, None, None) => {
            let shown = PeerCertificate::of(request).ok_or_else(|| {
                let words =
                    "prove who you are: client_assertion, a client certificate, or a secret";
                refusal("invalid_client", words)
            })?;
            (client, ClientProof::Certificate(shown.der))
        }
        _ => return Err(refusal("invalid_request", "prove who you are in one way only")),
    };
    if client.is_none() && !matches!(proof, ClientProof::Assertion(_)) {
        return Err(refusal("invalid_request", "client_id is missing"));
    }
    Ok(TokenAsked { client, proof, address })
}

/// Name and secret of `Authorization: Basic`, each form-encoded inside (RFC 6749, clause 2.3.1).
fn basic(request: &HttpRequest) -> Result<Option<(String, String)>, Refusal> {
    let Some(value) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let read = || {
        let (scheme, digits) = value.to_str().ok()?.split_once(' ')?;
        if !scheme.eq_ignore_ascii_case("basic") {
            return None;
        }
        let text = String::from_utf8(STANDARD.decode(digits.trim()).ok()?).ok()?;
        let (name, secret) = text.split_once(':')?;
        Some((decoded(name)?, decoded(secret)?))
    };
    let unread = || refusal("invalid_client", "Authorization is Basic with name and secret");
    read().map(Some).ok_or_else(unread)
}

fn decoded(text: &str) -> Option<String> {
    let pairs = Query::<Vec<(String, String)>>::from_query(&format!("x={text}")).ok()?;
    pairs.into_inner().pop().filter(|(name, _)| name == "x").map(|(_, value)| value)
}

/// Limited by address: who guesses does not get far, and shuts out nobody elsewhere.
fn admit(site: &Site, request: &HttpRequest) -> Result<(), Refusal> {
    site.admit_guess(request).map_err(|problem| Refusal {
        status: problem.status,
        error: "temporarily_unavailable",
        description: "too many requests; repeat this one after the time in Retry-After".into(),
        retry_after_s: problem.retry_after.map(|wait| wait.as_secs().max(1)),
    })
}

/// What an answer of the use case is here: a refusal in the protocol's words, or a problem.
fn answered<T>(done: Result<T, TokenRefused>) -> Result<Result<T, Refusal>, Problem> {
    match done {
        Ok(done) => Ok(Ok(done)),
        Err(TokenRefused::Protocol { code, detail }) => Ok(Err(refusal(code, detail))),
        Err(TokenRefused::App(error)) => Err(error.into()),
    }
}

/// Permission: anyone, who proves to be a client: by `client_assertion` (`private_key_jwt`), by the
/// certificate of the connection (`tls_client_auth`), or for tests by a secret (`Authorization:
/// Basic`, or `client_id` and `client_secret`). A token is for ten minutes; one that was got by a
/// certificate is good on connections with that certificate alone (`x5t#S256`).
#[utoipa::path(
    post, path = "/oauth2/token", tag = "clients",
    request_body(content = TokenForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = TokenView),
        (status = 400, body = OAuthErrorView, description = "invalid_request, invalid_scope, unsupported_grant_type"),
        (status = 401, body = OAuthErrorView, description = "invalid_client, whatever the reason"),
        (status = 429, body = OAuthErrorView, description = "Too many requests of an address"),
    )
)]
pub(crate) async fn token(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    match issue(&site, &request, payload).await? {
        Ok(token) => Ok(HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .insert_header((PRAGMA, "no-cache"))
            .json(token)),
        Err(refusal) => Ok(refusal.into()),
    }
}

async fn issue(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
) -> Result<Result<TokenView, Refusal>, Problem> {
    let prepare = async || {
        let form = Pairs::read(site, request, payload).await?;
        let grant = form.text("grant_type");
        if grant.is_none() {
            return Err(refusal("invalid_request", "grant_type is missing"));
        }
        if grant != Some("client_credentials") {
            return Err(refusal("unsupported_grant_type", "grant_type is client_credentials"));
        }
        let asked = asked(site, request, &form)?;
        admit(site, request)?;
        Ok::<_, Refusal>((asked, form.text("scope").unwrap_or_default().to_owned()))
    };
    let (asked, scope) = match prepare().await {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let done = site.read(move |app| Ok(app.token_issue(&asked, &scope))).await?;
    Ok(answered(done)?.map(|token| TokenView {
        access_token: token.text.to_string(),
        token_type: "Bearer",
        expires_in: token.expires_in,
        scope: token.scope,
    }))
}

/// Permission: the client, which proves who it is as for a token. The token is gone at once; an
/// unknown one is answered the same.
#[utoipa::path(
    post, path = "/oauth2/revoke", tag = "clients",
    request_body(content = RevokeForm, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Gone, if it was one of this client"),
        (status = 400, body = OAuthErrorView),
        (status = 401, body = OAuthErrorView),
    )
)]
pub(crate) async fn revoke(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let prepare = async || {
        let form = Pairs::read(&site, &request, payload).await?;
        let token = form.text("token").map(str::to_owned);
        let token = token.ok_or_else(|| refusal("invalid_request", "token is missing"))?;
        let asked = asked(&site, &request, &form)?;
        admit(&site, &request)?;
        Ok::<_, Refusal>((asked, token))
    };
    let (asked, token) = match prepare().await {
        Ok(prepared) => prepared,
        Err(refusal) => return Ok(HttpResponse::from(refusal)),
    };
    let done = site.read(move |app| Ok(app.token_revoke(&asked, &token))).await?;
    match answered(done)? {
        Ok(()) => Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).finish()),
        Err(refusal) => Ok(refusal.into()),
    }
}

/// What clients may expect of this service (RFC 8414).
#[derive(Serialize, ToSchema)]
pub(crate) struct MetadataView {
    issuer: String,
    token_endpoint: String,
    revocation_endpoint: String,
    grant_types_supported: [&'static str; 1],
    response_types_supported: [&'static str; 0],
    token_endpoint_auth_methods_supported: [&'static str; 4],
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    revocation_endpoint_auth_methods_supported: [&'static str; 4],
    scopes_supported: Vec<&'static str>,
    tls_client_certificate_bound_access_tokens: bool,
    service_documentation: String,
}

/// Permission: anyone.
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "clients",
    responses((status = 200, body = MetadataView))
)]
pub(crate) async fn metadata(
    site: Data<Site>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    const METHODS: [&str; 4] =
        ["private_key_jwt", "tls_client_auth", "client_secret_basic", "client_secret_post"];
    let NoParameters {} = query(&request)?;
    let base = &site.app.settings().public_url;
    Ok(HttpResponse::Ok().json(MetadataView {
        issuer: base.clone(),
        token_endpoint: format!("{base}/oauth2/token"),
        revocation_endpoint: format!("{base}/oauth2/revoke"),
        grant_types_supported: ["client_credentials"],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: METHODS,
        token_endpoint_auth_signing_alg_values_supported: app::token_algorithms(),
        revocation_endpoint_auth_methods_supported: METHODS,
        scopes_supported: app::App::client_permissions().iter().map(|one| one.as_str()).collect(),
        tls_client_certificate_bound_access_tokens: true,
        service_documentation: format!("{base}/docs"),
    }))
}
