//! The structures, laid beside the standards. Everything borrows from the bytes it was read from.

use super::{SEAL_BYTES_MAX, SIGNATURE_BYTES_MAX, SesError, read, v1, v4, within};
use crate::der::{Reader, tag};
use crate::oid::Oid;
use std::borrow::Cow;
use std::fmt;
use time::OffsetDateTime;

/// Which edition of the standard a structure follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Edition {
    /// GM/T 0031-2014, and the older drafts that share its structure.
    V1,
    /// GB/T 38540-2020.
    V4,
    /// GM/T 0031-2025.
    V5,
}

impl Edition {
    /// The version number that this edition writes in headers.
    #[must_use]
    pub fn version(self) -> u8 {
        match self {
            Self::V1 => 1,
            Self::V4 => 4,
            Self::V5 => 5,
        }
    }

    /// The standard's designation.
    #[must_use]
    pub fn standard(self) -> &'static str {
        match self {
            Self::V1 => "GM/T 0031-2014",
            Self::V4 => "GB/T 38540-2020",
            Self::V5 => "GM/T 0031-2025",
        }
    }
}

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{} ({})", self.version(), self.standard())
    }
}

/// An electronic seal: what the seal maker says about a picture, and the maker's signature.
///
/// v1: `SESeal ::= SEQUENCE { esealInfo SES_SealInfo, signInfo SES_SignInfo }`, GM/T 0031-2014 5.1;
/// v4: `SESeal ::= SEQUENCE { eSealInfo SES_SealInfo, cert OCTET STRING,
/// signAlgID OBJECT IDENTIFIER, signedValue BIT STRING }`; v5 adds `timeStamp [0] BIT STRING`.
#[derive(Clone, Debug)]
pub struct Seal<'a> {
    /// The edition, by structure first and header second.
    pub edition: Edition,
    /// The whole seal as stored.
    pub raw: &'a [u8],
    /// What the maker vouches for.
    pub info: SealInfo<'a>,
    /// DER of the seal maker's certificate.
    pub certificate: &'a [u8],
    /// The signature algorithm as written.
    pub algorithm: Oid,
    /// The maker's signature value.
    pub signature: &'a [u8],
    /// Time stamp token over `signature` (v5).
    pub time_stamp: Option<&'a [u8]>,
    pub(super) signed: Cow<'a, [u8]>,
}

/// `SES_SealInfo`: header, identifier, property, picture and extensions of one seal.
#[derive(Clone, Debug)]
pub struct SealInfo<'a> {
    /// The element as stored.
    pub raw: &'a [u8],
    /// `header.version`.
    pub version: i64,
    /// `header.Vid`: the system that made the seal.
    pub vendor: String,
    /// `esID`: identifier of the seal, by convention its 14-digit seal code.
    pub id: String,
    /// Names, signers and period.
    pub property: Property<'a>,
    /// The picture.
    pub picture: Picture<'a>,
    /// `extDatas`.
    pub extensions: Vec<Extension<'a>>,
}

/// `SES_ESPropertyInfo`: what the seal is, who may sign with it, and when.
#[derive(Clone, Debug)]
pub struct Property<'a> {
    /// `type`: meaningful only with the maker's own table.
    pub kind: i64,
    /// `name` of the seal.
    pub name: String,
    /// `certListType` (v4, v5): 1 certificates, 2 digests.
    pub list_type: Option<i64>,
    /// `certList`: who may sign with the seal.
    pub list: Vec<Listed<'a>>,
    /// `createDate`.
    pub created: OffsetDateTime,
    /// `validStart`.
    pub valid_from: OffsetDateTime,
    /// `validEnd`.
    pub valid_to: OffsetDateTime,
}

