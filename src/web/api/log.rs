//! The log of what was issued, as anyone may keep it.

use super::{List, NoParameters, query};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::view::ServiceKeyView;

/// Permission: anyone. How many changes of issued licenses the log holds and the root of the hash
/// tree (RFC 9162) over them, signed: three lines, an empty one, and the signature (C2SP
/// tlog-checkpoint). Whoever keeps one can show later that something was taken away.
#[utoipa::path(
    get, path = "/v1/log/checkpoint", tag = "log",
    responses(
        (status = 200, body = String, content_type = "text/plain"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Nothing was issued yet"),
    )
)]
pub(crate) async fn checkpoint(
    site: Data<Site>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let note = site.read(|app| app.log_checkpoint()).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"));
    Ok(response.insert_header((CACHE_CONTROL, "no-cache")).body(note))
}

/// Permission: anyone. The public keys that sign checkpoints, oldest first.
#[utoipa::path(
    get, path = "/v1/log/keys", tag = "log",
    responses((status = 200, body = List<ServiceKeyView>))
)]
pub(crate) async fn keys(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let items = site.read(|app| app.log_keys()).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}
