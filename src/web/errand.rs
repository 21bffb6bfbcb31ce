//! Why somebody looks at what is personal, as the headers of a request say it.

use crate::census;
use crate::problem::Problem;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use app::Errand;
use std::future::{Ready, ready};
use utoipa::IntoParams;

/// What a system says of itself, for the access log.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[allow(dead_code, reason = "the shape of the headers, for the OpenAPI document")]
pub(crate) struct ErrandHeaders {
    /// The number of the case (办件号); `access.case_number` says whether it is required.
    #[param(rename = "X-Case-No")]
    case_no: Option<String>,
    /// Code of the item (事项).
    #[param(rename = "X-Item-Code")]
    item: Option<String>,
    /// Who sits at the screen; `access.operator` says whether it is required, with the role.
    #[param(rename = "X-Operator-Id")]
    operator: Option<String>,
    /// In which role.
    #[param(rename = "X-Operator-Role")]
    operator_role: Option<String>,
}

/// The way that was taken, and what was said.
pub(crate) struct Why(pub(crate) Errand);

impl FromRequest for Why {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(why(request).map(Self))
    }
}

/// The way that a request takes, and what it says.
pub(crate) fn why(request: &HttpRequest) -> Result<Errand, Problem> {
    // To be told whether something is there is to be told.
    let method = match request.method().as_str() {
        "HEAD" => "GET",
        other => other,
    };
    Ok(Errand {
        operator: said(request, "X-Operator-Id")?,
        operator_role: said(request, "X-Operator-Role")?,
        item: said(request, "X-Item-Code")?,
        case_no: said(request, "X-Case-No")?,
        ..Errand::by(&format!("{method} {}", census::pattern(request)))
    })
}

/// A header, in UTF-8; empty when it is not there.
fn said(request: &HttpRequest, name: &str) -> Result<String, Problem> {
    let mut values = request.headers().get_all(name);
    let Some(value) = values.next() else { return Ok(String::new()) };
    let text = std::str::from_utf8(value.as_bytes()).ok().filter(|_| values.next().is_none());
    let text = text.ok_or_else(|| Problem::malformed(format!("send {name} once, in UTF-8")))?;
    Errand::said(text).map_err(|reason| Problem::malformed(format!("{name}: {reason}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn what_a_header_says() {
        let of = |headers: &[(&'static str, &'static [u8])]| {
            let request = headers.iter().fold(TestRequest::get(), |request, (name, value)| {
                let value = actix_web::http::header::HeaderValue::from_bytes(value);
                request.append_header((*name, value.expect("a value")))
            });
            why(&request.to_http_request()).map(|errand| errand.case_no)
        };
        assert_eq!(of(&[]).unwrap(), "");
        assert_eq!(of(&[("x-case-no", "示〔2026〕1号".as_bytes())]).unwrap(), "示〔2026〕1号");
        for wrong in [
            &[("x-case-no", b"=cmd".as_slice())][..],
            &[("x-case-no", b"\xff")],
            &[("x-case-no", b"")],
            &[("x-case-no", b"1"), ("x-case-no", b"2")],
        ] {
            assert_eq!(of(wrong).unwrap_err().code, "malformed_request", "{wrong:?}");
        }
    }
}
