//! Batches of the caller's department: files of rows, checked first, issued when somebody starts them.

use super::licenses::{FormBody, LevelBody};
use super::{List, NoParameters, idempotency_key, mark_replayed, query, within};
use crate::answer::{file, parsed};
use crate::body::{self, Held, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::multipart::{self, Part};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{IngestBatchView, IngestRowsView};
use app::{App, BatchEvent, IngestRequest, RowQuery};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// What a file of rows is, when it is the whole body; in parts these are parts of the same names.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct BatchParameters {
    /// Code of the license type of all rows.
    #[param(example = "11100000000013338W001")]
    license_type: Option<String>,
    /// What the file is called.
    file_name: Option<String>,
    /// How many rows it has, by its sender; shown beside the count that was received.
    declared_count: Option<String>,
    /// The seal by name or id; the department's seal for this type when absent.
    seal: Option<String>,
    /// The signatures of each file; the strongest that the seal has when absent.
    form: Option<FormBody>,
    /// What stands beside each signature; that of the service's settings when absent.
    level: Option<LevelBody>,
}

/// A file of rows with what it is.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape of the multipart body, for the OpenAPI document")]
pub(crate) struct BatchParts {
    license_type: String,
    file_name: Option<String>,
    declared_count: Option<u32>,
    seal: Option<String>,
    form: Option<FormBody>,
    level: Option<LevelBody>,
    /// CSV in UTF-8 or GB 18030, XLSX, a JSON object on each line, or a ZIP archive of PDFs with
    /// their list.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

impl BatchParameters {
    fn with(self, bytes: Vec<u8>) -> Result<IngestRequest, Problem> {
        let words = "name the license type of the rows: license_type";
        let license_type = self.license_type.ok_or_else(|| Problem::malformed(words))?;
        let declared = self.declared_count.as_deref();
        Ok(IngestRequest {
            license_type,
            file_name: self.file_name.unwrap_or_default(),
            bytes,
            declared: declared.map(|text| parsed("/declared_count", text)).transpose()?,
            seal: self.seal,
            form: self.form.map(Into::into),
            level: self.level.map(Into::into),
        })
    }
}

/// Permission: a department, for itself. Takes a file of rows, which is checked behind the answer;
/// nothing is issued before the batch is started.
#[utoipa::path(
    post, path = "/v1/ingest-batches", tag = "batches", security(("key" = [])),
    params(BatchParameters, ("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key makes one batch")),
    request_body(content(
        (BatchParts = "multipart/form-data"),
        (Vec<u8> = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Vec<u8> = "application/jsonl"),
        (Vec<u8> = "application/zip"),
    )),
    responses(
        (status = 202, body = IngestBatchView, description = "Received; it is being checked"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn receive(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let key = idempotency_key(&request)?;
    let (asked, held) = batch_request(&site, &request, payload).await?;
    let receive = move |app: &App| {
        // Counted against the budget of uploads until the file is kept.
        let _held = held;
        app.ingest_receive(&caller.0, key.as_ref(), asked)
    };
    let received = site.work(Lane::Department, receive).await?;
    let mut response = HttpResponse::Accepted();
    response.insert_header((LOCATION, format!("/v1/ingest-batches/{}", received.value.id)));
    mark_replayed(&mut response, received.replayed);
    Ok(response.json(received.value))
}

async fn batch_request(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
) -> Result<(IngestRequest, Held), Problem> {
    const WORDS: [&str; 6] =
        ["license_type", "file_name", "declared_count", "seal", "form", "level"];
    let bytes_max = App::ingest_bytes_max();
    match body::media_type(request).as_deref() {
        Some("multipart/form-data") => {}
        Some(
            "text/csv"
            | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            | "application/jsonl"
            | "application/x-ndjson"
            | "application/zip",
        ) => {
            let parameters: BatchParameters = query(request)?;
            let (bytes, held) = body::read(site, request, payload, bytes_max).await?.into_parts();
            return Ok((parameters.with(bytes)?, held));
        }
        _ => {
            let wanted = "multipart/form-data, text/csv, XLSX, application/jsonl or \
                          application/zip";
            return Err(body::unsupported(request, wanted));
        }
    }
    let NoParameters {} = query(request)?;
    let words = WORDS.map(|name| Part { name, bytes_max: SMALL_BYTES_MAX });
    let wanted = [&words[..], &[Part { name: "file", bytes_max }]].concat();
    let mut parts = multipart::read(site, request, payload, &wanted).await?;
    let file = parts.remove("file").ok_or_else(|| Problem::malformed("part file is missing"))?;
    let texts = parts.iter().map(|(name, upload)| Ok(((*name).to_owned(), upload.text()?.into())));
    let texts = texts.collect::<Result<serde_json::Map<String, serde_json::Value>, Problem>>()?;
    let text = serde_json::Value::Object(texts).to_string();
    let parameters: BatchParameters = body::parse_json(text.as_bytes())?;
    let (bytes, held) = file.into_parts();
    Ok((parameters.with(bytes)?, held))
}

/// Which batches to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParameters {
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department, for its own batches, newest first.
#[utoipa::path(
    get, path = "/v1/ingest-batches", tag = "batches", security(("key" = [])),
    params(ListParameters),
    responses((status = 200, body = List<IngestBatchView>))
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: ListParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let limit = within(limit)?;
    let ask = move |app: &App| app.ingest_batches(&caller.0, limit, asked.cursor.as_deref());
    let page = site.read(ask).await?;
    Ok(HttpResponse::Ok().json(List { items: page.items, next_cursor: page.next_cursor }))
}

/// Permission: a department, for its own batches. How far it is.
#[utoipa::path(
    get, path = "/v1/ingest-batches/{id}", tag = "batches", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the batch")),
    responses(
        (status = 200, body = IngestBatchView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let batch = site.read(move |app| app.ingest_batch(&caller.0, &id)).await?;
    Ok(HttpResponse::Ok().json(batch))
}

/// Which rows of a batch.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RowParameters {
    /// Only those in this state: `ready`, `failed`, `sealing`, `waiting` or `issued`.
    state: Option<String>,
    /// Only those behind this number: `next_after` of the page before.
    after: Option<String>,
    /// At most this many: 1 to 200, 200 when absent.
    limit: Option<String>,
}

/// Permission: a department, for its own batches. Rows in their order: how far they are, and why
/// they failed; not what they say.
#[utoipa::path(
    get, path = "/v1/ingest-batches/{id}/rows", tag = "batches", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the batch"), RowParameters),
    responses(
        (status = 200, body = IngestRowsView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn rows(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: RowParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let wanted = RowQuery {
        state: asked.state.as_deref().map(|text| parsed("/state", text)).transpose()?,
        after: asked.after.as_deref().map_or(Ok(0), |text| parsed("/after", text))?,
        limit: within(limit)?,
    };
    let rows = site.read(move |app| app.ingest_rows(&caller.0, &id, &wanted)).await?;
    Ok(HttpResponse::Ok().json(rows))
}

/// Permission: a department, for its own batches. The rows that failed, in the format of the batch,
/// with a column that says why; mended, it is a batch. Who looked, and why, is written down first.
#[utoipa::path(
    get, path = "/v1/ingest-batches/{id}/failed", tag = "batches", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the batch"), ErrandHeaders),
    responses(
        (status = 200, content(
            (Vec<u8> = "text/csv"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (Vec<u8> = "application/jsonl"),
            (Vec<u8> = "application/zip"),
        )),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, of another department, or no row failed"),
    )
)]
pub(crate) async fn failed(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let ask = move |app: &App| app.ingest_failed(&caller.0, &why.0, &id);
    let document = site.work(Lane::Department, ask).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

macro_rules! steps {
    ($($(#[$words:meta])* $name:ident $path:literal $event:ident;)*) => {$(
        $(#[$words])*
        #[utoipa::path(
            post, path = $path, tag = "batches", security(("key" = [])),
            params(("id" = String, Path, description = "Id of the batch")),
            responses(
                (status = 200, body = IngestBatchView),
                (status = 409, body = ProblemView, content_type = "application/problem+json",
                    description = "Not possible now; the detail says what is"),
            )
        )]
        pub(crate) async fn $name(
            site: Data<Site>,
            caller: Caller,
            id: Path<String>,
            request: HttpRequest,
        ) -> Result<HttpResponse, Problem> {
            let NoParameters {} = query(&request)?;
            let step = move |app: &App| app.ingest_step(&caller.0, &id, BatchEvent::$event);
            Ok(HttpResponse::Ok().json(site.work(Lane::Department, step).await?))
        }
    )*};
}

steps! {
    /// Permission: a department, for its own batches. Its good rows are issued, behind the answer.
    start "/v1/ingest-batches/{id}:start" Start;
    /// Permission: a department, for its own batches. No further row is begun until it is resumed.
    pause "/v1/ingest-batches/{id}:pause" Pause;
    /// Permission: a department, for its own batches. Goes on with the rows that are left.
    resume "/v1/ingest-batches/{id}:resume" Resume;
    /// Permission: a department, for its own batches. No further row is ever begun.
    cancel "/v1/ingest-batches/{id}:cancel" Cancel;
    /// Permission: a department, for its own batches. Rows that failed are checked once more, and
    /// those that are good now are issued.
    retry_failed "/v1/ingest-batches/{id}:retry_failed" RetryFailed;
}
