//! Whether two values are the same (智能比对).

use super::{NoParameters, query};
use crate::body::{self, JSON_BYTES_MAX};
use crate::caller::Caller;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::CompareAsked;
use app::view::ComparedView;

/// Permission: a department with the scope `exempt`. Says of each pair whether both values are the same,
/// the same after harmless differences of writing, which are named, or different; what nobody can tell
/// is `unclear`, never the same. The values come with the request and are not kept, logged or answered.
#[utoipa::path(
    post, path = "/v1/compare", tag = "forms", security(("key" = [])),
    request_body = CompareAsked,
    responses(
        (status = 200, body = ComparedView),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "An unknown kind, a value that is too long, or too many pairs"),
    )
)]
pub(crate) async fn compare(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let wanted = "application/json";
    let asked: CompareAsked = body::json(&site, &request, payload, JSON_BYTES_MAX, wanted).await?;
    let work = move |app: &app::App| app.compare(&caller.0, &asked);
    Ok(HttpResponse::Ok().json(site.work(Lane::Department, work).await?))
}
