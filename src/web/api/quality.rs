//! The quality of a department's licenses, and what is to be corrected.

use super::{List, NoParameters, query};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::negotiate::JSON;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{QualityFindingView, QualityView};
use app::{QualityQuery, QualityStep};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Permission: a department. How its licenses stand that were stored in the last twelve weeks:
/// examined and good, with faults, or uncertain, which is not counted as good.
#[utoipa::path(
    get, path = "/v1/quality", tag = "quality", security(("key" = [])),
    responses((status = 200, body = QualityView))
)]
pub(crate) async fn score(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    Ok(HttpResponse::Ok().json(site.read(move |app| app.quality(&caller.0)).await?))
}

/// Which findings to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindingParameters {
    /// `open`, `in_work`, `answered` or `closed`; all that are not closed when absent.
    state: Option<String>,
    /// `true`: only what is overdue.
    overdue: Option<bool>,
}

/// Permission: a department, for its own licenses. What is to be corrected, what is due first first;
/// at most 200.
#[utoipa::path(
    get, path = "/v1/quality/findings", tag = "quality", security(("key" = [])),
    params(FindingParameters),
    responses((status = 200, body = List<QualityFindingView>))
)]
pub(crate) async fn findings(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: FindingParameters = query(&request)?;
    let asked = QualityQuery { state: asked.state, overdue: asked.overdue.unwrap_or(false) };
    let items = site.read(move |app| app.quality_findings(&caller.0, &asked)).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}

/// A step of a correction.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepBody {
    /// What was done; needed for `answer` and `close`.
    #[serde(default)]
    note: String,
}

/// Permission: a department, for its own licenses. `take`, `answer`, `reopen` or `close` a finding.
/// What is answered is examined once more, and closed when it is not found any more.
#[utoipa::path(
    post, path = "/v1/quality/findings/{id}:{step}", tag = "quality", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the finding"),
        ("step" = String, Path, description = "`take`, `answer`, `reopen` or `close`"),
    ),
    request_body = StepBody,
    responses(
        (status = 200, body = QualityFindingView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn step(
    site: Data<Site>,
    caller: Caller,
    path: Path<(String, String)>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let (id, step) = path.into_inner();
    let step = match step.as_str() {
        "take" => QualityStep::Take,
        "answer" => QualityStep::Answer,
        "reopen" => QualityStep::Reopen,
        "close" => QualityStep::Close,
        _ => return Err(Problem::new("not_found")),
    };
    let asked: StepBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, JSON).await?;
    let work = move |app: &app::App| app.quality_step(&caller.0, &id, step, &asked.note);
    Ok(HttpResponse::Ok().json(site.read(work).await?))
}
