//! Keys in files of this machine, wrapped under a master key.
//!
//! For test, demo and small offices: whoever reads both the folder and the master key has the
//! keys. The master key comes from the environment or from a file of its owner alone.

use super::wrap::MasterKey;
use super::{Custody, CustodyError, io_error, master, permit};
use crate::durable::{self, Readers};
use crate::random::SystemRandom;
use domain::sealing::KeyUse;
use formats::algorithm::{self, KeyKind, PrivateKey, PublicKey, SM2_DEFAULT_ID, Suite};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use zeroize::Zeroizing;

const MASTER_KEY_FILE: &str = "master.key";
/// A wrapped key is some kilobytes; half-written ones older than this belong to a crash.
const LEFT_OVER_AFTER: Duration = Duration::from_secs(3600);

/// Keys in a folder.
pub struct SoftwareCustody {
    folder: PathBuf,
    master: MasterKey,
    /// Keys that were used, opened once.
    open: RwLock<HashMap<String, Arc<PrivateKey>>>,
    uses: AtomicU64,
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
    /// When the folder or the master key cannot be made or read, or the master key does not open
    /// every key in the folder.
    pub fn open(folder: &Path) -> Result<Self, CustodyError> {
        let failed = |cause| io_error("making the folder of", &folder.display().to_string(), cause);
        fs::create_dir_all(folder).map_err(failed)?;
        #[cfg(unix)]
        {
            let owner_only = std::os::unix::fs::PermissionsExt::from_mode(0o700);
            fs::set_permissions(folder, owner_only).map_err(failed)?;
        }
        let keys = keys_in(folder)?;
        let master = master::obtain(&folder.join(MASTER_KEY_FILE), !keys.is_empty())?;
        let (folder, open) = (folder.to_owned(), RwLock::default());
        let custody = Self { folder, master, open, uses: AtomicU64::new(0) };
        for key in keys {
            custody.pkcs8(&key)?;
        }
        Ok(custody)
    }

    fn path(&self, key: &str) -> Option<PathBuf> {
        is_name(key).then(|| self.folder.join(format!("{key}.key")))
    }

    fn pkcs8(&self, key: &str) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        let missing = || CustodyError::Missing { key: key.to_owned() };
        let path = self.path(key).ok_or_else(missing)?;
        let wrapped = fs::read(path).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => missing(),
            _ => io_error("reading", key, cause),
        })?;
        let sealed = || CustodyError::Sealed { key: key.to_owned() };
        self.master.unwrap(key, &wrapped).ok_or_else(sealed)
    }

    fn key(&self, key: &str) -> Result<Arc<PrivateKey>, CustodyError> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = open.get(key) {
            return Ok(Arc::clone(found));
        }
        drop(open);
        let pkcs8 = self.pkcs8(key)?;
        let sealed = |_| CustodyError::Sealed { key: key.to_owned() };
        let opened = Arc::new(PrivateKey::from_pkcs8(&pkcs8).map_err(sealed)?);
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(open.entry(key.to_owned()).or_insert(opened)))
    }
}

/// The names of the keys in a folder; what a crash left half-written is taken away.
fn keys_in(folder: &Path) -> Result<Vec<String>, CustodyError> {
    let failed = |cause| io_error("listing", &folder.display().to_string(), cause);
    let before = SystemTime::now() - LEFT_OVER_AFTER;
    let mut keys = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if durable::is_left_over(&path, before).map_err(failed)? {
            fs::remove_file(&path).map_err(failed)?;
        }
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let key = name.strip_suffix(".key").filter(|key| is_name(key));
        keys.extend(key.map(str::to_owned));
    }
    Ok(keys)
}

/// Names of secrets that are kept elsewhere; no key's name has a space.
fn of_others(name: &str) -> String {
    format!("secret {name}")
}

