//! Clients: which systems call the service, what they may do, and what they prove themselves with.
//! For security administrators.

use super::frame::Frame;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{ClientView, ClientWebhookView, LicenseTypeView, OrganizationView};
use app::{App, AppError, Caller, ClientChange, ClientRequest, CredentialRequest};
use askama::Template;

#[derive(Template)]
#[template(path = "clients.html")]
pub(crate) struct ClientsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) clients: &'a [ClientView],
    pub(crate) organizations: &'a [OrganizationView],
    pub(crate) permissions: Vec<&'static str>,
    pub(crate) types: &'a [LicenseTypeView],
    pub(crate) methods: &'a [&'static str],
    pub(crate) error: Option<&'a str>,
    pub(crate) typed: &'a Typed,
}

#[derive(Template)]
#[template(path = "client.html")]
pub(crate) struct ClientPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) client: &'a ClientView,
    pub(crate) webhooks: &'a [ClientWebhookView],
    pub(crate) service: &'a str,
    pub(crate) error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "client_secret.html")]
pub(crate) struct SecretPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) client: &'a ClientView,
    pub(crate) secret: &'a str,
}

/// What was typed into the form for a new client.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) new: ClientRequest,
    pub(crate) permissions: Vec<String>,
    pub(crate) types: Vec<String>,
    pub(crate) first: CredentialRequest,
}

/// The methods that are offered; secrets are for tests and come last.
const METHODS: [&str; 4] =
    ["private_key_jwt", "tls_client_auth", "signed_requests", "client_secret"];

/// Why something was not done, as its page says it; what is no matter of typing is a problem.
fn said(error: Problem, frame: &Frame) -> Result<&'static str, Problem> {
    let words = frame.words;
    match error.code {
        "unknown_organization" => Ok(words.problem_organization),
        "client_name_refused" => Ok(words.problem_client_name),
        "client_name_taken" => Ok(words.problem_client_taken),
        "name_refused" => Ok(words.problem_name),
        "scope_refused" => Ok(words.problem_scope),
        "address_refused" => Ok(words.problem_addresses),
        "date_refused" => Ok(words.problem_date),
        "method_refused" | "secret_in_production" => Ok(words.problem_method),
        "credential_refused" => Ok(words.problem_credential),
        "credential_taken" => Ok(words.problem_credential_taken),
        "too_many_credentials" => Ok(words.problem_credentials),
        "credential_ended" | "client_closed" => Ok(words.problem_ended),
        "version_mismatch" => Ok(words.problem_changed),
        "webhook_endpoint_disabled" => Ok(words.problem_webhook_disabled),
        _ => Err(error),
    }
}

/// Permission: security administrator.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_reader(&request, &signed_in);
    draw_list(&site, &signed_in, &frame, HttpResponse::Ok(), None, &Typed::default()).await
}

async fn draw_list(
    site: &Site,
    signed_in: &SignedIn,
    frame: &Frame,
    response: HttpResponseBuilder,
    error: Option<&str>,
    typed: &Typed,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let all = move |app: &App| Ok((app.clients(&caller)?, app.organizations(&caller)?));
    let (clients, mut organizations) = site.read(all).await?;
    organizations.retain(|one| one.status == "active");
    let types = site.app.license_types();
    let permissions = App::client_permissions().iter().map(|one| one.as_str()).collect();
    let (clients, organizations, types) = (&clients[..], &organizations[..], &types[..]);
    let methods = &METHODS[..];
    let list =
        ClientsPage { frame, clients, organizations, permissions, types, methods, error, typed };
    page(response, frame, &list)
}

/// The scope that a form chose.
fn scope(form: &Form) -> String {
    let types = form.all("type").into_iter().map(|code| format!("type:{code}"));
    let items = form.text("items").split_whitespace().map(|code| format!("item:{code}"));
    let all = form.all("permission").into_iter().chain(types).chain(items.collect::<Vec<_>>());
    all.collect::<Vec<_>>().join(" ")
}

/// Permission: security administrator. A secret that is made is shown once.
pub(crate) async fn add(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let text = |name: &str| form.text(name).to_owned();
    let change = ClientChange {
        label: text("label"),
        scope: scope(&form),
        addresses: text("addresses"),
        valid_until: text("until"),
    };
    let typed = Typed {
        new: ClientRequest {
            organization: text("organization"),
            name: text("name"),
            method: text("method"),
            requires_signed_requests: form.text("signed") == "on",
            change,
        },
        permissions: form.all("permission"),
        types: form.all("type"),
        first: credential(&form),
    };
    let caller = signed_in.person.caller.clone();
    let (new, first) = (typed.new.clone(), typed.first.clone());
    let frame = Frame::of_reader(&request, &signed_in);
    match site.read(move |app| app.client_add(&caller, &new, &first)).await {
        Ok(made) => answer(&frame, &made.client, made.secret.as_deref().map(String::as_str)),
        Err(error) => {
            let words = Some(said(error, &frame)?);
            let response = HttpResponse::BadRequest();
            draw_list(&site, &signed_in, &frame, response, words, &typed).await
        }
    }
}

