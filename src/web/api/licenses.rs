//! Licenses of the caller's department.

use super::{List, NoParameters, idempotency_key, mark_replayed, query, within};
use crate::answer::{file, json_tagged, parsed, quoted};
use crate::body::{self, JSON_BYTES_MAX, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::fields::Fields;
use crate::multipart::{self, Part};
use crate::negotiate::{JSON, XML, choose};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::{ETAG, LINK, LOCATION};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{LicenseMetadataView, LicenseView};
use app::{IssueRequest, Level, LicenseQuery, SealForm};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use utoipa::{IntoParams, ToSchema};

/// A license to issue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IssueBody {
    /// Code of the license type.
    #[schema(example = "11100000000013338W001")]
    license_type: String,
    /// Field values by key, as the license type asks.
    #[schema(value_type = Object)]
    fields: Fields,
    /// The seal by name or id; the department's seal for this type when absent.
    seal: Option<String>,
    /// The signatures of the file; both when absent.
    form: Option<FormBody>,
    /// What stands beside each signature; that of the service's settings when absent.
    level: Option<LevelBody>,
    /// Ids of the licenses of which it is made (一业一证), each in force; at most 30.
    #[serde(default)]
    parts: Vec<String>,
}

/// How long the signatures can be proven: `b` as long as their certificates last, `t` with a time
/// stamp, `lt` with the certificates and revocation lists of that time, `lta` with a time stamp over
/// all of it.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LevelBody {
    B,
    T,
    Lt,
    Lta,
}

impl From<LevelBody> for Level {
    fn from(level: LevelBody) -> Self {
        match level {
            LevelBody::B => Self::B,
            LevelBody::T => Self::T,
            LevelBody::Lt => Self::Lt,
            LevelBody::Lta => Self::Lta,
        }
    }
}

/// Which signatures the file carries: `pades` (RSA or P-256, read everywhere), `sm2` (GB/T 38540)
/// or `both`.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum FormBody {
    Pades,
    Sm2,
    Both,
}

impl From<FormBody> for SealForm {
    fn from(form: FormBody) -> Self {
        match form {
            FormBody::Pades => Self::Pades,
            FormBody::Sm2 => Self::Sm2,
            FormBody::Both => Self::Both,
        }
    }
}

impl IssueBody {
    fn with(self, document: Option<Vec<u8>>) -> IssueRequest {
        IssueRequest {
            license_type: self.license_type,
            fields: self.fields.0,
            document,
            seal: self.seal,
            form: self.form.map(SealForm::from),
            level: self.level.map(Level::from),
            parts: self.parts,
        }
    }
}

/// The department's own PDF with its fields.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape of the multipart body, for the OpenAPI document")]
pub(crate) struct IssueParts {
    fields: IssueBody,
    /// The PDF.
    #[schema(value_type = String, format = Binary)]
    document: Vec<u8>,
}

