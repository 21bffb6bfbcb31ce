//! What an auditor should look at.

use super::frame::Frame;
use super::{page, see_other};
use crate::answer::encoded;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{AlertView, AlertsView};
use askama::Template;

#[derive(Template)]
#[template(path = "alerts.html")]
pub(crate) struct AlertsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) alerts: &'a AlertsView,
    pub(crate) error: Option<&'a str>,
}

impl AlertsPage<'_> {
    /// A rule in words.
    fn rule(&self, alert: &AlertView) -> &'static str {
        let words = self.frame.words;
        match alert.rule {
            "bulk" => words.rule_bulk,
            "outside_hours" => words.rule_outside_hours,
            "no_case_number" => words.rule_no_case_number,
            "same_license" => words.rule_same_license,
            "seal_limit" => words.rule_seal_limit,
            "sign_in" => words.rule_sign_in,
            _ => words.rule_key_refused,
        }
    }

    /// Where its rows are.
    fn rows(&self, alert: &AlertView) -> String {
        let subject = encoded(&alert.subject);
        match (alert.rule, alert.subject.strip_prefix("license ")) {
            ("sign_in" | "key_refused" | "seal_limit", _) => format!("/trail?subject={subject}"),
            (_, Some(license)) => {
                format!("/access?license={license}&actor={}", encoded(&alert.actor))
            }
            (_, None) => format!("/access?actor={}", encoded(&alert.actor)),
        }
    }
}

/// Permission: auditor.
pub(crate) async fn show(
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
    let caller = signed_in.person.caller.clone();
    let alerts = &site.read(move |app| app.alerts(&caller)).await?;
    let frame = &Frame::of_reader(request, signed_in);
    page(response, frame, &AlertsPage { frame, alerts, error })
}

/// Permission: auditor.
pub(crate) async fn look(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (caller, note) = (signed_in.person.caller.clone(), form.text("note").to_owned());
    match site.read(move |app| app.alert_look(&caller, &id, &note)).await {
        Ok(()) => Ok(see_other("/alerts")),
        Err(problem) => {
            let words = Frame::of(&request).words;
            let error = match problem.code {
                "alert_note" => words.problem_note,
                "alert_looked_at" => words.problem_looked_at,
                _ => return Err(problem),
            };
            draw(&site, &signed_in, &request, HttpResponse::BadRequest(), Some(error)).await
        }
    }
}
