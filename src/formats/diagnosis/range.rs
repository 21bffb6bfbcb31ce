//! The regions of a PDF that signers are known to digest in place of the right one.

use crate::pdf::{Revision, SignedField};
use std::borrow::Cow;

/// What was digested.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// What `/ByteRange` says.
    Declared,
    /// Everything of the revision but the `/Contents` token, angle brackets included.
    AroundContents,
    /// The same, and the angle brackets besides.
    WithBrackets,
    /// As declared, but for one bracket.
    WithOneBracket,
    /// As declared, without the line end behind `%%EOF`.
    WithoutLastLineEnd,
    /// As declared, with the line end behind `%%EOF`.
    WithLastLineEnd,
    /// The file as it was before the signature was added.
    BeforeSigning,
    /// The revision with zeros in place of the signature.
    ZeroedContents,
    /// The revision with nothing in place of the signature but the brackets.
    EmptiedContents,
    /// As declared, with every line end as LF: they were turned into CRLF on the way.
    LineFeeds,
    /// As declared, with every line end as CRLF: they were turned into LF on the way.
    CarriageReturns,
}

/// Regions with their bytes, the likeliest first.
pub(super) type Candidates<'a> = Vec<(Region, Vec<Cow<'a, [u8]>>)>;

/// Files whose line ends are turned back for a try; licenses have some hundred kilobytes.
const CONVERTED_BYTES_MAX: usize = 16 << 20;

/// The regions of one signature.
pub(super) fn regions<'a>(
    file: &'a [u8],
    place: &SignedField,
    revisions: &[Revision],
) -> Candidates<'a> {
    let mut found: Candidates<'a> = Vec::new();
    let mut add = |region, parts: &[&'a [u8]]| {
        found.push((region, parts.iter().map(|part| Cow::Borrowed(*part)).collect()));
    };
    let declared = place.message(file);
    if let Some(declared) = &declared {
        add(Region::Declared, declared);
    }
    if let Some([first, second]) = declared {
        line_end(file, place, [first, second], &mut add);
    }
    let revision = place.revision.and_then(|index| revisions.get(index));
    if let (Some(token), Some(revision)) = (&place.contents_at, revision) {
        let ends = [revision.span.end, revision.end_of_token];
        for end in ends {
            let parts = |from: usize, to: usize| Some([file.get(..from)?, file.get(to..end)?]);
            for (region, from, to) in [
                (Region::AroundContents, token.start, token.end),
                (Region::WithBrackets, token.start + 1, token.end.saturating_sub(1)),
                (Region::WithOneBracket, token.start + 1, token.end),
                (Region::WithOneBracket, token.start, token.end.saturating_sub(1)),
            ] {
                parts(from, to).iter().for_each(|parts| add(region, parts));
            }
        }
        for end in [revision.span.start, revision.span.start.saturating_sub(1)] {
            file.get(..end).iter().for_each(|before| add(Region::BeforeSigning, &[before]));
        }
    }
    found.extend(rewritten(file, place, revision));
    found
}

/// The regions of a document beside its signature.
pub(super) fn of_original(original: &[u8]) -> Candidates<'_> {
    let mut found: Candidates<'_> = vec![(Region::Declared, vec![original.into()])];
    for end in [&b"\r\n"[..], b"\n", b"\r"] {
        let cut = original.strip_suffix(end);
        found.extend(cut.map(|cut| (Region::WithoutLastLineEnd, vec![cut.into()])));
        found.push((Region::WithLastLineEnd, vec![original.into(), end.into()]));
    }
    if original.len() <= CONVERTED_BYTES_MAX {
        found.push((Region::LineFeeds, vec![line_feeds(original).into()]));
        found.push((Region::CarriageReturns, vec![carriage_returns(original).into()]));
    }
    found
}

fn line_end<'a>(
    file: &'a [u8],
    place: &SignedField,
    [first, second]: [&'a [u8]; 2],
    add: &mut impl FnMut(Region, &[&'a [u8]]),
) {
    for end in [&b"\r\n"[..], b"\n", b"\r"] {
        second.strip_suffix(end).iter().for_each(|cut| {
            add(Region::WithoutLastLineEnd, &[first, cut]);
        });
        let Some([_, covered]) = &place.covered else { continue };
        if file.get(covered.end..).is_some_and(|rest| rest.starts_with(end)) {
            let longer = &file[covered.start..covered.end + end.len()];
            add(Region::WithLastLineEnd, &[first, longer]);
        }
    }
}

/// Regions that have to be written anew.
fn rewritten<'a>(
    file: &'a [u8],
    place: &SignedField,
    revision: Option<&Revision>,
) -> Candidates<'a> {
    let mut found: Candidates<'a> = Vec::new();
    if file.len() > CONVERTED_BYTES_MAX {
        return found;
    }
    if let (Some(token), Some(revision)) = (&place.contents_at, revision) {
        let ends = (file.get(..=token.start), file.get(token.end - 1..revision.span.end));
        if let (Some(head), Some(tail)) = ends {
            let zeros = vec![b'0'; token.len().saturating_sub(2)];
            found.push((Region::ZeroedContents, vec![head.into(), zeros.into(), tail.into()]));
            found.push((Region::EmptiedContents, vec![head.into(), tail.into()]));
        }
    }
    if let Some(parts) = place.message(file) {
        let all = |turn: fn(&[u8]) -> Vec<u8>| parts.iter().map(|part| turn(part).into()).collect();
        found.push((Region::LineFeeds, all(line_feeds)));
        found.push((Region::CarriageReturns, all(carriage_returns)));
    }
    found
}

/// With every CRLF as LF.
pub(super) fn line_feeds(bytes: &[u8]) -> Vec<u8> {
    let dropped = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    (0..bytes.len()).filter(|at| !dropped(*at)).map(|at| bytes[at]).collect()
}

/// With every LF as CRLF that is not one already.
pub(super) fn carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 16);
    let mut before = 0;
    for &byte in bytes {
        if byte == b'\n' && before != b'\r' {
            out.push(b'\r');
        }
        out.push(byte);
        before = byte;
    }
    out
}
