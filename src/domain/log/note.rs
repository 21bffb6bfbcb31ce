//! Signed notes (C2SP signed-note): a text, and a line for each signature over it.
//!
//! A line is a dash, the name of the key, and base64 of four bytes that tell the key apart followed
//! by the signature. Lines of keys that the reader does not know are nobody's business.

use crate::digest::Sha256;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use formats::algorithm::{KeyKind, PublicKey, SM2_DEFAULT_ID, SignatureError, Suite, verify};
use std::fmt;

/// A checkpoint has some 400 bytes; each witness adds 200.
const NOTE_BYTES_MAX: usize = 16 << 10;
const NAME_BYTES_MAX: usize = 200;
const ID_BYTES: usize = 4;
const TIME_BYTES: usize = 8;
/// The type of an SM2 key, which has no number of its own, and its name.
const SM2: &[u8] = b"\xffsm2-sm3";
const ED25519: &[u8] = b"\x01";
/// C2SP tlog-cosignature, version 1.
const COSIGNER: &[u8] = b"\x04";

/// Why a text is no note, or a name or key none of a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a signed note: {0}")]
pub struct BadNote(pub &'static str);

/// A note whose signatures were not looked at yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note<'a> {
    /// What is signed, with its last line feed.
    pub text: &'a str,
    /// One for each line.
    pub signatures: Vec<NoteSignature<'a>>,
}

/// A line below a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature<'a> {
    /// The line, without its line feed.
    pub line: &'a str,
    /// The name of the key.
    name: &'a str,
    /// What tells keys of one name apart.
    id: [u8; ID_BYTES],
    value: Vec<u8>,
}

impl<'a> Note<'a> {
    /// Reads the form of a note.
    ///
    /// # Errors
    /// It has another.
    pub fn read(note: &'a [u8]) -> Result<Self, BadNote> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(BadNote("it is too long"));
        }
        let note = std::str::from_utf8(note).map_err(|_| BadNote("it is not UTF-8"))?;
        if note.contains(|c: char| c.is_ascii_control() && c != '\n') {
            return Err(BadNote("it has a control character"));
        }
        let empty = note.rfind("\n\n").ok_or(BadNote("it has no empty line"))?;
        let (text, lines) = (&note[..=empty], &note[empty + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(BadNote("its last line does not end"))?;
        let signatures = lines.split('\n').map(NoteSignature::read).collect::<Result<_, _>>()?;
        Ok(Self { text, signatures })
    }

    /// The line of this key, if there is one; nothing of it was checked.
    #[must_use]
    pub fn line_of(&self, key: &NoteKey) -> Option<&'a str> {
        let mut lines = self.signatures.iter();
        lines.find(|line| key.name == line.name && key.id() == line.id).map(|line| line.line)
    }

    /// The first signature of this key, if there is one; whether it is right is in it.
    #[must_use]
    pub fn signed_by(&self, key: &NoteKey) -> Option<Result<Signed, SignatureError>> {
        let line = self.signatures.iter().find(|line| key.name == line.name && key.id() == line.id);
        line.map(|line| key.verify(self.text, &line.value))
    }
}

impl<'a> NoteSignature<'a> {
    /// Reads one line.
    ///
    /// # Errors
    /// It is none of a note.
    pub fn read(line: &'a str) -> Result<Self, BadNote> {
        let rest = line.strip_prefix("— ").and_then(|line| line.split_once(' '));
        let (name, value) = rest.ok_or(BadNote("a signature line is crooked"))?;
        require_name(name)?;
        let value = STANDARD.decode(value).map_err(|_| BadNote("a signature is not base64"))?;
        let split = value.split_first_chunk::<ID_BYTES>();
        let (id, value) = split.ok_or(BadNote("a signature is too short"))?;
        Ok(Self { line, name, id: *id, value: value.to_vec() })
    }
}

/// What a right signature says besides the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signed {
    /// When, in seconds since 1970, for witnesses.
    pub at: Option<u64>,
}

/// How a key signs notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    /// The text as it is.
    Log,
    /// The text and a time, and that nothing else was seen of this log (tlog-cosignature).
    Cosigner,
}

/// A key with the name under which it signs notes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteKey {
    name: String,
    role: Role,
    key: PublicKey,
}

impl NoteKey {
    /// The key of a log, SM2 or Ed25519.
    ///
    /// # Errors
    /// The name is none, or keys of this kind sign no notes.
    pub fn of_log(name: &str, key: PublicKey) -> Result<Self, BadNote> {
        Self::new(name, Role::Log, key)
    }

    /// The key of a witness: Ed25519.
    ///
    /// # Errors
    /// As [`NoteKey::of_log`].
    pub fn of_witness(name: &str, key: PublicKey) -> Result<Self, BadNote> {
        Self::new(name, Role::Cosigner, key)
    }

