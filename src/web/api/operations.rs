//! For those who run the service and those who program against it.

use super::{NoParameters, query};
use crate::answer::{has_already, quoted};
use crate::problem::Problem;
use crate::site::Site;
use crate::{metrics as figures, openapi as document};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::NotReady;
use serde::Serialize;
use utoipa::ToSchema;

/// Whether the process runs.
#[derive(Serialize, ToSchema)]
pub(crate) struct AliveView {
    /// Always `alive`.
    status: &'static str,
    /// Version of the program.
    version: &'static str,
}

/// Permission: anyone. Whether the process runs; nothing else is looked at.
#[utoipa::path(
    get, path = "/healthz", tag = "operations", responses((status = 200, body = AliveView))
)]
pub(crate) async fn alive() -> HttpResponse {
    HttpResponse::Ok().json(AliveView { status: "alive", version: env!("CARGO_PKG_VERSION") })
}

/// Whether the service can issue and verify now.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReadyView {
    /// True when every part works.
    ready: bool,
    /// The parts.
    parts: Vec<PartView>,
}

/// One part of the service.
#[derive(Serialize, ToSchema)]
pub(crate) struct PartView {
    /// Name of the part.
    part: &'static str,
    /// Whether it works.
    ready: bool,
    /// Why not, such as `clock_skew`.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

/// Permission: anyone. Whether the service can issue and verify now, part by part; why not is in
/// the log.
#[utoipa::path(
    get, path = "/readyz", tag = "operations",
    responses((status = 200, body = ReadyView), (status = 503, body = ReadyView))
)]
pub(crate) async fn ready(site: Data<Site>) -> Result<HttpResponse, Problem> {
    let readiness = site.read(|app| Ok(app.readiness())).await?;
    for (part, state) in &readiness.parts {
        if let Err(reason) = state {
            tracing::warn!(part, code = reason.code, reason = reason.reason, "not ready");
        }
    }
    let view = |(part, state): &(&'static str, Result<(), NotReady>)| PartView {
        part,
        ready: state.is_ok(),
        code: state.as_ref().err().map(|reason| reason.code),
    };
    let parts = readiness.parts.iter().map(view).collect();
    let body = ReadyView { ready: readiness.ready(), parts };
    let mut response =
        if body.ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    Ok(response.json(body))
}

/// Permission: anyone. Figures as Prometheus text; no label holds anything that a client chose.
#[utoipa::path(
    get, path = "/metrics", tag = "operations",
    responses((status = 200, body = String, content_type = "text/plain"))
)]
pub(crate) async fn metrics(site: Data<Site>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8"))
        .body(figures::text(&site))
}

/// Permission: anyone. This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operations",
    responses((status = 200, body = Object, content_type = "application/json"))
)]
pub(crate) async fn openapi(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let published = document::published();
    let mut response = HttpResponse::Ok();
    response.insert_header((ETAG, quoted(&published.tag)));
    response.insert_header((CACHE_CONTROL, "public, max-age=300"));
    if has_already(&request, &published.tag) {
        response.status(actix_web::http::StatusCode::NOT_MODIFIED);
        return Ok(response.finish());
    }
    response.insert_header((CONTENT_TYPE, "application/json"));
    Ok(response.body(published.json.as_str()))
}
