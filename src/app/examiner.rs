//! Files of strangers are examined by worker processes: the same engine, in a process that can
//! reach nothing and may die.

use crate::asking::Judged;
use crate::library::intake;
use crate::offline::{Circumstances, Trust, TrustPlace, verify_under};
use crate::trust::{unwrapped, wrapped};
use crate::view::report;
use crate::{AppError, Settings};
use domain::time::{from_micros, micros};
use domain::validation::{Logged, Stated};
use formats::container::recognise;
use formats::intake::{Refused, Taken};
use formats::x509::crl::{Crl, Reason};
use formats::x509::ocsp::Answer;
use gateway::confine::{Bounds, allow_seconds, confine};
use gateway::inquiry::Said;
use gateway::workers::{WorkerCommand, WorkerError, Workers, serve};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::Path;
use std::time::Duration;
use time::OffsetDateTime;

/// Longest time for one file. The slowest that the budgets of the parsers allow takes some seconds
/// on a machine that is not busy.
const TIME_MAX: Duration = Duration::from_secs(20);
/// Processor time for one file.
const SECONDS_MAX: u64 = 15;
/// Memory beside that for the file: the program itself, and what the parsers decode within their
/// budgets.
const ADDRESS_BYTES: u64 = 512 << 20;
/// Memory for each byte of the largest file.
const ADDRESS_PER_BYTE: u64 = 4;

/// The worker processes of a service.
#[derive(Debug)]
pub(crate) struct Examiner(Workers);

impl Examiner {
    /// Starts workers of `program`, one for each processor, that believe what is configured.
    pub(crate) fn start(
        program: &Path,
        trust: &Trust,
        file_bytes_max: usize,
    ) -> Result<Self, AppError> {
        let address_bytes = ADDRESS_BYTES + ADDRESS_PER_BYTE * file_bytes_max as u64;
        let arguments = vec!["worker".into(), address_bytes.to_string().into()];
        let count = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let command = WorkerCommand { program: program.to_owned(), arguments };
        let workers = Workers::start(command, trust.to_parcel()?, count, TIME_MAX);
        workers.map(Self).map_err(unavailable)
    }

    /// From now on workers believe something else.
    pub(crate) fn believe(&self, trust: &Trust) -> Result<(), AppError> {
        self.0.renew(trust.to_parcel()?).map_err(unavailable)
    }

    /// Has a worker read a file of others before it is parsed here.
    ///
    /// # Errors
    /// It ends its worker or takes too long.
    pub(crate) fn admit(&self, bytes: &[u8], at: OffsetDateTime) -> Result<(), AppError> {
        match self.ask(bytes, &Circumstances::at(at)) {
            Ok(_) => Ok(()),
            Err(cause @ WorkerError::Start(_)) => Err(unavailable(cause)),
            Err(cause) => {
                tracing::warn!(bytes = bytes.len(), %cause, "a document was not examined");
                let detail = "it is more involved than is examined; save it anew".to_owned();
                Err(AppError::Refused { code: "document_refused", detail })
            }
        }
    }

    /// Has a worker look at a file that is to be kept, and write it anew where that makes it safe.
    ///
    /// # Errors
    /// By name; `material_too_involved` when it ends its worker or takes too long.
    pub(crate) fn take(&self, bytes: &[u8]) -> Result<Taken, AppError> {
        match self.ask_for(bytes, &Task::Take) {
            Ok(answer) => intake::read(&answer),
            Err(cause @ WorkerError::Start(_)) => Err(unavailable(cause)),
            Err(cause) => {
                tracing::warn!(bytes = bytes.len(), %cause, "a material was not examined");
                Err(intake::not_kept(&Refused::TooInvolved("it takes too long".to_owned())))
            }
        }
    }

    fn ask(&self, bytes: &[u8], known: &Circumstances) -> Result<Vec<u8>, WorkerError> {
        self.ask_for(bytes, &Task::Verify(Job::of(known)))
    }

    fn ask_for(&self, bytes: &[u8], task: &Task) -> Result<Vec<u8>, WorkerError> {
        let head = serde_json::to_vec(task).map_err(|cause| {
            WorkerError::Start(io::Error::new(io::ErrorKind::InvalidData, cause))
        })?;
        self.0.ask(&[&(head.len() as u64).to_le_bytes(), &head, bytes])
    }

    /// As [`verify_under`], by a worker. A file that ends its worker, or takes too long, is one of
    /// which nothing can be said; `trust` is what such a report names.
    pub(crate) fn verify(
        &self,
        bytes: &[u8],
        trust: &Trust,
        known: &Circumstances,
    ) -> Result<Judged, AppError> {
        let failed = |cause| AppError::internal("reading a worker's answer".to_owned(), cause);
        let answer = match self.ask(bytes, known) {
            Ok(answer) => answer,
            Err(cause @ WorkerError::Start(_)) => return Err(unavailable(cause)),
            Err(cause) => {
                let kind = recognise(bytes).name();
                tracing::warn!(bytes = bytes.len(), kind, %cause, "a file was not examined");
                let report = trust.unexamined(bytes, known.at);
                return Ok(Judged::new(report::verification(&report), &[]));
            }
        };
        serde_json::from_slice(&answer).map_err(failed)
    }
}

