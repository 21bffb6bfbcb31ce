//! Signing by an incremental update, in two steps: [`prepare`] writes the revision with room for
//! the signature; somebody signs the covered bytes; [`Prepared::complete`] fills the room.

mod admission;
mod appearance;
mod elsewhere;
mod field;
mod material;

use super::file::File;
use super::syntax::Id;
use super::write::Update;
use super::{ActiveFinding, Limits, PdfError, text_string};
pub(in crate::pdf) use admission::admit_reading;
pub use appearance::{Appearance, Placement};
pub use elsewhere::{NotCompleted, PadesElsewhere};
pub use material::{SignatureMaterial, add_material};
use std::ops::Range;
use time::OffsetDateTime;

/// What kind of signature goes into `/Contents`, and under which names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureKind {
    /// PAdES: detached CMS, `/Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached`.
    Pades,
    /// An SES seal signature (GB/T 38540): `/Filter /YinZheng.GMPkiLite /SubFilter /GM.sm2seal`.
    Seal,
    /// An RFC 3161 token over the document: `/Type /DocTimeStamp /SubFilter /ETSI.RFC3161`.
    TimeStamp,
}

impl SignatureKind {
    fn entries(self) -> &'static str {
        match self {
            Self::Pades => "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached",
            Self::Seal => "/Type /Sig /Filter /YinZheng.GMPkiLite /SubFilter /GM.sm2seal",
            Self::TimeStamp => {
                "/Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161"
            }
        }
    }
}

/// What to sign and how it is shown.
#[derive(Clone, Debug)]
pub struct SignatureRequest {
    /// Full name of the signature field: that of an existing empty field, or a new one at the root
    /// of the form (without a full stop).
    pub field_name: String,
    /// The kind of signature.
    pub kind: SignatureKind,
    /// `/M`, the claimed time; not for time stamps.
    pub signing_time: Option<OffsetDateTime>,
    /// `/Name` of the signer.
    pub signer_name: Option<String>,
    /// `/Reason`
    pub reason: Option<String>,
    /// `/Location`
    pub location: Option<String>,
    /// The visible seal; `None` makes an invisible signature.
    pub appearance: Option<Appearance>,
    /// Room for the signature, in bytes of DER.
    pub contents_reserve: usize,
    /// Certify the document: 1 no changes, 2 form filling and signing, 3 annotations too
    /// (ISO 32000-2, 12.8.2.2). Only the first signature may.
    pub doc_mdp: Option<u8>,
    /// Refuse documents that act by themselves ([`super::ActiveContent`]).
    pub refuse_active_content: bool,
}

impl SignatureRequest {
    /// An invisible signature with 16 KiB of room that refuses active content.
    #[must_use]
    pub fn new(field_name: impl Into<String>, kind: SignatureKind) -> Self {
        Self {
            field_name: field_name.into(),
            kind,
            signing_time: None,
            signer_name: None,
            reason: None,
            location: None,
            appearance: None,
            contents_reserve: 16 << 10,
            doc_mdp: None,
            refuse_active_content: true,
        }
    }
}

/// Why a document is not signed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignRefused {
    /// The document is encrypted; its new strings would have to be too.
    #[error("the document is encrypted")]
    Encrypted,
    /// The file cannot be read without repair, or exceeds a budget.
    #[error("the file cannot be read strictly")]
    Unreadable(#[source] PdfError),
    /// The file holds signatures and is damaged: any repair would be an invisible change.
    #[error("the file is signed and damaged")]
    DamagedSigned(#[source] PdfError),
    /// More than white space follows the last `%%EOF`.
    #[error("{0} bytes follow the end of the document")]
    TrailingBytes(usize),
    /// A certification allows no changes (`/P 1`) but time stamps and validation material.
    #[error("the document is certified against any change")]
    Certified,
    /// A certification was asked for, but the document is signed already.
    #[error("only the first signature may certify")]
    NotFirst,
    /// A signature locks the field.
    #[error("field {0:?} is locked by a signature")]
    FieldLocked(String),
    /// The field is signed already.
    #[error("field {0:?} is already signed")]
    FieldSigned(String),
    /// The name belongs to something that is not an empty signature field, or is not a usable name.
    #[error("field name {0:?} cannot be used")]
    FieldName(String),
    /// The field demands properties of its signature (`/SV`, or `/Lock` with `/P`) that are not offered.
    #[error("field {0:?} demands what is not offered")]
    FieldDemands(String),
    /// The document acts by itself.
    #[error("the document has active content: {}", .0.first().map_or_else(String::new, |finding| finding.kind.to_string()))]
    ActiveContent(Vec<ActiveFinding>),
    /// The document has no such page.
    #[error("the document has {pages} pages, no page of index {index}")]
    NoSuchPage {
        /// Asked for, from 0.
        index: usize,
        /// Pages of the document.
        pages: usize,
    },
    /// The place of the seal is not on the visible page, or not a rectangle.
    #[error("the place of the seal is not on page {0}")]
    OffPage(usize),
    /// A riding seal needs two pages.
    #[error("a riding seal needs at least two pages")]
    TooFewPages,
    /// An existing field keeps its own rectangle; a new one needs a place.
    #[error("the place of the seal does not suit the field")]
    PlaceOfField,
}

impl From<PdfError> for SignRefused {
    fn from(error: PdfError) -> Self {
        match error {
            PdfError::Encrypted => Self::Encrypted,
            other => Self::Unreadable(other),
        }
    }
}

/// More room is needed: prepare again with at least this `contents_reserve`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature has {needed} bytes, more than were reserved")]
pub struct NeedsRoom {
    /// Bytes of DER.
    pub needed: usize,
}

/// A revision with room for its signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared<'a> {
    original: &'a [u8],
    revision: Vec<u8>,
    /// From `<` to behind `>`, in `revision`.
    gap: Range<usize>,
}

