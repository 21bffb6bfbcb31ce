//! The structures of seals, signed messages and certificates, each with its DER tree.

use super::{Section, words};
use crate::language::Language;
use crate::view::time::instant;
use formats::algorithm::Suite;
use formats::oid::Oid;
use formats::proof::{Encoding, SignatureFact};
use formats::ses::{self, Listing, TimeFact};
use formats::x509::Certificate;
use formats::{cms, text};

/// A seal signature, and the seal inside it as a part of its own.
pub(super) fn seal_signature(section: Section, der: &[u8], original: &[&[u8]]) -> Vec<Section> {
    let facts = match ses::examine(der, Some(original)) {
        Ok(facts) => facts,
        Err(cause) => return vec![section.unreadable(&cause).tree(der)],
    };
    let inside = Section::new(section.language, words::SEAL_INSIDE);
    let head =
        section.with(words::STANDARD, facts.edition.standard()).with(words::VERSION, facts.version);
    let head = match &facts.time {
        TimeFact::Claimed(at) => head.with(words::CLAIMED_TIME, instant(*at)),
        TimeFact::Token(_) => head.said(words::CLAIMED_TIME, words::TIME_BY_TOKEN),
        TimeFact::Unreadable => head.said(words::CLAIMED_TIME, words::UNREADABLE),
    };
    let stamp = if facts.time_stamp.is_some() { words::PRESENT } else { words::ABSENT };
    let head = head
        .with(words::PROTECTS, &facts.property_info)
        .with(words::DIGEST_OF_ORIGINAL, text::hex(&facts.data_hash))
        .with(words::ALGORITHM, named(&facts.algorithm));
    let head = proof(head, &facts.signature);
    let head = match &facts.listing {
        Listing::Undecidable { algorithm } => head.with(words::LISTED, algorithm),
        listing => head.said(words::LISTED, words::listing(listing)),
    };
    let head = head.said(words::TIME_STAMP, stamp);
    let head = certificate(head, words::SIGNER, facts.signer.as_ref().ok()).tree(der);
    vec![head, seal(inside, &facts.seal.bytes)]
}

/// A seal by itself.
pub(super) fn seal(section: Section, der: &[u8]) -> Section {
    let facts = match ses::examine_seal(der) {
        Ok(facts) => facts,
        Err(cause) => return section.unreadable(&cause).tree(der),
    };
    let picture = &facts.picture;
    let section = section
        .with(words::STANDARD, facts.edition.standard())
        .with(words::VENDOR, &facts.vendor)
        .with(words::SEAL_CODE, &facts.id)
        .with(words::SEAL_KIND, facts.kind)
        .with(words::NAME, &facts.name)
        .with(words::MADE, instant(facts.created))
        .period(words::VALID, facts.valid_from, facts.valid_to)
        .with(
            words::PICTURE,
            format_args!("{}, {} × {} mm", picture.kind, picture.width_mm, picture.height_mm),
        )
        .with(words::PICTURE_BYTES, picture.bytes.len())
        .with(words::LISTED_SIGNERS, facts.listed.len());
    certificate(proof(section, &facts.signature), words::MAKER, facts.maker.as_ref().ok())
}

/// A signed message (GB/T 35275, RFC 5652).
pub(super) fn message(section: Section, der: &[u8], original: Option<&[&[u8]]>) -> Section {
    let facts = match cms::examine(der, original) {
        Ok(facts) => facts,
        Err(cause) => return section.unreadable(&cause).tree(der),
    };
    let section = section
        .with(words::STANDARD, facts.family)
        .with(words::CONTENT, named(&facts.content_type))
        .with(words::DIGEST, named(&facts.digest_algorithm))
        .with(words::ALGORITHM, named(&facts.signature_algorithm));
    let section = proof(section, &facts.signature)
        .said(words::SIGNS, words::covers(facts.covers))
        .with(words::CERTIFICATES, facts.certificates.len())
        .with(words::TIME_STAMPS, facts.time_stamps.len());
    certificate(section, words::SIGNER, facts.signer.as_ref().ok()).tree(der)
}

/// A file that is a certificate, DER or PEM.
pub(super) fn certificate_file(language: Language, bytes: &[u8]) -> Section {
    let section = Section::new(language, words::CERTIFICATE);
    let read = match std::str::from_utf8(bytes) {
        Ok(pem) if pem.contains("-----BEGIN") => {
            Certificate::from_pem(pem).map_err(|cause| section.clone().unreadable(&cause))
        }
        _ => Certificate::parse(bytes).map_err(|cause| section.clone().unreadable(&cause)),
    };
    match read {
        Ok(read) => certificate(section, words::CERTIFICATE, Some(&read)).tree(read.der()),
        Err(unreadable) => unreadable,
    }
}

fn certificate(
    section: Section,
    who: (&'static str, &'static str),
    read: Option<&Certificate>,
) -> Section {
    let Some(read) = read else {
        return section.said(who, words::NO_CERTIFICATE);
    };
    section
        .with(who, read.subject())
        .with(words::ISSUED_BY, read.issuer())
        .with(words::SERIAL, read.serial_hex())
        .period(words::CERTIFICATE_VALID, read.not_before(), read.not_after())
}

/// What became of a signature value.
fn proof(section: Section, fact: &SignatureFact) -> Section {
    let suite = |suite: &Suite, encoding: &Encoding| match encoding {
        Encoding::Standard => suite.name(),
        Encoding::Raw => format!("{}, {encoding}", suite.name()),
    };
    match fact {
        SignatureFact::Verified { suite: of, encoding } => section
            .said(words::SIGNATURE_VALUE, words::VERIFIED)
            .with(words::SUITE, suite(of, encoding)),
        SignatureFact::Bad { suite: of, encoding, reason } => section
            .said(words::SIGNATURE_VALUE, words::BAD)
            .with(words::SUITE, suite(of, encoding))
            .with(words::WHY, reason),
        SignatureFact::Undecidable(reason) => {
            section.said(words::SIGNATURE_VALUE, words::UNDECIDABLE).with(words::WHY, reason)
        }
    }
}

/// An identifier with its name, where it has one.
fn named(oid: &Oid) -> String {
    match oid.name() {
        Some(name) => format!("{name} ({oid})"),
        None => oid.to_string(),
    }
}
