//! A witness: another machine that looks at the log, and signs that it only ever grew
//! (C2SP tlog-cosignature).
//!
//! What it has seen is on its disk before it signs. A log that shows it anything else afterwards,
//! an older state or another history, is refused, and what shows that is kept: both notes, each
//! signed by the log.

use super::LogKeys;
use crate::sealing::sign_as_witness;
use crate::{AppError, chain};
use domain::digest::Sha256;
use domain::log::{
    Checkpoint, CheckpointError, Hashes, Note, NoteKey, Tile, TilePath, consistency_path,
    verify_consistency,
};
use formats::algorithm::{KeyKind, PublicKey, Suite};
use formats::x509::{pem_blocks, to_pem};
use gateway::custody::Custody;
use gateway::log_place::LogPlace;
use gateway::witness::{WitnessFolder, WitnessFolderError};
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// A witness of one log.
#[derive(Debug)]
pub struct Witness {
    folder: WitnessFolder,
    /// The name of the key in custody.
    custody: String,
    key: NoteKey,
}

/// What came of looking at a log.
#[derive(Debug, PartialEq, Eq)]
pub enum Seen {
    /// It only grew: the newest checkpoint with the signature of the witness.
    Grew(String),
    /// It is as it was: that checkpoint, signed before.
    Same(String),
    /// It is not what it was; the evidence is in this file.
    Refused(Breach, PathBuf),
    /// No known key has signed what it shows, so nothing can be said of the log.
    Unbelieved(CheckpointError),
}

/// What a log did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// It shows fewer leaves than before.
    #[error("the log shows an older state than the witness has seen")]
    RolledBack,
    /// It shows another history.
    #[error("the log shows another history than the witness has seen")]
    Forked,
    /// It goes by another name.
    #[error("the log goes by another name than before")]
    Renamed,
}

/// Why tiles do not prove anything, told apart from tiles that did not come.
enum NoTiles {
    Unread(AppError),
    Wrong,
}

impl From<domain::log::BadTile> for NoTiles {
    fn from(_: domain::log::BadTile) -> Self {
        Self::Wrong
    }
}

impl From<WitnessFolderError> for AppError {
    fn from(cause: WitnessFolderError) -> Self {
        Self::internal("opening the folder of the witness".to_owned(), cause)
    }
}

impl Witness {
    /// The witness whose state is in this folder, which is made with a new key when it is not
    /// there; `name` is under which it signs, such as `audit.example.gov/witness`.
    ///
    /// # Errors
    /// Another process works in the folder, its key is another's, or the name is none.
    pub fn open(folder: &Path, name: &str) -> Result<Self, AppError> {
        let make = |custody: &Custody| {
            let (key, public) = custody.generate(&KeyKind::Ed25519)?;
            Ok(format!("{key}\n{}", to_pem("PUBLIC KEY", public.to_spki())))
        };
        let folder = WitnessFolder::open(folder, make)?;
        let failed = || AppError::internal("the witness".to_owned(), "its key cannot be read");
        let (custody, pem) = folder.key().split_once('\n').ok_or_else(failed)?;
        let blocks = pem_blocks(pem, "PUBLIC KEY").map_err(|_| failed())?;
        let public = blocks.first().and_then(|spki| PublicKey::from_spki(spki).ok());
        let key = NoteKey::of_witness(name, public.ok_or_else(failed)?);
        let key = key.map_err(|cause| AppError::internal("the witness".to_owned(), cause))?;
        let custody = custody.to_owned();
        Ok(Self { folder, custody, key })
    }

    /// Its key, as readers of notes have it.
    #[must_use]
    pub fn note_key(&self) -> String {
        self.key.to_string()
    }

