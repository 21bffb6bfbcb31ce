//! A service of others (another region, a connector), asked by the guarded way that events take: where
//! it may lie is checked, everything ends in time, and one that fails is left alone for a while.

use crate::breaker::Breaker;
use crate::fetch::FetchError;
use crate::webhook::{AskError, Question, SendError, Sender, SenderError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// Questions to one service that may be under way: a slow one holds no more threads than these.
const AT_ONCE_MAX: usize = 8;

/// Why nothing was said.
#[derive(Debug, thiserror::Error)]
pub enum NoWord {
    /// It failed repeatedly a moment ago.
    #[error("it failed repeatedly a moment ago and is asked again after a while")]
    LeftAlone,
    /// Too many questions are under way.
    #[error("{AT_ONCE_MAX} questions to it are under way")]
    Busy,
    /// What it is to know us by cannot be read.
    #[error("reading {}", path.display())]
    Authorization {
        /// Which file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: std::io::Error,
    },
    /// It answered with a status that is no success.
    #[error("it answered with status {0}")]
    Status(u16),
    /// It did not answer in time.
    #[error("no answer in time")]
    Late,
    /// It was not reached, or not asked because it may not lie there.
    #[error("it was not reached: {0}")]
    Unreached(SendError),
    /// What it answered cannot be used.
    #[error("its answer cannot be used: {0}")]
    Answer(FetchError),
}

impl NoWord {
    /// Whether it says that the service is not in order.
    fn is_failure(&self) -> bool {
        match self {
            Self::LeftAlone | Self::Busy | Self::Authorization { .. } => false,
            Self::Status(status) => *status >= 500,
            Self::Late | Self::Unreached(_) | Self::Answer(_) => true,
        }
    }
}

impl From<AskError> for NoWord {
    fn from(error: AskError) -> Self {
        match error {
            AskError::Send(SendError::Timeout) => Self::Late,
            AskError::Send(cause) => Self::Unreached(cause),
            AskError::Answer(FetchError::Status(status)) => Self::Status(status),
            AskError::Answer(cause) => Self::Answer(cause),
        }
    }
}

/// Whether nobody on the way can read what goes to this address: https, or plain on this machine where
/// it is not production.
#[must_use]
pub fn is_guarded(url: &str, production: bool) -> bool {
    let loopback = ["http://127.0.0.1:", "http://[::1]:", "http://localhost:"];
    let plain = !production && loopback.iter().any(|begin| url.starts_with(begin));
    plain || url.starts_with("https://")
}

/// One service elsewhere.
#[derive(Debug)]
pub struct Elsewhere {
    sender: Sender,
    base: String,
    authorization: PathBuf,
    lately: Mutex<Breaker>,
    under_way: AtomicUsize,
}

impl Elsewhere {
    /// The service at an address without a path, which knows us by the value of `Authorization` in a
    /// file; besides public addresses it may lie at those that are allowed.
    ///
    /// # Errors
    /// What is allowed, or the certificates to believe, cannot be read.
    pub fn new(
        base: &str,
        authorization: &Path,
        allow: &[String],
        ca_file: Option<&Path>,
    ) -> Result<Self, SenderError> {
        Ok(Self {
            sender: Sender::new(allow, ca_file)?,
            base: base.trim_end_matches('/').to_owned(),
            authorization: authorization.to_owned(),
            lately: Mutex::default(),
            under_way: AtomicUsize::new(0),
        })
    }

    /// The same, where each answer is waited for this long at most.
    #[must_use]
    pub fn within(self, patience: Duration) -> Self {
        Self { sender: self.sender.within(patience), ..self }
    }

    /// Asks with a JSON body, and gives back that of the answer, of a megabyte at most.
    ///
    /// # Errors
    /// Why nothing was said.
    pub fn ask(&self, path: &str, json: &str) -> Result<Vec<u8>, NoWord> {
        if self.breaker().is_open(Instant::now()) {
            return Err(NoWord::LeftAlone);
        }
        let _place = Place::take(&self.under_way).ok_or(NoWord::Busy)?;
        // Read each time: whoever renews it need not restart the service.
        let path_of = || self.authorization.clone();
        let authorization = std::fs::read_to_string(&self.authorization)
            .map(Zeroizing::new)
            .map_err(|cause| NoWord::Authorization { path: path_of(), cause })?;
        let question = Question {
            json: Some(json),
            authorization: Some(authorization.trim()),
            ..Question::default()
        };
        let answer = self.sender.ask(&format!("{}{path}", self.base), question);
        let answer = answer.map_err(NoWord::from);
        match &answer {
            Err(cause) if cause.is_failure() => self.breaker().failed(Instant::now()),
            _ => *self.breaker() = Breaker::default(),
        }
        answer
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        // A number and an instant, whole whatever panicked.
        self.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the places of questions that are under way.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(count: &'a AtomicUsize) -> Option<Self> {
        let place = Self(count);
        // Given back when it is dropped, also where there was none.
        (count.fetch_add(1, Ordering::SeqCst) < AT_ONCE_MAX).then_some(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A service that answers each question with these bytes, and what it was asked.
    fn serving(
        answer: &'static str,
        times: usize,
    ) -> (String, std::thread::JoinHandle<Vec<String>>) {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("its address"));
        let served = std::thread::spawn(move || {
            let asked = (0..times).map(|_| {
                let (mut stream, _) = listener.accept().expect("asked");
                let mut read = vec![0; 4096];
                let len = stream.read(&mut read).expect("read");
                stream.write_all(answer.as_bytes()).expect("answered");
                String::from_utf8_lossy(&read[..len]).into_owned()
            });
            asked.collect()
        });
        (base, served)
    }

    fn elsewhere(base: &str, allow: &[&str]) -> (tempfile::TempDir, Elsewhere) {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("authorization");
        std::fs::write(&file, "Bearer yz_1\n").expect("written");
        let allow: Vec<String> = allow.iter().map(|one| (*one).to_owned()).collect();
        (folder, Elsewhere::new(base, &file, &allow, None).expect("settings"))
    }

    const GOOD: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

    #[test]
    fn it_is_asked_with_what_it_knows_us_by() {
        let (base, served) = serving(GOOD, 1);
        let (_folder, service) = elsewhere(&base, &["127.0.0.0/8"]);
        assert_eq!(service.ask("/compat/verify", "{\"data\":1}").expect("answered"), b"{}");
        let asked = served.join().expect("served").remove(0);
        assert!(asked.starts_with("POST /compat/verify HTTP/1.0\r\n"), "{asked}");
        for part in ["Authorization: Bearer yz_1\r\n", "application/json", "\r\n\r\n{\"data\":1}"] {
            assert!(asked.contains(part), "{part}: {asked}");
        }
    }

    #[test]
    fn one_that_fails_is_left_alone_and_a_refusal_is_no_failure() {
        let (base, served) = serving("HTTP/1.1 503 Away\r\n\r\n", 2);
        let (_folder, service) = elsewhere(&base, &["127.0.0.0/8"]);
        for _ in 0..2 {
            assert!(matches!(service.ask("/", "{}"), Err(NoWord::Status(503))));
        }
        assert!(matches!(service.ask("/", "{}"), Err(NoWord::LeftAlone)));
        served.join().expect("served");
        let (base, served) = serving("HTTP/1.1 404 Not Found\r\n\r\n", 4);
        let (_folder, service) = elsewhere(&base, &["127.0.0.0/8"]);
        for _ in 0..4 {
            assert!(matches!(service.ask("/", "{}"), Err(NoWord::Status(404))));
        }
        served.join().expect("served");
    }

    #[test]
    fn where_it_may_not_lie_it_is_not_asked() {
        let (_folder, service) = elsewhere("http://127.0.0.1:1", &["10.0.0.0/8"]);
        let refused = service.ask("/", "{}").expect_err("the inside");
        assert!(matches!(refused, NoWord::Unreached(SendError::NotAllowed(_))), "{refused}");
        let (folder, service) = elsewhere("http://127.0.0.1:1", &["127.0.0.0/8"]);
        drop(folder);
        assert!(matches!(service.ask("/", "{}"), Err(NoWord::Authorization { .. })));
    }

    #[test]
    fn an_address_is_guarded_or_of_this_machine() {
        for (url, at_home, in_production) in [
            ("https://a.cn", true, true),
            ("http://127.0.0.1:8090/ask", true, false),
            ("http://[::1]:1", true, false),
            ("http://a.cn", false, false),
            ("http://127.0.0.1.a.cn", false, false),
            ("http://localhost@a.cn", false, false),
            ("ftp://127.0.0.1:1", false, false),
        ] {
            assert_eq!((is_guarded(url, false), is_guarded(url, true)), (at_home, in_production));
        }
    }

    #[test]
    fn so_many_at_once() {
        let count = AtomicUsize::new(0);
        let places: Vec<_> = (0..AT_ONCE_MAX).map(|_| Place::take(&count)).collect();
        assert!(places.iter().all(Option::is_some) && Place::take(&count).is_none());
        drop(places);
        assert!(Place::take(&count).is_some());
    }
}
