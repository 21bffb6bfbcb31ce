//! The catalogue, open to anyone.

use super::{List, NoParameters, query};
use crate::answer::{json_tagged, tag_of};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::http::header::HeaderValue;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use app::view::LicenseTypeView;
use serde::Serialize;

/// Permission: anyone. License types with their fields, by name.
#[utoipa::path(
    get, path = "/v1/license-types", tag = "catalogue",
    responses((status = 200, body = List<LicenseTypeView>))
)]
pub(crate) async fn list(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let items = site.read(|app| Ok(app.license_types())).await?;
    Ok(public(&request, &List { items, next_cursor: None }))
}

/// Permission: anyone. One license type.
#[utoipa::path(
    get, path = "/v1/license-types/{code}", tag = "catalogue",
    params(("code" = String, Path, description = "Code of the license type")),
    responses(
        (status = 200, body = LicenseTypeView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let license_type = site.read(move |app| app.license_type(&code)).await?;
    Ok(public(&request, &license_type))
}

/// Nothing personal and rarely changed: kept five minutes, then asked for again by its tag.
fn public<T: Serialize>(request: &HttpRequest, body: &T) -> HttpResponse {
    let tag = tag_of(&serde_json::to_vec(body).unwrap_or_default());
    let mut response = json_tagged(request, &tag, body);
    let value = HeaderValue::from_static("public, max-age=300");
    response.headers_mut().insert(CACHE_CONTROL, value);
    response
}
