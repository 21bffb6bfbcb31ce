//! The verbs of the sharing interface for electronic licenses (GB/T 36906) in the envelope that
//! platforms know: `ack_code`, `errors[]`, `data`. The same use cases, permissions and codes as
//! under `/v1`; what fails has the status of the problem, and its code in `errors`.

use super::{List, NoParameters, query, within};
use crate::body::{self, Held, JSON_BYTES_MAX, SMALL_BYTES_MAX};
use crate::caller::Caller;
use crate::errand::{ErrandHeaders, Why};
use crate::problem::{Problem, ProblemView};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{LicenseStatusView, LicenseTypeView, LicenseView, VerificationView};
use app::{LicenseQuery, VerifyInput};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where these verbs are.
pub(crate) const PREFIX: &str = "/compat/";

/// What is asked, in its envelope.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asked<T> {
    data: T,
}

/// An answer in its envelope.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Acknowledged<T> {
    /// `SUCCESS` or `FAILURE`.
    #[schema(example = "SUCCESS")]
    ack_code: &'static str,
    /// What is wrong; empty for a success.
    errors: Vec<AcknowledgedError>,
    /// The answer; absent for a failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<T>,
}

/// One thing that is wrong.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AcknowledgedError {
    /// Stable code, as under `/v1`.
    code: String,
    /// In words.
    message: String,
    /// Which value of the request, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
}

impl Acknowledged<()> {
    /// A problem as these callers read it.
    pub(crate) fn failure(view: ProblemView) -> Self {
        let detail = view.detail.as_ref().map_or_else(String::new, |detail| format!(": {detail}"));
        let whole = AcknowledgedError {
            code: view.code,
            message: format!("{}{detail}", view.title),
            pointer: None,
        };
        let each = view.errors.into_iter().map(|one| AcknowledgedError {
            code: one.code,
            message: one.message,
            pointer: Some(one.pointer),
        });
        let errors = std::iter::once(whole).chain(each).collect();
        Self { ack_code: "FAILURE", errors, data: None }
    }
}

fn success<T: Serialize>(data: T) -> HttpResponse {
    let answer = Acknowledged { ack_code: "SUCCESS", errors: Vec::new(), data: Some(data) };
    HttpResponse::Ok().json(answer)
}

async fn asked<T: DeserializeOwned>(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<T, Problem> {
    asked_with_file(site, request, payload, limit).await.map(|(asked, _)| asked)
}

/// The same with a file in it, and what that holds of the budget of all uploads.
async fn asked_with_file<T: DeserializeOwned>(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<(T, Held), Problem> {
    let NoParameters {} = query(request)?;
    let wanted = "application/json";
    let (asked, held) = body::large_json::<Asked<T>>(site, request, payload, limit, wanted).await?;
    Ok((asked.data, held))
}

/// Nothing more is asked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}

/// 目录. Permission: a department. The license types that there are.
#[utoipa::path(
    post, path = "/compat/directory", tag = "sharing", security(("key" = [])),
    request_body = Asked<Nothing>,
    responses((status = 200, body = Acknowledged<List<LicenseTypeView>>))
)]
pub(crate) async fn directory(
    site: Data<Site>,
    _caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let Nothing {} = asked(&site, &request, payload, SMALL_BYTES_MAX).await?;
    let items = site.read(|app| Ok(app.license_types())).await?;
    Ok(success(List { items, next_cursor: None }))
}

/// What to search for; all that is given must fit.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SearchData {
    /// Only this license type.
    license_type: Option<String>,
    /// Only this license number.
    number: Option<String>,
    /// Only this holder.
    holder: Option<String>,
    /// At most this many: 1 to 200, 50 when absent.
    limit: Option<usize>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
}

/// 检索. Permission: a department, among its own licenses. Who looked is written down first.
#[utoipa::path(
    post, path = "/compat/search", tag = "sharing", security(("key" = [])),
    params(ErrandHeaders), request_body = Asked<SearchData>,
    responses((status = 200, body = Acknowledged<List<LicenseView>>))
)]
pub(crate) async fn search(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let asked: SearchData = asked(&site, &request, payload, SMALL_BYTES_MAX).await?;
    let asked = LicenseQuery {
        license_type: asked.license_type,
        number: asked.number,
        holder: asked.holder,
        limit: within(asked.limit)?,
        cursor: asked.cursor,
        ..LicenseQuery::default()
    };
    let page = site.read(move |app| app.licenses(&caller.0, &why.0, &asked)).await?;
    Ok(success(List { items: page.items, next_cursor: page.next_cursor }))
}

/// A license, by its id or its GB/T 36904 identifier.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LicenseData {
    /// Id or identifier.
    license_id: String,
}

