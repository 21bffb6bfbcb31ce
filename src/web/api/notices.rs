//! Notices of a case under a seal (免用实物印章): issued one by one or many at once, withdrawn, replaced.

use super::licenses::FormBody;
use super::{List, NoParameters, done, idempotency_key, mark_replayed, query, within};
use crate::answer::{file, parsed};
use crate::body::{self, JSON_BYTES_MAX, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::fields::Fields;
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{LicenseMoveView, NoticeBulkView, NoticeView};
use app::{NoticeAsked, NoticeBulkAsked, NoticeQuery, SealForm};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Whom a notice is for.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticePartyBody {
    /// The name.
    name: String,
    /// Citizen identity number or social credit code; not printed.
    code: Option<String>,
}

/// A notice to issue.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeBody {
    /// `acceptance` (受理通知单), `corrections` (材料补正清单), `one_time` (一次性告知单), `completion`
    /// (办结通知单), `refusal` (不予受理决定书) or `approval` (准予行政许可决定书).
    kind: String,
    /// The case; that of the decision when absent.
    case_no: Option<String>,
    /// Whom it is for; needed unless the decision is about an organization.
    party: Option<NoticePartyBody>,
    /// Code of the service item, whose name is filled in; instead of it `fields.item` may name one.
    item: Option<String>,
    /// Id of a decision about what need not be handed in: its case, items and party are filled in, and of
    /// a one-time notice its materials and last day.
    decision_id: Option<String>,
    /// Its number; the next one of its kind in the case when absent.
    number: Option<String>,
    /// Materials, each a line that is numbered.
    #[serde(default)]
    materials: Vec<String>,
    /// What else it says, by the keys of its license type, such as `applied_on`, `due`, `basis`, `body`,
    /// `contact`; `issue_date` is today when absent.
    #[schema(value_type = Object)]
    #[serde(default)]
    fields: Fields,
    /// The seal by name or id; the department's seal for this kind when absent.
    seal: Option<String>,
    /// Which signatures the file carries; what the seal can when absent.
    form: Option<FormBody>,
}

impl From<NoticeBody> for NoticeAsked {
    fn from(body: NoticeBody) -> Self {
        let (party, party_code) = body.party.map_or((None, None), |one| (Some(one.name), one.code));
        Self {
            kind: body.kind,
            case_no: body.case_no,
            party,
            party_code,
            item: body.item,
            decision: body.decision_id,
            number: body.number,
            materials: body.materials,
            fields: body.fields.0,
            seal: body.seal,
            form: body.form.map(SealForm::from),
        }
    }
}

/// Permission: a department, for itself. Issues a notice of a case: drawn by the type of its kind, sealed,
/// kept in the register as a license is, and checked by file or by its printed code like one. Who follows
/// licenses is told by `license.issued`.
#[utoipa::path(
    post, path = "/v1/notices", tag = "notices", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key issues once")),
    request_body = NoticeBody,
    responses(
        (status = 201, body = NoticeView, description = "Issued, sealed and stored"),
        (status = 202, body = NoticeView, description =
            "Drawn and kept; a person has to approve it"),
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
    let wanted = "application/json";
    let body: NoticeBody = body::json(&site, &request, payload, JSON_BYTES_MAX, wanted).await?;
    let asked = NoticeAsked::from(body);
    let issue = move |app: &app::App| app.issue_notice(&caller.0, key.as_ref(), &asked);
    Ok(created(site.work(Lane::Department, issue).await?))
}

fn created(issued: app::Once<NoticeView>) -> HttpResponse {
    let mut response = match issued.value.order {
        Some(_) => HttpResponse::Accepted(),
        None => HttpResponse::Created(),
    };
    response.insert_header((LOCATION, format!("/v1/notices/{}", issued.value.id)));
    mark_replayed(&mut response, issued.replayed);
    response.json(issued.value)
}

/// Many notices.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticesBody {
    /// 1 to 50, each as `POST /v1/notices` takes it.
    notices: Vec<NoticeBody>,
    /// Only say what would become of each.
    #[serde(default)]
    dry_run: bool,
}

