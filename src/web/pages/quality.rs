//! The quality of a department's licenses, and what is to be corrected. For its clerks.

use super::frame::Frame;
use super::quality_words::Words;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{QualityFindingView, QualityView};
use app::{App, QualityQuery, QualityStep};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "quality.html")]
pub(crate) struct QualityPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) quality: &'a QualityView,
    pub(crate) findings: &'a [QualityFindingView],
    pub(crate) asked: &'a Asked,
    pub(crate) error: Option<&'a str>,
}

/// Which findings the page shows.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) state: String,
    #[serde(default)]
    pub(crate) overdue: String,
}

impl QualityPage<'_> {
    fn states(&self) -> [&'static str; 5] {
        ["", "open", "in_work", "answered", "closed"]
    }

    /// Hundredths, or a word where there is nothing to count.
    fn percent(&self, percent: &Option<u64>) -> String {
        percent.map_or_else(|| self.words.none.to_owned(), |percent| format!("{percent}%"))
    }
}

/// Permission: clerk.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = Query::<Asked>::from_query(request.query_string());
    let asked = asked.map(Query::into_inner).unwrap_or_default();
    draw(&site, &signed_in, &request, HttpResponse::Ok(), &asked, None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    asked: &Asked,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let known = ["open", "in_work", "answered", "closed"].contains(&asked.state.as_str());
    let state = known.then(|| asked.state.clone());
    let query = QualityQuery { state, overdue: asked.overdue == "on" };
    let both = move |app: &App| Ok((app.quality(&caller)?, app.quality_findings(&caller, &query)?));
    let (quality, findings) = &site.read(both).await?;
    let frame = &Frame::of_reader(request, signed_in);
    let words = Words::of(frame);
    page(response, frame, &QualityPage { frame, words, quality, findings, asked, error })
}

/// Permission: clerk. Takes a finding, answers it, gives it back or ends it.
pub(crate) async fn step(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let step = match form.text("act") {
        "take" => QualityStep::Take,
        "answer" => QualityStep::Answer,
        "reopen" => QualityStep::Reopen,
        _ => QualityStep::Close,
    };
    let (caller, note) = (signed_in.person.caller.clone(), form.text("note").to_owned());
    match site.read(move |app| app.quality_step(&caller, &id, step, &note)).await {
        Ok(_) => Ok(see_other("/quality#queue")),
        Err(problem) => {
            let words = Words::of(&Frame::of(&request));
            let error = match problem.code {
                "version_mismatch" | "finding_state" => words.changed,
                "reason_needed" => words.reason_needed,
                _ => return Err(problem),
            };
            let response = HttpResponse::BadRequest();
            draw(&site, &signed_in, &request, response, &Asked::default(), Some(error)).await
        }
    }
}
