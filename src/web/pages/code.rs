//! What the code printed on a license opens: the least that tells a license apart, masked.

use super::frame::Frame;
use super::page;
use super::show::{
    CheckLine, Face, Sign, SignatureLine, all_checks, check_lines, face_sentence, reason,
    signature_lines,
};
use super::topics::{TopicLine, topics};
use crate::negotiate::{HTML, JSON, choose};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::http::header::VARY;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use app::view::PublicCheckView;
use askama::Template;

#[derive(Template)]
#[template(path = "code.html")]
pub(crate) struct CodePage<'a> {
    frame: &'a Frame,
    view: &'a PublicCheckView,
    sign: Sign,
    sentence: String,
    face: Face,
    next: &'static str,
    topics: Vec<TopicLine<'a>>,
    checks: Vec<CheckLine<'a>>,
    signatures: Vec<SignatureLine<'a>>,
}

impl<'a> CodePage<'a> {
    pub(crate) fn of(view: &'a PublicCheckView, frame: &'a Frame) -> Self {
        let checks = all_checks(&view.checks, &view.signatures);
        let sentence = match view.outcome.as_str() {
            "VALID" => face_sentence(&view.license, frame),
            _ => reason(&checks, frame).unwrap_or_default().to_owned(),
        };
        let next = match view.outcome.as_str() {
            "VALID" => frame.words.holder_note,
            "INVALID" => frame.words.next_invalid,
            _ => frame.words.next_unknown,
        };
        Self {
            next,
            sign: Sign::outcome(&view.outcome, frame),
            sentence,
            face: Face::of(&view.license, frame),
            topics: topics(&checks, frame),
            checks: check_lines(&view.checks, frame),
            signatures: signature_lines(&view.signatures, frame),
            frame,
            view,
        }
    }
}

/// Permission: anyone, limited by address. A page for people, JSON for programs that accept it.
#[utoipa::path(
    get, path = "/v/{code}", tag = "verification",
    params(("code" = String, Path, description = "The code printed on the license")),
    responses(
        (status = 200, content((String = "text/html"), (PublicCheckView = "application/json"))),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Not a code of this service"),
    )
)]
pub(crate) async fn show(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    site.admit(&request)?;
    let view = site.work(crate::work::Lane::Public, move |app| app.public_check(&code)).await?;
    if choose(request.headers(), &[HTML, JSON]) == Some(JSON) {
        return Ok(HttpResponse::Ok().insert_header((VARY, "Accept")).json(view));
    }
    let frame = Frame::of(&request);
    page(HttpResponse::Ok(), &frame, &CodePage::of(&view, &frame))
}
