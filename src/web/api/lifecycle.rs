//! What happens to a department's licenses after they were issued.

use super::licenses::{FormBody, LevelBody, created, with_document};
use super::{NoParameters, idempotency_key, mark_replayed, query};
use crate::answer::{if_match, json_tagged, moment, quoted};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::fields::Fields;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::ETAG;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{LicenseHistoryView, LicenseMoveView, LicenseView};
use app::{LicenseMove, MoveRequest, SuccessionKind, SuccessionRequest};
use serde::Deserialize;
use utoipa::ToSchema;

/// A suspension, or its end.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MoveBody {
    /// Why, in words; a suspension needs it. At most 200 characters.
    note: Option<String>,
    /// The number of the decision. At most 100 characters.
    legal_document: Option<String>,
    /// Since when it counts (RFC 3339), not in the future; from now on when absent.
    effective_at: Option<String>,
}

/// A revocation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RevokeBody {
    /// `cancelled` (注销), `annulled` (撤销), `withdrawn` (撤回), `stripped` (吊销), `lost` (作废) or
    /// `issued_in_error` (错发).
    reason: Option<String>,
    /// The number of the decision, which is needed. At most 100 characters.
    legal_document: Option<String>,
    /// Why, in words. At most 200 characters.
    note: Option<String>,
    /// Since when it counts (RFC 3339), not in the future; from now on when absent.
    effective_at: Option<String>,
    /// Of `issued_in_error`: id of the license that is right.
    corrected_license: Option<String>,
}

impl MoveBody {
    fn request(self, act: LicenseMove) -> Result<MoveRequest, Problem> {
        Ok(MoveRequest {
            act,
            reason: None,
            legal_document: self.legal_document,
            note: self.note,
            effective_at: effective(self.effective_at)?,
            corrected: None,
        })
    }
}

impl RevokeBody {
    fn request(self) -> Result<MoveRequest, Problem> {
        Ok(MoveRequest {
            act: LicenseMove::Revoke,
            reason: self.reason,
            legal_document: self.legal_document,
            note: self.note,
            effective_at: effective(self.effective_at)?,
            corrected: self.corrected_license,
        })
    }
}

pub(super) fn effective(text: Option<String>) -> Result<Option<time::OffsetDateTime>, Problem> {
    text.map(|text| moment("/effective_at", text.trim())).transpose()
}

