//! Batches of the department: sent, checked, started, followed, their failed rows given back.

use super::batch_words::Words;
use super::frame::Frame;
use super::{page, see_other};
use crate::answer::file;
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{IngestBatchView, IngestRowView, IngestRowsView, LicenseTypeView};
use app::{App, BatchEvent, IngestRequest, RowQuery, RowState};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "batches.html")]
pub(crate) struct BatchesPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) batches: &'a [IngestBatchView],
    pub(crate) next: Option<&'a str>,
    pub(crate) types: &'a [LicenseTypeView],
    pub(crate) license_type: &'a str,
    pub(crate) declared: &'a str,
    pub(crate) error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "batch.html")]
pub(crate) struct BatchPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) batch: &'a IngestBatchView,
    pub(crate) failed: &'a [IngestRowView],
    pub(crate) next: Option<u32>,
    pub(crate) error: Option<&'a str>,
}

impl BatchPage<'_> {
    fn allows(&self, step: &str) -> bool {
        self.batch.allowed.iter().any(|one| one == step)
    }

    /// How much of a hundred is done.
    fn percent(&self) -> u32 {
        let batch = self.batch;
        (batch.issued + batch.failed) * 100 / batch.received_count.max(1)
    }

    /// What is left, in minutes and seconds.
    fn left(&self) -> Option<String> {
        let seconds = self.batch.seconds_left.filter(|_| self.batch.state == "running")?;
        let (minutes, seconds) = (seconds / 60, seconds % 60);
        Some(match (minutes, self.frame.zh()) {
            (0, true) => format!("{seconds} 秒"),
            (0, false) => format!("{seconds} s"),
            (_, true) => format!("{minutes} 分 {seconds} 秒"),
            (_, false) => format!("{minutes} min {seconds} s"),
        })
    }
}

/// Which page of batches.
#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    cursor: Option<String>,
}

/// Permission: clerk.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    let cursor = asked.into_inner().cursor.filter(|text| !text.is_empty());
    draw_list(&site, &signed_in, &request, cursor, None).await
}

/// The list again, with what was typed and what is wrong with it.
async fn draw_list(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    cursor: Option<String>,
    wrong: Option<(&str, &str, &str)>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let caller = signed_in.person.caller.clone();
    let ask = move |app: &App| {
        Ok((app.ingest_batches(&caller, None, cursor.as_deref())?, app.license_types()))
    };
    let (batches, types) = &site.read(ask).await?;
    let (license_type, declared, error) = wrong.unwrap_or_default();
    let drawn = BatchesPage {
        frame,
        words: frame.batches(),
        batches: &batches.items,
        next: batches.next_cursor.as_deref(),
        types,
        license_type,
        declared,
        error: wrong.map(|_| error),
    };
    let status = if wrong.is_some() { HttpResponse::BadRequest() } else { HttpResponse::Ok() };
    page(status, frame, &drawn)
}

/// Permission: clerk.
pub(crate) async fn receive(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let bytes_max = App::ingest_bytes_max();
    let form = Form::with_upload(&site, &request, payload, &signed_in.token, bytes_max).await?;
    let words = Frame::of(&request).batches();
    let (license_type, declared) = (form.text("license_type"), form.text("declared").trim());
    let again = |error| {
        let wrong = Some((license_type, declared, error));
        draw_list(&site, &signed_in, &request, None, wrong)
    };
    if license_type.is_empty() {
        return again(words.problem_type).await;
    }
    if form.file("file").is_empty() {
        return again(words.problem_file).await;
    }
    let count = match declared {
        "" => None,
        text => match text.parse() {
            Ok(count) => Some(count),
            Err(_) => return again(words.problem_declared).await,
        },
    };
    let asked = IngestRequest {
        license_type: license_type.to_owned(),
        file_name: form.file_name("file").to_owned(),
        bytes: form.file("file").to_vec(),
        declared: count,
        seal: None,
        form: None,
        level: None,
    };
    let caller = signed_in.person.caller.clone();
    let receive = move |app: &App| app.ingest_receive(&caller, None, asked);
    let received = site.work(Lane::Department, receive).await?;
    Ok(see_other(&format!("/batches/{}", received.value.id)))
}

/// Which failed rows are shown.
#[derive(Deserialize)]
pub(crate) struct After {
    #[serde(default)]
    after: u32,
}

/// Permission: clerk.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    after: Query<After>,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, HttpResponse::Ok(), (&id, after.after), None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    (id, after): (&str, u32),
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let (caller, id) = (signed_in.person.caller.clone(), id.to_owned());
    let ask = move |app: &App| {
        let query = RowQuery { state: Some(RowState::Failed), after, limit: Some(50) };
        Ok((app.ingest_batch(&caller, &id)?, app.ingest_rows(&caller, &id, &query)?))
    };
    let (batch, IngestRowsView { items, next_after }) = site.read(ask).await?;
    if matches!(batch.state.as_str(), "received" | "running") && after == 0 {
        // Progress without a script.
        response.insert_header(("Refresh", "2"));
    }
    let words = frame.batches();
    let drawn = BatchPage { frame, words, batch: &batch, failed: &items, next: next_after, error };
    page(response, frame, &drawn)
}

/// Permission: clerk. The failed rows in the format of the batch; the look leaves a row.
pub(crate) async fn failed(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (caller, why) = (signed_in.person.caller.clone(), why(&request)?);
    let ask = move |app: &App| app.ingest_failed(&caller, &why, &id);
    let document = site.work(Lane::Department, ask).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

macro_rules! steps {
    ($($name:ident $event:ident;)*) => {$(
        /// Permission: clerk.
        pub(crate) async fn $name(
            site: Data<Site>,
            signed_in: SignedIn,
            id: Path<String>,
            request: HttpRequest,
            payload: Payload,
        ) -> Result<HttpResponse, Problem> {
            Form::of_session(&site, &request, payload, &signed_in.token).await?;
            step(&site, &signed_in, &request, &id, BatchEvent::$event).await
        }
    )*};
}

steps! {
    start Start;
    pause Pause;
    resume Resume;
    cancel Cancel;
    retry_failed RetryFailed;
}

async fn step(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    id: &str,
    event: BatchEvent,
) -> Result<HttpResponse, Problem> {
    let (caller, of) = (signed_in.person.caller.clone(), id.to_owned());
    let step = move |app: &App| app.ingest_step(&caller, &of, event);
    match site.work(Lane::Department, step).await {
        Ok(_) => Ok(see_other(&format!("/batches/{id}"))),
        Err(error) if error.code == "batch_state" => {
            let said = Frame::of(request).batches().problem_state;
            let status = HttpResponse::Conflict();
            draw(site, signed_in, request, status, (id, 0), Some(said)).await
        }
        Err(error) => Err(error),
    }
}
