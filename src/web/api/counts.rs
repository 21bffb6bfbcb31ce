//! How many licenses a department issued, by whatever system, against what is here.

use super::{NoParameters, query};
use crate::body;
use crate::caller::Caller;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::CollectionsView;
use app::{App, CollectionQuery, CountAsked};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A thousand counts stay below this.
const COUNTS_BYTES_MAX: usize = 256 * 1024;

/// Counts of one or more days and types.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountsBody {
    /// The counts; one of the same type and day takes the place of the one before.
    counts: Vec<CountBody>,
}

/// How many licenses of a type were issued on a day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CountBody {
    /// Code of the license type.
    license_type: String,
    /// The day, `YYYY-MM-DD`.
    day: String,
    /// So many.
    count: u32,
}

/// Permission: a department, for itself. Says how many licenses it issued; saying it again does no
/// harm.
#[utoipa::path(
    post, path = "/v1/issuance-counts", tag = "counts", security(("key" = [])),
    request_body = CountsBody,
    responses(
        (status = 204, description = "Kept"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn declare(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let wanted = "application/json";
    let asked: CountsBody = body::json(&site, &request, payload, COUNTS_BYTES_MAX, wanted).await?;
    let count = |one: CountBody| CountAsked {
        license_type: one.license_type,
        day: one.day,
        count: one.count,
    };
    let counts: Vec<CountAsked> = asked.counts.into_iter().map(count).collect();
    site.read(move |app: &App| app.counts_declare(&caller.0, &counts)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Which days are shown.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct CountsParameters {
    /// The first day; 13 days before the last when absent.
    from: Option<String>,
    /// The last day; today when absent. At most 92 days.
    to: Option<String>,
    /// Only this license type.
    license_type: Option<String>,
}

/// Permission: a department, for itself. Declared and stored by type and day, the share that was here
/// by the end of the next day (新增归集率), and gaps in the numbers. Without a declared count there is no
/// share: the remark says `denominator_missing`.
#[utoipa::path(
    get, path = "/v1/issuance-counts", tag = "counts", security(("key" = [])),
    params(CountsParameters),
    responses((status = 200, body = CollectionsView))
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: CountsParameters = query(&request)?;
    let query = CollectionQuery {
        from: asked.from.unwrap_or_default(),
        to: asked.to.unwrap_or_default(),
        license_type: asked.license_type.unwrap_or_default(),
    };
    let found = site.read(move |app: &App| app.collections(&caller.0, &query)).await?;
    Ok(HttpResponse::Ok().json(found))
}
