//! A service as one client meets it.

use crate::cli::exit::Failure;
pub(super) use crate::cli::run::remote::Answer;
use crate::cli::run::remote::Remote;
use serde_json::Value;

/// Why a case did not pass.
pub(super) enum Unfit {
    /// It cannot be tried here.
    Skipped(&'static str),
    /// Another answer than it should be.
    Failed(String),
}

/// What becomes of a case.
pub(super) type Tried = Result<(), Unfit>;

impl Answer {
    /// Fails unless this is the status.
    pub(super) fn expect(self, status: u16) -> Result<Self, Unfit> {
        if self.status == status {
            return Ok(self);
        }
        let code = self.json()["code"].as_str().unwrap_or_default().to_owned();
        Err(Unfit::Failed(format!("{} {code} instead of {status}", self.status)))
    }

    /// Fails unless it is a problem of this status and code.
    pub(super) fn problem(self, status: u16, code: &str) -> Tried {
        let answer = self.expect(status)?;
        if !answer.header("content-type").starts_with("application/problem+json") {
            return Err(Unfit::Failed("not application/problem+json".to_owned()));
        }
        same("code", answer.json()["code"].as_str(), code)
    }
}

/// Fails unless a value is as it should be.
pub(super) fn same(what: &str, found: Option<&str>, wanted: &str) -> Tried {
    match found {
        Some(found) if found == wanted => Ok(()),
        found => {
            let found = found.unwrap_or("nothing");
            Err(Unfit::Failed(format!("{what} is {found} instead of {wanted}")))
        }
    }
}

/// A service, and what is known of it.
pub(super) struct Session {
    remote: Remote,
    /// Licenses of a sandbox, by their case.
    samples: Value,
}

impl Session {
    /// A service, with the licenses that a sandbox has for each outcome.
    pub(super) fn new(remote: Remote) -> Result<Self, Failure> {
        let answer = remote.send("GET", "/sandbox", &[("Accept", "application/json")], b"")?;
        let samples = if answer.status == 200 { answer.json() } else { Value::Null };
        Ok(Self { remote, samples })
    }

    /// The license of a case.
    pub(super) fn sample(&self, case: &str) -> Result<&Value, Unfit> {
        let found = self.samples["items"].as_array();
        let mut found = found.into_iter().flatten();
        let found = found.find(|one| one["case"] == case);
        found.ok_or(Unfit::Skipped("no sandbox there: only a demo has one"))
    }

    fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, Unfit> {
        let answer = self.remote.send(method, path, headers, body);
        answer.map_err(|cause| Unfit::Failed(cause.to_string()))
    }

    /// Reads an address as anyone.
    pub(super) fn get(&self, path: &str) -> Result<Answer, Unfit> {
        self.send("GET", path, &[("Accept", "application/json, application/problem+json")], b"")
    }

    /// Asks with this method and authorization.
    pub(super) fn ask(&self, method: &str, path: &str, token: &str) -> Result<Answer, Unfit> {
        let authorization = ("Authorization", token);
        let headers = if token.is_empty() { &[][..] } else { &[authorization] };
        self.send(method, path, headers, b"")
    }

    /// Posts JSON as anyone, with an idempotency key if there is one.
    pub(super) fn post(&self, path: &str, value: &Value, key: &str) -> Result<Answer, Unfit> {
        let kind = ("Content-Type", "application/json");
        let repeated = ("Idempotency-Key", key);
        let headers = if key.is_empty() { vec![kind] } else { vec![kind, repeated] };
        self.send("POST", path, &headers, value.to_string().as_bytes())
    }

    /// Posts JSON as the client.
    pub(super) fn call(&self, path: &str, value: &Value) -> Result<Answer, Unfit> {
        let none = Unfit::Skipped("name a client with --client, or a key with --key-file");
        let token = self.remote.authorization().ok_or(none)?;
        let headers = [("Content-Type", "application/json"), ("Authorization", token.as_str())];
        self.send("POST", path, &headers, value.to_string().as_bytes())
    }

    /// Has a file verified.
    pub(super) fn verify_file(&self, file: &[u8]) -> Result<Answer, Unfit> {
        const BOUNDARY: &str = "yinzheng-conformance-8c1f4e";
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\
             Content-Type: application/pdf\r\n\r\n"
        );
        let end = format!("\r\n--{BOUNDARY}--\r\n");
        let body = [head.as_bytes(), file, end.as_bytes()].concat();
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        self.send("POST", "/v1/verifications", &[("Content-Type", &kind)], &body)
    }
}
