//! The change feed.

use super::{query, within};
use crate::answer::parsed;
use crate::caller::Caller;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::view::ChangesView;
use serde::Deserialize;
use utoipa::IntoParams;

/// From where on.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChangeParameters {
    /// `next_cursor` of the answer before; from the beginning when absent.
    since: Option<String>,
    /// At most this many: 1 to 200, 200 when absent.
    limit: Option<String>,
}

/// Permission: a department, for its own licenses within its scope. Everything that happened to
/// them, once each and in one order: who keeps `next_cursor` and asks again misses nothing, also of
/// what is committed at the same time. A change shows some seconds after it was made. Ids, types and
/// states only; nothing personal.
#[utoipa::path(
    get, path = "/v1/changes", tag = "licenses", security(("key" = [])),
    params(ChangeParameters),
    responses(
        (status = 200, body = ChangesView),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "The cursor is none of this service"),
    )
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: ChangeParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let limit = within(limit)?;
    let page = site.read(move |app| app.changes(&caller.0, asked.since.as_deref(), limit)).await?;
    Ok(HttpResponse::Ok().json(page))
}
