//! What a client accepts (RFC 9110, 12.5.1).

use crate::language::weighted;
use actix_web::HttpRequest;
use actix_web::http::header::{ACCEPT, HeaderMap};

/// JSON answers.
pub(crate) const JSON: &str = "application/json";
/// The same for systems that read XML.
pub(crate) const XML: &str = "application/xml";
/// Pages.
pub(crate) const HTML: &str = "text/html";
/// Sealed files.
pub(crate) const PDF: &str = "application/pdf";
/// Pictures of materials.
pub(crate) const JPEG: &str = "image/jpeg";
/// The same without loss.
pub(crate) const PNG: &str = "image/png";
/// Answers of the time-stamp authority.
pub(crate) const TIME_STAMP: &str = "application/timestamp-reply";
/// A table for spreadsheets.
pub(crate) const CSV: &str = "text/csv";
/// Tiles of the log.
pub(crate) const OCTETS: &str = "application/octet-stream";
/// The same, a JSON object a line.
pub(crate) const LINES: &str = "application/jsonl";
/// A workbook.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// An archive.
pub(crate) const ZIP: &str = "application/zip";
/// Metrics.
pub(crate) const TEXT: &str = "text/plain";

/// The first of the offered media types with the highest weight; `None` when none is accepted.
pub(crate) fn choose<'a>(headers: &HeaderMap, offered: &[&'a str]) -> Option<&'a str> {
    let values: Vec<&str> =
        headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()).collect();
    if values.is_empty() {
        return offered.first().copied();
    }
    let mut best = None;
    for media_type in offered {
        let weight = weight_of(media_type, &values);
        if weight > best.map_or(0.0, |(_, weight)| weight) {
            best = Some((*media_type, weight));
        }
    }
    best.map(|(media_type, _)| media_type)
}

/// True when a page suits the client better than JSON.
pub(crate) fn wants_page(request: &HttpRequest) -> bool {
    choose(request.headers(), &[HTML, JSON]) != Some(JSON)
}

/// The weight of the most specific range that covers the media type.
fn weight_of(media_type: &str, values: &[&str]) -> f32 {
    let family = media_type.split('/').next().unwrap_or_default();
    let ranges = values.iter().flat_map(|value| value.split(',')).filter_map(weighted);
    let mut best = (0, 0.0);
    for (range, weight) in ranges {
        let specific = match range {
            "*/*" => 1,
            _ if range.eq_ignore_ascii_case(media_type) => 3,
            _ if range.strip_suffix("/*").is_some_and(|r| r.eq_ignore_ascii_case(family)) => 2,
            _ => continue,
        };
        if specific > best.0 {
            best = (specific, weight);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    #[test]
    fn the_most_specific_range_decides() {
        let both = [HTML, JSON];
        for (accept, expected) in [
            ("", None),
            ("*/*", Some(HTML)),
            ("application/json", Some(JSON)),
            ("application/*", Some(JSON)),
            ("text/html,application/xhtml+xml,*/*;q=0.8", Some(HTML)),
            ("application/json;q=0.5, text/html;q=0.4", Some(JSON)),
            ("text/html;q=0, */*", Some(JSON)),
            ("image/png", None),
            ("application/json;q=0", None),
            ("APPLICATION/JSON", Some(JSON)),
        ] {
            let mut headers = HeaderMap::new();
            headers.append(ACCEPT, HeaderValue::from_str(accept).unwrap());
            assert_eq!(choose(&headers, &both), expected, "{accept:?}");
        }
        assert_eq!(choose(&HeaderMap::new(), &both), Some(HTML));
    }
}