    /// Looks at the log once, at a moment.
    ///
    /// # Errors
    /// The log could not be read, or what is kept could not be read or written.
    pub fn look(
        &self,
        place: &LogPlace,
        keys: &LogKeys,
        at: OffsetDateTime,
    ) -> Result<Seen, AppError> {
        let shown = read(place, "checkpoint")?;
        let newest = match Checkpoint::read(&shown, &keys.0) {
            Ok(newest) => newest,
            Err(cause) => return Ok(Seen::Unbelieved(cause)),
        };
        // A note that was read is UTF-8.
        let shown = String::from_utf8_lossy(&shown).into_owned();
        let Some(seen) = self.folder.seen()? else { return self.cosign(&newest, &shown, at) };
        // Damage of what is kept is no reason to begin anew: that is what a forger would want.
        let before = Checkpoint::read(seen.as_bytes(), &keys.0).map_err(|cause| {
            AppError::internal("reading what the witness has seen".to_owned(), cause)
        })?;
        if let Some(breach) = self.compare(place, &before, &newest)? {
            let evidence = self.accuse(&seen, &shown)?;
            return Ok(Seen::Refused(breach, evidence));
        }
        let signed = Note::read(seen.as_bytes()).ok().and_then(|note| note.signed_by(&self.key));
        match before == newest && matches!(signed, Some(Ok(_))) {
            true => Ok(Seen::Same(seen)),
            false => self.cosign(&newest, &shown, at),
        }
    }

    fn compare(
        &self,
        place: &LogPlace,
        before: &Checkpoint,
        newest: &Checkpoint,
    ) -> Result<Option<Breach>, AppError> {
        if before.origin != newest.origin {
            return Ok(Some(Breach::Renamed));
        }
        if newest.size <= before.size {
            return Ok(match newest.size < before.size {
                true => Some(Breach::RolledBack),
                false => (newest.root != before.root).then_some(Breach::Forked),
            });
        }
        let tiles = |tile: Tile| {
            let path = format!("tile/{}", TilePath::Hashes(tile));
            let bytes = read(place, &path).map_err(NoTiles::Unread)?;
            Ok::<Vec<Sha256>, NoTiles>(tile.hashes(&bytes)?)
        };
        // An empty log is the beginning of any.
        let Some(parts) = consistency_path(before.size, newest.size) else { return Ok(None) };
        let mut hashes = Hashes::new(newest.size, tiles);
        let found = hashes.of_all(parts);
        let path = match found.and_then(|path| Ok((path, hashes.is_under(newest.root)?))) {
            Ok((path, true)) => path,
            Err(NoTiles::Unread(error)) => return Err(error),
            // That accuses nobody: only what is signed does.
            Ok(_) | Err(NoTiles::Wrong) => {
                let detail = "its tiles are not those of its checkpoint".to_owned();
                return Err(AppError::Unavailable { code: "log_unreachable", detail });
            }
        };
        let (from, to) = ((before.size, before.root), (newest.size, newest.root));
        Ok(verify_consistency(from, to, &path).is_err().then_some(Breach::Forked))
    }

    fn cosign(
        &self,
        newest: &Checkpoint,
        shown: &str,
        at: OffsetDateTime,
    ) -> Result<Seen, AppError> {
        // First on the disk, then signed: a crash between the two forgets a signature, never what
        // was seen.
        self.folder.keep(shown)?;
        let seconds = u64::try_from(at.unix_timestamp()).unwrap_or(0);
        let message = self.key.message(&newest.to_string(), seconds);
        let key = (&*self.custody, Suite::Ed25519);
        let signature = sign_as_witness(self.folder.custody(), key, &message, at)?;
        let cosigned = format!("{shown}{}", self.key.line(&signature, seconds));
        self.folder.keep(&cosigned)?;
        Ok(Seen::Grew(cosigned))
    }

    /// Keeps both notes side by side: each is signed by the log, and both cannot be true.
    fn accuse(&self, seen: &str, shown: &str) -> Result<PathBuf, AppError> {
        let name = format!("breach-{}.txt", &Sha256::of(shown.as_bytes()).to_string()[..16]);
        let text = format!("seen before:\n\n{seen}\nshown now:\n\n{shown}");
        Ok(self.folder.accuse(&name, &text)?)
    }
}

fn read(place: &LogPlace, path: &str) -> Result<Vec<u8>, AppError> {
    place
        .read(path)
        .map_err(|cause| AppError::Unavailable { code: "log_unreachable", detail: chain(&cause) })
}
