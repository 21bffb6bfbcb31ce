//! Short texts kept beside the register, such as the newest checkpoint of the log or the newest
//! trust list seen: they outlive a register that is put back to an older state.

use crate::durable::{self, Readers};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is kept has some hundred bytes.
const BYTES_MAX: u64 = 16 << 10;

/// The file could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}", path.display())]
pub struct KeptError {
    /// Which file.
    pub path: PathBuf,
    /// The cause.
    #[source]
    pub cause: io::Error,
}

/// What was kept; `None` when nothing was.
///
/// # Errors
/// It is there and cannot be read, is no text, or is larger than anything that is kept.
pub fn read(path: &Path) -> Result<Option<String>, KeptError> {
    let failed = |cause| KeptError { path: path.to_owned(), cause };
    match fs::metadata(path) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(failed(cause)),
        Ok(about) if about.len() > BYTES_MAX => {
            Err(failed(io::Error::new(io::ErrorKind::FileTooLarge, "nothing kept is that large")))
        }
        Ok(_) => fs::read_to_string(path).map(Some).map_err(failed),
    }
}

/// Keeps a text in place of the one before; it is on disk before this returns.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, text: &str) -> Result<(), KeptError> {
    durable::write(path, text.as_bytes(), Readers::Usual)
        .map_err(|cause| KeptError { path: path.to_owned(), cause: cause.into() })
}

/// Removes what was kept.
///
/// # Errors
/// It cannot be removed.
pub fn forget(path: &Path) -> Result<(), KeptError> {
    fs::remove_file(path).map_err(|cause| KeptError { path: path.to_owned(), cause })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_until_it_is_forgotten() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("trust-list.seen");
        assert_eq!(read(&file).expect("nothing"), None);
        for line in ["7 ab\n", "8 cd\n"] {
            write(&file, line).expect("written");
            assert_eq!(read(&file).expect("read").as_deref(), Some(line));
        }
        forget(&file).expect("removed");
        assert_eq!(read(&file).expect("nothing"), None);
        assert!(read(folder.path()).is_err());
        for bytes in [vec![0xff], vec![b' '; 1 << 20]] {
            fs::write(&file, bytes).expect("written");
            assert!(read(&file).is_err());
        }
    }
}
