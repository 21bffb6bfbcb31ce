//! Private keys: making, importing, exporting, signing.

use super::public_key::{KeyError, KeyKind, PublicKey};
use super::{Digest, SM2_DEFAULT_ID, SignError, Suite, rsa};
use crate::der::{Reader, tag, write};
use crate::oid;
use crate::sm;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _, RsaEncoding,
};
use std::fmt;
use zeroize::Zeroizing;

/// Largest PKCS#8 file read: an RSA key of 8192 bits takes 4,700 bytes.
const PKCS8_BYTES_MAX: usize = 16 * 1024;

/// The random source failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the random source failed")]
pub struct RandomFailed;

/// A source of random bytes fit for keys, given by the caller.
pub trait Random {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    /// The source is not available; nothing may be signed or made then.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed>;
}

/// A private key in memory. It never prints, and its memory is cleared when it is dropped.
pub struct PrivateKey {
    material: Material,
    public: PublicKey,
}

enum Material {
    Sm2(Box<sm::PrivateKey>),
    // aws-lc clears the memory of its keys when they are freed.
    Rsa(Box<RsaKeyPair>),
    P256(Box<EcdsaKeyPair>),
    Ed25519(Box<Ed25519KeyPair>),
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.public.kind())
    }
}

impl PrivateKey {
    /// A new key: SM2, P-256, Ed25519, or RSA of 2048, 3072 or 4096 bits.
    ///
    /// SM2 keys come from `random`; the others from the generator inside aws-lc.
    ///
    /// # Errors
    /// Another kind, or the random source failed.
    pub fn generate(kind: &KeyKind, random: &mut dyn Random) -> Result<Self, SignError> {
        let key = match kind {
            KeyKind::Sm2 => Self::of_sm2(sm::PrivateKey::generate(random)?),
            KeyKind::P256 => {
                let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING);
                Self::p256(pair.map_err(|_| RandomFailed)?)
            }
            KeyKind::Rsa { bits } => {
                let size = match bits {
                    2048 => KeySize::Rsa2048,
                    3072 => KeySize::Rsa3072,
                    4096 => KeySize::Rsa4096,
                    _ => return Err(SignError::KeyMismatch),
                };
                Self::rsa(RsaKeyPair::generate(size).map_err(|_| RandomFailed)?)?
            }
            KeyKind::Ed25519 => {
                Self::ed25519(Ed25519KeyPair::generate().map_err(|_| RandomFailed)?)?
            }
            KeyKind::P384 | KeyKind::Unsupported(_) => return Err(SignError::KeyMismatch),
        };
        key.self_check(random)?;
        Ok(key)
    }

    pub(crate) fn of_sm2(key: sm::PrivateKey) -> Self {
        Self { public: PublicKey::of_sm2(key.public()), material: Material::Sm2(Box::new(key)) }
    }

    fn p256(pair: EcdsaKeyPair) -> Self {
        let public = PublicKey::of_p256(pair.public_key().as_ref());
        Self { public, material: Material::P256(Box::new(pair)) }
    }

    fn ed25519(pair: Ed25519KeyPair) -> Result<Self, KeyError> {
        let key = pair.public_key().as_ref().try_into().map_err(|_| KeyError::Rejected)?;
        Ok(Self { public: PublicKey::of_ed25519(key), material: Material::Ed25519(Box::new(pair)) })
    }

    fn rsa(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let public = PublicKey::of_rsa(pair.public_key().as_ref())?;
        if matches!(public.kind(), KeyKind::Rsa { bits } if bits < rsa::RSA_BITS_MIN) {
            return Err(KeyError::Rejected);
        }
        Ok(Self { public, material: Material::Rsa(Box::new(pair)) })
    }

    /// Signs and verifies once, so that a damaged key is found before it is used.
    ///
    /// # Errors
    /// The key does not sign what it verifies, or the random source failed.
    pub fn self_check(&self, random: &mut dyn Random) -> Result<(), SignError> {
        let suite = self.default_suite();
        let message = b"self check";
        let signature = self.sign(suite, SM2_DEFAULT_ID, message, random)?;
        super::verify(suite, &self.public, SM2_DEFAULT_ID, &[message], &signature)
            .map_err(|_| SignError::SelfCheck)
    }

    /// The suite with which this key signs unless another is asked for.
    #[must_use]
    pub fn default_suite(&self) -> Suite {
        // Every kind that signs has one.
        Suite::usual(&self.public.kind()).unwrap_or(Suite::Sm2Sm3)
    }

    /// Reads an unencrypted PKCS#8 `PrivateKeyInfo` (RFC 5958).
    ///
    /// # Errors
    /// Not such a structure, an algorithm that is not in the allow-list, a number out of range,
    /// or an embedded public key that is not its own.
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        if pkcs8.len() > PKCS8_BYTES_MAX {
            return Err(KeyError::TooLarge(pkcs8.len()));
        }
        let mut fields = Reader::only(pkcs8, tag::SEQUENCE)?.reader();
        let version = fields.any()?.small_integer()?;
        let (algorithm, parameters) = super::identifier(fields.any()?)?;
        let key = fields.read(tag::OCTET_STRING)?;
        if !(0..=1).contains(&version) {
            return Err(KeyError::Rejected);
        }
        if algorithm == oid::RSA_ENCRYPTION {
            let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Rejected)?;
            return Self::rsa(pair);
        }
        if algorithm == oid::ED25519 {
            let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Rejected)?;
            return Self::ed25519(pair);
        }
        let curve = match parameters {
            Some(curve) if algorithm == oid::EC_PUBLIC_KEY && curve.tag() == tag::OID => {
                curve.oid()?
            }
            Some(_) | None if algorithm == oid::EC_PUBLIC_KEY => {
                return Err(KeyError::CurveNotNamed);
            }
            _ => return Err(KeyError::Unsupported(algorithm.to_string())),
        };
        if curve == oid::SM2_CURVE {
            return ec_private_key(key.content()).map(Self::of_sm2);
        }
        if curve == oid::P256_CURVE {
            let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8);
            return Ok(Self::p256(pair.map_err(|_| KeyError::Rejected)?));
        }
        Err(KeyError::Unsupported(curve.to_string()))
    }

    /// The unencrypted PKCS#8 `PrivateKeyInfo`.
    #[must_use]
    pub fn to_pkcs8(&self) -> Zeroizing<Vec<u8>> {
        match &self.material {
            Material::Sm2(key) => sm2_pkcs8(key),
            // Invariant of all: a complete key is held; writing it fails only without memory.
            Material::Rsa(pair) => {
                Zeroizing::new(pair.as_der().expect("a complete RSA key").as_ref().to_vec())
            }
            Material::P256(pair) => {
                Zeroizing::new(pair.to_pkcs8v1().expect("a complete key").as_ref().to_vec())
            }
            Material::Ed25519(pair) => {
                Zeroizing::new(pair.to_pkcs8v1().expect("a complete key").as_ref().to_vec())
            }
        }
    }

    /// The public key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// What kind of key it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        self.public.kind()
    }

    /// Signs a message. SM2 answers DER `SEQUENCE { r, s }` with a hedged nonce; `sm2_id` is not
    /// looked at by the other suites.
    ///
    /// # Errors
    /// The suite is not one of this key, the identifier is too long, or randomness failed.
    pub fn sign(
        &self,
        suite: Suite,
        sm2_id: &[u8],
        message: &[u8],
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, SignError> {
        match (&self.material, suite) {
            (Material::Sm2(key), Suite::Sm2Sm3) => {
                Ok(key.sign(sm2_id, &[message], random)?.to_der())
            }
            (Material::Rsa(pair), Suite::RsaPkcs1(digest)) => {
                sign_rsa(pair, rsa::pkcs1_encoding(digest), message)
            }
            (Material::Rsa(pair), Suite::RsaPss(digest)) => {
                sign_rsa(pair, rsa::pss_encoding(digest), message)
            }
            (Material::P256(pair), Suite::EcdsaP256(Digest::Sha256)) => {
                let signature = pair.sign(&SystemRandom::new(), message);
                Ok(signature.map_err(|_| RandomFailed)?.as_ref().to_vec())
            }
            (Material::Ed25519(pair), Suite::Ed25519) => Ok(pair.sign(message).as_ref().to_vec()),
            _ => Err(SignError::KeyMismatch),
        }
    }
}

