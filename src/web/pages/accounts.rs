//! Accounts: who signs in, and with which roles. For security administrators.

use super::certificates::Said;
use super::frame::Frame;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{OrganizationView, StaffCertificateView, StaffView};
use app::{AccountRequest, App, AppError, Caller, Invited, Role};
use askama::Template;

#[derive(Template)]
#[template(path = "accounts.html")]
pub(crate) struct AccountsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) accounts: &'a [StaffView],
    pub(crate) organizations: &'a [OrganizationView],
    pub(crate) roles: Vec<Role>,
    pub(crate) error: Option<&'a str>,
    pub(crate) typed: &'a Typed,
}

#[derive(Template)]
#[template(path = "account.html")]
pub(crate) struct AccountPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) account: &'a StaffView,
    pub(crate) certificates: &'a [StaffCertificateView],
    /// Whether people sign in by certificate here.
    pub(crate) by_certificate: bool,
    pub(crate) roles: Vec<Role>,
    pub(crate) error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "invited.html")]
pub(crate) struct InvitedPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) account: &'a StaffView,
    pub(crate) password: &'a str,
}

impl AccountPage<'_> {
    fn withdraw_action(&self) -> String {
        format!("/accounts/{}:certificate-withdraw", self.account.id)
    }
}

/// What was typed into the form for a new account.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) organization: String,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) roles: Vec<String>,
}

fn offered() -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| role.is_of_people()).collect()
}

/// Why something was not done, as its page says it; what is no matter of typing is a problem.
fn said(error: Problem, frame: &Frame) -> Result<&'static str, Problem> {
    let words = frame.words;
    match error.code {
        "unknown_organization" => Ok(words.problem_organization),
        "login_refused" => Ok(words.problem_login),
        "login_taken" => Ok(words.problem_login_taken),
        "name_refused" => Ok(words.problem_name),
        "roles_not_apart" => Ok(words.problem_roles_apart),
        "roles_refused" => Ok(words.problem_roles),
        "own_account" => Ok(words.problem_own_account),
        _ => Said::of(error, words).map(|said| said.words),
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
    let both = move |app: &App| Ok((app.accounts(&caller)?, app.organizations(&caller)?));
    let (accounts, mut organizations) = site.read(both).await?;
    organizations.retain(|one| one.status == "active");
    let (accounts, organizations) = (&accounts[..], &organizations[..]);
    let roles = offered();
    page(response, frame, &AccountsPage { frame, accounts, organizations, roles, error, typed })
}

/// Permission: security administrator. The first password is shown once.
pub(crate) async fn add(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let text = |name: &str| form.text(name).to_owned();
    let (organization, login, name) = (text("organization"), text("login"), text("name"));
    let typed = Typed { organization, login, name, roles: form.all("role") };
    let new = AccountRequest {
        organization: typed.organization.clone(),
        login: typed.login.clone(),
        name: typed.name.clone(),
        roles: typed.roles.clone(),
    };
    let frame = Frame::of_reader(&request, &signed_in);
    let caller = signed_in.person.caller.clone();
    match site.work(Lane::Department, move |app| app.account_add(&caller, &new)).await {
        Ok(made) => invited(&signed_in, &request, &made),
        Err(error) => {
            let words = Some(said(error, &frame)?);
            let response = HttpResponse::BadRequest();
            draw_list(&site, &signed_in, &frame, response, words, &typed).await
        }
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
    let both =
        move |app: &App| Ok((app.account(&caller, &id)?, app.account_certificates(&caller, &id)?));
    let (account, certificates) = &site.read(both).await?;
    let by_certificate = site.app.settings().client_authorities.is_some();
    let roles = offered();
    page(
        response,
        frame,
        &AccountPage { frame, account, certificates, by_certificate, roles, error },
    )
}

/// Does what a form asks of an account; or else the account's page, which says why not.
async fn change<T: Send + 'static>(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    payload: Payload,
    id: &str,
    act: impl FnOnce(&App, &Caller, &str, &Form) -> Result<T, AppError> + Send + 'static,
) -> Result<Result<T, HttpResponse>, Problem> {
    let form = Form::of_session(site, request, payload, &signed_in.token).await?;
    let (caller, asked) = (signed_in.person.caller.clone(), id.to_owned());
    match site.work(Lane::Department, move |app| act(app, &caller, &asked, &form)).await {
        Ok(done) => Ok(Ok(done)),
        Err(error) => {
            let frame = Frame::of_reader(request, signed_in);
            let words = Some(said(error, &frame)?);
            let response = HttpResponse::BadRequest();
            Ok(Err(draw_one(site, signed_in, &frame, response, id, words).await?))
        }
    }
}

fn back(id: &str) -> HttpResponse {
    see_other(&format!("/accounts/{}", crate::answer::encoded(id)))
}

/// Permission: security administrator.
pub(crate) async fn roles(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, form: &Form| {
        app.account_roles(caller, id, &form.all("role"))
    };
    let done = change(&site, &signed_in, &request, payload, &id, act).await?;
    Ok(done.map_or_else(|refused| refused, |_| back(&id)))
}

/// Permission: security administrator.
pub(crate) async fn close(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, _: &Form| app.account_close(caller, id);
    let done = change(&site, &signed_in, &request, payload, &id, act).await?;
    Ok(done.map_or_else(|refused| refused, |_| back(&id)))
}

/// Permission: security administrator.
pub(crate) async fn certificate(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, form: &Form| {
        app.account_certificate_add(caller, id, form.text("certificate"))
    };
    let done = change(&site, &signed_in, &request, payload, &id, act).await?;
    Ok(done.map_or_else(|refused| refused, |()| back(&id)))
}

/// Permission: security administrator.
pub(crate) async fn certificate_withdraw(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, form: &Form| {
        app.account_certificate_withdraw(caller, id, form.text("fingerprint"))
    };
    let done = change(&site, &signed_in, &request, payload, &id, act).await?;
    Ok(done.map_or_else(|refused| refused, |()| back(&id)))
}

/// Permission: security administrator. The first password is shown once.
pub(crate) async fn reset(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let act = |app: &App, caller: &Caller, id: &str, _: &Form| app.account_reset(caller, id);
    let made = change(&site, &signed_in, &request, payload, &id, act).await?;
    made.map_or_else(Ok, |made| invited(&signed_in, &request, &made))
}

/// The page with a first password.
fn invited(
    signed_in: &SignedIn,
    request: &HttpRequest,
    made: &Invited,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let (account, password) = (&made.account, &**made.password);
    page(HttpResponse::Ok(), frame, &InvitedPage { frame, account, password })
}
