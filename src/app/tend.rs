//! What is done by the hour: what nobody needs any more goes.

use crate::{App, AppError};
use domain::digest::Sm3;
use gateway::files::{FileError, Swept};
use std::time::{Duration, SystemTime};

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
    /// Ended deliveries that are kept no longer.
    pub deliveries: usize,
    /// Sessions that are over.
    pub sessions: usize,
}

/// A file is stored before the register knows it; an issue takes seconds.
pub(crate) const FILE_SETTLED_AFTER: Duration = Duration::from_secs(3600);
/// A client that repeats a request does so within hours; a week is for a long weekend.
const REQUEST_KEPT: time::Duration = time::Duration::days(7);
/// A receiver that was broken for a while asks for what it missed.
pub(crate) const DELIVERY_KEPT: time::Duration = time::Duration::days(30);

impl App {
    /// A stored file; `None` for one that is half-written, by a crash or at this moment, and so of
    /// no license.
    ///
    /// # Errors
    /// The store's, and a file of a license that is missing or damaged.
    pub(crate) fn whole_file(&self, name: Sm3) -> Result<Option<Vec<u8>>, AppError> {
        match self.files.read(name) {
            Err(FileError::Changed { .. } | FileError::Missing { .. })
                if !self.store.rendition_knows(name)? =>
            {
                Ok(None)
            }
            // It may have come to be a license's since it was read.
            Err(FileError::Changed { .. }) => Ok(Some(self.files.read(name)?)),
            read => Ok(Some(read?)),
        }
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
        let known = |sm3| Ok::<_, AppError>(self.store.rendition_knows(sm3)?);
        let Swept { temporary, orphans } = self.files.sweep(when, known)?;
        let now = self.clock.now();
        let requests = self.store.request_expire(now - REQUEST_KEPT)?;
        let kept = time::Duration::days(self.settings.verification_days.into());
        let verifications = self.store.verification_expire(now - kept)?;
        let overdue = self.store.delivery_overdue(now)?;
        let deliveries = self.store.delivery_expire(now - DELIVERY_KEPT)?;
        let sessions = self.forget_sessions()?;
        Ok(Tended { temporary, orphans, requests, verifications, overdue, deliveries, sessions })
    }
}
