//! The code of a license type.

use std::fmt;
use std::str::FromStr;

use super::{BadIdentifier, UnifiedCode, all, fixed};

const WHAT: &str = "license type code";

/// 21 characters: the unified social credit code of the authority that defines the type, and three
/// digits (GB/T 36904).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LicenseTypeCode([u8; 21]);

impl LicenseTypeCode {
    /// The 21 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The unified social credit code of the authority that defines the type.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.as_str()[..18]
    }
}

impl FromStr for LicenseTypeCode {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let code: [u8; 21] = fixed(WHAT, "21", text)?;
        all(WHAT, "a digit", 18, &code[18..], |byte| byte.is_ascii_digit())?;
        std::str::from_utf8(&code[..18]).unwrap_or_default().parse::<UnifiedCode>()?;
        Ok(Self(code))
    }
}

impl fmt::Display for LicenseTypeCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_authority_and_number() {
        let code: LicenseTypeCode = "11100000000013338W011".parse().unwrap();
        assert_eq!(code.authority(), "11100000000013338W");
        assert_eq!(code.to_string(), "11100000000013338W011");
    }

    #[test]
    fn refusals() {
        for (text, message) in [
            ("11100000000013338W01", "license type code has 21 characters, not 20"),
            ("11100000000013338W01A", "license type code: character 21 must be a digit"),
            (
                "11100000000013338X011",
                "unified social credit code: the check character must be W, not X",
            ),
        ] {
            assert_eq!(text.parse::<LicenseTypeCode>().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn every_known_code() {
        let test = "license_type_code::every_known_code";
        let Some(path) = crate::shared::shared(test, "samples/tables/licence_types.csv") else {
            return;
        };
        let table = std::fs::read_to_string(path).unwrap();
        let codes = table.lines().skip(1).filter_map(|line| line.split(',').next());
        let read = codes.inspect(|code| assert!(code.parse::<LicenseTypeCode>().is_ok(), "{code}"));
        assert!(read.count() >= 25);
    }
}