/// One entry of the list of signers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listed<'a> {
    /// A certificate (DER).
    Certificate(&'a [u8]),
    /// `CertDigestObj ::= SEQUENCE { type PrintableString, value OCTET STRING }`.
    Digest {
        /// The digest algorithm as the maker wrote it.
        algorithm: String,
        /// Digest of the whole certificate.
        value: &'a [u8],
    },
    /// Something else: met as a placeholder in old seals; it allows nobody to sign.
    Other(&'a [u8]),
}

/// `SES_ESPictrueInfo` (the standard's spelling): the picture of the seal.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    /// `type`: PNG, png, ofd …; compare without regard to case.
    pub kind: String,
    /// The file.
    pub bytes: &'a [u8],
    /// Width in millimeters.
    pub width_mm: i64,
    /// Height in millimeters.
    pub height_mm: i64,
}

/// `ExtData ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE,
/// extnValue OCTET STRING }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension<'a> {
    /// `extnID`.
    pub id: Oid,
    /// `critical`; an explicit FALSE, which DER forbids, occurs in real seals.
    pub critical: bool,
    /// Content of `extnValue`.
    pub value: &'a [u8],
}

/// A seal put on something: `SES_Signature`.
///
/// v1: `SEQUENCE { toSign TBS_Sign, signature BIT STRING }`; v4 and v5: `SEQUENCE { toSign
/// TBS_Sign, cert OCTET STRING, signatureAlgID OBJECT IDENTIFIER, signature BIT STRING,
/// timeStamp [0] BIT STRING OPTIONAL }`.
#[derive(Clone, Debug)]
pub struct SealSignature<'a> {
    /// The edition, by structure first and by the seal's header second.
    pub edition: Edition,
    /// The whole structure as stored.
    pub raw: &'a [u8],
    /// `toSign` as stored: what the sealer signed.
    pub to_sign: &'a [u8],
    /// `TBS_Sign.version`.
    pub version: i64,
    /// The seal.
    pub seal: Seal<'a>,
    /// When it was sealed, by the sealer's own word.
    pub time: TimeInfo<'a>,
    /// Digest of the original.
    pub data_hash: &'a [u8],
    /// What was protected: in OFD a path in the package.
    pub property_info: String,
    /// `extDatas` of `TBS_Sign` (v4, v5).
    pub extensions: Vec<Extension<'a>>,
    /// DER of the sealer's certificate.
    pub certificate: &'a [u8],
    /// The signature algorithm as written.
    pub algorithm: Oid,
    /// The sealer's signature value.
    pub signature: &'a [u8],
    /// Time stamp token over `signature`.
    pub time_stamp: Option<&'a [u8]>,
}

/// The `timeInfo` of a seal signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeInfo<'a> {
    /// A time.
    Time(OffsetDateTime),
    /// A time stamp token in place of a time (v1).
    Token(&'a [u8]),
    /// Neither.
    Unreadable(&'a [u8]),
}

impl<'a> Seal<'a> {
    /// Reads a seal of any edition; `bytes` must hold nothing else.
    ///
    /// # Errors
    /// The structure is of no edition, or something exceeds its budget.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, SesError> {
        within("seal", bytes.len(), SEAL_BYTES_MAX)?;
        read::seal(&Reader::only(bytes, tag::SEQUENCE)?)
    }

    /// The bytes that the maker's signature covers. v1: a SEQUENCE of the information, the
    /// certificate and the algorithm, each as stored (GM/T 0031-2014 5.1); v4 and v5: the
    /// information alone, as stored.
    #[must_use]
    pub fn signed_bytes(&self) -> &[u8] {
        &self.signed
    }
}

impl<'a> SealSignature<'a> {
    /// Reads a seal signature of any edition; `bytes` must hold nothing else.
    ///
    /// # Errors
    /// The structure is of no edition, or something exceeds its budget.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, SesError> {
        within("seal signature", bytes.len(), SIGNATURE_BYTES_MAX)?;
        let outer = Reader::only(bytes, tag::SEQUENCE)?;
        let parts = read::elements("seal signature", outer.reader(), 6)?;
        match parts.len() {
            2 => v1::signature(&outer, &parts),
            4 | 5 => v4::signature(&outer, &parts),
            found => Err(SesError::Elements { what: "seal signature", found }),
        }
    }
}
