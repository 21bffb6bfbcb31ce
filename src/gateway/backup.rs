//! Copying a data folder so that the copy is on stable storage.

use crate::durable::{self, Readers};
use crate::pour::pour;
use domain::digest::Sm3;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// What is appended to the name of a file that is not whole yet.
const PASSING: &str = "new";

/// A file or folder could not be copied.
#[derive(Debug, thiserror::Error)]
#[error("copying {}", path.display())]
pub struct CopyError {
    /// Which one.
    pub path: PathBuf,
    /// The cause.
    #[source]
    pub cause: io::Error,
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> CopyError + use<> {
    let path = path.to_owned();
    |cause| CopyError { path, cause }
}

/// Copies every file below `from` for which `wanted` says so, by its path below `from`; a file that
/// is there already is replaced. Folders without wanted files are not made. How many files there
/// were. Nobody but the owner may read the copies: there are keys among them.
///
/// # Errors
/// Something cannot be read or written; the copy is then not whole.
pub fn copy_folder(
    from: &Path,
    to: &Path,
    wanted: &dyn Fn(&Path) -> bool,
) -> Result<u64, CopyError> {
    copy_below(from, Path::new(""), to, wanted)
}

fn copy_below(
    from: &Path,
    below: &Path,
    to: &Path,
    wanted: &dyn Fn(&Path) -> bool,
) -> Result<u64, CopyError> {
    let folder = from.join(below);
    let mut count = 0;
    for entry in fs::read_dir(&folder).map_err(failed(&folder))? {
        let entry = entry.map_err(failed(&folder))?;
        let path = below.join(entry.file_name());
        let kind = entry.file_type().map_err(failed(&entry.path()))?;
        if !wanted(&path) {
            continue;
        }
        if kind.is_dir() {
            count += copy_below(from, &path, to, wanted)?;
        } else if kind.is_file() {
            copy_file(&entry.path(), &to.join(&path))?;
            count += 1;
        }
    }
    Ok(count)
}

/// Makes a folder for its owner alone; one that is there already stays as it is.
///
/// # Errors
/// It cannot be made.
pub fn make_folder(folder: &Path) -> Result<(), CopyError> {
    durable::make_folder(folder).map_err(failed(folder))
}

/// Takes a folder from everybody but its owner.
///
/// # Errors
/// It stays open to others.
pub fn close_folder(folder: &Path) -> Result<(), CopyError> {
    durable::close_folder(folder).map_err(failed(folder))
}

/// Copies one file of any size, whatever was there before; SM3 of what was copied.
///
/// # Errors
/// It cannot be read or written.
pub fn copy_file(from: &Path, to: &Path) -> Result<Sm3, CopyError> {
    if let Some(folder) = to.parent() {
        make_folder(folder)?;
    }
    let passing = passing(to);
    let mut out = made_for_owner(&passing).map_err(failed(&passing))?;
    let sm3 = copied(from, &mut out)?;
    settle(&passing, to)?;
    Ok(sm3)
}

/// Under what name the copy of a file begins.
#[must_use]
pub fn passing(to: &Path) -> PathBuf {
    let mut name = to.as_os_str().to_owned();
    name.push(".");
    name.push(PASSING);
    name.into()
}

/// Nobody else may read it, nor hold open what lay there before.
fn made_for_owner(path: &Path) -> io::Result<File> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(cause),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(path)
}

/// SM3 of a file of any size.
///
/// # Errors
/// It cannot be read.
pub fn digest(path: &Path) -> Result<Sm3, CopyError> {
    copied(path, &mut io::sink())
}

fn copied(from: &Path, out: &mut dyn Write) -> Result<Sm3, CopyError> {
    let poured = File::open(from).and_then(|mut file| pour(&mut file, out));
    poured.map_err(failed(from))
}

/// Writes a file of the copy.
///
/// # Errors
/// It cannot be written.
pub fn write(to: &Path, bytes: &[u8]) -> Result<(), CopyError> {
    durable::write(to, bytes, Readers::OwnerOnly).map_err(|cause| failed(to)(cause.into()))
}

/// Gives a finished file its name, on stable storage.
///
/// # Errors
/// It cannot be renamed.
pub fn settle(from: &Path, to: &Path) -> Result<(), CopyError> {
    durable::settle(from).map_err(|cause| failed(from)(cause.into()))?;
    fs::rename(from, to).map_err(failed(to))?;
    durable::settle(to).map_err(|cause| failed(to)(cause.into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pour::CHUNK_BYTES;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn what_is_wanted_is_copied() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["a", "b/c", "b/d.tmp", "e/f"] {
            let path = from.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, name).unwrap();
        }
        fs::write(to.path().join("a"), "older").unwrap();
        let wanted = |path: &Path| path != Path::new("e") && !path.ends_with("d.tmp");
        assert_eq!(copy_folder(from.path(), to.path(), &wanted).unwrap(), 2);
        assert_eq!(fs::read_to_string(to.path().join("a")).unwrap(), "a");
        assert_eq!(fs::read_to_string(to.path().join("b/c")).unwrap(), "b/c");
        assert!(!to.path().join("e").exists() && !to.path().join("b/d.tmp").exists());
    }

    #[test]
    fn a_copy_of_many_chunks_is_for_its_owner_alone_and_has_its_digest() {
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("from"), folder.path().join("kept/deep/to"));
        let bytes: Vec<u8> = (0..3 * CHUNK_BYTES + 5).map(|place| place as u8).collect();
        fs::write(&from, &bytes).unwrap();
        make_folder(to.parent().unwrap()).unwrap();
        // What an interrupted copy left, open to all.
        fs::write(passing(&to), "half").unwrap();
        fs::set_permissions(passing(&to), fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(copy_file(&from, &to).unwrap(), Sm3::of(&bytes));
        assert_eq!(digest(&to).unwrap(), Sm3::of(&bytes));
        assert!(fs::read(&to).unwrap() == bytes && !passing(&to).exists());
        assert_eq!((mode(&to), mode(to.parent().unwrap())), (0o600, 0o700));
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        make_folder(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o755, "somebody else's stays as it is");
        close_folder(folder.path()).unwrap();
        assert_eq!(mode(folder.path()), 0o700);
    }
}
