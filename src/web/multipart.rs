//! `multipart/form-data` (RFC 7578) with a few named parts, each once, each bounded.

use crate::body::{FRAMING_BYTES_MAX, Upload, broken_off, declared_within, within_time};
use crate::problem::Problem;
use crate::site::Site;
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::web::Payload;
use futures_util::StreamExt;
use std::collections::BTreeMap;

/// A part that an endpoint reads.
#[derive(Clone, Copy)]
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) bytes_max: usize,
}

/// The parts of one body by name.
pub(crate) type Parts = BTreeMap<&'static str, Upload>;

/// Reads the parts; a part with another name, or twice the same, is refused.
pub(crate) async fn read(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
    wanted: &[Part],
) -> Result<Parts, Problem> {
    let total: usize = wanted.iter().map(|part| part.bytes_max).sum();
    let largest = wanted.iter().map(|part| part.bytes_max).max().unwrap_or_default();
    let within = declared_within(request, total + FRAMING_BYTES_MAX);
    within.map_err(|_| Problem::too_large(largest))?;
    let multipart = Multipart::new(request.headers(), payload);
    within_time(site, collect(site, multipart, wanted)).await
}

async fn collect(site: &Site, mut body: Multipart, wanted: &[Part]) -> Result<Parts, Problem> {
    let mut parts = Parts::new();
    while let Some(field) = body.next().await {
        let mut field = field.map_err(|error| malformed(&error))?;
        let part = part_of(&field, wanted)?;
        let upload = content(site, &mut field, part.bytes_max).await?;
        if parts.insert(part.name, upload).is_some() {
            return Err(Problem::malformed(format!("part {} is there twice", part.name)));
        }
    }
    Ok(parts)
}

fn part_of(field: &Field, wanted: &[Part]) -> Result<Part, Problem> {
    let name = field.name().unwrap_or_default();
    wanted.iter().find(|part| part.name == name).copied().ok_or_else(|| {
        let names: Vec<_> = wanted.iter().map(|part| part.name).collect();
        Problem::malformed(format!("only these parts are read: {}", names.join(", ")))
    })
}

async fn content(site: &Site, field: &mut Field, limit: usize) -> Result<Upload, Problem> {
    let mut upload = Upload::default();
    while let Some(chunk) = field.next().await {
        let chunk = chunk.map_err(|error| malformed(&error))?;
        upload.push(site, &chunk, limit)?;
    }
    Ok(upload)
}

fn malformed(error: &MultipartError) -> Problem {
    match error {
        MultipartError::Payload(error) => broken_off(error),
        MultipartError::BoundaryMissing => Problem::malformed("the content type has no boundary"),
        MultipartError::Incomplete => Problem::malformed("the multipart body ends too early"),
        _ => Problem::malformed("the body is not multipart/form-data (RFC 7578)"),
    }
}
