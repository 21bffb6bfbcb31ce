//! What applicants undertake (告知承诺, 容缺): recorded from a decision, signed, watched, and ended.

use super::{List, NoParameters, done, idempotency_key, query, within};
use crate::answer::{file, parsed};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::UndertakingView;
use app::{UndertakingAsked, UndertakingMove, UndertakingQuery};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// An undertaking to record.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct UndertakingBody {
    /// The decision that allows it.
    decision_id: String,
    /// The material, by its key in the decision: one whose verdict is `by_commitment` or `deferrable`.
    material: String,
    /// Who promises, as printed; needed unless the decision is about an organization.
    party: Option<String>,
    /// The last day (YYYY-MM-DD), if earlier than the decision says.
    due: Option<String>,
}

/// Permission: a department with the scope `exempt`. Records what an applicant promises, and draws the
/// document that they sign, by `POST /v1/signing-requests` or by hand. A decision has one for each material.
#[utoipa::path(
    post, path = "/v1/undertakings", tag = "undertakings", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key records once")),
    request_body = UndertakingBody,
    responses(
        (status = 200, body = UndertakingView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn record(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: UndertakingBody =
        body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let asked = UndertakingAsked {
        decision: body.decision_id,
        material: body.material,
        party: body.party,
        due: body.due,
    };
    let work = move |app: &app::App| app.undertake(&caller.0, key.as_ref(), &asked);
    Ok(done(site.work(Lane::Department, work).await?))
}

/// Which undertakings to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UndertakingParameters {
    /// Only in this state: `open` (also past its last day), `overdue`, `fulfilled`, `breached`.
    state: Option<String>,
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department with the scope `exempt`, for undertakings to it, newest first; names of people
/// are masked. Also told by `undertaking.due` (7, 3 and 1 days before, and once it is over),
/// `undertaking.fulfilled` and `undertaking.breached`.
#[utoipa::path(
    get, path = "/v1/undertakings", tag = "undertakings", security(("key" = [])),
    params(UndertakingParameters),
    responses(
        (status = 200, body = List<UndertakingView>),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No state of these, or a cursor that is none of this service"),
    )
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: UndertakingParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let asked =
        UndertakingQuery { state: asked.state, cursor: asked.cursor, limit: within(limit)? };
    let page = site.read(move |app| app.undertakings(&caller.0, &asked)).await?;
    Ok(HttpResponse::Ok().json(List { items: page.items, next_cursor: page.next_cursor }))
}

/// Permission: a department with the scope `exempt`, for undertakings to it.
#[utoipa::path(
    get, path = "/v1/undertakings/{id}", tag = "undertakings", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the undertaking")),
    responses(
        (status = 200, body = UndertakingView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or to another department"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let view = site.read(move |app| app.undertaking(&caller.0, &id)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Permission: a department with the scope `exempt`, for undertakings to it. The document: as it was signed,
/// else as it is to be. Who looked is written down first.
#[utoipa::path(
    get, path = "/v1/undertakings/{id}/document", tag = "undertakings", security(("key" = [])),
    params(ErrandHeaders, ("id" = String, Path, description = "Id of the undertaking")),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn document(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let read = move |app: &app::App| app.undertaking_document(&caller.0, &why.0, &id);
    Ok(file(&request, HttpResponse::Ok(), site.work(Lane::Department, read).await?))
}

/// By which request it was signed.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SignUndertakingBody {
    /// Id of a completed signing request over this document, of the same case.
    #[schema(required)]
    signing_request_id: String,
}

/// Permission: a department with the scope `exempt`, for undertakings to it. What was signed begins with the
/// very bytes of the document, else nothing is noted.
#[utoipa::path(
    post, path = "/v1/undertakings/{id}:sign", tag = "undertakings", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the undertaking"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key notes it once"),
    ),
    request_body = SignUndertakingBody,
    responses(
        (status = 200, body = UndertakingView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn sign(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: SignUndertakingBody =
        body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let work = move |app: &app::App| {
        app.sign_undertaking(&caller.0, key.as_ref(), &id, &body.signing_request_id)
    };
    Ok(done(site.work(Lane::Department, work).await?))
}

/// By what it was found to be kept or not.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct EndUndertakingBody {
    /// In words; at most 200 characters.
    #[schema(required)]
    reason: String,
}

/// Permission: a department with the scope `exempt`, for undertakings to it: it was kept. Also past its last
/// day.
#[utoipa::path(
    post, path = "/v1/undertakings/{id}:fulfil", tag = "undertakings", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the undertaking"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key ends it once"),
    ),
    request_body = EndUndertakingBody,
    responses(
        (status = 200, body = UndertakingView),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "It has ended"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn fulfil(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    end(&site, caller, &id, (&request, payload), UndertakingMove::Fulfil).await
}

/// Permission: a department with the scope `exempt`, for undertakings to it: it was not kept.
#[utoipa::path(
    post, path = "/v1/undertakings/{id}:breach", tag = "undertakings", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the undertaking"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key ends it once"),
    ),
    request_body = EndUndertakingBody,
    responses(
        (status = 200, body = UndertakingView),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "It has ended"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn breach(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    end(&site, caller, &id, (&request, payload), UndertakingMove::Breach).await
}

async fn end(
    site: &Site,
    caller: Caller,
    id: &str,
    (request, payload): (&HttpRequest, Payload),
    wanted: UndertakingMove,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(request)?;
    let key = idempotency_key(request)?;
    let id = id.to_owned();
    let body: EndUndertakingBody =
        body::json(site, request, payload, SMALL_BYTES_MAX, "application/json").await?;
    let work = move |app: &app::App| {
        app.end_undertaking(&caller.0, key.as_ref(), &id, (wanted, &body.reason))
    };
    Ok(done(site.work(Lane::Department, work).await?))
}
