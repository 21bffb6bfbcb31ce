//! The first page: anyone verifies a file, a code, or a license by its identifier.

use super::frame::Frame;
use super::{page, result, see_other};
use crate::answer::encoded;
use crate::api::verifications::judge;
use crate::body::{self, Held, SMALL_BYTES_MAX, Upload};
use crate::multipart::{self, Part, Parts};
use crate::problem::Problem;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::VerifyInput;
use askama::Template;

#[derive(Template)]
#[template(path = "home.html")]
pub(crate) struct Home<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) limit_mib: usize,
    /// What to correct, after a form that was not filled in.
    pub(crate) error: Option<&'a str>,
    /// What was typed.
    pub(crate) text: &'a str,
}

/// Permission: anyone.
pub(crate) async fn show(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    form(&site, &request, HttpResponse::Ok(), None, "")
}

fn form(
    site: &Site,
    request: &HttpRequest,
    response: actix_web::HttpResponseBuilder,
    error: Option<fn(&Frame) -> &'static str>,
    text: &str,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of(request);
    let error = error.map(|words| words(&frame));
    let limit_mib = site.settings.file_bytes_max / (1024 * 1024);
    page(response, &frame, &Home { frame: &frame, limit_mib, error, text })
}

/// What the form asks.
enum Asked {
    File(Upload),
    /// A code leads to its own page.
    Code(String),
    License(String),
}

/// Permission: anyone, limited by address. Leads to the page of the result, so that reloading
/// does not send the file again.
pub(crate) async fn verify(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    site.admit(&request)?;
    if body::media_type(&request).as_deref() != Some("multipart/form-data") {
        return Err(body::unsupported(&request, "multipart/form-data"));
    }
    let file = Part { name: "file", bytes_max: site.settings.file_bytes_max };
    let code = Part { name: "code", bytes_max: SMALL_BYTES_MAX };
    let parts = multipart::read(&site, &request, payload, &[file, code]).await?;
    let (input, held) = match asked(parts)? {
        Ok(Asked::Code(code)) => return Ok(see_other(&format!("/v/{}", encoded(&code)))),
        Ok(Asked::License(id)) => (VerifyInput::License { id, at: None }, Held::default()),
        Ok(Asked::File(upload)) => {
            let (bytes, held) = upload.into_parts();
            (VerifyInput::File { bytes, at: None }, held)
        }
        Err((words, text)) => {
            return form(&site, &request, HttpResponse::BadRequest(), Some(words), &text);
        }
    };
    let view = judge(&site, Lane::Public, input, held).await?;
    match &view.id {
        Some(id) => Ok(see_other(&format!("/verifications/{}", encoded(id)))),
        None => result::draw(&request, &view),
    }
}

/// Why a form is shown again, and what was typed.
type Again = (fn(&Frame) -> &'static str, String);

fn asked(mut parts: Parts) -> Result<Result<Asked, Again>, Problem> {
    let text = parts.remove("code").unwrap_or_default();
    let text = text.text()?.trim().to_owned();
    // A browser sends an empty part for a file that was not chosen.
    let file = parts.remove("file").filter(|file| !file.bytes.is_empty());
    Ok(match (file, text.is_empty()) {
        (Some(_), false) => Err((|frame| frame.words.problem_both, text)),
        (None, true) => Err((|frame| frame.words.problem_input, text)),
        (Some(file), true) => Ok(Asked::File(file)),
        (None, false) => Ok(typed(&text)),
    })
}

/// A GB/T 36904 identifier begins with its arc; anything else is a code or a code's address.
fn typed(text: &str) -> Asked {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if text.starts_with("1.2.156.") {
        return Asked::License(text);
    }
    let code = text.rsplit_once("/v/").map_or(text.as_str(), |(_, code)| code);
    let code = code.split(['?', '#']).next().unwrap_or_default();
    Asked::Code(code.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_type() {
        for (text, expected) in [
            ("ABCD-EFGH", "code ABCD-EFGH"),
            ("ABCD EFGH", "code ABCDEFGH"),
            ("https://zheng.example/v/ABCD?lang=en", "code ABCD"),
            ("1.2.156.3005.2.1 1100", "license 1.2.156.3005.2.11100"),
        ] {
            let seen = match typed(text) {
                Asked::Code(code) => format!("code {code}"),
                Asked::License(id) => format!("license {id}"),
                Asked::File(_) => unreachable!("text is no file"),
            };
            assert_eq!(seen, expected);
        }
    }
}
