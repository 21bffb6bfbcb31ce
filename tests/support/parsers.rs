//! Every parser under one signature: bytes in, nothing out, never a panic. The fuzz targets and
//! tests/artefacts.rs run these.

use formats::{cms, container, der, pdf, ses, tree, x509};

/// A parser with its answer thrown away.
pub type Parser = fn(&[u8]);

/// Names and parsers, in the order of `fuzz/fuzz_targets/`.
pub const PARSERS: [(&str, Parser); 5] =
    [("cms", cms), ("der", der), ("pdf", pdf), ("ses", ses), ("x509", x509)];

/// Signed messages, alone and over some bytes.
pub fn cms(bytes: &[u8]) {
    let _ = cms::examine(bytes, None);
    let _ = cms::examine(bytes, Some(&[b"content"]));
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

/// PDF: structure, revisions, signatures, and a new signature on top.
pub fn pdf(bytes: &[u8]) {
    let limits = pdf::Limits::default();
    let _ = pdf::examine(bytes, &limits);
    let request = pdf::sign::SignatureRequest::new("Fuzz", pdf::sign::SignatureKind::Pades);
    let _ = pdf::sign::prepare(bytes, &request, &limits);
}

/// Seals and seal signatures of every edition.
pub fn ses(bytes: &[u8]) {
    let _ = ses::examine(bytes, None);
    let _ = ses::examine(bytes, Some(&[b"content"]));
    let _ = ses::examine_seal(bytes);
}

/// Certificates, DER and PEM.
pub fn x509(bytes: &[u8]) {
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
