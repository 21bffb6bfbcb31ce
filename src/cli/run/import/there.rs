//! Batches of a service elsewhere, which does the work.

use super::{Desk, Sent};
use crate::cli::args::{Form, ImportTyped, LevelTyped};
use crate::cli::exit::Failure;
use crate::cli::run::remote::{Answer, Remote, encoded};
use app::BatchEvent;
use app::view::IngestBatchView;
use domain::digest::Sm3;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How often it is asked how far the service is.
const ASKED_EVERY: Duration = Duration::from_secs(1);
/// A service that is started anew is back by then.
const AWAY_MAX: Duration = Duration::from_secs(300);

/// A service elsewhere.
pub(super) struct There(Remote);

impl There {
    /// The service, which is there: an address that was typed wrongly is told at once.
    pub(super) fn new(remote: Remote) -> Result<Self, Failure> {
        remote.send("GET", "/healthz", &[], b"")?;
        Ok(Self(remote))
    }

    /// What has the same effect twice is asked until the service answers.
    fn patiently(&self, ask: impl Fn() -> Result<Answer, Failure>) -> Result<Answer, Failure> {
        let begun = Instant::now();
        loop {
            let wait = begun.elapsed() < AWAY_MAX;
            match ask() {
                Ok(answer) if wait && matches!(answer.status, 429 | 502..=504) => {}
                Err(Failure::Remote(_)) if wait => {}
                other => return other,
            }
            sleep(ASKED_EVERY);
        }
    }

    fn get(&self, path: &str) -> Result<Answer, Failure> {
        self.right(path, self.patiently(|| self.0.call("GET", path, &[], b""))?)
    }

    /// Fails with what the service says, unless it did what was asked.
    fn right(&self, path: &str, answer: Answer) -> Result<Answer, Failure> {
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let json = answer.json();
        let word = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let said = format!("{} {} {}", answer.status, word("code"), word("detail"));
        Err(self.0.failed(path, said.trim()))
    }

    fn view(&self, path: &str, answer: &Answer) -> Result<IngestBatchView, Failure> {
        let read = serde_json::from_slice(&answer.body);
        read.map_err(|cause| self.0.failed(path, &cause.to_string()))
    }
}

impl Desk for There {
    fn receive(&self, sent: Sent<'_>) -> Result<String, Failure> {
        let path = format!("/v1/ingest-batches?{}", query(sent.typed, &sent.name));
        // Sent again, after an answer that was lost or a day later, it is the same batch.
        let own = || format!("import-{}", Sm3::of_parts(&[path.as_bytes(), &sent.bytes]));
        let key = sent.typed.idempotency_key.as_ref().map_or_else(own, |key| key.as_str().into());
        let kind = if sent.bytes.starts_with(b"PK") { "application/zip" } else { "text/csv" };
        let headers = [("Content-Type", kind), ("Idempotency-Key", key.as_str())];
        let ask = || self.0.call("POST", &path, &headers, &sent.bytes);
        let answer = self.right("/v1/ingest-batches", self.patiently(ask)?)?;
        Ok(self.view("/v1/ingest-batches", &answer)?.id)
    }

    fn batch(&self, id: &str) -> Result<IngestBatchView, Failure> {
        let path = format!("/v1/ingest-batches/{}", encoded(id));
        self.view(&path, &self.get(&path)?)
    }

    fn step(&self, id: &str, event: BatchEvent) -> Result<(), Failure> {
        let path = format!("/v1/ingest-batches/{}:{event}", encoded(id));
        let answer = self.patiently(|| self.0.call("POST", &path, &[], b""))?;
        // Done already, by an answer that was lost or by somebody else: the batch says how it is.
        if answer.json()["code"] == "batch_state" {
            return Ok(());
        }
        self.right(&path, answer).map(drop)
    }

    fn work(&self, id: &str, told: &mut dyn FnMut(&IngestBatchView)) -> Result<(), Failure> {
        loop {
            let batch = self.batch(id)?;
            told(&batch);
            let for_people = batch.ready + batch.sealing == 0 && batch.waiting > 0;
            match batch.state.as_str() {
                "running" if for_people => return Ok(()),
                "received" | "running" => sleep(ASKED_EVERY),
                _ => return Ok(()),
            }
        }
    }

    fn failed(&self, id: &str) -> Result<Vec<u8>, Failure> {
        Ok(self.get(&format!("/v1/ingest-batches/{}/failed", encoded(id)))?.body)
    }
}

/// What was typed as parameters of the request.
fn query(typed: &ImportTyped, name: &str) -> String {
    let form = typed.form.map(|form| match form {
        Form::Pades => "pades",
        Form::Sm2 => "sm2",
        Form::Both => "both",
    });
    let level = typed.level.map(|level| match level {
        LevelTyped::B => "b",
        LevelTyped::T => "t",
        LevelTyped::Lt => "lt",
        LevelTyped::Lta => "lta",
    });
    let parameters = [
        ("license_type", typed.license_type.clone()),
        ("file_name", Some(name.to_owned())),
        ("declared_count", typed.declared.map(|count| count.to_string())),
        ("seal", typed.seal.clone()),
        ("form", form.map(str::to_owned)),
        ("level", level.map(str::to_owned)),
    ];
    let named =
        |(name, value): (&str, Option<String>)| Some(format!("{name}={}", encoded(&value?)));
    parameters.into_iter().filter_map(named).collect::<Vec<_>>().join("&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::AccessTyped;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A service that gives these answers, one a connection, and then is away; its address.
    fn answering(answers: [&'static str; 4]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for answer in answers {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 4096]);
                let _ = write!(stream, "HTTP/1.1 {answer}");
            }
        });
        url
    }

    #[test]
    fn a_client_that_is_not_let_in_any_more_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let secret = folder.path().join("secret");
        std::fs::write(&secret, "a secret").unwrap();
        let typed = AccessTyped {
            client: Some("intake".to_owned()),
            secret_file: Some(secret),
            key_file: None,
            ca_file: None,
        };
        let token = "200 OK\r\nContent-Length: 20\r\n\r\n{\"access_token\":\"a\"}";
        let refused = "401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}";
        // A token, the look whether it is there, a batch with the ended token, another token.
        let url = answering([token, "200 OK\r\nContent-Length: 0\r\n\r\n", refused, refused]);
        let there = There::new(Remote::new(&url, &typed).unwrap()).unwrap();
        let begun = Instant::now();
        assert!(matches!(there.batch("1"), Err(Failure::Unproved(_))));
        assert!(begun.elapsed() < AWAY_MAX / 2, "{:?}", begun.elapsed());
    }
}
