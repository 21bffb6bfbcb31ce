//! The JSON interface: for each resource its requests and handlers.

pub(crate) mod archive_packages;
pub(crate) mod assistance;
pub(crate) mod bulk;
pub(crate) mod changes;
pub(crate) mod compare;
pub(crate) mod compat;
pub(crate) mod counts;
pub(crate) mod exemptions;
pub(crate) mod forms;
pub(crate) mod ingest;
pub(crate) mod license_types;
pub(crate) mod licenses;
pub(crate) mod lifecycle;
pub(crate) mod log;
pub(crate) mod materials;
pub(crate) mod notices;
pub(crate) mod oauth;
pub(crate) mod operations;
pub(crate) mod quality;
pub(crate) mod regions;
pub(crate) mod renewals;
pub(crate) mod sandbox;
pub(crate) mod seals;
pub(crate) mod service_items;
pub(crate) mod signing;
pub(crate) mod targets;
pub(crate) mod time_stamps;
pub(crate) mod undertakings;
pub(crate) mod verifications;
pub(crate) mod webhooks;

use crate::answer::{has_already, json_tagged, quoted, tag_of};
use crate::negotiate::JSON;
use crate::problem::Problem;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_MATCH};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::{IdempotencyKey, TypeDocument};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The parameters of a query; a parameter that the type does not have is refused by name.
pub(crate) fn query<T: DeserializeOwned>(request: &HttpRequest) -> Result<T, Problem> {
    let read = actix_web::web::Query::<T>::from_query(request.query_string());
    read.map(actix_web::web::Query::into_inner).map_err(|error| {
        let words = error.to_string();
        let unknown =
            words.find("unknown field `").map(|at| words[at..].replace("field", "parameter"));
        match unknown {
            Some(words) => Problem::new("unsupported_parameter").detail(words),
            None => Problem::malformed("the query cannot be read"),
        }
    })
}

/// The key by which a request has its effect once.
pub(crate) fn idempotency_key(request: &HttpRequest) -> Result<Option<IdempotencyKey>, Problem> {
    let mut values = request.headers().get_all("Idempotency-Key");
    let Some(value) = values.next() else { return Ok(None) };
    let words = "an idempotency key is 1 to 128 visible ASCII characters, sent once";
    let text = value.to_str().ok().filter(|_| values.next().is_none());
    let key = text.and_then(|text| text.parse().ok());
    key.map(Some).ok_or_else(|| Problem::malformed(words))
}

/// What was done once, and whether it was before.
pub(crate) fn done<T: serde::Serialize>(done: app::Once<T>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    mark_replayed(&mut response, done.replayed);
    response.json(done.value)
}

/// Says that an answer was given before.
pub(crate) fn mark_replayed(response: &mut HttpResponseBuilder, replayed: bool) {
    if replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
}

/// The limit of a page.
pub(crate) fn within(limit: Option<usize>) -> Result<Option<usize>, Problem> {
    match limit {
        Some(0 | 201..) => Err(Problem::malformed_at("/limit", "a limit is 1 to 200")),
        limit => Ok(limit),
    }
}

/// The revision that `If-Match` names (RFC 9110, 13.1.1).
pub(crate) fn revision(request: &HttpRequest) -> Result<u32, Problem> {
    let value = request.headers().get(IF_MATCH).ok_or_else(|| Problem::new("if_match_required"))?;
    let tag = value.to_str().ok().and_then(|text| text.strip_prefix('"')?.strip_suffix('"'));
    tag.and_then(|tag| tag.parse().ok()).ok_or_else(|| Problem::new("version_mismatch"))
}

/// Nothing personal and rarely changed: kept for a minute, then asked for again by its tag.
pub(crate) fn public<T: Serialize>(request: &HttpRequest, body: &T) -> HttpResponse {
    let tag = tag_of(&serde_json::to_vec(body).unwrap_or_default());
    let mut response = json_tagged(request, &tag, body);
    let value = HeaderValue::from_static("public, max-age=60");
    response.headers_mut().insert(CACHE_CONTROL, value);
    response
}

/// A document that was published and never changes; 304 when the client has it already.
pub(crate) fn published(request: &HttpRequest, document: TypeDocument) -> HttpResponse {
    let already = has_already(request, &document.digest);
    let mut response = if already { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((ETAG, quoted(&document.digest)));
    response.insert_header((CACHE_CONTROL, "public, max-age=300"));
    if already {
        return response.finish();
    }
    response.insert_header((CONTENT_TYPE, JSON)).body(document.json)
}

/// An endpoint that has no parameters.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoParameters {}

/// What a list answers with.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
pub(crate) struct List<T> {
    /// The items, in a stable order.
    pub items: Vec<T>,
    /// Where the next page begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}
