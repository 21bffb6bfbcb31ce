//! What happens to files on their way: cut, wrapped, decoded as text, or another file altogether.

use super::range::{carriage_returns, line_feeds};
use super::spelling::unhex;
use crate::container::{Kind, recognise};
use crate::der::{Reader, tag};
use crate::pdf::{File, Limits, PdfError, is_pdf};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What became of a file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// It is something else, or stands in something else.
    Wrapped(Wrapping),
    /// So many bytes stand before the header of a PDF.
    BeforeHeader(usize),
    /// It was decoded as UTF-8, and what was none became so many replacement characters.
    DecodedAsText(usize),
    /// Every LF became CRLF; turned back it can be read.
    LineFeedsTurned,
    /// Every CRLF became LF; turned back it can be read.
    CarriageReturnsDropped,
    /// The end is missing: so many bytes, where the file says how long it was.
    Truncated(Option<usize>),
}

/// What a file is, or what it stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Nothing at all.
    Empty,
    /// An HTML page.
    WebPage,
    /// A JSON answer.
    Json,
    /// XML text.
    Xml,
    /// The body of a form upload, with its boundary and headers.
    Multipart,
    /// Base64 text of such a file.
    Base64(Kind),
    /// Hexadecimal text of such a file.
    Hex(Kind),
    /// Compressed by gzip.
    Gzip,
    /// A ZIP archive, which word processors write too.
    Zip,
    /// A picture.
    Image,
    /// A private key.
    PrivateKey,
    /// A public key without certificate.
    PublicKey,
    /// A request for a certificate.
    CertificateRequest,
    /// A certificate revocation list.
    RevocationList,
    /// A key store (PKCS#12).
    KeyStore,
}

/// Most bytes of text that are decoded for a look.
const TEXT_BYTES_MAX: usize = 64 << 20;
/// The UTF-8 of U+FFFD.
const REPLACEMENT: &[u8] = b"\xef\xbf\xbd";
/// Replacement characters that no file has by chance.
const REPLACEMENTS_MIN: usize = 8;

/// What can be told of the way by which a file came; nothing when it looks whole.
#[must_use]
pub fn arrival(bytes: &[u8], limits: &Limits) -> Vec<Arrival> {
    match recognise(bytes) {
        Kind::Unknown => wrapping(bytes).map(Arrival::Wrapped).into_iter().collect(),
        Kind::Pdf => document(bytes, limits),
        Kind::Ofd | Kind::Seal | Kind::SealSignature | Kind::Cms | Kind::Certificate => Vec::new(),
    }
}

fn document(bytes: &[u8], limits: &Limits) -> Vec<Arrival> {
    let mut found = Vec::new();
    let before = bytes.windows(5).position(|window| window == b"%PDF-").unwrap_or(0);
    let body = &bytes[before..];
    if before > 0 {
        let wrapped = wrapping(bytes).filter(|one| *one == Wrapping::Multipart);
        found.push(wrapped.map_or(Arrival::BeforeHeader(before), Arrival::Wrapped));
    }
    let replaced = body.windows(3).filter(|window| *window == REPLACEMENT).count();
    if replaced >= REPLACEMENTS_MIN && std::str::from_utf8(body).is_ok() {
        found.push(Arrival::DecodedAsText(replaced));
        return found;
    }
    if is_whole(body, limits) {
        found.extend(missing(body).map(|bytes| Arrival::Truncated(Some(bytes))));
        return found;
    }
    let crlf = body.windows(2).any(|window| window == b"\r\n");
    if crlf && is_whole(&line_feeds(body), limits) {
        found.push(Arrival::LineFeedsTurned);
    } else if !crlf && is_whole(&carriage_returns(body), limits) {
        found.push(Arrival::CarriageReturnsDropped);
    } else if let Some(missing) = missing(body) {
        found.push(Arrival::Truncated(Some(missing)));
    } else if !ends(body) {
        found.push(Arrival::Truncated(None));
    }
    found
}

/// Whether the chain of cross-references can be read.
fn is_whole(bytes: &[u8], limits: &Limits) -> bool {
    is_pdf(bytes) && matches!(File::read(bytes, limits), Ok(_) | Err(PdfError::Encrypted))
}

/// Whether `%%EOF` stands near the end.
fn ends(bytes: &[u8]) -> bool {
    let tail = &bytes[bytes.len().saturating_sub(1024)..];
    tail.windows(5).any(|window| window == b"%%EOF")
}

/// Bytes that are missing by what the file says of its own length: as a linearized file (ISO 32000-2,
/// F.3.3) or by the end of a byte range.
fn missing(bytes: &[u8]) -> Option<usize> {
    let head = &bytes[..bytes.len().min(1024)];
    let linearized = find(head, b"/Linearized").is_some();
    let length = || numbers(&head[find(head, b"/L ")? + 2..]).next();
    let stated = if linearized { length() } else { None };
    let last = bytes.windows(10).rposition(|window| window == b"/ByteRange");
    let covered = last.and_then(|at| {
        let rest = &bytes[at + 10..];
        let open = rest.iter().take(16).position(|byte| *byte == b'[')?;
        let [_, _, c, d] = numbers(&rest[open + 1..]).take(4).collect::<Vec<_>>()[..] else {
            return None;
        };
        c.checked_add(d)
    });
    // Numbers that were reserved and never filled in are all nines.
    let plausible = |end: &usize| *end > bytes.len() && *end < bytes.len().saturating_mul(64);
    stated.filter(plausible).or(covered.filter(plausible)).map(|end| end - bytes.len())
}

