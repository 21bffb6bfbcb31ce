//! The material library.

use super::{NoParameters, done, idempotency_key, mark_replayed, query};
use crate::answer::file;
use crate::body::{self, JSON_BYTES_MAX, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::multipart::{self, Part};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::LibraryMaterialView;
use app::{CheckAsked, MaterialAsked, MaterialSearch, Once, SentFile};
use serde::Deserialize;
use utoipa::ToSchema;

/// A material that a department brings for its holder.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MaterialBody {
    /// Citizen number or social credit code of the holder.
    holder_code: String,
    /// What kind of material it is, as items call it, such as `租赁合同`.
    name: String,
    /// `copy` of something that somebody else made, or `self_made`; `copy` when absent.
    source: Option<String>,
    /// The last day on which it may be used.
    valid_to: Option<String>,
    /// The case in which it was handed in.
    case_no: Option<String>,
}

/// The material with what is said of it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape of the multipart body, for the OpenAPI document")]
pub(crate) struct MaterialParts {
    fields: MaterialBody,
    /// A PDF, a JPEG or a PNG.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Permission: a department with the scope `exempt`. Keeps a material of a person or a body, to be used
/// again. A PDF is kept as it is if nothing in it acts; a picture is written anew, without what its camera
/// wrote into it; nothing else is kept.
#[utoipa::path(
    post, path = "/v1/materials", tag = "materials", security(("key" = [])),
    params(
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key keeps it once"),
        ErrandHeaders,
    ),
    request_body(content((MaterialParts = "multipart/form-data"))),
    responses(
        (status = 201, body = LibraryMaterialView),
        (status = 415, body = ProblemView, content_type = "application/problem+json",
            description = "No PDF, JPEG or PNG, or another than its name or type says"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "A file that is not kept, or a value that is not acceptable"),
    )
)]
pub(crate) async fn keep(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = [
        Part { name: "fields", bytes_max: JSON_BYTES_MAX },
        Part { name: "file", bytes_max: site.settings.file_bytes_max },
    ];
    let mut parts = multipart::read(&site, &request, payload, &wanted).await?;
    let mut take = |name: &str| {
        let missing = || Problem::malformed(format!("part {name} is missing"));
        parts.remove(name).ok_or_else(missing)
    };
    let (fields, sent) = (take("fields")?, take("file")?);
    let MaterialBody { holder_code, name, source, valid_to, case_no } =
        body::parse_json(&fields.bytes)?;
    let declared = sent.declared.clone();
    let (bytes, held) = sent.into_parts();
    let asked = MaterialAsked {
        holder_code,
        name,
        source: source.unwrap_or_else(|| "copy".to_owned()),
        valid_to: valid_to.unwrap_or_default(),
        case_no: case_no.unwrap_or_default(),
        file: SentFile { bytes, name: declared.name, media_type: declared.media_type },
    };
    let keep = move |app: &app::App| {
        // Counted against the budget of uploads until the work is done.
        let _held = held;
        app.keep_material(&caller.0, &why.0, key.as_ref(), &asked)
    };
    let Once { value, replayed } = site.work(Lane::Department, keep).await?;
    let mut response = HttpResponse::Created();
    mark_replayed(&mut response, replayed);
    response.insert_header((LOCATION, format!("/v1/materials/{}", value.id)));
    Ok(response.json(value))
}

/// Whose materials are looked for.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MaterialSearchBody {
    /// Citizen number or social credit code of the holder.
    #[schema(required)]
    holder_code: String,
    /// Only materials of this name.
    name: Option<String>,
}

/// What was found.
#[derive(serde::Serialize, ToSchema)]
pub(crate) struct MaterialsFound {
    /// The materials, newest first.
    items: Vec<LibraryMaterialView>,
}

