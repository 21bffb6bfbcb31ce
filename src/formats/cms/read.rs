//! Reading the parts of a SignedData.

use super::structure::{Attribute, Family, SignedAttributes, SignedData, SignerId, SignerInfo};
use super::{
    ATTRIBUTES_MAX, CERTIFICATE_BYTES_MAX, CERTIFICATES_MAX, CRLS_MAX, CmsError, SIGNERS_MAX,
    within,
};
use crate::der::{Element, Reader, tag};
use crate::oid::Oid;

/// Digest algorithms named at the top; real messages name one.
const DIGEST_ALGORITHMS_MAX: usize = 16;

fn elements<'a>(
    what: &'static str,
    mut reader: Reader<'a>,
    max: usize,
) -> Result<Vec<Element<'a>>, CmsError> {
    let mut found = Vec::new();
    while !reader.is_empty() {
        within(what, found.len() + 1, max)?;
        found.push(reader.any()?);
    }
    Ok(found)
}

pub(super) fn signed_data<'a>(
    raw: &'a [u8],
    family: Family,
    element: Element<'a>,
) -> Result<SignedData<'a>, CmsError> {
    let mut reader = element.reader();
    let version = reader.read(tag::INTEGER)?.small_integer()?;
    let digests = reader.read(tag::SET)?.reader();
    let digests = elements("digest algorithms", digests, DIGEST_ALGORITHMS_MAX)?;
    let (content_type, content) = content(reader.read(tag::SEQUENCE)?)?;
    let carried = match reader.optional(tag::context(0))? {
        Some(set) => elements("certificates", set.reader(), CERTIFICATES_MAX)?,
        None => Vec::new(),
    };
    let certificates = certificates(&carried)?;
    let crls = match reader.optional(tag::context(1))? {
        Some(set) => elements("revocation lists", set.reader(), CRLS_MAX)?,
        None => Vec::new(),
    };
    let signers = elements("signers", reader.read(tag::SET)?.reader(), SIGNERS_MAX)?;
    reader.finish()?;
    Ok(SignedData {
        raw,
        family,
        version,
        other_certificates: carried.len() - certificates.len(),
        digest_algorithms: digests,
        content_type,
        content,
        certificates,
        crls,
        signers: signers.into_iter().map(signer).collect::<Result<_, _>>()?,
    })
}

/// `EncapsulatedContentInfo ::= SEQUENCE { eContentType, eContent [0] EXPLICIT OCTET STRING
/// OPTIONAL }`; GB/T 35275 allows any type in `[0]`, files hold an OCTET STRING.
fn content<'a>(element: Element<'a>) -> Result<(Oid, Option<&'a [u8]>), CmsError> {
    let mut reader = element.reader();
    let content_type = reader.read(tag::OID)?.oid()?;
    let content = match reader.optional(tag::context(0))? {
        Some(tagged) => Some(Reader::only(tagged.content(), tag::OCTET_STRING)?.content()),
        None => None,
    };
    reader.finish()?;
    Ok((content_type, content))
}

/// `CertificateSet`: certificates are SEQUENCEs; attribute certificates and the like are tagged.
fn certificates<'a>(carried: &[Element<'a>]) -> Result<Vec<&'a [u8]>, CmsError> {
    let only = carried.iter().filter(|element| element.tag() == tag::SEQUENCE);
    only.map(|element| {
        within("certificate", element.raw().len(), CERTIFICATE_BYTES_MAX)?;
        Ok(element.raw())
    })
    .collect()
}

/// The identifier of an `AlgorithmIdentifier ::= SEQUENCE { algorithm OID, parameters ANY }`.
pub(super) fn algorithm(element: &Element<'_>) -> Result<Oid, CmsError> {
    Ok(crate::algorithm::identifier(*element)?.0)
}

fn signer<'a>(element: Element<'a>) -> Result<SignerInfo<'a>, CmsError> {
    let mut reader = element.expect(tag::SEQUENCE)?.reader();
    let version = reader.read(tag::INTEGER)?.small_integer()?;
    let id = signer_id(reader.any()?)?;
    let digest_algorithm = reader.read(tag::SEQUENCE)?;
    let signed_attributes = match reader.optional(tag::context(0))? {
        Some(set) => Some(SignedAttributes { raw: set.raw(), list: attributes(set)? }),
        None => None,
    };
    let signature_algorithm = reader.read(tag::SEQUENCE)?;
    let signature = reader.read(tag::OCTET_STRING)?.content();
    let unsigned_attributes = match reader.optional(tag::context(1))? {
        Some(set) => attributes(set)?,
        None => Vec::new(),
    };
    reader.finish()?;
    Ok(SignerInfo {
        version,
        id,
        digest_algorithm,
        signed_attributes,
        signature_algorithm,
        signature,
        unsigned_attributes,
    })
}

fn signer_id<'a>(element: Element<'a>) -> Result<SignerId<'a>, CmsError> {
    if element.tag() == tag::context_primitive(0) {
        return Ok(SignerId::KeyIdentifier(element.content()));
    }
    let mut reader = element.expect(tag::SEQUENCE)?.reader();
    let issuer = reader.read(tag::SEQUENCE)?.raw();
    let serial = reader.read(tag::INTEGER)?.content();
    reader.finish()?;
    Ok(SignerId::IssuerSerial { issuer, serial })
}

fn attributes<'a>(set: Element<'a>) -> Result<Vec<Attribute<'a>>, CmsError> {
    let items = elements("attributes", set.reader(), ATTRIBUTES_MAX)?;
    items.into_iter().map(attribute).collect()
}

fn attribute<'a>(element: Element<'a>) -> Result<Attribute<'a>, CmsError> {
    let mut reader = element.expect(tag::SEQUENCE)?.reader();
    let id = reader.read(tag::OID)?.oid()?;
    let values = elements("attribute values", reader.read(tag::SET)?.reader(), ATTRIBUTES_MAX)?;
    reader.finish()?;
    Ok(Attribute { raw: element.raw(), id, values })
}
