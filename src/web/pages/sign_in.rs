//! Signing in: password, one-time code; the first time both are set up.

use super::certificates::Said;
use super::frame::Frame;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::demo::DemoAccount;
use app::{ProviderView, SessionStage, SessionToken, SetupOffer, Started};
use askama::Template;

#[derive(Template)]
#[template(path = "sign_in.html")]
pub(crate) struct SignInPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) error: Option<&'a str>,
    pub(crate) login: &'a str,
    /// Whom the certificate names that is shown.
    pub(crate) shown: Option<String>,
    /// Why it does not let anybody in.
    pub(crate) refused: Option<Said>,
    /// Who vouches for citizens.
    pub(crate) providers: Vec<ProviderView>,
    /// Of the demo alone.
    pub(crate) accounts: Vec<DemoAccount>,
}

#[derive(Template)]
#[template(path = "sign_in_code.html")]
pub(crate) struct CodePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "sign_in_setup.html")]
pub(crate) struct SetupPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) error: Option<&'a str>,
    pub(crate) offer: &'a SetupOffer,
}

/// Why a step was not taken, as its page says it; what is no matter of typing is a problem.
fn said(error: Problem, frame: &Frame) -> Result<&'static str, Problem> {
    let words = frame.words;
    match error.code {
        "sign_in_failed" => Ok(words.sign_in_failed),
        "password_length" => Ok(words.password_length),
        "password_guessed" => Ok(words.password_guessed),
        "password_same" => Ok(words.password_same),
        "code_wrong" => Ok(words.code_wrong),
        _ => Err(error),
    }
}

/// Permission: anyone.
pub(crate) async fn show(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    sign_in_page(&site, &request, HttpResponse::Ok(), Refused::No, "").await
}

/// What let nobody in.
pub(super) enum Refused {
    No,
    Password(&'static str),
    Other(Said),
}

pub(super) async fn sign_in_page(
    site: &Site,
    request: &HttpRequest,
    response: actix_web::HttpResponseBuilder,
    why: Refused,
    login: &str,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(request);
    let accounts = site.read(|app| app.demo_accounts()).await?;
    let shown = site.app.shown_name(&site.visitor(request));
    let providers = site.app.identity_providers();
    let (error, refused) = match why {
        Refused::No => (None, None),
        Refused::Password(words) => (Some(words), None),
        Refused::Other(said) => (None, Some(said)),
    };
    let template = SignInPage { frame: &frame, error, login, shown, refused, providers, accounts };
    page(response, &frame, &template)
}

/// Permission: anyone, limited by address.
pub(crate) async fn password(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    site.admit_guess(&request)?;
    let form = Form::of_anyone(&site, &request, payload).await?;
    let (login, password) = (form.text("login").to_owned(), form.text("password").to_owned());
    let (asked, visitor) = (login.clone(), site.visitor(&request));
    let started =
        site.work(Lane::Public, move |app| app.sign_in(&asked, &password, &visitor)).await;
    match started {
        Ok(started) => Ok(step(&site, &started)),
        Err(error) => {
            let words = said(error, &Frame::of(&request))?;
            let response = HttpResponse::Unauthorized();
            sign_in_page(&site, &request, response, Refused::Password(words), &login).await
        }
    }
}

/// Permission: anyone, limited by address; the certificate that is shown.
pub(crate) async fn certificate(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    site.admit_guess(&request)?;
    Form::of_anyone(&site, &request, payload).await?;
    let visitor = site.visitor(&request);
    match site.work(Lane::Public, move |app| app.sign_in_by_certificate(&visitor)).await {
        Ok(started) => Ok(step(&site, &started)),
        Err(error) => {
            let said = Said::of(error, Frame::of(&request).words)?;
            let response = HttpResponse::Unauthorized();
            sign_in_page(&site, &request, response, Refused::Other(said), "").await
        }
    }
}

/// To the page of the step that comes next.
fn step(site: &Site, started: &Started) -> HttpResponse {
    let next = match started.stage {
        SessionStage::Setup => "/sign-in/setup",
        SessionStage::Code => "/sign-in/code",
        SessionStage::Open => "/work",
    };
    moved_on(site, &started.token, next)
}

fn moved_on(site: &Site, token: &SessionToken, next: &str) -> HttpResponse {
    let mut response = see_other(next);
    // A cookie that we made is a header value.
    let _ = response.add_cookie(&session::cookie(site, token));
    response
}

fn token(site: &Site, request: &HttpRequest) -> Result<SessionToken, Problem> {
    session::token(site, request).ok_or_else(|| Problem::new("session_needed"))
}

/// Permission: anyone; whose password was right types a code.
pub(crate) async fn code_form(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(&request);
    page(HttpResponse::Ok(), &frame, &CodePage { frame: &frame, error: None })
}

/// Permission: anyone, limited by address; whose password was right.
pub(crate) async fn code(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    site.admit_guess(&request)?;
    let form = Form::of_anyone(&site, &request, payload).await?;
    let (token, code) = (token(&site, &request)?, form.text("code").to_owned());
    let visitor = site.visitor(&request);
    let opened = site.read(move |app| app.sign_in_code(&token, &code, &visitor)).await;
    match opened {
        Ok(token) => Ok(moved_on(&site, &token, "/work")),
        Err(error) => {
            let frame = Frame::of(&request);
            let error = Some(said(error, &frame)?);
            page(HttpResponse::Unauthorized(), &frame, &CodePage { frame: &frame, error })
        }
    }
}

/// Permission: anyone; whose first password was right.
pub(crate) async fn setup_form(
    site: Data<Site>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let token = token(&site, &request)?;
    setup_page(&site, &request, HttpResponse::Ok(), &token, None).await
}

async fn setup_page(
    site: &Site,
    request: &HttpRequest,
    response: actix_web::HttpResponseBuilder,
    token: &SessionToken,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(request);
    let token = token.clone();
    let offer = site.read(move |app| app.setup_offer(&token)).await?;
    page(response, &frame, &SetupPage { frame: &frame, error, offer: &offer })
}

/// Permission: anyone, limited by address; whose first password was right.
pub(crate) async fn setup(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    site.admit_guess(&request)?;
    let form = Form::of_anyone(&site, &request, payload).await?;
    let token = token(&site, &request)?;
    let (password, code) = (form.text("password").to_owned(), form.text("code").to_owned());
    let repeated = password == form.text("repeated");
    let (asked, visitor) = (token.clone(), site.visitor(&request));
    let done = match repeated {
        true => {
            site.work(Lane::Public, move |app| app.set_up(&asked, &password, &code, &visitor)).await
        }
        false => {
            let words = Frame::of(&request).words.password_not_repeated;
            let response = HttpResponse::BadRequest();
            return setup_page(&site, &request, response, &token, Some(words)).await;
        }
    };
    match done {
        Ok(token) => Ok(moved_on(&site, &token, "/work")),
        Err(error) => {
            let words = said(error, &Frame::of(&request))?;
            setup_page(&site, &request, HttpResponse::BadRequest(), &token, Some(words)).await
        }
    }
}

/// Permission: whoever is signed in.
pub(crate) async fn sign_out(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let token = token(&site, &request)?;
    Form::of_session(&site, &request, payload, &token).await?;
    let ended = site.read(move |app| app.sign_out(&token)).await;
    match ended {
        Err(error) if error.code != "session_needed" => return Err(error),
        _ => {}
    }
    let mut response = see_other("/sign-in");
    let _ = response.add_cookie(&session::removal(&site, session::Place::Staff));
    Ok(response)
}
