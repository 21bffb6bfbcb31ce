//! Sealed files by their digest: durable before the call returns, checked when they are read. They
//! lie in a folder or, with the feature `s3`, in an S3-compatible store that many processes share.

#[cfg(feature = "s3")]
mod bucket;
mod folder;

#[cfg(feature = "s3")]
use bucket::Bucket;
use domain::digest::{Sha256, Sm3};
use folder::Folder;
use std::fmt;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::SystemTime;

/// The file store.
#[derive(Clone, Debug)]
pub struct FileStore(Keep);

#[derive(Clone, Debug)]
enum Keep {
    Folder(Folder),
    #[cfg(feature = "s3")]
    Bucket(Bucket),
}

/// Where sealed files lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FilePlace {
    /// A folder of this machine, or one that is mounted.
    Folder(PathBuf),
    /// A bucket of an S3-compatible store.
    Bucket {
        /// Its name.
        bucket: String,
        /// What the names of the files begin with; may be empty.
        prefix: String,
    },
}

/// The text names no place for files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a path, file:// and a path, or s3://BUCKET/PREFIX is needed")]
pub struct BadFilePlace;

impl FromStr for FilePlace {
    type Err = BadFilePlace;

    fn from_str(text: &str) -> Result<Self, BadFilePlace> {
        let plain = |text: &str| !text.is_empty() && !text.contains("://");
        if let Some(rest) = text.strip_prefix("s3://") {
            let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
            let prefix = prefix.trim_end_matches('/').to_owned();
            let named = bucket.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.".contains(&b));
            let right = named && !bucket.is_empty() && !prefix.split('/').any(|part| part == "..");
            return right
                .then(|| Self::Bucket { bucket: bucket.to_owned(), prefix })
                .ok_or(BadFilePlace);
        }
        let path = text.strip_prefix("file://").unwrap_or(text);
        plain(path).then(|| Self::Folder(path.into())).ok_or(BadFilePlace)
    }
}

impl fmt::Display for FilePlace {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(out),
            Self::Bucket { bucket, prefix } => write!(out, "s3://{bucket}/{prefix}"),
        }
    }
}

/// The digests of a stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// SM3, the name of the file.
    pub sm3: Sm3,
    /// SHA-256.
    pub sha256: Sha256,
}

/// What a sweep took away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Half-written files of a crash.
    pub temporary: usize,
    /// Whole files that nothing points to.
    pub orphans: usize,
}

/// Why a file was not stored or not read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The disk is full; nothing was stored.
    #[error("storing the file {name}: the disk is full")]
    Full {
        /// The file's name in the store.
        name: String,
    },
    /// The system could not bring the file to the disk. It may seem to be there and be lost in a
    /// power cut, and so may others: the process should end.
    #[error("the file {name} was not brought to stable storage")]
    Unsynced {
        /// The file's name in the store.
        name: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// The store of files does not answer, or refuses: nothing was stored as far as is known, and
    /// storing it again does no harm.
    #[error("{operation} the file {name}: the store of files is not available")]
    Unavailable {
        /// What was being done.
        operation: &'static str,
        /// The file's name in the store.
        name: String,
        /// The cause.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// This program was built without the kind of store.
    #[error(
        "{place} is an S3-compatible store, and this program was built without it: build it with \
         --features s3, or name a folder"
    )]
    Unsupported {
        /// The place.
        place: FilePlace,
    },
    /// The disk said no.
    #[error("{operation} the file {name}")]
    Io {
        /// What was being done.
        operation: &'static str,
        /// The file's name in the store.
        name: String,
        /// The cause.
        #[source]
        cause: io::Error,
    },
    /// There is no such file.
    #[error("the file {name} is missing from the store")]
    Missing {
        /// Its name in the store.
        name: String,
    },
    /// The bytes are no longer those that were stored; they are not handed out.
    #[error("the file {name} no longer has its digest")]
    Changed {
        /// Its name in the store.
        name: String,
    },
}