    fn new(name: &str, role: Role, key: PublicKey) -> Result<Self, BadNote> {
        require_name(name)?;
        match (role, key.kind()) {
            (_, KeyKind::Ed25519) | (Role::Log, KeyKind::Sm2) => {
                Ok(Self { name: name.to_owned(), role, key })
            }
            _ => Err(BadNote("keys of this kind do not sign notes")),
        }
    }

    /// Under which it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key itself.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// How it signs.
    #[must_use]
    pub fn suite(&self) -> Suite {
        match self.key.kind() {
            KeyKind::Ed25519 => Suite::Ed25519,
            _ => Suite::Sm2Sm3,
        }
    }

    /// The exact bytes that it signs for a note of this text; a witness signs at a time, in seconds
    /// since 1970.
    #[must_use]
    pub fn message(&self, text: &str, at: u64) -> Vec<u8> {
        match self.role {
            Role::Log => text.as_bytes().to_vec(),
            Role::Cosigner => format!("cosignature/v1\ntime {at}\n{text}").into_bytes(),
        }
    }

    /// The line below a note, with its line feed; a witness signed at a time.
    #[must_use]
    pub fn line(&self, signature: &[u8], at: u64) -> String {
        let time = at.to_be_bytes();
        let time = if self.role == Role::Cosigner { &time[..] } else { &[] };
        let value = STANDARD.encode([&self.id()[..], time, signature].concat());
        format!("— {} {value}\n", self.name)
    }

    /// Type and key as the specification has them.
    fn encoded(&self) -> Vec<u8> {
        match (self.key.kind(), self.role) {
            (KeyKind::Ed25519, Role::Log) => [ED25519, self.key.subject_public_key()].concat(),
            (KeyKind::Ed25519, Role::Cosigner) => {
                [COSIGNER, self.key.subject_public_key()].concat()
            }
            _ => [SM2, self.key.to_spki()].concat(),
        }
    }

    fn id(&self) -> [u8; ID_BYTES] {
        let digest = Sha256::of(&[self.name.as_bytes(), b"\n", &self.encoded()].concat());
        let [a, b, c, d, ..] = *digest.as_bytes();
        [a, b, c, d]
    }

    fn verify(&self, text: &str, value: &[u8]) -> Result<Signed, SignatureError> {
        let (at, signature) = match self.role {
            Role::Log => (None, value),
            Role::Cosigner => {
                let split = value.split_first_chunk::<TIME_BYTES>();
                let (time, signature) = split.ok_or(SignatureError::Mismatch)?;
                (Some(u64::from_be_bytes(*time)), signature)
            }
        };
        let message = self.message(text, at.unwrap_or_default());
        verify(self.suite(), &self.key, SM2_DEFAULT_ID, &[&message], signature)?;
        Ok(Signed { at })
    }

    /// Reads a key as [`NoteKey`] writes it.
    ///
    /// # Errors
    /// It is none, or its id is another one's.
    pub fn parse(text: &str) -> Result<Self, BadNote> {
        let bad = BadNote("not a key of notes");
        let mut parts = text.splitn(3, '+');
        let (name, _, encoded) = (parts.next(), parts.next(), parts.next());
        let encoded = encoded.and_then(|encoded| STANDARD.decode(encoded).ok()).ok_or(bad)?;
        let ed25519 = |key: &[u8]| key.try_into().ok().map(PublicKey::of_ed25519);
        let (role, key) = match &encoded[..] {
            [0x01, key @ ..] => (Role::Log, ed25519(key)),
            [0x04, key @ ..] => (Role::Cosigner, ed25519(key)),
            other => {
                let spki = other.strip_prefix(SM2).ok_or(bad)?;
                (Role::Log, PublicKey::from_spki(spki).ok())
            }
        };
        let read = Self::new(name.unwrap_or_default(), role, key.ok_or(bad)?)?;
        (read.to_string() == text).then_some(read).ok_or(bad)
    }
}

/// As readers of notes are told of a key (C2SP signed-note, "verifier keys").
impl fmt::Display for NoteKey {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (id, key) = (hex::encode(self.id()), STANDARD.encode(self.encoded()));
        write!(out, "{}+{id}+{key}", self.name)
    }
}

/// A name of a key, or of a log.
pub(super) fn require_name(name: &str) -> Result<(), BadNote> {
    let crooked = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    let fits = !name.is_empty() && name.len() <= NAME_BYTES_MAX && !name.contains(crooked);
    fits.then_some(()).ok_or(BadNote("a name is empty, long, or has a space or a plus sign"))
}

#[cfg(test)]
mod tests;
