//! What applicants need not hand in, and who relied on licenses for it.

use super::{List, NoParameters, idempotency_key, mark_replayed, query, within};
use crate::answer::{file, parsed};
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{ExemptionDecisionView, MarkedCopyView, ReliedLicenseView};
use app::{ExemptionAsked, ItemAsked, Once, PartyAsked, RelianceQuery};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// An item that is applied for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemBody {
    /// Its code.
    code: String,
    /// Its version; the newest when absent.
    version: Option<u32>,
    /// Answers to its questions, by key; they go before those for all items.
    #[serde(default)]
    answers: BTreeMap<String, String>,
}

/// Somebody in an application.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PartyBody {
    /// The name.
    name: String,
    /// Citizen number, social credit code, or another code.
    code: String,
    /// `person` or `organization`; needed where the code is neither of the first two.
    kind: Option<String>,
}

/// A question what need not be handed in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ExemptionBody {
    /// 1 to 20 items; what several ask for is one line of the answer.
    items: Vec<ItemBody>,
    /// Answers that count for all items, by the key of the question.
    #[serde(default)]
    answers: BTreeMap<String, String>,
    /// Who applies.
    applicant: PartyBody,
    /// Who acts for the applicant.
    agent: Option<PartyBody>,
    /// Others whose licenses may count, by their relation to the applicant, such as `spouse`. A
    /// relation is proved by a license or counts for nothing.
    #[serde(default)]
    relations: BTreeMap<String, PartyBody>,
    /// The number of the case (办件号).
    case_no: String,
}

impl From<PartyBody> for PartyAsked {
    fn from(body: PartyBody) -> Self {
        Self { name: body.name, code: body.code, kind: body.kind }
    }
}

impl From<ExemptionBody> for ExemptionAsked {
    fn from(body: ExemptionBody) -> Self {
        let item = |one: ItemBody| ItemAsked {
            code: one.code,
            version: one.version,
            answers: one.answers,
        };
        Self {
            items: body.items.into_iter().map(item).collect(),
            answers: body.answers,
            applicant: body.applicant.into(),
            agent: body.agent.map(PartyAsked::from),
            relations: body.relations.into_iter().map(|(key, one)| (key, one.into())).collect(),
            case_no: body.case_no,
        }
    }
}

/// Permission: a department with the scope `exempt`, for its items. Says for each material whether it
/// need not be handed in, why, by which licenses, and until when: licenses of the applicant are looked
/// for in the register and verified as by their id. What could not be found out is told as that and
/// never as "there is none". Who looked, and why, is written down first; who relied on what is
/// recorded, and told when a license changes.
#[utoipa::path(
    post, path = "/v1/exemption-decisions", tag = "exemptions", security(("key" = [])),
    params(
        ErrandHeaders,
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key decides once"),
    ),
    request_body = ExemptionBody,
    responses(
        (status = 201, body = ExemptionDecisionView),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "Without the number of a case, where that is required, or with two of them"),
        (status = 403, body = ProblemView, content_type = "application/problem+json",
            description = "Not for this item"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "An unknown item, question, answer or relation, or a code that is none"),
    )
)]
pub(crate) async fn decide(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: ExemptionBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let asked = ExemptionAsked::from(body);
    let decide =
        move |app: &app::App| app.decide_exemption(&caller.0, &why.0, key.as_ref(), &asked);
    let Once { value, replayed } = site.work(Lane::Department, decide).await?;
    let mut response = HttpResponse::Created();
    mark_replayed(&mut response, replayed);
    response.insert_header((LOCATION, format!("/v1/exemption-decisions/{}", value.id)));
    Ok(response.json(value))
}

