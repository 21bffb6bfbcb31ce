//! A time-stamp authority elsewhere, asked over HTTP (RFC 3161, 3.4).

use crate::breaker::Breaker;
use crate::fetch::{FetchError, Question, Reach, Responders};
use crate::random::SystemRandom;
use formats::algorithm::{Digest, Random};
use formats::tsp::{ResponseError, TimeStampFacts, TimeStampRequest, open};
use std::fmt;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Why there is no stamp.
#[derive(Debug, thiserror::Error)]
pub enum StampError {
    /// It failed repeatedly a moment ago and is asked again after a while.
    #[error("it failed repeatedly a moment ago")]
    LeftAlone,
    /// There is no whole answer in time.
    #[error("there is no whole answer in time")]
    TimedOut,
    /// There is no usable answer.
    #[error("there is no answer")]
    Fetch(#[from] FetchError),
    /// The answer is not what was asked for.
    #[error("it answers something else")]
    Response(#[from] ResponseError),
    /// It says another time than it is.
    #[error("it stamped {said}, and it is {now}")]
    Clock {
        /// The time of the stamp.
        said: OffsetDateTime,
        /// The time here.
        now: OffsetDateTime,
    },
    /// The system gave no random bytes or no thread.
    #[error("it cannot be asked now")]
    System(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// An authority elsewhere.
pub struct Stamper {
    url: String,
    responders: Responders,
    authorization: Option<Zeroizing<String>>,
    time_max: Duration,
    skew_max: Duration,
    breaker: Mutex<Breaker>,
}

impl Stamper {
    /// The authority at `url`, which may be a machine of the inside: the operator named it.
    /// `authorization` is the value of that header; each stamp may take `time_max`. When its clock
    /// differs by more than `skew_max` from ours, one of the two is wrong.
    ///
    /// # Errors
    /// Not an address of plain HTTP.
    pub fn new(
        url: &str,
        authorization: Option<Zeroizing<String>>,
        time_max: Duration,
        skew_max: Duration,
    ) -> Result<Self, FetchError> {
        let responders = Responders::new([url], Reach::Any)?;
        let breaker = Mutex::default();
        Ok(Self { url: url.to_owned(), responders, authorization, time_max, skew_max, breaker })
    }

    /// A token over `stamped`, given in parts: it is of this request and of this moment, in order,
    /// and signed by its own certificate. Whether that is believed is for the policy to see.
    ///
    /// # Errors
    /// There is no such token in time.
    pub fn stamp(
        &self,
        digest: Digest,
        stamped: &[&[u8]],
        now: impl Fn() -> OffsetDateTime,
    ) -> Result<Vec<u8>, StampError> {
        if self.breaker().is_open(Instant::now()) {
            return Err(StampError::LeftAlone);
        }
        let answer = self.asked(digest, stamped, now);
        let mut breaker = self.breaker();
        match &answer {
            Ok(_) => *breaker = Breaker::default(),
            Err(_) => breaker.failed(Instant::now()),
        }
        answer
    }

    fn asked(
        &self,
        digest: Digest,
        stamped: &[&[u8]],
        now: impl Fn() -> OffsetDateTime,
    ) -> Result<Vec<u8>, StampError> {
        let mut nonce = [0; 16];
        SystemRandom.fill(&mut nonce).map_err(|cause| StampError::System(cause.into()))?;
        let asked = now();
        let request = TimeStampRequest::new(digest, stamped, Some(&nonce));
        let (token, facts) = open(&self.fetched(request.to_der())?, &request)?;
        let TimeStampFacts { time: said, .. } = facts;
        let now = now();
        match asked - self.skew_max <= said && said <= now + self.skew_max {
            true => Ok(token),
            false => Err(StampError::Clock { said, now }),
        }
    }

    /// In a thread of its own: looking a name up may take longer than anybody waits.
    fn fetched(&self, query: Vec<u8>) -> Result<Vec<u8>, StampError> {
        let (say, hear) = mpsc::channel();
        let (responders, url) = (self.responders.clone(), self.url.clone());
        let (authorization, until) = (self.authorization.clone(), Instant::now() + self.time_max);
        let work = move || {
            let question = Question {
                body: Some(("application/timestamp-query", &query)),
                authorization: authorization.as_ref().map(|text| text.as_str()),
            };
            // Nobody may be there any more to hear it.
            let _ = say.send(responders.fetch(&url, question, until));
        };
        let begun = std::thread::Builder::new().name("time stamp".to_owned()).spawn(work);
        begun.map_err(|cause| StampError::System(cause.into()))?;
        match hear.recv_timeout(self.time_max) {
            Ok(answer) => Ok(answer?),
            Err(_) => Err(StampError::TimedOut),
        }
    }

    fn breaker(&self) -> std::sync::MutexGuard<'_, Breaker> {
        // A value in one piece, whole whatever panicked.
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Without the authorization.
impl fmt::Debug for Stamper {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Stamper({})", self.url)
    }
}
