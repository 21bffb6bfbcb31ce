//! What departments are asked by others about materials of their cases.

use super::{List, NoParameters, done, idempotency_key, query, within};
use crate::answer::parsed;
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::AssistanceRequestView;
use app::{AssistanceQuery, AssistanceSaid};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// Which requests.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AssistanceParameters {
    /// `asked`: what the department is asked (when absent); `asking`: what it asks.
    side: Option<String>,
    /// Only in this state: `open` (also past its last day), `overdue`, `answered`, `withdrawn`.
    state: Option<String>,
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// Permission: a department with the scope `exempt`. What other departments ask it, or what it asks
/// them (`side`), newest first; names of people are masked. A decision whose verdict on a material is
/// `pending_assistance` asks; also told by the events `assistance.requested` and `assistance.answered`.
#[utoipa::path(
    get, path = "/v1/assistance-requests", tag = "assistance", security(("key" = [])),
    params(AssistanceParameters),
    responses(
        (status = 200, body = List<AssistanceRequestView>),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "No side or state of this list, or a cursor that is none of this service"),
    )
)]
pub(crate) async fn list(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked: AssistanceParameters = query(&request)?;
    let limit = asked.limit.as_deref().map(|text| parsed("/limit", text)).transpose()?;
    let asked = AssistanceQuery {
        side: asked.side,
        state: asked.state,
        cursor: asked.cursor,
        limit: within(limit)?,
    };
    let page = site.read(move |app| app.assistance_requests(&caller.0, &asked)).await?;
    Ok(HttpResponse::Ok().json(List { items: page.items, next_cursor: page.next_cursor }))
}

/// Permission: the department that is asked, or that asks, with the scope `exempt`. The one that is
/// asked learns name and code of the applicant as long as the request is open; who looked is written
/// down first.
#[utoipa::path(
    get, path = "/v1/assistance-requests/{id}", tag = "assistance", security(("key" = [])),
    params(ErrandHeaders, ("id" = String, Path, description = "Id of the request")),
    responses(
        (status = 200, body = AssistanceRequestView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or between other departments"),
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
    let read = move |app: &app::App| app.assistance_request(&caller.0, &why.0, &id);
    let view = site.work(Lane::Department, read).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// What a department answers.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct AnswerBody {
    /// `confirmed`: it is so; `denied`: it is not so; `unable`: the department cannot tell.
    #[schema(required)]
    outcome: String,
    /// By what, in words. At most 500 characters.
    #[schema(required)]
    statement: String,
    /// The number of the department's document. At most 100 characters.
    document_number: Option<String>,
    /// The last day (YYYY-MM-DD) for which it says so. It counts for its case alone, and no longer than
    /// a decision does.
    valid_until: Option<String>,
}

impl From<AnswerBody> for AssistanceSaid {
    fn from(body: AnswerBody) -> Self {
        Self {
            outcome: body.outcome,
            statement: body.statement,
            document_number: body.document_number,
            valid_until: body.valid_until,
        }
    }
}

/// Permission: the department that is asked, with the scope `exempt`. Once for each request, also past
/// its last day. The case that asked is decided by the answer when it is decided again.
#[utoipa::path(
    post, path = "/v1/assistance-requests/{id}:answer", tag = "assistance",
    security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key answers once"),
    ),
    request_body = AnswerBody,
    responses(
        (status = 200, body = AssistanceRequestView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or another department is asked"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Answered or withdrawn before; the detail says what is allowed"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "No outcome, no statement, or a day that is past"),
    )
)]
pub(crate) async fn answer(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: AnswerBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let said = AssistanceSaid::from(body);
    let work = move |app: &app::App| app.answer_assistance(&caller.0, key.as_ref(), &id, &said);
    Ok(done(site.work(Lane::Department, work).await?))
}

/// Permission: the department that asks, with the scope `exempt`. It needs no answer any more.
#[utoipa::path(
    post, path = "/v1/assistance-requests/{id}:withdraw", tag = "assistance",
    security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key withdraws once"),
    ),
    responses(
        (status = 200, body = AssistanceRequestView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or another department asks"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Answered or withdrawn before; the detail says what is allowed"),
    )
)]
pub(crate) async fn withdraw(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let work = move |app: &app::App| app.withdraw_assistance(&caller.0, key.as_ref(), &id);
    Ok(done(site.work(Lane::Department, work).await?))
}
