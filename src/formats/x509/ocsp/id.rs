//! Which certificate is spoken of.

use crate::algorithm::{self, Digest};
use crate::der::{DerError, Element, tag, write};
use crate::oid::{self, Oid};
use crate::x509::Certificate;

/// Algorithms that identify an issuer. Nothing rests on their strength: what they name is compared
/// with certificates at hand, and the answer is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdDigest {
    /// SHA-1, which most responders ask for (RFC 5019, clause 2.1.1)
    Sha1,
    /// One of the allow-list
    Listed(Digest),
}

impl IdDigest {
    /// The object identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        match self {
            Self::Sha1 => oid::SHA1,
            Self::Listed(digest) => digest.oid(),
        }
    }

    fn from_oid(oid: &Oid) -> Option<Self> {
        if *oid == oid::SHA1 { Some(Self::Sha1) } else { Digest::from_oid(oid).map(Self::Listed) }
    }

    pub(super) fn hash(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1(bytes),
            Self::Listed(digest) => digest.hash(&[bytes]),
        }
    }
}

pub(super) fn sha1(bytes: &[u8]) -> Vec<u8> {
    let algorithm = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
    aws_lc_rs::digest::digest(algorithm, bytes).as_ref().to_vec()
}

/// `CertID ::= SEQUENCE { hashAlgorithm, issuerNameHash OCTET STRING, issuerKeyHash OCTET STRING,
/// serialNumber }` (RFC 6960, clause 4.1.1)
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertId {
    /// None when the algorithm is not known: such an identifier fits no certificate.
    digest: Option<IdDigest>,
    algorithm: Oid,
    name: Vec<u8>,
    key: Vec<u8>,
    /// Content of the serial number, two's complement.
    serial: Vec<u8>,
}

impl CertId {
    /// The identifier of a certificate below its issuer; `None` when the issuer's key is not
    /// readable.
    #[must_use]
    pub fn of(subject: &Certificate, issuer: &Certificate, digest: IdDigest) -> Option<Self> {
        Some(Self {
            digest: Some(digest),
            algorithm: digest.oid(),
            name: digest.hash(subject.issuer().raw()),
            key: digest.hash(issuer.public_key().ok()?.subject_public_key()),
            serial: subject.serial().to_vec(),
        })
    }

    /// True when it is that of `subject` below `issuer`.
    #[must_use]
    pub fn fits(&self, subject: &Certificate, issuer: &Certificate) -> bool {
        let Some(digest) = self.digest.filter(|_| self.serial == subject.serial()) else {
            return false;
        };
        // One algorithm may have several identifiers.
        Self::of(subject, issuer, digest)
            .is_some_and(|own| (own.name, own.key) == (self.name.clone(), self.key.clone()))
    }

    /// Content of the serial number.
    #[must_use]
    pub fn serial(&self) -> &[u8] {
        &self.serial
    }

    pub(super) fn read(element: Element<'_>) -> Result<Self, DerError> {
        let mut fields = element.expect(tag::SEQUENCE)?.reader();
        let (algorithm, parameters) = algorithm::identifier(fields.any()?)?;
        if !algorithm::null_or_absent(parameters) {
            return Err(DerError::value(element.offset(), "digest without parameters"));
        }
        let name = fields.read(tag::OCTET_STRING)?.content().to_vec();
        let key = fields.read(tag::OCTET_STRING)?.content().to_vec();
        let serial = fields.read(tag::INTEGER)?.integer_bytes()?.to_vec();
        fields.finish()?;
        let digest = IdDigest::from_oid(&algorithm);
        Ok(Self { digest, algorithm, name, key, serial })
    }

    pub(super) fn to_der(&self) -> Vec<u8> {
        // With NULL: responders in use compare the bytes with those they write themselves.
        let algorithm = write::sequence(&[&write::oid(&self.algorithm), &write::null()]);
        write::sequence(&[
            &algorithm,
            &write::octet_string(&self.name),
            &write::octet_string(&self.key),
            &write::tlv(tag::INTEGER, &self.serial),
        ])
    }
}
