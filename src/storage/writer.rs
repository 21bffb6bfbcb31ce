//! The one writer: gathers what threads write into one transaction and one fsync.
//!
//! Whoever comes while another writes joins the open transaction, in a savepoint of its own; the
//! last to come commits for all, and nobody returns before the commit has returned. A lone writer
//! commits at once. So a batch is as large as the disk is slow.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use diesel::connection::TransactionManager;

use crate::connection::{Connection, transact};
use crate::error::StoreError;

type Manages = <Connection as diesel::Connection>::TransactionManager;

/// Writes in one commit, at most: keeps the wait of the first within a few milliseconds.
const BATCH_WRITES_MAX: usize = 128;
/// Failed batches whose members may not have looked yet; each is looked at within microseconds.
const FAILURES_KEPT: usize = 64;

pub(crate) struct Writer {
    open: Box<dyn Fn() -> Result<Connection, StoreError> + Send + Sync>,
    /// Whether the disk is gone, asked behind a commit that said it was done.
    given_up: Box<dyn Fn() -> bool + Send + Sync>,
    batch: Mutex<Batch>,
    ended: Condvar,
    coming: AtomicUsize,
    /// Set when the disk failed, and never again cleared: after an fsync that failed the system
    /// may call the next one a success although bytes were lost.
    lost: AtomicBool,
}

struct Batch {
    /// Dropped when it failed: dropping rolls back, and the next writer opens a fresh one.
    connection: Option<Connection>,
    number: u64,
    writes: usize,
    in_transaction: bool,
    failures: Vec<(u64, Failure)>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Failure {
    Busy,
    Full,
    Disk,
    Other,
}

impl Writer {
    pub(crate) fn new(
        open: impl Fn() -> Result<Connection, StoreError> + Send + Sync + 'static,
        given_up: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Result<Self, StoreError> {
        let connection = Some(open()?);
        let failures = Vec::new();
        let batch = Batch { connection, number: 0, writes: 0, in_transaction: false, failures };
        Ok(Self {
            open: Box::new(open),
            given_up: Box::new(given_up),
            batch: Mutex::new(batch),
            ended: Condvar::new(),
            coming: AtomicUsize::new(0),
            lost: AtomicBool::new(false),
        })
    }

    /// Whether every write so far was taken by the disk, or refused without harm.
    pub(crate) fn is_sound(&self) -> bool {
        !self.lost.load(Ordering::SeqCst)
    }

    /// Runs `work` in a transaction; returns when it is on stable storage or undone.
    pub(crate) fn write<T>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if !self.is_sound() {
            return Err(Failure::Disk.error(operation));
        }
        self.coming.fetch_add(1, Ordering::SeqCst);
        let mut batch = self.lock();
        self.coming.fetch_sub(1, Ordering::SeqCst);
        let number = batch.number;
        let outcome = catch_unwind(AssertUnwindSafe(|| self.join(&mut batch, operation, work)));
        match &outcome {
            Ok(Ok(_)) => batch.writes += 1,
            Ok(Err(error)) if !error.is_failure() => {}
            Ok(Err(error)) => self.fail(&mut batch, Failure::of(error)),
            Err(_) => self.fail(&mut batch, Failure::Other),
        }
        let last = self.coming.load(Ordering::SeqCst) == 0 || batch.writes >= BATCH_WRITES_MAX;
        if last && batch.number == number {
            self.commit(&mut batch);
        }
        let value = match outcome {
            Err(panic) => resume_unwind(panic),
            Ok(result) => result?,
        };
        while batch.number == number {
            batch = self.ended.wait(batch).unwrap_or_else(PoisonError::into_inner);
        }
        match batch.failures.iter().find(|(failed, _)| *failed == number) {
            Some((_, failure)) => Err(failure.error(operation)),
            None => Ok(value),
        }
    }

    #[cfg(test)]
    pub(crate) fn waiting(&self) -> usize {
        self.coming.load(Ordering::SeqCst)
    }

    /// The mutex is never poisoned by our own code: panics of `work` are caught inside.
    fn lock(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join<T>(
        &self,
        batch: &mut Batch,
        operation: &'static str,
        work: impl FnOnce(&mut Connection) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let connection = match &mut batch.connection {
            Some(connection) => connection,
            none => none.insert((self.open)()?),
        };
        if !batch.in_transaction {
            let begun = match connection {
                Connection::Sqlite(connection) => crate::sqlite::begin(connection),
                #[cfg(feature = "postgres")]
                Connection::Postgres(_) => Manages::begin_transaction(connection),
            };
            begun.map_err(|cause| StoreError::database(operation, cause))?;
            batch.in_transaction = true;
        }
        transact(connection, operation, work)
    }

    fn commit(&self, batch: &mut Batch) {
        let Some(connection) = batch.connection.as_mut().filter(|_| batch.in_transaction) else {
            return self.end(batch);
        };
        match Manages::commit_transaction(connection) {
            Ok(()) if (self.given_up)() => self.fail(batch, Failure::Disk),
            Ok(()) => self.end(batch),
            Err(cause) => {
                let failure = Failure::of(&StoreError::database("committing", cause));
                self.fail(batch, failure);
            }
        }
    }

    fn fail(&self, batch: &mut Batch, failure: Failure) {
        if matches!(failure, Failure::Disk) {
            self.lost.store(true, Ordering::SeqCst);
        }
        batch.connection = None;
        if batch.failures.len() == FAILURES_KEPT {
            batch.failures.remove(0);
        }
        batch.failures.push((batch.number, failure));
        self.end(batch);
    }

    fn end(&self, batch: &mut Batch) {
        batch.in_transaction = false;
        batch.writes = 0;
        batch.number += 1;
        self.ended.notify_all();
    }
}

impl Failure {
    pub(crate) fn of(error: &StoreError) -> Self {
        match error {
            StoreError::Busy { .. } => Self::Busy,
            StoreError::Full { .. } => Self::Full,
            StoreError::Disk { .. } => Self::Disk,
            _ => Self::Other,
        }
    }

    pub(crate) fn error(self, operation: &'static str) -> StoreError {
        match self {
            Self::Busy => StoreError::Busy { operation },
            Self::Full => StoreError::Full { operation },
            Self::Disk => {
                let cause = "an earlier write was not brought to the disk".into();
                StoreError::Disk { operation, cause }
            }
            Self::Other => {
                let cause = "the transaction that it shared was not committed".into();
                StoreError::Failed { operation, cause }
            }
        }
    }
}

#[cfg(test)]
mod tests;
