//! What is done by the hour: what nobody needs any more goes.

use crate::{App, AppError};
use domain::digest::Sm3;
use domain::ingest::BatchEvent;
use gateway::files::{FileError, Swept};
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;

/// What one round took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tended {
    /// Half-written files of a crash.
    pub temporary: usize,
    /// Files of issues that never came to be.
    pub orphans: usize,
    /// Answers to requests that nobody repeats any more.
    pub requests: usize,
    /// Verifications that are kept no longer.
    pub verifications: usize,
    /// Deliveries that are given up because their receiver never answers.
    pub overdue: usize,
    /// Files of batches that ended long ago.
    pub batches: usize,
    /// Prepared documents whose signing has ended.
    pub signings: usize,
    /// Ended deliveries that are kept no longer.
    pub deliveries: usize,
    /// Sessions that are over.
    pub sessions: usize,
    /// Access tokens and nonces of clients that are over.
    pub tokens: usize,
    /// Licenses of which it was told that they end soon.
    pub ending: usize,
    /// Undertakings of which it was told that they are due.
    pub undertakings: usize,
}

/// A file is stored before the register knows it; an issue takes seconds.
pub(crate) const FILE_SETTLED_AFTER: Duration = Duration::from_secs(3600);
/// A client that repeats a request does so within hours; a week is for a long weekend.
const REQUEST_KEPT: time::Duration = time::Duration::days(7);
/// A receiver that was broken for a while asks for what it missed.
pub(crate) const DELIVERY_KEPT: time::Duration = time::Duration::days(30);

/// A manifest that nobody decided about; its orders wait on.
const MANIFEST_OPEN: time::Duration = time::Duration::days(7);

impl App {
    /// A stored file; `None` for one that is half-written, by a crash or at this moment, and so of
    /// no license.
    ///
    /// # Errors
    /// The store's, and a file of a license that is missing or damaged.
    pub(crate) fn whole_file(&self, name: Sm3) -> Result<Option<Vec<u8>>, AppError> {
        match self.files.read(name) {
            Err(FileError::Changed { .. } | FileError::Missing { .. })
                if !self.knows_file(name)? =>
            {
                Ok(None)
            }
            // It may have come to be a license's since it was read.
            Err(FileError::Changed { .. }) => Ok(Some(self.files.read(name)?)),
            read => Ok(Some(read?)),
        }
    }

    /// Ends batches that were checked or paused and that nobody began or went on with for as long as
    /// files are kept: what their rows say of people must not lie here for good.
    pub(crate) fn end_forgotten_batches(&self, now: OffsetDateTime) -> Result<(), AppError> {
        let kept = time::Duration::days(self.settings.batch_days.into());
        for batch in self.store.ingest_forgotten(now - kept)? {
            self.pass_batch(&batch, BatchEvent::Cancel, Some("forgotten"))?;
        }
        Ok(())
    }

    /// Takes away the files of batches that ended long ago, unless something else has the same.
    pub(crate) fn let_batch_files_go(&self, now: OffsetDateTime) -> Result<usize, AppError> {
        let kept = time::Duration::days(self.settings.batch_days.into());
        self.remove_unknown(self.store.ingest_let_files_go(now - kept, now)?)
    }

    /// Takes away what was prepared for signatures and waits no longer, all of it.
    fn let_signing_files_go(&self, now: OffsetDateTime) -> Result<usize, AppError> {
        let mut count = 0;
        loop {
            let gone = self.store.signing_let_go(now)?;
            if gone.is_empty() {
                return Ok(count);
            }
            count += self.remove_unknown(gone)?;
        }
    }

    /// Takes away files that nobody needs any more, unless something else has the same.
    pub(crate) fn remove_unknown(&self, files: Vec<Sm3>) -> Result<usize, AppError> {
        let mut count = 0;
        for file in files {
            if self.knows_file(file)? {
                continue;
            }
            let bytes = match self.files.read(file) {
                // Let go before, and away already.
                Err(FileError::Missing { .. }) => continue,
                // Of a damaged one nothing is missed.
                Err(FileError::Changed { .. }) => {
                    self.files.remove(file)?;
                    count += 1;
                    continue;
                }
                read => read?,
            };
            self.files.remove(file)?;
            count += 1;
            if self.knows_file(file)? {
                // Somebody sent the same again at this very moment.
                self.files.put(&bytes)?;
            }
        }
        Ok(count)
    }

    /// Whether a file is one of a license, still to be sealed, that of a batch, one that was made for a
    /// decision, one that waits for a signature or was signed, or one of the material library.
    fn knows_file(&self, sm3: Sm3) -> Result<bool, AppError> {
        Ok(self.store.rendition_knows(sm3)?
            || self.store.sealing_request_knows(sm3)?
            || self.store.ingest_knows(sm3)?
            || self.store.bundles_know(sm3)?
            || self.store.signing_knows(sm3)?
            || self.store.undertaking_knows(sm3)?
            || self.store.library_knows(sm3)?)
    }

    /// One round: files that no license came of, and old answers. `since` is the beginning of the
    /// round before, so that a file is asked for once; the first round looks at every file.
    ///
    /// Where the register is a file, only the first process on a data folder does this; on a
    /// server any may, because what is old is old for all.
    ///
    /// # Errors
    /// The store's and the disk's; the next round tries again.
    pub fn tend(&self, since: Option<SystemTime>) -> Result<Tended, AppError> {
        if !self.tends() || self.clock.skew().is_some() {
            return Ok(Tended::default());
        }
        // What could not be given up when it failed; on a server also what a process left that was
        // not started again.
        self.recover(false)?;
        self.log_foundations()?;
        let before = |at: SystemTime| at.checked_sub(FILE_SETTLED_AFTER).unwrap_or(at);
        let now = SystemTime::from(self.clock.now());
        let when = since.map_or(SystemTime::UNIX_EPOCH, before)..before(now);
        let known = |sm3| self.knows_file(sm3);
        let Swept { temporary, orphans } = self.files.sweep(when, known)?;
        let now = self.clock.now();
        let requests = self.store.request_expire(now - REQUEST_KEPT)?;
        let kept = time::Duration::days(self.settings.verification_days.into());
        let verifications = self.store.verification_expire(now - kept)?;
        self.end_forgotten_batches(now)?;
        let batches = self.let_batch_files_go(now)?;
        let signings = self.let_signing_files_go(now)?;
        let overdue = self.store.delivery_overdue(now)?;
        let deliveries = self.store.delivery_expire(now - DELIVERY_KEPT)?;
        let sessions = self.forget_sessions()?;
        self.store.seal_count_expire(now)?;
        self.store.manifest_expire(now - MANIFEST_OPEN)?;
        self.keep_targets()?;
        let tokens = self.store.tokens_forget(now)?;
        let ending = self.tell_of_ending()?;
        let undertakings = self.tell_of_undertakings()?;
        Ok(Tended {
            temporary,
            orphans,
            requests,
            verifications,
            batches,
            signings,
            overdue,
            deliveries,
            sessions,
            tokens,
            ending,
            undertakings,
        })
    }
}
