//! Asking a service of others that is configured, by the guarded way that events take: where it may
//! lie is checked, nothing redirects, everything together ends in time. What comes back has a body.

use super::send::Connection;
use super::{SendError, Sender, Target};
use crate::fetch::{self, ANSWER_BYTES_MAX, FetchError};
use std::io::{self, Read, Write};

/// What is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Question<'a> {
    /// The fields of a form; a `GET` without a body.
    pub form: Option<&'a str>,
    /// A JSON body instead.
    pub json: Option<&'a str>,
    /// The value of `Authorization`.
    pub authorization: Option<&'a str>,
}

/// Why there is no answer that could be used.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    /// It was not asked, or did not answer.
    #[error(transparent)]
    Send(#[from] SendError),
    /// What it answered is no plain 200, or too large.
    #[error(transparent)]
    Answer(#[from] FetchError),
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Exchanged {
    /// Its status.
    pub status: u16,
    /// Its header lines, names in small letters.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

/// Largest answer to any request: a sealed file with a photo.
const EXCHANGED_BYTES_MAX: usize = 64 << 20;

impl Sender {
    /// Sends any request and reads the whole answer.
    ///
    /// # Errors
    /// It may not be sent there, or no answer of HTTP came in time.
    pub fn exchange(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Exchanged, SendError> {
        let target: Target = url.parse()?;
        let mut connection = self.connect(&target)?;
        let (path, host) = (&target.path, target.authority());
        let mut head = format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let written = connection.write_all(&[head.as_bytes(), body].concat());
        written.and_then(|()| connection.flush()).map_err(SendError::of)?;
        let read = answer(&mut connection, EXCHANGED_BYTES_MAX).map_err(|error| match error {
            AskError::Send(cause) => cause,
            AskError::Answer(_) => SendError::Answer,
        })?;
        exchanged(&read).ok_or(SendError::Answer)
    }

    /// The body of the answer, of a megabyte at most.
    ///
    /// # Errors
    /// It may not be asked, does not answer in time, or answers another status than 200.
    pub fn ask(&self, url: &str, question: Question<'_>) -> Result<Vec<u8>, AskError> {
        let target: Target = url.parse().map_err(SendError::Url)?;
        let mut connection = self.connect(&target)?;
        let written = connection.write_all(&request(&target, question));
        written.and_then(|()| connection.flush()).map_err(SendError::of)?;
        Ok(fetch::body(&answer(&mut connection, ANSWER_BYTES_MAX)?)?)
    }
}

/// In the older version of HTTP, in which an answer is whole and ends with its connection.
fn request(target: &Target, question: Question<'_>) -> Vec<u8> {
    let (path, host) = (&target.path, target.authority());
    let form = question.form.map(|form| ("application/x-www-form-urlencoded", form));
    let body = form.or(question.json.map(|json| ("application/json", json)));
    let method = if body.is_some() { "POST" } else { "GET" };
    let mut head =
        format!("{method} {path} HTTP/1.0\r\nHost: {host}\r\nAccept: application/json\r\n");
    if let Some(authorization) = question.authorization {
        head.push_str(&format!("Authorization: {authorization}\r\n"));
    }
    if let Some((kind, body)) = body {
        let len = body.len();
        head.push_str(&format!("Content-Type: {kind}\r\nContent-Length: {len}\r\n"));
    }
    head.push_str("\r\n");
    head.push_str(body.map_or("", |(_, body)| body));
    head.into_bytes()
}

/// `None` for what is no answer of HTTP, or has an encoding.
fn exchanged(answer: &[u8]) -> Option<Exchanged> {
    let end = answer.windows(4).position(|part| part == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]);
    let mut lines = head.split("\r\n");
    let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
    let line = |(name, value): (&str, &str)| (name.to_ascii_lowercase(), value.trim().to_owned());
    let headers: Vec<_> = lines.filter_map(|line| line.split_once(':')).map(line).collect();
    let encoded = headers.iter().any(|(name, _)| name == "transfer-encoding");
    (!encoded).then(|| Exchanged { status, headers, body: answer[end + 4..].to_vec() })
}

fn answer(connection: &mut Connection, bytes_max: usize) -> Result<Vec<u8>, AskError> {
    let mut read = Vec::new();
    let mut part = [0; 8192];
    loop {
        match connection.read(&mut part) {
            Ok(0) => return Ok(read),
            Ok(len) => read.extend_from_slice(&part[..len]),
            // Many servers end TLS by hanging up; whether all came is seen by the length.
            Err(end) if end.kind() == io::ErrorKind::UnexpectedEof => return Ok(read),
            Err(cause) => return Err(SendError::of(cause).into()),
        }
        if read.len() > bytes_max {
            return Err(FetchError::TooLarge.into());
        }
    }
}
