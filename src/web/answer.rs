//! Answers of the API: JSON with an entity tag, files, names of files.

use crate::problem::Problem;
use actix_web::http::header::{
    ETAG, EntityTag, Header, IF_MATCH, IF_NONE_MATCH, IfMatch, IfNoneMatch,
};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::Seen;
use serde::Serialize;
use std::hash::{DefaultHasher, Hasher};
use std::str::FromStr;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// JSON with a 200, or 304 when the client has it already.
pub(crate) fn json_tagged<T: Serialize>(
    request: &HttpRequest,
    tag: &str,
    body: &T,
) -> HttpResponse {
    if has_already(request, tag) {
        return HttpResponse::NotModified().insert_header((ETAG, quoted(tag))).finish();
    }
    HttpResponse::Ok().insert_header((ETAG, quoted(tag))).json(body)
}

/// True when `If-None-Match` names the tag (RFC 9110, 13.1.2).
pub(crate) fn has_already(request: &HttpRequest, tag: &str) -> bool {
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    let tag = EntityTag::new_strong(tag.to_owned());
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(items)) => items.iter().any(|item| item.weak_eq(&tag)),
        Err(_) => false,
    }
}

/// What `If-Match` names (RFC 9110, 13.1.1). That a change needs it is said once it is known whether
/// the caller may know of the thing.
pub(crate) fn if_match(request: &HttpRequest) -> Result<Seen, Problem> {
    if !request.headers().contains_key(IF_MATCH) {
        return Ok(Seen::Unsaid);
    }
    match IfMatch::parse(request) {
        Ok(IfMatch::Any) => Ok(Seen::Whatever),
        // A weak tag never matches here.
        // What is no tag is dropped by the parser.
        Ok(IfMatch::Items(items)) if !items.is_empty() => {
            let strong = items.into_iter().filter(|tag| !tag.weak);
            Ok(Seen::Tags(strong.map(|tag| tag.tag().to_owned()).collect()))
        }
        _ => Err(Problem::malformed("If-Match is * or entity tags in quotes")),
    }
}

/// A strong entity tag; its text holds no quotes.
pub(crate) fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}

/// A tag for bytes that are the same for everyone. Not for security: anyone may make two texts
/// with one tag, but only we write these texts.
pub(crate) fn tag_of(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{:016x}", hasher.finish())
}

/// `Content-Disposition` of a file to keep (RFC 6266): a plain name, and the true one in UTF-8.
pub(crate) fn attachment(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' };
    let fallback: String = name.chars().map(plain).collect();
    format!("attachment; filename=\"{fallback}\"; filename*=UTF-8''{}", encoded(name))
}

/// Percent-encoded for a header or a query (RFC 3986, unreserved characters kept).
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A file to keep, never cached.
pub(crate) fn file(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    document: app::Document,
) -> HttpResponse {
    response.insert_header((ETAG, quoted(&document.sha256)));
    response.insert_header(("Cache-Control", "no-store"));
    if has_already(request, &document.sha256) {
        response.status(actix_web::http::StatusCode::NOT_MODIFIED);
        return response.finish();
    }
    response.insert_header(("Content-Type", document.media_type));
    response.insert_header(("Content-Disposition", attachment(&document.name)));
    response.body(document.bytes)
}

/// A value of a request as its type, or 400 with its pointer.
pub(crate) fn parsed<T: FromStr<Err: std::fmt::Display>>(
    pointer: &str,
    text: &str,
) -> Result<T, Problem> {
    text.parse().map_err(|error: T::Err| Problem::malformed_at(pointer, &error.to_string()))
}

/// A moment as RFC 3339.
pub(crate) fn moment(pointer: &str, text: &str) -> Result<OffsetDateTime, Problem> {
    let words = "a time as in RFC 3339 is needed, such as 2026-03-02T09:15:00+08:00";
    OffsetDateTime::parse(text, &Rfc3339).map_err(|_| Problem::malformed_at(pointer, words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn names_of_files_are_safe_and_whole() {
        for (name, expected) in [
            ("a-1.pdf", "attachment; filename=\"a-1.pdf\"; filename*=UTF-8''a-1.pdf"),
            ("证.pdf", "attachment; filename=\"_.pdf\"; filename*=UTF-8''%E8%AF%81.pdf"),
            (
                "a\"\r\nX: 1;",
                "attachment; filename=\"a___X__1_\"; filename*=UTF-8''a%22%0D%0AX%3A%201%3B",
            ),
        ] {
            assert_eq!(attachment(name), expected);
        }
    }

    #[test]
    fn what_a_change_is_for() {
        for (header, expected) in [
            (None, Ok(Some(vec!["none"]))),
            (Some("3"), Err("malformed_request")),
            (Some("*"), Ok(None)),
            (Some("\"3-issued\""), Ok(Some(vec!["3-issued"]))),
            (Some("\"2\", W/\"3\", \"4\""), Ok(Some(vec!["2", "4"]))),
            (Some("W/\"3\""), Ok(Some(Vec::new()))),
        ] {
            let mut request = TestRequest::post();
            if let Some(header) = header {
                request = request.insert_header((IF_MATCH, header));
            }
            let seen = if_match(&request.to_http_request()).map(|seen| match seen {
                Seen::Whatever => None,
                Seen::Unsaid => Some(vec!["none".to_owned()]),
                Seen::Tags(tags) => Some(tags),
            });
            let expected = expected.map(|tags| {
                tags.map(|tags| tags.into_iter().map(str::to_owned).collect::<Vec<_>>())
            });
            assert_eq!(seen.map_err(|problem| problem.code), expected, "{header:?}");
        }
    }

    #[test]
    fn if_none_match() {
        for (header, expected) in [
            ("\"v1\"", true),
            ("W/\"v1\"", true),
            ("\"v0\", \"v1\"", true),
            ("*", true),
            ("\"v2\"", false),
            ("nonsense", false),
        ] {
            let request = TestRequest::get().insert_header((IF_NONE_MATCH, header));
            assert_eq!(has_already(&request.to_http_request(), "v1"), expected, "{header}");
        }
        assert!(!has_already(&TestRequest::get().to_http_request(), "v1"));
    }
}
