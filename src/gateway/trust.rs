//! A folder of trust anchors: certificates and revocation lists as files.

use formats::x509::Certificate;
use std::fs;
use std::path::{Path, PathBuf};

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct TrustFolder {
    /// Self-issued certificates: believed.
    pub anchors: Vec<Certificate>,
    /// Other certificates: they only help to build paths.
    pub intermediates: Vec<Certificate>,
}

/// Why a folder could not be read.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// The folder or a file in it cannot be read.
    #[error("reading {}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: std::io::Error,
    },
    /// A file is not what its name says.
    #[error("{} is not a certificate", path.display())]
    Certificate {
        /// Which one.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Larger files in a trust folder are a mistake: a certificate has some kilobytes, the largest
/// lists in use some megabytes.
const FILE_BYTES_MAX: u64 = 32 << 20;

impl TrustFolder {
    /// Reads every `.pem`, `.crt`, `.cer` and `.der` file of `folder`, in the order of their names.
    ///
    /// # Errors
    /// When the folder cannot be read, or one of those files is damaged: trust is never guessed.
    pub fn read(folder: &Path) -> Result<Self, TrustError> {
        let failed = |path: &Path, cause| TrustError::Io { path: path.to_owned(), cause };
        let mut paths = Vec::new();
        for entry in fs::read_dir(folder).map_err(|cause| failed(folder, cause))? {
            paths.push(entry.map_err(|cause| failed(folder, cause))?.path());
        }
        paths.sort();
        let mut read = Self::default();
        for path in paths {
            let size = fs::metadata(&path).map_err(|cause| failed(&path, cause))?.len();
            let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
            let certificate = matches!(end, "pem" | "crt" | "cer" | "der");
            if !certificate || size > FILE_BYTES_MAX {
                continue;
            }
            let bytes = fs::read(&path).map_err(|cause| failed(&path, cause))?;
            read.add_certificates(&path, &bytes)?;
        }
        Ok(read)
    }

    fn add_certificates(&mut self, path: &Path, bytes: &[u8]) -> Result<(), TrustError> {
        let damaged = |cause: Box<dyn std::error::Error + Send + Sync>| TrustError::Certificate {
            path: path.to_owned(),
            cause,
        };
        let certificates = match std::str::from_utf8(bytes) {
            Ok(text) if text.contains("-----BEGIN") => {
                Certificate::all_from_pem(text).map_err(|cause| damaged(cause.into()))?
            }
            _ => vec![Certificate::parse(bytes).map_err(|cause| damaged(cause.into()))?],
        };
        for certificate in certificates {
            let list = if certificate.is_self_issued() {
                &mut self.anchors
            } else {
                &mut self.intermediates
            };
            list.push(certificate);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_anchor_is_an_error_and_other_files_are_not_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("readme.txt"), "not a certificate").expect("written");
        let read = TrustFolder::read(folder.path()).expect("read");
        assert!(read.anchors.is_empty() && read.intermediates.is_empty());
        fs::write(folder.path().join("root.pem"), "not a certificate").expect("written");
        let error = TrustFolder::read(folder.path()).expect_err("damaged");
        assert!(error.to_string().contains("root.pem"), "{error}");
    }
}
