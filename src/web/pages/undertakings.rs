//! What applicants undertake, for clerks: what is due, and what became of it.

use super::frame::Frame;
use super::undertaking_words::Words;
use super::{page, see_other};
use crate::answer::{encoded, file};
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::UndertakingView;
use app::{App, Page, Role, UndertakingMove, UndertakingQuery};
use askama::Template;
use serde::Deserialize;

/// States to search for.
pub(crate) const STATES: [&str; 4] = ["open", "overdue", "fulfilled", "breached"];

#[derive(Template)]
#[template(path = "undertakings.html")]
pub(crate) struct UndertakingsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) asked: &'a Asked,
    pub(crate) found: &'a Page<UndertakingView>,
    /// Whether what was sent was refused.
    pub(crate) refused: bool,
}

impl UndertakingsPage<'_> {
    fn kind(&self, one: &UndertakingView) -> &'static str {
        if one.kind == "deferral" { self.words.deferral } else { self.words.commitment }
    }

    /// Where the next page is.
    fn next(&self) -> Option<String> {
        let cursor = encoded(self.found.next_cursor.as_deref()?);
        Some(format!("/undertakings?state={}&cursor={cursor}", encoded(&self.asked.state)))
    }
}

/// Which undertakings are shown.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) cursor: String,
}

/// Permission: clerk, for undertakings to the own department.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    draw(&site, &signed_in, &request, HttpResponse::Ok(), (&asked, false)).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    (asked, refused): (&Asked, bool),
) -> Result<HttpResponse, Problem> {
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let (state, cursor) = (some(&asked.state), some(&asked.cursor));
    let query = UndertakingQuery { state, cursor, limit: None };
    let caller = signed_in.person.caller.clone();
    let found = &site.read(move |app| app.undertakings(&caller, &query)).await?;
    let frame = &Frame::of_reader(request, signed_in);
    let words = Words::of(frame);
    page(response, frame, &UndertakingsPage { frame, words, asked, found, refused })
}

/// Permission: clerk, for undertakings to the own department. The document.
pub(crate) async fn document(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let (caller, errand) = (signed_in.person.caller.clone(), why(&request)?);
    let read = move |app: &App| app.undertaking_document(&caller, &errand, &id);
    Ok(file(&request, HttpResponse::Ok(), site.work(Lane::Department, read).await?))
}

/// Permission: clerk, for undertakings to the own department. It was kept, or it was not.
pub(crate) async fn end(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let wanted = match form.text("move") {
        "breach" => UndertakingMove::Breach,
        _ => UndertakingMove::Fulfil,
    };
    let (caller, reason) = (signed_in.person.caller.clone(), form.text("reason").to_owned());
    let work = move |app: &App| app.end_undertaking(&caller, None, &id, (wanted, &reason));
    match site.work(Lane::Department, work).await {
        Ok(_) => Ok(see_other("/undertakings")),
        Err(problem) if ["reason_needed", "undertaking_state"].contains(&problem.code) => {
            let response = HttpResponse::BadRequest();
            draw(&site, &signed_in, &request, response, (&Asked::default(), true)).await
        }
        Err(problem) => Err(problem),
    }
}
