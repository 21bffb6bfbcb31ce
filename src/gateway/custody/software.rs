//! Keys in files of this machine, wrapped under a master key.
//!
//! For test, demo and small offices: whoever reads both the folder and the master key has the
//! keys. The master key comes from the environment or from a file of its owner alone.

use super::wrap::MasterKey;
use super::{Custody, CustodyError};
use crate::durable::{self, Readers};
use crate::random::SystemRandom;
use formats::algorithm::{self, KeyKind, PrivateKey, PublicKey, SM2_DEFAULT_ID, Suite};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use zeroize::Zeroizing;

/// Environment variable with the master key: 64 hexadecimal digits.
pub const MASTER_KEY_VARIABLE: &str = "YZ_MASTER_KEY";
const MASTER_KEY_FILE: &str = "master.key";
const MASTER: &str = "master";

/// Keys in a folder.
pub struct SoftwareCustody {
    folder: PathBuf,
    master: MasterKey,
    /// Keys that were used, opened once.
    open: RwLock<HashMap<String, Arc<PrivateKey>>>,
}

impl std::fmt::Debug for SoftwareCustody {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "SoftwareCustody({})", self.folder.display())
    }
}

impl SoftwareCustody {
    /// Opens the custody in `folder`. Its master key is that of `YZ_MASTER_KEY`, else that of the
    /// file `master.key`, which is made once.
    ///
    /// # Errors
    /// When the folder or the master key cannot be made or read.
    pub fn open(folder: &Path) -> Result<Self, CustodyError> {
        fs::create_dir_all(folder)
            .map_err(|cause| io_error("making the folder of", MASTER, cause))?;
        #[cfg(unix)]
        {
            let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(folder, owner_only)
                .map_err(|cause| io_error("guarding the folder of", MASTER, cause))?;
        }
        let master = match std::env::var(MASTER_KEY_VARIABLE) {
            Ok(text) => master_key(&Zeroizing::new(text))?,
            Err(_) => master_key_of_file(&folder.join(MASTER_KEY_FILE))?,
        };
        Ok(Self { folder: folder.to_owned(), master, open: RwLock::default() })
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        let named = key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit());
        named.then(|| self.folder.join(format!("{key}.key")))
    }

    fn key(&self, key: &str) -> Result<Arc<PrivateKey>, CustodyError> {
        let open = self.open.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(found) = open.get(key) {
            return Ok(Arc::clone(found));
        }
        drop(open);
        let missing = || CustodyError::Missing { key: key.to_owned() };
        let path = self.path(key).ok_or_else(missing)?;
        let wrapped = fs::read(path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => missing(),
            _ => io_error("reading", key, cause),
        })?;
        let sealed = || CustodyError::Sealed { key: key.to_owned() };
        let pkcs8 = self.master.unwrap(key, &wrapped).ok_or_else(sealed)?;
        let opened = Arc::new(PrivateKey::from_pkcs8(&pkcs8).map_err(|_| sealed())?);
        let mut open = self.open.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        Ok(Arc::clone(open.entry(key.to_owned()).or_insert(opened)))
    }
}

impl Custody for SoftwareCustody {
    fn generate(&self, kind: &KeyKind) -> Result<(String, PublicKey), CustodyError> {
        let mut name = [0; 16];
        getrandom::fill(&mut name).map_err(|cause| signing("naming", "", cause))?;
        let name = hex::encode(name);
        let key = PrivateKey::generate(kind, &mut SystemRandom)
            .map_err(|cause| signing("making a signature", &name, cause))?;
        let sealed = || CustodyError::Sealed { key: name.clone() };
        let wrapped = self.master.wrap(&name, &key.to_pkcs8()).ok_or_else(sealed)?;
        let path = self.path(&name).ok_or_else(sealed)?;
        durable::write(&path, &wrapped, Readers::OwnerOnly)
            .map_err(|cause| io_error("keeping", &name, cause))?;
        let public = key.public_key().clone();
        Ok((name, public))
    }

