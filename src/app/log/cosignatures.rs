//! What witnesses have signed of this log: kept beside its own signatures, and shown with them.

use super::WitnessKeys;
use crate::view::LogWitnessView;
use crate::view::time::instant;
use crate::{App, AppError, refused};
use domain::audit::{Actor, Subject};
use domain::log::{Checkpoint, Note, NoteKey};
use gateway::kept;
use time::OffsetDateTime;

impl App {
    /// Takes the cosignatures of known witnesses below one of our checkpoints; how many were new.
    ///
    /// # Errors
    /// `log_note` for a text that is none, `log_size` for a checkpoint that this log never had,
    /// `log_witness` when no known witness has rightly signed it.
    pub fn log_cosign(&self, shown: &[u8]) -> Result<usize, AppError> {
        let not_a_note =
            |_| refused("log_note", "send a checkpoint as `yinzheng witness` prints it");
        let theirs = Note::read(shown).map_err(not_a_note)?;
        let said = Checkpoint::unproved(&theirs);
        let said = said.map_err(|_| refused("log_note", "the note is no checkpoint"))?;
        let unknown = || refused("log_size", "this log never signed such a checkpoint");
        let stored = self.store.log_at(said.size)?.ok_or_else(unknown)?;
        let before = stored.note.ok_or_else(unknown)?;
        let own = Note::read(before.as_bytes()).map_err(|_| unknown())?;
        if own.text != theirs.text {
            return Err(unknown());
        }
        let signed = |key: &&NoteKey| matches!(theirs.signed_by(key), Some(Ok(_)));
        let witnesses = self.log_witness_keys()?;
        let known: Vec<&NoteKey> = witnesses.0.iter().filter(signed).collect();
        if known.is_empty() {
            let detail = "no witness of the folder witnesses/ of the trust folder has signed it";
            return Err(refused("log_witness", detail));
        }
        let new = known.iter().filter(|key| own.line_of(key).is_none());
        let lines: Vec<&str> = new.filter_map(|key| theirs.line_of(key)).collect();
        if lines.is_empty() {
            return Ok(0);
        }
        let note = format!("{before}{}\n", lines.join("\n"));
        if !self.store.log_cosign(said.size, &before, &note)? {
            let detail = "another signature came at the same moment; send it again".to_owned();
            return Err(AppError::Unavailable { code: "maintenance", detail });
        }
        let file = self.settings.checkpoint_file();
        if kept::read(&file)?.as_deref() == Some(&*before) {
            kept::write(&file, &note)?;
        }
        let subject = Subject::new("log", "checkpoint");
        let detail = [("size", said.size.to_string()), ("signatures", lines.len().to_string())];
        let told = self.clock.entry(&Actor::Anonymous, "log.cosign", subject, &detail)?;
        self.store.audit_append(&[told])?;
        Ok(lines.len())
    }

    /// Who has witnessed the newest checkpoint, and when.
    ///
    /// # Errors
    /// The store's, or a key of a witness is damaged.
    pub fn log_witnesses(&self) -> Result<Vec<LogWitnessView>, AppError> {
        let note = match self.log_checkpoint() {
            Err(AppError::NotFound) => return Ok(Vec::new()),
            note => note?,
        };
        let Ok(note) = Note::read(note.as_bytes()) else { return Ok(Vec::new()) };
        let seen = |key: &NoteKey| {
            let at = i64::try_from(note.signed_by(key)?.ok()?.at?).ok()?;
            let at = OffsetDateTime::from_unix_timestamp(at).ok()?;
            Some(LogWitnessView { name: key.name().to_owned(), at: instant(at) })
        };
        Ok(self.log_witness_keys()?.0.iter().filter_map(seen).collect())
    }

    /// Witnesses that the operator believes.
    pub(crate) fn log_witness_keys(&self) -> Result<WitnessKeys, AppError> {
        let place = self.settings.trust_place();
        place.map_or_else(|| Ok(WitnessKeys::default()), |place| WitnessKeys::load(&place.path))
    }
}
