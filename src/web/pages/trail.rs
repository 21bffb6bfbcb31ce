//! The audit trail. For auditors, who change nothing.

use super::frame::Frame;
use super::page;
use crate::answer::encoded;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::TrailQuery;
use app::view::TrailView;
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "trail.html")]
pub(crate) struct TrailPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) trail: &'a TrailView,
    pub(crate) asked: &'a Asked,
    pub(crate) error: Option<&'a str>,
    /// How many events the whole chain has, when it was followed and holds.
    pub(crate) whole: Option<u64>,
    /// Address of the next page.
    pub(crate) older: Option<String>,
}

/// What was typed into the search.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) actor: String,
    #[serde(default)]
    pub(crate) subject: String,
    pub(crate) before: Option<u64>,
    /// Follow the whole chain.
    pub(crate) check: Option<String>,
}

impl Asked {
    fn address(&self, before: u64) -> String {
        let (actor, subject) = (encoded(&self.actor), encoded(&self.subject));
        format!("/trail?actor={actor}&subject={subject}&before={before}")
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
    let query = TrailQuery {
        actor: asked.actor.clone(),
        subject: asked.subject.clone(),
        before: asked.before,
    };
    let caller = signed_in.person.caller.clone();
    let found = site.read(move |app| app.trail(&caller, &query)).await;
    let (trail, mut error) = match found {
        Ok(trail) => (trail, None),
        Err(problem) => match problem.code {
            "actor_unknown" => (nothing(), Some(frame.words.problem_actor)),
            "subject_unknown" => (nothing(), Some(frame.words.problem_subject)),
            _ => return Err(problem),
        },
    };
    let mut whole = None;
    if asked.check.is_some() {
        let caller = signed_in.person.caller.clone();
        match site.read(move |app| app.trail_check(&caller)).await {
            Ok(count) => whole = Some(count),
            Err(problem) if problem.code == "audit_chain_broken" => {
                error = Some(frame.words.problem_chain);
            }
            Err(problem) => return Err(problem),
        }
    }
    let older = trail.next.map(|before| asked.address(before));
    let (trail, asked) = (&trail, &*asked);
    let template = TrailPage { frame: &frame, trail, asked, error, whole, older };
    page(HttpResponse::Ok(), &frame, &template)
}

fn nothing() -> TrailView {
    TrailView { events: Vec::new(), next: None }
}