/// Permission: a department, for itself. Each notice for itself: one that is refused does not keep the
/// others, and the answer is 200 with a row for each. Repeated under the same key, also after an
/// interruption, nothing is issued twice. For thousands from a file see `POST /v1/ingest-batches`, with
/// the license type of the kind.
#[utoipa::path(
    post, path = "/v1/notices:bulk-issue", tag = "notices", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key issues each once")),
    request_body = NoticesBody,
    responses(
        (status = 200, body = NoticeBulkView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn issue_many(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: NoticesBody = body::json(&site, &request, payload, JSON_BYTES_MAX, wanted).await?;
    let notices = body.notices.into_iter().map(NoticeAsked::from).collect();
    let asked = NoticeBulkAsked { notices, dry_run: body.dry_run };
    let work = move |app: &app::App| app.issue_notices(&caller.0, key.as_ref(), &asked);
    Ok(done(site.work(Lane::Department, work).await?))
}

/// Which notices to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct NoticeParameters {
    /// Only of this kind.
    kind: Option<String>,
    /// Only of this case.
    case_no: Option<String>,
    /// Only in this stored state: `PENDING_SEAL`, `ISSUED`, `REVOKED` or `SUPERSEDED`.
    state: Option<String>,
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department, for its own notices, newest first. Who looked, and why, is written down
/// first.
#[utoipa::path(
    get, path = "/v1/notices", tag = "notices", security(("key" = [])),
    params(NoticeParameters, ErrandHeaders),
    responses(
        (status = 200, body = List<NoticeView>),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No kind or state of these, or a cursor that is none of this service"),
    )
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: NoticeParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let asked = NoticeQuery {
        kind: asked.kind,
        case_no: asked.case_no,
        state: asked.state,
        cursor: asked.cursor,
        limit: within(limit)?,
    };
    let page = site.read(move |app| app.notices(&caller.0, &why.0, &asked)).await?;
    Ok(HttpResponse::Ok().json(List { items: page.items, next_cursor: page.next_cursor }))
}

/// Permission: a department, for its own notices. Who looked, and why, is written down first.
#[utoipa::path(
    get, path = "/v1/notices/{id}", tag = "notices", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the notice"), ErrandHeaders),
    responses(
        (status = 200, body = NoticeView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, of another department, or a license that is no notice"),
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
    let notice = site.read(move |app| app.notice(&caller.0, &why.0, &id)).await?;
    Ok(HttpResponse::Ok().json(notice))
}

/// Permission: a department, for its own notices. The sealed file, byte for byte as issued.
#[utoipa::path(
    get, path = "/v1/notices/{id}/document", tag = "notices", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the notice"), ErrandHeaders),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
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
    let document = site.read(move |app| app.notice_document(&caller.0, &why.0, &id)).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

/// Why a notice is withdrawn.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct WithdrawNoticeBody {
    /// In words; at most 200 characters.
    #[schema(required)]
    reason: String,
    /// The number of the decision, where there is one; that of the notice when absent.
    legal_document: Option<String>,
}

/// Permission: a department, for its own notices. It is not valid any more, for whoever asks by file or
/// by code. Who follows licenses is told by `license.revoked`.
#[utoipa::path(
    post, path = "/v1/notices/{id}:withdraw", tag = "notices", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the notice"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key withdraws once"),
    ),
    request_body = WithdrawNoticeBody,
    responses(
        (status = 200, body = LicenseMoveView),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn withdraw(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: WithdrawNoticeBody =
        body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let work = move |app: &app::App| {
        let why = (body.reason.as_str(), body.legal_document.as_deref());
        app.withdraw_notice(&caller.0, key.as_ref(), &id, why)
    };
    Ok(done(site.work(Lane::Department, work).await?))
}

/// What a notice says instead.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReplaceNoticeBody {
    /// What is another than before, by the keys of its license type; null leaves a field out.
    #[schema(value_type = Object, required)]
    fields: Fields,
    /// Why, in words; at most 200 characters.
    #[schema(required)]
    reason: String,
}

/// Permission: a department, for its own notices. Issues the notice that takes the place of this one, which
/// is not valid from then on.
#[utoipa::path(
    post, path = "/v1/notices/{id}:replace", tag = "notices", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the notice"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key replaces once"),
        ErrandHeaders,
    ),
    request_body = ReplaceNoticeBody,
    responses(
        (status = 201, body = NoticeView, description = "The notice that took the place"),
        (status = 202, body = NoticeView, description =
            "Drawn and kept; a person has to approve it"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn replace(
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
    let body: ReplaceNoticeBody =
        body::json(&site, &request, payload, JSON_BYTES_MAX, wanted).await?;
    let work = move |app: &app::App| {
        let instead = (&body.fields.0, body.reason.as_str());
        app.replace_notice(&caller.0, &why.0, key.as_ref(), &id, instead)
    };
    Ok(created(site.work(Lane::Department, work).await?))
}