fn is_name(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
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
            .map_err(|failure| io_error("keeping", &name, failure.into()))?;
        let public = key.public_key().clone();
        Ok((name, public))
    }

    fn sign(
        &self,
        key: &str,
        suite: Suite,
        message: &[u8],
        under: &KeyUse,
    ) -> Result<Vec<u8>, CustodyError> {
        self.uses.fetch_add(1, Ordering::Relaxed);
        permit(key, message, under)?;
        let private = self.key(key)?;
        let signature = private
            .sign(suite, SM2_DEFAULT_ID, message, &mut SystemRandom)
            .map_err(|cause| signing("signing", key, cause))?;
        algorithm::verify(suite, private.public_key(), SM2_DEFAULT_ID, &[message], &signature)
            .map_err(|_| CustodyError::WrongSignature { key: key.to_owned() })?;
        Ok(signature)
    }

    fn wrap(&self, name: &str, secret: &[u8]) -> Result<Vec<u8>, CustodyError> {
        let sealed = || CustodyError::Sealed { key: name.to_owned() };
        self.master.wrap(&of_others(name), secret).ok_or_else(sealed)
    }

    fn unwrap(&self, name: &str, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, CustodyError> {
        let sealed = || CustodyError::Sealed { key: name.to_owned() };
        self.master.unwrap(&of_others(name), wrapped).ok_or_else(sealed)
    }

    fn uses(&self) -> u64 {
        self.uses.load(Ordering::Relaxed)
    }
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
    use domain::digest::Sm3;
    use domain::id::{KeyId, KeyUseId};
    use domain::sealing::{Cause, KeyUseState};
    use formats::algorithm::Digest;
    use time::macros::datetime;

    fn custody() -> (tempfile::TempDir, SoftwareCustody) {
        let folder = tempfile::tempdir().expect("a folder");
        let custody = SoftwareCustody::open(&folder.path().join("custody")).expect("opened");
        (folder, custody)
    }

    /// A row of the ledger as it stands before the key signs.
    fn written(message: &[u8]) -> KeyUse {
        let at = datetime!(2026-03-02 09:15 +8);
        let (id, key) = (KeyUseId::mint(at, [1; 10]), KeyId::mint(at, [2; 10]));
        KeyUse::intend(id, key, Sm3::of(message), Cause::Duty("a test".to_owned()), at)
    }

    #[test]
    fn nothing_is_signed_that_the_ledger_does_not_say() {
        let (_folder, custody) = custody();
        let (name, _) = custody.generate(&KeyKind::Sm2).expect("made");
        let ended = KeyUse { state: KeyUseState::Done, ..written(b"message") };
        for under in [written(b"another message"), written(b""), ended] {
            let refused = custody.sign(&name, Suite::Sm2Sm3, b"message", &under);
            assert!(matches!(refused, Err(CustodyError::NotInLedger { .. })), "{under:?}");
        }
    }

    #[test]
    fn a_key_signs_now_and_after_a_restart() {
        let (folder, custody) = custody();
        let (name, public) = custody.generate(&KeyKind::Sm2).expect("made");
        let again = SoftwareCustody::open(&folder.path().join("custody")).expect("opened again");
        for custody in [custody, again] {
            let signature = custody
                .sign(&name, Suite::Sm2Sm3, b"message", &written(b"message"))
                .expect("signed");
            algorithm::verify(Suite::Sm2Sm3, &public, SM2_DEFAULT_ID, &[b"message"], &signature)
                .expect("a right signature");
        }
    }

    #[test]
    fn every_kind_of_key_signs() {
        let (_folder, custody) = custody();
        for (kind, suite) in [
            (KeyKind::Sm2, Suite::Sm2Sm3),
            (KeyKind::P256, Suite::EcdsaP256(Digest::Sha256)),
            (KeyKind::Rsa { bits: 2048 }, Suite::RsaPkcs1(Digest::Sha256)),
        ] {
            let (name, public) = custody.generate(&kind).expect("made");
            let signature =
                custody.sign(&name, suite, b"message", &written(b"message")).expect("signed");
            algorithm::verify(suite, &public, SM2_DEFAULT_ID, &[b"message"], &signature)
                .expect("a right signature");
        }
        assert_eq!(custody.uses(), 3);
    }

    #[test]
    fn what_is_not_a_key_here_is_refused() {
        let (_folder, custody) = custody();
        let (name, _) = custody.generate(&KeyKind::Sm2).expect("made");
        let capitals = name.to_uppercase() + "A";
        for unknown in ["", "../master", "master", &"0".repeat(32), &capitals] {
            let refused = custody.sign(unknown, Suite::Sm2Sm3, b"message", &written(b"message"));
            assert!(matches!(refused, Err(CustodyError::Missing { .. })), "{unknown}");
        }
        let other_suite =
            custody.sign(&name, Suite::RsaPkcs1(Digest::Sha256), b"message", &written(b"message"));
        assert!(matches!(other_suite, Err(CustodyError::Signing { .. })));
        assert_eq!(custody.uses(), 6, "refused ones are counted too");
    }

    #[test]
    fn another_master_key_does_not_open_the_folder() {
        let (folder, custody) = custody();
        custody.generate(&KeyKind::Sm2).expect("made");
        let path = folder.path().join("custody");
        drop(custody);
        fs::write(path.join(MASTER_KEY_FILE), "a".repeat(64)).expect("replaced");
        let refused = SoftwareCustody::open(&path);
        assert!(matches!(refused, Err(CustodyError::Sealed { .. })), "{refused:?}");
        fs::remove_file(path.join(MASTER_KEY_FILE)).expect("removed");
        let refused = SoftwareCustody::open(&path);
        assert!(matches!(refused, Err(CustodyError::Master { .. })), "{refused:?}");
        assert!(!path.join(MASTER_KEY_FILE).exists(), "no new one is made over old keys");
    }

    #[test]
    fn a_key_under_another_keys_name_does_not_open() {
        let (folder, custody) = custody();
        let (one, _) = custody.generate(&KeyKind::Sm2).expect("made");
        let (two, _) = custody.generate(&KeyKind::Sm2).expect("made");
        let path = |key: &str| folder.path().join("custody").join(format!("{key}.key"));
        fs::copy(path(&one), path(&two)).expect("exchanged");
        let refused = custody.sign(&two, Suite::Sm2Sm3, b"message", &written(b"message"));
        assert!(matches!(refused, Err(CustodyError::Sealed { key }) if key == two));
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
