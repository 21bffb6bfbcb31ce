//! Every parser under one signature: bytes in, nothing out, never a panic. The fuzz targets and
//! tests/artefacts.rs run these.

use domain::id::PublicCode;
use domain::identifier::{
    CitizenId, Division, LicenseIdentifier, LicenseTypeCode, SealCode, UnifiedCode,
};
use domain::license::LicenseNumber;
use domain::{jwt, request_signature, signed, trust_list};
use formats::x509::ocsp;
use formats::{cms, container, der, examine, intake, pdf, ses, sheet, text, tree, tsp, x509, zip};
use std::fmt::Display;
use std::str::FromStr;

/// A parser with its answer thrown away.
pub type Parser = fn(&[u8]);

/// Names and parsers, in the order of `fuzz/fuzz_targets/`.
pub const PARSERS: [(&str, Parser); 13] = [
    ("cms", cms),
    ("codes", codes),
    ("der", der),
    ("intake", intake),
    ("ocsp", ocsp),
    ("pdf", pdf),
    ("picture", picture),
    ("requests", requests),
    ("ses", ses),
    ("sheet", sheet),
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

/// Files that are to be kept; what was written anew is kept again.
pub fn intake(bytes: &[u8]) {
    let Ok(taken) = intake::take(bytes) else { return };
    let again = taken.rewritten.map(|written| intake::take(&written));
    assert!(again.is_none_or(|again| again.is_ok()));
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
    let _ = pdf::carry(bytes, 1, &limits);
    let request = pdf::sign::SignatureRequest::new("Fuzz", pdf::sign::SignatureKind::Pades);
    let _ = pdf::sign::prepare(bytes, &request, &limits);
}

/// Pictures of seals.
pub fn picture(bytes: &[u8]) {
    let _ = pdf::SealPicture::read(bytes, &pdf::Limits::default());
}

/// What clients send to prove who they are: signed requests, as header lines, and tokens with keys.
pub fn requests(bytes: &[u8]) {
    use request_signature::{BodyDigest, Request, Signed, SimpleSigned};
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let _ =
        jwt::read(text.trim()).map(|token| token.verify(&Default::default(), jwt::Algorithm::ALL));
    let _ = (jwt::KeySet::read(bytes), jwt::Key::read(bytes));
    let lines = text.lines().filter_map(|line| line.split_once(':'));
    let request = Request {
        method: "POST".to_owned(),
        scheme: "https".to_owned(),
        authority: "zheng.example".to_owned(),
        path: "/v1/licenses".to_owned(),
        query: Some("a=1".to_owned()),
        headers: lines.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
        has_body: true,
    };
    for field in [text, &request.header("content-digest").unwrap_or_default()] {
        let _ = BodyDigest::read(field).map(BodyDigest::is_right);
    }
    if let Ok(Some(signed)) = Signed::read(&request) {
        let _ = (signed.covers(&request), signed.key(), signed.algorithm());
        let _ =
            (signed.base(&request), domain::time::from_micros(0).map(|at| signed.once(at).is_ok()));
    }
    if let Ok(Some(signed)) = SimpleSigned::read(&request) {
        let _ = signed.verify(b"key", &request);
    }
}

/// Seals and seal signatures of every edition.
pub fn ses(bytes: &[u8]) {
    let _ = ses::examine(bytes, None);
    let _ = ses::examine(bytes, Some(&[b"content"]));
    let _ = ses::examine_seal(bytes);
}

/// Tables and archives; what is read of CSV is written so that it reads back.
pub fn sheet(bytes: &[u8]) {
    let limits = sheet::SheetLimits {
        rows_max: 1000,
        columns_max: 50,
        cells_max: 50_000,
        cell_bytes_max: 10_000,
        total_bytes_max: 100_000,
    };
    let _ = sheet::read_xlsx(bytes, &limits);
    let of_zip =
        zip::ZipLimits { entries_max: 50, entry_bytes_max: 1 << 20, total_bytes_max: 1 << 22 };
    if let Ok(archive) = zip::Zip::read(bytes, &of_zip) {
        for entry in archive.files() {
            let _ = archive.inflate(entry);
        }
    }
    let Ok((charset, text)) = sheet::decode(bytes) else { return };
    let Ok(rows) = sheet::read_csv(&text, &limits) else { return };
    let written = sheet::write_csv(rows.iter().map(|row| row.cells.as_slice()), charset);
    let again = sheet::decode(&written).ok().map(|(_, text)| sheet::read_csv(&text, &limits));
    let cells =
        |rows: &[sheet::SheetRow]| rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>();
    if let Some(Ok(again)) = again {
        assert_eq!(cells(&again), cells(&rows));
    }
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