/// A license and its file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FetchedView {
    /// What it says.
    license: LicenseView,
    /// Media type of the file.
    media_type: &'static str,
    /// SHA-256 of the file.
    sha256: String,
    /// The sealed file in base64.
    content: String,
}

/// 获取. Permission: a department, for its own licenses. What a license says and its sealed file,
/// byte for byte as issued. Who looked is written down first.
#[utoipa::path(
    post, path = "/compat/fetch", tag = "sharing", security(("key" = [])),
    params(ErrandHeaders), request_body = Asked<LicenseData>,
    responses((status = 200, body = Acknowledged<FetchedView>))
)]
pub(crate) async fn fetch(
    site: Data<Site>,
    caller: Caller,
    why: Why,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let LicenseData { license_id } = asked(&site, &request, payload, SMALL_BYTES_MAX).await?;
    let fetch = move |app: &app::App| app.license_and_file(&caller.0, &why.0, &license_id);
    let (license, file) = site.read(fetch).await?;
    Ok(success(FetchedView {
        license,
        media_type: file.media_type,
        sha256: file.sha256,
        content: STANDARD.encode(file.bytes),
    }))
}

/// What to verify: exactly one of these.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyData {
    /// Id or identifier of a license.
    license_id: Option<String>,
    /// The code printed on it.
    code: Option<String>,
    /// A file in base64.
    content: Option<String>,
}

impl VerifyData {
    fn input(self) -> Result<VerifyInput, Problem> {
        match (self.license_id, self.code, self.content) {
            (Some(id), None, None) => Ok(VerifyInput::License { id, at: None }),
            (None, Some(text), None) => Ok(VerifyInput::Code { text, at: None }),
            (None, None, Some(content)) => {
                let wrong = |_| Problem::malformed_at("/data/content", "base64 is needed");
                let bytes = STANDARD.decode(content).map_err(wrong)?;
                Ok(VerifyInput::File { bytes, at: None })
            }
            _ => {
                let words = "give exactly one of license_id, code and content";
                Err(Problem::new("ambiguous_input").detail(words))
            }
        }
    }
}

/// 查验. Permission: a department, whose license it may be. Whether a license, or a file, is genuine
/// and valid; personal data masked. A finished verification is a success, whatever its outcome.
#[utoipa::path(
    post, path = "/compat/verify", tag = "sharing", security(("key" = [])),
    request_body = Asked<VerifyData>,
    responses((status = 200, body = Acknowledged<VerificationView>))
)]
pub(crate) async fn verify(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    // Four characters for three bytes.
    let limit = site.settings.file_bytes_max.div_ceil(3) * 4 + JSON_BYTES_MAX;
    let (asked, held) = asked_with_file::<VerifyData>(&site, &request, payload, limit).await?;
    let input = asked.input()?;
    let verify = move |app: &app::App| {
        // Counted against the budget of uploads until the work is done.
        let _held = held;
        app.verify_once(&caller.0, None, input)
    };
    Ok(success(site.work(Lane::Department, verify).await?.value))
}

/// 状态. Permission: a department, whose license it may be. How a license stands in the register;
/// its file is not looked at.
#[utoipa::path(
    post, path = "/compat/status", tag = "sharing", security(("key" = [])),
    request_body = Asked<LicenseData>,
    responses((status = 200, body = Acknowledged<LicenseStatusView>))
)]
pub(crate) async fn status(
    site: Data<Site>,
    caller: Caller,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let LicenseData { license_id } = asked(&site, &request, payload, SMALL_BYTES_MAX).await?;
    let status = site.read(move |app| app.license_status(&caller.0, &license_id)).await?;
    Ok(success(status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn a_problem_in_its_envelope() {
        let problem = Problem::malformed_at("/data/content", "base64 is needed");
        let view = problem.view(Language::En, "", "0");
        let shown = serde_json::to_value(Acknowledged::failure(view)).expect("JSON");
        assert_eq!(shown["ack_code"], "FAILURE");
        assert!(shown.get("data").is_none());
        assert_eq!(shown["errors"][0]["code"], "malformed_request");
        assert_eq!(shown["errors"][1]["pointer"], "/data/content");
    }

    #[test]
    fn one_input_and_no_more() {
        let data = |text: &str| serde_json::from_str::<VerifyData>(text).expect("JSON").input();
        assert!(matches!(data(r#"{"content":"QQ=="}"#), Ok(VerifyInput::File { .. })));
        assert!(matches!(data(r#"{"code":"1"}"#), Ok(VerifyInput::Code { .. })));
        for (wrong, code) in [
            ("{}", "ambiguous_input"),
            (r#"{"code":"1","license_id":"2"}"#, "ambiguous_input"),
            (r#"{"content":"?"}"#, "malformed_request"),
        ] {
            assert_eq!(data(wrong).expect_err(wrong).code, code);
        }
    }
}
