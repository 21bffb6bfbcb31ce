//! Licenses of other regions, verified there.

use super::{NoParameters, query};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::RegionAnswerView;
use serde::Deserialize;
use utoipa::ToSchema;

/// A license of another region.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegionBody {
    /// Its GB/T 36904 identifier; at a named region also its id there.
    license_id: String,
    /// The region by its name in the configuration; that of the issuing body when absent.
    region: Option<String>,
}

/// Permission: a department. Asks the service of the region in which a license was issued, by the
/// sharing interface (`POST /compat/verify` there). That service's word, under its name: without an
/// answer the outcome is `INDETERMINATE`, and `code` says why.
#[utoipa::path(
    post, path = "/v1/region-verifications", tag = "sharing", security(("key" = [])),
    request_body = RegionBody,
    responses(
        (status = 200, body = RegionAnswerView),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "No such region is configured"),
    )
)]
pub(crate) async fn verify(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let wanted = "application/json";
    let asked: RegionBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let ask =
        move |app: &app::App| app.ask_region(&caller.0, asked.region.as_deref(), &asked.license_id);
    Ok(HttpResponse::Ok().json(site.ask(&site.regions, ask).await?))
}
