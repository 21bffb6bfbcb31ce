//! What is found in a signed message. No opinion: `domain` judges.

use super::{Family, RevocationMaterial};
use crate::oid::Oid;
use crate::proof::{CertificateFact, DigestFact, SignatureFact};
use crate::x509::Certificate;
use std::fmt;
use time::OffsetDateTime;

/// Facts about a signed message with one signer.
#[derive(Clone, Debug)]
pub struct CmsFacts {
    /// Family of the outer identifier.
    pub family: Family,
    /// Identifier of the content's type.
    pub content_type: Oid,
    /// Whether content is carried, and what it is.
    pub content: ContentFact,
    /// Bytes of the content carried.
    pub content_len: Option<usize>,
    /// What the signature value covers.
    pub covers: Covers,
    /// Whether the stored digest, or the carried content, is that of the original. With neither
    /// (no attributes, detached) it is [`DigestFact::Absent`]: the signature alone speaks.
    pub data: DigestFact,
    /// The digest algorithm as named.
    pub digest_algorithm: Oid,
    /// The signature algorithm as named.
    pub signature_algorithm: Oid,
    /// The signature value over what it covers.
    pub signature: SignatureFact,
    /// What does not fit together in the parts that no signature covers.
    pub irregular: Vec<Irregularity>,
    /// Without signed attributes: whether what was signed could itself be a set of them. Such a
    /// document can be made from another message's signature (RFC 5652, 11, security of the tag).
    pub attribute_shaped: bool,
    /// The signed attributes, when there are any.
    pub attributes: Option<AttributeFacts>,
    /// The signer's certificate.
    pub signer: CertificateFact,
    /// All readable certificates carried, for building paths.
    pub certificates: Vec<Certificate>,
    /// How many certificates carried are not readable.
    pub unreadable_certificates: usize,
    /// The revocation lists and answers in the frame, beside the certificates.
    pub framed: RevocationMaterial,
    /// Those in attributes of the signer.
    pub attributed: RevocationMaterial,
    /// Time stamp tokens over the signature value.
    pub time_stamps: Vec<Vec<u8>>,
    /// The signature value, which a time stamp covers.
    pub signature_value: Vec<u8>,
}

/// The content of a signed message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentFact {
    /// None is carried.
    Detached,
    /// The original itself.
    Original,
    /// The digest of the original: a habit of OFD and of one PDF vendor.
    DigestOfOriginal,
    /// Neither the original nor its digest.
    Other,
    /// Carried, and there is no original to compare with.
    Unchecked,
}

/// Something in the unsigned frame of a message that its standard does not allow. A reader that
/// passed it over would call two different files the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Irregularity {
    /// `SignedData.version` (RFC 5652, 5.1; always 1 in GB/T 35275).
    #[error("the version of the message does not fit its content")]
    Version,
    /// `SignerInfo.version` (RFC 5652, 5.3).
    #[error("the version of the signer does not fit its identifier")]
    SignerVersion,
    /// `digestAlgorithms` is not exactly the signer's algorithm.
    #[error("the digest algorithms named are not the signer's")]
    DigestAlgorithms,
    /// A digest algorithm has parameters.
    #[error("a digest algorithm has parameters")]
    DigestParameters,
}

/// What a signature value covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Covers {
    /// The signed attributes, as stored and with the tag of a SET.
    Attributes,
    /// The content carried.
    Content,
    /// The original, which is not carried.
    Original,
}

/// The reading of GB/T 35275 and RFC 5652 that a message follows; the numbers are those of the
/// table in `CONFORMANCE.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Variant {
    /// Family of identifiers.
    pub family: Family,
    /// The content.
    pub content: ContentFact,
    /// What is signed.
    pub covers: Covers,
}

impl fmt::Display for Variant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = match self.content {
            ContentFact::Detached => "detached",
            ContentFact::Original => "with the original as content",
            ContentFact::DigestOfOriginal => "with the original's digest as content",
            ContentFact::Other => "with another content",
            ContentFact::Unchecked => "with content",
        };
        let covers = match self.covers {
            Covers::Attributes => "signed over attributes",
            Covers::Content => "signed over the content",
            Covers::Original => "signed over the original",
        };
        write!(f, "{}, {content}, {covers}", self.family)
    }
}

/// Facts about signed attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttributeFacts {
    /// Identifiers in stored order.
    pub ids: Vec<Oid>,
    /// Identifiers that occur more than once.
    pub repeated: Vec<Oid>,
    /// Whether they stand in the order of DER.
    pub sorted: bool,
    /// `contentType` against the content's type.
    pub content_type: Binding,
    /// Whether `messageDigest` is there and readable; its value is judged in `data`.
    pub message_digest: bool,
    /// `signingTime`, by the signer's own word.
    pub signing_time: Option<OffsetDateTime>,
    /// `signingCertificate` (RFC 2634, SHA-1) against the signer's certificate.
    pub signing_certificate: Binding,
    /// `signingCertificateV2` (RFC 5035) against the signer's certificate.
    pub signing_certificate_v2: Binding,
    /// `CMSAlgorithmProtection` (RFC 6211) against the algorithms named outside.
    pub algorithm_protection: Binding,
}

/// Whether an attribute agrees with what it speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// There is no such attribute.
    Absent,
    /// It agrees.
    Same,
    /// It does not agree.
    Different,
    /// It is malformed, or names an algorithm that is not supported.
    Unreadable,
}

impl CmsFacts {
    /// Which reading matched.
    #[must_use]
    pub fn variant(&self) -> Variant {
        Variant { family: self.family, content: self.content, covers: self.covers }
    }
}
