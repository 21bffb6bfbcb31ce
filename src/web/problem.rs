//! Error → problem (RFC 9457), the only place.
//!
//! Handlers answer with a [`Problem`]; what the client sees is drawn by [`crate::observe`], which
//! knows the request's language, whether a page or JSON suits it, and its trace id.

mod codes;

pub use codes::{PROBLEM_CODES, ProblemCode};

use crate::language::Language;
use crate::work::NoAnswer;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use app::{AppError, FieldProblem, chain};
use serde::Serialize;
use std::error::Error;
use std::fmt;
use std::time::Duration;
use utoipa::ToSchema;

/// Why a request has no answer of its own.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) detail: Option<Box<str>>,
    pub(crate) errors: Box<[FieldProblem]>,
    pub(crate) retry_after: Option<Duration>,
    /// Methods for the `Allow` header.
    pub(crate) allow: Option<Box<str>>,
    /// What would be possible instead.
    pub(crate) allowed: Option<Box<[&'static str]>>,
    /// For the log only.
    pub(crate) cause: Option<Box<str>>,
}

/// A problem as `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemView {
    /// Address that explains this kind of problem.
    pub r#type: String,
    /// The kind in words, by `Accept-Language`; Chinese first.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// This occurrence in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// This occurrence as a URN.
    pub instance: String,
    /// Stable code of the kind.
    pub code: String,
    /// Trace id, also in the log and in the `X-Trace-Id` header.
    pub trace_id: String,
    /// True when the same request may succeed later.
    pub retryable: bool,
    /// One entry for each value that is not acceptable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<ProblemEntry>,
    /// Of `illegal_transition`: what the state allows; empty when nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<&'static str>>,
}

/// One value that is not acceptable.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemEntry {
    /// JSON pointer to the value in the request.
    pub pointer: String,
    /// Stable code, such as `required` or `check_character`.
    pub code: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl Problem {
    /// A problem of the list, with its status.
    pub(crate) fn new(code: &'static str) -> Self {
        let row = ProblemCode::named(code);
        let status = row.and_then(|row| StatusCode::from_u16(row.status).ok());
        Self::with_status(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code)
    }

    /// A problem whose code may be a use case's own.
    fn with_status(status: StatusCode, code: &'static str) -> Self {
        Self {
            status,
            code,
            detail: None,
            errors: Box::default(),
            retry_after: None,
            allow: None,
            allowed: None,
            cause: None,
        }
    }

    /// Adds the words for this occurrence; never a value of a private field.
    pub(crate) fn detail(mut self, detail: impl Into<Box<str>>) -> Self {
        self.detail = Some(short(detail.into()));
        self
    }

    /// Adds when to try again.
    pub(crate) fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// A request that cannot be read.
    pub(crate) fn malformed(detail: impl Into<Box<str>>) -> Self {
        Self::new("malformed_request").detail(detail)
    }

    /// A request whose value at a pointer cannot be read.
    pub(crate) fn malformed_at(pointer: &str, message: &str) -> Self {
        let mut problem = Self::malformed(message);
        let (pointer, message) = (pointer.to_owned(), message.to_owned());
        problem.errors = Box::new([FieldProblem { pointer, code: "malformed", message }]);
        problem
    }

    /// A fault of ours; the cause goes to the log.
    pub(crate) fn internal(cause: &(dyn Error + 'static)) -> Self {
        Self { cause: Some(chain(cause).into()), ..Self::new("internal_error") }
    }

    /// True when the same request may succeed later.
    pub(crate) fn retryable(&self) -> bool {
        ProblemCode::named(self.code)
            .map_or(self.status == StatusCode::SERVICE_UNAVAILABLE, |row| row.retryable)
    }

    /// The title in a language: that of the code, or of its status for a use case's own code.
    pub(crate) fn title(&self, language: Language) -> &'static str {
        let row = ProblemCode::named(self.code);
        if let Some(row) = row {
            return row.title(language);
        }
        match (self.status.as_u16(), language) {
            (401, Language::Zh) => "身份未确认",
            (401, Language::En) => "Not authenticated",
            (403, Language::Zh) => "没有此项权限",
            (403, Language::En) => "Not allowed",
            (422, Language::Zh) => "无法按要求处理",
            (422, Language::En) => "Cannot be done as asked",
            (503, Language::Zh) => "暂时无法处理",
            (503, Language::En) => "Not available now",
            (_, Language::Zh) => "请求未完成",
            (_, Language::En) => "The request was not completed",
        }
    }

    /// The problem as a client sees it.
    pub(crate) fn view(&self, language: Language, base: &str, trace_id: &str) -> ProblemView {
        let entry = |field: &FieldProblem| ProblemEntry {
            pointer: field.pointer.clone(),
            code: field.code.to_owned(),
            message: field.message.clone(),
        };
        ProblemView {
            r#type: format!("{base}/docs#problem-{}", self.code),
            title: self.title(language).to_owned(),
            status: self.status.as_u16(),
            detail: self.detail.as_deref().map(str::to_owned),
            instance: urn(trace_id),
            code: self.code.to_owned(),
            trace_id: trace_id.to_owned(),
            retryable: self.retryable(),
            errors: self.errors.iter().map(entry).collect(),
            allowed: self.allowed.as_deref().map(<[_]>::to_vec),
        }
    }

    /// What actix itself refused, by its status.
    pub(crate) fn of_actix(error: &actix_web::Error) -> Self {
        match error.as_response_error().status_code().as_u16() {
            404 => Self::new("not_found"),
            408 => Self::new("request_timeout"),
            413 => Self::new("file_too_large"),
            415 => Self::new("unsupported_media_type"),
            400..=499 => Self::new("malformed_request"),
            _ => Self { cause: Some(error.to_string().into()), ..Self::new("internal_error") },
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.status.as_u16(), self.code)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.status
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status)
    }
}

