//! The log of what was issued: a leaf with every change, a signed checkpoint soon after, and proofs
//! of both for anyone.

mod audit;
mod cosignatures;
mod foundations;
mod guard;
mod offline;
mod proofs;
mod witness;

pub use gateway::log_place::LogPlace;
pub use offline::{
    CheckedLeaf, CheckedLog, LogKeys, LogStanding, WitnessKeys, check_kept, check_log, check_proof,
    logged,
};
pub use proofs::ProofOf;
pub use witness::{Seen, Witness};

use crate::clockwork::random;
use crate::service_key::{ServiceKey, key_view, public_key};
use crate::view::LogKeyView;
use crate::{App, AppError};
use domain::digest::Sm3;
use domain::license::{License, StatusEntry};
use domain::log::{Checkpoint, Leaf, Note, NoteKey, Salt};
use domain::party::Organization;
use domain::sealing::KeyPurpose;
use formats::algorithm::PublicKey;
use gateway::kept;
use std::sync::Arc;
use storage::{StoreError, StoredCheckpoint};

/// Leaves made at once for changes that are older than the log.
const CAUGHT_UP_AT_ONCE: u32 = 500;
/// What its keys are for.
const LOG_KEYS: [KeyPurpose; 2] = [KeyPurpose::Log, KeyPurpose::LogEd25519];

impl App {
    /// The leaf of a change of an issued license.
    pub(crate) fn leaf(
        license: &License,
        entry: &StatusEntry,
        issuer: &Organization,
        file: Option<Sm3>,
    ) -> Result<Leaf, AppError> {
        let salt = Salt::new(random()?);
        Leaf::of(license, entry, &issuer.code, file, salt).ok_or_else(|| {
            let detail = "this change is not one of an issued license";
            AppError::internal(format!("logging a change of license {}", license.id()), detail)
        })
    }

    /// Takes waiting leaves into the tree and signs the new root; how many leaves it has now, when
    /// it grew.
    ///
    /// # Errors
    /// The store's, the key's and the disk's; the next round goes on where this one stopped.
    pub fn log_grow(&self) -> Result<Option<u64>, AppError> {
        if !self.tends() {
            return Ok(None);
        }
        let mut grown = None;
        loop {
            match self.store.log_grow(self.clock.now()) {
                Ok(Some(checkpoint)) => grown = Some(checkpoint.size),
                // Another process is at it.
                Err(StoreError::Exists { .. }) | Ok(None) => break,
                Err(error) => return Err(error.into()),
            }
        }
        // Also one that a crash left unsigned.
        if let Some(newest) = self.store.log_newest()?
            && newest.note.is_none()
        {
            fault::at("checkpoint", AppError::injected, || self.sign_checkpoint(&newest))?;
        }
        Ok(grown)
    }

    fn sign_checkpoint(&self, stored: &StoredCheckpoint) -> Result<(), AppError> {
        let (size, duty) = (stored.size, format!("checkpoint {} of the log", stored.size));
        // One flipped bit below a root that was signed is the end of a log: what is stored is hashed
        // again before.
        if self.log_hashes(size).root()? != stored.root {
            let detail = "the stored tiles have another root";
            return Err(AppError::internal(duty, detail));
        }
        let failed = |cause| AppError::internal(duty.clone(), cause);
        let checkpoint = Checkpoint::new(&self.log_origin()?, size, stored.root).map_err(failed)?;
        let text = checkpoint.to_string();
        let mut lines = Vec::new();
        for key in self.log_signers()? {
            let by = NoteKey::of_log(&checkpoint.origin, key.public.clone());
            let by = by.map_err(|cause| AppError::internal(duty.clone(), cause))?;
            let signature = self.sign_as_service(&key, &by.message(&text, 0), &duty)?;
            lines.push(by.line(&signature, 0));
        }
        let note = checkpoint.complete(&lines);
        self.store.log_sign(size, &note)?;
        Ok(kept::write(&self.settings.checkpoint_file(), &note)?)
    }

