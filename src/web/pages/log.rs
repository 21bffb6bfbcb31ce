//! The log as anyone may look at it, and check a proof in the browser.

use super::assets::LOG;
use super::frame::Frame;
use super::page;
use crate::problem::Problem;
use crate::site::Site;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::AppError;
use app::view::{LogKeyView, LogWitnessView};
use askama::Template;

#[derive(Template)]
#[template(path = "log.html")]
pub(crate) struct LogPage<'a> {
    frame: &'a Frame,
    newest: Option<Newest<'a>>,
    keys: &'a [LogKeyView],
    /// Who has witnessed the newest checkpoint.
    witnesses: &'a [LogWitnessView],
    /// A JSON array for the script.
    note_keys: String,
    script: String,
}

/// The newest checkpoint.
struct Newest<'a> {
    note: &'a str,
    origin: &'a str,
    size: &'a str,
}

impl<'a> LogPage<'a> {
    pub(crate) fn of(
        frame: &'a Frame,
        note: Option<&'a str>,
        keys: &'a [LogKeyView],
        witnesses: &'a [LogWitnessView],
    ) -> Self {
        let newest = note.and_then(|note| {
            let mut lines = note.lines();
            Some(Newest { note, origin: lines.next()?, size: lines.next()? })
        });
        let names: Vec<&str> = keys.iter().map(|key| key.note_key.as_str()).collect();
        let note_keys = serde_json::json!(names).to_string();
        Self { frame, newest, keys, witnesses, note_keys, script: LOG.address() }
    }
}

/// Permission: anyone.
pub(crate) async fn show(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let ask = |app: &app::App| match app.log_checkpoint() {
        Err(AppError::NotFound) => Ok((None, app.log_keys()?, Vec::new())),
        note => Ok((Some(note?), app.log_keys()?, app.log_witnesses()?)),
    };
    let (note, keys, witnesses) = site.read(ask).await?;
    let frame = Frame::of(&request);
    page(HttpResponse::Ok(), &frame, &LogPage::of(&frame, note.as_deref(), &keys, &witnesses))
}
