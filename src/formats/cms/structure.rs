//! The structures, laid beside RFC 5652 clause 5 and GB/T 35275 clause 7. Everything borrows.

use super::{CmsError, read};
use crate::der::{Element, Reader, tag};
use crate::oid::{self, Oid};
use std::fmt;

/// Which family of identifiers a message uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// GB/T 35275 (1.2.156.10197.6.1.4.2.…).
    Gm,
    /// PKCS#7 and RFC 5652 (1.2.840.113549.1.7.…).
    Pkcs7,
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Gm => "GB/T 35275",
            Self::Pkcs7 => "CMS",
        })
    }
}

/// `SignedData ::= SEQUENCE { version, digestAlgorithms, encapContentInfo, certificates [0]
/// IMPLICIT OPTIONAL, crls [1] IMPLICIT OPTIONAL, signerInfos }` inside its ContentInfo.
#[derive(Clone, Debug)]
pub struct SignedData<'a> {
    /// The whole ContentInfo as stored.
    pub raw: &'a [u8],
    /// Family of the outer identifier.
    pub family: Family,
    /// `version`.
    pub version: i64,
    /// `digestAlgorithms`.
    pub digest_algorithms: Vec<Element<'a>>,
    /// `eContentType` (RFC) or `contentType` of the inner contentInfo (GB/T).
    pub content_type: Oid,
    /// Value octets of the content, when it is carried.
    pub content: Option<&'a [u8]>,
    /// DER of the certificates carried.
    pub certificates: Vec<&'a [u8]>,
    /// Attribute certificates and the like, which are passed over.
    pub other_certificates: usize,
    /// The `RevocationInfoChoices` carried: lists, and tagged ones of other kinds.
    pub crls: Vec<Element<'a>>,
    /// `signerInfos`.
    pub signers: Vec<SignerInfo<'a>>,
}

/// `SignerInfo ::= SEQUENCE { version, sid, digestAlgorithm, signedAttrs [0] IMPLICIT OPTIONAL,
/// signatureAlgorithm, signature, unsignedAttrs [1] IMPLICIT OPTIONAL }`.
#[derive(Clone, Debug)]
pub struct SignerInfo<'a> {
    /// `version`.
    pub version: i64,
    /// Which certificate signed.
    pub id: SignerId<'a>,
    /// `digestAlgorithm`.
    pub digest_algorithm: Element<'a>,
    /// `signedAttrs`.
    pub signed_attributes: Option<SignedAttributes<'a>>,
    /// `signatureAlgorithm`.
    pub signature_algorithm: Element<'a>,
    /// `signature`.
    pub signature: &'a [u8],
    /// `unsignedAttrs`.
    pub unsigned_attributes: Vec<Attribute<'a>>,
}

/// `SignerIdentifier ::= CHOICE { issuerAndSerialNumber, subjectKeyIdentifier [0] }`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignerId<'a> {
    /// Issuer name (the whole element) and serial number (content octets).
    IssuerSerial {
        /// The issuer's name as stored.
        issuer: &'a [u8],
        /// Content octets of the serial number.
        serial: &'a [u8],
    },
    /// Subject key identifier.
    KeyIdentifier(&'a [u8]),
}

/// The signed attributes, in stored order.
#[derive(Clone, Debug)]
pub struct SignedAttributes<'a> {
    /// The element as stored, beginning with its tag `a0`.
    pub raw: &'a [u8],
    /// Each attribute.
    pub list: Vec<Attribute<'a>>,
}

impl<'a> SignedAttributes<'a> {
    /// What is signed: the attributes as a SET OF, that is with the first byte 31 in place of a0
    /// and otherwise as stored. Some signers do not sort them; sorting would break those.
    #[must_use]
    pub fn signed_bytes(&self) -> [&'a [u8]; 2] {
        [&[tag::SET], &self.raw[1..]]
    }

    /// True when the attributes are in the order that DER asks of a SET OF.
    #[must_use]
    pub fn sorted(&self) -> bool {
        self.list.is_sorted_by_key(|attribute| attribute.raw)
    }

    /// All attributes of one type; a well-formed signature has at most one.
    pub fn of(&self, id: &Oid) -> impl Iterator<Item = &Attribute<'a>> {
        self.list.iter().filter(move |attribute| attribute.id == *id)
    }
}

/// `Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }`.
#[derive(Clone, Debug)]
pub struct Attribute<'a> {
    /// The whole attribute as stored.
    pub raw: &'a [u8],
    /// `attrType`.
    pub id: Oid,
    /// `attrValues`.
    pub values: Vec<Element<'a>>,
}

impl<'a> SignedData<'a> {
    /// Reads one ContentInfo that holds a SignedData; `bytes` must hold nothing else.
    ///
    /// # Errors
    /// Not DER, not signedData of either family, or something exceeds its budget.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, CmsError> {
        let mut reader = Reader::only(bytes, tag::SEQUENCE)?.reader();
        let outer = reader.read(tag::OID)?.oid()?;
        let family = match () {
            () if outer == oid::GM_SIGNED_DATA => Family::Gm,
            () if outer == oid::SIGNED_DATA => Family::Pkcs7,
            () => return Err(CmsError::NotSignedData { found: outer.to_string() }),
        };
        let content = reader.read(tag::context(0))?;
        reader.finish()?;
        read::signed_data(bytes, family, Reader::only(content.content(), tag::SEQUENCE)?)
    }
}
