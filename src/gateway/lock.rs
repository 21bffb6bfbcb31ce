//! One process at a time works on a data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

const NAME: &str = "lock";

/// Held while a process works on a data folder; let go when it ends, however it ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

/// Why a folder was not locked.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another process works on it.
    #[error("another process works on {}", folder.display())]
    Held {
        /// The folder.
        folder: PathBuf,
    },
    /// The lock file cannot be made.
    #[error("locking {}", folder.display())]
    Io {
        /// The folder.
        folder: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
}

impl FolderLock {
    /// Locks `folder` without waiting.
    ///
    /// Whoever holds the lock may take everything unfinished in the folder for the work of the
    /// dead.
    ///
    /// # Errors
    /// [`LockError::Held`] when another process, or another part of this one, holds it.
    pub fn acquire(folder: &Path) -> Result<Self, LockError> {
        let failed = |cause| LockError::Io { folder: folder.to_owned(), cause };
        let mut options = OpenOptions::new();
        let file = options.create(true).truncate(false).write(true).open(folder.join(NAME));
        let file = file.map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held { folder: folder.to_owned() }),
            Err(TryLockError::Error(cause)) => Err(failed(cause)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_at_a_time_and_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let first = FolderLock::acquire(folder.path()).unwrap();
        let second = FolderLock::acquire(folder.path());
        assert!(matches!(second, Err(LockError::Held { .. })));
        drop(first);
        FolderLock::acquire(folder.path()).unwrap();
        let absent = FolderLock::acquire(&folder.path().join("absent"));
        assert!(matches!(absent, Err(LockError::Io { .. })));
    }
}
