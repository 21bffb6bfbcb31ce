//! The licenses of a demo's sandbox.

use super::{NoParameters, query};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::view::SandboxView;

/// Permission: anyone, and only a demo has them: one invented license for each way in which a
/// verification ends, for whoever tries a client (`yinzheng conformance` does).
#[utoipa::path(
    get, path = "/sandbox", tag = "operations",
    responses(
        (status = 200, body = SandboxView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "This is no demo"),
    )
)]
pub(crate) async fn list(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let list = site.read(|app| app.sandbox()).await?;
    Ok(HttpResponse::Ok().json(list))
}
