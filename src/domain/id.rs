//! Identifiers of our own: UUIDv7 inside, random public codes outside.

use std::fmt;
use std::str::FromStr;

use time::OffsetDateTime;

use crate::identifier::hybrid_check;

/// The text is not an identifier of the kind that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Not a UUIDv7 in small letters with hyphens.
    #[error("not a {0} id")]
    Shape(&'static str),
    /// A public code has another length.
    #[error("a code has 20 characters, not {0}")]
    CodeLength(usize),
    /// A public code has only digits and letters.
    #[error("a code has digits and letters only; look at character {0}")]
    CodeCharacter(usize),
    /// A public code was mistyped.
    #[error("the code was mistyped: its last character does not fit the others")]
    CodeCheck,
}

/// Random bits of an identifier: what is left of a UUIDv7 after its time.
pub type Entropy = [u8; 10];

macro_rules! ids {
    ($($(#[$meaning:meta])* $name:ident $noun:literal,)*) => {$(
        $(#[$meaning])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// A new id that sorts by `at` (to the millisecond), then by chance.
            #[must_use]
            pub fn mint(at: OffsetDateTime, entropy: Entropy) -> Self {
                Self(version_7(at, entropy))
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(text: &str) -> Result<Self, BadId> {
                strict(text).map(Self).ok_or(BadId::Shape($noun))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.hyphenated().fmt(out)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(out, "{}({self})", stringify!($name))
            }
        }
    )*};
}

ids! {
    /// An organization: issuer, verifier or operator.
    OrganizationId "organization",
    /// An electronic license.
    LicenseId "license",
    /// An electronic seal.
    SealId "seal",
    /// One step of a seal's life.
    SealEntryId "seal entry",
    /// Something that two people do to a seal.
    SealProposalId "seal proposal",
    /// A key in custody.
    KeyId "key",
    /// A sealing order.
    OrderId "order",
    /// An order that a person has to approve.
    SealingRequestId "sealing request",
    /// What a person approves under one signature.
    ManifestId "manifest",
    /// A key with which an approver signs.
    ApproverKeyId "approver key",
    /// One use of a key, as the ledger knows it.
    KeyUseId "key use",
    /// One drawn file of a license.
    RenditionId "rendition",
    /// One change of a license's state.
    StatusEntryId "status entry",
    /// An API key.
    ApiKeyId "API key",
    /// A system that calls the service.
    ClientId "client",
    /// What a client proves something with.
    CredentialId "credential",
    /// Somebody who signs in.
    StaffId "staff",
    /// A request that must have its effect once.
    RequestId "request",
    /// A finished verification.
    VerificationId "verification",
    /// An audit event.
    AuditEventId "audit event",
    /// A look at what is personal.
    AccessId "access",
    /// Something that an auditor should look at.
    AlertId "alert",
    /// A file of rows to issue.
    IngestBatchId "batch",
    /// Something that a rule found in a license.
    QualityFindingId "quality finding",
    /// A decision about what need not be handed in.
    ExemptionDecisionId "exemption decision",
    /// A question to another department.
    AssistanceRequestId "assistance request",
    /// A document that somebody is to sign with a key of their own.
    SigningRequestId "signing request",
    /// What an applicant promises instead of a material.
    UndertakingId "undertaking",
    /// A material of the library.
    LibraryMaterialId "material",
    /// That somebody relied on a license.
    RelianceId "reliance",
    /// A receiver of events.
    WebhookEndpointId "webhook endpoint",
    /// An event owed to receivers.
    WebhookEventId "webhook event",
}

fn version_7(at: OffsetDateTime, entropy: Entropy) -> uuid::Uuid {
    // Before 1970 there is nothing to name; 48 bits of milliseconds last until the year 10889.
    let millis = u64::try_from(at.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &entropy).into_uuid()
}

/// Exactly the form that we write, so that one thing has one text.
fn strict(text: &str) -> Option<uuid::Uuid> {
    let id = uuid::Uuid::try_parse(text).ok().filter(|id| id.get_version_num() == 7)?;
    (id.hyphenated().encode_lower(&mut uuid::Uuid::encode_buffer()) == text).then_some(id)
}

/// The alphabet of Crockford's base 32: no I, L, O, U.
const BASE32: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_RANDOM_CHARACTERS: usize = 19;

/// The short code by which anyone may look a license up: 95 random bits in base 32 and a check
/// character (ISO/IEC 7064 MOD 33,32), so that a slip of the finger is told from an unknown code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PublicCode([u8; CODE_RANDOM_CHARACTERS + 1]);

impl PublicCode {
    /// A code of these random bits (the last bit is not used).
    #[must_use]
    pub fn mint(random: [u8; 12]) -> Self {
        let mut bits = random.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte)) >> 1;
        let mut values = [0u8; CODE_RANDOM_CHARACTERS];
        for value in &mut values {
            *value = (bits & 31) as u8;
            bits >>= 5;
        }
        let mut text = [0; CODE_RANDOM_CHARACTERS + 1];
        for (character, value) in text.iter_mut().zip(values) {
            *character = BASE32[usize::from(value)];
        }
        text[CODE_RANDOM_CHARACTERS] = code_check(&values);
        Self(text)
    }

    /// The 20 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// In groups of five, for paper: `7K3M9-QWX2T-…`.
    #[must_use]
    pub fn grouped(&self) -> String {
        let text = self.as_str();
        [&text[..5], &text[5..10], &text[10..15], &text[15..]].join("-")
    }
}

