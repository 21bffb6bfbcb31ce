//! Documents that applicants sign with a key of their own.

use super::licenses::with_document;
use super::{NoParameters, done, idempotency_key, mark_replayed, query};
use crate::answer::file;
use crate::body::{self, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{PreparedSigningView, SigningRequestView};
use app::{CountersignAsked, Once, Place, SealForm, SignatureSaid, SigningAsked, SigningPlace};
use serde::Deserialize;
use utoipa::ToSchema;

/// Width and height of the box where nothing else is said, in mm.
const BOX_MM: (f64, f64) = (50.0, 18.0);

/// Where a signature is shown: in `field`, or at `page`, `x_mm` and `y_mm`.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlacementBody {
    /// Full name of an empty signature field of the document.
    field: Option<String>,
    /// Page, from 1.
    page: Option<usize>,
    /// Left edge of the box, from the left edge of the page.
    x_mm: Option<f64>,
    /// Upper edge of the box, from the top of the page.
    y_mm: Option<f64>,
    /// Width of the box; 50 when absent.
    width_mm: Option<f64>,
    /// Height of the box; 18 when absent.
    height_mm: Option<f64>,
}

impl PlacementBody {
    fn place(self) -> Result<SigningPlace, Problem> {
        let one_way = || Problem::malformed_at("/placement", "field, or page with x_mm and y_mm");
        match (self.field, self.page, self.x_mm, self.y_mm) {
            (Some(field), None, None, None) => Ok(SigningPlace::Field(field)),
            (None, Some(page), Some(x), Some(y)) => {
                let width = self.width_mm.unwrap_or(BOX_MM.0);
                let height = self.height_mm.unwrap_or(BOX_MM.1);
                Ok(SigningPlace::At(page, [x, y, width, height]))
            }
            _ => Err(one_way()),
        }
    }
}

/// Who is to sign, for which case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SigningBody {
    /// The number of the case (办件号).
    case_no: String,
    /// Code of the service item.
    item: Option<String>,
    /// The signer's certificate, and those above it as far as they are at hand: PEM, the signer's
    /// first; or the signer's alone as base64 of DER.
    certificate: String,
    /// `rsa-pss-sha256` for an RSA key that is to sign so; what is usual for the key when absent.
    algorithm: Option<String>,
    /// Where the signature is shown; lower right of the last page when absent.
    placement: Option<PlacementBody>,
}

/// The document with who is to sign it.
#[derive(ToSchema)]
#[allow(dead_code, reason = "the shape of the multipart body, for the OpenAPI document")]
pub(crate) struct SigningParts {
    fields: SigningBody,
    /// The PDF.
    #[schema(value_type = String, format = Binary)]
    document: Vec<u8>,
}

/// Permission: a department with the scope `exempt`. Prepares a document for the signature of somebody
/// with a key of their own: the service never has that key. The certificate leads to an anchor of this
/// service and is in force; the document is one that could be sealed. The answer alone has the token.
#[utoipa::path(
    post, path = "/v1/signing-requests", tag = "signing", security(("key" = [])),
    params(("Idempotency-Key" = Option<String>, Header, description =
        "1 to 128 visible characters; repeating the request with the same key prepares once")),
    request_body(content((SigningParts = "multipart/form-data"))),
    responses(
        (status = 201, body = PreparedSigningView),
        (status = 415, body = ProblemView, content_type = "application/problem+json",
            description = "The document is no PDF"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "A certificate that does not count, or a document that is not signed"),
    )
)]
pub(crate) async fn prepare(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let (body, document, held) = with_document::<SigningBody>(&site, &request, payload).await?;
    let document = document.ok_or_else(|| Problem::malformed("part document is missing"))?;
    let place = body.placement.map(PlacementBody::place).transpose()?.unwrap_or_default();
    let asked = SigningAsked {
        document,
        case_no: body.case_no,
        item: body.item,
        certificate: body.certificate,
        algorithm: body.algorithm,
        place,
    };
    let prepare = move |app: &app::App| {
        // Counted against the budget of uploads until the work is done.
        let _held = held;
        app.prepare_signing(&caller.0, key.as_ref(), &asked)
    };
    let Once { value, replayed } = site.work(Lane::Department, prepare).await?;
    let mut response = HttpResponse::Created();
    mark_replayed(&mut response, replayed);
    response.insert_header((LOCATION, format!("/v1/signing-requests/{}", value.id)));
    Ok(response.json(value))
}

/// Permission: the department that asked, with the scope `exempt`. How far it is; the signer's name is
/// masked.
#[utoipa::path(
    get, path = "/v1/signing-requests/{id}", tag = "signing", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the request")),
    responses(
        (status = 200, body = SigningRequestView),
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
    let view = site.read(move |app| app.signing_request(&caller.0, &id)).await?;
    Ok(HttpResponse::Ok().json(view))
}

