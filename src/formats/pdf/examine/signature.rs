//! One signature field: its dictionary by token positions, and what its byte range covers
//! (stages S3 to S5: ISO 32000-2, 12.8.1).

use crate::pdf::file::{File, Indirect};
use crate::pdf::form::Field;
use crate::pdf::revision::{Revision, revision_of};
use crate::pdf::syntax::{Dictionary, Id, Object, Span, Value};
use crate::pdf::text_string;
use crate::pdf::xref::Entry;
use std::fmt;
use std::rc::Rc;

/// Why a signature cannot mean what it claims to: its shape, or what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignatureFault {
    /// `/V` is a direct value, leads nowhere, or the object cannot be read.
    NoObject,
    /// The signature dictionary is in an object stream, where offsets mean nothing.
    InObjectStream,
    /// The signature object is the value of several fields.
    SharedObject,
    /// The value is not a dictionary, or a stream.
    NotADictionary,
    /// No `/Contents` that is a hexadecimal string of whole bytes without white space.
    Contents,
    /// `/ByteRange` is not an array of four direct non-negative integers.
    ByteRange,
    /// The covered ranges reach beyond the file.
    BeyondFile,
    /// The first range does not start at byte 0.
    NotFromStart,
    /// The first range does not end where the `/Contents` token starts.
    GapStart,
    /// The second range does not start where the `/Contents` token ends.
    GapEnd,
    /// The second range does not end where the revision that wrote the signature ends.
    NotToEnd {
        /// Where the ranges end.
        covered_to: usize,
        /// Where the revision ends.
        revision_end: usize,
    },
}

impl fmt::Display for SignatureFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NoObject => "the field's value is no readable object",
            Self::InObjectStream => "the signature is in an object stream",
            Self::SharedObject => "several fields share the signature object",
            Self::NotADictionary => "the field's value is not a signature dictionary",
            Self::Contents => "/Contents is not one hexadecimal string",
            Self::ByteRange => "/ByteRange is not four direct integers",
            Self::BeyondFile => "the byte range reaches beyond the file",
            Self::NotFromStart => "the byte range does not start at the first byte",
            Self::GapStart => "the gap does not start at /Contents",
            Self::GapEnd => "the gap does not end at /Contents",
            Self::NotToEnd { covered_to, revision_end } => {
                return write!(
                    out,
                    "the byte range ends at {covered_to}, the signed revision at {revision_end}"
                );
            }
        })
    }
}

/// What a well-formed byte range covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// Every byte of the file but the signature itself.
    WholeFile,
    /// Every byte of the file as it was when signed; later revisions follow.
    WholeRevision,
}

/// A signature field with a value, by its bytes.
#[derive(Clone, Debug)]
pub struct SignedField {
    /// Fully qualified.
    pub field_name: String,
    /// The field object.
    pub field: Id,
    /// The signature object.
    pub object: Option<Id>,
    /// Where it stands.
    pub span: Option<Span>,
    /// `/Type`, without solidus; signatures of old writers have none.
    pub type_name: Option<String>,
    /// `/Filter`
    pub filter: Option<String>,
    /// `/SubFilter`
    pub sub_filter: Option<String>,
    /// `/M` as text: what the signer claims.
    pub claimed_time: Option<String>,
    /// `/Name`
    pub signer_name: Option<String>,
    /// `/Reason`
    pub reason: Option<String>,
    /// `/Location`
    pub location: Option<String>,
    /// Where the `/Contents` token stands, angle brackets included.
    pub contents_at: Option<Span>,
    /// The decoded `/Contents`, padding included.
    pub contents: Vec<u8>,
    /// How many bytes of the contents the DER value has; `None` when they do not start with one.
    pub der_length: Option<usize>,
    /// The four numbers of `/ByteRange`, when they are that.
    pub byte_range: Option<[usize; 4]>,
    /// The ranges to digest, when they lie within the file.
    pub covered: Option<[Span; 2]>,
    /// Index of the revision that wrote the signature object, from 0, the oldest.
    pub revision: Option<usize>,
    /// What is covered, or why the coverage is worth nothing.
    pub coverage: Result<Coverage, SignatureFault>,
}

