//! The keys with which an approver signs: registered and taken out of use by their owner.

use super::assets::APPROVE;
use super::frame::Frame;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::ApproverKeyRequest;
use app::view::ApproverKeyView;
use askama::Template;

#[derive(Template)]
#[template(path = "approver_keys.html")]
pub(crate) struct ApproverKeysPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) keys: &'a [ApproverKeyView],
    pub(crate) error: Option<&'a str>,
    pub(crate) script: String,
}

/// Permission: seal approver.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, HttpResponse::Ok(), None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let caller = signed_in.person.caller.clone();
    let keys = &site.read(move |app| app.approver_keys(&caller)).await?[..];
    page(response, frame, &ApproverKeysPage { frame, keys, error, script: APPROVE.address() })
}

/// Permission: seal approver, with a one-time code of now.
pub(crate) async fn add(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    site.admit_guess(&request)?;
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let text = |name: &str| form.text(name).to_owned();
    let new = ApproverKeyRequest {
        label: text("label"),
        public_key: text("public_key"),
        in_browser: form.text("in_browser") == "1",
        code: text("code"),
    };
    let caller = signed_in.person.caller.clone();
    let words = Frame::of(&request).words;
    let said = match site.read(move |app| app.approver_key_add(&caller, &new)).await {
        Ok(()) => return Ok(see_other("/approver-keys")),
        Err(error) => match error.code {
            "sign_in_failed" => words.code_wrong,
            "key_refused" => words.problem_key,
            "key_taken" => words.problem_key_taken,
            "label_refused" => words.problem_name,
            _ => return Err(error),
        },
    };
    draw(&site, &signed_in, &request, HttpResponse::BadRequest(), Some(said)).await
}

/// Permission: seal approver.
pub(crate) async fn revoke(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let caller = signed_in.person.caller.clone();
    site.read(move |app| app.approver_key_revoke(&caller, &id)).await?;
    Ok(see_other("/approver-keys"))
}
