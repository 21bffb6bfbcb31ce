//! `multipart/form-data` (RFC 7578) with a few named parts, each once, each bounded.

use crate::body::{Declared, FRAMING_BYTES_MAX, Upload, broken_off, declared_within, within_time};
use crate::problem::Problem;
use crate::signature::Watched;
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
    let body = Watched::new(request, payload);
    let multipart = Multipart::new(request.headers(), body.clone());
    let read = async {
        let parts = collect(site, multipart, wanted).await?;
        body.finish(FRAMING_BYTES_MAX).await.map(|()| parts)
    };
    within_time(site, read).await
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

/// A part of any name: its name, that of its file if it is one, its bytes.
pub(crate) type AnyPart = (String, Option<String>, Upload);

/// Reads parts of any name: so many bytes and parts at most, all
/// together.
pub(crate) async fn all(
    site: &Site,
    request: &HttpRequest,
    payload: Payload,
    (bytes_max, parts_max): (usize, usize),
) -> Result<Vec<AnyPart>, Problem> {
    declared_within(request, bytes_max).map_err(|_| Problem::too_large(bytes_max))?;
    let multipart = Multipart::new(request.headers(), payload);
    within_time(site, collect_all(site, multipart, bytes_max, parts_max)).await
}

async fn collect_all(
    site: &Site,
    mut body: Multipart,
    bytes_max: usize,
    parts_max: usize,
) -> Result<Vec<AnyPart>, Problem> {
    let (mut parts, mut left) = (Vec::new(), bytes_max);
    while let Some(field) = body.next().await {
        let mut field = field.map_err(|error| malformed(&error))?;
        if parts.len() == parts_max {
            return Err(Problem::malformed("the form has too many fields"));
        }
        let name = field.name().unwrap_or_default().to_owned();
        let disposition = field.content_disposition();
        let file = disposition.and_then(|one| one.get_filename().map(str::to_owned));
        let upload = content(site, &mut field, left).await?;
        left -= upload.bytes.len();
        parts.push((name, file, upload));
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
    let disposition = field.content_disposition();
    let declared = Declared {
        name: disposition.and_then(|one| one.get_filename().map(str::to_owned)),
        media_type: field.content_type().map(|kind| kind.essence_str().to_owned()),
    };
    let mut upload = Upload::of(declared);
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
