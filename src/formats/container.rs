//! Recognising a file by its first bytes and structure, never by its name.

use crate::der::{Element, Reader, tag};
use std::fmt;

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A PDF document.
    Pdf,
    /// An OFD document (GB/T 33190): a ZIP package with `OFD.xml` at its root.
    Ofd,
    /// A bare electronic seal (`SESeal`).
    Seal,
    /// A bare seal signature (`SES_Signature`).
    SealSignature,
    /// A bare SignedData of either family.
    Cms,
    /// X.509 certificates, DER or PEM.
    Certificate,
    /// None of these.
    Unknown,
}

impl Kind {
    /// A stable name for reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Ofd => "ofd",
            Self::Seal => "seal",
            Self::SealSignature => "seal_signature",
            Self::Cms => "cms",
            Self::Certificate => "certificate",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How far a PDF header may stand from the start and still be called a PDF (the reader refuses it
/// by name then); 1,024 bytes is what viewers search.
const PDF_HEADER_WITHIN: usize = 1024;

/// What kind of file `bytes` is.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Kind {
    let start = &bytes[..bytes.len().min(PDF_HEADER_WITHIN)];
    if start.windows(5).any(|window| window == b"%PDF-") {
        return Kind::Pdf;
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return if zip_holds(bytes, b"OFD.xml") { Kind::Ofd } else { Kind::Unknown };
    }
    if start.trim_ascii_start().starts_with(b"-----BEGIN CERTIFICATE-----") {
        return Kind::Certificate;
    }
    structure(bytes).unwrap_or(Kind::Unknown)
}

/// A payload of a signature: its structure, and the bytes that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payload<'a> {
    /// What the structure is.
    pub kind: Kind,
    /// Exactly the structure.
    pub der: &'a [u8],
    /// What follows it: in a PDF only zeros are allowed there.
    pub rest: &'a [u8],
}

/// Splits the `/Contents` of a PDF signature into its structure and the padding behind it.
/// `None` when no DER element begins there.
#[must_use]
pub fn payload(contents: &[u8]) -> Option<Payload<'_>> {
    let der = Reader::new(contents).any().ok()?.raw();
    let kind = structure(der).unwrap_or(Kind::Unknown);
    Some(Payload { kind, der, rest: &contents[der.len()..] })
}

/// The kind of a DER structure: an identifier first is a ContentInfo; otherwise the shape of the
/// first SEQUENCE inside the first SEQUENCE tells seal, seal signature and certificate apart.
fn structure(bytes: &[u8]) -> Option<Kind> {
    let mut reader = Reader::new(bytes);
    let mut outer = reader.read(tag::SEQUENCE).ok()?.reader();
    let first = outer.any().ok()?;
    let second = outer.any().ok()?;
    if first.tag() == tag::OID {
        return (second.tag() == tag::context(0)).then_some(Kind::Cms);
    }
    let mut inner = first.expect(tag::SEQUENCE).ok()?.reader();
    let (head, next) = (inner.any().ok()?, inner.any().ok()?);
    // Of a certificate the validity, of a revocation list a time.
    let mut tag_of_next = || inner.any().ok().map(|element| element.tag());
    let (_, fourth) = (tag_of_next(), tag_of_next());
    match head.tag() {
        tag::SEQUENCE if is_seal_header(&head) => Some(Kind::Seal),
        tag::INTEGER if holds_seal(&next) => Some(Kind::SealSignature),
        tag::INTEGER | 0xa0 if second.tag() == tag::SEQUENCE && fourth == Some(tag::SEQUENCE) => {
            Some(Kind::Certificate)
        }
        _ => None,
    }
}

/// `SES_Header` begins with the string `ES`.
fn is_seal_header(element: &Element<'_>) -> bool {
    element.reader().any().is_ok_and(|id| id.tag() == tag::IA5_STRING && id.content() == b"ES")
}

