//! The allow-list of signature suites: what is not here is unsupported, never valid.
//!
//! The suite follows from the algorithm identifier *and* the key together; there is no fallback
//! from one to another. Messages are given whole (in parts), never as digests.

pub mod device;

mod begun;
mod digest;
mod ecdsa;
mod ed25519;
mod hmac;
mod private_key;
mod public_key;
mod rsa;
mod sm2_sm3;

pub(crate) use digest::sm3_over;
pub use digest::{Digest, Hasher};
pub use hmac::hmac;
pub use private_key::{PrivateKey, Random, RandomFailed};
pub use public_key::{KeyError, KeyKind, PublicKey};
pub use rsa::{RSA_BITS_MAX, RSA_BITS_MIN};

use crate::der::{DerError, Element, Reader, tag, write};
use crate::memo;
use crate::oid::{self, Oid};
use crate::sm::{IdTooLong, Signature, SignatureEncodingError};
use public_key::Material;

/// The identifier with which certificates, seals and messages are signed (GB/T 35276, clause 10).
pub const SM2_DEFAULT_ID: &[u8] = b"1234567812345678";

/// A signature suite: key algorithm, padding and digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suite {
    /// SM2 with SM3 (GB/T 32918.2)
    Sm2Sm3,
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2)
    RsaPkcs1(Digest),
    /// RSASSA-PSS (RFC 8017, 8.1), MGF1 with the same digest, salt as long as the digest
    RsaPss(Digest),
    /// RSASSA-PSS with a salt of so many bytes: verified, not made
    RsaPssSalt(Digest, u16),
    /// ECDSA on P-256
    EcdsaP256(Digest),
    /// ECDSA on P-384: verified, not made
    EcdsaP384(Digest),
    /// Ed25519 (RFC 8032, 5.1): for notes of the log; certificates and messages do not have it
    Ed25519,
}

/// Why an algorithm identifier and a key give no suite of the allow-list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AlgorithmError {
    /// Not an AlgorithmIdentifier.
    #[error("algorithm identifier is not well-formed DER")]
    Der(#[from] DerError),
    /// The algorithm, or the kind of key, is not in the allow-list.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// The signature algorithm is one of another kind of key.
    #[error("signature algorithm {algorithm} does not go with a key of kind {key}")]
    KeyMismatch {
        /// The identifier found.
        algorithm: String,
        /// The key it was found with.
        key: KeyKind,
    },
    /// The digest named elsewhere is not the one of the signature algorithm.
    #[error("signature algorithm {algorithm} does not go with the digest {}", digest.name())]
    DigestMismatch {
        /// The identifier found.
        algorithm: String,
        /// The digest it was found with.
        digest: Digest,
    },
    /// The identifier does not say which digest, and nothing else does.
    #[error("the digest of {0} is not given")]
    DigestMissing(String),
    /// Parameters that do not belong to the algorithm.
    #[error("parameters of {0} are not acceptable")]
    Parameters(String),
    /// PSS with one digest for the message and another for the mask.
    #[error("PSS with {} and a mask by {}", digest.name(), mask.name())]
    PssMaskDigest {
        /// Of the message.
        digest: Digest,
        /// Of the mask.
        mask: Digest,
    },
    /// PSS with a salt length that is not supported.
    #[error("PSS with a salt of {0} bytes is not supported")]
    PssSaltLength(i64),
    /// An RSA key outside [2048, 8192] bits.
    #[error("RSA key of {bits} bits is outside [{RSA_BITS_MIN}, {RSA_BITS_MAX}]")]
    KeySize {
        /// Length of the modulus.
        bits: usize,
    },
}

