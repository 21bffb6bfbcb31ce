//! A service elsewhere, asked over HTTP.

use super::read;
use crate::cli::args::AccessTyped;
use crate::cli::exit::Failure;
use app::OutsideSender;
use serde_json::Value;
use std::cell::RefCell;
use std::path::Path;

/// Wherever a deployment lies, whoever typed its address meant it.
const EVERYWHERE: [&str; 2] = ["0.0.0.0/0", "::/0"];
/// A secret or an API key has some dozen characters.
const SECRET_BYTES_MAX: usize = 4096;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// The body as JSON; nothing for what is none.
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A service, and how it lets us in.
pub(super) struct Remote {
    sender: OutsideSender,
    base: String,
    /// A client with its secret: tokens end, and another is got.
    client: Option<(String, String)>,
    authorization: RefCell<Option<String>>,
}

impl Remote {
    /// The service at an address; a client is signed in.
    pub(super) fn new(url: &str, typed: &AccessTyped) -> Result<Self, Failure> {
        let sender = OutsideSender::new(&EVERYWHERE.map(str::to_owned), typed.ca_file.as_deref());
        let sender = sender.map_err(|cause| Failure::Usage(cause.to_string()))?;
        let secret = |path: &Path| {
            let bytes = read(path, SECRET_BYTES_MAX)?;
            Ok::<_, Failure>(String::from_utf8_lossy(&bytes).trim().to_owned())
        };
        let client = match (&typed.client, &typed.secret_file) {
            (Some(client), Some(path)) => Some((client.clone(), secret(path)?)),
            _ => None,
        };
        let key = typed.key_file.as_deref().map(secret).transpose()?;
        let remote = Self {
            sender,
            base: url.trim_end_matches('/').to_owned(),
            client,
            authorization: RefCell::new(key.map(|key| format!("Bearer {key}"))),
        };
        remote.sign_in()?;
        Ok(remote)
    }

    /// Gets a token, when a client was named; false when none was.
    fn sign_in(&self) -> Result<bool, Failure> {
        let Some((client, secret)) = &self.client else { return Ok(false) };
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={}",
            encoded(client),
            encoded(secret)
        );
        let kind = ("Content-Type", "application/x-www-form-urlencoded");
        let answer = self.send("POST", "/oauth2/token", &[kind], form.as_bytes())?;
        let json = answer.json();
        let token = json["access_token"].as_str();
        let Some(token) = token else {
            let said = self.said("/oauth2/token", &answer.status.to_string());
            // What is wrong stays wrong, whatever else may pass.
            let unproved = matches!(answer.status, 400 | 401);
            return Err(if unproved { Failure::Unproved(said) } else { Failure::Remote(said) });
        };
        self.authorization.replace(Some(format!("Bearer {token}")));
        Ok(true)
    }

    /// What is presented, if anything.
    pub(super) fn authorization(&self) -> Option<String> {
        self.authorization.borrow().clone()
    }

    /// Asks as anyone.
    pub(super) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, Failure> {
        let url = format!("{}{path}", self.base);
        let answer = self.sender.exchange(method, &url, headers, body);
        let answer = answer.map_err(|cause| self.failed("", &cause.to_string()))?;
        Ok(Answer { status: answer.status, headers: answer.headers, body: answer.body })
    }

    /// Asks as the client; when its token has ended, once more with another.
    pub(super) fn call(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Answer, Failure> {
        let send = || {
            let token = self.authorization().unwrap_or_default();
            let headers = [headers, &[("Authorization", token.as_str())]].concat();
            self.send(method, path, &headers, body)
        };
        let answer = send()?;
        if answer.status == 401 && self.sign_in()? { send() } else { Ok(answer) }
    }

    /// What went wrong with a part of the service.
    pub(super) fn failed(&self, path: &str, reason: &str) -> Failure {
        Failure::Remote(self.said(path, reason))
    }

    fn said(&self, path: &str, reason: &str) -> String {
        format!("{}{path}: {reason}", self.base)
    }
}

/// Percent-encoded for a form or a query.
pub(super) fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-~".contains(&byte);
    let each = |byte: u8| match plain(byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(each).collect()
}
