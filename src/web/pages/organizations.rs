//! Organizations: who acts here. For security administrators.

use super::frame::Frame;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::OrganizationRequest;
use app::view::OrganizationView;
use askama::Template;

#[derive(Template)]
#[template(path = "organizations.html")]
pub(crate) struct OrganizationsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) organizations: &'a [OrganizationView],
    pub(crate) error: Option<&'a str>,
    pub(crate) typed: &'a OrganizationRequest,
}

fn said(error: Problem, frame: &Frame) -> Result<&'static str, Problem> {
    let words = frame.words;
    match error.code {
        "code_refused" => Ok(words.problem_code),
        "name_refused" => Ok(words.problem_name),
        "organization_taken" => Ok(words.problem_organization_taken),
        "own_organization" => Ok(words.problem_own_organization),
        _ => Err(error),
    }
}

/// Permission: security administrator.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, HttpResponse::Ok(), None, &nothing()).await
}

fn nothing() -> OrganizationRequest {
    OrganizationRequest { name: String::new(), code: String::new(), parent: String::new() }
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    error: Option<&str>,
    typed: &OrganizationRequest,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let caller = signed_in.person.caller.clone();
    let organizations = &site.read(move |app| app.organizations(&caller)).await?[..];
    page(response, frame, &OrganizationsPage { frame, organizations, error, typed })
}

/// Permission: security administrator.
pub(crate) async fn add(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let text = |name: &str| form.text(name).to_owned();
    let typed =
        OrganizationRequest { name: text("name"), code: text("code"), parent: text("parent") };
    let (caller, new) = (signed_in.person.caller.clone(), typed.clone());
    let added = site.read(move |app| app.organization_add(&caller, &new)).await;
    answer(&site, &signed_in, &request, added.map(drop), &typed).await
}

/// Permission: security administrator.
pub(crate) async fn close(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let caller = signed_in.person.caller.clone();
    let closed = site.read(move |app| app.organization_close(&caller, &id)).await;
    answer(&site, &signed_in, &request, closed, &nothing()).await
}

async fn answer(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    done: Result<(), Problem>,
    typed: &OrganizationRequest,
) -> Result<HttpResponse, Problem> {
    let Err(error) = done else { return Ok(see_other("/organizations")) };
    let words = said(error, &Frame::of(request))?;
    draw(site, signed_in, request, HttpResponse::BadRequest(), Some(words), typed).await
}
