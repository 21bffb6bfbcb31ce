//! The signed root of the log, as a text that anyone can keep (C2SP tlog-checkpoint).
//!
//! Three lines (whose log, how many leaves, the root in base64) as a signed note. Ours carry a
//! signature with SM2, and one with Ed25519 for the tools that everybody has.

use super::note::{BadNote, Note, NoteKey, require_name};
use crate::digest::Sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::algorithm::PublicKey;
use std::fmt;

/// How much the log held, and its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log: a name without spaces, like `licenses.example/v1/log`.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Sha256,
}

/// Why a note is no checkpoint, or is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not a note at all.
    #[error(transparent)]
    Note(#[from] BadNote),
    /// Not the form of a checkpoint.
    #[error("not a checkpoint: {0}")]
    Form(&'static str),
    /// No signature of a key that it is checked with.
    #[error("the checkpoint carries no signature of a known key")]
    Unsigned,
    /// A signature in the name of a known key is wrong.
    #[error("a signature of the checkpoint is wrong")]
    Signature,
}

impl Checkpoint {
    /// Of an origin.
    ///
    /// # Errors
    /// The origin is empty, long, or has a space, a plus sign or a control character.
    pub fn new(origin: &str, size: u64, root: Sha256) -> Result<Self, CheckpointError> {
        require_name(origin)?;
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The note: the checkpoint with the lines of its signatures, of which each was made over
    /// [`NoteKey::message`].
    #[must_use]
    pub fn complete(&self, lines: &[String]) -> String {
        format!("{self}\n{}", lines.concat())
    }

    /// Reads a note that one of these keys has signed; what others of them signed must be right too.
    ///
    /// # Errors
    /// It is no checkpoint, or not signed by any of them.
    pub fn read(note: &[u8], keys: &[PublicKey]) -> Result<Self, CheckpointError> {
        let note = Note::read(note)?;
        let read = Self::unproved(&note)?;
        let mut signed = false;
        for key in keys {
            // A key that signs no notes has signed none.
            let Ok(key) = NoteKey::of_log(&read.origin, key.clone()) else { continue };
            match note.signed_by(&key) {
                Some(Err(_)) => return Err(CheckpointError::Signature),
                Some(Ok(_)) => signed = true,
                None => {}
            }
        }
        signed.then_some(read).ok_or(CheckpointError::Unsigned)
    }

    /// What a note says without looking at any signature.
    ///
    /// # Errors
    /// It is no checkpoint.
    pub fn unproved(note: &Note<'_>) -> Result<Self, CheckpointError> {
        let form = CheckpointError::Form;
        let lines: Vec<&str> = note.text.lines().collect();
        let [origin, size, root] = lines[..] else {
            return Err(form("it has not three lines"));
        };
        let size = size.parse().map_err(|_| form("the size is no number"))?;
        let root = STANDARD.decode(root).map_err(|_| form("the root is not base64"))?;
        let root = Sha256::try_from(&root[..]).map_err(|_| form("the root is no digest"))?;
        let read = Self::new(origin, size, root)?;
        match read.to_string() == note.text {
            true => Ok(read),
            false => Err(form("it is not written as a checkpoint is")),
        }
    }
}

/// The lines that are signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = STANDARD.encode(self.root.as_bytes());
        write!(out, "{}\n{}\n{root}\n", self.origin, self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::algorithm::{KeyKind, PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID};

    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    const ORIGIN: &str = "licenses.example/v1/log";

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::generate(&KeyKind::Sm2, &mut Fixed(seed)).unwrap()
    }

    fn ed25519() -> PrivateKey {
        PrivateKey::generate(&KeyKind::Ed25519, &mut Fixed(0)).unwrap()
    }

    fn checkpoint() -> Checkpoint {
        Checkpoint::new(ORIGIN, 1234, Sha256::of(b"root")).unwrap()
    }

    fn line(by: &NoteKey, key: &PrivateKey, text: &str, at: u64) -> String {
        let message = by.message(text, at);
        let signed = key.sign(by.suite(), SM2_DEFAULT_ID, &message, &mut Fixed(9)).unwrap();
        by.line(&signed, at)
    }

    fn note(keys: &[&PrivateKey]) -> String {
        let checkpoint = checkpoint();
        let line = |key: &&PrivateKey| {
            let by = NoteKey::of_log(ORIGIN, key.public_key().clone()).unwrap();
            line(&by, key, &checkpoint.to_string(), 0)
        };
        checkpoint.complete(&keys.iter().map(line).collect::<Vec<_>>())
    }

    #[test]
    fn a_note_is_read_by_those_who_know_a_key() {
        let (ours, tools, other) = (key(1), ed25519(), key(2));
        let note = note(&[&ours, &tools]);
        let public = |key: &PrivateKey| key.public_key().clone();
        for keys in [vec![public(&other), public(&ours)], vec![public(&tools)]] {
            assert_eq!(Checkpoint::read(note.as_bytes(), &keys), Ok(checkpoint()));
        }
        let stranger = Checkpoint::read(note.as_bytes(), &[public(&other)]);
        assert_eq!(stranger, Err(CheckpointError::Unsigned));
    }

    /// Whoever knows both keys is not content with one signature when the other is wrong.
    #[test]
    fn no_byte_of_a_note_can_change() {
        let (ours, tools) = (key(1), ed25519());
        let note = note(&[&ours, &tools]).into_bytes();
        let keys = [ours.public_key().clone(), tools.public_key().clone()];
        let ends: Vec<usize> = (0..note.len()).filter(|at| note[*at] == b'\n').collect();
        // In the names and the ids of lines: then they are the lines of others.
        let strange = |at: usize| {
            let (sm2, ed25519) = (ends[3] + 1, ends[4] + 1);
            let line = if at >= ed25519 { ed25519 } else { sm2 };
            (line..line + "— ".len() + ORIGIN.len() + 1 + 6).contains(&at)
        };
        for at in 0..note.len() {
            let mut bent = note.clone();
            bent[at] ^= 1;
            let read = Checkpoint::read(&bent, &keys);
            assert!(read.is_err() || (strange(at) && read == Ok(checkpoint())), "byte {at}");
            let cut = Checkpoint::read(&note[..at], &keys);
            assert!(cut.is_err() || at == ends[4] + 1, "{at} bytes");
        }
    }

    #[test]
    fn a_witness_signs_the_time_too() {
        let (ours, witness) = (key(1), ed25519());
        let by = NoteKey::of_witness("witness.example/w1", witness.public_key().clone()).unwrap();
        let text = checkpoint().to_string();
        let cosigned = note(&[&ours]) + &line(&by, &witness, &text, 1_679_315_147);
        let read = Note::read(cosigned.as_bytes()).unwrap();
        assert_eq!(read.signed_by(&by).unwrap().unwrap().at, Some(1_679_315_147));
        let keys = [ours.public_key().clone()];
        assert_eq!(Checkpoint::read(cosigned.as_bytes(), &keys), Ok(checkpoint()));
        // The same key as one of the log has signed nothing here.
        let log = NoteKey::of_log("witness.example/w1", witness.public_key().clone()).unwrap();
        assert!(read.signed_by(&log).is_none());
        assert_eq!(NoteKey::parse(&by.to_string()).as_ref(), Ok(&by));
        let mut line = read.signatures[1].line.to_owned();
        let at = line.len() - 100;
        let other = if line.as_bytes()[at] == b'A' { "B" } else { "A" };
        line.replace_range(at..=at, other);
        let bent = format!("{}{line}\n", note(&[&ours]));
        let bent = Note::read(bent.as_bytes()).unwrap();
        assert!(bent.signed_by(&by).is_none_or(|signed| signed.is_err()));
    }

    #[test]
    fn an_origin_is_a_name() {
        for origin in ["", "a b", "a\nb", "a+b", &"a".repeat(201)] {
            assert!(Checkpoint::new(origin, 1, Sha256::of(b"")).is_err(), "{origin:?}");
        }
    }
}
