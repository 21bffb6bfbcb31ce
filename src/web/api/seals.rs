//! Seals of the caller's department.

use super::{List, NoParameters, query};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::site::Site;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::view::SealView;

/// Permission: a department, for its own seals.
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