/// Permission: a department with the scope `exempt`, for a case. Materials of a holder that are not
/// erased. Nothing personal stands in an address, so it is asked for by `POST`. Who looked is written down
/// first.
#[utoipa::path(
    post, path = "/v1/materials:search", tag = "materials", security(("key" = [])),
    params(ErrandHeaders),
    request_body = MaterialSearchBody,
    responses(
        (status = 200, body = MaterialsFound),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No case number, or no operator where one is required"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "A code that is none"),
    )
)]
pub(crate) async fn search(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let wanted = "application/json";
    let body: MaterialSearchBody =
        body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let asked = MaterialSearch { holder_code: body.holder_code, name: body.name };
    let search = move |app: &app::App| app.search_materials(&caller.0, &why.0, &asked);
    let items = site.work(Lane::Department, search).await?;
    Ok(HttpResponse::Ok().json(MaterialsFound { items }))
}

/// Permission: a department with the scope `exempt`, for a case. Who looked is written down first.
#[utoipa::path(
    get, path = "/v1/materials/{id}", tag = "materials", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the material"), ErrandHeaders),
    responses(
        (status = 200, body = LibraryMaterialView),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No case number, or no operator where one is required"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown"),
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
    let read = move |app: &app::App| app.library_material(&caller.0, &why.0, &id);
    Ok(HttpResponse::Ok().json(site.work(Lane::Department, read).await?))
}

/// Permission: a department with the scope `exempt`, for a case. The file, as a download; a use, of which
/// the holder learns: once for a department, a case and an item.
#[utoipa::path(
    get, path = "/v1/materials/{id}/file", tag = "materials", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the material"), ErrandHeaders),
    responses(
        (status = 200, description = "The file", content(
            (Vec<u8> = "application/pdf"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No case number, or no operator where one is required"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown or erased"),
    )
)]
pub(crate) async fn document(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let read = move |app: &app::App| app.material_file(&caller.0, &why.0, &id);
    let document = site.work(Lane::Department, read).await?;
    Ok(inert(&request, document))
}

/// A file of a stranger: kept by whoever asked for it, and shown by no browser as a page of this site.
pub(crate) fn inert(request: &HttpRequest, document: app::Document) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header(("Content-Security-Policy", "sandbox; default-src 'none'"));
    response.insert_header(("X-Content-Type-Options", "nosniff"));
    file(request, response, document)
}

/// Where a material was compared with the original.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MaterialCheckBody {
    /// The window.
    #[schema(required)]
    window: String,
}

/// Permission: a department with the scope `exempt`, for a case. Says that a clerk (`X-Operator-Id`)
/// compared the material with the original: it has grade B from now on. Once, and not by who brought it.
#[utoipa::path(
    post, path = "/v1/materials/{id}:check", tag = "materials", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the material"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key checks once"),
        ErrandHeaders,
    ),
    request_body = MaterialCheckBody,
    responses(
        (status = 200, body = LibraryMaterialView),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No case number, or no operator"),
        (status = 403, body = ProblemView, content_type = "application/problem+json",
            description = "Brought by the same clerk"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Checked before, erased, or over"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "Made by the holder: there is no original"),
    )
)]
pub(crate) async fn check(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: MaterialCheckBody =
        body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let said = CheckAsked { window: body.window };
    let work =
        move |app: &app::App| app.check_material(&caller.0, &why.0, key.as_ref(), &id, &said);
    Ok(done(site.work(Lane::Department, work).await?))
}

/// Permission: the department that brought it, with the scope `exempt`. Erases a material for its holder:
/// the file goes, that there was one and who used it stays.
#[utoipa::path(
    post, path = "/v1/materials/{id}:erase", tag = "materials", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the material"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key erases once"),
    ),
    responses(
        (status = 200, body = LibraryMaterialView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or brought by another department or by its holder"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Erased before"),
    )
)]
pub(crate) async fn erase(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let work = move |app: &app::App| app.erase_material(&caller.0, key.as_ref(), &id);
    Ok(done(site.work(Lane::Department, work).await?))
}