/// Permission: the department that asked, with the scope `exempt`. The document as it waits, then with
/// the signature, then with the seal below it. Who looked is written down first.
#[utoipa::path(
    get, path = "/v1/signing-requests/{id}/document", tag = "signing", security(("key" = [])),
    params(("id" = String, Path, description = "Id of the request"), ErrandHeaders),
    responses(
        (status = 200, content_type = "application/pdf", body = Vec<u8>),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, of another department, or ended without a signature"),
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
    let read = move |app: &app::App| app.signing_document(&caller.0, &why.0, &id);
    let document = site.work(Lane::Department, read).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

/// A signature that was made elsewhere.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct SignatureBody {
    /// The token of the request.
    #[schema(required)]
    token: String,
    /// The signature value over `to_be_signed`, in base64: DER, or r‖s, for SM2 and ECDSA; the block
    /// for RSA.
    #[schema(required)]
    signature: String,
    /// The digest that was signed, in hexadecimal; another than was given out is refused.
    digest: Option<String>,
}

/// Permission: the department that asked, with the scope `exempt`. Takes the signature, verifies it, and
/// keeps the signed document. Once: a second signature is refused.
#[utoipa::path(
    post, path = "/v1/signing-requests/{id}:complete", tag = "signing", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key completes once"),
    ),
    request_body = SignatureBody,
    responses(
        (status = 200, body = SigningRequestView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Completed or cancelled before, or of another document"),
        (status = 410, body = ProblemView, content_type = "application/problem+json",
            description = "Its time is over"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "Another token, or a signature that does not verify"),
    )
)]
pub(crate) async fn complete(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: SignatureBody = body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let said = SignatureSaid { token: body.token, signature: body.signature, digest: body.digest };
    let work = move |app: &app::App| app.complete_signing(&caller.0, key.as_ref(), &id, &said);
    Ok(done(site.work(Lane::Department, work).await?))
}

/// Permission: the department that asked, with the scope `exempt`. It needs the signature no longer.
#[utoipa::path(
    post, path = "/v1/signing-requests/{id}:cancel", tag = "signing", security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key cancels once"),
    ),
    responses(
        (status = 200, body = SigningRequestView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Completed or cancelled before"),
    )
)]
pub(crate) async fn cancel(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let work = move |app: &app::App| app.cancel_signing(&caller.0, key.as_ref(), &id);
    Ok(done(site.work(Lane::Department, work).await?))
}

/// Which seal, and where.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CountersignBody {
    /// The seal by name or id.
    #[schema(required)]
    seal: String,
    /// `pades`, `sm2` or `both`; both when absent.
    form: Option<String>,
    /// Centered on the last occurrence of a text; lower right of the last page when absent.
    keyword: Option<String>,
}

/// Permission: the department that asked, with the scopes `exempt` and `seal.use`. Puts a seal of its own
/// below the signature, as a further revision: the signature stays whole. Once.
#[utoipa::path(
    post, path = "/v1/signing-requests/{id}:countersign", tag = "signing",
    security(("key" = [])),
    params(
        ("id" = String, Path, description = "Id of the request"),
        ("Idempotency-Key" = Option<String>, Header, description =
            "1 to 128 visible characters; repeating the request with the same key seals once"),
    ),
    request_body = CountersignBody,
    responses(
        (status = 200, body = SigningRequestView),
        (status = 404, body = ProblemView, content_type = "application/problem+json",
            description = "Unknown, or of another department"),
        (status = 409, body = ProblemView, content_type = "application/problem+json",
            description = "Without a signature, or sealed before"),
        (status = 422, body = ProblemView, content_type = "application/problem+json",
            description = "A seal that cannot be used for this"),
    )
)]
pub(crate) async fn countersign(
    site: Data<Site>,
    caller: Caller,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let NoParameters {} = query(&request)?;
    let key = idempotency_key(&request)?;
    let wanted = "application/json";
    let body: CountersignBody =
        body::json(&site, &request, payload, SMALL_BYTES_MAX, wanted).await?;
    let form = match body.form.as_deref() {
        None | Some("both") => SealForm::Both,
        Some("pades") => SealForm::Pades,
        Some("sm2") => SealForm::Sm2,
        Some(_) => return Err(Problem::malformed_at("/form", "pades, sm2 or both")),
    };
    let place = body.keyword.map_or(Place::Default, Place::Keyword);
    let asked = CountersignAsked { seal: body.seal, form, place };
    let work = move |app: &app::App| app.countersign(&caller.0, key.as_ref(), &id, &asked);
    Ok(done(site.work(Lane::Department, work).await?))
}
