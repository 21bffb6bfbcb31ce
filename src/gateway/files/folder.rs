//! Sealed files in a folder: durable before the call returns, checked when they are read.

use super::{FileError, Swept, changed, io_error, unchanged};
use crate::durable::{self, Failure, Readers};
use crate::pour::pour;
use domain::digest::Sm3;
use std::fs::{self, File};
use std::io::{self, Read, Seek, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

/// A folder of files.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    folder: PathBuf,
    /// Set when the disk lost bytes, and never again cleared.
    lost: Arc<AtomicBool>,
}

/// A million files leave no folder with more than some thousand names.
const FOLDERS: u16 = 256;

impl Folder {
    /// Opens the store in `folder`, which is made when absent.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub(super) fn open(folder: &Path) -> Result<Self, FileError> {
        let failed = |cause: Failure| io_error("making room for", "*", cause.into());
        // All folders are made beforehand, so that storing a file has one name to make durable.
        for number in 0..FOLDERS {
            let below = folder.join(format!("{number:02x}"));
            fs::create_dir_all(below).map_err(|cause| failed(cause.into()))?;
        }
        durable::sync_folder(folder).map_err(failed)?;
        Ok(Self { folder: folder.to_owned(), lost: Arc::default() })
    }

    /// Stores `bytes`, whose digest this is. When this returns they are on stable storage; the same
    /// bytes are stored once.
    ///
    /// # Errors
    /// When the disk does not take them; then nothing is left of them. After
    /// [`FileError::Unsynced`] nothing is stored any more.
    pub(super) fn put(&self, sm3: Sm3, bytes: &[u8]) -> Result<(), FileError> {
        self.storing(sm3, || self.settle_or_write(sm3, bytes))
    }

    /// As [`Folder::put`], at the cost of one commit of the disk's journal instead of two: a crash
    /// in the middle leaves a file under this name that does not have its digest.
    pub(super) fn put_new(&self, sm3: Sm3, bytes: &[u8]) -> Result<(), FileError> {
        self.storing(sm3, || {
            let new = durable::write_new(&self.path(sm3), bytes, Readers::Usual)?;
            // There before, or half-written: by a crash, or by somebody who is at it now.
            if new { Ok(()) } else { self.settle_or_write(sm3, bytes) }
        })
    }

    fn storing(
        &self,
        sm3: Sm3,
        write: impl FnOnce() -> Result<(), Failure>,
    ) -> Result<(), FileError> {
        if !self.is_sound() {
            let cause = io::Error::other("an earlier file was not brought to the disk");
            return Err(FileError::Unsynced { name: sm3.to_string(), cause });
        }
        write().map_err(|failure| match failure {
            Failure::Full => FileError::Full { name: sm3.to_string() },
            Failure::Unsynced(cause) => {
                self.lost.store(true, Ordering::SeqCst);
                FileError::Unsynced { name: sm3.to_string(), cause }
            }
            Failure::Other(cause) => io_error("storing", sm3, cause),
        })
    }

    fn settle_or_write(&self, sm3: Sm3, bytes: &[u8]) -> Result<(), Failure> {
        let path = self.path(sm3);
        let same = fs::metadata(&path).is_ok_and(|found| found.len() == bytes.len() as u64);
        match same && self.read(sm3).is_ok() {
            true => durable::settle(&path),
            false => durable::write(&path, bytes, Readers::Usual),
        }
    }

    /// Whether every file so far was brought to the disk, or refused without harm. Once it is not,
    /// nothing is stored any more and the process should end.
    pub(super) fn is_sound(&self) -> bool {
        !self.lost.load(Ordering::SeqCst)
    }

    /// The bytes of a file, whatever digest they have by now.
    ///
    /// # Errors
    /// Missing or unreadable.
    pub(super) fn bytes(&self, sm3: Sm3) -> Result<Vec<u8>, FileError> {
        let mut bytes = Vec::new();
        let mut file = self.file(sm3)?;
        file.read_to_end(&mut bytes).map_err(|cause| io_error("reading", sm3, cause))?;
        Ok(bytes)
    }

    /// The same, where they still have the digest by which they are asked for.
    pub(super) fn read(&self, sm3: Sm3) -> Result<Vec<u8>, FileError> {
        unchanged(sm3, self.bytes(sm3)?)
    }

    /// Writes a file of any size to `out`, having read it through once to see that it still has
    /// its digest: not one changed byte is written.
    ///
    /// # Errors
    /// Missing, unreadable, or changed on the disk; or `out` takes no more.
    pub(super) fn copy_to(&self, sm3: Sm3, out: &mut dyn Write) -> Result<u64, FileError> {
        let mut file = self.file(sm3)?;
        let failed = |cause| io_error("reading", sm3, cause);
        self.checked(&mut file, sm3)?;
        file.rewind().map_err(failed)?;
        io::copy(&mut file, out).map_err(failed)
    }

    /// Whether a file is there and still has its digest.
    ///
    /// # Errors
    /// Missing, unreadable, or changed on the disk.
    pub(super) fn check(&self, sm3: Sm3) -> Result<(), FileError> {
        self.checked(&mut self.file(sm3)?, sm3)
    }

    fn checked(&self, file: &mut File, sm3: Sm3) -> Result<(), FileError> {
        let found = pour(file, &mut io::sink()).map_err(|cause| io_error("reading", sm3, cause))?;
        (found == sm3).then_some(()).ok_or_else(|| changed(sm3))
    }

    /// Takes a file away; nothing when it is not there.
    ///
    /// # Errors
    /// When the disk does not let it go.
    pub(super) fn remove(&self, sm3: Sm3) -> Result<(), FileError> {
        match fs::remove_file(self.path(sm3)) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => {
                Err(io_error("removing", sm3, cause))
            }
            _ => Ok(()),
        }
    }

    /// Takes away what was written before the end of `when` and is half-written, and what was
    /// written within it and is not `wanted`.
    ///
    /// A file is stored before the register points to it, so the end must leave time for that.
    ///
    /// # Errors
    /// When a folder cannot be read, a file not removed, or `wanted` does not know.
    pub(super) fn sweep<E: From<FileError>>(
        &self,
        when: Range<SystemTime>,
        mut wanted: impl FnMut(Sm3) -> Result<bool, E>,
    ) -> Result<Swept, E> {
        let mut swept = Swept::default();
        // One folder after the other: the names of a million files would fill the memory.
        for path in (0..FOLDERS).flat_map(|number| self.paths(number)) {
            let path = path?;
            let failed = |cause| io_error("sweeping", path.display(), cause);
            if durable::is_left_over(&path, when.end).map_err(failed)? {
                fs::remove_file(&path).map_err(failed)?;
                swept.temporary += 1;
                continue;
            }
            let name = path.file_name().and_then(|name| name.to_str()).map(str::parse::<Sm3>);
            let written = fs::metadata(&path).and_then(|found| found.modified()).map_err(failed)?;
            if let Some(Ok(sm3)) = name
                && when.contains(&written)
                && !wanted(sm3)?
            {
                fs::remove_file(&path).map_err(failed)?;
                swept.orphans += 1;
            }
        }
        Ok(swept)
    }

    /// The digests of all stored files, in order.
    ///
    /// # Errors
    /// When a folder cannot be read.
    pub(super) fn names(&self) -> Result<Vec<Sm3>, FileError> {
        let mut names = Vec::new();
        for path in (0..FOLDERS).flat_map(|number| self.paths(number)) {
            let path = path?;
            let name = path.file_name().and_then(|name| name.to_str());
            names.extend(name.and_then(|name| name.parse::<Sm3>().ok()));
        }
        names.sort();
        Ok(names)
    }

    /// What lies in one of the folders.
    fn paths(&self, number: u16) -> Vec<Result<PathBuf, FileError>> {
        let below = self.folder.join(format!("{number:02x}"));
        let failed = |cause| io_error("listing", below.display(), cause);
        match fs::read_dir(&below) {
            Ok(entries) => entries.map(|one| Ok(one.map_err(failed)?.path())).collect(),
            Err(cause) => vec![Err(failed(cause))],
        }
    }

    fn file(&self, sm3: Sm3) -> Result<File, FileError> {
        File::open(self.path(sm3)).map_err(|cause| match cause.kind() {
            io::ErrorKind::NotFound => FileError::Missing { name: sm3.to_string() },
            _ => io_error("reading", sm3, cause),
        })
    }

    pub(super) fn path(&self, sm3: Sm3) -> PathBuf {
        let name = sm3.to_string();
        self.folder.join(&name[..2]).join(&name)
    }
}

#[cfg(test)]
mod tests;
