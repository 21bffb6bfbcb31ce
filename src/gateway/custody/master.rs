//! Where the master key comes from: the environment, else a file of its owner alone.

use super::wrap::MasterKey;
use super::{CustodyError, io_error};
use crate::durable::{self, Readers};
use std::env::VarError;
use std::fs;
use std::io;
use std::path::Path;
use zeroize::Zeroizing;

/// Environment variable with the master key: 64 hexadecimal digits.
pub const MASTER_KEY_VARIABLE: &str = "YZ_MASTER_KEY";

const MASTER: &str = "master";

/// The master key of the environment, else that of the file at `path`. The file is made once, and
/// only while there are no keys yet: another master key would not open them.
pub(super) fn obtain(path: &Path, has_keys: bool) -> Result<MasterKey, CustodyError> {
    match std::env::var(MASTER_KEY_VARIABLE) {
        Ok(text) => parse(&Zeroizing::new(text)),
        Err(VarError::NotUnicode(_)) => Err(malformed()),
        Err(VarError::NotPresent) => of_file(path, has_keys),
    }
}

fn of_file(path: &Path, has_keys: bool) -> Result<MasterKey, CustodyError> {
    let failed = |operation| move |cause: io::Error| io_error(operation, MASTER, cause);
    let there = path.try_exists().map_err(failed("looking for"))?;
    if !there && has_keys {
        let reason =
            "there are keys, but neither YZ_MASTER_KEY nor the file master.key that opens them";
        return Err(CustodyError::Master { reason });
    }
    if !there {
        let text = fresh().map_err(failed("making"))?;
        durable::write_once(path, text.as_bytes(), Readers::OwnerOnly)
            .map_err(|failure| io_error("keeping", MASTER, failure.into()))?;
    }
    require_owner_only(path)?;
    // Read back also when it was just made: another process may have been quicker.
    let text = fs::read_to_string(path).map(Zeroizing::new).map_err(failed("reading"))?;
    parse(&text)
}

fn fresh() -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0; 32]);
    getrandom::fill(&mut bytes[..]).map_err(io::Error::other)?;
    Ok(Zeroizing::new(hex::encode(&bytes[..])))
}

fn parse(text: &str) -> Result<MasterKey, CustodyError> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text.trim(), &mut bytes[..]).map_err(|_| malformed())?;
    if bytes[..] == [0; 32] {
        return Err(CustodyError::Master { reason: "it is all zeros" });
    }
    Ok(MasterKey::new(bytes))
}

fn malformed() -> CustodyError {
    CustodyError::Master { reason: "it must have 64 hexadecimal digits" }
}

#[cfg(unix)]
fn require_owner_only(path: &Path) -> Result<(), CustodyError> {
    use std::os::unix::fs::PermissionsExt;
    let found = fs::metadata(path).map_err(|cause| io_error("reading", MASTER, cause))?;
    if found.permissions().mode() & 0o077 == 0 {
        return Ok(());
    }
    let reason =
        "others than its owner may read the file master.key; chmod 600, and consider it known";
    Err(CustodyError::Master { reason })
}

#[cfg(not(unix))]
fn require_owner_only(_path: &Path) -> Result<(), CustodyError> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(result: Result<MasterKey, CustodyError>, message: &str) {
        let error = result.err().unwrap().to_string();
        assert!(error.contains(message), "{error}");
    }

    #[test]
    fn it_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let master = of_file(&path, false).unwrap();
        let wrapped = master.wrap("a", b"secret").unwrap();
        assert!(of_file(&path, true).unwrap().unwrap("a", &wrapped).is_some(), "the same again");
        assert!(path.metadata().unwrap().len() == 64);
    }

    #[test]
    fn many_that_open_at_once_have_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        let keys: Vec<MasterKey> = std::thread::scope(|scope| {
            let open = |_| scope.spawn(|| of_file(&path, false).unwrap());
            let threads: Vec<_> = (0..8).map(open).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let wrapped = keys[0].wrap("a", b"secret").unwrap();
        assert!(keys.iter().all(|key| key.unwrap("a", &wrapped).is_some()));
    }

    #[test]
    fn refusals_say_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("master.key");
        refused(of_file(&path, true), "neither YZ_MASTER_KEY nor the file master.key");
        refused(parse(""), "64 hexadecimal digits");
        refused(parse(&"0".repeat(63)), "64 hexadecimal digits");
        refused(parse(&"0".repeat(64)), "all zeros");
        parse(&format!("{}\n", "a".repeat(64))).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            of_file(&path, false).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
            refused(of_file(&path, true), "others than its owner");
        }
    }
}
