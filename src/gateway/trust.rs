//! A folder of trust anchors: certificates and revocation lists as files.

use formats::x509::crl::Crl;
use formats::x509::ocsp::Answer;
use formats::x509::{Certificate, pem_blocks};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a folder holds.
#[derive(Clone, Debug, Default)]
pub struct TrustFolder {
    /// Self-issued certificates: believed.
    pub anchors: Vec<Certificate>,
    /// Other certificates: they only help to build paths.
    pub intermediates: Vec<Certificate>,
    /// Revocation lists. Whose they are, and whether they are genuine, is for the policy to see.
    pub crls: Vec<Crl>,
    /// Answers of responders (OCSP), likewise.
    pub answers: Vec<Answer>,
    /// A signed trust list, as it stands in its file.
    pub list: Option<Vec<u8>>,
}

/// Name of a trust list in a folder.
const LIST: &str = "trust-list.json";

/// The cause of an error, whatever it is.
type Cause = Box<dyn std::error::Error + Send + Sync>;

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
        cause: Cause,
    },
    /// A file is not what its name says.
    #[error("{} is not a certificate revocation list", path.display())]
    Crl {
        /// Which one.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: Cause,
    },
    /// A file is not what its name says.
    #[error("{} is not an answer of a responder", path.display())]
    Answer {
        /// Which one.
        path: PathBuf,
        /// The cause.
        #[source]
        cause: Cause,
    },
    /// A file is too large to be what its name says.
    #[error("{} has more than {FILE_BYTES_MAX} bytes", path.display())]
    TooLarge {
        /// Which one.
        path: PathBuf,
    },
    /// The folder is not one of anchors.
    #[error("{} has more than {FILES_MAX} files", path.display())]
    TooMany {
        /// The folder.
        path: PathBuf,
    },
}

/// Larger files in a trust folder are a mistake: a certificate has some kilobytes, the largest
/// lists in use some megabytes.
const FILE_BYTES_MAX: u64 = 32 << 20;
/// The root programs of browsers have some 150 anchors.
const FILES_MAX: usize = 4096;

impl TrustFolder {
    /// Reads every `.pem`, `.crt`, `.cer`, `.der` and `.crl` file of `folder`, as DER or PEM, and
    /// every `.ocsp` and `.ors` file, as DER, in the order of their names; and `trust-list.json`.
    /// A file instead of a folder is a trust list.
    ///
    /// # Errors
    /// When the folder cannot be read, or one of those files is damaged: trust is never guessed.
    pub fn read(folder: &Path) -> Result<Self, TrustError> {
        let mut read = Self::default();
        if folder.is_file() {
            return Ok(Self { list: Some(bytes(folder)?), ..read });
        }
        for path in files(folder)? {
            if path.file_name().is_some_and(|name| name == LIST) {
                read.list = Some(bytes(&path)?);
                continue;
            }
            let end = path.extension().and_then(|end| end.to_str()).unwrap_or_default();
            match end.to_ascii_lowercase().as_str() {
                "pem" | "crt" | "cer" | "der" => {
                    read.add(&path, &bytes(&path)?, Holds::Certificate)?
                }
                "crl" => read.add(&path, &bytes(&path)?, Holds::Crl)?,
                "ocsp" | "ors" => read.add(&path, &bytes(&path)?, Holds::Answer)?,
                _ => {}
            }
        }
        Ok(read)
    }

    fn add(&mut self, path: &Path, bytes: &[u8], holds: Holds) -> Result<(), TrustError> {
        match (std::str::from_utf8(bytes), holds) {
            (_, Holds::Answer) => {
                let parsed = Answer::parse(bytes);
                self.answers.push(parsed.map_err(|cause| holds.damaged(path, cause))?);
                Ok(())
            }
            (Ok(text), _) if text.contains("-----BEGIN") => self.add_pem(path, text, holds),
            (_, Holds::Certificate) => {
                let parsed = Certificate::parse(bytes);
                self.add_certificate(parsed.map_err(|cause| holds.damaged(path, cause))?);
                Ok(())
            }
            (_, Holds::Crl) => {
                self.crls.push(Crl::parse(bytes).map_err(|cause| holds.damaged(path, cause))?);
                Ok(())
            }
        }
    }

    /// A PEM file may hold certificates and lists side by side; a file with neither is damaged.
    fn add_pem(&mut self, path: &Path, text: &str, holds: Holds) -> Result<(), TrustError> {
        let certificates = Certificate::all_from_pem(text)
            .map_err(|cause| Holds::Certificate.damaged(path, cause))?;
        let lists =
            pem_blocks(text, "X509 CRL").map_err(|cause| Holds::Crl.damaged(path, cause))?;
        if certificates.is_empty() && lists.is_empty() {
            return Err(holds.damaged(path, "no block of it in the file"));
        }
        for certificate in certificates {
            self.add_certificate(certificate);
        }
        for der in lists {
            self.crls.push(Crl::parse(&der).map_err(|cause| Holds::Crl.damaged(path, cause))?);
        }
        Ok(())
    }

