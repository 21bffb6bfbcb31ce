//! Application forms, filled from licenses (免填写).

use super::exemptions::PartyBody;
use super::{NoParameters, public, published, query};
use crate::answer::file;
use crate::body::{self, JSON_BYTES_MAX, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::App;
use app::view::{FormsView, PrefillView};
use app::{FormDocumentAsked, PartyAsked, PrefillAsked};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A form that is to be filled in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PrefillBody {
    /// Its code.
    form: String,
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

impl From<PrefillBody> for PrefillAsked {
    fn from(body: PrefillBody) -> Self {
        Self {
            form: body.form,
            applicant: body.applicant.into(),
            agent: body.agent.map(PartyAsked::from),
            relations: body.relations.into_iter().map(|(key, one)| (key, one.into())).collect(),
            case_no: body.case_no,
        }
    }
}

/// Open to anyone. The forms of the items that are here.
#[utoipa::path(
    get, path = "/v1/forms", tag = "forms",
    responses((status = 200, body = FormsView))
)]
pub(crate) async fn list(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let view = site.read(App::forms).await?;
    Ok(public(&request, &view))
}

/// Open to anyone. A form as a document: its sections and fields, and where the value of each is taken
/// from.
#[utoipa::path(
    get, path = "/v1/forms/{code}", tag = "forms",
    params(("code" = String, Path, description = "Code of the form")),
    responses(
        (status = 200, body = serde_json::Value),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "There is no such form, or its item is not here"),
    )
)]
pub(crate) async fn document(
    site: Data<Site>,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let document = site.read(move |app| app.form_source(&code)).await?;
    Ok(published(&request, document))
}

/// Permission: a department with the scope `exempt`, for its items. The form as far as licenses of those
/// in the case fill it in: only licenses that are in force, verified and the party's own, as for a
/// decision. Each value says where it stands; licenses that say different things are a conflict, and
/// nobody chooses; a field that stays empty says why, and what could not be found out is told as that.
/// Who looked, and why, is written down first. Besides, the
/// verification of each license that is shown is kept.
#[utoipa::path(
    post, path = "/v1/prefill", tag = "forms", security(("key" = [])),
    params(ErrandHeaders),
    request_body = PrefillBody,
    responses(
        (status = 200, body = PrefillView),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "Without the number of a case, where that is required, or with two of them"),
        (status = 403, body = ProblemView, content_type = "application/problem+json",
            description = "Not for the item of this form"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "An unknown form or relation, or a code that is none"),
    )
)]
pub(crate) async fn prefill(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let wanted = "application/json";
    let body: PrefillBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let asked = PrefillAsked::from(body);
    let work = move |app: &App| app.prefill(&caller.0, &why.0, &asked);
    Ok(HttpResponse::Ok().json(site.work(Lane::Department, work).await?))
}

/// A form that is to be drawn.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FormDocumentBody {
    /// Its code.
    form: String,
    /// Who applies.
    applicant: PartyBody,
    /// Who acts for the applicant.
    agent: Option<PartyBody>,
    /// Others whose licenses may count, by their relation to the applicant.
    #[serde(default)]
    relations: BTreeMap<String, PartyBody>,
    /// The number of the case (办件号).
    case_no: String,
    /// What was typed, by field, in the form that license types have for it. A field that is left out is
    /// as licenses say; null leaves it empty. Where licenses say different things a value is needed.
    #[serde(default)]
    values: serde_json::Map<String, serde_json::Value>,
}

impl From<FormDocumentBody> for FormDocumentAsked {
    fn from(body: FormDocumentBody) -> Self {
        let FormDocumentBody { form, applicant, agent, relations, case_no, values } = body;
        let prefill = PrefillBody { form, applicant, agent, relations, case_no };
        Self { prefill: prefill.into(), values }
    }
}

/// Permission: a department with the scope `exempt`, for its items. The form as a PDF (PDF/A-2u): what
/// licenses fill in and what was typed, each marked with where it comes from, and what was typed against
/// a license with what that says. What licenses say is looked up and verified anew, as by `/v1/prefill`:
/// no mark is only claimed. Who looked, and why, is written down first; of
/// the form nothing is kept.
#[utoipa::path(
    post, path = "/v1/form-documents", tag = "forms", security(("key" = [])),
    params(ErrandHeaders),
    request_body = FormDocumentBody,
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 400, body = ProblemView, content_type = "application/problem+json",
            description = "Without the number of a case, where that is required, or with two of them"),
        (status = 403, body = ProblemView, content_type = "application/problem+json",
            description = "Not for the item of this form"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "A field is missing, unknown or unfit, or licenses say different things"),
    )
)]
pub(crate) async fn draw(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let wanted = "application/json";
    let body: FormDocumentBody =
        body::json(&site, &request, payload, JSON_BYTES_MAX, wanted).await?;
    let asked = FormDocumentAsked::from(body);
    let work = move |app: &App| app.form_document(&caller.0, &why.0, &asked);
    let document = site.work(Lane::Department, work).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}