impl SignedField {
    /// The DER value in `/Contents`, without the zero padding; everything when there is no DER value.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.contents[..self.der_length.unwrap_or(self.contents.len())]
    }

    /// What follows the DER value; must be zeros.
    #[must_use]
    pub fn padding(&self) -> &[u8] {
        &self.contents[self.der_length.unwrap_or(self.contents.len())..]
    }

    /// The signed bytes of `file`, in order; `None` without usable ranges.
    #[must_use]
    pub fn message<'a>(&self, file: &'a [u8]) -> Option<[&'a [u8]; 2]> {
        let [first, second] = self.covered.as_ref()?;
        Some([file.get(first.clone())?, file.get(second.clone())?])
    }
}

/// Looks at the value of a signature field; `None` when the field is empty.
pub(super) fn look(
    file: &File<'_>,
    revisions: &[Revision],
    field: &Field,
    shared: bool,
) -> Option<(SignedField, Option<Rc<Indirect>>)> {
    let value = field.value.as_ref()?;
    let mut facts = empty(field);
    let id = value.reference();
    facts.object = id;
    let object = id.and_then(|id| file.newest().object(id).ok().flatten());
    let outcome = match &object {
        _ if shared => Err(SignatureFault::SharedObject),
        None => Err(SignatureFault::NoObject),
        Some(object) if object.container.is_some() => Err(SignatureFault::InObjectStream),
        Some(object) => match object.object.dictionary() {
            Some(entries) if object.stream.is_none() => {
                facts.span = Some(object.span.clone());
                facts.revision = revision_of(revisions, object);
                describe(file, entries, &mut facts);
                coverage(file, revisions, object, entries, &mut facts)
            }
            _ => Err(SignatureFault::NotADictionary),
        },
    };
    facts.coverage = outcome;
    Some((facts, object))
}

fn empty(field: &Field) -> SignedField {
    SignedField {
        field_name: field.name.clone(),
        field: field.id,
        object: None,
        span: None,
        type_name: None,
        filter: None,
        sub_filter: None,
        claimed_time: None,
        signer_name: None,
        reason: None,
        location: None,
        contents_at: None,
        contents: Vec::new(),
        der_length: None,
        byte_range: None,
        covered: None,
        revision: None,
        coverage: Err(SignatureFault::NoObject),
    }
}

fn describe(file: &File<'_>, entries: &Dictionary, facts: &mut SignedField) {
    let view = file.newest();
    let value = |key: &str| view.entry_of(entries, key).ok().flatten();
    let name = |key: &str| value(key).and_then(|value| Some(value.object()?.name()?.text()));
    let text = |key: &str| {
        value(key).and_then(|value| Some(text_string::decode(value.object()?.string()?)))
    };
    facts.type_name = name("Type");
    facts.filter = name("Filter");
    facts.sub_filter = name("SubFilter");
    facts.claimed_time = text("M");
    facts.signer_name = text("Name");
    facts.reason = text("Reason");
    facts.location = text("Location");
}

fn coverage(
    file: &File<'_>,
    revisions: &[Revision],
    object: &Indirect,
    entries: &Dictionary,
    facts: &mut SignedField,
) -> Result<Coverage, SignatureFault> {
    let contents = entries.get("Contents").ok_or(SignatureFault::Contents)?;
    facts.contents_at = Some(contents.span.clone());
    facts.contents = hexadecimal(file.bytes(), contents).ok_or(SignatureFault::Contents)?;
    facts.der_length = der_length(&facts.contents);
    let numbers = entries.get("ByteRange").and_then(four).ok_or(SignatureFault::ByteRange)?;
    facts.byte_range = Some(numbers);
    let [a, b, c, d] = numbers;
    let length = file.bytes().len();
    let end = |start: usize, count: usize| start.checked_add(count).filter(|end| *end <= length);
    let first = end(a, b).ok_or(SignatureFault::BeyondFile)?;
    let second = end(c, d).ok_or(SignatureFault::BeyondFile)?;
    facts.covered = Some([a..first, c..second]);
    if a != 0 {
        return Err(SignatureFault::NotFromStart);
    }
    if b != contents.span.start {
        return Err(SignatureFault::GapStart);
    }
    if c != contents.span.end {
        return Err(SignatureFault::GapEnd);
    }
    let index = facts.revision.ok_or(SignatureFault::NoObject)?;
    let revision = &revisions[index];
    // The line end after %%EOF may be missing from what was signed.
    let whole = (revision.end_of_token..=revision.span.end).contains(&second);
    if !whole || object.span.end > second {
        let revision_end = revision.span.end;
        return Err(SignatureFault::NotToEnd { covered_to: second, revision_end });
    }
    match index + 1 == revisions.len() && revision.span.end == length {
        true => Ok(Coverage::WholeFile),
        false => Ok(Coverage::WholeRevision),
    }
}

