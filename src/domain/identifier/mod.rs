//! Identifiers of the standards as checked types: a value that exists has the right check character.

mod citizen_id;
mod division;
mod iso7064;
mod license_identifier;
mod license_type_code;
mod seal_code;
mod unified_code;

pub use citizen_id::CitizenId;
pub use division::{Division, Level};
pub use license_identifier::{CheckRule, LicenseIdentifier, Serial};
pub use license_type_code::LicenseTypeCode;
pub use seal_code::SealCode;
pub use unified_code::UnifiedCode;

pub(crate) use iso7064::hybrid_check;

/// Why a text is not the identifier it should be. Never repeats the text: it may be personal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentifier {
    /// The text is too short or too long.
    #[error("{what} has {expected} characters, not {found}")]
    Length {
        /// The kind of identifier.
        what: &'static str,
        /// How many it must have.
        expected: &'static str,
        /// How many it has.
        found: usize,
    },
    /// One character is outside the alphabet of its place.
    #[error("{what}: character {position} must be {expected}")]
    Character {
        /// The kind of identifier.
        what: &'static str,
        /// Counted from 1.
        position: usize,
        /// What may stand there.
        expected: &'static str,
    },
    /// A named part is not what the standard asks for.
    #[error("{what}: {part} must be {expected}")]
    Part {
        /// The kind of identifier.
        what: &'static str,
        /// The part, in words.
        part: &'static str,
        /// What it must be.
        expected: &'static str,
    },
    /// The check character does not fit the rest.
    #[error("{what}: the check character must be {expected}, not {found}")]
    CheckCharacter {
        /// The kind of identifier.
        what: &'static str,
        /// What the rest asks for.
        expected: char,
        /// What stands there.
        found: char,
    },
}

/// `text` in capitals when it has exactly `LEN` ASCII characters.
fn fixed<const LEN: usize>(
    what: &'static str,
    expected: &'static str,
    text: &str,
) -> Result<[u8; LEN], BadIdentifier> {
    let wrong_length =
        || BadIdentifier::Length { what, expected, found: text.chars().take(1000).count() };
    if let Some(position) = text.chars().take(LEN).position(|character| !character.is_ascii()) {
        let expected = "a digit or a letter A to Z";
        return Err(BadIdentifier::Character { what, position: position + 1, expected });
    }
    let mut bytes: [u8; LEN] = text.as_bytes().try_into().map_err(|_| wrong_length())?;
    bytes.make_ascii_uppercase();
    Ok(bytes)
}

/// Every byte of `bytes`, which starts at place `from` (counted from 0), is in the alphabet.
fn all(
    what: &'static str,
    expected: &'static str,
    from: usize,
    bytes: &[u8],
    allowed: impl Fn(u8) -> bool,
) -> Result<(), BadIdentifier> {
    match bytes.iter().position(|byte| !allowed(*byte)) {
        Some(at) => Err(BadIdentifier::Character { what, position: from + at + 1, expected }),
        None => Ok(()),
    }
}

/// The text of bytes already known to be ASCII.
fn ascii(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}
