//! What is found in a seal and in a seal signature. No opinion: `domain` judges.

use super::Edition;
use crate::oid::Oid;
use crate::proof::{CertificateFact, DigestFact, SignatureFact};
use std::fmt;
use time::OffsetDateTime;

/// Facts about a seal.
#[derive(Clone, Debug)]
pub struct SealFacts {
    /// The edition, by structure first.
    pub edition: Edition,
    /// The whole seal as stored.
    pub bytes: Vec<u8>,
    /// The version that the header claims.
    pub header_version: i64,
    /// The system that made the seal.
    pub vendor: String,
    /// Identifier of the seal.
    pub id: String,
    /// Kind of seal; meaningful only with the maker's own table.
    pub kind: i64,
    /// Name of the seal.
    pub name: String,
    /// Who may sign with it.
    pub listed: Vec<ListedFact>,
    /// When it was made, by the maker's word.
    pub created: OffsetDateTime,
    /// First moment of its period.
    pub valid_from: OffsetDateTime,
    /// Last moment of its period.
    pub valid_to: OffsetDateTime,
    /// The picture.
    pub picture: PictureFacts,
    /// Extensions; none is known to this program.
    pub extensions: Vec<ExtensionFact>,
    /// The seal maker's certificate.
    pub maker: CertificateFact,
    /// The signature algorithm as written.
    pub algorithm: Oid,
    /// The maker's signature over the seal.
    pub signature: SignatureFact,
    /// Time stamp token over the maker's signature (v5).
    pub time_stamp: Option<Vec<u8>>,
    /// The maker's signature value, which a time stamp covers.
    pub signature_value: Vec<u8>,
}

/// The picture of a seal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureFacts {
    /// The type as written: PNG, png, ofd …
    pub kind: String,
    /// The file.
    pub bytes: Vec<u8>,
    /// Width in millimeters.
    pub width_mm: i64,
    /// Height in millimeters.
    pub height_mm: i64,
}

/// One entry of a seal's list of signers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ListedFact {
    /// A certificate, DER.
    Certificate(Vec<u8>),
    /// A digest of a certificate.
    Digest {
        /// The algorithm as written.
        algorithm: String,
        /// The value.
        value: Vec<u8>,
    },
    /// Neither; it allows nobody to sign.
    Other,
}

/// One extension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionFact {
    /// Its identifier.
    pub id: Oid,
    /// Whether a reader that does not know it must say so.
    pub critical: bool,
}

/// Facts about a seal signature.
#[derive(Clone, Debug)]
pub struct SealSignatureFacts {
    /// The edition, by structure first.
    pub edition: Edition,
    /// The version that `TBS_Sign` claims.
    pub version: i64,
    /// The seal.
    pub seal: SealFacts,
    /// When it was sealed.
    pub time: TimeFact,
    /// Digest of the original, as stored.
    pub data_hash: Vec<u8>,
    /// Whether it is the original's.
    pub data: DigestFact,
    /// What was protected, as written.
    pub property_info: String,
    /// Extensions of the signature; none is known to this program.
    pub extensions: Vec<ExtensionFact>,
    /// The sealer's certificate.
    pub signer: CertificateFact,
    /// The signature algorithm as written.
    pub algorithm: Oid,
    /// The sealer's signature.
    pub signature: SignatureFact,
    /// Whether the seal names the sealer.
    pub listing: Listing,
    /// Time stamp token over the sealer's signature.
    pub time_stamp: Option<Vec<u8>>,
    /// The sealer's signature value, which a time stamp covers.
    pub signature_value: Vec<u8>,
}

/// The moment of sealing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimeFact {
    /// By the sealer's own word.
    Claimed(OffsetDateTime),
    /// A time stamp token stands in place of a time (v1).
    Token(Vec<u8>),
    /// Not readable.
    Unreadable,
}

/// Whether a seal names the certificate that was used with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Listing {
    /// The same certificate, byte for byte.
    Certificate,
    /// A digest of it.
    Digest,
    /// Neither.
    Absent,
    /// The list has digests of an algorithm that is not supported, and no other match.
    Undecidable {
        /// The algorithm as written.
        algorithm: String,
    },
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Certificate => f.write_str("listed by certificate"),
            Self::Digest => f.write_str("listed by digest"),
            Self::Absent => f.write_str("not listed"),
            Self::Undecidable { algorithm } => write!(f, "listed by unknown digest {algorithm}"),
        }
    }
}

impl SealFacts {
    /// Whether the seal names `certificate` (DER).
    #[must_use]
    pub fn lists(&self, certificate: &[u8]) -> Listing {
        super::examine::listing(&self.listed, certificate)
    }
}
