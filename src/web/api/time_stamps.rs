//! The service's own time-stamp authority.

use super::{NoParameters, query};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};

const QUERY: &str = "application/timestamp-query";

/// Permission: a department. Stamps a digest (RFC 3161, 3.4): SM3 with SM2, SHA-2 with RSA. What
/// cannot be stamped is answered with the status `rejection` and its reason.
#[utoipa::path(
    post, path = "/v1/time-stamps", tag = "time stamps", security(("key" = [])),
    request_body(content_type = "application/timestamp-query", content = Vec<u8>),
    responses(
        (status = 200, content_type = "application/timestamp-reply", body = Vec<u8>),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn stamp(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    if body::media_type(&request).as_deref() != Some(QUERY) {
        return Err(body::unsupported(&request, QUERY));
    }
    let asked = body::read(&site, &request, payload, SMALL_BYTES_MAX).await?.bytes;
    let reply = site.work(Lane::Department, move |app| app.time_stamp(&caller.0, &asked)).await?;
    Ok(HttpResponse::Ok().content_type(crate::negotiate::TIME_STAMP).body(reply))
}
