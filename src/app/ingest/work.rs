//! Work on batches behind the answers: claimed by a lease, issued row by row on many threads, which
//! wait together for the disk; left when somebody pauses it, and gone on with after a crash.

use super::check::of_row;
use super::input::Input;
use crate::issue::Means;
use crate::orders::Bell;
use crate::{App, AppError, IssueRequest, id_of};
use domain::id::IngestBatchId;
use domain::ingest::{BatchEvent, BatchState, Row, RowCounts, RowState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration as Wait, Instant};
use storage::{ClaimedBatch, RowOf};
use time::Duration;

/// Rows taken at once: of so many the last ones keep few threads waiting.
const ROWS_AT_ONCE: u32 = 1024;
/// Rows that are taken and not begun by then are left for the next time: the claim is renewed first,
/// however slowly keys sign.
const BEGUN_WITHIN: Wait = Wait::from_secs(10);
/// Each waits for the disk most of its time; those that wait together share one fsync.
const THREADS_A_PROCESSOR: usize = 8;
/// Whoever died is followed after this.
const LEASE: Duration = Duration::minutes(1);
/// How often it is looked for what other processes received, and for what is due again.
const LOOKED_EVERY: Wait = Wait::from_secs(1);
/// The pause before rows are tried again for which a key, the disk or the register was away.
const PAUSE: Duration = Duration::seconds(10);
/// How often a batch is looked at that waits for people.
const PEOPLE: Duration = Duration::seconds(2);

/// Works on batches; what is under way is finished when this is dropped.
pub struct BatchWorker {
    app: App,
    thread: Option<JoinHandle<()>>,
}

impl Drop for BatchWorker {
    fn drop(&mut self) {
        self.app.batch_bell.close();
        if let Some(thread) = self.thread.take() {
            // It catches its panics, so it ends only by closing.
            let _ = thread.join();
        }
    }
}

/// Whether whoever works is to end.
pub(super) enum Stopping<'a> {
    /// When the bell says so.
    Bell(&'a Bell),
    /// Not before the work is done.
    Never,
}

impl Stopping<'_> {
    pub(super) fn now(&self) -> bool {
        match self {
            Self::Bell(bell) => bell.is_closing(),
            Self::Never => false,
        }
    }
}

/// Why rows do not go on for now.
enum Trouble {
    /// They are tried again later.
    Later(String, Duration),
    /// Somebody has to mend something first.
    Mend(String),
}

impl Trouble {
    /// Why no row goes on.
    fn of(error: AppError) -> Self {
        match error {
            AppError::LimitReached { wait, .. } => {
                let wait = Duration::try_from(wait).unwrap_or(PAUSE);
                Self::Later("seal_limit_reached".to_owned(), wait.max(PAUSE))
            }
            AppError::Unavailable { code, .. } => Self::Later(code.to_owned(), PAUSE),
            AppError::Full(_) => Self::Later("storage_full".to_owned(), PAUSE),
            AppError::DiskFailed(_) => Self::Later("storage_failed".to_owned(), PAUSE),
            AppError::Refused { code, detail } => Self::Mend(format!("{code}: {detail}")),
            other => {
                tracing::error!(error = %other, "a batch is paused");
                Self::Mend("internal_error".to_owned())
            }
        }
    }
}