fn credential(form: &Form) -> CredentialRequest {
    let text = |name: &str| form.text(name).to_owned();
    let (material, key_id, valid_until) = (text("material"), text("key_id"), text("key_until"));
    CredentialRequest { material, key_id, valid_until }
}

/// The page of a client, or first that with its secret.
fn answer(
    frame: &Frame,
    client: &ClientView,
    secret: Option<&str>,
) -> Result<HttpResponse, Problem> {
    match secret {
        Some(secret) => page(HttpResponse::Ok(), frame, &SecretPage { frame, client, secret }),
        None => Ok(see_other(&format!("/clients/{}", client.id))),
    }
}

/// Permission: security administrator.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_reader(&request, &signed_in);
    draw_one(&site, &signed_in, &frame, HttpResponse::Ok(), &id, None).await
}

async fn draw_one(
    site: &Site,
    signed_in: &SignedIn,
    frame: &Frame,
    response: HttpResponseBuilder,
    id: &str,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let (caller, id) = (signed_in.person.caller.clone(), id.to_owned());
    let both = move |app: &App| Ok((app.client(&caller, &id)?, app.client_webhooks(&caller, &id)?));
    let (client, webhooks) = &site.read(both).await?;
    let service = &site.app.settings().public_url;
    page(response, frame, &ClientPage { frame, client, webhooks, service, error })
}

/// Does what a form asks of a client; or else the client's page, which says why not.
async fn change(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    payload: Payload,
    id: &str,
    act: impl FnOnce(&App, &Caller, &str, &Form) -> Result<Option<String>, AppError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(site, request, payload, &signed_in.token).await?;
    let (caller, asked) = (signed_in.person.caller.clone(), id.to_owned());
    let frame = Frame::of_reader(request, signed_in);
    let done = site
        .read(move |app| {
            let secret = act(app, &caller, &asked, &form)?;
            Ok((app.client(&caller, &asked)?, secret))
        })
        .await;
    match done {
        Ok((client, secret)) => answer(&frame, &client, secret.as_deref()),
        Err(error) => {
            let words = Some(said(error, &frame)?);
            let response = HttpResponse::BadRequest();
            draw_one(site, signed_in, &frame, response, id, words).await
        }
    }
}

/// Permission: security administrator.
pub(crate) async fn amend(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, form: &Form| {
        let text = |name: &str| form.text(name).to_owned();
        let (label, scope) = (text("label"), text("scope"));
        let (addresses, valid_until) = (text("addresses"), text("until"));
        let change = ClientChange { label, scope, addresses, valid_until };
        app.client_change(caller, id, form.text("seen"), &change).map(|_| None)
    };
    change(&site, &signed_in, &request, payload, &id, act).await
}

/// Permission: security administrator.
pub(crate) async fn close(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, _: &Form| {
        app.client_close(caller, id).map(|()| None)
    };
    change(&site, &signed_in, &request, payload, &id, act).await
}

/// Permission: security administrator. A secret that is made is shown once.
pub(crate) async fn rotate(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, form: &Form| {
        let made = app.credential_add(caller, id, &credential(form))?;
        Ok(made.secret.map(|secret| secret.to_string()))
    };
    change(&site, &signed_in, &request, payload, &id, act).await
}

/// Permission: security administrator.
pub(crate) async fn end(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, form: &Form| {
        let day = if form.text("when") == "later" { form.text("until") } else { "" };
        app.credential_end(caller, id, form.text("credential"), day).map(|_| None)
    };
    change(&site, &signed_in, &request, payload, &id, act).await
}

/// Permission: security administrator. Tests a receiver of the client's organization, gives it a new
/// secret, which is shown once, or sends something again.
pub(crate) async fn webhook(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, form: &Form| {
        let (endpoint, event) = (form.text("endpoint"), form.text("event"));
        let secret = app.client_webhook(caller, id, form.text("act"), endpoint, event)?;
        Ok(secret.map(|secret| secret.to_string()))
    };
    change(&site, &signed_in, &request, payload, &id, act).await
}
