//! The unified social credit code of an organization (GB 32100-2015).

use std::fmt;
use std::str::FromStr;

use super::{BadIdentifier, Division, all, ascii, fixed};

const WHAT: &str = "unified social credit code";
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// Powers of 3 modulo 31.
const WEIGHTS: [u32; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/// GB 11714, the organization code inside.
const ORGANIZATION_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// A unified social credit code: 1 authority, 1 kind, 6 division, 9 organization code, 1 check
/// character (GB 32100-2015; modulo 31).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnifiedCode([u8; 18]);

impl UnifiedCode {
    /// The 18 characters, in capitals.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The division that registered the organization.
    #[must_use]
    pub fn division(&self) -> Option<Division> {
        ascii(&self.0[2..8]).parse().ok()
    }

    /// The organization code inside, 9 characters (GB 11714).
    #[must_use]
    pub fn organization_code(&self) -> &str {
        &self.as_str()[8..17]
    }

    /// Whether the organization code inside has its own right check character (GB 11714).
    ///
    /// A code that fails here is still a code: the 18th character alone decides (GB 32100).
    #[must_use]
    pub fn organization_code_agrees(&self) -> bool {
        let digits = self.0[8..16].iter().map(|byte| char::from(*byte).to_digit(36).unwrap_or(0));
        let sum: u32 = digits.zip(ORGANIZATION_WEIGHTS).map(|(value, weight)| value * weight).sum();
        let expected = match 11 - sum % 11 {
            10 => b'X',
            11 => b'0',
            digit => b"0123456789"[digit as usize],
        };
        self.0[16] == expected
    }

    /// The code whose first 17 characters are `body`.
    ///
    /// # Errors
    /// When `body` is not 17 characters of the right alphabets.
    pub fn with_check(body: &str) -> Result<Self, BadIdentifier> {
        let body: [u8; 17] = fixed(WHAT, "17 (without the check character)", body)?;
        let mut code = [0; 18];
        code[..17].copy_from_slice(&body);
        code[17] = expected_check(&body)?;
        Ok(Self(code))
    }
}

/// The check character that fits the first 17.
fn expected_check(body: &[u8]) -> Result<u8, BadIdentifier> {
    let in_alphabet = |byte: u8| ALPHABET.contains(&byte);
    all(WHAT, "a digit or a capital letter other than I, O, S, V, Z", 0, body, in_alphabet)?;
    all(WHAT, "a digit (division code)", 2, &body[2..8], |byte| byte.is_ascii_digit())?;
    let value = |byte: &u8| ALPHABET.iter().position(|known| known == byte).unwrap_or(0) as u32;
    let sum: u32 = body.iter().map(value).zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
    Ok(ALPHABET[((31 - sum % 31) % 31) as usize])
}

impl FromStr for UnifiedCode {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code: [u8; 18] = fixed(WHAT, "18", text)?;
        let expected = expected_check(&code[..17])?;
        if code[17] != expected {
            let (expected, found) = (char::from(expected), char::from(code[17]));
            return Err(BadIdentifier::CheckCharacter { what: WHAT, expected, found });
        }
        Ok(Self(code))
    }
}

impl fmt::Display for UnifiedCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for UnifiedCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "UnifiedCode({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REAL: [&str; 14] = [
        "11100000000013338W",
        "11100000MB03271699",
        "11100000MB0143028R",
        "11100000MB0341032Y",
        "11100000000013127D",
        "11100000000019713D",
        "111000000000131433",
        "11100000000014445H",
        "11430000006122244L",
        "11320500014150050B",
        "11100000000013661B",
        "11370000MB2852565A",
        "113700000045046442",
        "11220000013544541J",
    ];

    #[test]
    fn real_codes() {
        for code in REAL {
            let parsed: UnifiedCode = code.parse().unwrap();
            assert_eq!(parsed.as_str(), code);
            assert!(parsed.organization_code_agrees(), "{code}");
        }
    }

    #[track_caller]
    fn refused(text: &str, message: &str) {
        assert_eq!(text.parse::<UnifiedCode>().unwrap_err().to_string(), message);
    }

    #[test]
    fn refusals_name_the_cause() {
        refused(
            "11100000000013338X",
            "unified social credit code: the check character must be W, not X",
        );
        refused("11100000000013338", "unified social credit code has 18 characters, not 17");
        refused("", "unified social credit code has 18 characters, not 0");
        refused(
            "1110000O000013338W",
            "unified social credit code: character 8 must be a digit or a capital letter other than I, O, S, V, Z",
        );
        refused(
            "11A00000000013338W",
            "unified social credit code: character 3 must be a digit (division code)",
        );
        refused(
            "１1100000000013338W",
            "unified social credit code: character 1 must be a digit or a letter A to Z",
        );
    }

    #[test]
    fn small_letters_become_capitals() {
        assert_eq!("11100000mb0143028r".parse::<UnifiedCode>().unwrap().as_str(), REAL[2]);
    }

    #[test]
    fn parts() {
        let code: UnifiedCode = REAL[8].parse().unwrap();
        assert_eq!(code.division().unwrap().as_str(), "430000");
        assert_eq!(code.organization_code(), "006122244");
    }

    #[test]
    fn the_organization_code_may_disagree() {
        let code = UnifiedCode::with_check("91110108000000000").unwrap();
        assert!(code.organization_code_agrees());
        let code = UnifiedCode::with_check("91110108000000001").unwrap();
        assert!(!code.organization_code_agrees());
        assert_eq!(code.as_str().parse::<UnifiedCode>().unwrap(), code);
    }

    proptest! {
        #[test]
        fn any_other_check_character_is_refused(body in "[1-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", other in 0..31usize) {
            let code = UnifiedCode::with_check(&body).unwrap();
            prop_assert_eq!(&code.as_str().parse::<UnifiedCode>().unwrap(), &code);
            let mut changed = body.clone();
            changed.push(char::from(ALPHABET[other]));
            prop_assert_eq!(changed.parse::<UnifiedCode>().is_ok(), changed == code.as_str());
        }

        #[test]
        fn never_panics(text in "\\PC*") {
            let _ = text.parse::<UnifiedCode>();
        }
    }
}
