//! Where a log is read from (C2SP tlog-tiles): a service, or a folder with copies of its files.

use crate::fetch::{FetchError, Question, Reach, Responders};
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest time for one file.
const TIME_MAX: Duration = Duration::from_secs(30);
/// 256 entries of 64 KiB, more than any tile has.
const FILE_BYTES_MAX: u64 = 16 << 20;

/// A prefix below which a log is.
#[derive(Clone, Debug)]
pub enum LogPlace {
    /// A folder.
    Folder(PathBuf),
    /// `http://HOST[:PORT]/PATH`: what comes back is signed.
    Service(Box<Responders>, String),
}

/// Why something of a log was not read.
#[derive(Debug, thiserror::Error)]
pub enum LogPlaceError {
    /// From a folder.
    #[error("{}", path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// From a service.
    #[error("{url}")]
    Fetch {
        /// Which address.
        url: String,
        /// The cause.
        #[source]
        cause: FetchError,
    },
}

impl LogPlace {
    /// The folder or the address that was named.
    ///
    /// # Errors
    /// An address that is not one of `http`.
    pub fn named(name: &str) -> Result<Self, LogPlaceError> {
        if !name.contains("://") {
            return Ok(Self::Folder(name.into()));
        }
        let url = name.trim_end_matches('/').to_owned();
        match Responders::new([&*url], Reach::Any) {
            Ok(service) => Ok(Self::Service(Box::new(service), url)),
            Err(cause) => Err(LogPlaceError::Fetch { url, cause }),
        }
    }

    /// What is at a path below the prefix, such as `checkpoint` or `tile/0/000`.
    ///
    /// # Errors
    /// It is not there, cannot be read, or is larger than anything of a log.
    pub fn read(&self, path: &str) -> Result<Vec<u8>, LogPlaceError> {
        match self {
            Self::Folder(folder) => {
                let path = folder.join(path);
                read(&path).map_err(|cause| LogPlaceError::Io { path, cause })
            }
            Self::Service(service, prefix) => {
                let url = format!("{prefix}/{path}");
                let fetched = service.fetch(&url, Question::default(), Instant::now() + TIME_MAX);
                fetched.map_err(|cause| LogPlaceError::Fetch { url, cause })
            }
        }
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > FILE_BYTES_MAX {
        true => Err(io::ErrorKind::FileTooLarge.into()),
        false => Ok(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_read_and_other_schemes_are_not() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("tile/0")).unwrap();
        fs::write(folder.path().join("tile/0/000"), b"hashes").unwrap();
        let place = LogPlace::named(folder.path().to_str().unwrap()).unwrap();
        assert_eq!(place.read("tile/0/000").unwrap(), b"hashes");
        assert!(matches!(place.read("checkpoint"), Err(LogPlaceError::Io { .. })));
        for url in ["https://log.example/log", "file:///etc", "http://a b/"] {
            assert!(matches!(LogPlace::named(url), Err(LogPlaceError::Fetch { .. })), "{url}");
        }
    }
}
