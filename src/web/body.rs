//! Reading bodies: bounded in bytes, in time, and in the memory of all uploads together.

use crate::problem::Problem;
use crate::signature;
use crate::site::{Site, UPLOAD_UNIT};
use crate::work::NoAnswer;
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, Payload};
use futures_util::{Stream, StreamExt};
use serde::de::DeserializeOwned;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// Content of the largest license type with every field at its longest stays far below this.
pub(crate) const JSON_BYTES_MAX: usize = 256 * 1024;
/// A form with a code; also what a JSON verification request may have.
pub(crate) const SMALL_BYTES_MAX: usize = 8 * 1024;
/// Boundaries and headers of a multipart body with the few parts that we read.
pub(crate) const FRAMING_BYTES_MAX: usize = 16 * 1024;

/// The share of the budget of all uploads that some bytes hold until this is dropped.
#[derive(Default)]
pub(crate) struct Held(Vec<OwnedSemaphorePermit>);

/// What the sender of a part calls it.
#[derive(Clone, Default)]
pub(crate) struct Declared {
    /// The name of the file.
    pub(crate) name: Option<String>,
    /// The media type, without parameters.
    pub(crate) media_type: Option<String>,
}

/// Bytes of one upload, counted against the budget of all uploads.
#[derive(Default)]
pub(crate) struct Upload {
    pub(crate) bytes: Vec<u8>,
    pub(crate) declared: Declared,
    held: Held,
}

impl Upload {
    /// Nothing yet of a part that its sender calls so.
    pub(crate) fn of(declared: Declared) -> Self {
        Self { declared, ..Self::default() }
    }

    /// The bytes, and what they hold of the budget.
    pub(crate) fn into_parts(self) -> (Vec<u8>, Held) {
        (self.bytes, self.held)
    }

    /// Adds a chunk.
    ///
    /// # Errors
    /// More than `limit` bytes, or the budget of all uploads is spent.
    pub(crate) fn push(&mut self, site: &Site, chunk: &[u8], limit: usize) -> Result<(), Problem> {
        let length = self.bytes.len().saturating_add(chunk.len());
        if length > limit {
            return Err(Problem::too_large(limit));
        }
        let held = &mut self.held.0;
        while held.len() * UPLOAD_UNIT < length {
            let permit = Arc::clone(&site.uploads).try_acquire_owned();
            held.push(permit.map_err(|_| Problem::from(NoAnswer::QueueFull))?);
        }
        self.bytes.extend_from_slice(chunk);
        Ok(())
    }

    /// The bytes as text.
    pub(crate) fn text(&self) -> Result<&str, Problem> {
        std::str::from_utf8(&self.bytes).map_err(|_| Problem::malformed("the text is not UTF-8"))
    }
}

/// The media type of the body in lower case, without parameters.
pub(crate) fn media_type(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.split(';').next()?.trim().to_ascii_lowercase())
}

/// A content type that an endpoint does not read.
pub(crate) fn unsupported(request: &HttpRequest, wanted: &str) -> Problem {
    let detected = media_type(request).filter(|text| text.is_ascii() && text.len() < 100);
    let detected = detected.unwrap_or_else(|| "no content type".to_owned());
    Problem::new("unsupported_media_type").detail(format!("{wanted} is needed; got {detected}"))
}

/// Refuses a body whose declared length is over the limit, before a byte of it is read.
pub(crate) fn declared_within(request: &HttpRequest, limit: usize) -> Result<(), Problem> {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let declared = declared.and_then(|text| text.parse::<u64>().ok()).unwrap_or(0);
    let within = usize::try_from(declared).is_ok_and(|declared| declared <= limit);
    if within { Ok(()) } else { Err(Problem::too_large(limit)) }
}

/// Reads a whole body.
pub(crate) async fn read(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
) -> Result<Upload, Problem> {
    declared_within(request, limit)?;
    let read = within_time(site, collect(site, payload, limit)).await?;
    signature::check(request, &read.bytes)?;
    Ok(read)
}

