//! One-time codes of six digits (TOTP, RFC 6238, over HMAC-SHA-1): the codes of the apps that
//! people have.

use aws_lc_rs::hmac;
use time::OffsetDateTime;
use zeroize::Zeroizing;

/// Bytes of a secret (RFC 4226 §4, R6).
pub const SECRET_BYTES: usize = 20;
/// RFC 6238 §5.2.
const STEP_SECONDS: i64 = 30;
/// A clock that is off by one step, or a person who types slowly.
const STEPS_OFF: i64 = 1;
const DIGITS: u32 = 1_000_000;
/// RFC 4648 §6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The secret from which a person's device makes codes.
pub struct OneTimeSecret(Zeroizing<Vec<u8>>);

impl OneTimeSecret {
    /// Of random bytes, or as it was kept.
    #[must_use]
    pub fn new(bytes: Zeroizing<Vec<u8>>) -> Self {
        Self(bytes)
    }

    /// As it is kept, wrapped.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As a person types it into a device, in base 32.
    #[must_use]
    pub fn reveal(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(self.0.len() * 8 / 5 + 1));
        let (mut bits, mut held) = (0u32, 0);
        for byte in self.0.iter() {
            (bits, held) = (bits << 8 | u32::from(*byte), held + 8);
            while held >= 5 {
                held -= 5;
                text.push(char::from(BASE32[(bits >> held & 31) as usize]));
            }
            bits &= (1 << held) - 1;
        }
        if held > 0 {
            text.push(char::from(BASE32[(bits << (5 - held) & 31) as usize]));
        }
        text
    }

    /// As a device reads it from a picture: `otpauth://totp/…`.
    #[must_use]
    pub fn address(&self, issuer: &str, login: &str) -> Zeroizing<String> {
        let (issuer, login) = (escaped(issuer), escaped(login));
        let secret = self.reveal();
        Zeroizing::new(format!(
            "otpauth://totp/{issuer}:{login}?secret={}&issuer={issuer}",
            *secret
        ))
    }

    /// The code of a moment.
    #[must_use]
    pub fn code(&self, at: OffsetDateTime) -> String {
        format!("{:06}", self.of_step(step(at)))
    }

    /// The time step whose code this is: now, just before, or just after. The time it takes does
    /// not depend on where the codes differ.
    #[must_use]
    pub fn step_of(&self, code: &str, at: OffsetDateTime) -> Option<u64> {
        let typed: String = code.chars().filter(|c| !c.is_whitespace()).collect();
        let digits = typed.len() == 6 && typed.bytes().all(|byte| byte.is_ascii_digit());
        let typed: u32 = typed.parse().ok().filter(|_| digits)?;
        let mut found = None;
        for off in -STEPS_OFF..=STEPS_OFF {
            let step = step(at).saturating_add_signed(off);
            if self.of_step(step) ^ typed == 0 {
                found = Some(step);
            }
        }
        found
    }

    /// RFC 4226 §5.3: 31 bits at the place that the last four name.
    fn of_step(&self, step: u64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let place = usize::from(tag[tag.len() - 1] & 15);
        let bits =
            tag[place..place + 4].iter().fold(0u32, |bits, byte| bits << 8 | u32::from(*byte));
        (bits & 0x7fff_ffff) % DIGITS
    }
}

fn step(at: OffsetDateTime) -> u64 {
    u64::try_from(at.unix_timestamp() / STEP_SECONDS).unwrap_or(0)
}

/// RFC 3986: what is not a letter, a digit or one of four signs is written as its bytes.
fn escaped(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let one = |byte: u8| match plain(&byte) {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::Duration;

    fn secret() -> OneTimeSecret {
        OneTimeSecret::new(Zeroizing::new(b"12345678901234567890".to_vec()))
    }

    /// RFC 6238, appendix B; the last six of the eight digits there.
    #[test]
    fn the_codes_of_the_standard() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap();
            assert_eq!(secret().code(at), code);
            assert_eq!(secret().step_of(code, at), Some(seconds as u64 / 30));
        }
    }

    #[test]
    fn a_code_counts_a_step_before_and_after() {
        let at = OffsetDateTime::from_unix_timestamp(1_234_567_890).unwrap();
        for (seconds, counts) in [(-30, true), (30, true), (-60, false), (60, false)] {
            let found = secret().step_of("005924", at + Duration::seconds(seconds));
            assert_eq!(found.is_some(), counts, "{seconds}");
        }
        assert!(secret().step_of(" 005 924 ", at).is_some(), "as people type it");
        for wrong in ["", "5924", "0005924", "00592４", "-05924", "+05924", "abcdef"] {
            assert_eq!(secret().step_of(wrong, at), None, "{wrong}");
        }
    }

    #[test]
    fn devices_read_it() {
        assert_eq!(*secret().reveal(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        let odd = OneTimeSecret::new(Zeroizing::new(vec![0xff, 0x01]));
        assert_eq!(*odd.reveal(), "74AQ");
        assert_eq!(
            *secret().address("印证", "li.lei@x"),
            "otpauth://totp/%E5%8D%B0%E8%AF%81:li.lei%40x?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E5%8D%B0%E8%AF%81"
        );
    }
}
