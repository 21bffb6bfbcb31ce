//! The license identifier (GB/T 36904).

use std::fmt;
use std::str::FromStr;

use super::iso7064::{character36, hybrid_check, value36};
use super::{BadIdentifier, LicenseTypeCode, UnifiedCode, all};

const WHAT: &str = "license identifier";
/// The root of all electronic licenses.
const ROOT: &str = "1.2.156.3005.2.";
/// Real serials have 9 to 32 characters; with 64 the whole stays within the 128 of GB/T 36903.
const SERIAL_CHARACTERS_MAX: usize = 64;
const TEXT_CHARACTERS_MAX: usize = 128;

/// `1.2.156.3005.2.<type 21>.<issuer>.<serial>.<version 3>.<check>` (GB/T 36904).
///
/// Read from elsewhere its type and issuer need only the right shape (an old one names the issuer
/// by division code); one that is assigned here is made of checked parts.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LicenseIdentifier {
    text: String,
    rule: CheckRule,
}

/// Which rule the check character follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CheckRule {
    /// ISO/IEC 7064 MOD 37,36, the rule of the standard (GB/T 17710).
    Standard,
    /// The variant with which Shandong issued real licenses: read with a warning, never assigned.
    NonStandardCheck,
}

/// The part of an identifier unique within license type and issuer: digits and capitals.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Serial(String);

impl Serial {
    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Serial {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        serial(text)?;
        Ok(Self(text.to_owned()))
    }
}

impl LicenseIdentifier {
    /// A new identifier, by the rule of the standard.
    ///
    /// # Errors
    /// When `version` is not within 1 to 999.
    pub fn assign(
        type_code: &LicenseTypeCode,
        issuer: &UnifiedCode,
        serial: &Serial,
        version: u16,
    ) -> Result<Self, BadIdentifier> {
        if !(1..=999).contains(&version) {
            return Err(part("the version", "001 to 999"));
        }
        let body = format!("{type_code}.{issuer}.{}.{version:03}", serial.0);
        let text = format!("{ROOT}{body}.{}", standard_check(&body));
        Ok(Self { text, rule: CheckRule::Standard })
    }

    /// The whole identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Which rule the check character follows.
    #[must_use]
    pub fn rule(&self) -> CheckRule {
        self.rule
    }

    /// The license type code, 21 characters.
    #[must_use]
    pub fn type_code(&self) -> &str {
        self.part(0)
    }

    /// The issuer's unified social credit code, or a division code in old identifiers.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.part(1)
    }

    /// The division whose body issued it, as its code names it: six digits.
    #[must_use]
    pub fn issuer_division(&self) -> Option<&str> {
        let issuer = self.issuer();
        let division = if issuer.len() == 6 { Some(issuer) } else { issuer.get(2..8) };
        division.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// The serial within type and issuer.
    #[must_use]
    pub fn serial(&self) -> &str {
        self.part(2)
    }

    /// The version: 1 for the first issue, one more at each re-issue of the same license.
    #[must_use]
    pub fn version(&self) -> u16 {
        self.part(3).parse().unwrap_or(0)
    }

    fn part(&self, index: usize) -> &str {
        self.text[ROOT.len()..].split('.').nth(index).unwrap_or_default()
    }
}

fn part(part: &'static str, expected: &'static str) -> BadIdentifier {
    BadIdentifier::Part { what: WHAT, part, expected }
}

fn serial(text: &str) -> Result<(), BadIdentifier> {
    let right = (1..=SERIAL_CHARACTERS_MAX).contains(&text.len()) && is_capital_text(text);
    right.then_some(()).ok_or(part("the serial", "1 to 64 digits or capital letters"))
}

fn is_capital_text(text: &str) -> bool {
    text.bytes().all(|byte| value36(byte).is_some())
}

fn is_digits(text: &str, len: usize) -> bool {
    text.len() == len && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// MOD 37,36 over the parts without their dots.
fn standard_check(body: &str) -> char {
    character36(hybrid_check(36, body.bytes().filter_map(value36)))
}

/// The check character of the Shandong variant: letters count from 11, values above 10 are
/// reduced modulo 37 and others modulo 36.
fn shandong_check(body: &str) -> char {
    let mut product: u32 = 36;
    for digit in body.bytes().filter_map(value36) {
        let value = if digit < 10 { digit } else { digit + 1 };
        let mut rest = product + value;
        if value > 10 && rest > 37 {
            rest %= 37;
        } else if value < 10 && rest > 36 {
            rest %= 36;
        }
        let reduced = match rest % 36 {
            0 => 36,
            other => other,
        };
        product = 2 * reduced % 37;
    }
    // 1 ≤ product ≤ 36, so the index lies within 0..=35.
    character36(37 - product - 1)
}

impl FromStr for LicenseIdentifier {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        if text.len() > TEXT_CHARACTERS_MAX {
            let found = text.chars().count();
            return Err(BadIdentifier::Length { what: WHAT, expected: "at most 128", found });
        }
        let text = text.to_ascii_uppercase();
        let body = text.strip_prefix(ROOT).ok_or(part("the root", "1.2.156.3005.2."))?;
        let (body, check) = body.rsplit_once('.').ok_or(part("the text", "in five parts"))?;
        let parts: Vec<&str> = body.split('.').collect();
        let [type_code, issuer, number, version] = parts[..] else {
            return Err(part("the text", "type, issuer, serial, version and check character"));
        };
        shape(type_code, issuer, number, version)?;
        let mut characters = check.chars();
        let (Some(found), None) = (characters.next(), characters.next()) else {
            return Err(part("the check character", "one character"));
        };
        all(
            WHAT,
            "a digit or a capital letter",
            text.len() - check.len(),
            check.as_bytes(),
            |byte| value36(byte).is_some(),
        )?;
        let expected = standard_check(body);
        let rule = match found {
            found if found == expected => CheckRule::Standard,
            found if found == shandong_check(body) => CheckRule::NonStandardCheck,
            found => return Err(BadIdentifier::CheckCharacter { what: WHAT, expected, found }),
        };
        Ok(Self { text, rule })
    }
}

fn shape(type_code: &str, issuer: &str, number: &str, version: &str) -> Result<(), BadIdentifier> {
    let is_type = type_code.len() == 21
        && is_capital_text(type_code)
        && type_code.get(18..).is_some_and(|digits| is_digits(digits, 3));
    if !is_type {
        return Err(part("the license type", "18 digits or capitals and three digits"));
    }
    if !(issuer.len() == 18 && is_capital_text(issuer) || is_digits(issuer, 6)) {
        return Err(part("the issuer", "18 digits or capitals, or a division of 6 digits"));
    }
    serial(number)?;
    if !is_digits(version, 3) || version == "000" {
        return Err(part("the version", "001 to 999"));
    }
    Ok(())
}

impl fmt::Display for LicenseIdentifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.text)
    }
}

impl fmt::Debug for LicenseIdentifier {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "LicenseIdentifier({self})")
    }
}

#[cfg(test)]
mod tests;
