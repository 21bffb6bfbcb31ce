//! Writing a file so that it is there after a power cut, whole or not at all.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whom the umask allows.
    Usual,
    /// Its owner alone.
    OwnerOnly,
}

/// Why a file is not on stable storage.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The disk, or what may be used of it, is full.
    Full,
    /// What was written may be lost although it can be read: the system could not bring it to the
    /// disk, and asking again would not tell.
    Unsynced(io::Error),
    /// Anything else; nothing is left of it.
    Other(io::Error),
}

impl From<io::Error> for Failure {
    fn from(cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            // A disk that is gone, or that the system has given up, takes nothing to come either.
            io::ErrorKind::ReadOnlyFilesystem => Self::Unsynced(cause),
            _ if cfg!(unix) && cause.raw_os_error() == Some(EIO) => Self::Unsynced(cause),
            _ => Self::Other(cause),
        }
    }
}

impl From<Failure> for io::Error {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Full => io::ErrorKind::StorageFull.into(),
            Failure::Unsynced(cause) | Failure::Other(cause) => cause,
        }
    }
}

const TEMPORARY: &str = "tmp";
/// "Input/output error", the same on every Unix.
const EIO: i32 = 5;

/// Makes a folder, and those above it that are missing, for its owner alone; one that is there
/// already stays as it is.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Takes a folder from everybody but its owner.
pub(crate) fn close_folder(folder: &Path) -> io::Result<()> {
    let mode = fs::metadata(folder)?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(mode & 0o7700))
}

/// Makes a folder that nobody but its owner looks into, whatever was there before.
pub(crate) fn folder_for_owner(folder: &Path) -> io::Result<()> {
    make_folder(folder)?;
    close_folder(folder)
}

/// Writes `bytes` beside `path`, then gives them its name: temporary file, fsync, rename, fsync of
/// the folder. An existing file is replaced.
pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers) -> Result<(), Failure> {
    let temporary = Unnamed::write(passing_name(path)?, bytes, readers)?;
    fs::rename(&temporary.0, path)?;
    sync_folder_of(path)
}

/// Writes a file for which nobody looks before this returns: under its name at once, because a
/// rename would cost the journal of the disk a second commit, which halves the files per second.
/// `false` when there is one of that name, whole or not; a crash may leave it half-written.
pub(crate) fn write_new(path: &Path, bytes: &[u8], readers: Readers) -> Result<bool, Failure> {
    let file = match Unnamed::write(path.to_owned(), bytes, readers) {
        Err(Failure::Other(cause)) if cause.kind() == io::ErrorKind::AlreadyExists => {
            return Ok(false);
        }
        written => written?,
    };
    sync_folder_of(path)?;
    file.keep();
    Ok(true)
}

/// As [`write`], but an existing file stays: `false` when there is one.
pub(crate) fn write_once(path: &Path, bytes: &[u8], readers: Readers) -> Result<bool, Failure> {
    let temporary = Unnamed::write(passing_name(path)?, bytes, readers)?;
    // Unlike a rename, a link does not replace what another process was quicker to make.
    let made = match fs::hard_link(&temporary.0, path) {
        Ok(()) => true,
        Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => false,
        Err(cause) => return Err(cause.into()),
    };
    sync_folder_of(path)?;
    Ok(made)
}

/// A name beside `path` that is nobody else's.
fn passing_name(path: &Path) -> io::Result<PathBuf> {
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(folder_of(path).join(format!(".{}.{TEMPORARY}", hex::encode(random))))
}

/// A new file on the disk whose name is not final yet; removed unless it is kept or renamed.
struct Unnamed(PathBuf);

impl Unnamed {
    fn write(path: PathBuf, bytes: &[u8], readers: Readers) -> Result<Self, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        if readers == Readers::OwnerOnly {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        #[cfg(not(unix))]
        let _ = readers;
        let mut file = options.open(&path)?;
        let unnamed = Self(path);
        file.write_all(bytes)?;
        file.sync_all().map_err(unsynced)?;
        Ok(unnamed)
    }

    fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Unnamed {
    fn drop(&mut self) {
        // Gone already when it was renamed; what a crash leaves is swept.
        let _ = fs::remove_file(&self.0);
    }
}

/// A full disk may show only when the bytes are brought there.
fn unsynced(cause: io::Error) -> Failure {
    match Failure::from(cause) {
        Failure::Other(cause) => Failure::Unsynced(cause),
        full => full,
    }
}

fn folder_of(path: &Path) -> &Path {
    path.parent().unwrap_or_else(|| Path::new("."))
}

/// Brings a file that was found, and its name, to the disk: whoever wrote it may not have come so
/// far.
pub(crate) fn settle(path: &Path) -> Result<(), Failure> {
    File::open(path)?.sync_all().map_err(unsynced)?;
    sync_folder_of(path)
}

fn sync_folder_of(path: &Path) -> Result<(), Failure> {
    sync_folder(folder_of(path))
}

/// Makes new names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), Failure> {
    File::open(folder)?.sync_all().map_err(unsynced)
}

/// Whether a file has a passing name and is older than `before`: left by a crash.
pub(crate) fn is_left_over(path: &Path, before: SystemTime) -> io::Result<bool> {
    let passing = path.extension().is_some_and(|end| end == TEMPORARY);
    Ok(passing && fs::metadata(path)?.modified()? < before)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_once_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(write_once(&path, b"first", Readers::Usual).unwrap());
        assert!(!write_once(&path, b"second", Readers::Usual).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        write(&path, b"third", Readers::Usual).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"third");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_new_file_is_never_one_that_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        assert!(write_new(&path, b"first", Readers::Usual).unwrap());
        assert!(!write_new(&path, b"second", Readers::Usual).unwrap());
        assert_eq!(fs::read(&path).unwrap(), b"first");
        let absent = folder.path().join("absent").join("file");
        assert!(matches!(write_new(&absent, b"x", Readers::Usual), Err(Failure::Other(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn of_many_that_write_once_one_wins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let made: Vec<bool> = std::thread::scope(|scope| {
            let write = |number: u8| {
                let path = &path;
                scope.spawn(move || write_once(path, &[number; 64], Readers::OwnerOnly).unwrap())
            };
            let threads: Vec<_> = (0..8).map(write).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(made.iter().filter(|made| **made).count(), 1);
        let winner = made.iter().position(|made| *made).unwrap();
        assert_eq!(fs::read(&path).unwrap(), [winner as u8; 64]);
    }

    #[test]
    fn a_missing_folder_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent").join("file");
        assert!(matches!(write(&path, b"x", Readers::Usual), Err(Failure::Other(_))));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_full_disk_is_told_apart() {
        let full = Failure::from(io::Error::from(io::ErrorKind::StorageFull));
        assert!(matches!(full, Failure::Full));
        assert!(matches!(unsynced(io::ErrorKind::StorageFull.into()), Failure::Full));
        let lost = unsynced(io::Error::other("input/output error"));
        assert!(matches!(lost, Failure::Unsynced(_)));
        let gone = Failure::from(io::Error::from_raw_os_error(EIO));
        assert!(matches!(gone, Failure::Unsynced(_)) || !cfg!(unix));
    }

    #[test]
    fn only_old_files_with_passing_names_are_left_over() {
        let folder = tempfile::tempdir().unwrap();
        let passing = folder.path().join(".00.tmp");
        let usual = folder.path().join("file");
        fs::write(&passing, b"").unwrap();
        fs::write(&usual, b"").unwrap();
        let future = SystemTime::now() + std::time::Duration::from_secs(60);
        assert!(is_left_over(&passing, future).unwrap());
        assert!(!is_left_over(&passing, SystemTime::UNIX_EPOCH).unwrap());
        assert!(!is_left_over(&usual, future).unwrap());
    }
}
