//! The number that a department gives a license.

use std::fmt;
use std::str::FromStr;

use crate::canonical::number_key;

/// As the metadata standard has it (GB/T 36903, 证照编号).
const CHARACTERS_MAX: usize = 128;

/// A license number as given, at most 128 characters; compared by its key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LicenseNumber {
    given: String,
    key: String,
}

/// Why a text is not a license number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadNumber {
    /// Nothing visible in it.
    #[error("a license number must not be empty")]
    Empty,
    /// Longer than the metadata standard allows.
    #[error("a license number has at most 128 characters, not {0}")]
    TooLong(usize),
    /// A control character, which nobody typed on purpose.
    #[error("a license number has no control characters; look at character {0}")]
    Control(usize),
}

impl LicenseNumber {
    /// As given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// The form in which numbers of one license type are unique.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl FromStr for LicenseNumber {
    type Err = BadNumber;

    fn from_str(text: &str) -> Result<Self, BadNumber> {
        let count = text.chars().count();
        if count > CHARACTERS_MAX {
            return Err(BadNumber::TooLong(count));
        }
        if let Some(place) = text.chars().position(char::is_control) {
            return Err(BadNumber::Control(place + 1));
        }
        let key = number_key(text);
        if key.is_empty() {
            return Err(BadNumber::Empty);
        }
        Ok(Self { given: text.to_owned(), key })
    }
}

impl fmt::Display for LicenseNumber {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.given)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kept_as_given_and_compared_by_key() {
        let number: LicenseNumber = "示卫许字〔2026〕第 0012 号".parse().unwrap();
        assert_eq!(number.to_string(), "示卫许字〔2026〕第 0012 号");
        assert_eq!(number.key(), "示卫许字(2026)第0012号");
    }

    #[test]
    fn refusals() {
        assert_eq!("".parse::<LicenseNumber>(), Err(BadNumber::Empty));
        assert_eq!(" \u{3000}\u{200B}".parse::<LicenseNumber>(), Err(BadNumber::Empty));
        assert_eq!("A\n1".parse::<LicenseNumber>(), Err(BadNumber::Control(2)));
        assert_eq!("号".repeat(129).parse::<LicenseNumber>(), Err(BadNumber::TooLong(129)));
        assert!("号".repeat(128).parse::<LicenseNumber>().is_ok());
    }
}
