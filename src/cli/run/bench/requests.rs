//! The requests that are measured, as bytes.

use super::client::{Answer, Client};
use crate::cli::args::Form;
use crate::cli::exit::Failure;
use serde_json::{Value, json};
use std::net::SocketAddr;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// 行政许可决定书 of the built-in catalogue: anything can be decided in it.
pub(super) const DECISION: &str = "119999000000000198001";
const BOUNDARY: &str = "yinzheng-bench-6f1d0c2b9a";

/// Whom the requests go to, and on whose behalf.
pub(super) struct Requests {
    pub(super) address: SocketAddr,
    pub(super) key: String,
    pub(super) form: Form,
    pub(super) document: Option<Vec<u8>>,
    /// Tells the licenses of this run from those of another.
    pub(super) run: u64,
}

impl Requests {
    /// Issues the license with this number of the run. Its idempotency key goes with the number,
    /// as every client should do.
    pub(super) fn issue(&self, number: u64) -> Vec<u8> {
        let run = self.run;
        let asked = json!({
            "license_type": DECISION,
            "fields": {
                "document_number": document_number(run, number),
                "applicant": "示例市青禾食品有限公司",
                "applicant_code": "91999900MA0000015N",
                "item": "户外广告设施设置审批",
                "accepted_on": "2026-02-20",
                "body": "准予你单位在示例市样板区长安路100号设置户外广告设施一处。",
                "issue_date": "2026-03-02"
            },
            "form": form(self.form),
        });
        let key = format!("Idempotency-Key: bench-{run}-{number}\r\n");
        let json = asked.to_string();
        match &self.document {
            None => self.post("/v1/licenses", &key, "application/json", json.as_bytes()),
            Some(pdf) => {
                let parts = [("fields", json.as_bytes()), ("document", pdf.as_slice())];
                self.post("/v1/licenses", &key, &multipart_type(), &multipart(&parts))
            }
        }
    }

    /// Verifies a file. The moment is named, because a verdict of now on a file of the register may
    /// be one that is remembered, and it is to be measured how long judging takes.
    pub(super) fn verify_file(&self, file: &[u8]) -> Result<Vec<u8>, time::error::Format> {
        let now = OffsetDateTime::now_utc().format(&Rfc3339)?;
        let parts = [("at", now.as_bytes()), ("file", file)];
        Ok(self.post("/v1/verifications", "", &multipart_type(), &multipart(&parts)))
    }

    /// Verifies by `code` or `license_id`.
    pub(super) fn verify_by(&self, member: &str, value: &str) -> Vec<u8> {
        let body = json!({ member: value }).to_string();
        self.post("/v1/verifications", "", "application/json", body.as_bytes())
    }

    pub(super) fn get(&self, path: &str) -> Vec<u8> {
        let Self { address, key, .. } = self;
        format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\r\n")
            .into()
    }

    /// The JSON at a path.
    pub(super) fn read(&self, client: &mut Client, path: &str) -> Result<Value, Failure> {
        let answer = self.fetch(client, path)?;
        serde_json::from_slice(&answer.body)
            .map_err(|cause| Failure::Bench(format!("{path}: {cause}")))
    }

    /// Whatever is at a path.
    pub(super) fn fetch(&self, client: &mut Client, path: &str) -> Result<Answer, Failure> {
        self.sent(client, path, &self.get(path))
    }

    /// The answer to a request of this path, when it did what was asked.
    pub(super) fn sent(
        &self,
        client: &mut Client,
        path: &str,
        request: &[u8],
    ) -> Result<Answer, Failure> {
        let failed = |why: String| Failure::Bench(format!("http://{}{path}: {why}", self.address));
        let answer = client.send(request).map_err(|cause| failed(cause.to_string()))?;
        match answer.status {
            200..=299 => Ok(answer),
            status => Err(failed(format!("{status} {}", String::from_utf8_lossy(&answer.body)))),
        }
    }

    pub(super) fn post(&self, path: &str, headers: &str, media_type: &str, body: &[u8]) -> Vec<u8> {
        let Self { address, key, .. } = self;
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n{headers}\
             Content-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n"
        );
        [head.as_bytes(), body].concat()
    }
}

pub(super) const fn form(form: Form) -> &'static str {
    match form {
        Form::Pades => "pades",
        Form::Sm2 => "sm2",
        Form::Both => "both",
    }
}

/// A document number has six digits at most; the rest stands before, in Chinese ones.
pub(super) fn document_number(run: u64, number: u64) -> String {
    let office = (run % 10_000_000) * 1000 + number / 1_000_000 % 1000;
    let chinese = |digit: char| {
        let place = digit.to_digit(10).unwrap_or_default() as usize;
        ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'][place]
    };
    let office: String = format!("{office:010}").chars().map(chinese).collect();
    format!("示测{office}〔2026〕{}号", number % 1_000_000)
}

fn multipart_type() -> String {
    format!("multipart/form-data; boundary={BOUNDARY}")
}

fn multipart(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, bytes) in parts {
        let head = match *name {
            "at" => String::new(),
            "fields" => "\r\nContent-Type: application/json".to_owned(),
            name => format!("; filename=\"{name}.pdf\"\r\nContent-Type: application/pdf"),
        };
        let disposition = format!("Content-Disposition: form-data; name=\"{name}\"{head}");
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{disposition}\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}
