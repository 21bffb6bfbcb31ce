//! What a witness keeps: its key, and the newest checkpoint that it has seen. One log to a folder.

use crate::custody::{Custody, CustodyError, CustodySettings};
use crate::durable::{self, Readers};
use crate::kept::{self, KeptError};
use crate::lock::{FolderLock, LockError};
use std::io;
use std::path::{Path, PathBuf};

const SEEN: &str = "seen.checkpoint";
const KEY: &str = "key";

/// Why a folder is not one to witness from.
#[derive(Debug, thiserror::Error)]
pub enum WitnessFolderError {
    /// Another process works in it: of two that look at once, one could undo what the other saw.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// Its key.
    #[error(transparent)]
    Custody(#[from] CustodyError),
    /// What it keeps.
    #[error(transparent)]
    Kept(#[from] KeptError),
}

/// A witness's folder, while one process works in it.
#[derive(Debug)]
pub struct WitnessFolder {
    folder: PathBuf,
    custody: Custody,
    key: String,
    _lock: FolderLock,
}

impl WitnessFolder {
    /// Opens the folder, or makes it with a key of this kind, for its owner alone.
    ///
    /// # Errors
    /// Another process works in it, or it cannot be made or read.
    pub fn open(
        folder: &Path,
        make: impl FnOnce(&Custody) -> Result<String, CustodyError>,
    ) -> Result<Self, WitnessFolderError> {
        let failed = |cause| KeptError { path: folder.to_owned(), cause };
        durable::folder_for_owner(folder).map_err(failed)?;
        let lock = FolderLock::acquire(folder)?;
        let custody = Custody::open(&folder.join("custody"), &CustodySettings::default())?;
        let named = kept::read(&folder.join(KEY))?;
        let key = match named {
            Some(key) => key,
            None => {
                let key = make(&custody)?;
                write(&folder.join(KEY), &key)?;
                key
            }
        };
        Ok(Self { folder: folder.to_owned(), custody, key, _lock: lock })
    }

    /// Where its key is.
    #[must_use]
    pub fn custody(&self) -> &Custody {
        &self.custody
    }

    /// What was said of its key when it was made.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The newest checkpoint that it has seen, as it was kept.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn seen(&self) -> Result<Option<String>, KeptError> {
        kept::read(&self.folder.join(SEEN))
    }

    /// Keeps a checkpoint in place of the one before; it is on the disk when this returns.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn keep(&self, note: &str) -> Result<(), KeptError> {
        write(&self.folder.join(SEEN), note)
    }

    /// Keeps evidence against a log under a name of its own, and says where.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn accuse(&self, name: &str, evidence: &str) -> Result<PathBuf, KeptError> {
        let path = self.folder.join(name);
        write(&path, evidence).map(|()| path)
    }
}

fn write(path: &Path, text: &str) -> Result<(), KeptError> {
    durable::write(path, text.as_bytes(), Readers::OwnerOnly)
        .map_err(|cause| KeptError { path: path.to_owned(), cause: io::Error::from(cause) })
}