/// `SESeal` → `SES_SealInfo` → `SES_Header`.
fn holds_seal(element: &Element<'_>) -> bool {
    let header = || element.reader().sequence().ok()?.read(tag::SEQUENCE).ok();
    element.tag() == tag::SEQUENCE && header().is_some_and(|header| is_seal_header(&header))
}

/// The end record of a ZIP and its longest comment (APPNOTE 4.3.16).
const ZIP_END_BYTES_MAX: usize = 22 + 65_535;
/// Entries looked at; an OFD package of a thousand pages has a few thousand.
const ZIP_ENTRIES_MAX: usize = 65_535;

/// True when the central directory of a ZIP names `wanted`, with or without a leading slash.
fn zip_holds(bytes: &[u8], wanted: &[u8]) -> bool {
    directory_start(bytes).is_some_and(|start| {
        let mut rest = bytes.get(start..).unwrap_or_default();
        for _ in 0..ZIP_ENTRIES_MAX {
            let Some((name, next)) = entry(rest) else { return false };
            if name.strip_prefix(b"/").unwrap_or(name) == wanted {
                return true;
            }
            rest = next;
        }
        false
    })
}

fn directory_start(bytes: &[u8]) -> Option<usize> {
    let tail = &bytes[bytes.len().saturating_sub(ZIP_END_BYTES_MAX)..];
    let at = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let offset: [u8; 4] = tail.get(at + 16..at + 20)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(offset)).ok()
}

/// Name of the first central directory entry, and what follows the entry.
fn entry(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = bytes.get(..46).filter(|header| header.starts_with(b"PK\x01\x02"))?;
    let length = |at: usize| usize::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let name = bytes.get(46..46 + length(28))?;
    let next = bytes.get(46 + length(28) + length(30) + length(32)..)?;
    Some((name, next))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shared::shared;

    fn check(sample: &str, expected: Kind) {
        let Some(path) = shared("container", &format!("samples/{sample}")) else { return };
        let bytes = std::fs::read(path).expect("a sample");
        assert_eq!(recognise(&bytes), expected, "{sample}");
    }

    #[test]
    fn real_files() {
        check("pdf/unsigned/minimal.pdf", Kind::Pdf);
        for ofd in ["999", "hello", "n", "testPathClip", "v4signed"] {
            check(&format!("ofd/{ofd}.ofd"), Kind::Ofd);
        }
        for seal in ["UserV1", "UserV4", "UserV5", "UserV5_ts"] {
            check(&format!("seal/{seal}.esl"), Kind::Seal);
        }
        check("seal/SignedValueV4.dat", Kind::SealSignature);
        check("seal/SignedValueV5.dat", Kind::SealSignature);
        check("cms/cfca-sadk-attached-noattr.der", Kind::Cms);
        check("certs/jiangsu-tax-maker.der", Kind::Certificate);
        check("certs/ca_TJCA.pem", Kind::Certificate);
        check("certs/crl_ROOTCA.crl", Kind::Unknown);
        check("tables/holder_types.csv", Kind::Unknown);
    }

    #[test]
    fn neither_garbage_nor_a_plain_zip_is_a_document() {
        for bytes in [&b""[..], b"PK\x03\x04", b"\x30\x00", b"\x30\x03\x30\x01\x02", b"GIF89a"] {
            assert_eq!(recognise(bytes), Kind::Unknown);
        }
        let end = [&b"PK\x03\x04"[..], b"PK\x05\x06", &[0xff; 18]].concat();
        assert_eq!(recognise(&end), Kind::Unknown);
    }

    #[test]
    fn padding_is_split_off() {
        let payload = payload(b"\x30\x03\x02\x01\x05\x00\x00").expect("an element");
        assert_eq!((payload.der.len(), payload.rest), (5, &[0, 0][..]));
        assert_eq!(super::payload(b"\x00\x00").map(|payload| payload.kind), Some(Kind::Unknown));
        assert_eq!(super::payload(b"\x30\x80"), None);
    }
}