async fn collect<S>(site: &Site, mut chunks: S, limit: usize) -> Result<Upload, Problem>
where
    S: Stream<Item = Result<Bytes, PayloadError>> + Unpin,
{
    let mut upload = Upload::default();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| broken_off(&error))?;
        upload.push(site, &chunk, limit)?;
    }
    Ok(upload)
}

/// A body that did not arrive whole.
pub(crate) fn broken_off(error: &PayloadError) -> Problem {
    Problem::malformed(match error {
        PayloadError::Incomplete(_) => "the body ends before its declared length",
        PayloadError::EncodingCorrupted => "the body is not in its declared encoding",
        _ => "the body could not be read",
    })
}

/// Gives up when a body takes too long to arrive.
pub(crate) async fn within_time<T>(
    site: &Site,
    reading: impl Future<Output = Result<T, Problem>>,
) -> Result<T, Problem> {
    let limit = site.settings.body_timeout;
    let late = |_| Problem::new("request_timeout");
    tokio::time::timeout(limit, reading).await.map_err(late)?
}

/// Reads a JSON body; members that the type does not have are refused. `wanted` names the content
/// types that the endpoint reads.
pub(crate) async fn json<T: DeserializeOwned>(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
    wanted: &str,
) -> Result<T, Problem> {
    large_json(site, request, payload, limit, wanted).await.map(|(value, _)| value)
}

/// The same with a file in it: with what the body holds of the budget of all uploads.
pub(crate) async fn large_json<T: DeserializeOwned>(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
    limit: usize,
    wanted: &str,
) -> Result<(T, Held), Problem> {
    if media_type(request).as_deref() != Some("application/json") {
        return Err(unsupported(request, wanted));
    }
    let (bytes, held) = read(site, request, payload, limit).await?.into_parts();
    Ok((parse_json(&bytes)?, held))
}

/// JSON text as a value; the words of the problem never repeat a value of the text.
pub(crate) fn parse_json<T: DeserializeOwned>(text: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        let telling = ["unknown field `", "missing field `", "duplicate field `", "duplicate key"];
        let reason = match words.rfind(", expected ") {
            _ if telling.iter().any(|start| words.starts_with(start)) => words.to_owned(),
            Some(at) if error.is_data() => words[at + 2..].to_owned(),
            _ if error.is_data() => "a value of another type is needed".to_owned(),
            _ if error.is_eof() => "the JSON text ends too early".to_owned(),
            _ => words.to_owned(),
        };
        Problem::malformed(format!("{place}: {reason}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only read by the derive")]
    struct Sample {
        name: String,
        count: Option<u8>,
    }

    #[test]
    fn the_words_name_the_place_and_never_a_value() {
        for (text, expected) in [
            (r#"{"name": 5}"#, "line 1, column 10: expected a string"),
            (r#"{"name": "x", "count": "张三"}"#, "line 1, column 31: expected u8"),
            (r#"{"name": "x", "count": 300}"#, "line 1, column 26: expected u8"),
            (
                r#"{"title": 1}"#,
                "line 1, column 8: unknown field `title`, expected `name` or `count`",
            ),
            (r#"{}"#, "line 1, column 2: missing field `name`"),
            (r#"{"name": "x", "name": "y"}"#, "line 1, column 20: duplicate field `name`"),
            (r#"{"name": "x""#, "line 1, column 12: the JSON text ends too early"),
            (r#"{"name": "x"} {}"#, "line 1, column 15: trailing characters"),
            ("[", "line 1, column 1: the JSON text ends too early"),
        ] {
            let problem = parse_json::<Sample>(text.as_bytes()).unwrap_err();
            assert_eq!(problem.detail.as_deref(), Some(expected), "{text}");
        }
        assert!(parse_json::<Sample>(b"{\"name\":\"\xff\"}").is_err());
    }
}
