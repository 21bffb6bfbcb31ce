//! The log, computed anew from its leaves.

use super::{Findings, Invariant};
use crate::log::LogKeys;
use crate::{App, AppError};
use domain::log::{Checkpoint, Note, Tree};
use storage::StoredCheckpoint;

/// Leaves and checkpoints read at a time.
const CHUNK: u32 = 1000;

impl App {
    /// Grows the tree from nothing and compares it with every checkpoint on the way.
    pub(super) fn fsck_log(&self, findings: &mut Findings) -> Result<(), AppError> {
        let keys = self.log_public_keys()?;
        let mut tree = Tree::default();
        let mut checkpoints = self.store.log_checkpoints(0, CHUNK)?.into_iter().peekable();
        loop {
            let leaves = self.store.log_leaves(tree.size(), CHUNK)?;
            if leaves.is_empty() {
                break;
            }
            for (place, leaf) in leaves {
                if place != tree.size() {
                    let missing = format!("leaf {} is missing", tree.size());
                    findings.fault(Invariant::Log, missing);
                    return Ok(());
                }
                tree.append(leaf.hash());
                while let Some(checkpoint) = checkpoints.next_if(|one| one.size <= tree.size()) {
                    compare(&tree, &checkpoint, findings);
                    self.fsck_note(&checkpoint, &keys, findings);
                }
                if checkpoints.peek().is_none() {
                    let more = self.store.log_checkpoints(tree.size(), CHUNK)?;
                    checkpoints = more.into_iter().peekable();
                }
            }
        }
        findings.looked_at(Invariant::Log, tree.size());
        if self.store.log_newest()?.is_some_and(|newest| newest.note.is_some()) {
            for fault in self.log_check(&LogKeys::default(), &[])?.faults {
                findings.fault(Invariant::Log, fault);
            }
        }
        for beyond in checkpoints {
            let fault = format!("checkpoint {} covers leaves that are not there", beyond.size);
            findings.fault(Invariant::Log, fault);
        }
        Ok(())
    }

    fn fsck_note(
        &self,
        stored: &StoredCheckpoint,
        keys: &[formats::algorithm::PublicKey],
        findings: &mut Findings,
    ) {
        let Some(note) = &stored.note else { return };
        let size = stored.size;
        if let (Ok(witnesses), Ok(note)) = (self.log_witness_keys(), Note::read(note.as_bytes())) {
            for name in witnesses.wrong(&note) {
                let fault = format!("checkpoint {size}: the signature of {name} is wrong");
                findings.fault(Invariant::Log, fault);
            }
        }
        match Checkpoint::read(note.as_bytes(), keys) {
            Ok(read) if (read.size, read.root) == (size, stored.root) => {}
            Ok(_) => {
                findings.fault(Invariant::Log, format!("checkpoint {size} signs another root"))
            }
            Err(cause) => findings.fault(Invariant::Log, format!("checkpoint {size}: {cause}")),
        }
    }
}

fn compare(tree: &Tree, checkpoint: &StoredCheckpoint, findings: &mut Findings) {
    if (checkpoint.size, checkpoint.root) != (tree.size(), tree.root()) {
        let fault = format!("the leaves have another root than checkpoint {}", checkpoint.size);
        findings.fault(Invariant::Log, fault);
    }
}
