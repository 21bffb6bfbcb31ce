//! Sealed files by their digest: durable before the call returns, checked when they are read.

use crate::durable::{self, Readers};
use formats::algorithm::Digest;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The file store.
#[derive(Clone, Debug)]
pub struct FileStore {
    folder: PathBuf,
}

/// The digests of a stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// SM3, the name of the file.
    pub sm3: [u8; 32],
    /// SHA-256.
    pub sha256: [u8; 32],
}

/// Why a file was not stored or not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk said no.
    #[error("{operation} the file {name}")]
    Io {
        /// What was being done.
        operation: &'static str,
        /// The file's name in the store.
        name: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// There is no such file.
    #[error("the file {name} is missing from the store")]
    Missing {
        /// Its name in the store.
        name: String,
    },
    /// The bytes are no longer those that were stored; they are not handed out.
    #[error("the file {name} no longer has its digest")]
    Changed {
        /// Its name in the store.
        name: String,
    },
}

impl FileStore {
    /// Opens the store in `folder`, which is made when absent.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        fs::create_dir_all(folder).map_err(|cause| io_error("opening", folder.display(), cause))?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// Stores `bytes`. When this returns they are on stable storage; the same bytes are stored
    /// once.
    ///
    /// # Errors
    /// When the disk does not take them; then nothing is left of them.
    pub fn put(&self, bytes: &[u8]) -> Result<Stored, FileError> {
        let stored =
            Stored { sm3: digest(Digest::Sm3, bytes), sha256: digest(Digest::Sha256, bytes) };
        let path = self.path(stored.sm3);
        let name = hex::encode(stored.sm3);
        let same = fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64);
        if same && self.read(stored.sm3).is_ok() {
            return Ok(stored);
        }
        let folder = path.parent().unwrap_or(&self.folder);
        if !folder.exists() {
            fs::create_dir_all(folder)
                .and_then(|()| durable::sync_folder(&self.folder))
                .map_err(|cause| io_error("making room for", &name, cause))?;
        }
        durable::write(&path, bytes, Readers::Usual)
            .map_err(|cause| io_error("storing", &name, cause))?;
        Ok(stored)
    }

    /// The bytes of a file, which still have the digest by which they are asked for.
    ///
    /// # Errors
    /// Missing, unreadable, or changed on the disk.
    pub fn read(&self, sm3: impl Into<[u8; 32]>) -> Result<Vec<u8>, FileError> {
        let sm3 = sm3.into();
        let name = hex::encode(sm3);
        let bytes = fs::read(self.path(sm3)).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => FileError::Missing { name: name.clone() },
            _ => io_error("reading", &name, cause),
        })?;
        if digest(Digest::Sm3, &bytes) != sm3 {
            return Err(FileError::Changed { name });
        }
        Ok(bytes)
    }

    /// Two levels, so that a million files leave no folder with more than some thousand names.
    fn path(&self, sm3: [u8; 32]) -> PathBuf {
        let name = hex::encode(sm3);
        self.folder.join(&name[..2]).join(&name)
    }
}

fn digest(digest: Digest, bytes: &[u8]) -> [u8; 32] {
    // Both digests have 32 bytes.
    digest.hash(&[bytes]).try_into().unwrap_or([0; 32])
}

fn io_error(operation: &'static str, name: impl std::fmt::Display, cause: io::Error) -> FileError {
    FileError::Io { operation, name: name.to_string(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_and_a_changed_file_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = FileStore::open(&folder.path().join("files")).expect("opened");
        let stored = store.put(b"sealed").expect("stored");
        assert_eq!(store.put(b"sealed").expect("stored once"), stored);
        assert_eq!(store.read(stored.sm3).expect("read"), b"sealed");
        fs::write(store.path(stored.sm3), b"forged").expect("changed");
        assert!(matches!(store.read(stored.sm3), Err(FileError::Changed { .. })));
        store.put(b"sealed").expect("stored again over the damage");
        assert_eq!(store.read(stored.sm3).expect("read"), b"sealed");
        assert!(matches!(store.read([7; 32]), Err(FileError::Missing { .. })));
    }

    #[test]
    fn no_temporary_file_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = FileStore::open(folder.path()).expect("opened");
        let stored = store.put(b"sealed").expect("stored");
        let below = store.path(stored.sm3).parent().expect("a folder").to_owned();
        assert_eq!(fs::read_dir(below).expect("listed").count(), 1);
    }
}
