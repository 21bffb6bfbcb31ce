//! Every parser under one signature: bytes in, nothing out, never a panic. The fuzz targets and
//! tests/artefacts.rs run these.

use domain::id::PublicCode;
use domain::identifier::{
    CitizenId, Division, LicenseIdentifier, LicenseTypeCode, SealCode, UnifiedCode,
};
use domain::license::LicenseNumber;
use domain::{signed, trust_list};
use formats::x509::ocsp;
use formats::{cms, container, der, examine, pdf, ses, text, tree, tsp, x509};
use std::fmt::Display;
use std::str::FromStr;

/// A parser with its answer thrown away.
pub type Parser = fn(&[u8]);

/// Names and parsers, in the order of `fuzz/fuzz_targets/`.
pub const PARSERS: [(&str, Parser); 10] = [
    ("cms", cms),
    ("codes", codes),
    ("der", der),
    ("ocsp", ocsp),
    ("pdf", pdf),
    ("picture", picture),
    ("ses", ses),
    ("signed", signed),
    ("tsp", tsp),
    ("x509", x509),
];

/// Signed messages, alone and over some bytes.
pub fn cms(bytes: &[u8]) {
    let _ = cms::examine(bytes, None);
    let _ = cms::examine(bytes, Some(&[b"content"]));
}

/// Identifiers, numbers and dates that people and machines write; what is read is written the same.
pub fn codes(bytes: &[u8]) {
    fn stable<T: FromStr + Display>(text: &str) {
        let Ok(value) = text.parse::<T>() else { return };
        let written = value.to_string();
        let again = written.parse::<T>().map(|value| value.to_string());
        assert_eq!(again.ok(), Some(written));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    stable::<Division>(text);
    stable::<LicenseIdentifier>(text);
    stable::<LicenseTypeCode>(text);
    stable::<SealCode>(text);
    stable::<UnifiedCode>(text);
    stable::<LicenseNumber>(text);
    stable::<PublicCode>(text);
    let _ = text.parse::<CitizenId>();
    let _ = (text::pdf_date(text), text::printable(text));
}

/// DER: every element below every element, and the tree in words.
pub fn der(bytes: &[u8]) {
    let mut reader = der::Reader::new(bytes);
    while let Ok(element) = reader.any() {
        let _ = (element.oid(), element.text(), element.time());
        let _ = (element.small_integer(), element.boolean(), element.bit_string());
        if reader.is_empty() {
            break;
        }
    }
    let _ = tree::print(bytes);
    let _ = container::recognise(bytes);
    let _ = container::payload(bytes);
}

/// Answers of responders, and what they are asked; a question that is read is written the same.
pub fn ocsp(bytes: &[u8]) {
    if let Ok(answer) = ocsp::Answer::parse(bytes) {
        let _ = (answer.singles().len(), answer.nonce(), answer.unknown_critical());
        for certificate in answer.certificates() {
            let _ = certificate.public_key().map(|key| answer.verify_signature(key));
        }
    }
    let _ = ocsp::Answer::parse_basic(bytes);
    let _ = ocsp::OcspRequest::parse(bytes);
}

/// PDF: structure, revisions, signatures with all that is in them, text, and a new signature on top.
pub fn pdf(bytes: &[u8]) {
    let limits = pdf::Limits::default();
    if !pdf::is_pdf(bytes) {
        return;
    }
    let _ = examine::examine(bytes, None, &limits);
    if let Ok(file) = pdf::File::read(bytes, &limits) {
        let _ = (pdf::outline(&file), pdf::text::find(&file, "Hello"));
    }
    let request = pdf::sign::SignatureRequest::new("Fuzz", pdf::sign::SignatureKind::Pades);
    let _ = pdf::sign::prepare(bytes, &request, &limits);
}

/// Pictures of seals.
pub fn picture(bytes: &[u8]) {
    let _ = pdf::SealPicture::read(bytes, &pdf::Limits::default());
}

/// Seals and seal signatures of every edition.
pub fn ses(bytes: &[u8]) {
    let _ = ses::examine(bytes, None);
    let _ = ses::examine(bytes, Some(&[b"content"]));
    let _ = ses::examine_seal(bytes);
}

/// Signed JSON: trust lists and receipts.
pub fn signed(bytes: &[u8]) {
    for kind in [trust_list::TYPE, "yinzheng/verification-receipt/1"] {
        if let Ok(opened) = signed::open(bytes, kind) {
            let _ = opened.claimed::<serde_json::Value>();
        }
    }
    if let Ok((list, opened)) = trust_list::TrustList::claimed(bytes) {
        let key = opened.certificates().first().and_then(|one| one.public_key().ok());
        let _ = key.map(|key| trust_list::TrustList::read(bytes, key));
        let _ = list.policy();
    }
}

/// Time-stamp tokens.
pub fn tsp(bytes: &[u8]) {
    let _ = tsp::is_token(bytes);
    let _ = tsp::examine(bytes, None);
    let _ = tsp::examine(bytes, Some(&[b"stamped"]));
}

/// Certificates, DER and PEM, and revocation lists.
pub fn x509(bytes: &[u8]) {
    let _ = x509::crl::Crl::parse(bytes);
    if let Ok(certificate) = x509::Certificate::parse(bytes) {
        let _ = (certificate.subject().to_string(), certificate.issuer().to_string());
        if let Ok(key) = certificate.public_key() {
            let _ = certificate.verify_signature(key);
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = x509::Certificate::all_from_pem(text);
    }
}
