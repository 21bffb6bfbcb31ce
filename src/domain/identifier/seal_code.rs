//! The code of an electronic seal on the national platform.

use std::fmt;
use std::str::FromStr;

use super::{BadIdentifier, Division, all, ascii, fixed};

const WHAT: &str = "seal code";

/// 14 digits: 6 division, 8 number. It is the `esID` of the seal and the common name of the seal
/// certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SealCode([u8; 14]);

impl SealCode {
    /// The 14 digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The seal with this number in the division; `None` past eight digits.
    #[must_use]
    pub fn numbered(division: Division, number: u32) -> Option<Self> {
        format!("{division}{number:08}").parse().ok()
    }

    /// The division that registered the seal.
    #[must_use]
    pub fn division(&self) -> Option<Division> {
        ascii(&self.0[..6]).parse().ok()
    }
}

impl FromStr for SealCode {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code: [u8; 14] = fixed(WHAT, "14", text)?;
        all(WHAT, "a digit", 0, &code, |byte| byte.is_ascii_digit())?;
        ascii(&code[..6]).parse::<Division>()?;
        Ok(Self(code))
    }
}

impl fmt::Display for SealCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_real_seals() {
        for code in [
            "33010600000001",
            "32010600000001",
            "50011200000323",
            "37030000001721",
            "32050000011053",
        ] {
            let parsed: SealCode = code.parse().unwrap();
            assert_eq!(parsed.to_string(), code);
            assert_eq!(parsed.division().unwrap().as_str(), &code[..6]);
        }
    }

    #[test]
    fn numbered_within_a_division() {
        let division: Division = "330106".parse().unwrap();
        assert_eq!(SealCode::numbered(division, 1).unwrap().as_str(), "33010600000001");
        assert_eq!(SealCode::numbered(division, 100_000_000), None);
    }

    #[test]
    fn refusals() {
        for text in ["3301060000000", "330106000000011", "3301060000000A", "03010600000001", "印章"]
        {
            assert!(text.parse::<SealCode>().is_err(), "{text}");
        }
    }
}
