//! Batches of the register at hand.

use super::{Desk, Sent};
use crate::cli::exit::Failure;
use app::view::IngestBatchView;
use app::{App, BatchEvent, Caller, Errand, IngestRequest};

/// The register at hand, for somebody who sits at it.
pub(super) struct Here {
    pub(super) app: App,
    pub(super) caller: Caller,
}

impl Desk for Here {
    fn receive(&self, sent: Sent<'_>) -> Result<String, Failure> {
        let Sent { typed, name, bytes } = sent;
        let request = IngestRequest {
            license_type: typed.license_type.clone().unwrap_or_default(),
            file_name: name,
            bytes,
            declared: typed.declared,
            seal: typed.seal.clone(),
            form: typed.form.map(Into::into),
            level: typed.level.map(Into::into),
        };
        let received =
            self.app.ingest_receive(&self.caller, typed.idempotency_key.as_ref(), request)?;
        Ok(received.value.id)
    }

    fn batch(&self, id: &str) -> Result<IngestBatchView, Failure> {
        Ok(self.app.ingest_batch(&self.caller, id)?)
    }

    fn step(&self, id: &str, event: BatchEvent) -> Result<(), Failure> {
        Ok(self.app.ingest_step(&self.caller, id, event).map(drop)?)
    }

    fn work(&self, id: &str, told: &mut dyn FnMut(&IngestBatchView)) -> Result<(), Failure> {
        let mut tell = |_: &_| {
            if let Ok(batch) = self.app.ingest_batch(&self.caller, id) {
                told(&batch);
            }
        };
        Ok(self.app.work_on_batch(id, &mut tell)?)
    }

    fn failed(&self, id: &str) -> Result<Vec<u8>, Failure> {
        let errand = Errand::by("yinzheng import");
        Ok(self.app.ingest_failed(&self.caller, &errand, id)?.bytes)
    }
}