    /// The newest signed checkpoint.
    ///
    /// # Errors
    /// [`AppError::NotFound`] before the first.
    pub fn log_checkpoint(&self) -> Result<String, AppError> {
        // Of many processes another one may have signed it.
        let signed = if self.store.is_shared() { self.store.log_signed()? } else { None };
        let kept = || kept::read(&self.settings.checkpoint_file());
        signed.map_or_else(kept, |note| Ok(Some(note)))?.ok_or(AppError::NotFound)
    }

    /// The keys that sign checkpoints, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub fn log_keys(&self) -> Result<Vec<LogKeyView>, AppError> {
        let origin = self.log_origin()?;
        let mut views = Vec::new();
        for purpose in LOG_KEYS {
            for key in self.store.signing_key_list(purpose)? {
                let note = NoteKey::of_log(&origin, public_key(&key)?);
                let note =
                    note.map_err(|cause| AppError::internal("a key of the log".into(), cause))?;
                views.push(LogKeyView { note_key: note.to_string(), key: key_view(&key)? });
            }
        }
        Ok(views)
    }

    /// Every key that ever signed checkpoints.
    pub(crate) fn log_public_keys(&self) -> Result<Vec<PublicKey>, AppError> {
        let keys = LOG_KEYS.map(|purpose| self.public_keys(purpose));
        Ok(keys.into_iter().collect::<Result<Vec<_>, _>>()?.concat())
    }

    /// The keys that sign the next checkpoint. A token that has no Ed25519 signs with SM2 alone.
    fn log_signers(&self) -> Result<Vec<Arc<ServiceKey>>, AppError> {
        let mut signers = vec![self.service_key(KeyPurpose::Log)?];
        match self.service_key(KeyPurpose::LogEd25519) {
            Ok(key) => signers.push(key),
            Err(AppError::Unavailable { detail, .. }) => {
                tracing::warn!(detail, "the checkpoint is signed with SM2 alone");
            }
            Err(error) => return Err(error),
        }
        Ok(signers)
    }

    /// Leaves for the changes of a register that is older than its log.
    pub(crate) fn log_catch_up(&self) -> Result<usize, AppError> {
        let mut count = 0;
        loop {
            let unlogged = self.store.status_entry_unlogged(CAUGHT_UP_AT_ONCE)?;
            if unlogged.is_empty() {
                return Ok(count);
            }
            count += unlogged.len();
            let leaves = unlogged.iter().map(|entry| self.late_leaf(entry));
            self.store.log_append(&leaves.collect::<Result<Vec<_>, _>>()?)?;
        }
    }

    fn late_leaf(&self, entry: &StatusEntry) -> Result<Leaf, AppError> {
        let license = self.store.license_read(entry.license)?;
        let issued = entry.change.event() == domain::license::Event::Issue;
        let file = if issued { self.original(&license)? } else { None };
        let issuer = self.store.organization_read(license.particulars().issuer)?;
        Self::leaf(&license, entry, &issuer, file)
    }

    pub(crate) fn original(&self, license: &License) -> Result<Option<Sm3>, AppError> {
        let renditions = self.store.rendition_list(license.id())?;
        Ok(renditions.first().map(|rendition| rendition.sm3))
    }

    /// The name of the log: the one that its first checkpoint has, because witnesses know it by
    /// that; before it, the address below which its tiles are, without what a name has not.
    pub(crate) fn log_origin(&self) -> Result<String, AppError> {
        let first = self.store.log_checkpoints(0, 1)?.pop().and_then(|first| first.note);
        let note = first.as_ref().and_then(|note| Note::read(note.as_bytes()).ok());
        if let Some(read) = note.and_then(|note| Checkpoint::unproved(&note).ok()) {
            return Ok(read.origin);
        }
        let url = self.settings.public_url.trim_end_matches('/');
        let name = url.split_once("://").map_or(url, |(_, rest)| rest);
        let kept: String = name.chars().filter(|c| !c.is_whitespace() && *c != '+').collect();
        Ok(format!("{kept}/v1/log"))
    }
}
