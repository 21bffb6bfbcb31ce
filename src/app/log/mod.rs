//! The log of what was issued: a leaf with every change, a signed checkpoint soon after.

mod guard;

use crate::clockwork::random;
use crate::view::ServiceKeyView;
use crate::{App, AppError};
use domain::digest::Sm3;
use domain::license::{License, StatusEntry};
use domain::log::{Checkpoint, Leaf, Salt};
use domain::party::Organization;
use domain::sealing::KeyPurpose;
use gateway::kept;
use storage::{StoreError, StoredCheckpoint};

/// Leaves made at once for changes that are older than the log.
const CAUGHT_UP_AT_ONCE: u32 = 500;

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
        let size = stored.size;
        let checkpoint = Checkpoint::new(&self.log_origin(), size, stored.root)
            .map_err(|cause| AppError::internal(format!("checkpoint {size} of the log"), cause))?;
        let key = self.service_key(KeyPurpose::Log)?;
        let duty = format!("checkpoint {size} of the log");
        let signature = self.sign_as_service(&key, &checkpoint.message(), &duty)?;
        let note = checkpoint.complete(&key.public, &signature);
        self.store.log_sign(size, &note)?;
        Ok(kept::write(&self.settings.checkpoint_file(), &note)?)
    }

    /// The newest signed checkpoint.
    ///
    /// # Errors
    /// [`AppError::NotFound`] before the first.
    pub fn log_checkpoint(&self) -> Result<String, AppError> {
        kept::read(&self.settings.checkpoint_file())?.ok_or(AppError::NotFound)
    }

    /// The keys that sign checkpoints, oldest first.
    ///
    /// # Errors
    /// The store's.
    pub fn log_keys(&self) -> Result<Vec<ServiceKeyView>, AppError> {
        self.service_key_views(KeyPurpose::Log)
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

    fn original(&self, license: &License) -> Result<Option<Sm3>, AppError> {
        let renditions = self.store.rendition_list(license.id())?;
        Ok(renditions.first().map(|rendition| rendition.sm3))
    }

    /// The name of the log: the address of the service, without what a name has not.
    fn log_origin(&self) -> String {
        let url = self.settings.public_url.trim_end_matches('/');
        let name = url.split_once("://").map_or(url, |(_, rest)| rest);
        let kept: String = name.chars().filter(|c| !c.is_whitespace() && *c != '+').collect();
        format!("{kept}/log")
    }
}
