//! Who looked at what is personal. For auditors.

use super::frame::Frame;
use super::page;
use crate::answer::{encoded, file};
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::view::AccessView;
use app::{AccessAsked, AccessFormat};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "access.html")]
pub(crate) struct AccessPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) found: &'a AccessView,
    pub(crate) asked: &'a Asked,
    pub(crate) error: Option<&'a str>,
    /// How many rows the whole chain has, when it was followed and holds.
    pub(crate) whole: Option<u64>,
    /// Address of the next page.
    pub(crate) older: Option<String>,
    /// What was asked, as the rest of an address.
    pub(crate) rest: String,
}

/// What was typed into the search.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) license: String,
    #[serde(default)]
    pub(crate) actor: String,
    #[serde(default)]
    pub(crate) organization: String,
    #[serde(default)]
    pub(crate) case_no: String,
    #[serde(default)]
    pub(crate) day: String,
    pub(crate) before: Option<u64>,
    /// Follow the whole chain.
    pub(crate) check: Option<String>,
    /// `csv` or `jsonl`.
    pub(crate) format: Option<String>,
}

impl Asked {
    fn rest(&self) -> String {
        let all = [
            ("license", &self.license),
            ("actor", &self.actor),
            ("organization", &self.organization),
            ("case_no", &self.case_no),
            ("day", &self.day),
        ];
        let typed = all.iter().filter(|(_, text)| !text.is_empty());
        typed.map(|(name, text)| format!("&{name}={}", encoded(text))).collect()
    }

    fn query(&self) -> AccessAsked {
        AccessAsked {
            actor: self.actor.clone(),
            license: self.license.clone(),
            organization: self.organization.clone(),
            case_no: self.case_no.clone(),
            day: self.day.clone(),
            before: self.before,
        }
    }
}

/// Why nothing was searched, as the page says it; what is no matter of typing is a problem.
fn said(error: Problem, frame: &Frame) -> Result<&'static str, Problem> {
    let words = frame.words;
    match error.code {
        "actor_unknown" => Ok(words.problem_actor),
        "license_unknown" => Ok(words.problem_license),
        "unknown_organization" => Ok(words.problem_organization),
        "unsupported_parameter" => Ok(words.problem_day),
        "access_chain_broken" => Ok(words.problem_access_chain),
        _ => Err(error),
    }
}

/// Permission: auditor.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_reader(&request, &signed_in);
    let caller = signed_in.person.caller.clone();
    let query = asked.query();
    let nothing = || AccessView { looks: Vec::new(), next: None };
    let (found, mut error) = match site.read(move |app| app.access_log(&caller, &query)).await {
        Ok(found) => (found, None),
        Err(problem) => (nothing(), Some(said(problem, &frame)?)),
    };
    let mut whole = None;
    if asked.check.is_some() {
        let caller = signed_in.person.caller.clone();
        match site.read(move |app| app.access_check(&caller)).await {
            Ok(count) => whole = Some(count),
            Err(problem) => error = Some(said(problem, &frame)?),
        }
    }
    let rest = asked.rest();
    let older = found.next.map(|before| format!("/access?before={before}{rest}"));
    let (found, asked) = (&found, &*asked);
    let template = AccessPage { frame: &frame, found, asked, error, whole, older, rest };
    page(HttpResponse::Ok(), &frame, &template)
}

/// Permission: auditor. What fits, as a file with its hash chain.
pub(crate) async fn export(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let format = match asked.format.as_deref() {
        Some("jsonl") => AccessFormat::JsonLines,
        _ => AccessFormat::Csv,
    };
    let (caller, query) = (signed_in.person.caller.clone(), asked.query());
    let document = site.read(move |app| app.access_export(&caller, &query, format)).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}
