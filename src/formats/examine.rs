//! A file of any kind to facts: what it is, its digests, and each signature in it.

use crate::algorithm::Digest;
use crate::cms::{self, CmsError, CmsFacts, RevocationMaterial};
use crate::container::{self, Kind};
use crate::original::{Beginnings, Original};
use crate::pdf::{self, Limits, PdfError, PdfFacts, PictureMatch};
use crate::seen::Seen;
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

impl FileFacts {
    fn new(
        kind: Kind,
        digests: &Beginnings<'_>,
        document: Option<DocumentFacts>,
        signatures: Result<Vec<SignatureFacts>, FileError>,
    ) -> Self {
        let (sha256, sm3) = (digests.whole(Digest::Sha256), digests.whole(Digest::Sm3));
        Self { kind, len: digests.len(), sha256, sm3, document, signatures }
    }
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
    /// What the document said about itself when it was made: names and texts.
    pub information: Vec<(String, String)>,
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
    fn of(kept: pdf::KeptMaterial, seen: &mut Seen) -> Self {
        let pdf::KeptMaterial { revision, material } = kept;
        let certificates = material.certificates.iter();
        Self {
            revision,
            certificates: certificates.filter_map(|der| seen.certificate(der).ok()).collect(),
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
        let stamps = stamps(&payload, &mut Seen::default());
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
    if kind == Kind::Pdf {
        return document(bytes, limits);
    }
    let parts = original.map(|bytes| [bytes]);
    let original = parts.as_ref().map(|parts| Original::new(parts));
    let mut seen = Seen::default();
    let bare = |payload| Ok(vec![SignatureFacts::bare(payload)]);
    let signatures = match kind {
        Kind::Seal => bare(
            ses::examine_seal(bytes)
                .map_or_else(unreadable, |facts| Payload::Seal(Box::new(facts))),
        ),
        Kind::SealSignature => bare(seal_signature(bytes, original, &mut seen)),
        Kind::Cms => bare(message(bytes, original, &mut seen)),
        Kind::Certificate => certificates(bytes),
        Kind::Pdf | Kind::Ofd | Kind::Unknown => Err(FileError::Unsupported(kind)),
    };
    FileFacts::new(kind, &Beginnings::new(bytes, []), None, signatures)
}

/// Examines a PDF: each byte is digested once for each algorithm, whatever signatures cover it.
fn document(bytes: &[u8], limits: &Limits) -> FileFacts {
    let PdfFacts { revisions, defects, signatures, strays, kept, active, information } =
        match pdf::examine(bytes, limits) {
            Ok(facts) => facts,
            Err(error) => {
                let digests = Beginnings::new(bytes, []);
                return FileFacts::new(Kind::Pdf, &digests, None, Err(error.into()));
            }
        };
    let mut seen = Seen::default();
    let kept = kept.into_iter().map(|one| KeptFacts::of(one, &mut seen)).collect();
    let document = DocumentFacts { revisions, defects, strays, kept, active, information };
    let covered = signatures.iter().filter_map(|place| place.signed.covered.as_ref());
    let digests = Beginnings::new(bytes, covered.map(|[first, _]| first.end));
    let mut once =
        Once { file: bytes, digests: &digests, seen, room: DIGESTED_BYTES_MAX + bytes.len() };
    let signatures = signatures.into_iter().map(|place| once.signature(place, limits)).collect();
    FileFacts::new(Kind::Pdf, &digests, Some(document), Ok(signatures))
}

fn unreadable(error: impl Into<PayloadError>) -> Payload {
    Payload::Unreadable(error.into())
}

fn seal_signature(der: &[u8], original: Option<Original<'_>>, seen: &mut Seen) -> Payload {
    ses::examine_over(der, original, seen)
        .map_or_else(unreadable, |facts| Payload::Ses(Box::new(facts)))
}

fn message(der: &[u8], original: Option<Original<'_>>, seen: &mut Seen) -> Payload {
    if tsp::is_token(der) {
        return tsp::examine_over(der, original, seen)
            .map_or_else(unreadable, |facts| Payload::TimeStamp(Box::new(facts)));
    }
    cms::examine_over(der, original, seen)
        .map_or_else(unreadable, |facts| Payload::Cms(Box::new(facts)))
}

fn certificates(bytes: &[u8]) -> Result<Vec<SignatureFacts>, FileError> {
    let all = if bytes.first() == Some(&0x30) {
        vec![Certificate::parse(bytes)?]
    } else {
        Certificate::all_from_pem(std::str::from_utf8(bytes).map_err(|_| FileError::Text)?)?
    };
    Ok(all.into_iter().map(|one| SignatureFacts::bare(Payload::Certificate(one))).collect())
}

/// What is done once for all signatures of a PDF.
struct Once<'a> {
    file: &'a [u8],
    digests: &'a Beginnings<'a>,
    seen: Seen,
    /// Bytes that may still be digested.
    room: usize,
}

impl Once<'_> {
    fn signature(&mut self, place: pdf::SignatureFacts, limits: &Limits) -> SignatureFacts {
        let payload = self.payload(&place.signed);
        let picture = match &payload {
            Payload::Ses(facts) => {
                Some(pdf::matches_picture(&place.shown, &facts.seal.picture.bytes, limits))
            }
            _ => None,
        };
        let padding_is_clean = place.signed.padding().iter().all(|byte| *byte == 0);
        let stamps = stamps(&payload, &mut self.seen);
        SignatureFacts { payload, padding_is_clean, pdf: Some(place), picture, stamps }
    }

