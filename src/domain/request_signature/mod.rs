//! Requests that their sender signed: HTTP message signatures (RFC 9421) over a fixed least part of
//! the request, and a simple profile by HMAC for old clients.
//!
//! Beside the registered algorithms `sm2-sm3` is read: SM2 with SM3, the default identifier, r‖s as
//! `ecdsa-p256-sha256` has it.

mod base;
mod body;
mod make;
mod simple;

pub use base::{Request, Signed};
pub use body::{BodyDigest, content_digest};
pub use make::{Making, Prepared, make_simple};
pub use simple::{Mac, SimpleSigned};

use crate::word::words;
use formats::algorithm::{self, Digest, KeyKind, PublicKey, SM2_DEFAULT_ID, Suite, raw_to_der};
use formats::structured_field::FieldError;
use time::{Duration, OffsetDateTime};

/// How old a signature may be.
pub const WINDOW: Duration = Duration::minutes(5);
/// How far ahead the clock of a client may be.
pub const AHEAD: Duration = Duration::minutes(1);
/// Context headers, which are signed when they are there, as is the key of idempotency.
pub const CONTEXT: [&str; 5] =
    ["x-case-no", "x-item-code", "x-operator-id", "x-operator-role", "idempotency-key"];

words! { "signature algorithm of requests";
    /// How a request may be signed (RFC 9421, clause 6.2.2).
    pub enum Algorithm {
        /// ECDSA on P-256 with SHA-256.
        EcdsaP256Sha256 = "ecdsa-p256-sha256",
        /// RSASSA-PSS with SHA-512 and a salt of 64 bytes.
        RsaPssSha512 = "rsa-pss-sha512",
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        RsaV15Sha256 = "rsa-v1_5-sha256",
        /// Ed25519.
        Ed25519 = "ed25519",
        /// SM2 with SM3.
        Sm2Sm3 = "sm2-sm3",
    }
}

impl Algorithm {
    /// The algorithm of a key: the one that is named, if it goes with it, or the usual one.
    ///
    /// # Errors
    /// The named one is unknown or of another kind of key.
    pub fn of(key: &PublicKey, named: Option<&str>) -> Result<Self, Refused> {
        let usual = match key.kind() {
            KeyKind::P256 => Self::EcdsaP256Sha256,
            KeyKind::Rsa { .. } => Self::RsaPssSha512,
            KeyKind::Ed25519 => Self::Ed25519,
            KeyKind::Sm2 => Self::Sm2Sm3,
            KeyKind::P384 | KeyKind::Unsupported(_) => return Err(Refused::Algorithm),
        };
        match named.map(str::parse) {
            None => Ok(usual),
            Some(Ok(named)) if named == usual => Ok(usual),
            Some(Ok(Self::RsaV15Sha256)) if usual == Self::RsaPssSha512 => Ok(Self::RsaV15Sha256),
            Some(_) => Err(Refused::Algorithm),
        }
    }

    /// The suite.
    #[must_use]
    pub fn suite(self) -> Suite {
        match self {
            Self::EcdsaP256Sha256 => Suite::EcdsaP256(Digest::Sha256),
            Self::RsaPssSha512 => Suite::RsaPss(Digest::Sha512),
            Self::RsaV15Sha256 => Suite::RsaPkcs1(Digest::Sha256),
            Self::Ed25519 => Suite::Ed25519,
            Self::Sm2Sm3 => Suite::Sm2Sm3,
        }
    }

    /// Whether the signature is two numbers, which are DER inside and r‖s in a message.
    fn is_of_two_numbers(self) -> bool {
        matches!(self, Self::EcdsaP256Sha256 | Self::Sm2Sm3)
    }

    /// Whether `key` made `signature` over the base.
    ///
    /// # Errors
    /// It did not.
    pub fn verify(self, key: &PublicKey, base: &[u8], signature: &[u8]) -> Result<(), Refused> {
        let der = match self.is_of_two_numbers() {
            true => raw_to_der(signature).ok_or(Refused::Signature)?,
            false => signature.to_vec(),
        };
        algorithm::verify(self.suite(), key, SM2_DEFAULT_ID, &[base], &der)
            .map_err(|_| Refused::Signature)
    }
}

/// Why a signed request is refused. Values of the request are not repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// A header that is not of its form.
    #[error("{header}: {cause}")]
    Field {
        /// Which.
        header: &'static str,
        /// What is wrong.
        cause: FieldError,
    },
    /// What belongs to a signature is missing, or is there twice.
    #[error("{0}")]
    Form(&'static str),
    /// A component that a signature here cannot cover.
    #[error("the component {0} is not read here")]
    Component(String),
    /// Something that must be signed is not.
    #[error("these must be signed too: {0}")]
    NotCovered(String),
    /// The algorithm is not one of the key.
    #[error("the algorithm is not one of the key; leave alg out, or name the right one")]
    Algorithm,
    /// Too old, or from the future.
    #[error("created is more than 5 minutes ago, or ahead of the clock of the service")]
    Window,
    /// The key did not sign this request.
    #[error("the signature is not that of the key over this request")]
    Signature,
}

/// The instant of a signature, if it is now.
fn within_window(created: OffsetDateTime, now: OffsetDateTime) -> Result<(), Refused> {
    let good = created > now.saturating_sub(WINDOW) && created <= now.saturating_add(AHEAD);
    if good { Ok(()) } else { Err(Refused::Window) }
}

/// Something random that is used once: 8 to 128 visible characters.
fn is_nonce(text: &str) -> bool {
    (8..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// A client and the name of its key, from `CLIENT/KEY`.
fn key_name(text: &str) -> Option<(&str, &str)> {
    text.split_once('/').filter(|(client, key)| !client.is_empty() && !key.is_empty())
}

#[cfg(test)]
mod tests;
