//! The catalogue, open to anyone; and its types, changed by whoever keeps them.

use super::{List, NoParameters, public, published, query, revision};
use crate::answer::{json_tagged, quoted};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::negotiate::{JSON, XML, choose};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{
    DirectoryItemView, LicenseTypeView, TypeDraftView, TypeFindingView, TypeVersionView,
};
use serde::Deserialize;
use utoipa::ToSchema;

/// A catalogue document is at most this large; reading refuses more by name.
const DOCUMENT_BYTES_MAX: usize = 512 * 1024;

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

/// Permission: anyone. One license type: its newest version.
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

/// Permission: anyone. What was published of a license type, newest first.
#[utoipa::path(
    get, path = "/v1/license-types/{code}/versions", tag = "catalogue",
    params(("code" = String, Path, description = "Code of the license type")),
    responses(
        (status = 200, body = List<TypeVersionView>),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn versions(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let items = site.read(move |app| app.type_versions(&code)).await?;
    Ok(public(&request, &List { items, next_cursor: None }))
}

/// Permission: anyone. A published version as a catalogue document, byte for byte as it was
/// published; its entity tag is its SM3. It may be imported elsewhere.
#[utoipa::path(
    get, path = "/v1/license-types/{code}/versions/{version}", tag = "catalogue",
    params(
        ("code" = String, Path, description = "Code of the license type"),
        ("version" = u32, Path, description = "Number of the version"),
    ),
    responses(
        (status = 200, body = Object, content_type = "application/json"),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn document(
    site: Data<Site>,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let (code, version) = path.into_inner();
    let version = version.parse().map_err(|_| Problem::new("not_found"))?;
    let found = site.read(move |app| app.type_document(&code, version)).await?;
    Ok(published(&request, found))
}

/// Permission: anyone. The type as an item of a catalogue of license types, with the items of
/// GB/T 36902: JSON, or XML for whoever accepts it.
#[utoipa::path(
    get, path = "/v1/license-types/{code}/directory-item", tag = "catalogue",
    params(("code" = String, Path, description = "Code of the license type")),
    responses(
        (status = 200, content(
            (DirectoryItemView = "application/json"),
            (String = "application/xml"),
        )),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn directory_item(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let item = site.read(move |app| app.directory_item(&code)).await?;
    Ok(match choose(request.headers(), &[JSON, XML]) {
        Some(XML) => HttpResponse::Ok().content_type(XML).body(item.to_xml()),
        _ => public(&request, &item),
    })
}

/// Permission: the department that keeps the type. The draft of its next version, and what was
/// found when it was tried; its entity tag is its revision.
#[utoipa::path(
    get, path = "/v1/license-types/{code}/draft", tag = "catalogue", security(("key" = [])),
    params(("code" = String, Path, description = "Code of the license type")),
    responses(
        (status = 200, body = TypeDraftView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn draft(
    site: Data<Site>,
    caller: Caller,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let ask = move |app: &app::App| app.type_draft(&caller.0, &code);
    let draft = site.work(Lane::Department, ask).await?;
    Ok(json_tagged(&request, &draft.revision.to_string(), &draft))
}

/// Permission: the department that keeps the type. Keeps a catalogue document as the draft of the
/// next version, in place of the one that `If-Match` names; `If-None-Match: *` for the first.
#[utoipa::path(
    put, path = "/v1/license-types/{code}/draft", tag = "catalogue", security(("key" = [])),
    params(
        ("code" = String, Path, description = "Code of the license type"),
        ("If-Match" = Option<String>, Header, description = "Entity tag of the draft in its place"),
        ("If-None-Match" = Option<String>, Header, description = "`*` where there is no draft yet"),
    ),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, body = TypeDraftView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn put_draft(
    site: Data<Site>,
    caller: Caller,
    code: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    if body::media_type(&request).as_deref() != Some(JSON) {
        return Err(body::unsupported(&request, JSON));
    }
    let first = request.headers().get("If-None-Match").is_some_and(|value| value == "*");
    let revision = if first { None } else { Some(revision(&request)?) };
    let document = body::read(&site, &request, payload, DOCUMENT_BYTES_MAX).await?;
    let keep =
        move |app: &app::App| app.type_draft_put(&caller.0, &code, &document.bytes, revision);
    let draft = site.work(Lane::Department, keep).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, quoted(&draft.revision.to_string()))).json(draft))
}

/// Permission: the department that keeps the type. Throws its draft away.
#[utoipa::path(
    delete, path = "/v1/license-types/{code}/draft", tag = "catalogue", security(("key" = [])),
    params(
        ("code" = String, Path, description = "Code of the license type"),
        ("If-Match" = String, Header, description = "Entity tag of the draft"),
    ),
    responses(
        (status = 204, description = "Thrown away"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn drop_draft(
    site: Data<Site>,
    caller: Caller,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let revision = revision(&request)?;
    site.read(move |app| app.type_draft_drop(&caller.0, &code, revision)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Permission: the department that keeps the type. Publishes the draft that `If-Match` names: from
/// here on licenses are drawn by it, and it never changes.
#[utoipa::path(
    post, path = "/v1/license-types/{code}:publish", tag = "catalogue", security(("key" = [])),
    params(
        ("code" = String, Path, description = "Code of the license type"),
        ("If-Match" = String, Header, description = "Entity tag of the draft"),
    ),
    responses(
        (status = 200, body = LicenseTypeView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn publish(
    site: Data<Site>,
    caller: Caller,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let revision = revision(&request)?;
    let work = move |app: &app::App| app.type_publish(&caller.0, &code, revision);
    Ok(HttpResponse::Ok().json(site.work(Lane::Department, work).await?))
}

/// Why a type is taken out of use.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WithdrawBody {
    /// The reason, 1 to 200 characters.
    reason: String,
}

/// Permission: the department that keeps the type. Takes it out of use: nothing more is issued by
/// it, and what was issued stays as it is.
#[utoipa::path(
    post, path = "/v1/license-types/{code}:withdraw", tag = "catalogue", security(("key" = [])),
    params(("code" = String, Path, description = "Code of the license type")),
    request_body = WithdrawBody,
    responses(
        (status = 200, body = LicenseTypeView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(
    site: Data<Site>,
    caller: Caller,
    code: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let asked: WithdrawBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, JSON).await?;
    let work = move |app: &app::App| app.type_withdraw(&caller.0, &code, &asked.reason);
    Ok(HttpResponse::Ok().json(site.read(work).await?))
}

/// Permission: the department that keeps the type. Brings a type back into use.
#[utoipa::path(
    post, path = "/v1/license-types/{code}:reinstate", tag = "catalogue", security(("key" = [])),
    params(("code" = String, Path, description = "Code of the license type")),
    responses(
        (status = 200, body = LicenseTypeView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn reinstate(
    site: Data<Site>,
    caller: Caller,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let work = move |app: &app::App| app.type_reinstate(&caller.0, &code);
    Ok(HttpResponse::Ok().json(site.read(work).await?))
}

/// Permission: a department. What would be found in a catalogue document when it is published; it
/// is not kept.
#[utoipa::path(
    post, path = "/v1/license-types:check", tag = "catalogue", security(("key" = [])),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, body = List<TypeFindingView>),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn check(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    if body::media_type(&request).as_deref() != Some(JSON) {
        return Err(body::unsupported(&request, JSON));
    }
    let document = body::read(&site, &request, payload, DOCUMENT_BYTES_MAX).await?;
    let work = move |app: &app::App| app.type_check(&caller.0, &document.bytes);
    let items = site.work(Lane::Department, work).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}
