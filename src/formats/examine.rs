//! A file of any kind to facts: what it is, its digests, and each signature in it.

use crate::algorithm::Digest;
use crate::cms::{self, CmsError, CmsFacts, RevocationMaterial};
use crate::container::{self, Kind};
use crate::pdf::{self, Limits, PdfError, PdfFacts, PictureMatch};
use crate::ses::{self, SealFacts, SealSignatureFacts, SesError, TimeFact};
use crate::tsp::{self, TimeStampFacts, TspError};
use crate::x509::{Certificate, PemError, X509Error};

/// Facts about one file.
#[derive(Clone, Debug)]
pub struct FileFacts {
    /// What it is, by its bytes.
    pub kind: Kind,
    /// Its size in bytes.
    pub len: usize,
    /// Its SHA-256.
    pub sha256: Vec<u8>,
    /// Its SM3.
    pub sm3: Vec<u8>,
    /// The PDF around the signatures.
    pub document: Option<DocumentFacts>,
    /// The signatures in the order of the file (for a bare seal or a certificate: that), or why
    /// nothing can be read.
    pub signatures: Result<Vec<SignatureFacts>, FileError>,
}

/// Facts about a PDF as a whole.
#[derive(Clone, Debug)]
pub struct DocumentFacts {
    /// Oldest first.
    pub revisions: Vec<pdf::Revision>,
    /// What is wrong with the structure, in any revision.
    pub defects: Vec<pdf::Defect>,
    /// Objects that look like signatures and belong to no field.
    pub strays: Vec<(pdf::Id, pdf::Span)>,
    /// What the document keeps for validators.
    pub kept: Vec<KeptFacts>,
    /// What the document would do by itself.
    pub active: Vec<pdf::ActiveFinding>,
}

/// Validation material that one revision of a PDF added; nothing of it is believed for standing
/// there.
#[derive(Clone, Debug)]
pub struct KeptFacts {
    /// The revision, from 0, the oldest.
    pub revision: usize,
    /// Certificates that can be read.
    pub certificates: Vec<Certificate>,
    /// Lists and answers.
    pub found: RevocationMaterial,
}

impl KeptFacts {
    fn of(kept: pdf::KeptMaterial) -> Self {
        let pdf::KeptMaterial { revision, material } = kept;
        let certificates = material.certificates.iter();
        Self {
            revision,
            certificates: certificates.filter_map(|der| Certificate::parse(der).ok()).collect(),
            found: RevocationMaterial::kept(&material.crls, &material.ocsp_responses),
        }
    }
}

