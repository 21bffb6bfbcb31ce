//! The citizen identity number (GB 11643-1999).

use std::fmt;
use std::str::FromStr;

use time::{Date, Month};

use super::{BadIdentifier, Division, all, ascii, fixed};

const WHAT: &str = "citizen identity number";
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS: &[u8; 11] = b"10X98765432";
/// Nobody born earlier ever got a number; later than the next century is a slip of the pen.
const BIRTH_YEARS: std::ops::RangeInclusive<i32> = 1850..=2199;

/// A citizen identity number: 6 division, 8 birth date, 3 sequence, 1 check character
/// (GB 11643-1999, ISO 7064 MOD 11-2). Shown masked wherever it is formatted.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CitizenId {
    text: [u8; 18],
    born: Date,
}

impl CitizenId {
    /// The 18 characters in clear: personal data.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The number that replaced one of fifteen digits (GB 11643-1989) in 1999: the century and the
    /// check character were added. None for no such number, and for those born before 1900, whose
    /// sequence numbers from 996 stand for another century.
    #[must_use]
    pub fn of_fifteen(text: &str) -> Option<Self> {
        let digits = text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits || text[12..].parse::<u32>().is_ok_and(|sequence| sequence >= 996) {
            return None;
        }
        let body = format!("{}19{}", &text[..6], &text[6..]);
        let check = char::from(expected_check(body.as_bytes()));
        format!("{body}{check}").parse().ok()
    }

    /// The birth date inside. Whether it lies in the future is for the caller, who has the clock.
    #[must_use]
    pub fn born(&self) -> Date {
        self.born
    }

    /// The first and last characters, for pages that must not show it all: `110***********002X`.
    #[must_use]
    pub fn masked(&self) -> String {
        crate::mask::code(self.as_str())
    }
}

fn expected_check(body: &[u8]) -> u8 {
    let digits = body.iter().map(|byte| u32::from(byte - b'0'));
    let sum: u32 = digits.zip(WEIGHTS).map(|(digit, weight)| digit * weight).sum();
    CHECK_CHARACTERS[(sum % 11) as usize]
}

fn birth_date(digits: &str) -> Option<Date> {
    let year = digits[..4].parse().ok().filter(|year| BIRTH_YEARS.contains(year))?;
    let month = Month::try_from(digits[4..6].parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year, month, digits[6..].parse().ok()?).ok()
}

impl FromStr for CitizenId {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let text: [u8; 18] = fixed(WHAT, "18", text)?;
        all(WHAT, "a digit", 0, &text[..17], |byte| byte.is_ascii_digit())?;
        let is_check = |byte: u8| CHECK_CHARACTERS.contains(&byte);
        all(WHAT, "a digit or X", 17, &text[17..], is_check)?;
        ascii(&text[..6]).parse::<Division>()?;
        let no_date =
            BadIdentifier::Part { what: WHAT, part: "the birth date", expected: "a date" };
        let born = birth_date(&ascii(&text[6..14])).ok_or(no_date)?;
        let expected = expected_check(&text[..17]);
        if text[17] != expected {
            let (expected, found) = (char::from(expected), char::from(text[17]));
            return Err(BadIdentifier::CheckCharacter { what: WHAT, expected, found });
        }
        Ok(Self { text, born })
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "CitizenId({})", self.masked())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;

    #[test]
    fn samples_of_the_standard() {
        let id: CitizenId = "11010519491231002X".parse().unwrap();
        assert_eq!(id.born(), date!(1949 - 12 - 31));
        assert_eq!(id.masked(), "110***********002X");
        assert_eq!("11010519491231002x".parse::<CitizenId>().unwrap(), id);
        assert!("440524188001010014".parse::<CitizenId>().is_ok());
    }

    #[test]
    fn formatting_never_shows_it() {
        let id: CitizenId = "11010519491231002X".parse().unwrap();
        assert_eq!(format!("{id:?}"), "CitizenId(110***********002X)");
    }

    #[test]
    fn refusals_name_the_cause_and_not_the_number() {
        for (text, message) in [
            ("110105194912310021", "citizen identity number: the check character must be X, not 1"),
            ("110105194902300020", "citizen identity number: the birth date must be a date"),
            ("110105174912310020", "citizen identity number: the birth date must be a date"),
            ("110105194913310020", "citizen identity number: the birth date must be a date"),
            ("11010519491231002Y", "citizen identity number: character 18 must be a digit or X"),
            ("1101051949123100X2", "citizen identity number: character 17 must be a digit"),
            ("110105491231002", "citizen identity number has 18 characters, not 15"),
            ("010105194912310020", "division code: the province must be 10 or more"),
        ] {
            assert_eq!(text.parse::<CitizenId>().unwrap_err().to_string(), message);
        }
    }

    proptest! {
        #[test]
        fn one_check_character_in_eleven_fits(sequence in 0..1000u32, day in 1..=28u8) {
            let body = format!("110105200002{day:02}{sequence:03}");
            let fitting = "0123456789X".chars().filter(|check| format!("{body}{check}").parse::<CitizenId>().is_ok());
            prop_assert_eq!(fitting.count(), 1);
        }

        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = text.parse::<CitizenId>();
        }
    }
}
