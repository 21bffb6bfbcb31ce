//! Service items and what they ask for, open to anyone; changed by the offices that handle them.

use super::{NoParameters, public, published, query, revision, within};
use crate::answer::{json_tagged, quoted};
use crate::body;
use crate::caller::Caller;
use crate::negotiate::{CSV, JSON, XLSX};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{ItemImportView, ServiceItemView, ServiceItemsView};
use app::{App, ItemQuery};
use serde::Deserialize;
use utoipa::IntoParams;

/// A few thousand items with their materials.
pub(crate) const IMPORT_BYTES_MAX: usize = 8 << 20;
/// A mapping of a hundred materials stays below this.
const MAPPING_BYTES_MAX: usize = 512 * 1024;

/// Which items.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ItemsParameters {
    /// Part of a name, first letters of its pinyin (`spjy`), or part of the code.
    q: Option<String>,
    /// Only of the office with this social credit code.
    department: Option<String>,
    /// Only those that changed since somebody said what may stand in the place of their materials.
    #[serde(default)]
    drifted: bool,
    /// Only those that ask for a paper although an office issued it.
    #[serde(default)]
    still_asking: bool,
    /// Where the page begins.
    cursor: Option<String>,
    /// At most so many, 1 to 200; 50 when absent.
    limit: Option<usize>,
}

/// Permission: anyone. Service items by code.
#[utoipa::path(
    get, path = "/v1/service-items", tag = "service items",
    params(ItemsParameters),
    responses(
        (status = 200, body = ServiceItemsView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn list(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let asked: ItemsParameters = query(&request)?;
    let asked = ItemQuery {
        text: asked.q.unwrap_or_default(),
        department: asked.department,
        drifted: asked.drifted,
        still_asking: asked.still_asking,
        after: asked.cursor,
        limit: within(asked.limit)?,
    };
    let found = site.read(move |app| app.service_items(&asked)).await?;
    Ok(public(&request, &found))
}

/// Permission: anyone. One item: its newest version, which is its entity tag.
#[utoipa::path(
    get, path = "/v1/service-items/{code}", tag = "service items",
    params(("code" = String, Path, description = "Code of the item")),
    responses(
        (status = 200, body = ServiceItemView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let found = site.read(move |app| app.service_item_view(&code)).await?;
    Ok(json_tagged(&request, &found.version.to_string(), &found))
}

/// Permission: anyone. A version as a document, byte for byte as it was published; its entity tag is
/// its SM3. It may be imported elsewhere.
#[utoipa::path(
    get, path = "/v1/service-items/{code}/versions/{version}", tag = "service items",
    params(
        ("code" = String, Path, description = "Code of the item"),
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
    let found = site.read(move |app| app.service_item_document(&code, version)).await?;
    Ok(published(&request, found))
}

/// Permission: anyone. What may stand in the place of an item's materials; the entity tag is the
/// version of the item.
#[utoipa::path(
    get, path = "/v1/service-items/{code}/mapping", tag = "service items",
    params(("code" = String, Path, description = "Code of the item")),
    responses(
        (status = 200, body = Object),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn mapping(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let (version, mapping) = site.read(move |app| app.item_mapping(&code)).await?;
    Ok(json_tagged(&request, &version.to_string(), &mapping))
}

/// Permission: the department that handles the item. Says what may stand in the place of materials of
/// the version that `If-Match` names, and so makes the next version; materials that are not named stay
/// as they are. The item is `drifted` until something was said of every paper that changed.
#[utoipa::path(
    put, path = "/v1/service-items/{code}/mapping", tag = "service items", security(("key" = [])),
    params(
        ("code" = String, Path, description = "Code of the item"),
        ("If-Match" = String, Header, description = "Entity tag of the item"),
    ),
    request_body(content = Object, content_type = "application/json"),
    responses(
        (status = 200, body = ServiceItemView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn map(
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
    let version = revision(&request)?;
    let sent = body::read(&site, &request, payload, MAPPING_BYTES_MAX).await?;
    let work = move |app: &App| app.item_map(&caller.0, &code, version, &sent.bytes);
    let made = site.work(Lane::Department, work).await?;
    Ok(HttpResponse::Ok().insert_header((ETAG, quoted(&made.version.to_string()))).json(made))
}

/// Whether it is only tried.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportParameters {
    /// Only says what would come of it.
    #[serde(default)]
    check: bool,
}

/// Permission: a department, for items that it handles. Publishes the items of a table (CSV, XLSX: a row
/// for each material) or of a list of documents (JSON), a new version of each that changed. What is wrong
/// is told by row, and the items of such rows are left out. Where a file does not say what may stand in
/// the place of materials, those that are asked for as before keep what stood there.
#[utoipa::path(
    post, path = "/v1/service-items:import", tag = "service items", security(("key" = [])),
    params(ImportParameters),
    request_body(content(
        (String = "text/csv"),
        (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (Object = "application/json"),
    )),
    responses(
        (status = 200, body = ItemImportView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn import(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let ImportParameters { check } = query(&request)?;
    let known = [CSV, XLSX, JSON];
    if !body::media_type(&request).is_some_and(|sent| known.contains(&sent.as_str())) {
        return Err(body::unsupported(&request, "text/csv, XLSX or application/json"));
    }
    let sent = body::read(&site, &request, payload, IMPORT_BYTES_MAX).await?;
    let work = move |app: &App| app.items_import(&caller.0, &sent.bytes, check);
    Ok(HttpResponse::Ok().json(site.work(Lane::Department, work).await?))
}
