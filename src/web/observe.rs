//! Around every request: trace id, negotiation, problem drawing, headers, one log line, figures.

use crate::api::compat::{self, Acknowledged};
use crate::caller::KeyId;
use crate::census::{self, Endpoint};
use crate::language::Language;
use crate::metrics::method_label;
use crate::negotiate;
use crate::pages;
use crate::peer_certificate::{self, PeerCertificate};
use crate::problem::Problem;
use crate::site::Site;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest, HttpResponse};
use std::time::Instant;
use tracing::{error, info};

/// What a problem is sent as.
pub(crate) const PROBLEM_JSON: &str = "application/problem+json";

/// The trace id of a request: 32 lower-case hex digits.
#[derive(Clone)]
struct TraceId(String);

impl TraceId {
    /// The caller's own (W3C Trace Context, `traceparent`), or a new one.
    fn of(headers: &HeaderMap) -> Self {
        let given = headers.get("traceparent").and_then(|value| value.to_str().ok());
        let given = given.and_then(|text| text.split('-').nth(1)).filter(|id| {
            let hex = id.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
            hex && id.len() == 32 && id.bytes().any(|b| b != b'0')
        });
        let new = || uuid::Uuid::now_v7().simple().to_string();
        Self(given.map_or_else(new, ToOwned::to_owned))
    }
}

/// The middleware.
pub(crate) async fn observe(
    mut request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let Some(site) = request.app_data::<Data<Site>>().cloned() else {
        return next.call(request).await;
    };
    let _open = site.tally.open();
    let trace = TraceId::of(request.headers());
    let endpoint = census::find(&request);
    let method = method_label(request.method());
    let refused = endpoint.and_then(|endpoint| not_acceptable(request.request(), endpoint));
    let admitted = peer_certificate::admit(&mut request, &site);
    let response = match refused.or(admitted.err()) {
        Some(problem) => request.error_response(problem),
        None => next.call(request).await?,
    };
    let response = only_if_sound(response, &site);
    let mut response = draw(response, &site, &trace);
    let served_pattern =
        endpoint.map_or_else(|| census::pattern(response.request()), |endpoint| endpoint.path);
    let status = response.status().as_u16();
    harden(response.headers_mut(), &site, &trace);
    let took = begun.elapsed();
    site.tally.answered(served_pattern, method, status, took);
    let extensions = response.request().extensions();
    let key_id = extensions.get::<KeyId>().map_or("", |key| key.0.as_str());
    let certificate = extensions.get::<PeerCertificate>().map_or("", |shown| shown.via.word());
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let route = served_pattern;
    info!(method, route, status, ms, trace_id = trace.0, key_id, certificate, "request");
    drop(extensions);
    Ok(response)
}

fn not_acceptable(request: &HttpRequest, endpoint: &Endpoint) -> Option<Problem> {
    if negotiate::choose(request.headers(), endpoint.produces).is_some() {
        return None;
    }
    let produces = endpoint.produces.join(" or ");
    Some(Problem::new("not_acceptable").detail(format!("this is answered as {produces}")))
}

/// After the disk failed no answer is a success: what was read may never have been written.
fn only_if_sound(response: ServiceResponse, site: &Site) -> ServiceResponse {
    if site.app.is_sound() || !response.status().is_success() {
        return response;
    }
    response.error_response(Problem::new("storage_failed"))
}

/// Replaces the bare response of an error with the problem as this client should see it.
fn draw(response: ServiceResponse, site: &Site, trace: &TraceId) -> ServiceResponse {
    let Some(error) = response.response().error() else { return response };
    let own = error.as_error::<Problem>();
    let of_actix;
    let problem = match own {
        Some(problem) => problem,
        None => {
            of_actix = Problem::of_actix(error);
            &of_actix
        }
    };
    if let Some(cause) = &problem.cause {
        error!(trace_id = trace.0, code = problem.code, cause, "failed");
    }
    let drawn = problem_response(response.request(), problem, site, trace);
    response.into_response(drawn)
}

fn problem_response(
    request: &HttpRequest,
    problem: &Problem,
    site: &Site,
    trace: &TraceId,
) -> HttpResponse {
    let mut response = HttpResponse::build(problem.status);
    if let Some(wait) = problem.retry_after {
        // Rounded up: a client that waits this long is not too early.
        response.insert_header((RETRY_AFTER, wait.as_secs_f64().ceil().to_string()));
    }
    if let Some(allow) = &problem.allow {
        response.insert_header((ALLOW, &**allow));
    }
    if problem.status == 401 {
        response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"yinzheng\""));
    }
    response.insert_header((VARY, "Accept, Accept-Language"));
    let api = request.path().starts_with("/v1/") || request.path() == "/v1";
    let compat = request.path().starts_with(compat::PREFIX);
    if !api && !compat && negotiate::wants_page(request) {
        return pages::problem::answer(request, response, problem, &trace.0);
    }
    let language = Language::of_headers(request);
    let view = problem.view(language, &site.app.settings().public_url, &trace.0);
    if compat {
        response.insert_header((CONTENT_LANGUAGE, language.tag()));
        return response.json(Acknowledged::failure(view));
    }
    // A view of strings always serializes.
    let body = serde_json::to_vec(&view).unwrap_or_default();
    response.insert_header((CONTENT_TYPE, PROBLEM_JSON));
    response.insert_header((CONTENT_LANGUAGE, language.tag()));
    response.body(body)
}

/// Pages load their own style, script and pictures, ask their own service, and nothing else; nothing
/// may frame them.
const CONTENT_SECURITY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; \
     img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Headers that every answer carries.
fn harden(headers: &mut HeaderMap, site: &Site, trace: &TraceId) {
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    set("content-security-policy", CONTENT_SECURITY);
    set("x-content-type-options", "nosniff");
    set("x-frame-options", "DENY");
    // To others nothing is told; of its own forms the service learns that they are its own.
    set("referrer-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), microphone=()");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    if site.settings.tls.is_some() {
        set("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(value) = HeaderValue::from_str(&trace.0) {
        headers.insert(HeaderName::from_static("x-trace-id"), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_id_is_taken_over_only_when_it_is_one() {
        const GIVEN: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
        let id = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HeaderName::from_static("traceparent"), text.parse().unwrap());
            TraceId::of(&headers).0
        };
        assert_eq!(id(&format!("00-{GIVEN}-00f067aa0ba902b7-01")), GIVEN);
        for bad in ["", "00", "00-xyz-1-01", "00-00000000000000000000000000000000-1-01", GIVEN] {
            let new = id(bad);
            assert!(new.len() == 32 && !bad.contains(&new), "{bad}: {new}");
        }
    }
}
