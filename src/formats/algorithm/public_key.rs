//! Public keys as certificates carry them.

use super::{ecdsa, ed25519, rsa};
use crate::der::{DerError, Element, Reader, tag, write};
use crate::oid::{self, Oid};
use crate::sm::{self, PointError};
use std::fmt;
use std::sync::Arc;

/// Longest SubjectPublicKeyInfo read. An 8192-bit RSA key takes 1,060 bytes.
const SPKI_BYTES_MAX: usize = 2048;

/// What kind of key, in the words of the allow-list.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// On sm2p256v1
    Sm2,
    /// RSA with a modulus of so many bits
    Rsa {
        /// Length of the modulus
        bits: usize,
    },
    /// On secp256r1
    P256,
    /// On secp384r1: signatures are verified, not made
    P384,
    /// On edwards25519: signs notes of the log
    Ed25519,
    /// A well-formed key of an algorithm that is not in the allow-list, by its name or identifier
    Unsupported(String),
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sm2 => f.write_str("SM2"),
            Self::Rsa { bits } => write!(f, "RSA-{bits}"),
            Self::P256 => f.write_str("P-256"),
            Self::P384 => f.write_str("P-384"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::Unsupported(name) => f.write_str(name),
        }
    }
}

/// Why bytes are not a public or private key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the DER structure of a key.
    #[error("key is not well-formed DER")]
    Der(#[from] DerError),
    /// Larger than any key in use.
    #[error("key of {0} bytes is too large")]
    TooLarge(usize),
    /// The curve is given by its numbers (or left out), not by its name: such numbers can be
    /// chosen so that a stranger's key fits (CVE-2020-0601).
    #[error("the curve of the key is not named")]
    CurveNotNamed,
    /// Parameters that do not belong to the algorithm.
    #[error("key parameters do not fit the algorithm")]
    Parameters,
    /// An elliptic-curve key that is no point, or not in uncompressed form.
    #[error(transparent)]
    Point(#[from] PointError),
    /// A P-256 or P-384 key that is no point of its curve, or not in uncompressed form.
    #[error("key is not an uncompressed point on its curve")]
    NistPoint,
    /// Modulus or exponent of an RSA key that cannot be ones.
    #[error("numbers of the RSA key are not acceptable")]
    RsaNumbers,
    /// SM2 private number outside [1, n−2] (32 bytes).
    #[error(transparent)]
    ScalarOutOfRange(#[from] sm::ScalarOutOfRange),
    /// The public key inside a private key is another one's.
    #[error("the private key contains a public key that is not its own")]
    PublicPartMismatch,
    /// The private key does not fit its algorithm or is not usable.
    #[error("private key is not usable")]
    Rejected,
    /// An algorithm that is not in the allow-list.
    #[error("{0} keys are not supported")]
    Unsupported(String),
}

/// `SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }`
/// (RFC 5280, clause 4.1.2.7), checked: a value of this type is a usable key, or one whose kind
/// says that it is not supported.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    spki: Arc<[u8]>,
    pub(super) material: Material,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Material {
    Sm2(sm::PublicKey),
    /// `RSAPublicKey`, and the PSS parameters when the key is restricted to PSS
    Rsa {
        bits: usize,
        key: Arc<[u8]>,
        pss_only: Option<Option<rsa::Pss>>,
    },
    Nist {
        curve: ecdsa::Curve,
        point: Arc<[u8]>,
    },
    Ed25519([u8; ed25519::KEY_BYTES]),
    Unsupported(String),
}

impl PublicKey {
    /// Reads a SubjectPublicKeyInfo; nothing may follow it.
    ///
    /// # Errors
    /// Not DER, or a key of a supported algorithm that is malformed: an unnamed curve, a point in
    /// another form or off its curve, impossible RSA numbers. An unsupported algorithm is not an
    /// error.
    pub fn from_spki(spki: &[u8]) -> Result<Self, KeyError> {
        if spki.len() > SPKI_BYTES_MAX {
            return Err(KeyError::TooLarge(spki.len()));
        }
        let mut fields = Reader::only(spki, tag::SEQUENCE)?.reader();
        let (algorithm, parameters) = super::identifier(fields.any()?)?;
        let bits = fields.any()?;
        fields.finish()?;
        bits.expect(tag::BIT_STRING)?;
        let material = Self::material(&algorithm, parameters, bits)?;
        Ok(Self { spki: spki.into(), material })
    }

    fn material(
        algorithm: &Oid,
        parameters: Option<Element<'_>>,
        bits: Element<'_>,
    ) -> Result<Material, KeyError> {
        if *algorithm == oid::EC_PUBLIC_KEY {
            return Self::elliptic(parameters, bits);
        }
        if *algorithm == oid::SM2_SIGN || *algorithm == oid::SM2_CURVE {
            // An SM2 key under a name that is not one of key algorithms: no certificate has it.
            return Err(KeyError::Parameters);
        }
        if *algorithm == oid::RSA_ENCRYPTION {
            // RFC 4055 asks for NULL; some certificates leave it out.
            if !super::null_or_absent(parameters) {
                return Err(KeyError::Parameters);
            }
            return Self::rsa(bits.bit_string()?, None);
        }
        if *algorithm == oid::RSASSA_PSS {
            let pss = parameters.map(rsa::pss).transpose();
            return match pss {
                Ok(pss) => Self::rsa(bits.bit_string()?, Some(pss)),
                Err(_) => Ok(Material::Unsupported("RSASSA-PSS with other parameters".into())),
            };
        }
        // RFC 8410, clause 3: no parameters. No certificate is accepted by such a key, so one that
        // is malformed is not supported rather than an error.
        if *algorithm == oid::ED25519
            && parameters.is_none()
            && let Ok(key) = bits.bit_string()?.try_into()
        {
            return Ok(Material::Ed25519(key));
        }
        Ok(Material::Unsupported(name_of(algorithm)))
    }

    fn rsa(key: &[u8], pss_only: Option<Option<rsa::Pss>>) -> Result<Material, KeyError> {
        Ok(Material::Rsa { bits: rsa::modulus_bits(key)?, key: key.into(), pss_only })
    }

    fn elliptic(parameters: Option<Element<'_>>, bits: Element<'_>) -> Result<Material, KeyError> {
        let named = parameters.filter(|element| element.tag() == tag::OID);
        let curve = named.ok_or(KeyError::CurveNotNamed)?.oid()?;
        if curve == oid::SM2_CURVE {
            return Ok(Material::Sm2(sm::PublicKey::from_point(bits.bit_string()?)?));
        }
        let curve = match () {
            () if curve == oid::P256_CURVE => ecdsa::Curve::P256,
            () if curve == oid::P384_CURVE => ecdsa::Curve::P384,
            () => return Ok(Material::Unsupported(format!("curve {}", name_of(&curve)))),
        };
        let point = bits.bit_string()?;
        if !ecdsa::is_point(curve, point) {
            return Err(KeyError::NistPoint);
        }
        Ok(Material::Nist { curve, point: point.into() })
    }

    pub(crate) fn of_sm2(key: &sm::PublicKey) -> Self {
        let algorithm = [write::oid(&oid::EC_PUBLIC_KEY), write::oid(&oid::SM2_CURVE)].concat();
        let spki = spki(&algorithm, &key.to_point());
        Self { spki: spki.into(), material: Material::Sm2(*key) }
    }

    pub(super) fn of_p256(point: &[u8]) -> Self {
        let algorithm = [write::oid(&oid::EC_PUBLIC_KEY), write::oid(&oid::P256_CURVE)].concat();
        let material = Material::Nist { curve: ecdsa::Curve::P256, point: point.into() };
        Self { spki: spki(&algorithm, point).into(), material }
    }

    /// The Ed25519 key of these bytes (RFC 8032, clause 5.1.5).
    #[must_use]
    pub fn of_ed25519(key: [u8; ed25519::KEY_BYTES]) -> Self {
        let spki = spki(&write::oid(&oid::ED25519), &key);
        Self { spki: spki.into(), material: Material::Ed25519(key) }
    }

    /// The RSA key of these numbers, big-endian.
    ///
    /// # Errors
    /// Numbers that cannot be ones of an RSA key.
    pub fn of_rsa_numbers(modulus: &[u8], exponent: &[u8]) -> Result<Self, KeyError> {
        Self::of_rsa(&write::sequence(&[&write::unsigned(modulus), &write::unsigned(exponent)]))
    }

    /// The key of a point on a curve, `04‖X‖Y`.
    ///
    /// # Errors
    /// Not a point of the curve, or a kind of key that is none.
    pub fn of_point(kind: &KeyKind, point: &[u8]) -> Result<Self, KeyError> {
        let curve = match kind {
            KeyKind::Sm2 => oid::SM2_CURVE,
            KeyKind::P256 => oid::P256_CURVE,
            KeyKind::P384 => oid::P384_CURVE,
            KeyKind::Rsa { .. } | KeyKind::Ed25519 | KeyKind::Unsupported(_) => {
                return Err(KeyError::Unsupported(kind.to_string()));
            }
        };
        let algorithm = [write::oid(&oid::EC_PUBLIC_KEY), write::oid(&curve)].concat();
        Self::from_spki(&spki(&algorithm, point))
    }

    pub(super) fn of_rsa(key: &[u8]) -> Result<Self, KeyError> {
        let algorithm = [write::oid(&oid::RSA_ENCRYPTION), write::null()].concat();
        Ok(Self { spki: spki(&algorithm, key).into(), material: Self::rsa(key, None)? })
    }

    /// What kind of key it is.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match &self.material {
            Material::Sm2(_) => KeyKind::Sm2,
            Material::Rsa { bits, .. } => KeyKind::Rsa { bits: *bits },
            Material::Nist { curve: ecdsa::Curve::P256, .. } => KeyKind::P256,
            Material::Nist { curve: ecdsa::Curve::P384, .. } => KeyKind::P384,
            Material::Ed25519(_) => KeyKind::Ed25519,
            Material::Unsupported(name) => KeyKind::Unsupported(name.clone()),
        }
    }

    /// The SubjectPublicKeyInfo as it was read.
    #[must_use]
    pub fn to_spki(&self) -> &[u8] {
        &self.spki
    }

    /// The SM2 key, if it is one.
    #[must_use]
    pub fn sm2(&self) -> Option<&sm::PublicKey> {
        match &self.material {
            Material::Sm2(key) => Some(key),
            _ => None,
        }
    }

    /// The public exponent of an RSA key.
    #[must_use]
    pub fn rsa_exponent(&self) -> Option<u32> {
        match &self.material {
            Material::Rsa { key, .. } => rsa::exponent(key),
            _ => None,
        }
    }

    /// Modulus and exponent of an RSA key, big-endian.
    #[must_use]
    pub fn rsa_numbers(&self) -> Option<(Vec<u8>, Vec<u8>)> {
        let Material::Rsa { key, .. } = &self.material else { return None };
        let mut numbers = Reader::only(key, tag::SEQUENCE).ok()?.reader();
        let modulus = numbers.any().ok()?.unsigned_bytes().ok()?.to_vec();
        let exponent = numbers.any().ok()?.unsigned_bytes().ok()?.to_vec();
        Some((modulus, exponent))
    }

    /// Content of subjectPublicKey, over which key identifiers are computed (RFC 5280, 4.2.1.2).
    #[must_use]
    pub fn subject_public_key(&self) -> &[u8] {
        let read = || {
            let mut fields = Reader::only(&self.spki, tag::SEQUENCE).ok()?.reader();
            fields.any().ok()?;
            fields.any().ok()?.content().get(1..)
        };
        // The structure was read when the value was made.
        read().unwrap_or_default()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.kind())
    }
}

fn spki(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    write::sequence(&[&write::sequence(&[algorithm]), &write::bit_string(key)])
}

fn name_of(oid: &Oid) -> String {
    oid.name().map_or_else(|| oid.to_string(), str::to_owned)
}
