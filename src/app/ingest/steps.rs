//! What people ask of a batch, and what its worker says of it.

use crate::view::time::instant;
use crate::view::{IngestBatchView, IngestEventView};
use crate::{App, AppError, Caller};
use domain::audit::{Actor, Subject};
use domain::ingest::{Batch, BatchEvent, BatchState};
use domain::webhook::EventType;
use storage::StoreError;

/// The name of the rule in the audit trail.
const INGEST: &str = "ingest";
/// Somebody and the worker may change a batch at the same time; each then looks again.
const ROUNDS_MAX: usize = 5;

impl App {
    /// Starts, pauses, resumes or ends a batch, or has its failed rows checked once more.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `batch_state` when it is not possible now, with what is.
    pub fn ingest_step(
        &self,
        caller: &Caller,
        id: &str,
        event: BatchEvent,
    ) -> Result<IngestBatchView, AppError> {
        for _ in 0..ROUNDS_MAX {
            let batch = self.own_batch(caller, id)?;
            if !batch.allowed().any(|allowed| allowed == event) {
                batch.has_file()?;
                return Err(refused(&batch, event));
            }
            match self.pass(&batch, event, None, &caller.actor()) {
                Err(AppError::InProgress) => {}
                passed => {
                    passed?;
                    self.batch_bell.ring();
                    return self.ingest_batch(caller, id);
                }
            }
        }
        Err(AppError::InProgress)
    }

    /// What the service itself says of a batch; when somebody changed it meanwhile, that counts.
    pub(crate) fn pass_batch(
        &self,
        batch: &Batch,
        event: BatchEvent,
        trouble: Option<&str>,
    ) -> Result<(), AppError> {
        let actor = Actor::Service(INGEST.to_owned());
        match self.pass(batch, event, trouble, &actor) {
            Err(AppError::InProgress) => Ok(()),
            passed => passed,
        }
    }

    fn pass(
        &self,
        batch: &Batch,
        event: BatchEvent,
        trouble: Option<&str>,
        actor: &Actor,
    ) -> Result<(), AppError> {
        let (counts, at) = (self.store.ingest_counts(batch.id)?, self.clock.now());
        let changed = batch.changed(event, counts.issued, at).map_err(|_| refused(batch, event))?;
        let changed = Batch { trouble: trouble.map(str::to_owned), ..changed };
        let told = self.clock.entry(
            actor,
            &format!("ingest.{event}"),
            Subject::new("batch", batch.id),
            &[("issued", counts.issued.to_string()), ("failed", counts.failed.to_string())],
        )?;
        let owed = (changed.state == BatchState::Completed).then(|| {
            let data = IngestEventView {
                batch_id: batch.id.to_string(),
                license_type: batch.license_type.to_string(),
                issued: counts.issued,
                failed: counts.failed,
            };
            self.event(batch.organization, EventType::IngestBatchCompleted, data)
        });
        let owed = owed.transpose()?;
        let kept = self.store.ingest_change(&changed, &[told], owed.as_ref());
        if owed.is_some() {
            self.outbox.wake();
        }
        kept.map_err(|error| match error {
            StoreError::Conflict { .. } => AppError::InProgress,
            other => other.into(),
        })
    }
}

/// Whether a batch still has its file.
pub(super) trait HasFile {
    /// # Errors
    /// `batch_file_gone`, with since when.
    fn has_file(&self) -> Result<(), AppError>;
}

impl HasFile for Batch {
    fn has_file(&self) -> Result<(), AppError> {
        let Some(at) = self.file_gone_at else { return Ok(()) };
        let words = format!("its file was taken away at {}; send the rows anew", instant(at));
        Err(crate::refused("batch_file_gone", words))
    }
}

fn refused(batch: &Batch, event: BatchEvent) -> AppError {
    crate::refused("batch_state", domain::ingest::BatchRefused { state: batch.state, event })
}
