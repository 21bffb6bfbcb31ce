//! How far the region has come, for a screen elsewhere.

use super::{List, NoParameters, query};
use crate::answer::file;
use crate::caller::Caller;
use crate::negotiate::{CSV, JSON, choose};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{TargetRowView, TargetsView};

/// Permission: a client with the scope `target.read`. Every target with numerator, denominator, goal,
/// trend and who is furthest behind. Where nobody declared a denominator there is no value.
#[utoipa::path(
    get, path = "/v1/targets", tag = "targets", security(("key" = [])),
    responses((status = 200, body = TargetsView))
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    Ok(HttpResponse::Ok().json(site.read(move |app| app.targets(&caller.0)).await?))
}

/// Permission: a client with the scope `target.read`. The rows that a target is made of, also those
/// that are left out, with the reason; as JSON, or as CSV.
#[utoipa::path(
    get, path = "/v1/targets/{target}/rows", tag = "targets", security(("key" = [])),
    params(("target" = String, Path, description = "Such as `license_mapping`")),
    responses(
        (status = 200, body = List<TargetRowView>),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "There is no such target"),
    )
)]
pub(crate) async fn rows(
    site: Data<Site>,
    caller: Caller,
    target: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    if choose(request.headers(), &[JSON, CSV]) == Some(CSV) {
        let table = site.read(move |app| app.target_table(&caller.0, &target)).await?;
        return Ok(file(&request, HttpResponse::Ok(), table));
    }
    let items = site.read(move |app| app.target_rows(&caller.0, &target)).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}