/// What a worker is to do with a file.
#[derive(Deserialize, Serialize)]
enum Task {
    /// Judge its signatures.
    Verify(Job),
    /// See whether it may be kept.
    Take,
}

impl Task {
    /// What to do, and the file.
    fn read(job: &[u8]) -> io::Result<(Self, &[u8])> {
        let (len, rest) = job.split_first_chunk().ok_or(io::ErrorKind::InvalidData)?;
        let len = usize::try_from(u64::from_le_bytes(*len)).map_err(io::Error::other)?;
        let (head, bytes) = rest.split_at_checked(len).ok_or(io::ErrorKind::InvalidData)?;
        Ok((serde_json::from_slice(head)?, bytes))
    }
}

/// What a worker is told beside the file.
#[derive(Deserialize, Serialize)]
struct Job {
    at_micros: i64,
    license_type: Option<String>,
    logged_micros: Option<i64>,
    lists: Vec<String>,
    answers: Vec<String>,
    stated: Vec<Statement>,
}

/// SHA-256 of a certificate, since when it is revoked, the number of the reason, and since when its
/// key may have been in other hands.
type Statement = (String, i64, u8, Option<i64>);

fn statement(one: &Stated) -> Statement {
    let since = one.invalid_since.map(micros);
    (one.certificate.to_string(), micros(one.at), one.reason.number(), since)
}

fn stated((certificate, at, reason, since): Statement) -> Option<Stated> {
    Some(Stated {
        certificate: certificate.parse().ok()?,
        at: from_micros(at)?,
        reason: Reason::from_number(reason)?,
        invalid_since: match since {
            Some(since) => Some(from_micros(since)?),
            None => None,
        },
    })
}

impl Job {
    fn of(known: &Circumstances) -> Self {
        let list = |said: &Said| matches!(said, Said::List(_));
        let (lists, answers): (Vec<&Said>, _) = known.said.iter().partition(|said| list(said));
        let wrapped = |all: Vec<&Said>| all.into_iter().map(|said| wrapped(said.der())).collect();
        Self {
            at_micros: micros(known.at),
            license_type: known.license_type.clone(),
            logged_micros: known.logged.since().map(micros),
            lists: wrapped(lists),
            answers: wrapped(answers),
            stated: known.stated.iter().map(statement).collect(),
        }
    }

    /// The circumstances.
    fn known(self) -> io::Result<Circumstances> {
        let Self { at_micros, license_type, logged_micros, lists, answers, stated } = self;
        let logged = logged_micros.and_then(from_micros).map_or(Logged::NotShown, Logged::Since);
        let at = from_micros(at_micros).ok_or(io::ErrorKind::InvalidData)?;
        let lists = unwrapped(&lists, |der| Crl::parse(der).map(Said::List));
        let answers = unwrapped(&answers, |der| Answer::parse(der).map(Said::Answer));
        let said = [lists.map_err(io::Error::other)?, answers.map_err(io::Error::other)?].concat();
        let stated = stated.into_iter().map(self::stated).collect::<Option<_>>();
        let stated = stated.ok_or(io::ErrorKind::InvalidData)?;
        Ok(Circumstances { at, license_type, logged, said, stated })
    }
}

fn unavailable(cause: WorkerError) -> AppError {
    tracing::error!(error = &cause as &dyn std::error::Error, "worker processes");
    let detail = "files cannot be examined now".to_owned();
    AppError::Unavailable { code: "examiner_unavailable", detail }
}

impl Settings {
    /// Where trust is configured, if it is; `DATA/trust` when it is there.
    pub(crate) fn trust_place(&self) -> Option<TrustPlace> {
        let default = self.data.join("trust");
        let configured = self.trust.is_some() || self.trust_signer.is_some();
        (configured || default.is_dir()).then(|| TrustPlace {
            path: self.trust.clone().unwrap_or(default),
            signer: self.trust_signer.clone(),
            seen: Some(self.data.join("trust-list.seen")),
        })
    }
}

/// The worker's side: gives everything away, hears whom to believe, and does what is asked with files until nobody
/// asks any more.
///
/// # Errors
/// What it hears makes no sense, or the process cannot be confined.
pub fn work(
    address_bytes: u64,
    input: impl io::Read,
    output: impl io::Write,
) -> Result<(), AppError> {
    let failed = |cause| AppError::internal("working".to_owned(), cause);
    confine(Bounds { address_bytes }).map_err(failed)?;
    let believed = |parcel: &[u8]| Trust::from_parcel(parcel).map_err(io::Error::other);
    let judged = |trust: &Trust, job: &[u8]| {
        allow_seconds(SECONDS_MAX)?;
        let (task, bytes) = Task::read(job)?;
        match task {
            Task::Verify(job) => {
                Ok(serde_json::to_vec(&verify_under(bytes, trust, &job.known()?))?)
            }
            Task::Take => intake::told(formats::intake::take(bytes)),
        }
    };
    serve(input, output, believed, judged).map_err(failed)
}
