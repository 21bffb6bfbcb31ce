//! Whose receipts and checkpoints are believed: public keys as files.

use formats::algorithm::PublicKey;
use formats::x509::pem_blocks;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder within a trust folder. What vouches for seals never vouches for a receipt, and the
/// other way round, so each has a place of its own.
pub const FOLDER: &str = "receipts";
/// The same for keys of logs.
pub const LOGS: &str = "logs";

/// The same for keys of witnesses.
pub const WITNESSES: &str = "witnesses";

/// More services than any verifier believes.
const FILES_MAX: usize = 256;
/// A key in PEM has some hundred bytes.
const FILE_BYTES_MAX: u64 = 16 * 1024;

/// Why the keys could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReceiptKeyError {
    /// The folder or a file in it cannot be read.
    #[error("reading {}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// A file is not what its name says.
    #[error("{} is not a public key", path.display())]
    NotAKey {
        /// Which one.
        path: PathBuf,
    },
    /// The folder is not one of keys.
    #[error("{} has more than {FILES_MAX} files", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
}

/// The keys of every `.pem` file in the folder [`FOLDER`] of a trust folder, or beside a trust list,
/// in the order of their names; none when there is no such folder. One key to a file.
///
/// # Errors
/// When a file is damaged: trust is never guessed.
pub fn read(trust: &Path) -> Result<Vec<PublicKey>, ReceiptKeyError> {
    let one = |(path, keys): (PathBuf, Vec<PublicKey>)| {
        let [key] = <[_; 1]>::try_from(keys).map_err(|_| ReceiptKeyError::NotAKey { path })?;
        Ok(key)
    };
    keys_in(trust, FOLDER)?.into_iter().map(one).collect()
}

/// The keys of logs, of the folder [`LOGS`]; a log has one of each kind, so a file may have some.
///
/// # Errors
/// As [`read`].
pub fn read_logs(trust: &Path) -> Result<Vec<PublicKey>, ReceiptKeyError> {
    Ok(keys_in(trust, LOGS)?.into_iter().flat_map(|(_, keys)| keys).collect())
}

/// The lines of every `.txt` file in the folder [`WITNESSES`]: each the key of a witness, as readers
/// of notes have it.
///
/// # Errors
/// A file cannot be read.
pub fn read_witnesses(trust: &Path) -> Result<Vec<String>, ReceiptKeyError> {
    let mut lines = Vec::new();
    for path in files_in(trust, WITNESSES, "txt")? {
        let text = text(&path)?;
        let lines_of = text.lines().map(str::trim).filter(|line| !line.is_empty());
        lines.extend(lines_of.map(str::to_owned));
    }
    Ok(lines)
}

/// The keys of one file.
///
/// # Errors
/// It cannot be read, or has none.
pub fn read_file(path: &Path) -> Result<Vec<PublicKey>, ReceiptKeyError> {
    keys(path)
}

fn keys_in(trust: &Path, name: &str) -> Result<Vec<(PathBuf, Vec<PublicKey>)>, ReceiptKeyError> {
    let paths = files_in(trust, name, "pem")?.into_iter();
    paths.map(|path| keys(&path).map(|keys| (path, keys))).collect()
}

/// The files of a folder whose names end so, in their order; none when there is no such folder.
fn files_in(trust: &Path, name: &str, end: &str) -> Result<Vec<PathBuf>, ReceiptKeyError> {
    let beside = trust.parent().filter(|_| trust.is_file());
    let folder = beside.unwrap_or(trust).join(name);
    let failed = |cause| ReceiptKeyError::Io { path: folder.clone(), cause };
    let entries = match fs::read_dir(&folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|own| own == end) {
            paths.push(path);
        }
        if paths.len() > FILES_MAX {
            return Err(ReceiptKeyError::TooMany { path: folder });
        }
    }
    paths.sort();
    Ok(paths)
}

fn text(path: &Path) -> Result<String, ReceiptKeyError> {
    let failed = |cause| ReceiptKeyError::Io { path: path.to_owned(), cause };
    if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(ReceiptKeyError::NotAKey { path: path.to_owned() });
    }
    fs::read_to_string(path).map_err(failed)
}

fn keys(path: &Path) -> Result<Vec<PublicKey>, ReceiptKeyError> {
    let damaged = || ReceiptKeyError::NotAKey { path: path.to_owned() };
    let blocks = pem_blocks(&text(path)?, "PUBLIC KEY").map_err(|_| damaged())?;
    if blocks.is_empty() {
        return Err(damaged());
    }
    blocks.iter().map(|spki| PublicKey::from_spki(spki).map_err(|_| damaged())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SystemRandom;
    use formats::algorithm::{KeyKind, PrivateKey};
    use formats::x509::to_pem;

    #[test]
    fn a_damaged_key_is_an_error_and_other_files_are_not_looked_at() {
        let trust = tempfile::tempdir().unwrap();
        assert!(read(trust.path()).unwrap().is_empty(), "no folder is no key");
        let folder = trust.path().join(FOLDER);
        fs::create_dir(&folder).unwrap();
        let made = PrivateKey::generate(&KeyKind::Sm2, &mut SystemRandom).unwrap();
        let pem = to_pem("PUBLIC KEY", made.public_key().to_spki());
        fs::write(folder.join("one.pem"), &pem).unwrap();
        fs::write(folder.join("readme.txt"), "not a key").unwrap();
        let keys = read(trust.path()).unwrap();
        assert!(matches!(&keys[..], [key] if key.to_spki() == made.public_key().to_spki()));
        for damage in ["", "not a key", &pem.repeat(2), &pem.replacen('M', "N", 1), &pem[..60]] {
            fs::write(folder.join("two.pem"), damage).unwrap();
            let refused = read(trust.path());
            assert!(matches!(refused, Err(ReceiptKeyError::NotAKey { .. })), "{damage}");
        }
    }
}
