//! Seals and seal signatures: what their signatures and their digest may have been made over.

use super::Effort;
use super::digest::{self, Misdigest, Stored};
use super::range::Candidates;
use super::search::{Candidate, Missigned, Over, Search};
use crate::algorithm::{Digest, suite_from_oid};
use crate::der::{Element, Reader, tag, write};
use crate::ses::{Edition, Listed, Seal, SealSignature};
use crate::x509::Certificate;

pub(super) fn signature(
    der: &[u8],
    original: Option<&[&[u8]]>,
    effort: &mut Effort,
) -> Option<Missigned> {
    let read = SealSignature::parse(der).ok()?;
    let signer = Certificate::parse(read.certificate).ok()?;
    let suite = suite_from_oid(&read.algorithm, signer.public_key().ok()?, None).ok()?;
    let mut others: Vec<Certificate> = listed(&read.seal);
    others.extend(Certificate::parse(read.seal.certificate));
    let search = Search { signer: &signer, others: &others, suite, value: read.signature };
    search.run(candidates(&read, original), effort)
}

fn candidates<'a>(
    read: &'a SealSignature<'a>,
    original: Option<&'a [&'a [u8]]>,
) -> Vec<Candidate<'a>> {
    let mut found: Vec<Candidate<'a>> = vec![
        (Over::Right, vec![read.to_sign.into()]),
        (Over::StoredDigest, vec![read.data_hash.into()]),
        (Over::Seal, vec![read.seal.raw.into()]),
    ];
    let Ok(to_sign) = Reader::only(read.to_sign, tag::SEQUENCE) else { return found };
    found.push((Over::WithoutHeader, vec![to_sign.content().into()]));
    let certificate = write::octet_string(read.certificate);
    let algorithm = write::oid(&read.algorithm);
    let bare = [read.to_sign, &certificate, &algorithm].concat();
    found.push((Over::WithCertificate, vec![write::tlv(tag::SEQUENCE, &bare).into()]));
    found.push((Over::WithCertificate, vec![bare.into()]));
    found.extend(rewritten(&to_sign).into_iter().map(|der| (Over::Rewritten, vec![der.into()])));
    let parts = original.map(|parts| parts.iter().map(|part| (*part).into()).collect());
    found.extend(parts.map(|parts| (Over::Original, parts)));
    found
}

/// The part to sign as another writer would have put it: the time in the other form, the digest in
/// the other kind of string, without extensions.
fn rewritten(to_sign: &Element<'_>) -> Vec<Vec<u8>> {
    let Ok(parts) = to_sign.reader().collect() else { return Vec::new() };
    let mut found = Vec::new();
    for (at, part) in parts.iter().enumerate() {
        let other = match (part.tag(), part.time(), part.bit_string()) {
            (tag::UTC_TIME, Ok(time), _) => Some(write::generalized_time(time)),
            (tag::GENERALIZED_TIME, Ok(time), _) => Some(write::utc_time(time)),
            (tag::BIT_STRING, _, Ok(bits)) => Some(write::octet_string(bits)),
            (tag::OCTET_STRING, ..) if at == 3 => Some(write::bit_string(part.content())),
            (0xa0, ..) => Some(Vec::new()),
            _ => None,
        };
        let Some(other) = other else { continue };
        let mut pieces: Vec<&[u8]> = parts.iter().map(Element::raw).collect();
        pieces[at] = &other;
        found.push(write::sequence(&pieces));
    }
    found
}

/// Why the maker's signature does not verify.
pub(super) fn seal(der: &[u8], effort: &mut Effort) -> Option<Missigned> {
    let read = Seal::parse(der).ok()?;
    let maker = Certificate::parse(read.certificate).ok()?;
    let suite = suite_from_oid(&read.algorithm, maker.public_key().ok()?, None).ok()?;
    let certificate = write::octet_string(read.certificate);
    let algorithm = write::oid(&read.algorithm);
    let mut candidates: Vec<Candidate<'_>> = vec![
        (Over::Right, vec![read.signed_bytes().into()]),
        (Over::Picture, vec![read.info.picture.bytes.into()]),
    ];
    let other = match read.edition {
        Edition::V1 => read.info.raw.to_vec(),
        Edition::V4 | Edition::V5 => write::sequence(&[read.info.raw, &certificate, &algorithm]),
    };
    candidates.push((Over::OtherEdition, vec![other.into()]));
    if let Ok(info) = Reader::only(read.info.raw, tag::SEQUENCE) {
        candidates.push((Over::WithoutHeader, vec![info.content().into()]));
    }
    let others = listed(&read);
    let search = Search { signer: &maker, others: &others, suite, value: read.signature };
    search.run(candidates, effort)
}

/// Compares the digest that a seal signature states with those of other regions.
pub(super) fn digest(
    der: &[u8],
    regions: &Candidates<'_>,
    effort: &mut Effort,
) -> Option<Misdigest> {
    let read = SealSignature::parse(der).ok()?;
    let signer = Certificate::parse(read.certificate).ok();
    let stored = Stored { value: read.data_hash, named: Digest::Sm3, signer: signer.as_ref() };
    digest::explain(&stored, regions, effort)
}

fn listed(seal: &Seal<'_>) -> Vec<Certificate> {
    let certificate = |entry: &Listed<'_>| match entry {
        Listed::Certificate(der) => Certificate::parse(der).ok(),
        Listed::Digest { .. } | Listed::Other(_) => None,
    };
    seal.info.property.list.iter().filter_map(certificate).collect()
}
