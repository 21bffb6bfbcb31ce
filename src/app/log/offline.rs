//! Checking proofs and whole logs without the service that made them.

use super::audit::{Audit, LogSource};
use crate::{App, AppError, Language, chain};
use domain::digest::Sm3;
use domain::log::{
    BadEvidence, Checkpoint, CheckpointError, Evidence, Note, NoteKey, Salt, recorded_at,
};
use domain::validation::Logged;
use formats::algorithm::PublicKey;
use gateway::log_place::LogPlace;
use gateway::receipt_keys::{self, ReceiptKeyError};
use serde::Serialize;
use std::path::Path;
use time::OffsetDateTime;

/// Leaves read at a time.
const LEAVES_AT_ONCE: u32 = 1000;

/// Keys whose checkpoints are believed.
#[derive(Clone, Debug, Default)]
pub struct LogKeys(pub(super) Vec<PublicKey>);

impl LogKeys {
    /// Reads the folder `logs` of a trust folder; none when there is no such folder.
    ///
    /// # Errors
    /// When a file in it is damaged; the error names it.
    pub fn load(trust: &Path) -> Result<Self, AppError> {
        receipt_keys::read_logs(trust).map(Self).map_err(unread)
    }

    /// Reads one file of keys.
    ///
    /// # Errors
    /// It has none, or cannot be read.
    pub fn file(path: &Path) -> Result<Self, AppError> {
        receipt_keys::read_file(path).map(Self).map_err(unread)
    }
}

/// Keys whose cosignatures are believed.
#[derive(Clone, Debug, Default)]
pub struct WitnessKeys(pub(super) Vec<NoteKey>);

impl WitnessKeys {
    /// Reads the folder `witnesses` of a trust folder; none when there is no such folder.
    ///
    /// # Errors
    /// When a line in it is no key of a witness.
    pub fn load(trust: &Path) -> Result<Self, AppError> {
        let lines = receipt_keys::read_witnesses(trust).map_err(unread)?;
        let key = |line: &String| {
            NoteKey::parse(line).map_err(|cause| {
                AppError::internal(format!("reading the key of a witness: {line}"), cause)
            })
        };
        Ok(Self(lines.iter().map(key).collect::<Result<_, _>>()?))
    }

    /// Whether no witness is known.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Names of those in whose names something else was signed.
    pub(crate) fn wrong(&self, note: &Note<'_>) -> Vec<String> {
        let wrong = |key: &&NoteKey| matches!(note.signed_by(key), Some(Err(_)));
        self.0.iter().filter(wrong).map(|key| key.name().to_owned()).collect()
    }

    /// When the first of them signed a note; `None` when none of them has.
    pub(super) fn signed(&self, note: &Note<'_>) -> Option<OffsetDateTime> {
        let at = |key: &NoteKey| note.signed_by(key)?.ok()?.at;
        let first = self.0.iter().filter_map(at).min()?;
        OffsetDateTime::from_unix_timestamp(i64::try_from(first).ok()?).ok()
    }
}

/// Since when a file is proved to have been in a log: by the time of a known witness, who owes
/// nothing to those who keep the log; where no witness is known, by the word of the log itself.
#[must_use]
pub fn logged(proof: &[u8], file: &[u8], keys: &LogKeys, witnesses: &WitnessKeys) -> Logged {
    let checked = check_proof(proof, Some(file), keys);
    if checked.standing != LogStanding::Proved {
        let fault = checked.faults.first().cloned();
        let said = || checked.standing.sentence(Language::En).to_owned();
        return Logged::Unproved(fault.unwrap_or_else(said));
    }
    let unproved = |reason: &str| Logged::Unproved(reason.to_owned());
    let digest = Sm3::of(file).to_string();
    let own = checked.leaves.iter().find(|leaf| leaf.file.as_deref() == Some(&*digest));
    let Some(recorded) = own.and_then(|leaf| recorded_at(&leaf.entry)) else {
        return unproved("its leaf has no time");
    };
    if witnesses.0.is_empty() {
        return Logged::Since(recorded);
    }
    // It was read before.
    let evidence = Evidence::read(proof).ok();
    let note = evidence.as_ref().and_then(|read| Note::read(read.checkpoint.as_bytes()).ok());
    match note.and_then(|note| witnesses.signed(&note)) {
        Some(seen) => Logged::Since(seen.max(recorded)),
        None => unproved("no known witness has signed its checkpoint"),
    }
}

