//! Copying a data folder so that the copy is on stable storage.

use crate::durable::{self, Readers};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

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

/// Copies one file, whatever was there before.
///
/// # Errors
/// It cannot be read or written.
pub fn copy_file(from: &Path, to: &Path) -> Result<(), CopyError> {
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).map_err(failed(folder))?;
    }
    let bytes = fs::read(from).map_err(failed(from))?;
    write(to, &bytes)
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
}
