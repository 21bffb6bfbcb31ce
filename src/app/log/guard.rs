//! A register that is older than its newest checkpoint is not served: what was issued since would
//! be denied, and its numbers given again.

use crate::{App, AppError};
use domain::audit::{Actor, Subject};
use domain::log::{Checkpoint, CheckpointError};
use gateway::kept;

impl App {
    /// Compares the register with the checkpoint kept beside it.
    ///
    /// # Errors
    /// `log_rollback` when the register does not hold all that the checkpoint covers, unless the
    /// operator accepts that; `log_damaged` when the kept checkpoint is none of ours.
    pub(crate) fn guard_log(&self) -> Result<(), AppError> {
        let Some(note) = kept::read(&self.settings.checkpoint_file())? else { return Ok(()) };
        let keys = self.log_public_keys()?;
        match Checkpoint::read(note.as_bytes(), &keys) {
            Ok(kept) if self.holds(&kept)? => Ok(()),
            // A register from before the key was made does not know it.
            Ok(_) | Err(CheckpointError::Unsigned) => self.older_than_checkpoint(&note),
            Err(cause) => Err(AppError::Unavailable {
                code: "log_damaged",
                detail: format!("{}: {cause}", self.settings.checkpoint_file().display()),
            }),
        }
    }

    /// Whether the tree had this root when it had this size.
    fn holds(&self, kept: &Checkpoint) -> Result<bool, AppError> {
        let Some(below) = kept.size.checked_sub(1) else { return Ok(true) };
        let found = self.store.log_checkpoints(below, 1)?;
        Ok(found.first().is_some_and(|one| (one.size, one.root) == (kept.size, kept.root)))
    }

    fn older_than_checkpoint(&self, note: &str) -> Result<(), AppError> {
        if !self.settings.accept_older_register {
            let detail = "the register is older than the newest signed checkpoint of its log: \
                licenses issued since are missing; put back a newer register, or start once with \
                --accept-older-register";
            return Err(AppError::Unavailable { code: "log_rollback", detail: detail.to_owned() });
        }
        let was = note.lines().nth(1).unwrap_or_default().to_owned();
        let newest = self.store.log_newest()?;
        let is = newest.as_ref().map_or(0, |newest| newest.size).to_string();
        tracing::warn!(checkpoint = was, register = is, "an older register was accepted");
        let actor = Actor::Console;
        let subject = Subject::new("log", "checkpoint");
        let detail = [("checkpoint", was), ("register", is)];
        let event = self.clock.entry(&actor, "log.rollback_accepted", subject, &detail)?;
        self.store.audit_append(&[event])?;
        let file = self.settings.checkpoint_file();
        match newest.and_then(|newest| newest.note) {
            Some(note) => kept::write(&file, &note)?,
            None => kept::forget(&file)?,
        }
        Ok(())
    }
}
