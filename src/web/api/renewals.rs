//! What a renewal of a department's license would be.

use super::{NoParameters, query};
use crate::answer::json_tagged;
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use app::view::LicenseRenewalView;

/// Permission: a department, for its own licenses. The content that a renewal takes over, the fields
/// that it enters anew, what is still needed, and what proves the license; `confirmation` goes into
/// `:renew`. Who looked, and why, is written down first.
#[utoipa::path(
    get, path = "/v1/licenses/{id}/renewal", tag = "licenses", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the license"), ErrandHeaders),
    responses(
        (status = 200, body = LicenseRenewalView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let ask = move |app: &app::App| app.license_renewal(&caller.0, &why.0, &id);
    let renewal = site.work(Lane::Department, ask).await?;
    Ok(json_tagged(&request, &renewal.tag(), &renewal))
}
