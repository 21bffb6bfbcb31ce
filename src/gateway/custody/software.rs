//! Keys in files of this machine, wrapped under a master key.
//!
//! For test, demo and small offices: whoever reads both the folder and the master key has the
//! keys. The master key comes from the environment or from a file of its owner alone.

use super::wrap::MasterKey;
use super::{CustodyError, Keeper, io_error, signing};
use crate::durable::{self, Readers};
use crate::random::SystemRandom;
use formats::algorithm::{self, KeyKind, PrivateKey, PublicKey, SM2_DEFAULT_ID, Suite};
use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};
use zeroize::Zeroizing;

/// A wrapped key is some kilobytes; half-written ones older than this belong to a crash.
const LEFT_OVER_AFTER: Duration = Duration::from_secs(3600);

/// Keys in a folder.
pub(super) struct Software {
    folder: PathBuf,
    pub(super) master: MasterKey,
    /// Keys that were used, opened once.
    open: RwLock<HashMap<String, Arc<PrivateKey>>>,
}

impl Software {
    /// The keys in `folder`, each of which `master` must open; it is asked whether there are any.
    pub(super) fn open(
        folder: &Path,
        master: impl FnOnce(bool) -> Result<MasterKey, CustodyError>,
    ) -> Result<Self, CustodyError> {
        let failed = |cause| io_error("making the folder of", &folder.display().to_string(), cause);
        durable::folder_for_owner(folder).map_err(failed)?;
        let keys = keys_in(folder)?;
        let master = master(!keys.is_empty())?;
        let software = Self { folder: folder.to_owned(), master, open: RwLock::default() };
        for key in keys {
            software.pkcs8(&key)?;
        }
        Ok(software)
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

    pub(super) fn key(&self, key: &str) -> Result<Arc<PrivateKey>, CustodyError> {
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

fn is_name(key: &str) -> bool {
    key.len() == 32 && key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Keeper for Software {
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
