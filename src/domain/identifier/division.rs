//! Division codes (GB/T 2260).

use std::fmt;
use std::str::FromStr;

use super::{BadIdentifier, all, fixed};
use crate::word::words;

const WHAT: &str = "division code";

/// A division: 2 province, 2 prefecture, 2 county digits; 00 for the whole (GB/T 2260).
///
/// Codes are retired over the years, so today's list is no ground to refuse one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Division([u8; 6]);

words! { "administrative level";
    /// How far what acts for a division reaches.
    pub enum Level {
        /// 国家级
        National = "national",
        /// 省级
        Provincial = "provincial",
        /// 市级 (地级)
        Prefectural = "prefectural",
        /// 县级
        County = "county",
    }
}

impl Division {
    /// Its level, by which parts of the code stand for the whole. Bodies of the state are registered
    /// under 100000, which is no division.
    #[must_use]
    pub fn level(&self) -> Level {
        match &self.0 {
            b"100000" => Level::National,
            [_, _, b'0', b'0', b'0', b'0'] => Level::Provincial,
            [_, _, _, _, b'0', b'0'] => Level::Prefectural,
            _ => Level::County,
        }
    }

    /// The six digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Division {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code: [u8; 6] = fixed(WHAT, "6", text)?;
        all(WHAT, "a digit", 0, &code, |byte| byte.is_ascii_digit())?;
        if code[0] == b'0' {
            let (part, expected) = ("the province", "10 or more");
            return Err(BadIdentifier::Part { what: WHAT, part, expected });
        }
        Ok(Self(code))
    }
}

impl fmt::Display for Division {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_six_digits() {
        for code in ["330106", "320500", "370000", "500112"] {
            assert_eq!(code.parse::<Division>().unwrap().to_string(), code);
        }
        for (text, message) in [
            ("33010", "division code has 6 characters, not 5"),
            ("33010X", "division code: character 6 must be a digit"),
            ("033010", "division code: the province must be 10 or more"),
        ] {
            assert_eq!(text.parse::<Division>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn zeros_stand_for_the_whole() {
        for (code, level) in [
            ("100000", Level::National),
            ("360000", Level::Provincial),
            ("361000", Level::Prefectural),
            ("361002", Level::County),
        ] {
            assert_eq!(code.parse::<Division>().unwrap().level(), level, "{code}");
        }
    }
}