/// Why nothing can be said of a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// A kind of file that is not read.
    #[error("{0} files are not read")]
    Unsupported(Kind),
    /// A PDF that cannot be read without repairing it.
    #[error(transparent)]
    Pdf(#[from] PdfError),
    /// No certificate.
    #[error(transparent)]
    Certificate(#[from] X509Error),
    /// No certificates in text form.
    #[error(transparent)]
    Pem(#[from] PemError),
    /// Text that is not UTF-8 where text is expected.
    #[error("the text is not UTF-8")]
    Text,
    /// The examination was ended before it came to an end.
    #[error("the examination took more time or memory than one file may")]
    Unfinished,
}

/// Facts about one signature.
#[derive(Clone, Debug)]
pub struct SignatureFacts {
    /// Its structure.
    pub payload: Payload,
    /// Whether only zeros follow the structure.
    pub padding_is_clean: bool,
    /// Its place in a PDF.
    pub pdf: Option<pdf::SignatureFacts>,
    /// Whether a PDF shows the picture of the seal.
    pub picture: Option<PictureMatch>,
    /// Time stamps inside the structure.
    pub stamps: Vec<StampFacts>,
}

/// A time stamp inside a signature's structure.
#[derive(Clone, Debug)]
pub struct StampFacts {
    /// What it stamps.
    pub over: Stamped,
    /// The token.
    pub token: Result<TimeStampFacts, TspError>,
}

/// What a time stamp stamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stamped {
    /// The signature value.
    Signature,
    /// The seal maker's signature value.
    Seal,
    /// It stands in place of a time (v1); what it stamps is not written down.
    InPlaceOfTime,
}

impl SignatureFacts {
    /// A structure that is a file of its own.
    fn bare(payload: Payload) -> Self {
        let stamps = stamps(&payload);
        Self { payload, padding_is_clean: true, pdf: None, picture: None, stamps }
    }
}

/// The structure of a signature.
#[derive(Clone, Debug)]
pub enum Payload {
    /// A signed message.
    Cms(Box<CmsFacts>),
    /// A seal signature.
    Ses(Box<SealSignatureFacts>),
    /// A time stamp over the document.
    TimeStamp(Box<TimeStampFacts>),
    /// A seal by itself.
    Seal(Box<SealFacts>),
    /// A certificate by itself.
    Certificate(Certificate),
    /// None of these.
    Unreadable(PayloadError),
}

/// Why a signature's structure cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Not a signed message.
    #[error(transparent)]
    Cms(#[from] CmsError),
    /// Not a seal or a seal signature.
    #[error(transparent)]
    Ses(#[from] SesError),
    /// Not a time-stamp token.
    #[error(transparent)]
    Tsp(#[from] TspError),
    /// Neither, by its first bytes.
    #[error("neither a signed message nor a seal signature")]
    Neither,
    /// The covered bytes of all signatures together are more than are digested.
    #[error("the signatures together cover more than is digested for one file")]
    Exhausted,
    /// A kind of PDF signature that is not read.
    #[error("signatures of kind {0} are not read")]
    SubFilter(String),
}

/// Bytes digested for one PDF besides its own length: ten signatures over 50 MB, or the most
/// signatures that are read over 1 MB each; about two seconds of SM3.
const DIGESTED_BYTES_MAX: usize = 512 << 20;

impl FileFacts {
    /// What can be said of a file whose examination was ended.
    #[must_use]
    pub fn unfinished(bytes: &[u8]) -> Self {
        Self {
            kind: container::recognise(bytes),
            len: bytes.len(),
            sha256: Digest::Sha256.hash(&[bytes]),
            sm3: Digest::Sm3.hash(&[bytes]),
            document: None,
            signatures: Err(FileError::Unfinished),
        }
    }
}

/// Examines a file; `original` is the document of a bare signature that does not carry it.
#[must_use]
pub fn examine(bytes: &[u8], original: Option<&[u8]>, limits: &Limits) -> FileFacts {
    let kind = container::recognise(bytes);
    let mut facts = FileFacts {
        kind,
        len: bytes.len(),
        sha256: Digest::Sha256.hash(&[bytes]),
        sm3: Digest::Sm3.hash(&[bytes]),
        document: None,
        signatures: Ok(Vec::new()),
    };
    let parts = original.map(|bytes| [bytes]);
    let original = parts.as_ref().map(|parts| &parts[..]);
    let bare = |payload| Ok(vec![SignatureFacts::bare(payload)]);
    facts.signatures = match kind {
        Kind::Pdf => match pdf::examine(bytes, limits) {
            Ok(PdfFacts { revisions, defects, signatures, strays, kept, active }) => {
                let kept = kept.into_iter().map(KeptFacts::of).collect();
                facts.document = Some(DocumentFacts { revisions, defects, strays, kept, active });
                let mut room = DIGESTED_BYTES_MAX + bytes.len();
                let judged = |place| in_pdf(bytes, place, limits, &mut room);
                Ok(signatures.into_iter().map(judged).collect())
            }
            Err(error) => Err(error.into()),
        },
        Kind::Seal => bare(
            ses::examine_seal(bytes)
                .map_or_else(unreadable, |facts| Payload::Seal(Box::new(facts))),
        ),
        Kind::SealSignature => bare(seal_signature(bytes, original)),
        Kind::Cms => bare(message(bytes, original)),
        Kind::Certificate => certificates(bytes),
        Kind::Ofd | Kind::Unknown => Err(FileError::Unsupported(kind)),
    };
    facts
}

fn unreadable(error: impl Into<PayloadError>) -> Payload {
    Payload::Unreadable(error.into())
}

fn seal_signature(der: &[u8], original: Option<&[&[u8]]>) -> Payload {
    ses::examine(der, original).map_or_else(unreadable, |facts| Payload::Ses(Box::new(facts)))
}

fn message(der: &[u8], original: Option<&[&[u8]]>) -> Payload {
    if tsp::is_token(der) {
        return tsp::examine(der, original)
            .map_or_else(unreadable, |facts| Payload::TimeStamp(Box::new(facts)));
    }
    cms::examine(der, original).map_or_else(unreadable, |facts| Payload::Cms(Box::new(facts)))
}

fn certificates(bytes: &[u8]) -> Result<Vec<SignatureFacts>, FileError> {
    let all = if bytes.first() == Some(&0x30) {
        vec![Certificate::parse(bytes)?]
    } else {
        Certificate::all_from_pem(std::str::from_utf8(bytes).map_err(|_| FileError::Text)?)?
    };
    Ok(all.into_iter().map(|one| SignatureFacts::bare(Payload::Certificate(one))).collect())
}

/// The first bytes of `/Contents` decide what a signature is, not the names beside it; of those
/// only the ones that mean another way of digesting are heeded.
fn in_pdf(
    file: &[u8],
    place: pdf::SignatureFacts,
    limits: &Limits,
    room: &mut usize,
) -> SignatureFacts {
    let covered = place.signed.message(file);
    let len = covered.map_or(0, |parts| parts.iter().map(|part| part.len()).sum());
    let rest = room.checked_sub(len);
    *room = rest.unwrap_or(*room);
    let original = covered.as_ref().map(|parts| &parts[..]);
    let payload = match place.signed.sub_filter.as_deref() {
        Some(other @ ("adbe.pkcs7.sha1" | "adbe.x509.rsa_sha1")) => {
            Payload::Unreadable(PayloadError::SubFilter(other.to_owned()))
        }
        _ if rest.is_none() => Payload::Unreadable(PayloadError::Exhausted),
        _ => match container::payload(&place.signed.contents) {
            Some(found) if found.kind == Kind::Cms => message(found.der, original),
            Some(found) if found.kind == Kind::SealSignature => seal_signature(found.der, original),
            _ => Payload::Unreadable(PayloadError::Neither),
        },
    };
    let picture = match &payload {
        Payload::Ses(facts) => {
            Some(pdf::matches_picture(&place.shown, &facts.seal.picture.bytes, limits))
        }
        _ => None,
    };
    let padding_is_clean = place.signed.padding().iter().all(|byte| *byte == 0);
    let stamps = stamps(&payload);
    SignatureFacts { payload, padding_is_clean, pdf: Some(place), picture, stamps }
}

fn stamps(payload: &Payload) -> Vec<StampFacts> {
    let seal = |facts: &SealFacts| {
        let token = facts.time_stamp.as_ref()?;
        Some(stamp(Stamped::Seal, token, Some(&facts.signature_value)))
    };
    match payload {
        Payload::Cms(facts) => {
            let value = &facts.signature_value;
            let all = facts.time_stamps.iter();
            all.map(|token| stamp(Stamped::Signature, token, Some(value))).collect()
        }
        Payload::Ses(facts) => {
            let value = &facts.signature_value;
            let own = facts.time_stamp.as_ref();
            let own = own.map(|token| stamp(Stamped::Signature, token, Some(value)));
            let in_place = match &facts.time {
                TimeFact::Token(token) => Some(stamp(Stamped::InPlaceOfTime, token, None)),
                TimeFact::Claimed(_) | TimeFact::Unreadable => None,
            };
            [own, in_place, seal(&facts.seal)].into_iter().flatten().collect()
        }
        Payload::Seal(facts) => seal(facts).into_iter().collect(),
        Payload::TimeStamp(_) | Payload::Certificate(_) | Payload::Unreadable(_) => Vec::new(),
    }
}

fn stamp(over: Stamped, token: &[u8], stamped: Option<&Vec<u8>>) -> StampFacts {
    let parts = stamped.map(|bytes| [bytes.as_slice()]);
    StampFacts { over, token: tsp::examine(token, parts.as_ref().map(|parts| &parts[..])) }
}
