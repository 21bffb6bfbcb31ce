//! Archive packages of the department's own licenses.

use super::{NoParameters, query};
use crate::answer::file;
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use serde::Deserialize;
use utoipa::ToSchema;

/// The license to archive.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArchiveBody {
    /// Id of the license.
    license_id: String,
}

/// Permission: a department, for its own licenses. A ZIP that can be verified without this service
/// (`yinzheng archive verify`): the license file as it was issued, its metadata (XML and JSON), its
/// verification now with certificates, revocation data and the proof of the log, and a signed and
/// time-stamped manifest (`ArchiveManifestView`) of all of it. A POST, because each package is made,
/// signed and stamped anew. Who looked, and why, is written down first.
#[utoipa::path(
    post, path = "/v1/archive-packages", tag = "licenses", security(("key" = [])),
    params(ErrandHeaders), request_body = ArchiveBody,
    responses(
        (status = 200, content_type = "application/zip", body = Vec<u8>),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
        (status = 503, body = ProblemView, content_type = "application/problem+json",
            description = "A key or the time-stamp authority is away"),
    )
)]
pub(crate) async fn make(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let wanted = "application/json";
    let asked: ArchiveBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let make = move |app: &app::App| app.archive(&caller.0, &why.0, &asked.license_id);
    let package = site.work(Lane::Department, make).await?;
    Ok(file(&request, HttpResponse::Ok(), package))
}