fn unread(cause: ReceiptKeyError) -> AppError {
    AppError::internal("reading the keys of logs".to_owned(), cause)
}

/// How a proof, or a whole log, stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LogStanding {
    /// All of it follows from a checkpoint that a known key has signed.
    Proved,
    /// It was altered, or the log is not what it was.
    Altered,
    /// It is of another file.
    OtherFile,
    /// No known key has signed the checkpoint.
    UnknownKey,
    /// It is no proof, or could not be read.
    Unread,
}

impl LogStanding {
    /// The standing as a sentence.
    #[must_use]
    pub const fn sentence(self, language: Language) -> &'static str {
        language.pick(match self {
            Self::Proved => ("存证属实。", "It is in the log, and the log is whole."),
            Self::Altered => {
                ("存证不符，已被改动。", "It does not agree with the log: something was altered.")
            }
            Self::OtherFile => ("存证属于另一文件。", "The proof is of another file."),
            Self::UnknownKey => {
                ("不认识签署检查点的密钥，无法确认。", "No known key has signed the checkpoint.")
            }
            Self::Unread => {
                ("这不是存证，或者无法读取。", "This is no proof, or it cannot be read.")
            }
        })
    }
}

/// What was checked.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedLog {
    /// How it stands.
    pub standing: LogStanding,
    /// Whose log, once its signature was right.
    pub origin: Option<String>,
    /// How many leaves the checkpoint covers.
    pub size: Option<u64>,
    /// The leaves that a proof shows.
    pub leaves: Vec<CheckedLeaf>,
    /// What is wrong, by name.
    pub faults: Vec<String>,
}

/// A leaf that is proved.
#[derive(Clone, Debug, Serialize)]
pub struct CheckedLeaf {
    /// Its place.
    pub index: u64,
    /// What is logged.
    pub entry: String,
    /// The license that it is shown to be of.
    pub license: Option<String>,
    /// The file that it is shown to be of: SM3.
    pub file: Option<String>,
}

impl CheckedLog {
    pub(super) fn stands(standing: LogStanding) -> Self {
        Self { standing, origin: None, size: None, leaves: Vec::new(), faults: Vec::new() }
    }

    pub(super) fn fault(mut self, fault: impl ToString) -> Self {
        self.faults.push(fault.to_string());
        self
    }

    pub(super) fn of(mut self, checkpoint: &Checkpoint) -> Self {
        self.origin = Some(checkpoint.origin.clone());
        self.size = Some(checkpoint.size);
        self
    }
}

/// Why a checkpoint is not believed.
pub(super) fn disbelieved(cause: &CheckpointError) -> CheckedLog {
    let standing = match cause {
        CheckpointError::Unsigned => LogStanding::UnknownKey,
        CheckpointError::Signature => LogStanding::Altered,
        CheckpointError::Note(_) | CheckpointError::Form(_) => LogStanding::Unread,
    };
    CheckedLog::stands(standing).fault(cause)
}

