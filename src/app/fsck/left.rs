//! What is still owed, and what a crash left lying.

use super::{Findings, Invariant};
use crate::tend::{DELIVERY_KEPT, FILE_SETTLED_AFTER};
use crate::{App, AppError};
use gateway::files::FilePlace;
use gateway::leftover::left_over;
use std::path::PathBuf;
use std::time::SystemTime;
use time::Duration;

impl App {
    /// The newest licenses, since the last of what was owed for older ones may be forgotten.
    pub(super) fn fsck_outbox(&self, findings: &mut Findings) -> Result<(), AppError> {
        let now = self.clock.now();
        let owed = self.store.fsck_owed(now - DELIVERY_KEPT + Duration::DAY)?;
        findings.looked_at(Invariant::Outbox, owed.looked_at);
        for change in owed.untold {
            let fault = format!("a subscriber is not told of change {change}");
            findings.fault(Invariant::Outbox, fault);
        }
        Ok(())
    }

    /// Files without names, older than any write takes. A running service sweeps them.
    pub(super) fn fsck_left_over(&self, findings: &mut Findings) -> Result<(), AppError> {
        let now = SystemTime::from(self.clock.now());
        let before = now.checked_sub(FILE_SETTLED_AFTER).unwrap_or(now);
        let mut folders = vec![self.settings.data.clone()];
        if let FilePlace::Folder(files) = self.settings.file_place()
            && !files.starts_with(&self.settings.data)
        {
            folders.push(files);
        }
        let in_use = self.lock.is_none() || self.store.is_shared();
        for folder in folders {
            findings.looked_at(Invariant::Temporary, 1);
            let failed = |cause| AppError::internal(format!("listing {}", folder.display()), cause);
            for path in left_over(&folder, before).map_err(failed)? {
                let said = format!("left half-written: {}", short(&path, &folder).display());
                match in_use {
                    true => findings.remark(Invariant::Temporary, said),
                    false => findings.fault(Invariant::Temporary, said),
                }
            }
        }
        Ok(())
    }
}

fn short(path: &std::path::Path, folder: &std::path::Path) -> PathBuf {
    path.strip_prefix(folder).unwrap_or(path).to_owned()
}
