//! Secrets of the operator: in the environment, or in a file of its owner alone.

use super::{CustodyError, io_error};
use std::fs;
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

/// Where a secret is looked for.
pub(super) struct Source<'a> {
    /// What it is, in words.
    pub(super) what: &'static str,
    /// The environment variable.
    pub(super) variable: &'static str,
    /// The setting that names the file.
    pub(super) setting: &'static str,
    /// The file.
    pub(super) file: Option<&'a Path>,
}

impl Source<'_> {
    /// The secret, without the end of its line.
    pub(super) fn read(&self) -> Result<Zeroizing<String>, CustodyError> {
        let text = match (std::env::var(self.variable), self.file) {
            (Ok(text), _) => Zeroizing::new(text),
            (Err(_), Some(file)) => self.of_file(file)?,
            (Err(_), None) => {
                let reason = format!("set {} or {}", self.variable, self.setting);
                return Err(self.wrong(reason));
            }
        };
        let secret = text.trim_end_matches(['\r', '\n']);
        if secret.is_empty() || secret.contains('\0') {
            return Err(self.wrong("it is empty, or no text".to_owned()));
        }
        Ok(Zeroizing::new(secret.to_owned()))
    }

    fn of_file(&self, file: &Path) -> Result<Zeroizing<String>, CustodyError> {
        let failed = |cause| io_error("reading", self.what, cause);
        if !is_for_owner_alone(file).map_err(failed)? {
            let reason = format!("others than its owner may read {}; chmod 600", file.display());
            return Err(self.wrong(reason));
        }
        fs::read_to_string(file).map(Zeroizing::new).map_err(failed)
    }

    fn wrong(&self, reason: String) -> CustodyError {
        CustodyError::Secret { what: self.what, reason }
    }
}

/// Whether nobody but its owner may read a file.
#[cfg(unix)]
pub(super) fn is_for_owner_alone(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::metadata(path)?.permissions().mode() & 0o077 == 0)
}

/// Whether nobody but its owner may read a file; unknown here.
#[cfg(not(unix))]
pub(super) fn is_for_owner_alone(_path: &Path) -> io::Result<bool> {
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_its_owner_alone_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("pin");
        let source = |file| Source {
            what: "the PIN",
            variable: "YZ_TEST_NO_SUCH_PIN",
            setting: "custody.pkcs11.pin_file",
            file,
        };
        let refused = source(None).read().unwrap_err().to_string();
        assert!(
            refused.contains("set YZ_TEST_NO_SUCH_PIN or custody.pkcs11.pin_file"),
            "{refused}"
        );
        for (text, read) in [("1234\r\n", Some("1234")), ("12 34", Some("12 34")), ("\n", None)] {
            fs::write(&file, text).unwrap();
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
                let refused = source(Some(&file)).read().unwrap_err().to_string();
                assert!(refused.contains("others than its owner"), "{refused}");
                assert!(!refused.contains("1234"), "{refused}");
                fs::set_permissions(&file, fs::Permissions::from_mode(0o400)).unwrap();
            }
            assert_eq!(source(Some(&file)).read().ok().as_ref().map(|s| s.as_str()), read);
            fs::remove_file(&file).unwrap();
        }
    }
}