/// Permission: a department, for itself. Issues a license: renders it, or takes the department's
/// own PDF, seals it and keeps it.
#[utoipa::path(
    post, path = "/v1/licenses", tag = "licenses", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key issues once")),
    request_body(content((IssueBody = "application/json"), (IssueParts = "multipart/form-data"))),
    responses(
        (status = 201, body = LicenseView, description = "Issued, sealed and stored"),
        (status = 202, body = LicenseView, description =
            "Drawn and kept; a person has to approve it. Its state is PENDING_SEAL, and the member \
             order says how far that is"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let (body, document, held) = with_document::<IssueBody>(&site, &request, payload).await?;
    let asked = body.with(document);
    let issue = move |app: &app::App| {
        // Counted against the budget of uploads until the work is done.
        let _held = held;
        app.issue(&caller.0, key.as_ref(), asked)
    };
    let issued = site.work(Lane::Department, issue).await?;
    fault::at("answer", || Problem::new("internal_error"), || Ok(created(issued)))
}

pub(super) fn created(issued: app::Once<LicenseView>) -> HttpResponse {
    // Until a person has approved it, nothing is sealed.
    let mut response = match issued.value.order {
        Some(_) => HttpResponse::Accepted(),
        None => HttpResponse::Created(),
    };
    response.insert_header((LOCATION, format!("/v1/licenses/{}", issued.value.id)));
    response.insert_header((ETAG, quoted(&issued.value.tag())));
    mark_replayed(&mut response, issued.replayed);
    response.json(issued.value)
}

/// A body as JSON, or as the part `fields` beside the department's own PDF.
pub(super) async fn with_document<T: DeserializeOwned>(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
) -> Result<(T, Option<Vec<u8>>, body::Held), Problem> {
    if body::media_type(request).as_deref() != Some("multipart/form-data") {
        let wanted = "application/json or multipart/form-data";
        let asked: T = body::json(site, request, payload, JSON_BYTES_MAX, wanted).await?;
        return Ok((asked, None, body::Held::default()));
    }
    let document = Part { name: "document", bytes_max: site.settings.file_bytes_max };
    let fields = Part { name: "fields", bytes_max: JSON_BYTES_MAX };
    let mut parts = multipart::read(site, request, payload, &[fields, document]).await?;
    let mut take = |name| parts.remove(name).ok_or_else(|| missing(name));
    let (fields, document) = (take("fields")?, take("document")?);
    let (document, held) = document.into_parts();
    Ok((body::parse_json(&fields.bytes)?, Some(document), held))
}

fn missing(part: &str) -> Problem {
    Problem::malformed(format!("part {part} is missing"))
}

/// Permission: a department, for its own licenses. Who looked, and why, is written down first.
#[utoipa::path(
    get, path = "/v1/licenses/{id}", tag = "licenses", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the license"), ErrandHeaders),
    responses(
        (status = 200, body = LicenseView),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No case number or operator, where they are required"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
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
    let license = site.read(move |app| app.license(&caller.0, &why.0, &id)).await?;
    Ok(json_tagged(&request, &license.tag(), &license))
}

/// Permission: a department, for its own licenses. The sealed file, byte for byte as issued; its
/// entity tag is its SHA-256.
#[utoipa::path(
    get, path = "/v1/licenses/{id}/renditions/original", tag = "licenses",
    security(("key" = [])),
    params(("id" = String, Path, description = "Id of the license"), ErrandHeaders),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn original(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let document = site.read(move |app| app.rendition(&caller.0, &why.0, &id)).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

/// Permission: a department, for its own licenses. The metadata of GB/T 36903: JSON, or XML for
/// whoever accepts it.
#[utoipa::path(
    get, path = "/v1/licenses/{id}/metadata", tag = "licenses", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the license"), ErrandHeaders),
    responses(
        (status = 200, content(
            (LicenseMetadataView = "application/json"),
            (String = "application/xml"),
        )),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn metadata(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let xml = choose(request.headers(), &[JSON, XML]) == Some(XML);
    let show = move |app: &app::App| app.license_metadata_shown(&caller.0, &why.0, &id);
    let metadata = site.read(show).await?;
    Ok(match xml {
        true => HttpResponse::Ok().content_type(XML).body(metadata.to_xml()),
        false => HttpResponse::Ok().json(metadata),
    })
}

/// Which licenses to list. Numbers and names are personal, so they are not for addresses: see
/// `POST /v1/licenses:search`.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParameters {
    /// Only this license type.
    license_type: Option<String>,
    /// Only those in force that end within so many days, 1 to 366: those first that end first.
    ending_within: Option<String>,
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department, for its own licenses, newest first.
#[utoipa::path(
    get, path = "/v1/licenses", tag = "licenses", security(("key" = [])),
    params(ListParameters, ErrandHeaders),
    responses((status = 200, body = List<LicenseView>))
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: ListParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let days = asked.ending_within.as_deref().map(|text| parsed("/ending_within", text));
    let days = ending_within(days.transpose()?)?;
    let link_type = asked.license_type.clone();
    let asked = LicenseQuery {
        license_type: asked.license_type,
        ending_within: days,
        limit: within(limit)?,
        cursor: asked.cursor,
        ..LicenseQuery::default()
    };
    let page = site.read(move |app| app.licenses(&caller.0, &why.0, &asked)).await?;
    let mut response = HttpResponse::Ok();
    if let Some(cursor) = &page.next_cursor {
        response.insert_header((LINK, next_link(cursor, limit, link_type.as_deref(), days)));
    }
    Ok(response.json(List { items: page.items, next_cursor: page.next_cursor }))
}

/// `Link: rel="next"` (RFC 8288).
fn next_link(
    cursor: &str,
    limit: Option<usize>,
    license_type: Option<&str>,
    days: Option<u16>,
) -> String {
    let mut address = format!("/v1/licenses?cursor={}", crate::answer::encoded(cursor));
    if let Some(limit) = limit {
        address.push_str(&format!("&limit={limit}"));
    }
    if let Some(license_type) = license_type {
        address.push_str(&format!("&license_type={}", crate::answer::encoded(license_type)));
    }
    if let Some(days) = days {
        address.push_str(&format!("&ending_within={days}"));
    }
    format!("<{address}>; rel=\"next\"")
}

/// Days until licenses end.
pub(super) fn ending_within(days: Option<u16>) -> Result<Option<u16>, Problem> {
    match days {
        Some(0 | 367..) => Err(Problem::malformed_at("/ending_within", "1 to 366 days")),
        days => Ok(days),
    }
}

/// What to search for; all that is given must fit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchBody {
    /// Only this license type.
    license_type: Option<String>,
    /// Only this license number, in any width of brackets and digits.
    number: Option<String>,
    /// Only this holder, in any width of brackets.
    holder: Option<String>,
    /// Only in this stored state: `PENDING_SEAL`, `ISSUED`, `SUSPENDED`, `REVOKED` or `SUPERSEDED`.
    state: Option<String>,
    /// Only those in force that end within so many days, 1 to 366: those first that end first.
    ending_within: Option<u16>,
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department, among its own licenses. A POST, so that no number or name is in an
/// address.
#[utoipa::path(
    post, path = "/v1/licenses:search", tag = "licenses", security(("key" = [])),
    params(ErrandHeaders), request_body = SearchBody,
    responses((status = 200, body = List<LicenseView>))
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
    let asked: SearchBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let asked = LicenseQuery {
        license_type: asked.license_type,
        number: asked.number,
        holder: asked.holder,
        state: asked.state,
        ending_within: ending_within(asked.ending_within)?,
        limit: within(asked.limit)?,
        cursor: asked.cursor,
    };
    let page = site.read(move |app| app.licenses(&caller.0, &why.0, &asked)).await?;
    Ok(HttpResponse::Ok().json(List { items: page.items, next_cursor: page.next_cursor }))
}
