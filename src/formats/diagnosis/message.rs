//! Signed messages: what their signature and their digest may have been made over.

use super::Effort;
use super::digest::{self, Misdigest, Stored};
use super::range::Candidates;
use super::search::{Candidate, Missigned, Over, Search};
use crate::algorithm::{Digest, suite_of};
use crate::cms::{SignedAttributes, SignedData, SignerId, SignerInfo};
use crate::der::{Reader, tag, write};
use crate::oid;
use crate::x509::Certificate;
use std::borrow::Cow;

pub(super) fn signature(
    der: &[u8],
    original: Option<&[&[u8]]>,
    effort: &mut Effort,
) -> Option<Missigned> {
    let read = SignedData::parse(der).ok()?;
    let signer = read.signers.first()?;
    let certificates = certificates(&read);
    let certificate = certificates.iter().find(|one| is_named(&signer.id, one))?;
    let algorithm = Reader::only(signer.digest_algorithm.raw(), tag::SEQUENCE).ok()?;
    let named = Digest::from_oid(&algorithm.reader().any().ok()?.oid().ok()?);
    let key = certificate.public_key().ok()?;
    let suite = suite_of(signer.signature_algorithm.raw(), key, named).ok()?;
    let search =
        Search { signer: certificate, others: &certificates, suite, value: signer.signature };
    search.run(candidates(signer, read.content, original, suite.digest()), effort)
}

/// Compares the digest that the message states with those of other regions.
pub(super) fn digest(
    der: &[u8],
    regions: &Candidates<'_>,
    effort: &mut Effort,
) -> Option<Misdigest> {
    let read = SignedData::parse(der).ok()?;
    let signer = read.signers.first()?;
    let algorithm = signer.digest_algorithm.reader().any().ok()?.oid().ok()?;
    let value = match &signer.signed_attributes {
        Some(list) => message_digest(list)?,
        None => read.content?,
    };
    let stored = Stored { value, named: Digest::from_oid(&algorithm)?, signer: None };
    digest::explain(&stored, regions, effort)
}

fn candidates<'a>(
    signer: &SignerInfo<'a>,
    content: Option<&'a [u8]>,
    original: Option<&'a [&'a [u8]]>,
    digest: Digest,
) -> Vec<Candidate<'a>> {
    let whole: Option<Vec<Cow<'a, [u8]>>> = match (content, original) {
        (Some(content), _) => Some(vec![content.into()]),
        (None, original) => original.map(|parts| parts.iter().map(|part| (*part).into()).collect()),
    };
    let Some(list) = &signer.signed_attributes else {
        let carried = content.map(|content| digest.hash(&[content]));
        let digested = carried.or_else(|| original.map(|parts| digest.hash(parts)));
        let digested = digested.map(|value| (Over::StoredDigest, vec![value.into()]));
        let right = whole.map(|parts| (Over::Right, parts));
        return right.into_iter().chain(digested).collect();
    };
    let mut found = vec![
        (Over::Right, list.signed_bytes().iter().map(|part| (*part).into()).collect()),
        (Over::TaggedAttributes, vec![list.raw.into()]),
    ];
    let inside = Reader::only(list.raw, tag::context(0)).map(|element| element.content());
    found.extend(inside.ok().map(|content| (Over::WithoutHeader, vec![content.into()])));
    if !list.sorted() {
        let parts: Vec<&[u8]> = list.list.iter().map(|attribute| attribute.raw).collect();
        found.push((Over::SortedAttributes, vec![write::set_of(&parts).into()]));
    }
    found.extend(message_digest(list).map(|value| (Over::StoredDigest, vec![value.into()])));
    found.extend(whole.map(|parts| (Over::Original, parts)));
    found
}

fn message_digest<'a>(list: &SignedAttributes<'a>) -> Option<&'a [u8]> {
    let value = list.of(&oid::MESSAGE_DIGEST).next()?.values.first()?;
    Some(value.expect(tag::OCTET_STRING).ok()?.content())
}

fn certificates(read: &SignedData<'_>) -> Vec<Certificate> {
    read.certificates.iter().filter_map(|der| Certificate::parse(der).ok()).collect()
}

fn is_named(id: &SignerId<'_>, one: &Certificate) -> bool {
    match id {
        SignerId::IssuerSerial { issuer, serial } => {
            one.issuer().raw() == *issuer && one.serial() == *serial
        }
        SignerId::KeyIdentifier(wanted) => {
            one.extensions().subject_key_identifier.as_deref() == Some(*wanted)
        }
    }
}