impl FileStore {
    /// Opens the store at `place`; a folder is made when absent.
    ///
    /// # Errors
    /// When the folder cannot be made, or the program was built without the kind of store.
    pub fn open_at(place: &FilePlace) -> Result<Self, FileError> {
        Ok(Self(match place {
            FilePlace::Folder(path) => Keep::Folder(Folder::open(path)?),
            #[cfg(feature = "s3")]
            FilePlace::Bucket { bucket, prefix } => Keep::Bucket(Bucket::open(bucket, prefix)?),
            #[cfg(not(feature = "s3"))]
            FilePlace::Bucket { .. } => {
                return Err(FileError::Unsupported { place: place.clone() });
            }
        }))
    }

    /// Opens the store in `folder`, which is made when absent.
    ///
    /// # Errors
    /// When the folder cannot be made.
    pub fn open(folder: &Path) -> Result<Self, FileError> {
        Folder::open(folder).map(|folder| Self(Keep::Folder(folder)))
    }

    /// Stores `bytes`. When this returns they are on stable storage; the same bytes are stored
    /// once.
    ///
    /// # Errors
    /// When the store does not take them. After [`FileError::Unsynced`] nothing is stored any more.
    pub fn put(&self, bytes: &[u8]) -> Result<Stored, FileError> {
        let stored = Stored { sm3: Sm3::of(bytes), sha256: Sha256::of(bytes) };
        match &self.0 {
            Keep::Folder(folder) => folder.put(stored.sm3, bytes),
            #[cfg(feature = "s3")]
            Keep::Bucket(bucket) => bucket.put(stored.sm3, bytes),
        }?;
        Ok(stored)
    }

    /// The same of bytes whose digest is known, and which nobody has stored before: sooner done, but
    /// a crash may leave a file under this name that does not have its digest.
    ///
    /// # Errors
    /// As [`FileStore::put`].
    pub fn put_new(&self, sm3: Sm3, bytes: &[u8]) -> Result<(), FileError> {
        match &self.0 {
            Keep::Folder(folder) => folder.put_new(sm3, bytes),
            #[cfg(feature = "s3")]
            Keep::Bucket(bucket) => bucket.put(sm3, bytes),
        }
    }