/// Permission: a department, for its own decisions. As it was answered, without what only licenses
/// say.
#[utoipa::path(
    get, path = "/v1/exemption-decisions/{id}", tag = "exemptions", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the decision")),
    responses(
        (status = 200, body = ExemptionDecisionView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let view = site.read(move |app| app.exemption_decision(&caller.0, &id)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Permission: a department, for its own decisions and the items that its client serves. One sealed
/// file with the verdicts, and of each license that was relied on the receipt of its verification, the
/// proof of the log and a marked copy (加注件); its manifest (`BundleManifestView`) is signed. Anyone
/// checks it without this service: `yinzheng verify`. Made when it is first asked for, and the same
/// bytes from then on. Who looked, and why, is written down first.
#[utoipa::path(
    get, path = "/v1/exemption-decisions/{id}/bundle", tag = "exemptions", security(("key" = [])),
    params(ErrandHeaders, ("id" = String, Path, description = "Id of the decision")),
    responses(
        (status = 200, content_type = "application/zip", body = Vec<u8>),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Past its last day, or a license changed, before there was a bundle"),
        (status = 503, body = ProblemView, content_type = "application/problem+json",
            description = "A key is away, or none is certified for marked copies"),
    )
)]
pub(crate) async fn bundle(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let make = move |app: &app::App| app.proof_bundle(&caller.0, &why.0, &id);
    let bundle = site.work(Lane::Department, make).await?;
    Ok(file(&request, HttpResponse::Ok(), bundle))
}

/// Permission: a department, for its own decisions and the items that its client serves. A PDF with
/// the pages of the license as they are and what they may be used for: for whom, for which item and
/// case, until when. Sealed by the service in its own name; the license file stays as it is. Who
/// looked, and why, is written down first.
#[utoipa::path(
    get, path = "/v1/exemption-decisions/{id}/copies/{license}", tag = "exemptions",
    security(("key" = [])),
    params(
        ErrandHeaders,
        ("id" = String, Path, description = "Id of the decision"),
        ("license" = String, Path, description = "Id of a license that it relied on"),
    ),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, of another department, or not relied on"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Past its last day, or the license changed since"),
        (status = 503, body = ProblemView, content_type = "application/problem+json",
            description = "A key is away, or none is certified for marked copies"),
    )
)]
pub(crate) async fn copy(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    named: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let make = move |app: &app::App| app.marked_copy(&caller.0, &why.0, &named.0, &named.1);
    let copy = site.work(Lane::Department, make).await?;
    Ok(file(&request, HttpResponse::Ok(), copy))
}

/// Permission: the department that issued the license, or that had the copy made. By the identifier
/// inside a marked copy: for whom, by whom and for which case it was made.
#[utoipa::path(
    get, path = "/v1/marked-copies/{id}", tag = "exemptions", security(("key" = [])),
    params(("id" = String, Path, description = "32 hexadecimal digits, as on the copy and in it")),
    responses(
        (status = 200, body = MarkedCopyView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or neither issued nor made by the department"),
    )
)]
pub(crate) async fn trace(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let view = site.read(move |app| app.marked_copy_trace(&caller.0, &id)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Which reliances.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RelianceParameters {
    /// Only changes that were noticed since (RFC 3339).
    changed_since: Option<String>,
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department, for its own decisions. Licenses that it relied on and that were
/// suspended, resumed, revoked or superseded since, in the order in which that was noticed; also told
/// by the event `reliance.changed`.
#[utoipa::path(
    get, path = "/v1/reliances", tag = "exemptions", security(("key" = [])),
    params(RelianceParameters),
    responses(
        (status = 200, body = List<ReliedLicenseView>),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No instant, or a cursor that is none of this service"),
    )
)]
pub(crate) async fn reliances(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: RelianceParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let asked = RelianceQuery {
        changed_since: asked.changed_since,
        cursor: asked.cursor,
        limit: within(limit)?,
    };
    let page = site.read(move |app| app.reliances(&caller.0, &asked)).await?;
    Ok(HttpResponse::Ok().json(List { items: page.items, next_cursor: page.next_cursor }))
}
