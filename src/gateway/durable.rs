//! Writing a file so that it is there after a power cut, whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Who may read a new file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Whom the umask allows.
    Usual,
    /// Its owner alone.
    OwnerOnly,
}

/// Writes `bytes` beside `path`, then gives them its name: temporary file, fsync, rename, fsync of
/// the folder. An existing file is replaced.
pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    let mut random = [0; 8];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    let temporary = folder.join(format!(".{}.tmp", hex::encode(random)));
    let written = write_temporary(&temporary, bytes, readers)
        .and_then(|()| fs::rename(&temporary, path))
        .and_then(|()| sync_folder(folder));
    if written.is_err() {
        // What is left is swept at the next start; the first error is the telling one.
        let _ = fs::remove_file(&temporary);
    }
    written
}

fn write_temporary(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if readers == Readers::OwnerOnly {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    #[cfg(not(unix))]
    let _ = readers;
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// Makes a new name in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}