    fn add_certificate(&mut self, certificate: Certificate) {
        if certificate.is_self_issued() {
            self.anchors.push(certificate);
        } else {
            self.intermediates.push(certificate);
        }
    }
}

/// What the name of a file says that it holds.
#[derive(Clone, Copy)]
enum Holds {
    Certificate,
    Crl,
    Answer,
}

impl Holds {
    fn damaged(self, path: &Path, cause: impl Into<Cause>) -> TrustError {
        let (path, cause) = (path.to_owned(), cause.into());
        match self {
            Self::Certificate => TrustError::Certificate { path, cause },
            Self::Crl => TrustError::Crl { path, cause },
            Self::Answer => TrustError::Answer { path, cause },
        }
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, TrustError> {
    let failed = |cause| TrustError::Io { path: folder.to_owned(), cause };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        if paths.len() == FILES_MAX {
            return Err(TrustError::TooMany { path: folder.to_owned() });
        }
        paths.push(entry.map_err(failed)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn bytes(path: &Path) -> Result<Vec<u8>, TrustError> {
    let failed = |cause| TrustError::Io { path: path.to_owned(), cause };
    if fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(TrustError::TooLarge { path: path.to_owned() });
    }
    fs::read(path).map_err(failed)
}

/// How what is configured looked from outside: another one means that it has to be read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look(Vec<(PathBuf, Option<SystemTime>, u64)>);

/// Looks at files, and at the files of folders; what is not there looks like nothing.
#[must_use]
pub fn look(places: &[&Path]) -> Look {
    let inside = |place: &&Path| files(place).unwrap_or_default();
    let all = places.iter().map(|place| place.to_path_buf());
    let all = all.chain(places.iter().filter(|place| place.is_dir()).flat_map(inside));
    let seen = |path: PathBuf| {
        let about = fs::metadata(&path).ok()?;
        Some((path, about.modified().ok(), about.len()))
    };
    Look(all.filter_map(seen).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_anchor_is_an_error_and_other_files_are_not_looked_at() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("readme.txt"), "not a certificate").expect("written");
        let read = TrustFolder::read(folder.path()).expect("read");
        assert!(read.anchors.is_empty() && read.intermediates.is_empty() && read.crls.is_empty());
        for (name, text) in [
            ("root.pem", "not a certificate"),
            ("root.PEM", "-----BEGIN NOTHING-----\n-----END NOTHING-----\n"),
            ("root.der", ""),
            ("root.crt", "-----BEGIN CERTIFICATE-----\n"),
            ("list.crl", "not a list"),
            ("answer.ocsp", "not an answer"),
            ("list2.crl", "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n"),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("written");
            let error = TrustFolder::read(folder.path()).expect_err("damaged");
            assert!(error.to_string().contains(name), "{error}");
            fs::remove_file(path).expect("removed");
        }
        assert!(TrustFolder::read(&folder.path().join("absent")).is_err());
    }

    #[test]
    fn what_changed_looks_otherwise() {
        let folder = tempfile::tempdir().expect("a folder");
        let (place, file) = (folder.path().join("trust"), folder.path().join("trust/a.crl"));
        let mut looks = vec![look(&[&place])];
        assert_eq!(looks[0], Look::default());
        fs::create_dir(&place).expect("made");
        looks.push(look(&[&place]));
        fs::write(&file, "one").expect("written");
        looks.push(look(&[&place]));
        fs::write(&file, "three").expect("written");
        looks.push(look(&[&place]));
        fs::remove_file(&file).expect("removed");
        looks.push(look(&[&place]));
        for pair in looks.windows(2) {
            assert_ne!(pair[0], pair[1]);
        }
        assert_eq!(looks.last(), Some(&look(&[&place])), "nothing changed");
    }

    #[test]
    fn a_list_by_itself_or_in_a_folder() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join(LIST);
        fs::write(&file, "{}").expect("written");
        for path in [&file, folder.path()] {
            let read = TrustFolder::read(path).expect("read");
            assert_eq!(read.list.as_deref(), Some(&b"{}"[..]));
        }
    }

    #[test]
    fn a_folder_under_a_certificates_name_is_an_error() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("roots.pem")).expect("made");
        assert!(matches!(TrustFolder::read(folder.path()), Err(TrustError::Io { .. })));
    }

    #[test]
    fn real_roots_and_lists() {
        let Some(folder) = crate::shared::shared("trust::real_roots_and_lists", "samples/certs")
        else {
            return;
        };
        let read = TrustFolder::read(&folder).expect("read");
        assert_eq!((read.anchors.len(), read.intermediates.len(), read.crls.len()), (3, 14, 3));
    }
}
