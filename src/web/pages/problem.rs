//! A problem for people: what happened, and what to do next.

use super::frame::Frame;
use super::{page, see_other};
use crate::problem::Problem;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use askama::Template;

#[derive(Template)]
#[template(path = "problem.html")]
pub(crate) struct ProblemPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) status: u16,
    pub(crate) title: &'a str,
    pub(crate) next: &'static str,
    pub(crate) trace_id: &'a str,
}

/// The page of a problem; plain text should even that fail.
pub(crate) fn answer(
    request: &HttpRequest,
    response: HttpResponseBuilder,
    problem: &Problem,
    trace_id: &str,
) -> HttpResponse {
    if problem.code == "session_needed" {
        return see_other("/sign-in");
    }
    let frame = Frame::of(request);
    let at_code = request.path().starts_with("/v/");
    let title = problem.title(frame.language);
    let next = next(problem, at_code, &frame);
    let status = problem.status.as_u16();
    let template = ProblemPage { frame: &frame, status, title, next, trace_id };
    page(response, &frame, &template)
        .unwrap_or_else(|_| HttpResponse::build(problem.status).body(title.to_owned()))
}

/// What to do next, in a sentence.
pub(crate) fn next(problem: &Problem, at_code: bool, frame: &Frame) -> &'static str {
    let words = frame.words;
    match problem.status.as_u16() {
        404 if at_code => words.problem_code_not_found,
        404 => words.problem_not_found,
        413 => words.problem_too_large,
        408 | 429 | 503 => words.problem_busy,
        500.. => words.problem_ours,
        _ => words.problem_other,
    }
}
