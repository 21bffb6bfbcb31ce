//! A client that issues licenses and keeps, on its own disk, what it was told.

use super::decision;
use super::http::{Answer, Request};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::net::SocketAddr;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A request that was taken is finished within this, whatever became of the first attempt.
const PATIENCE: Duration = Duration::from_secs(60);

/// A license that was asked for, and of which nothing is known.
#[derive(Debug)]
struct Open {
    license: String,
    /// It may have been done.
    asked_before: bool,
}

/// One client: what it was told, and what it does not know.
pub struct Client {
    number: usize,
    authorization: String,
    asked: usize,
    open: Option<Open>,
    /// On a server whoever was killed is taken for alive until its lease runs out.
    later: Vec<Open>,
    notes: File,
    /// The id that was acknowledged, by the number of the license.
    pub told: BTreeMap<String, String>,
    /// What happened.
    pub counts: Counts,
}

/// How often something happened to clients.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Licenses acknowledged with 2xx and noted.
    pub acknowledged: usize,
    /// Requests whose answer never came, asked again under the same key.
    pub interrupted: usize,
    /// Requests that had been done although nobody was told so.
    pub had_been_done: usize,
    /// Answers that promised nothing.
    pub unavailable: usize,
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.interrupted += other.interrupted;
        self.had_been_done += other.had_been_done;
        self.unavailable += other.unavailable;
    }
}

impl Client {
    /// A client that notes ids in a file of this folder.
    pub fn new(notes: &Path, number: usize, authorization: &str) -> Self {
        let notes = File::create(notes.join(format!("client-{number}"))).expect("a file");
        let (authorization, told) = (authorization.to_owned(), BTreeMap::new());
        let (open, later, counts) = (None, Vec::new(), Counts::default());
        Self { number, authorization, asked: 0, open, later, notes, told, counts }
    }

    /// Asks for one license after the other until it is over; first for what it does not know.
    pub fn ask(&mut self, address: SocketAddr, is_over: impl Fn() -> bool) {
        while !is_over() {
            self.step(address);
        }
    }

    /// Asks until it knows of everything it asked for, and that all is still as it was told.
    pub fn settle(&mut self, address: SocketAddr) {
        let begin = Instant::now();
        while self.open.is_some() || !self.later.is_empty() {
            self.open = self.open.take().or_else(|| self.later.pop());
            assert!(begin.elapsed() < PATIENCE, "{:?} is never done", self.open);
            self.step(address);
        }
        for (license, id) in &self.told {
            let again = self.request(address, license).send();
            assert_eq!(again.header("idempotent-replayed"), Some("true"), "{license}");
            assert_eq!(again.expect(201).json()["id"], *id, "{license} was told otherwise");
        }
    }

    fn step(&mut self, address: SocketAddr) {
        let mut open = self.open.take().unwrap_or_else(|| {
            self.asked += 1;
            let license = format!("示断许〔2026〕{}{:05}号", self.number, self.asked);
            Open { license, asked_before: false }
        });
        match self.request(address, &open.license).try_send() {
            Ok(answer) => self.answered(open, answer),
            Err(error) => {
                if error.kind() != ErrorKind::ConnectionRefused {
                    self.counts.interrupted += 1;
                    open.asked_before = true;
                }
                self.open = Some(open);
                sleep(Duration::from_millis(5));
            }
        }
    }

    fn answered(&mut self, Open { license, asked_before }: Open, answer: Answer) {
        match answer.status {
            201 => {
                let replayed = answer.header("idempotent-replayed") == Some("true");
                // An answer that promises nothing may be one that could not promise more.
                assert!(asked_before || !replayed, "{license} was done before it was asked");
                self.counts.had_been_done += usize::from(replayed);
                self.counts.acknowledged += 1;
                let id = answer.json()["id"].as_str().expect("an id").to_owned();
                writeln!(self.notes, "{id}").expect("written");
                self.notes.sync_all().expect("on the disk");
                self.told.insert(license, id);
            }
            409 | 503 => {
                let code = answer.json()["code"].as_str().expect("a code").to_owned();
                assert_ne!(code, "duplicate_license_number", "{license} is there, without its key");
                self.counts.unavailable += 1;
                let open = Open { license, asked_before: true };
                if code == "request_in_progress" {
                    self.later.insert(0, open);
                } else {
                    self.open = Some(open);
                }
                sleep(Duration::from_millis(20));
            }
            other => panic!("{other}: {}", String::from_utf8_lossy(&answer.body)),
        }
    }

    /// The key goes with the number: asked again, it is the same request.
    fn request(&self, address: SocketAddr, license: &str) -> Request {
        let key: String = license.chars().filter(char::is_ascii_digit).collect();
        Request::new(address, "POST", "/v1/licenses")
            .header("Authorization", &self.authorization)
            .header("Idempotency-Key", &format!("crash-{key}"))
            .json(&decision::request(license))
    }
}
