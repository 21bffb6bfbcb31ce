//! Seals of the caller's department.

use super::{List, NoParameters, query};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{SealLifeView, SealView};

/// Permission: a department, for its own seals, from the day each was asked for.
#[utoipa::path(
    get, path = "/v1/seals", tag = "seals", security(("key" = [])),
    responses((status = 200, body = List<SealView>))
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let items = site.read(move |app| app.seals(&caller.0)).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}

/// Permission: a department, for its own seals. Each step of its life, and what comes next.
#[utoipa::path(
    get, path = "/v1/seals/{id}", tag = "seals", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the seal")),
    responses(
        (status = 200, body = SealLifeView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let seal = site.read(move |app| app.seal(&caller.0, &id)).await?;
    Ok(HttpResponse::Ok().json(seal))
}