impl From<NoAnswer> for Problem {
    fn from(reason: NoAnswer) -> Self {
        match reason {
            NoAnswer::QueueFull => Self::new("overloaded").retry_after(Duration::from_secs(2)),
            NoAnswer::TooSlow => Self::new("overloaded")
                .detail("the answer took too long; it may be ready when the request is repeated")
                .retry_after(Duration::from_secs(5)),
            NoAnswer::Broken => {
                let cause = Some("a unit of work panicked".into());
                Self { cause, ..Self::new("internal_error") }
            }
        }
    }
}

impl From<AppError> for Problem {
    fn from(error: AppError) -> Self {
        let status = |status, code, detail: String| Self::with_status(status, code).detail(detail);
        match error {
            AppError::Fields(errors) => {
                Self { errors: errors.into(), ..Self::new("schema_violation") }
            }
            AppError::TypeRefused(errors) => {
                Self { errors: errors.into(), ..Self::new("license_type_refused") }
            }
            AppError::ItemRefused(errors) => {
                Self { errors: errors.into(), ..Self::new("service_item_refused") }
            }
            AppError::Duplicate { id } => {
                Self::new("duplicate_license_number").detail(format!("registered as license {id}"))
            }
            AppError::IllegalMove { state, allowed } => {
                let detail = format!("the license is {state}");
                Self {
                    allowed: Some(allowed.into()),
                    ..Self::new("illegal_transition").detail(detail)
                }
            }
            AppError::VersionMismatch => Self::new("version_mismatch"),
            AppError::KeyReused => Self::new("idempotency_key_reused"),
            AppError::InProgress => {
                Self::new("request_in_progress").retry_after(Duration::from_secs(1))
            }
            AppError::LogPending => Self::new("log_pending").retry_after(Duration::from_secs(5)),
            AppError::NotFound => Self::new("not_found"),
            AppError::Unauthenticated { code } => Self::with_status(StatusCode::UNAUTHORIZED, code),
            AppError::Forbidden { code, detail } => status(StatusCode::FORBIDDEN, code, detail),
            AppError::NotPdf { detected } => Self::new("unsupported_media_type")
                .detail(format!("a PDF is needed; this was detected: {detected}")),
            AppError::TooLarge { limit } => Self::too_large(limit),
            AppError::Refused { code, detail } => Self::refused(code, detail),
            AppError::Unavailable { code, detail } => {
                status(StatusCode::SERVICE_UNAVAILABLE, code, detail)
                    .retry_after(Duration::from_secs(5))
            }
            AppError::LimitReached { detail, wait } => {
                Self::new("seal_limit_reached").detail(detail).retry_after(wait)
            }
            AppError::Full(_) => Self::new("storage_full").retry_after(Duration::from_secs(60)),
            AppError::DiskFailed(_) => {
                Self::new("storage_failed").retry_after(Duration::from_secs(60))
            }
            AppError::Internal { .. } => Self::internal(&error),
        }
    }
}

impl Problem {
    /// More bytes than allowed.
    pub(crate) fn too_large(limit: usize) -> Self {
        Self::new("file_too_large").detail(format!("at most {limit} bytes are accepted"))
    }

    /// A refusal by name; a code of the list keeps its status, any other is 422.
    fn refused(code: &'static str, detail: String) -> Self {
        let problem = match ProblemCode::named(code) {
            Some(_) => Self::new(code),
            None => Self::with_status(StatusCode::UNPROCESSABLE_ENTITY, code),
        };
        problem.detail(detail)
    }
}

