//! Reading a certificate.

use super::extension::Extensions;
use super::name::Name;
use super::signed::{Signed, range};
use crate::algorithm::{self, AlgorithmError, Digest, KeyError, PublicKey, SignatureError, Suite};
use crate::der::{DerError, Element, Reader, tag};
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use time::OffsetDateTime;

/// Largest certificate read. GM/T 0131 says 5 kB, the largest in use with long policy texts about
/// 16 kB; the rest is room for test suites.
pub const CERTIFICATE_BYTES_MAX: usize = 64 * 1024;
/// Longest serial number read. RFC 5280 allows 20 bytes; some authorities issue a few more.
const SERIAL_BYTES_MAX: usize = 64;

/// Why bytes are not a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum X509Error {
    /// Not the structure, and where it stops being it.
    #[error("not a well-formed certificate")]
    Der(#[from] DerError),
    /// Larger than any certificate in use.
    #[error("certificate of {0} bytes is larger than {CERTIFICATE_BYTES_MAX}")]
    TooLarge(usize),
    /// A version that does not exist, or fields that the version does not have.
    #[error("certificate version does not fit its fields")]
    Version,
    /// The algorithm outside the signed part is not the one inside it.
    #[error("the signed part names another signature algorithm")]
    AlgorithmMismatch,
    /// A serial number longer than any in use.
    #[error("serial number of {0} bytes")]
    Serial(usize),
}

/// `Version ::= INTEGER { v1(0), v2(1), v3(2) }`
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// Without extensions
    V1,
    /// With unique identifiers
    V2,
    /// With extensions
    V3,
}

/// `Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }` (RFC 5280,
/// clause 4.1), over the bytes as stored. Cloning is cheap.
#[derive(Clone)]
pub struct Certificate(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    signed: Signed,
    version: Version,
    serial: Range<usize>,
    issuer: Name,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
    subject: Name,
    spki: Range<usize>,
    key: Result<PublicKey, KeyError>,
    extensions: Extensions,
}

impl Certificate {
    /// Reads a certificate; nothing may follow it.
    ///
    /// A public key that cannot be used does not make the certificate unreadable; see
    /// [`Self::public_key`].
    ///
    /// # Errors
    /// Not a certificate, and where.
    pub fn parse(der: &[u8]) -> Result<Self, X509Error> {
        if der.len() > CERTIFICATE_BYTES_MAX {
            return Err(X509Error::TooLarge(der.len()));
        }
        let mut outer = Reader::only(der, tag::SEQUENCE)?.reader();
        let (signed, tbs) = Signed::read(&mut outer)?;
        outer.finish()?;
        let fields = TbsFields::read(tbs)?;
        if fields.signature.raw() != signed.algorithm(der) {
            return Err(X509Error::AlgorithmMismatch);
        }
        Ok(Self(Arc::new(Parsed {
            der: der.to_vec(),
            signed,
            version: fields.version,
            serial: fields.serial,
            issuer: fields.issuer,
            not_before: fields.not_before,
            not_after: fields.not_after,
            subject: fields.subject,
            key: PublicKey::from_spki(fields.spki.raw()),
            spki: range(fields.spki),
            extensions: fields.extensions,
        })))
    }

