//! Whose receipts are believed: public keys as files.

use formats::algorithm::PublicKey;
use formats::x509::pem_blocks;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder within a trust folder. What vouches for seals never vouches for a receipt, and the
/// other way round, so each has a place of its own.
pub const FOLDER: &str = "receipts";

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
/// in the order of their names; none when there is no such folder.
///
/// # Errors
/// When a file is damaged: trust is never guessed.
pub fn read(trust: &Path) -> Result<Vec<PublicKey>, ReceiptKeyError> {
    let beside = trust.parent().filter(|_| trust.is_file());
    let folder = beside.unwrap_or(trust).join(FOLDER);
    let failed = |cause| ReceiptKeyError::Io { path: folder.clone(), cause };
    let entries = match fs::read_dir(&folder) {
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|end| end == "pem") {
            paths.push(path);
        }
        if paths.len() > FILES_MAX {
            return Err(ReceiptKeyError::TooMany { path: folder });
        }
    }
    paths.sort();
    paths.iter().map(|path| key(path)).collect()
}

fn key(path: &Path) -> Result<PublicKey, ReceiptKeyError> {
    let failed = |cause| ReceiptKeyError::Io { path: path.to_owned(), cause };
    let damaged = || ReceiptKeyError::NotAKey { path: path.to_owned() };
    if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(damaged());
    }
    let text = fs::read_to_string(path).map_err(failed)?;
    let blocks = pem_blocks(&text, "PUBLIC KEY").map_err(|_| damaged())?;
    match &blocks[..] {
        [spki] => PublicKey::from_spki(spki).map_err(|_| damaged()),
        _ => Err(damaged()),
    }
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