/// Why a signature does not verify.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The bytes are no signature of the suite.
    #[error(transparent)]
    Encoding(#[from] SignatureEncodingError),
    /// The signature is another message's or another key's.
    #[error("signature does not match the message and the key")]
    Mismatch,
    /// The key is not one of the suite.
    #[error("the key is not one of the suite")]
    KeyMismatch,
    /// The SM2 identifier is too long.
    #[error(transparent)]
    Id(#[from] IdTooLong),
}

/// Why nothing was signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The suite or size is not one that this kind of key signs with.
    #[error("the key does not sign with this suite")]
    KeyMismatch,
    /// The SM2 identifier is too long.
    #[error(transparent)]
    Id(#[from] IdTooLong),
    /// The random source failed.
    #[error(transparent)]
    Random(#[from] RandomFailed),
    /// The key signs what it does not verify.
    #[error("the key failed its self check")]
    SelfCheck,
    /// The key made is not usable.
    #[error(transparent)]
    Key(#[from] KeyError),
}

impl Suite {
    /// The suite with which a key of this kind signs unless another is asked for; `None` for
    /// kinds that sign nothing here.
    #[must_use]
    pub fn usual(kind: &KeyKind) -> Option<Self> {
        match kind {
            KeyKind::Sm2 => Some(Self::Sm2Sm3),
            KeyKind::Rsa { .. } => Some(Self::RsaPkcs1(Digest::Sha256)),
            KeyKind::P256 => Some(Self::EcdsaP256(Digest::Sha256)),
            KeyKind::Ed25519 => Some(Self::Ed25519),
            KeyKind::P384 | KeyKind::Unsupported(_) => None,
        }
    }

    /// The digest over the message.
    #[must_use]
    pub const fn digest(self) -> Digest {
        match self {
            Self::Sm2Sm3 => Digest::Sm3,
            Self::RsaPkcs1(digest)
            | Self::RsaPss(digest)
            | Self::RsaPssSalt(digest, _)
            | Self::EcdsaP256(digest)
            | Self::EcdsaP384(digest) => digest,
            // Inside the algorithm (RFC 8032, 5.1).
            Self::Ed25519 => Digest::Sha512,
        }
    }

    /// The name shown to people and put on record, such as `SM2-SM3` or `RSA-PSS-SHA256`.
    #[must_use]
    pub fn name(self) -> String {
        let digest = self.digest().name().replace('-', "");
        match self {
            Self::Sm2Sm3 => "SM2-SM3".to_owned(),
            Self::RsaPkcs1(_) => format!("RSA-PKCS1-{digest}"),
            Self::RsaPss(_) => format!("RSA-PSS-{digest}"),
            Self::RsaPssSalt(_, len) => format!("RSA-PSS-{digest}-SALT{len}"),
            Self::EcdsaP256(_) => format!("ECDSA-P256-{digest}"),
            Self::EcdsaP384(_) => format!("ECDSA-P384-{digest}"),
            Self::Ed25519 => "ED25519".to_owned(),
        }
    }

    /// The AlgorithmIdentifier that certificates and messages carry: SM2 and ECDSA without
    /// parameters, PKCS#1 with NULL, PSS with all of its fields.
    #[must_use]
    pub fn algorithm_identifier(self) -> Vec<u8> {
        match self {
            Self::Sm2Sm3 => write::sequence(&[&write::oid(&oid::SM2_WITH_SM3)]),
            Self::RsaPkcs1(digest) => {
                let oid = match digest {
                    Digest::Sha384 => oid::SHA384_WITH_RSA,
                    Digest::Sha512 => oid::SHA512_WITH_RSA,
                    Digest::Sha256 | Digest::Sm3 => oid::SHA256_WITH_RSA,
                };
                write::sequence(&[&write::oid(&oid), &write::null()])
            }
            Self::EcdsaP256(digest) | Self::EcdsaP384(digest) => {
                let oid = match digest {
                    Digest::Sha384 => oid::ECDSA_WITH_SHA384,
                    Digest::Sha512 => oid::ECDSA_WITH_SHA512,
                    Digest::Sha256 | Digest::Sm3 => oid::ECDSA_WITH_SHA256,
                };
                write::sequence(&[&write::oid(&oid)])
            }
            Self::RsaPss(digest) => rsa::pss_identifier(digest, digest.len()),
            Self::Ed25519 => write::sequence(&[&write::oid(&oid::ED25519)]),
            Self::RsaPssSalt(digest, len) => rsa::pss_identifier(digest, usize::from(len)),
        }
    }
}

/// The suite of an X.509 or CMS AlgorithmIdentifier (the whole element) with a key.
///
/// `digest_hint` is the digest that the surrounding structure names: needed where the identifier
/// names none, and otherwise it must agree.
///
/// # Errors
/// The identifier is malformed, not in the allow-list, or does not go with the key or the digest.
pub fn suite_of(
    algorithm_identifier: &[u8],
    key: &PublicKey,
    digest_hint: Option<Digest>,
) -> Result<Suite, AlgorithmError> {
    let element = Reader::only(algorithm_identifier, tag::SEQUENCE)?;
    let (oid, parameters) = identifier(element)?;
    if oid == oid::RSASSA_PSS {
        let parameters = parameters.ok_or_else(|| AlgorithmError::Parameters(name_of(&oid)))?;
        return pss_suite(rsa::pss(parameters)?, key, digest_hint);
    }
    // RFC 5758, 3.2: an ECDSA identifier has no parameters, not even NULL.
    let ecdsa = matches!(scheme(&oid), Some(Scheme::Ecdsa(_)));
    if !null_or_absent(parameters) || (ecdsa && parameters.is_some()) {
        return Err(AlgorithmError::Parameters(name_of(&oid)));
    }
    suite_from_oid(&oid, key, digest_hint)
}

/// The suite of a bare object identifier, as seals carry it, with a key.
///
/// # Errors
/// As [`suite_of`].
pub fn suite_from_oid(
    oid: &Oid,
    key: &PublicKey,
    digest_hint: Option<Digest>,
) -> Result<Suite, AlgorithmError> {
    match &key.material {
        Material::Unsupported(name) => {
            return Err(AlgorithmError::Unsupported(format!("{name} key")));
        }
        // No Chinese profile has it, and none of ours: it signs checkpoints and nothing else.
        Material::Ed25519(_) => return Err(AlgorithmError::Unsupported("Ed25519 key".into())),
        Material::Sm2(_) | Material::Rsa { .. } | Material::Nist { .. } => {}
    }
    let digest_missing = || AlgorithmError::DigestMissing(name_of(oid));
    let suite = match (scheme(oid), &key.material) {
        (Some(Scheme::Sm2), _) => Suite::Sm2Sm3,
        (Some(Scheme::Pkcs1(named)), _) => {
            Suite::RsaPkcs1(named.or(digest_hint).ok_or_else(digest_missing)?)
        }
        (Some(Scheme::Ecdsa(digest)), Material::Nist { curve: ecdsa::Curve::P384, .. }) => {
            Suite::EcdsaP384(digest)
        }
        (Some(Scheme::Ecdsa(digest)), _) => Suite::EcdsaP256(digest),
        (None, _) => return Err(AlgorithmError::Unsupported(name_of(oid))),
    };
    checked(suite, &name_of(oid), key, digest_hint)
}

enum Scheme {
    Sm2,
    /// The digest is missing in `rsaEncryption`, which CMS uses as a signature algorithm.
    Pkcs1(Option<Digest>),
    Ecdsa(Digest),
}

/// The allow-list of bare signature identifiers. SM2 with SM3 is found under four names: in
/// certificates, twice in GB/T 35275 messages, and as a misprint copied between programs.
fn scheme(oid: &Oid) -> Option<Scheme> {
    const SM2: [Oid; 4] =
        [oid::SM2_WITH_SM3, oid::SM2_SIGN, oid::SM2_CURVE, oid::SM2_WITH_SM3_MISPRINT];
    Some(match oid {
        oid if SM2.contains(oid) => Scheme::Sm2,
        oid if *oid == oid::RSA_ENCRYPTION => Scheme::Pkcs1(None),
        oid if *oid == oid::SHA256_WITH_RSA => Scheme::Pkcs1(Some(Digest::Sha256)),
        oid if *oid == oid::SHA384_WITH_RSA => Scheme::Pkcs1(Some(Digest::Sha384)),
        oid if *oid == oid::SHA512_WITH_RSA => Scheme::Pkcs1(Some(Digest::Sha512)),
        oid if *oid == oid::ECDSA_WITH_SHA256 => Scheme::Ecdsa(Digest::Sha256),
        oid if *oid == oid::ECDSA_WITH_SHA384 => Scheme::Ecdsa(Digest::Sha384),
        oid if *oid == oid::ECDSA_WITH_SHA512 => Scheme::Ecdsa(Digest::Sha512),
        _ => return None,
    })
}

fn pss_suite(
    pss: rsa::Pss,
    key: &PublicKey,
    digest_hint: Option<Digest>,
) -> Result<Suite, AlgorithmError> {
    let suite = if usize::from(pss.salt_len) == pss.digest.len() {
        Suite::RsaPss(pss.digest)
    } else {
        Suite::RsaPssSalt(pss.digest, pss.salt_len)
    };
    let suite = checked(suite, "rsassaPss", key, digest_hint)?;
    match &key.material {
        Material::Rsa { bits, .. } if rsa::pss_parameters(*bits, pss).is_none() => {
            Err(AlgorithmError::PssSaltLength(pss.salt_len.into()))
        }
        _ => Ok(suite),
    }
}

/// The suite, when key and digest go with it.
fn checked(
    suite: Suite,
    algorithm: &str,
    key: &PublicKey,
    digest_hint: Option<Digest>,
) -> Result<Suite, AlgorithmError> {
    let algorithm = || algorithm.to_owned();
    if let Some(digest) = digest_hint.filter(|digest| *digest != suite.digest()) {
        return Err(AlgorithmError::DigestMismatch { algorithm: algorithm(), digest });
    }
    if matches!(suite, Suite::RsaPkcs1(Digest::Sm3)) {
        return Err(AlgorithmError::Unsupported("RSA with SM3".to_owned()));
    }
    if !goes_with(suite, key) {
        return Err(AlgorithmError::KeyMismatch { algorithm: algorithm(), key: key.kind() });
    }
    match key.material {
        Material::Rsa { bits, .. } if !(RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits) => {
            Err(AlgorithmError::KeySize { bits })
        }
        _ => Ok(suite),
    }
}

fn goes_with(suite: Suite, key: &PublicKey) -> bool {
    use ecdsa::Curve;
    match (&key.material, suite) {
        (Material::Sm2(_), Suite::Sm2Sm3)
        | (Material::Nist { curve: Curve::P256, .. }, Suite::EcdsaP256(_))
        | (Material::Nist { curve: Curve::P384, .. }, Suite::EcdsaP384(_))
        | (Material::Ed25519(_), Suite::Ed25519) => true,
        (Material::Rsa { pss_only, .. }, Suite::RsaPkcs1(_)) => pss_only.is_none(),
        (Material::Rsa { pss_only, .. }, Suite::RsaPss(_) | Suite::RsaPssSalt(..)) => {
            let salt_len = match suite {
                Suite::RsaPssSalt(_, len) => usize::from(len),
                _ => suite.digest().len(),
            };
            // RFC 4055, 3.3: the digest is the key's, the salt at least as long.
            pss_only.flatten().is_none_or(|only| {
                only.digest == suite.digest() && salt_len >= usize::from(only.salt_len)
            })
        }
        _ => false,
    }
}

/// Checks a signature over the message parts, one after the other.
///
/// SM2 signatures are DER; `sm2_id` is the signer's identifier and is not looked at by the other
/// suites.
///
/// # Errors
/// The signature does not verify, is not well-formed, or the key is not one of the suite.
pub fn verify(
    suite: Suite,
    key: &PublicKey,
    sm2_id: &[u8],
    message: &[&[u8]],
    signature: &[u8],
) -> Result<(), SignatureError> {
    if !goes_with(suite, key) {
        return Err(SignatureError::KeyMismatch);
    }
    match (&key.material, suite) {
        (Material::Sm2(key), Suite::Sm2Sm3) => sm2_sm3::verify(key, sm2_id, message, signature),
        (Material::Rsa { key, .. }, Suite::RsaPkcs1(digest)) => {
            rsa::verify_pkcs1(digest, key, message, signature)
        }
        (Material::Rsa { bits, key, .. }, Suite::RsaPss(digest)) => {
            let salt_len = digest.len().try_into().unwrap_or(u16::MAX);
            rsa::verify_pss((*bits, key), rsa::Pss { digest, salt_len }, message, signature)
        }
        (Material::Rsa { bits, key, .. }, Suite::RsaPssSalt(digest, salt_len)) => {
            rsa::verify_pss((*bits, key), rsa::Pss { digest, salt_len }, message, signature)
        }
        (Material::Nist { curve, point }, Suite::EcdsaP256(digest) | Suite::EcdsaP384(digest)) => {
            ecdsa::verify(*curve, digest, point, message, signature)
        }
        (Material::Ed25519(key), Suite::Ed25519) => ed25519::verify(key, message, signature),
        _ => Err(SignatureError::KeyMismatch),
    }
}

/// As [`verify`], for what comes with file after file: certificates, lists, answers, seals. A
/// signature that held is not computed again.
///
/// # Errors
/// As [`verify`].
pub(crate) fn verify_once(
    suite: Suite,
    key: &PublicKey,
    sm2_id: &[u8],
    message: &[u8],
    signature: &[u8],
) -> Result<(), SignatureError> {
    let name = suite.name();
    let about = [name.as_bytes(), key.to_spki(), sm2_id, message, signature];
    memo::once("signature", &about, || verify(suite, key, sm2_id, &[message], signature))
}

/// The DER form of an SM2 signature given as r‖s of 64 bytes, as some files have it; `None` when
/// it is not one. The caller reports that it was raw.
#[must_use]
pub fn sm2_raw_to_der(raw64: &[u8]) -> Option<Vec<u8>> {
    Signature::from_raw(raw64).map(|signature| signature.to_der())
}

/// The DER form of an ECDSA or SM2 signature on a curve of 256 bits given as r‖s, as JOSE (RFC 7518,
/// 3.4) and HTTP message signatures have it; `None` when it has not 64 bytes.
#[must_use]
pub fn raw_to_der(raw64: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = raw64.split_at_checked(32).filter(|(_, s)| s.len() == 32)?;
    Some(write::sequence(&[&write::unsigned(r), &write::unsigned(s)]))
}

/// The other way round; `None` when it is no DER of two numbers of at most 32 bytes.
#[must_use]
pub fn der_to_raw(der: &[u8]) -> Option<Vec<u8>> {
    let mut numbers = Reader::only(der, tag::SEQUENCE).ok()?.reader();
    let mut raw = vec![0; 64];
    for half in raw.chunks_exact_mut(32) {
        let number = numbers.any().ok()?.unsigned_bytes().ok()?;
        half.get_mut(32_usize.checked_sub(number.len())?..)?.copy_from_slice(number);
    }
    numbers.finish().ok().map(|()| raw)
}

/// `AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`
pub(crate) fn identifier(element: Element<'_>) -> Result<(Oid, Option<Element<'_>>), DerError> {
    let mut fields = element.expect(tag::SEQUENCE)?.reader();
    let oid = fields.any()?.oid()?;
    let parameters = if fields.is_empty() { None } else { Some(fields.any()?) };
    fields.finish()?;
    Ok((oid, parameters))
}

/// Both ways of saying "no parameters" are in use.
pub(crate) fn null_or_absent(parameters: Option<Element<'_>>) -> bool {
    parameters.is_none_or(|element| element.raw() == [tag::NULL, 0])
}

fn name_of(oid: &Oid) -> String {
    oid.name().map_or_else(|| oid.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests;