impl<'a> Prepared<'a> {
    /// Takes up a signing whose revision and gap were kept elsewhere; `None` when they do not fit.
    #[must_use]
    pub fn resume(original: &'a [u8], revision: Vec<u8>, gap: Range<usize>) -> Option<Self> {
        let room = revision.get(gap.clone())?;
        let sound = matches!(room, [b'<', digits @ .., b'>']
            if digits.len() % 2 == 0 && digits.iter().all(|&digit| digit == b'0'));
        sound.then_some(Self { original, revision, gap })
    }

    /// The bytes to sign, in order: everything but the signature itself.
    #[must_use]
    pub fn covered(&self) -> [&[u8]; 3] {
        [self.original, &self.revision[..self.gap.start], &self.revision[self.gap.end..]]
    }

    /// `/ByteRange`: offset and length of the two covered ranges.
    #[must_use]
    pub fn byte_range(&self) -> [usize; 4] {
        let (start, end) =
            (self.original.len() + self.gap.start, self.original.len() + self.gap.end);
        [0, start, end, self.original.len() + self.revision.len() - end]
    }

    /// The appended bytes, signature still empty.
    #[must_use]
    pub fn revision(&self) -> &[u8] {
        &self.revision
    }

    /// Where in [`Prepared::revision`] the signature goes, delimiters included.
    #[must_use]
    pub fn gap(&self) -> Range<usize> {
        self.gap.clone()
    }

    /// The signed file: the original bytes, then the revision with `contents` (DER) in its place.
    ///
    /// # Errors
    /// When `contents` is longer than the room reserved for it.
    pub fn complete(&self, contents: &[u8]) -> Result<Vec<u8>, NeedsRoom> {
        let room = (self.gap.len() - 2) / 2;
        if contents.len() > room {
            return Err(NeedsRoom { needed: contents.len() });
        }
        let mut file = Vec::with_capacity(self.original.len() + self.revision.len());
        file.extend(self.original);
        file.extend(&self.revision);
        let at = self.original.len() + self.gap.start + 1;
        for (pair, byte) in file[at..].chunks_exact_mut(2).zip(contents) {
            const DIGITS: [u8; 16] = *b"0123456789abcdef";
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Ok(file)
    }
}

/// Writes the revision that `request` asks for onto `original`.
///
/// # Errors
/// When the document must not or cannot be signed; nothing is ever repaired.
pub fn prepare<'a>(
    original: &'a [u8],
    request: &SignatureRequest,
    limits: &Limits,
) -> Result<Prepared<'a>, SignRefused> {
    let file = File::read(original, limits)?;
    let admitted = admission::admit(&file, request)?;
    let mut update = Update::new(&file);
    let signature = update.allocate();
    field::add(&mut update, &admitted, request, signature)?;
    let dictionary = SignatureDictionary::new(request, admitted.lock.as_deref());
    update.put(signature, dictionary.text.into_bytes());
    let revision = update.finish()?;
    let body = revision.bodies[&signature];
    let mut prepared = Prepared {
        original,
        gap: body + dictionary.contents.start..body + dictionary.contents.end,
        revision: revision.bytes,
    };
    let [a, b, c, d] = prepared.byte_range();
    let byte_range = format!("[{a:>10} {b:>10} {c:>10} {d:>10}]");
    let at = body + dictionary.byte_range;
    prepared.revision[at..at + byte_range.len()].copy_from_slice(byte_range.as_bytes());
    Ok(prepared)
}

/// The text of the signature dictionary (12.8.1) and where its two placeholders stand in it.
struct SignatureDictionary {
    text: String,
    byte_range: usize,
    contents: Range<usize>,
}

impl SignatureDictionary {
    fn new(request: &SignatureRequest, lock: Option<&str>) -> Self {
        let mut text = format!("<< {}", request.kind.entries());
        text += "\n/ByteRange ";
        let byte_range = text.len();
        text += &format!("[{:43}]\n/Contents ", "");
        let start = text.len();
        text += &format!("<{}>\n", "0".repeat(request.contents_reserve * 2));
        let contents = start..text.len() - 1;
        let time = request.signing_time.filter(|_| request.kind != SignatureKind::TimeStamp);
        let encode = |value: &Option<String>| value.as_deref().map(text_string::encode);
        for (key, value) in [
            ("M", time.map(text_string::date)),
            ("Name", encode(&request.signer_name)),
            ("Reason", encode(&request.reason)),
            ("Location", encode(&request.location)),
            ("Reference", references(request.doc_mdp, lock)),
        ] {
            text.extend(value.map(|value| format!("/{key} {value} ")));
        }
        text += ">>";
        Self { text, byte_range, contents }
    }
}

/// `/Reference` with the transforms of a certification and of the field's lock (12.8.2).
fn references(doc_mdp: Option<u8>, lock: Option<&str>) -> Option<String> {
    let transform = |method: &str, parameters: &str| {
        format!(
            "<< /Type /SigRef /TransformMethod /{method} \
             /TransformParams << /Type /TransformParams /V /1.2 {parameters} >> >>"
        )
    };
    let certify = doc_mdp.map(|level| transform("DocMDP", &format!("/P {level}")));
    let lock = lock.map(|lock| transform("FieldMDP", lock));
    (certify.is_some() || lock.is_some())
        .then(|| format!("[{}]", certify.into_iter().chain(lock).collect::<Vec<_>>().join(" ")))
}

/// The text of a reference.
fn to(id: Id) -> String {
    format!("{id} R")
}

#[cfg(test)]
mod tests;