/// Permission: a department, for its own licenses. Not to be relied on for the time being.
#[utoipa::path(
    post, path = "/v1/licenses/{id}:suspend", tag = "licenses", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the license"),
        ("If-Match" = String, Header, description = "ETag of the license as it was read, or *"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key changes once"),
    ),
    request_body = MoveBody,
    responses(
        (status = 200, body = LicenseMoveView),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Its state does not allow it; the member allowed says what it does"),
        (status = 412, body = ProblemView, content_type = "application/problem+json",
            description = "Changed since it was read"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn suspend(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body: MoveBody = read(&site, &request, payload).await?;
    act(&site, caller, id, &request, body.request(LicenseMove::Suspend)?).await
}

/// Permission: a department, for its own licenses. A suspension ends.
#[utoipa::path(
    post, path = "/v1/licenses/{id}:resume", tag = "licenses", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the license"),
        ("If-Match" = String, Header, description = "ETag of the license as it was read, or *"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key changes once"),
    ),
    request_body = MoveBody,
    responses(
        (status = 200, body = LicenseMoveView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn resume(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body: MoveBody = read(&site, &request, payload).await?;
    act(&site, caller, id, &request, body.request(LicenseMove::Resume)?).await
}

/// Permission: a department, for its own licenses. A license ends for good; when it takes effect
/// may be before it is recorded.
#[utoipa::path(
    post, path = "/v1/licenses/{id}:revoke", tag = "licenses", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the license"),
        ("If-Match" = String, Header, description = "ETag of the license as it was read, or *"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key changes once"),
    ),
    request_body = RevokeBody,
    responses(
        (status = 200, body = LicenseMoveView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn revoke(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let body: RevokeBody = read(&site, &request, payload).await?;
    act(&site, caller, id, &request, body.request()?).await
}

async fn read<T: serde::de::DeserializeOwned>(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
) -> Result<T, Problem> {
    let NoParameters {} = query(request)?;
    body::json(site, request, payload, SMALL_BYTES_MAX, "application/json").await
}

async fn act(
    site: &Site,
    caller: Caller,
    id: Path<String>,
    request: &HttpRequest,
    asked: MoveRequest,
) -> Result<HttpResponse, Problem> {
    let (key, seen) = (idempotency_key(request)?, if_match(request)?);
    let work = move |app: &app::App| app.license_move(&caller.0, key.as_ref(), &id, &seen, &asked);
    let done = site.work(Lane::Department, work).await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((ETAG, quoted(&done.value.tag())));
    mark_replayed(&mut response, done.replayed);
    Ok(response.json(done.value))
}

/// A license that is to take the place of another.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SuccessionBody {
    /// What is another than before, by key; null leaves a field out. A renewal needs its dates anew,
    /// and changes nothing else but the number.
    #[schema(value_type = Object)]
    #[serde(default)]
    fields: Fields,
    /// The number of the decision. At most 100 characters.
    legal_document: Option<String>,
    /// Why, in words. At most 200 characters.
    note: Option<String>,
    /// Of a change of a license that is made of others (一业一证): of which from now on; of the same
    /// when absent.
    parts: Option<Vec<String>>,
    /// Of a renewal: `confirmation` of `GET /v1/licenses/{id}/renewal`, as it was shown. Then dates
    /// that are not in `fields` are those that were suggested, and If-Match may be left out.
    confirmed: Option<String>,
    /// The seal by name or id; the department's seal for this type when absent.
    seal: Option<String>,
    /// The signatures of the file; both when absent.
    form: Option<FormBody>,
    /// What stands beside each signature; that of the service's settings when absent.
    level: Option<LevelBody>,
}

/// The department's own PDF with what is another than before.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape of the multipart body, for the OpenAPI document")]
pub(crate) struct SuccessionParts {
    fields: SuccessionBody,
    /// The PDF.
    #[schema(value_type = String, format = Binary)]
    document: Vec<u8>,
}

impl SuccessionBody {
    fn request(self, kind: SuccessionKind, document: Option<Vec<u8>>) -> SuccessionRequest {
        SuccessionRequest {
            kind,
            fields: self.fields.0,
            document,
            seal: self.seal,
            form: self.form.map(Into::into),
            level: self.level.map(Into::into),
            legal_document: self.legal_document,
            note: self.note,
            parts: self.parts.filter(|_| kind == SuccessionKind::Change),
            confirmed: self.confirmed,
        }
    }
}

/// Permission: a department, for its own licenses. Another license with the same content for another
/// period, sealed anew; the one before is superseded when it is issued.
#[utoipa::path(
    post, path = "/v1/licenses/{id}:renew", tag = "licenses", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the license"),
        ("If-Match" = String, Header, description = "ETag of the license as it was read, or *"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key renews once"),
        ErrandHeaders,
    ),
    request_body(content(
        (SuccessionBody = "application/json"), (SuccessionParts = "multipart/form-data"),
    )),
    responses(
        (status = 201, body = LicenseView, description = "Issued; the one before is superseded"),
        (status = 202, body = LicenseView, description =
            "A person has to approve it; until then the one before stays in force"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "The state of the license does not allow it, or one is under way"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn renew(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    succeed(&site, (caller, why), id, &request, payload, SuccessionKind::Renewal).await
}

/// Permission: a department, for its own licenses. Another license with another content, sealed
/// anew; the one before is superseded when it is issued.
#[utoipa::path(
    post, path = "/v1/licenses/{id}:change", tag = "licenses", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the license"),
        ("If-Match" = String, Header, description = "ETag of the license as it was read, or *"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key changes once"),
        ErrandHeaders,
    ),
    request_body(content(
        (SuccessionBody = "application/json"), (SuccessionParts = "multipart/form-data"),
    )),
    responses(
        (status = 201, body = LicenseView, description = "Issued; the one before is superseded"),
        (status = 202, body = LicenseView, description =
            "A person has to approve it; until then the one before stays in force"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "The state of the license does not allow it, or one is under way"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn change(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    succeed(&site, (caller, why), id, &request, payload, SuccessionKind::Change).await
}

async fn succeed(
    site: &Site,
    (caller, why): (Caller, Why),
    id: Path<String>,
    request: &HttpRequest,
    payload: Payload,
    kind: SuccessionKind,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(request)?;
    let (key, seen) = (idempotency_key(request)?, if_match(request)?);
    let (body, document, held) = with_document::<SuccessionBody>(site, request, payload).await?;
    let asked = body.request(kind, document);
    let work = move |app: &app::App| {
        // Counted against the budget of uploads until the work is done.
        let _held = held;
        app.license_succeed(&caller.0, &why.0, key.as_ref(), &id, &seen, asked)
    };
    Ok(created(site.work(Lane::Department, work).await?))
}

/// Permission: a department, for its own licenses. Every change with its reason, and since when it
/// counts; who looked, and why, is written down first.
#[utoipa::path(
    get, path = "/v1/licenses/{id}/history", tag = "licenses", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the license"), ErrandHeaders),
    responses(
        (status = 200, body = LicenseHistoryView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn history(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let history = site.read(move |app| app.license_history(&caller.0, &why.0, &id)).await?;
    Ok(json_tagged(&request, &history.tag(), &history))
}