impl App {
    /// Works on batches until the answer is dropped; what a crash left first.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn work_on_batches(&self) -> std::io::Result<BatchWorker> {
        self.batch_bell.open();
        let app = self.clone();
        let thread = std::thread::Builder::new().name("batches".to_owned());
        let thread = thread.spawn(move || app.work_until_closed())?;
        Ok(BatchWorker { app: self.clone(), thread: Some(thread) })
    }

    /// Works on one batch until it needs no more work, or waits for somebody; `progress` is told.
    ///
    /// # Errors
    /// The store's; the batch can be gone on with.
    pub fn work_on_batch(
        &self,
        id: &str,
        progress: &mut dyn FnMut(&RowCounts),
    ) -> Result<(), AppError> {
        let id: IngestBatchId = id_of(id)?;
        loop {
            let state = self.store.ingest_read(id)?.state;
            let counts = self.store.ingest_counts(id)?;
            progress(&counts);
            if !matches!(state, BatchState::Received | BatchState::Running) {
                return Ok(());
            }
            if state == BatchState::Running
                && counts.ready + counts.sealing == 0
                && counts.waiting > 0
            {
                return Ok(());
            }
            match self.store.ingest_claim(Some(id), self.clock.now(), LEASE)? {
                Some(mut claimed) => self.work_on(&mut claimed, &Stopping::Never, progress)?,
                // A service that runs has it.
                None => std::thread::sleep(LOOKED_EVERY / 5),
            }
        }
    }

    fn work_until_closed(&self) {
        while !self.batch_bell.is_closing() {
            let worked = catch_unwind(AssertUnwindSafe(|| self.work_on_next()));
            match worked {
                Ok(Ok(true)) => continue,
                Ok(Ok(false)) => {}
                Ok(Err(error)) => tracing::error!(%error, "a batch was left; it is tried again"),
                Err(_) => tracing::error!("a batch was left by a panic; it is tried again"),
            }
            self.batch_bell.wait(LOOKED_EVERY);
        }
    }

    /// Works on the batch that is longest due; false when there is none.
    fn work_on_next(&self) -> Result<bool, AppError> {
        if self.clock.skew().is_some() || !self.is_sound() {
            return Ok(false);
        }
        let claimed = self.store.ingest_claim(None, self.clock.now(), LEASE)?;
        let Some(mut claimed) = claimed else { return Ok(false) };
        self.work_on(&mut claimed, &Stopping::Bell(&self.batch_bell), &mut |_| {})?;
        Ok(true)
    }

    fn work_on(
        &self,
        claimed: &mut ClaimedBatch,
        stopping: &Stopping<'_>,
        progress: &mut dyn FnMut(&RowCounts),
    ) -> Result<(), AppError> {
        match claimed.batch.state {
            BatchState::Received => self.check_batch(claimed, stopping),
            BatchState::Running => self.issue_batch(claimed, stopping, progress),
            _ => Ok(()),
        }
    }

    /// Keeps the claim; false when the batch is to be left.
    pub(super) fn hold_on(&self, claimed: &mut ClaimedBatch) -> Result<bool, AppError> {
        let until = self.clock.now() + LEASE;
        Ok(self.store.ingest_renew(claimed, until)?)
    }

    fn issue_batch(
        &self,
        claimed: &mut ClaimedBatch,
        stopping: &Stopping<'_>,
        progress: &mut dyn FnMut(&RowCounts),
    ) -> Result<(), AppError> {
        let id = claimed.batch.id;
        // The rows themselves are in the register; only documents are looked for in the file.
        let file = match claimed.batch.format {
            Some(domain::ingest::Format::Zip) => self.files.read(claimed.batch.file)?,
            _ => Vec::new(),
        };
        let input = match file.is_empty() {
            true => None,
            false => Input::read(&file, self.settings.file_bytes_max).ok(),
        };
        loop {
            if stopping.now() || !self.hold_on(claimed)? {
                return self.let_go(claimed, stopping);
            }
            let rows = self.store.ingest_rows(id, Some(RowState::Ready), 0, ROWS_AT_ONCE)?;
            if rows.is_empty() {
                return self.settle_batch(claimed);
            }
            let trouble = self.issue_rows(claimed, &rows, input.as_ref(), stopping)?;
            progress(&self.store.ingest_counts(id)?);
            match trouble {
                None => {}
                Some(Trouble::Later(why, wait)) => {
                    let due = self.clock.now() + wait;
                    return Ok(self.store.ingest_leave(claimed, due, Some(&why))?);
                }
                Some(Trouble::Mend(why)) => {
                    return self.pass_batch(&claimed.batch, BatchEvent::Pause, Some(&why));
                }
            }
        }
    }

    /// A process that ends leaves its batch to the next at once.
    fn let_go(&self, claimed: &ClaimedBatch, stopping: &Stopping<'_>) -> Result<(), AppError> {
        match stopping.now() {
            true => Ok(self.store.ingest_leave(claimed, self.clock.now(), None)?),
            false => Ok(()),
        }
    }

    /// Issues rows on many threads; the first trouble that is not of a row stops all.
    fn issue_rows(
        &self,
        claimed: &ClaimedBatch,
        rows: &[Row],
        input: Option<&Input<'_>>,
        stopping: &Stopping<'_>,
    ) -> Result<Option<Trouble>, AppError> {
        let processors = std::thread::available_parallelism().map_or(2, usize::from);
        let threads = (processors * THREADS_A_PROCESSOR).min(rows.len());
        let (batch, type_code) = (&claimed.batch, claimed.batch.license_type.to_string());
        let means = match self.means(batch.organization, &type_code, batch.seal.as_deref()) {
            Ok(means) => means,
            Err(error) => return Ok(Some(Trouble::of(error))),
        };
        let (next, trouble) = (AtomicUsize::new(0), Mutex::new(None));
        let lock = || trouble.lock().unwrap_or_else(PoisonError::into_inner);
        let begun = Instant::now();
        let work = || -> Result<(), AppError> {
            while let Some(row) = rows.get(next.fetch_add(1, Ordering::Relaxed)) {
                if stopping.now() || lock().is_some() || begun.elapsed() > BEGUN_WITHIN {
                    break;
                }
                let of = RowOf { batch: claimed.batch.id, number: row.number };
                let Err(error) = self.issue_ready(claimed, (of, &means), row, input) else {
                    continue;
                };
                if let Some(found) = self.trouble_of(of, error)? {
                    lock().get_or_insert(found);
                }
            }
            Ok(())
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let broken = || AppError::internal("issuing rows".to_owned(), "a thread ended");
            let ended = threads.into_iter().map(|one| one.join().unwrap_or_else(|_| Err(broken())));
            ended.collect::<Result<Vec<()>, _>>()
        })?;
        Ok(trouble.into_inner().unwrap_or_else(PoisonError::into_inner))
    }

    fn issue_ready(
        &self,
        claimed: &ClaimedBatch,
        (of, means): (RowOf, &Means),
        row: &Row,
        input: Option<&Input<'_>>,
    ) -> Result<(), AppError> {
        let batch = &claimed.batch;
        let damaged = |cause: Box<dyn std::error::Error + Send + Sync>| {
            AppError::internal(format!("reading row {} of batch {}", of.number, of.batch), cause)
        };
        let content = row.content.as_deref().unwrap_or("{}");
        let fields = serde_json::from_str(content).map_err(|cause| damaged(cause.into()))?;
        let document = match &row.document {
            None => None,
            Some(name) => {
                let archive = input.and_then(|input| input.archive.as_ref());
                let entry = archive.and_then(|(_, zip)| Some((zip, zip.file(name)?)));
                let (zip, entry) = entry.ok_or_else(|| damaged("its document is gone".into()))?;
                Some(zip.inflate(entry).map_err(|cause| damaged(cause.into()))?)
            }
        };
        let request = IssueRequest {
            license_type: batch.license_type.to_string(),
            fields,
            document,
            seal: batch.seal.clone(),
            form: batch.form.map(Into::into),
            level: batch.level,
            parts: Vec::new(),
        };
        let asker = (batch.organization, batch.requested_by.clone());
        self.issue_row(asker, (of, means), &request)
    }

    /// Keeps what is wrong with a row; or says why none goes on.
    fn trouble_of(&self, of: RowOf, error: AppError) -> Result<Option<Trouble>, AppError> {
        let error = match of_row(error) {
            Ok(problems) => {
                self.store.ingest_row_fail(of, &problems)?;
                return Ok(None);
            }
            Err(error) => error,
        };
        let still = self.store.ingest_states(of.batch, of.number - 1, of.number)?;
        if still.get(&of.number) != Some(&RowState::Ready) {
            // Another process was quicker.
            return Ok(None);
        }
        tracing::warn!(%error, batch = %of.batch, row = of.number, "a row waits");
        Ok(Some(Trouble::of(error)))
    }

    /// No row is ready: the batch is at its end, or waits for what others do.
    fn settle_batch(&self, claimed: &ClaimedBatch) -> Result<(), AppError> {
        let counts = self.store.ingest_counts(claimed.batch.id)?;
        if counts.sealing > 0 {
            // Somebody else's, or left by a crash.
            self.recover(false)?;
        }
        if counts.sealing + counts.waiting > 0 {
            let trouble = (counts.waiting > 0).then_some("waiting_for_approval");
            let due = self.clock.now() + PEOPLE;
            return Ok(self.store.ingest_leave(claimed, due, trouble)?);
        }
        self.pass_batch(&claimed.batch, BatchEvent::Complete, None)
    }
}