    fn sign(&self, key: &str, suite: Suite, message: &[u8]) -> Result<Vec<u8>, CustodyError> {
        let private = self.key(key)?;
        let signature = private
            .sign(suite, SM2_DEFAULT_ID, message, &mut SystemRandom)
            .map_err(|cause| signing("signing", key, cause))?;
        algorithm::verify(suite, private.public_key(), SM2_DEFAULT_ID, &[message], &signature)
            .map_err(|_| CustodyError::WrongSignature { key: key.to_owned() })?;
        Ok(signature)
    }
}

fn master_key(text: &str) -> Result<MasterKey, CustodyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut bytes[..]).map_err(|_| {
        let reason = "a master key has 64 hexadecimal digits";
        io_error("reading", MASTER, io::Error::new(io::ErrorKind::InvalidData, reason))
    })?;
    Ok(MasterKey::new(bytes))
}

fn master_key_of_file(path: &Path) -> Result<MasterKey, CustodyError> {
    if !path.exists() {
        let mut bytes = Zeroizing::new([0; 32]);
        getrandom::fill(&mut bytes[..]).map_err(|cause| signing("making", MASTER, cause))?;
        let text = Zeroizing::new(hex::encode(&bytes[..]));
        durable::write(path, text.as_bytes(), Readers::OwnerOnly)
            .map_err(|cause| io_error("keeping", MASTER, cause))?;
    }
    let text = fs::read_to_string(path).map_err(|cause| io_error("reading", MASTER, cause))?;
    master_key(&Zeroizing::new(text))
}

fn io_error(operation: &'static str, key: &str, cause: io::Error) -> CustodyError {
    CustodyError::Io { operation, key: key.to_owned(), cause }
}

fn signing(
    operation: &'static str,
    key: &str,
    cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> CustodyError {
    CustodyError::Signing { operation, key: key.to_owned(), cause: cause.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::algorithm::Digest;

    fn custody() -> (tempfile::TempDir, SoftwareCustody) {
        let folder = tempfile::tempdir().expect("a folder");
        let custody = SoftwareCustody::open(&folder.path().join("custody")).expect("opened");
        (folder, custody)
    }

    #[test]
    fn a_key_signs_now_and_after_a_restart() {
        let (folder, custody) = custody();
        let (name, public) = custody.generate(&KeyKind::Sm2).expect("made");
        let again = SoftwareCustody::open(&folder.path().join("custody")).expect("opened again");
        for custody in [custody, again] {
            let signature = custody.sign(&name, Suite::Sm2Sm3, b"message").expect("signed");
            algorithm::verify(Suite::Sm2Sm3, &public, SM2_DEFAULT_ID, &[b"message"], &signature)
                .expect("a right signature");
        }
    }

    #[test]
    fn what_is_not_a_key_here_is_refused() {
        let (_folder, custody) = custody();
        let (name, _) = custody.generate(&KeyKind::Sm2).expect("made");
        for unknown in ["", "../master", &"0".repeat(32)] {
            let refused = custody.sign(unknown, Suite::Sm2Sm3, b"message");
            assert!(matches!(refused, Err(CustodyError::Missing { .. })), "{unknown}");
        }
        let other_suite = custody.sign(&name, Suite::RsaPkcs1(Digest::Sha256), b"message");
        assert!(matches!(other_suite, Err(CustodyError::Signing { .. })));
    }

    #[test]
    fn keys_are_for_their_owner_and_never_in_clear() {
        let (folder, custody) = custody();
        let (name, _) = custody.generate(&KeyKind::Sm2).expect("made");
        let private = custody.key(&name).expect("opened").to_pkcs8();
        for entry in fs::read_dir(folder.path().join("custody")).expect("listed") {
            let path = entry.expect("an entry").path();
            let bytes = fs::read(&path).expect("read");
            assert!(
                !bytes.windows(32).any(|window| private.windows(32).any(|part| part == window))
            );
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                let mode = fs::metadata(&path).expect("metadata").permissions().mode();
                assert_eq!(mode & 0o077, 0, "{}", path.display());
            }
        }
        assert!(!format!("{custody:?}").contains(&name));
    }
}
