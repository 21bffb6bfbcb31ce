//! The signed root of the log, as a text that anyone can keep (C2SP tlog-checkpoint, signed-note).
//!
//! Three lines (whose log, how many leaves, the root in base64), an empty line, and a line for each
//! signature: a dash, the name of the key, and base64 of four bytes that tell the key apart
//! followed by the signature. Ours is SM2 over the three lines; the note format leaves type 0xff
//! to algorithms with no number of their own, told apart by a name behind it.

use crate::digest::Sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::algorithm::{PublicKey, SM2_DEFAULT_ID, Suite, verify};
use std::fmt;

/// How a checkpoint is signed.
pub const SUITE: Suite = Suite::Sm2Sm3;
/// A checkpoint has some 200 bytes; witnesses may add a few signatures.
const NOTE_BYTES_MAX: usize = 16 << 10;
const ORIGIN_BYTES_MAX: usize = 200;
const KEY_ID_BYTES: usize = 4;
/// The type of a key that has no number of its own, and its name.
const KEY_TYPE: &[u8] = b"\xffsm2-sm3";

/// How much the log held, and its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Whose log: a name without spaces, like `licenses.example/log`.
    pub origin: String,
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Sha256,
}

/// Why a note is no checkpoint, or is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Not the form of a checkpoint.
    #[error("not a checkpoint: {0}")]
    Form(&'static str),
    /// No signature of the key that it is checked with.
    #[error("the checkpoint carries no signature of this key")]
    Unsigned,
    /// A signature in the name of the key is wrong.
    #[error("the signature of the checkpoint is wrong")]
    Signature,
}

impl Checkpoint {
    /// Of an origin.
    ///
    /// # Errors
    /// The origin is empty, long, or has a space, a plus sign or a control character.
    pub fn new(origin: &str, size: u64, root: Sha256) -> Result<Self, CheckpointError> {
        let crooked = |c: char| c.is_whitespace() || c.is_control() || c == '+';
        if origin.is_empty() || origin.len() > ORIGIN_BYTES_MAX || origin.contains(crooked) {
            return Err(CheckpointError::Form("the origin is not a name without spaces"));
        }
        Ok(Self { origin: origin.to_owned(), size, root })
    }

    /// The exact bytes to sign, with [`SUITE`] and the default identifier.
    #[must_use]
    pub fn message(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// The note: the checkpoint with a signature over [`Checkpoint::message`].
    #[must_use]
    pub fn complete(&self, key: &PublicKey, signature: &[u8]) -> String {
        let signed = [&key_id(&self.origin, key)[..], signature].concat();
        format!("{self}\n— {} {}\n", self.origin, STANDARD.encode(signed))
    }

    /// Reads a note that one of these keys has signed.
    ///
    /// # Errors
    /// It is no checkpoint, or not signed by any of them.
    pub fn read(note: &[u8], keys: &[PublicKey]) -> Result<Self, CheckpointError> {
        let form = CheckpointError::Form;
        if note.len() > NOTE_BYTES_MAX {
            return Err(form("it is too long"));
        }
        let note = std::str::from_utf8(note).map_err(|_| form("it is not UTF-8"))?;
        let (body, signatures) = note.split_once("\n\n").ok_or(form("it has no empty line"))?;
        let read = Self::parse(body)?;
        if read.to_string() != format!("{body}\n") {
            return Err(form("it is not written as a checkpoint is"));
        }
        for line in signatures.lines() {
            let name_and_value = line.strip_prefix("— ").and_then(|line| line.split_once(' '));
            let (name, value) = name_and_value.ok_or(form("a signature line is crooked"))?;
            let value = STANDARD.decode(value).map_err(|_| form("a signature is not base64"))?;
            let split = value.split_first_chunk::<KEY_ID_BYTES>();
            let (id, signature) = split.ok_or(form("a signature is too short"))?;
            let by = |key: &&PublicKey| name == read.origin && key_id(&read.origin, key) == *id;
            if let Some(key) = keys.iter().find(by) {
                let message = read.message();
                let verified = verify(SUITE, key, SM2_DEFAULT_ID, &[&message], signature);
                return verified.map(|()| read).map_err(|_| CheckpointError::Signature);
            }
        }
        Err(CheckpointError::Unsigned)
    }

    fn parse(body: &str) -> Result<Self, CheckpointError> {
        let form = CheckpointError::Form;
        let lines: Vec<&str> = body.lines().collect();
        let [origin, size, root] = lines[..] else {
            return Err(form("it has not three lines"));
        };
        let size = size.parse().map_err(|_| form("the size is no number"))?;
        let root = STANDARD.decode(root).map_err(|_| form("the root is not base64"))?;
        let root = Sha256::try_from(&root[..]).map_err(|_| form("the root is no digest"))?;
        Self::new(origin, size, root)
    }
}

/// The lines that are signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = STANDARD.encode(self.root.as_bytes());
        write!(out, "{}\n{}\n{root}\n", self.origin, self.size)
    }
}

/// What tells keys of one name apart (C2SP signed-note): the first bytes of a digest.
fn key_id(name: &str, key: &PublicKey) -> [u8; KEY_ID_BYTES] {
    let digest = Sha256::of(&[name.as_bytes(), b"\n", KEY_TYPE, key.to_spki()].concat());
    let [a, b, c, d, ..] = *digest.as_bytes();
    [a, b, c, d]
}

#[cfg(test)]
mod tests {
    use super::*;
    use formats::algorithm::{KeyKind, PrivateKey, Random, RandomFailed};

    struct Fixed(u8);

    impl Random for Fixed {
        fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    fn key(seed: u8) -> PrivateKey {
        PrivateKey::generate(&KeyKind::Sm2, &mut Fixed(seed)).unwrap()
    }

    fn note(key: &PrivateKey) -> String {
        let root = Sha256::of(b"root");
        let checkpoint = Checkpoint::new("licenses.example/log", 1234, root).unwrap();
        let message = checkpoint.message();
        let signed = key.sign(SUITE, SM2_DEFAULT_ID, &message, &mut Fixed(9)).unwrap();
        checkpoint.complete(key.public_key(), &signed)
    }

    #[test]
    fn a_note_is_read_by_those_who_know_the_key() {
        let (ours, other) = (key(1), key(2));
        let note = note(&ours);
        let keys = [other.public_key().clone(), ours.public_key().clone()];
        let read = Checkpoint::read(note.as_bytes(), &keys).unwrap();
        assert_eq!((read.size, read.root), (1234, Sha256::of(b"root")));
        let stranger = Checkpoint::read(note.as_bytes(), &keys[..1]);
        assert_eq!(stranger, Err(CheckpointError::Unsigned));
    }

    #[test]
    fn no_byte_of_a_note_can_change() {
        let ours = key(1);
        let note = note(&ours).into_bytes();
        let keys = [ours.public_key().clone()];
        for at in 0..note.len() {
            let mut bent = note.clone();
            bent[at] ^= 1;
            let read = Checkpoint::read(&bent, &keys);
            // The last line feed says nothing.
            assert!(read.is_err() || at == note.len() - 1, "byte {at}");
            assert!(Checkpoint::read(&note[..at], &keys).is_err() || at == note.len() - 1);
        }
    }

    #[test]
    fn an_origin_is_a_name() {
        for origin in ["", "a b", "a\nb", "a+b", &"a".repeat(201)] {
            assert!(Checkpoint::new(origin, 1, Sha256::of(b"")).is_err(), "{origin:?}");
        }
    }
}