/// Decimal numbers with white space between them.
fn numbers(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let words = bytes[..bytes.len().min(128)].split(u8::is_ascii_whitespace);
    words.filter(|word| !word.is_empty()).map_while(|word| {
        let digits = word.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(word.len());
        std::str::from_utf8(&word[..digits]).ok()?.parse().ok()
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}

/// What an unknown file is, by its first bytes.
fn wrapping(bytes: &[u8]) -> Option<Wrapping> {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii();
    let starts = |words: &[&[u8]]| {
        words
            .iter()
            .any(|word| text.get(..word.len()).is_some_and(|s| s.eq_ignore_ascii_case(word)))
    };
    match () {
        () if text.is_empty() => Some(Wrapping::Empty),
        () if starts(&[b"<!doctype html", b"<html"]) => Some(Wrapping::WebPage),
        () if starts(&[b"<?xml"]) => Some(Wrapping::Xml),
        () if starts(&[b"-----BEGIN"]) => pem(text),
        () if starts(&[b"--"]) && find(&text[..text.len().min(2048)], b"Content-").is_some() => {
            Some(Wrapping::Multipart)
        }
        () if starts(&[b"{", b"["]) && std::str::from_utf8(text).is_ok() => Some(Wrapping::Json),
        () if starts(&[b"\x1f\x8b"]) => Some(Wrapping::Gzip),
        () if starts(&[b"PK\x03\x04"]) => Some(Wrapping::Zip),
        () if starts(&[b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"]) => {
            Some(Wrapping::Image)
        }
        () => encoded(text).or_else(|| structure(bytes)),
    }
}

fn pem(text: &[u8]) -> Option<Wrapping> {
    let label = text.strip_prefix(b"-----BEGIN ")?;
    let label = &label[..find(label, b"-----")?];
    match label {
        b"CERTIFICATE REQUEST" | b"NEW CERTIFICATE REQUEST" => Some(Wrapping::CertificateRequest),
        b"X509 CRL" => Some(Wrapping::RevocationList),
        b"PUBLIC KEY" | b"RSA PUBLIC KEY" => Some(Wrapping::PublicKey),
        _ if label.ends_with(b"PRIVATE KEY") => Some(Wrapping::PrivateKey),
        _ => {
            let body = &text[find(text, b"\n")?..];
            encoded(&body[..find(body, b"-----END")?])
        }
    }
}

/// Text of a file that would be known.
fn encoded(text: &[u8]) -> Option<Wrapping> {
    if text.len() > TEXT_BYTES_MAX {
        return None;
    }
    let text = match find(&text[..text.len().min(256)], b";base64,") {
        Some(at) if text.starts_with(b"data:") => &text[at + 8..],
        _ => text,
    };
    let quoted = |byte: &u8| !byte.is_ascii_whitespace() && *byte != b'"';
    let letters: Vec<u8> = text.iter().copied().filter(quoted).collect();
    let known = |bytes: Vec<u8>| Some(recognise(&bytes)).filter(|kind| *kind != Kind::Unknown);
    let hex = unhex(&letters).and_then(known).map(Wrapping::Hex);
    hex.or_else(|| STANDARD.decode(&letters).ok().and_then(known).map(Wrapping::Base64))
}

/// DER of another kind.
fn structure(bytes: &[u8]) -> Option<Wrapping> {
    let outer = Reader::only(bytes, tag::SEQUENCE).ok()?;
    let parts = outer.reader().collect().ok()?;
    let inner = |at: usize| -> Option<Vec<u8>> {
        let parts = parts.get(at)?.reader().collect().ok()?;
        Some(parts.iter().map(|part| part.tag()).collect())
    };
    let tags: Vec<u8> = parts.iter().map(|part| part.tag()).collect();
    match (&tags[..], inner(0).as_deref()) {
        ([tag::INTEGER, tag::SEQUENCE, tag::OCTET_STRING, ..], _)
        | ([tag::INTEGER, tag::INTEGER, tag::INTEGER, tag::INTEGER, ..], _)
        | ([tag::INTEGER, tag::OCTET_STRING, ..], _) => Some(Wrapping::PrivateKey),
        ([tag::INTEGER, tag::SEQUENCE, ..], _) => Some(Wrapping::KeyStore),
        ([tag::SEQUENCE, tag::BIT_STRING], _) => Some(Wrapping::PublicKey),
        (
            [tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING],
            Some([tag::INTEGER, tag::SEQUENCE, tag::SEQUENCE, ..]),
        ) if inner(0).is_some_and(|tags| tags.get(3) == Some(&0xa0)) => {
            Some(Wrapping::CertificateRequest)
        }
        ([tag::SEQUENCE, tag::SEQUENCE, tag::BIT_STRING], Some(tags))
            if tags.contains(&tag::UTC_TIME) || tags.contains(&tag::GENERALIZED_TIME) =>
        {
            Some(Wrapping::RevocationList)
        }
        _ => None,
    }
}