fn sign_rsa(
    pair: &RsaKeyPair,
    encoding: Option<&'static dyn RsaEncoding>,
    message: &[u8],
) -> Result<Vec<u8>, SignError> {
    let encoding = encoding.ok_or(SignError::KeyMismatch)?;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(encoding, &SystemRandom::new(), message, &mut signature)
        .map_err(|_| SignError::SelfCheck)?;
    Ok(signature)
}

/// `ECPrivateKey ::= SEQUENCE { version INTEGER 1, privateKey OCTET STRING, parameters [0]
/// OPTIONAL, publicKey [1] BIT STRING OPTIONAL }` (RFC 5915, clause 3) of an SM2 key.
fn ec_private_key(der: &[u8]) -> Result<sm::PrivateKey, KeyError> {
    let mut fields = Reader::only(der, tag::SEQUENCE)?.reader();
    let version = fields.any()?.small_integer()?;
    let scalar = fields.read(tag::OCTET_STRING)?;
    let curve = fields.optional(tag::context(0))?;
    let point = fields.optional(tag::context(1))?;
    fields.finish()?;
    let curve_agrees = match curve {
        Some(field) => Reader::only(field.content(), tag::OID)?.oid()? == oid::SM2_CURVE,
        None => true,
    };
    if version != 1 || !curve_agrees {
        return Err(KeyError::Rejected);
    }
    let key = sm::PrivateKey::from_scalar(scalar.content())?;
    if let Some(field) = point {
        let bits = Reader::only(field.content(), tag::BIT_STRING)?;
        if bits.bit_string()? != key.public().to_point() {
            return Err(KeyError::PublicPartMismatch);
        }
    }
    Ok(key)
}

fn sm2_pkcs8(key: &sm::PrivateKey) -> Zeroizing<Vec<u8>> {
    let scalar = Zeroizing::new(write::octet_string(&key.to_scalar()[..]));
    let point = write::tlv(tag::context(1), &write::bit_string(&key.public().to_point()));
    let ec = Zeroizing::new(write::sequence(&[&write::integer(1), &scalar, &point]));
    let wrapped = Zeroizing::new(write::octet_string(&ec));
    let algorithm =
        write::sequence(&[&write::oid(&oid::EC_PUBLIC_KEY), &write::oid(&oid::SM2_CURVE)]);
    Zeroizing::new(write::sequence(&[&write::integer(0), &algorithm, &wrapped]))
}