    /// The certificate as stored.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.0.der
    }

    /// The signed part, as stored.
    #[must_use]
    pub fn tbs(&self) -> &[u8] {
        self.0.signed.tbs(self.der())
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// Content of the serial number, two's complement, as stored.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.0.der[self.0.serial.clone()]
    }

    /// The serial number in lower-case hex, as people compare it.
    #[must_use]
    pub fn serial_hex(&self) -> String {
        self.serial().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Who issued it.
    #[must_use]
    pub fn issuer(&self) -> &Name {
        &self.0.issuer
    }

    /// Who it is for.
    #[must_use]
    pub fn subject(&self) -> &Name {
        &self.0.subject
    }

    /// First second of its validity.
    #[must_use]
    pub fn not_before(&self) -> OffsetDateTime {
        self.0.not_before
    }

    /// Last second of its validity.
    #[must_use]
    pub fn not_after(&self) -> OffsetDateTime {
        self.0.not_after
    }

    /// True when `at` lies in the validity, both ends included and in whole seconds (RFC 5280,
    /// clause 4.1.2.5).
    #[must_use]
    pub fn is_valid_at(&self, at: OffsetDateTime) -> bool {
        let second = at.replace_nanosecond(0).unwrap_or(at);
        self.0.not_before <= second && second <= self.0.not_after
    }

    /// The SubjectPublicKeyInfo, as stored.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.0.der[self.0.spki.clone()]
    }

    /// The public key.
    ///
    /// # Errors
    /// It is malformed: not on its curve, the curve not named, impossible numbers.
    pub fn public_key(&self) -> Result<&PublicKey, &KeyError> {
        self.0.key.as_ref()
    }

    /// The signature's AlgorithmIdentifier, as stored.
    #[must_use]
    pub fn signature_algorithm(&self) -> &[u8] {
        self.0.signed.algorithm(self.der())
    }

    /// The signature value.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        self.0.signed.value(self.der())
    }

    /// The extensions.
    #[must_use]
    pub fn extensions(&self) -> &Extensions {
        &self.0.extensions
    }

    /// True when basicConstraints says that it may issue certificates.
    #[must_use]
    pub fn is_ca(&self) -> bool {
        self.0.extensions.basic_constraints.is_some_and(|constraints| constraints.ca)
    }

    /// True when issuer and subject are the same name (RFC 5280, clause 3.2).
    #[must_use]
    pub fn is_self_issued(&self) -> bool {
        self.0.issuer == self.0.subject
    }

    /// True when its own key made the signature; costs one verification.
    #[must_use]
    pub fn is_self_signed(&self) -> bool {
        self.public_key().is_ok_and(|key| self.verify_signature(key).is_ok())
    }

    /// SM3 of the whole certificate.
    #[must_use]
    pub fn fingerprint_sm3(&self) -> [u8; 32] {
        crate::sm::sm3(&[self.der()])
    }

    /// SHA-256 of the whole certificate.
    #[must_use]
    pub fn fingerprint_sha256(&self) -> [u8; 32] {
        let value = Digest::Sha256.hash(&[self.der()]);
        // SHA-256 has 32 bytes.
        value.try_into().expect("32 bytes of SHA-256")
    }

    /// The suite with which the certificate was signed, given its issuer's key.
    ///
    /// # Errors
    /// The algorithm is not in the allow-list or does not go with the key.
    pub fn signature_suite(&self, issuer: &PublicKey) -> Result<Suite, AlgorithmError> {
        algorithm::suite_of(self.signature_algorithm(), issuer, None)
    }

    /// Checks the signature with the issuer's key, SM2 with the default identifier. A signature that
    /// held is not computed again.
    ///
    /// # Errors
    /// The algorithm is not in the allow-list, or the signature is not the key's.
    pub fn verify_signature(&self, issuer: &PublicKey) -> Result<(), CertificateSignatureError> {
        self.0.signed.verify(self.der(), issuer)
    }
}

/// Why the signature of a certificate or list was not confirmed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateSignatureError {
    /// Not decidable: the algorithm is outside the allow-list or does not go with the key.
    #[error(transparent)]
    Algorithm(#[from] AlgorithmError),
    /// Decided: not the key's signature.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// Equal when the bytes are.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Certificate({}, serial {})", self.subject(), self.serial_hex())
    }
}

struct TbsFields<'a> {
    version: Version,
    serial: Range<usize>,
    signature: Element<'a>,
    issuer: Name,
    not_before: OffsetDateTime,
    not_after: OffsetDateTime,
    subject: Name,
    spki: Element<'a>,
    extensions: Extensions,
}

impl<'a> TbsFields<'a> {
    fn read(tbs: Element<'a>) -> Result<Self, X509Error> {
        let mut fields = tbs.reader();
        let version = read_version(fields.optional(tag::context(0))?)?;
        let serial = fields.read(tag::INTEGER)?;
        let serial_len = serial.integer_bytes()?.len();
        if serial_len > SERIAL_BYTES_MAX {
            return Err(X509Error::Serial(serial_len));
        }
        let signature = fields.read(tag::SEQUENCE)?;
        let issuer = Name::read(fields.any()?)?;
        let mut validity = fields.sequence()?;
        let (not_before, not_after) = (validity.any()?.time()?, validity.any()?.time()?);
        validity.finish()?;
        let subject = Name::read(fields.any()?)?;
        let spki = fields.read(tag::SEQUENCE)?;
        let issuer_id = fields.optional(tag::context_primitive(1))?;
        let subject_id = fields.optional(tag::context_primitive(2))?;
        let extensions = fields.optional(tag::context(3))?;
        fields.finish()?;
        let has_ids = issuer_id.is_some() || subject_id.is_some();
        if (has_ids && version == Version::V1) || (extensions.is_some() && version != Version::V3) {
            return Err(X509Error::Version);
        }
        Ok(Self {
            version,
            serial: serial.content_offset()..serial.content_offset() + serial_len,
            signature,
            issuer,
            not_before,
            not_after,
            subject,
            spki,
            extensions: extensions.map_or(Ok(Extensions::default()), read_extensions)?,
        })
    }
}

/// `[0] EXPLICIT Version DEFAULT v1`; v1 written out is against DER and still v1.
fn read_version(field: Option<Element<'_>>) -> Result<Version, X509Error> {
    let Some(field) = field else { return Ok(Version::V1) };
    let mut reader = field.reader();
    let version = reader.any()?.small_integer()?;
    reader.finish()?;
    match version {
        0 => Ok(Version::V1),
        1 => Ok(Version::V2),
        2 => Ok(Version::V3),
        _ => Err(X509Error::Version),
    }
}

fn read_extensions(field: Element<'_>) -> Result<Extensions, DerError> {
    let mut reader = field.reader();
    let sequence = reader.read(tag::SEQUENCE)?;
    reader.finish()?;
    Extensions::read(sequence)
}

#[cfg(test)]
mod tests;
