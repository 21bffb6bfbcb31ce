//! The newest checkpoint of the log, kept beside the register: it outlives a register that is put
//! back to an older state.

use crate::durable::{self, Readers};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A checkpoint has some 200 bytes.
const BYTES_MAX: u64 = 16 << 10;

/// The file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}", path.display())]
pub struct CheckpointFileError {
    /// Which file.
    pub path: PathBuf,
    /// The cause.
    #[source]
    pub cause: io::Error,
}

/// What was kept; `None` when nothing was.
///
/// # Errors
/// It is there and cannot be read, or is larger than any checkpoint.
pub fn read(path: &Path) -> Result<Option<Vec<u8>>, CheckpointFileError> {
    let failed = |cause| CheckpointFileError { path: path.to_owned(), cause };
    match fs::metadata(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(failed(cause)),
        Ok(about) if about.len() > BYTES_MAX => {
            Err(failed(io::Error::new(io::ErrorKind::FileTooLarge, "no checkpoint is that large")))
        }
        Ok(_) => fs::read(path).map(Some).map_err(failed),
    }
}

/// Keeps a checkpoint; it is on disk before this returns.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, note: &str) -> Result<(), CheckpointFileError> {
    durable::write(path, note.as_bytes(), Readers::Usual)
        .map_err(|cause| CheckpointFileError { path: path.to_owned(), cause: cause.into() })
}

/// Removes what was kept.
///
/// # Errors
/// It cannot be removed.
pub fn forget(path: &Path) -> Result<(), CheckpointFileError> {
    fs::remove_file(path).map_err(|cause| CheckpointFileError { path: path.to_owned(), cause })
}
