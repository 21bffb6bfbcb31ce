//! Files of strangers are examined by worker processes: the same engine, in a process that can
//! reach nothing and may die.

use crate::offline::{Trust, TrustPlace, verify};
use crate::view::{VerificationView, report};
use crate::{AppError, Settings};
use domain::time::{from_micros, micros};
use formats::container::recognise;
use gateway::confine::{Bounds, allow_seconds, confine};
use gateway::workers::{WorkerCommand, WorkerError, Workers, serve};
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
        trust: Option<&TrustPlace>,
        file_bytes_max: usize,
    ) -> Result<Self, AppError> {
        let address_bytes = ADDRESS_BYTES + ADDRESS_PER_BYTE * file_bytes_max as u64;
        let mut arguments = vec!["worker".into(), address_bytes.to_string().into()];
        if let Some(place) = trust {
            arguments.extend(["--trust".into(), absolute(&place.path)?]);
            if let Some(signer) = &place.signer {
                arguments.extend(["--trust-signer".into(), absolute(signer)?]);
            }
        }
        let count = std::thread::available_parallelism().map_or(2, usize::from).max(2);
        let command = WorkerCommand { program: program.to_owned(), arguments };
        Workers::start(command, count, TIME_MAX).map(Self).map_err(unavailable)
    }

    /// As [`verify`], by a worker. A file that ends its worker, or takes too long, is one of which
    /// nothing can be said.
    pub(crate) fn verify(
        &self,
        bytes: &[u8],
        trust: &Trust,
        at: OffsetDateTime,
    ) -> Result<VerificationView, AppError> {
        let answer = match self.0.ask(&[&micros(at).to_le_bytes(), bytes]) {
            Ok(answer) => answer,
            Err(cause @ WorkerError::Start(_)) => return Err(unavailable(cause)),
            Err(cause) => {
                let kind = recognise(bytes).name();
                tracing::warn!(bytes = bytes.len(), kind, %cause, "a file was not examined");
                return Ok(report::verification(&trust.unexamined(bytes, at)));
            }
        };
        serde_json::from_slice(&answer)
            .map_err(|cause| AppError::internal("reading a worker's answer".to_owned(), cause))
    }
}

/// A worker's folder is not ours.
fn absolute(path: &Path) -> Result<std::ffi::OsString, AppError> {
    let path = std::path::absolute(path)
        .map_err(|cause| AppError::internal(format!("finding {}", path.display()), cause))?;
    Ok(path.into_os_string())
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

/// The worker's side: reads whom to believe, gives everything else away, and judges files until
/// nobody asks any more.
///
/// # Errors
/// What is configured cannot be read, or the process cannot be confined.
pub fn work(
    trust: &Trust,
    address_bytes: u64,
    input: impl io::Read,
    output: impl io::Write,
) -> Result<(), AppError> {
    let failed = |cause| AppError::internal("working".to_owned(), cause);
    confine(Bounds { address_bytes }).map_err(failed)?;
    let judge = |job: &[u8]| {
        allow_seconds(SECONDS_MAX)?;
        let (at, bytes) = job.split_first_chunk().ok_or(io::ErrorKind::InvalidData)?;
        let at = from_micros(i64::from_le_bytes(*at)).ok_or(io::ErrorKind::InvalidData)?;
        Ok(serde_json::to_vec(&verify(bytes, trust, at))?)
    };
    serve(input, output, judge).map_err(failed)
}