    /// The first bytes of `/Contents` decide what a signature is, not the names beside it; of those
    /// only the ones that mean another way of digesting are heeded.
    fn payload(&mut self, signed: &pdf::SignedField) -> Payload {
        if let Some(other @ ("adbe.pkcs7.sha1" | "adbe.x509.rsa_sha1")) =
            signed.sub_filter.as_deref()
        {
            return Payload::Unreadable(PayloadError::SubFilter(other.to_owned()));
        }
        let parts = signed.message(self.file);
        let len = parts.map_or(0, |parts| parts.iter().map(|part| part.len()).sum());
        let Some(room) = self.room.checked_sub(len) else {
            return Payload::Unreadable(PayloadError::Exhausted);
        };
        self.room = room;
        let from_start = signed.covered.as_ref().is_some_and(|[first, _]| first.start == 0);
        let original = parts.as_ref().map(|parts| match from_start {
            true => Original::beginning(parts, self.digests),
            false => Original::new(parts),
        });
        let seen = &mut self.seen;
        match container::payload(&signed.contents) {
            Some(found) if found.kind == Kind::Cms => message(found.der, original, seen),
            Some(found) if found.kind == Kind::SealSignature => {
                seal_signature(found.der, original, seen)
            }
            _ => Payload::Unreadable(PayloadError::Neither),
        }
    }
}

/// A token, what it is said to stamp, and the bytes of that.
type Token<'a> = (Stamped, &'a [u8], Option<&'a [u8]>);

fn stamps(payload: &Payload, seen: &mut Seen) -> Vec<StampFacts> {
    let tokens: Vec<Token<'_>> = match payload {
        Payload::Cms(facts) => {
            let over = |token| (Stamped::Signature, token, Some(&facts.signature_value[..]));
            facts.time_stamps.iter().map(|token| over(&token[..])).collect()
        }
        Payload::Ses(facts) => {
            let own = facts.time_stamp.as_deref();
            let own =
                own.map(|token| (Stamped::Signature, token, Some(&facts.signature_value[..])));
            let in_place = match &facts.time {
                TimeFact::Token(token) => Some((Stamped::InPlaceOfTime, &token[..], None)),
                TimeFact::Claimed(_) | TimeFact::Unreadable => None,
            };
            [own, in_place, over_seal(&facts.seal)].into_iter().flatten().collect()
        }
        Payload::Seal(facts) => over_seal(facts).into_iter().collect(),
        Payload::TimeStamp(_) | Payload::Certificate(_) | Payload::Unreadable(_) => Vec::new(),
    };
    let stamp = |(over, token, stamped): Token<'_>| {
        let parts = stamped.map(|bytes| [bytes]);
        let original = parts.as_ref().map(|parts| Original::new(parts));
        StampFacts { over, token: tsp::examine_over(token, original, seen) }
    };
    tokens.into_iter().map(stamp).collect()
}

/// The token over the maker's signature value.
fn over_seal(facts: &SealFacts) -> Option<Token<'_>> {
    Some((Stamped::Seal, facts.time_stamp.as_deref()?, Some(&facts.signature_value)))
}