/// Words may repeat a name that the client chose; they are cut where no honest one is that long.
fn short(words: Box<str>) -> Box<str> {
    const CHARACTERS_MAX: usize = 500;
    match words.char_indices().nth(CHARACTERS_MAX) {
        Some((end, _)) => format!("{}…", &words[..end]).into(),
        None => words,
    }
}

/// A trace id of 32 hex digits is 16 bytes, as a UUID is.
fn urn(trace_id: &str) -> String {
    let part = |range: std::ops::Range<usize>| trace_id.get(range).unwrap_or_default();
    let parts = [part(0..8), part(8..12), part(12..16), part(16..20), part(20..32)];
    format!("urn:uuid:{}", parts.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";

    fn field() -> FieldProblem {
        let message = "the check character is X, not 1".to_owned();
        FieldProblem { pointer: "/fields/holder_code".to_owned(), code: "check_character", message }
    }

    #[test]
    fn every_error_has_its_status_code_and_retry() {
        let text = String::new;
        let internal = || AppError::Internal {
            operation: "reading /var/secret".to_owned(),
            cause: "disk full of 张三".into(),
        };
        for (error, status, code, retryable) in [
            (AppError::Fields(vec![field()]), 422, "schema_violation", false),
            (AppError::TypeRefused(vec![field()]), 422, "license_type_refused", false),
            (AppError::ItemRefused(vec![field()]), 422, "service_item_refused", false),
            (AppError::Duplicate { id: text() }, 409, "duplicate_license_number", false),
            (
                AppError::IllegalMove { state: "REVOKED", allowed: Vec::new() },
                409,
                "illegal_transition",
                false,
            ),
            (AppError::VersionMismatch, 412, "version_mismatch", false),
            (AppError::KeyReused, 422, "idempotency_key_reused", false),
            (AppError::InProgress, 409, "request_in_progress", true),
            (AppError::LogPending, 409, "log_pending", true),
            (AppError::NotFound, 404, "not_found", false),
            (AppError::Unauthenticated { code: "token_invalid" }, 401, "token_invalid", false),
            (AppError::Forbidden { code: "consent", detail: text() }, 403, "consent", false),
            (AppError::NotPdf { detected: text() }, 415, "unsupported_media_type", false),
            (AppError::TooLarge { limit: 5 }, 413, "file_too_large", false),
            (
                AppError::Refused { code: "encrypted_document", detail: text() },
                422,
                "encrypted_document",
                false,
            ),
            (
                AppError::Refused { code: "malformed_request", detail: text() },
                400,
                "malformed_request",
                false,
            ),
            (AppError::Unavailable { code: "busy", detail: text() }, 503, "busy", true),
            (
                AppError::LimitReached { detail: text(), wait: Duration::from_secs(60) },
                429,
                "seal_limit_reached",
                true,
            ),
            (AppError::Full(text()), 507, "storage_full", true),
            (AppError::DiskFailed(text()), 503, "storage_failed", true),
            (internal(), 500, "internal_error", false),
        ] {
            let problem = Problem::from(error);
            let seen = (problem.status.as_u16(), problem.code, problem.retryable());
            assert_eq!(seen, (status, code, retryable));
        }
        let problem = Problem::from(internal());
        assert_eq!(problem.cause.as_deref(), Some("reading /var/secret: disk full of 张三"));
        let shown = serde_json::to_string(&problem.view(Language::En, "", "t")).unwrap();
        assert!(!shown.contains("secret") && !shown.contains("张三"), "{shown}");
    }

    #[test]
    fn an_endless_name_is_not_repeated() {
        let detail = Problem::malformed("证".repeat(100_000)).detail.unwrap();
        assert_eq!(detail.chars().count(), 501);
    }

    #[test]
    fn a_problem_as_json() {
        let problem = Problem::from(AppError::Fields(vec![field()]));
        let shown =
            serde_json::to_value(problem.view(Language::Zh, "https://zheng.example", TRACE));
        let expected = serde_json::json!({
            "type": "https://zheng.example/docs#problem-schema_violation",
            "title": "内容不符合证照类型的要求",
            "status": 422,
            "instance": "urn:uuid:0af76519-16cd-43dd-8448-eb211c80319c",
            "code": "schema_violation",
            "trace_id": TRACE,
            "retryable": false,
            "errors": [{
                "pointer": "/fields/holder_code",
                "code": "check_character",
                "message": "the check character is X, not 1",
            }],
        });
        assert_eq!(shown.unwrap(), expected);
    }
}
