//! Declared counts against what is here, and missing numbers.

use super::batch_words::Words;
use super::frame::Frame;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{CollectionsView, LicenseTypeView};
use app::{App, CollectionQuery, CountAsked};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "counts.html")]
pub(crate) struct CountsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) found: &'a CollectionsView,
    pub(crate) types: &'a [LicenseTypeView],
    pub(crate) typed: &'a Typed,
    pub(crate) error: Option<&'a str>,
}

/// What was typed into the form.
#[derive(Default)]
pub(crate) struct Typed {
    pub(crate) license_type: String,
    pub(crate) day: String,
    pub(crate) count: String,
}

/// Which days are shown.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    from: String,
    to: String,
}

/// Permission: clerk.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, asked.into_inner(), &Typed::default(), None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    asked: Asked,
    typed: &Typed,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let caller = signed_in.person.caller.clone();
    let ask = move |app: &App| {
        let query =
            CollectionQuery { from: asked.from, to: asked.to, ..CollectionQuery::default() };
        // Days that are none are not looked for: the last two weeks are.
        let found = app.collections(&caller, &query);
        let found = found.or_else(|_| app.collections(&caller, &CollectionQuery::default()))?;
        Ok((found, app.license_types()))
    };
    let (found, types) = &site.read(ask).await?;
    let words = frame.batches();
    let status = if error.is_some() { HttpResponse::BadRequest() } else { HttpResponse::Ok() };
    page(status, frame, &CountsPage { frame, words, found, types, typed, error })
}

/// Permission: clerk.
pub(crate) async fn declare(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let text = |name: &str| form.text(name).trim().to_owned();
    let typed =
        Typed { license_type: text("license_type"), day: text("day"), count: text("count") };
    let words = Frame::of(&request).batches();
    let again = |said| draw(&site, &signed_in, &request, Asked::default(), &typed, Some(said));
    let Ok(count) = typed.count.parse() else { return again(words.problem_declared).await };
    let asked =
        CountAsked { license_type: typed.license_type.clone(), day: typed.day.clone(), count };
    let caller = signed_in.person.caller.clone();
    match site.read(move |app: &App| app.counts_declare(&caller, &[asked])).await {
        Ok(()) => Ok(see_other("/counts")),
        Err(error) if error.code == "unknown_license_type" => again(words.problem_type).await,
        Err(error) if error.code == "count_refused" => again(words.problem_day).await,
        Err(error) => Err(error),
    }
}
