//! Verifications that are written down behind their answers, many in one transaction.
//!
//! An answer to somebody who asks is no promise that something was done: losing the record of the
//! last moments in a power cut costs asking again. So nobody waits for the disk, while there is
//! room. Where processes share a register, another may be asked for the record at once: there each
//! is written before its answer.

use crate::{App, AppError};
use std::io;
use std::mem::take;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use storage::StoredVerification;

/// Some kilobytes each; whoever finds no room writes for itself, and waits.
const WAITING_MAX: usize = 1024;
const GATHERED_FOR: Duration = Duration::from_millis(20);
/// After a disk that was full, say.
const TRIED_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// What waits to be written. The locks are never poisoned half way: each change is a single step.
#[derive(Default)]
pub(crate) struct Behind {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    /// Held from taking what waits until it is written or put back.
    writing: Mutex<()>,
}

#[derive(Default)]
struct Waiting {
    /// Whether there is somebody to write it.
    open: bool,
    records: Vec<StoredVerification>,
}

/// Writes until it is dropped, and then the rest.
pub struct Keeping {
    app: App,
    writer: Option<JoinHandle<()>>,
}

impl Behind {
    /// Takes a record to be written soon.
    ///
    /// # Errors
    /// The record: there is no room, or nobody to write it.
    pub(super) fn take(&self, record: StoredVerification) -> Result<(), Box<StoredVerification>> {
        let mut waiting = lock(&self.waiting);
        if !waiting.open || waiting.records.len() >= WAITING_MAX {
            return Err(Box::new(record));
        }
        waiting.records.push(record);
        drop(waiting);
        self.changed.notify_one();
        Ok(())
    }

    fn set_open(&self, open: bool) {
        lock(&self.waiting).open = open;
        self.changed.notify_all();
    }

    /// Waits until there is something to write; false when there will be nothing any more.
    fn wait(&self) -> bool {
        let waiting = lock(&self.waiting);
        let empty = |waiting: &mut Waiting| waiting.open && waiting.records.is_empty();
        let waiting = self.changed.wait_while(waiting, empty);
        let waiting = waiting.unwrap_or_else(PoisonError::into_inner);
        waiting.open || !waiting.records.is_empty()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    /// Whether nobody waits for the disk to learn of a verification.
    #[must_use]
    pub fn verifies_from_memory(&self) -> bool {
        !self.store.is_shared()
    }

    /// Writes verifications behind their answers until the result is dropped.
    ///
    /// # Errors
    /// When the system gives no more threads.
    pub fn keep_behind(&self) -> io::Result<Keeping> {
        let mut keeping = Keeping { app: self.clone(), writer: None };
        if self.verifies_from_memory() {
            let app = self.clone();
            let writer = thread::Builder::new().name("behind".to_owned());
            keeping.writer = Some(writer.spawn(move || app.write_all_behind())?);
            self.behind.set_open(true);
        }
        Ok(keeping)
    }

    fn write_all_behind(&self) {
        while self.behind.wait() {
            // Whoever comes meanwhile shares the fsync, which costs more than writing does.
            if lock(&self.behind.waiting).open {
                thread::sleep(GATHERED_FOR);
            }
            if let Err(error) = self.write_behind() {
                tracing::warn!(%error, "verifications were not written; tried again soon");
                if !self.is_sound() || !lock(&self.behind.waiting).open {
                    return;
                }
                thread::sleep(TRIED_AGAIN_AFTER);
            }
        }
    }

    /// Writes what waits now, or is being written, before it returns.
    pub(crate) fn write_behind(&self) -> Result<(), AppError> {
        let writing = lock(&self.behind.writing);
        let records = take(&mut lock(&self.behind.waiting).records);
        if records.is_empty() {
            return Ok(());
        }
        let written = self.store.verification_insert_all(&records);
        if written.is_err() {
            let mut waiting = lock(&self.behind.waiting);
            let newer = std::mem::replace(&mut waiting.records, records);
            waiting.records.extend(newer);
        }
        drop(writing);
        Ok(written?)
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        let Some(writer) = self.writer.take() else { return };
        self.app.behind.set_open(false);
        // It ends by itself, after the rest; that it panicked is in the log already.
        let _ = writer.join();
    }
}