/// The bytes of a hexadecimal string token: an even number of digits without white space, their
/// letters all of one case, so that no other spelling of the same bytes passes.
fn hexadecimal(file: &[u8], contents: &Object) -> Option<Vec<u8>> {
    let Value::String(bytes) = &contents.value else { return None };
    match file.get(contents.span.clone())? {
        [b'<', digits @ .., b'>'] if digits.len() == bytes.len() * 2 && of_one_case(digits) => {
            Some(bytes.clone())
        }
        _ => None,
    }
}

fn of_one_case(digits: &[u8]) -> bool {
    const LOWER: u8 = 1;
    const UPPER: u8 = 2;
    const OTHER: u8 = 4;
    let kind = |digit: u8| match digit {
        b'0'..=b'9' => 0,
        b'a'..=b'f' => LOWER,
        b'A'..=b'F' => UPPER,
        _ => OTHER,
    };
    digits.iter().fold(0, |kinds, digit| kinds | kind(*digit)) < LOWER | UPPER
}

fn four(object: &Object) -> Option<[usize; 4]> {
    match object.array()? {
        [a, b, c, d] => Some([a.size()?, b.size()?, c.size()?, d.size()?]),
        _ => None,
    }
}

/// The length of the DER value at the start of `contents`, tag and length octets included.
fn der_length(contents: &[u8]) -> Option<usize> {
    let mut reader = crate::der::Reader::new(contents);
    reader.any().ok().map(|element| element.raw().len())
}

/// Objects with `/ByteRange` that no field leads to, found by the key's bytes.
pub(super) fn strays(file: &File<'_>, known: &[&SignedField]) -> Vec<(Id, Span)> {
    const KEY: &[u8] = b"/ByteRange";
    let mut strays: Vec<(Id, Span)> = Vec::new();
    let mut starts: Option<Vec<usize>> = None;
    let mut looked_at = None;
    let bytes = file.bytes();
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], KEY) {
        at += found + KEY.len();
        let covers = |span: &Span| span.contains(&at);
        if known.iter().any(|field| field.span.as_ref().is_some_and(covers))
            || strays.iter().any(|(_, span)| covers(span))
        {
            continue;
        }
        // Object offsets of all sections, so that overridden objects are seen too.
        let starts = starts.get_or_insert_with(|| offsets(file));
        let before = starts.partition_point(|start| *start <= at);
        let Some(&start) = before.checked_sub(1).and_then(|index| starts.get(index)) else {
            continue;
        };
        if looked_at.replace(start) == Some(start) {
            continue;
        }
        let Ok(object) = file.reading.indirect(start, &mut |_| None) else { continue };
        let signature =
            object.object.dictionary().is_some_and(|entries| entries.get("ByteRange").is_some());
        if signature && covers(&object.span) {
            strays.push((object.id, object.span));
        }
        if strays.len() >= file.limits.signatures_max {
            break;
        }
    }
    strays
}

fn offsets(file: &File<'_>) -> Vec<usize> {
    let entries = file.sections.iter().flat_map(|section| &section.entries);
    let mut offsets: Vec<usize> = entries
        .filter_map(|(_, entry)| match entry {
            Entry::InFile { offset, .. } => Some(*offset),
            _ => None,
        })
        .collect();
    offsets.sort_unstable();
    offsets.dedup();
    offsets
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let mut at = 0;
    while let Some(next) = haystack[at..].iter().position(|&byte| byte == needle[0]) {
        at += next;
        if haystack[at..].starts_with(needle) {
            return Some(at);
        }
        at += 1;
    }
    None
}
