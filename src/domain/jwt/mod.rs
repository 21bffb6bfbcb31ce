//! Tokens that another signed as JSON (RFC 7519, in the compact form of RFC 7515), believed by keys
//! that were known before.
//!
//! What a token says of its own key counts for nothing: the algorithm must be one that the reader
//! allows, it must go with the kind of the key, and the key is one of the reader's set (RFC 8725).
//! There is no `none`, and there are no shared secrets. Beside the registered algorithms `SM2-SM3`
//! is read: SM2 with SM3, the default identifier, r‖s as ES256 has it, keys as EC on the curve `SM2`.

mod claims;
mod key;
mod make;

pub use claims::{Claims, Expected, SKEW};
pub use key::{KEYS_MAX, Key, KeyRefused, KeySet};
pub use make::{Prepared, prepare};

use crate::signed::json::strict;
use crate::word::words;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use formats::algorithm::{self, Digest, PublicKey, SM2_DEFAULT_ID, Suite, raw_to_der};
use serde_json::{Map, Value};

/// Longest token read. One of an identity provider has some hundred bytes to some thousand.
pub const TOKEN_BYTES_MAX: usize = 16 * 1024;
/// Longest name of a key, of a token or of anybody in a token.
const NAME_BYTES_MAX: usize = 512;

words! { "signature algorithm of tokens";
    /// How a token may be signed.
    pub enum Algorithm {
        /// RSASSA-PKCS1-v1_5 with SHA-256.
        Rs256 = "RS256",
        /// RSASSA-PSS with SHA-256.
        Ps256 = "PS256",
        /// ECDSA on P-256 with SHA-256.
        Es256 = "ES256",
        /// Ed25519 (RFC 8037).
        EdDsa = "EdDSA",
        /// SM2 with SM3.
        Sm2 = "SM2-SM3",
    }
}

impl Algorithm {
    fn suite(self) -> Suite {
        match self {
            Self::Rs256 => Suite::RsaPkcs1(Digest::Sha256),
            Self::Ps256 => Suite::RsaPss(Digest::Sha256),
            Self::Es256 => Suite::EcdsaP256(Digest::Sha256),
            Self::EdDsa => Suite::Ed25519,
            Self::Sm2 => Suite::Sm2Sm3,
        }
    }

    /// Whether the signature is two numbers, which are DER inside and r‖s in a token.
    fn is_of_two_numbers(self) -> bool {
        matches!(self, Self::Es256 | Self::Sm2)
    }

    /// Whether `key` made `signature` over the message.
    fn verifies(self, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
        let der = if self.is_of_two_numbers() { raw_to_der(signature) } else { None };
        let signature = match (&der, self.is_of_two_numbers()) {
            (Some(der), _) => der,
            (None, false) => signature,
            (None, true) => return false,
        };
        algorithm::verify(self.suite(), key, SM2_DEFAULT_ID, &[message], signature).is_ok()
    }
}

/// Why a token is not believed. Nothing of the token is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// Longer than [`TOKEN_BYTES_MAX`].
    #[error("a token of {0} bytes is too long")]
    TooLong(usize),
    /// Not three parts of base64url, of which two are JSON objects.
    #[error("not a signed token: {0}")]
    Form(&'static str),
    /// Signed by an algorithm that is not allowed here; `none` is one of them.
    #[error("the algorithm of the token is not allowed; allowed are {0}")]
    Algorithm(String),
    /// The header asks the reader to take the key from the token, or to understand an extension.
    #[error("the header member {0} is not accepted")]
    Header(&'static str),
    /// No key, or several keys, may have signed it.
    #[error("no single known key fits the token; name it by kid")]
    Key,
    /// The key did not sign this.
    #[error("the signature is not that of the key")]
    Signature,
    /// A claim is missing, or not of its type.
    #[error("the claim {0} is missing or malformed")]
    Claim(&'static str),
    /// A claim says another than is expected.
    #[error("the claim {0} is not what is expected here")]
    Unexpected(&'static str),
    /// It is over.
    #[error("the token has expired")]
    Expired,
    /// It has not begun, or comes from the future.
    #[error("the token is not valid yet")]
    TooEarly,
}

/// A token as it was read: nobody has checked its signature.
#[derive(Clone, Debug)]
pub struct Unverified<'a> {
    algorithm: Option<Algorithm>,
    key_id: Option<String>,
    message: &'a str,
    signature: Vec<u8>,
    claims: Map<String, Value>,
}

/// Reads a token. What it says counts only after [`Unverified::verify`].
///
/// # Errors
/// It is no signed token, or its header asks for what no reader should do.
pub fn read(token: &str) -> Result<Unverified<'_>, TokenError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(TokenError::TooLong(token.len()));
    }
    let (message, signature) = token.rsplit_once('.').ok_or(TokenError::Form("no signature"))?;
    let (header, payload) = message.split_once('.').ok_or(TokenError::Form("no payload"))?;
    let header = object(header)?;
    // Where a key could be had, and what a reader must understand and we do not.
    for member in ["jku", "jwk", "x5u", "x5c", "crit", "b64", "zip", "enc"] {
        if header.contains_key(member) {
            return Err(TokenError::Header(member));
        }
    }
    let text = |member: &'static str| match header.get(member) {
        None => Ok(None),
        Some(Value::String(text)) if text.len() <= NAME_BYTES_MAX => Ok(Some(text.as_str())),
        Some(_) => Err(TokenError::Header(member)),
    };
    // RFC 8725, 3.11: a token of another kind says so.
    const KINDS: [&str; 2] = ["JWT", "client-authentication+jwt"];
    if text("typ")?.is_some_and(|kind| !KINDS.iter().any(|one| one.eq_ignore_ascii_case(kind))) {
        return Err(TokenError::Header("typ"));
    }
    Ok(Unverified {
        algorithm: text("alg")?.and_then(|word| word.parse().ok()),
        key_id: text("kid")?.map(str::to_owned),
        signature: decoded(signature)?,
        claims: object(payload)?,
        message,
    })
}

fn object(part: &str) -> Result<Map<String, Value>, TokenError> {
    match strict(&decoded(part)?) {
        Ok(Value::Object(members)) => Ok(members),
        _ => Err(TokenError::Form("a part is no JSON object")),
    }
}

fn decoded(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Form("a part is not base64url"))
}

impl Unverified<'_> {
    /// The name of its key, if it has one.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// What it says under this name, whoever signed it: to look up keys, never to be believed.
    #[must_use]
    pub fn claimed(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str().filter(|text| text.len() <= NAME_BYTES_MAX)
    }

    /// What it says, if one of `keys` signed it by one of the `allowed` algorithms: the key that its
    /// header names, or the only one that fits.
    ///
    /// # Errors
    /// The algorithm is not allowed, no key fits, or the signature is another's.
    pub fn verify(self, keys: &KeySet, allowed: &[Algorithm]) -> Result<Claims, TokenError> {
        let algorithm = self.algorithm.filter(|algorithm| allowed.contains(algorithm));
        let words = || allowed.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ");
        let algorithm = algorithm.ok_or_else(|| TokenError::Algorithm(words()))?;
        let key = keys.only(self.key_id(), algorithm).ok_or(TokenError::Key)?;
        if !algorithm.verifies(key, self.message.as_bytes(), &self.signature) {
            return Err(TokenError::Signature);
        }
        Ok(Claims::new(self.claims))
    }
}

#[cfg(test)]
mod tests;