fn code_check(values: &[u8]) -> u8 {
    BASE32[hybrid_check(32, values.iter().map(|value| u32::from(*value))) as usize]
}

/// Small letters, and the letters that are easily taken for digits, mean what they look like.
fn code_value(character: char) -> Option<u8> {
    let byte = u8::try_from(character.to_ascii_uppercase()).ok()?;
    let meant = match byte {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        other => other,
    };
    BASE32.iter().position(|known| *known == meant).map(|value| value as u8)
}

impl FromStr for PublicCode {
    type Err = BadId;

    /// Reads a code as people type it: hyphens and spaces do not count, nor do small letters.
    fn from_str(text: &str) -> Result<Self, BadId> {
        let mut values = [0u8; CODE_RANDOM_CHARACTERS + 1];
        let mut len = 0;
        let typed = text.chars().enumerate().filter(|(_, char)| !matches!(char, '-' | ' '));
        for (place, character) in typed {
            let value = code_value(character).ok_or(BadId::CodeCharacter(place + 1))?;
            if let Some(slot) = values.get_mut(len) {
                *slot = value;
            }
            len += 1;
        }
        if len != values.len() {
            return Err(BadId::CodeLength(len));
        }
        let code = values.map(|value| BASE32[usize::from(value)]);
        let fits = code[CODE_RANDOM_CHARACTERS] == code_check(&values[..CODE_RANDOM_CHARACTERS]);
        fits.then_some(Self(code)).ok_or(BadId::CodeCheck)
    }
}

impl fmt::Display for PublicCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl fmt::Debug for PublicCode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "PublicCode({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let early = LicenseId::mint(datetime!(2026-03-02 08:00 UTC), [0xff; 10]);
        let late = LicenseId::mint(datetime!(2026-03-02 08:00:00.001 UTC), [0; 10]);
        assert!(early < late && early.to_string() < late.to_string());
        assert_eq!(early.to_string().parse(), Ok(early));
        assert_eq!(format!("{late:?}"), format!("LicenseId({late})"));
    }

    #[test]
    fn only_our_own_form_is_an_id() {
        let id = SealId::mint(datetime!(2026-03-02 08:00 UTC), [7; 10]).to_string();
        for text in [
            id.to_uppercase(),
            id.replace('-', ""),
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            "6fa459ea-ee8a-4ca4-894e-db77e160355e".into(),
            "../../etc/passwd".into(),
            String::new(),
        ] {
            assert_eq!(text.parse::<SealId>(), Err(BadId::Shape("seal")), "{text}");
        }
    }

    #[test]
    fn a_clock_before_1970_still_names() {
        assert!(
            KeyId::mint(datetime!(1960-01-01 0:00 UTC), [1; 10]).to_string().starts_with("0000")
        );
    }

    #[test]
    fn codes_as_people_type_them() {
        let code = PublicCode::mint([0x5a; 12]);
        let typed = code.grouped().to_lowercase().replace('0', "o").replace('1', "l");
        assert_eq!(typed.parse(), Ok(code));
        assert_eq!(code.grouped().len(), 23);
    }

    #[test]
    fn refusals_of_codes() {
        let code = PublicCode::mint([3; 12]).to_string();
        assert_eq!(code[1..].parse::<PublicCode>(), Err(BadId::CodeLength(19)));
        assert_eq!("证照".parse::<PublicCode>(), Err(BadId::CodeCharacter(1)));
        assert_eq!(code.replacen(&code[4..5], "U", 1).parse::<PublicCode>().ok(), None);
        assert_eq!("".parse::<PublicCode>(), Err(BadId::CodeLength(0)));
        assert_eq!("0".repeat(5000).parse::<PublicCode>(), Err(BadId::CodeLength(5000)));
    }

    proptest! {
        #[test]
        fn codes_read_back_and_differ_by_their_bits(random: [u8; 12], bit in 1..96usize) {
            let code = PublicCode::mint(random);
            prop_assert_eq!(code.to_string().parse(), Ok(code));
            let mut other = random;
            other[11 - bit / 8] ^= 1 << (bit % 8);
            prop_assert_ne!(PublicCode::mint(other), code);
        }

        #[test]
        fn one_mistyped_character_is_seen(random: [u8; 12], place in 0..20usize, other in 0..32usize) {
            let code = PublicCode::mint(random);
            let mut changed = code.0;
            prop_assume!(changed[place] != BASE32[other]);
            changed[place] = BASE32[other];
            let changed = String::from_utf8(changed.to_vec()).unwrap();
            prop_assert_eq!(changed.parse::<PublicCode>(), Err(BadId::CodeCheck));
        }
    }
}