/// Checks a proof as `GET /v1/log/proof` gives it, and that it is of this file, if one is given.
#[must_use]
pub fn check_proof(bytes: &[u8], file: Option<&[u8]>, keys: &LogKeys) -> CheckedLog {
    let evidence = match Evidence::read(bytes) {
        Ok(evidence) => evidence,
        Err(cause) => return CheckedLog::stands(LogStanding::Unread).fault(cause),
    };
    let checkpoint = match Checkpoint::read(evidence.checkpoint.as_bytes(), &keys.0) {
        Ok(checkpoint) => checkpoint,
        Err(cause) => return disbelieved(&cause),
    };
    if let Err(cause) = evidence.check(&checkpoint) {
        let reason = match &cause {
            BadEvidence::Leaf { cause: deeper, .. } => format!("{cause}: {deeper}"),
            _ => cause.to_string(),
        };
        return CheckedLog::stands(LogStanding::Altered).fault(reason);
    }
    let digest = file.map(Sm3::of);
    let shown = |leaf: &domain::log::Logged| {
        let file = leaf.opening.as_ref().and_then(|opening| opening.file);
        CheckedLeaf {
            index: leaf.index,
            entry: leaf.entry.clone(),
            license: leaf.opening.as_ref().map(|opening| opening.license.clone()),
            file: file.map(|file| file.to_string()),
        }
    };
    let leaves: Vec<CheckedLeaf> = evidence.leaves.iter().map(shown).collect();
    let same = digest.is_none_or(|digest| {
        leaves.iter().any(|leaf| leaf.file.as_deref() == Some(&digest.to_string()))
    });
    let standing = if same { LogStanding::Proved } else { LogStanding::OtherFile };
    CheckedLog { leaves, ..CheckedLog::stands(standing).of(&checkpoint) }
}

/// Checks what was kept of a log: a proof, or a checkpoint alone.
#[must_use]
pub fn check_kept(bytes: &[u8], file: Option<&[u8]>, keys: &LogKeys) -> CheckedLog {
    if bytes.first() == Some(&b'{') || file.is_some() {
        return check_proof(bytes, file, keys);
    }
    match Checkpoint::read(bytes, &keys.0) {
        Ok(checkpoint) => CheckedLog::stands(LogStanding::Proved).of(&checkpoint),
        Err(cause) => disbelieved(&cause),
    }
}

/// Reads a whole log and computes it anew, and compares it with what was kept of it: checkpoints
/// and proofs, each with a name.
#[must_use]
pub fn check_log(place: &LogPlace, keys: &LogKeys, kept: &[(String, Vec<u8>)]) -> CheckedLog {
    let read = |path: &str| place.read(path).map_err(|error| chain(&error));
    Audit::of(LogSource(&read), keys, kept)
}

impl App {
    /// As [`check_log`], of this service's own log, with the keys of its register when no others
    /// are known; and that every leaf of a license is of that license.
    ///
    /// # Errors
    /// The store's.
    pub fn log_check(
        &self,
        keys: &LogKeys,
        kept: &[(String, Vec<u8>)],
    ) -> Result<CheckedLog, AppError> {
        let own = LogKeys(if keys.0.is_empty() { self.log_public_keys()? } else { keys.0.clone() });
        let read = |path: &str| {
            let read = match path.strip_prefix("tile/") {
                Some(tile) => self.log_tile(tile),
                None => self.log_checkpoint().map(String::into_bytes),
            };
            read.map_err(|error| format!("{path}: {}", chain(&error)))
        };
        let mut checked = Audit::of(LogSource(&read), &own, kept);
        for index in self.log_misattributed()? {
            checked = checked.fault(format!("leaf {index}: its salt or its license is another"));
            if checked.standing == LogStanding::Proved {
                checked.standing = LogStanding::Altered;
            }
        }
        Ok(checked)
    }

    /// The places of leaves that do not open as the license whose change they are of.
    fn log_misattributed(&self) -> Result<Vec<u64>, AppError> {
        let (mut from, mut found) = (0, Vec::new());
        loop {
            let leaves = self.store.log_leaf_licenses(from, LEAVES_AT_ONCE)?;
            let Some((last, ..)) = leaves.last() else { return Ok(found) };
            from = last + 1;
            for (index, leaf, license) in &leaves {
                // An erased salt opens nothing, and says nothing.
                let opens = |salt: &Salt| salt.commits(&leaf.entry, &license.to_string());
                if !leaf.salt.as_ref().is_none_or(opens) {
                    found.push(*index);
                }
            }
        }
    }
}
