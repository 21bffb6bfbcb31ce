//! One manifest: what is approved by one signature, the signature, and how far its orders are.

use super::assets::APPROVE;
use super::frame::Frame;
use super::{page, see_other};
use crate::answer::file;
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{ApproverKeyView, ManifestView};
use askama::Template;

/// Documents that are offered first: a sample of a large batch.
const SAMPLES: usize = 3;

#[derive(Template)]
#[template(path = "manifest.html")]
pub(crate) struct ManifestPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) manifest: &'a ManifestView,
    pub(crate) keys: Vec<&'a ApproverKeyView>,
    pub(crate) error: Option<&'a str>,
    pub(crate) script: String,
}

impl<'a> ManifestPage<'a> {
    pub(crate) fn of(
        frame: &'a Frame,
        manifest: &'a ManifestView,
        keys: &'a [ApproverKeyView],
        error: Option<&'a str>,
    ) -> Self {
        let keys = keys.iter().filter(|key| key.counts).collect();
        Self { frame, manifest, keys, error, script: APPROVE.address() }
    }

    /// Whether the order is one of those that are looked at as a sample: the first, the middle, the
    /// last.
    fn is_sample(&self, place: &usize) -> bool {
        let last = self.manifest.orders.len().saturating_sub(1);
        last < SAMPLES || [0, last / 2, last].contains(place)
    }

    /// How much of a hundred is done.
    fn percent(&self) -> usize {
        let progress = &self.manifest.progress;
        let all = (progress.sealed + progress.failed + progress.waiting).max(1);
        (progress.sealed + progress.failed) * 100 / all
    }
}

/// Permission: seal approver.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, HttpResponse::Ok(), &id, None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    id: &str,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let (caller, id, why) = (signed_in.person.caller.clone(), id.to_owned(), why(request)?);
    let both =
        move |app: &app::App| Ok((app.manifest(&caller, &why, &id)?, app.approver_keys(&caller)?));
    let (manifest, keys) = site.read(both).await?;
    if manifest.state == "approved" && manifest.progress.waiting > 0 {
        // Progress without a script.
        response.insert_header(("Refresh", "2"));
    }
    page(response, frame, &ManifestPage::of(frame, &manifest, &keys, error))
}

/// Permission: seal approver. The manifest byte for byte as it is signed.
pub(crate) async fn download(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let why = why(&request)?;
    let document = site.read(move |app| app.manifest_file(&caller, &why, &id)).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

/// Permission: seal approver, with a signature of a key of their own.
pub(crate) async fn approve(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (key, signature) = (form.text("key").to_owned(), form.text("signature").to_owned());
    let (caller, of) = (signed_in.person.caller.clone(), id.clone());
    let approve = move |app: &app::App| app.manifest_approve(&caller, &of, &key, &signature);
    let done = site.work(Lane::Department, approve).await;
    answer(&site, &signed_in, &request, &id, done).await
}

/// Permission: seal approver.
pub(crate) async fn refuse(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let reason = form.text("reason").to_owned();
    let (caller, of) = (signed_in.person.caller.clone(), id.clone());
    let refuse = move |app: &app::App| app.manifest_refuse(&caller, &of, &reason);
    let done = site.work(Lane::Department, refuse).await;
    answer(&site, &signed_in, &request, &id, done).await
}

async fn answer(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    id: &str,
    done: Result<(), Problem>,
) -> Result<HttpResponse, Problem> {
    let Err(error) = done else { return Ok(see_other(&format!("/manifests/{id}"))) };
    let words = Frame::of(request).words;
    let said = match error.code {
        "signature_refused" => words.problem_signature,
        "reason_needed" => words.problem_reason,
        _ => return Err(error),
    };
    draw(site, signed_in, request, HttpResponse::BadRequest(), id, Some(said)).await
}