    /// Whether every file so far was brought to the disk, or refused without harm. Once it is not,
    /// nothing is stored any more and the process should end.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        match &self.0 {
            Keep::Folder(folder) => folder.is_sound(),
            #[cfg(feature = "s3")]
            Keep::Bucket(_) => true,
        }
    }

    /// The bytes of a file, which still have the digest by which they are asked for.
    ///
    /// # Errors
    /// Missing, unreadable, or changed in the store.
    pub fn read(&self, sm3: impl Into<Sm3>) -> Result<Vec<u8>, FileError> {
        let sm3 = sm3.into();
        unchanged(sm3, self.bytes(sm3)?)
    }

    /// What comes of a file when `done` computes its SM3 on the way: it is not digested twice.
    ///
    /// # Errors
    /// Missing, unreadable, or changed in the store.
    pub fn read_by<T>(
        &self,
        sm3: impl Into<Sm3>,
        done: impl FnOnce(&[u8]) -> (T, Option<Sm3>),
    ) -> Result<T, FileError> {
        let sm3 = sm3.into();
        let (made, digest) = done(&self.bytes(sm3)?);
        if digest == Some(sm3) { Ok(made) } else { Err(changed(sm3)) }
    }

    /// What lies under a name.
    fn bytes(&self, sm3: Sm3) -> Result<Vec<u8>, FileError> {
        match &self.0 {
            Keep::Folder(folder) => folder.bytes(sm3),
            #[cfg(feature = "s3")]
            Keep::Bucket(bucket) => bucket.bytes(sm3),
        }
    }

    /// Writes a file of any size to `out`, having seen that it still has its digest: not one
    /// changed byte is written.
    ///
    /// # Errors
    /// Missing, unreadable, or changed in the store; or `out` takes no more.
    pub fn copy_to(&self, sm3: impl Into<Sm3>, out: &mut dyn Write) -> Result<u64, FileError> {
        match &self.0 {
            Keep::Folder(folder) => folder.copy_to(sm3.into(), out),
            #[cfg(feature = "s3")]
            Keep::Bucket(_) => {
                let sm3 = sm3.into();
                let bytes = self.read(sm3)?;
                out.write_all(&bytes).map_err(|cause| io_error("reading", sm3, cause))?;
                Ok(bytes.len() as u64)
            }
        }
    }

    /// Whether a file is there and still has its digest.
    ///
    /// # Errors
    /// Missing, unreadable, or changed in the store.
    pub fn check(&self, sm3: impl Into<Sm3>) -> Result<(), FileError> {
        match &self.0 {
            Keep::Folder(folder) => folder.check(sm3.into()),
            #[cfg(feature = "s3")]
            Keep::Bucket(bucket) => bucket.read(sm3.into()).map(drop),
        }
    }

    /// Takes a file away; nothing when it is not there.
    ///
    /// # Errors
    /// When the store does not let it go.
    pub fn remove(&self, sm3: Sm3) -> Result<(), FileError> {
        match &self.0 {
            Keep::Folder(folder) => folder.remove(sm3),
            #[cfg(feature = "s3")]
            Keep::Bucket(bucket) => bucket.remove(sm3),
        }
    }

    /// Takes away what was written before the end of `when` and is half-written, and what was
    /// written within it and is not `wanted`.
    ///
    /// A file is stored before the register points to it, so the end must leave time for that.
    ///
    /// # Errors
    /// When the store cannot be read, a file not removed, or `wanted` does not know.
    pub fn sweep<E: From<FileError>>(
        &self,
        when: Range<SystemTime>,
        wanted: impl FnMut(Sm3) -> Result<bool, E>,
    ) -> Result<Swept, E> {
        match &self.0 {
            Keep::Folder(folder) => folder.sweep(when, wanted),
            #[cfg(feature = "s3")]
            Keep::Bucket(bucket) => bucket.sweep(when, wanted),
        }
    }

    /// The digests of all stored files, in order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn names(&self) -> Result<Vec<Sm3>, FileError> {
        match &self.0 {
            Keep::Folder(folder) => folder.names(),
            #[cfg(feature = "s3")]
            Keep::Bucket(bucket) => bucket.names(),
        }
    }
}

/// The bytes that lie under a name, where they are those.
fn unchanged(sm3: Sm3, bytes: Vec<u8>) -> Result<Vec<u8>, FileError> {
    if Sm3::of(&bytes) == sm3 { Ok(bytes) } else { Err(changed(sm3)) }
}

fn changed(sm3: Sm3) -> FileError {
    FileError::Changed { name: sm3.to_string() }
}

fn io_error(operation: &'static str, name: impl std::fmt::Display, cause: io::Error) -> FileError {
    FileError::Io { operation, name: name.to_string(), cause }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_told_apart() {
        let bucket = |bucket: &str, prefix: &str| {
            Ok(FilePlace::Bucket { bucket: bucket.into(), prefix: prefix.into() })
        };
        for (text, place) in [
            ("/srv/files", Ok(FilePlace::Folder("/srv/files".into()))),
            ("file:///srv/files", Ok(FilePlace::Folder("/srv/files".into()))),
            ("s3://licenses/sealed/2026/", bucket("licenses", "sealed/2026")),
            ("s3://licenses", bucket("licenses", "")),
            ("s3:///sealed", Err(BadFilePlace)),
            ("s3://key:secret@store/sealed", Err(BadFilePlace)),
            ("s3://licenses/../other", Err(BadFilePlace)),
            ("gs://licenses/sealed", Err(BadFilePlace)),
            ("file://", Err(BadFilePlace)),
            ("", Err(BadFilePlace)),
        ] {
            assert_eq!(text.parse::<FilePlace>(), place, "{text}");
        }
    }
}
