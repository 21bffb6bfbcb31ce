//! Verification of a file, a code or a license.

use super::{List, NoParameters, idempotency_key, mark_replayed, query};
use crate::answer::{self, moment};
use crate::body::{self, Held, SMALL_BYTES_MAX};
use crate::caller::Anyone;
use crate::multipart::{self, Part};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::CONTENT_LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{ReceiptView, ServiceKeyView, VerificationView};
use app::{Once, VerifyInput};
use serde::Deserialize;
use utoipa::ToSchema;

/// What to verify: exactly one of `code` and `license_id`. Files are sent as multipart.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyBody {
    /// The code printed on a license, or its whole address.
    code: Option<String>,
    /// The id or the GB/T 36904 identifier of a license.
    license_id: Option<String>,
    /// The moment of judgement (RFC 3339); now when absent.
    at: Option<String>,
}

/// A file to verify.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape of the multipart body, for the OpenAPI document")]
pub(crate) struct VerifyParts {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// The moment of judgement (RFC 3339); now when absent.
    at: Option<String>,
}

/// Permission: anyone; without a key limited by address. A finished verification is a 200,
/// whatever its outcome.
#[utoipa::path(
    post, path = "/v1/verifications", tag = "verification", security((), ("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key verifies once")),
    request_body(content((VerifyParts = "multipart/form-data"), (VerifyBody = "application/json"))),
    responses(
        (status = 200, body = VerificationView, description = "VALID, INVALID or INDETERMINATE"),
        (status = "4XX", body = ProblemView, content_type = "application/problem+json",
            description = "The request itself is wrong; says nothing about the license"),
    )
)]
pub(crate) async fn verify(
    site: Data<Site>,
    caller: Anyone,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let lane = if caller.0.is_some() { Lane::Department } else { Lane::Public };
    if lane == Lane::Public {
        site.admit(&request)?;
    }
    let (input, held) = verify_input(&site, &request, payload).await?;
    let caller = caller.0.unwrap_or(app::Caller::Anonymous);
    let lane = match &input {
        VerifyInput::Code { at: None, .. } | VerifyInput::License { at: None, .. }
            if lane == Lane::Department && key.is_none() && site.app.verifies_from_memory() =>
        {
            Lane::Question
        }
        _ => lane,
    };
    let verify = move |app: &app::App| {
        let _held = held;
        app.verify_once(&caller, key.as_ref(), input)
    };
    let Once { value: view, replayed } = site.work(lane, verify).await?;
    let mut response = HttpResponse::Ok();
    mark_replayed(&mut response, replayed);
    if let Some(id) = &view.id {
        response.insert_header((CONTENT_LOCATION, format!("/v1/verifications/{id}")));
    }
    Ok(response.json(view))
}

/// Has the input judged; the upload is counted until that is done.
pub(crate) async fn judge(
    site: &Site,
    lane: Lane,
    input: VerifyInput,
    held: Held,
) -> Result<VerificationView, Problem> {
    let verify = move |app: &app::App| {
        let _held = held;
        app.verify(input)
    };
    site.work(lane, verify).await
}

async fn verify_input(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
) -> Result<(VerifyInput, Held), Problem> {
    if body::media_type(request).as_deref() != Some("multipart/form-data") {
        let wanted = "multipart/form-data or application/json";
        let body: VerifyBody = body::json(site, request, payload, SMALL_BYTES_MAX, wanted).await?;
        return Ok((one_of(body)?, Held::default()));
    }
    let file = Part { name: "file", bytes_max: site.settings.file_bytes_max };
    let text = |name| Part { name, bytes_max: SMALL_BYTES_MAX };
    let wanted = [file, text("at"), text("code"), text("license_id")];
    let mut parts = multipart::read(site, request, payload, &wanted).await?;
    if parts.contains_key("code") || parts.contains_key("license_id") {
        return Err(ambiguous("with a file, code and license_id are left out"));
    }
    let at = parts.remove("at").map(|at| moment("/at", at.text()?.trim())).transpose()?;
    let file = parts.remove("file").ok_or_else(|| ambiguous("part file is missing"))?;
    let (bytes, held) = file.into_parts();
    Ok((VerifyInput::File { bytes, at }, held))
}

fn one_of(body: VerifyBody) -> Result<VerifyInput, Problem> {
    let at = body.at.as_deref().map(|at| moment("/at", at.trim())).transpose()?;
    match (body.code, body.license_id) {
        (Some(text), None) => Ok(VerifyInput::Code { text, at }),
        (None, Some(id)) => Ok(VerifyInput::License { id, at }),
        (None, None) => Err(ambiguous("give a file, a code or a license_id")),
        (Some(_), Some(_)) => Err(ambiguous("give either code or license_id")),
    }
}

fn ambiguous(detail: &str) -> Problem {
    Problem::new("ambiguous_input").detail(detail)
}

/// Permission: anyone who has the id; ids cannot be guessed.
#[utoipa::path(
    get, path = "/v1/verifications/{id}", tag = "verification",
    params(("id" = String, Path, description = "Id of the verification")),
    responses(
        (status = 200, body = VerificationView),
        (status = 404, body = ProblemView, content_type = "application/problem+json"),
    )
)]
pub(crate) async fn read(
    site: Data<Site>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let view = site.read(move |app| app.verification(&id)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Permission: anyone who has the id. Signed once: it is the same bytes whenever it is asked for,
/// and can be checked without this service (`yinzheng receipt verify`). A signed document is
/// `{"payload": …, "signature": {"algorithm", "certificates", "value"}}`; the payload is a
/// `ReceiptView` with a `type`, signed as canonical JSON (RFC 8785).
#[utoipa::path(
    get, path = "/v1/verifications/{id}/receipt", tag = "verification",
    params(("id" = String, Path, description = "Id of the verification")),
    responses(
        (status = 200, body = ReceiptView, description = "The payload; see above for its frame"),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Not known, or no longer kept"),
    )
)]
pub(crate) async fn receipt(
    site: Data<Site>,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let receipt = site.work(Lane::Public, move |app| app.receipt(&id)).await?;
    Ok(answer::file(&request, HttpResponse::Ok(), receipt))
}

/// Permission: anyone. The public keys of this service's receipts, for whoever checks them.
#[utoipa::path(
    get, path = "/v1/receipt-keys", tag = "verification",
    responses((status = 200, body = List<ServiceKeyView>))
)]
pub(crate) async fn receipt_keys(
    site: Data<Site>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let items = site.work(Lane::Public, |app| app.receipt_keys()).await?;
    Ok(HttpResponse::Ok().json(List { items, next_cursor: None }))
}
