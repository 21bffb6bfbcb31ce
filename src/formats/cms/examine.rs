//! One rule for every variant in use, and nothing looser.
//!
//! 1. The outer and inner identifiers may be of either family; exactly one signer.
//! 2. With signed attributes: `contentType` and `messageDigest` are required, the digest must be
//!    the original's, and the signature covers the attributes as stored, with a0 read as 31.
//! 3. Without: content that is carried must be the original or its digest, and is what is signed;
//!    otherwise the original is what is signed.
//!
//! Nothing is tried twice with different inputs: structure decides what is verified.

use super::attributes;
use super::facts::{CmsFacts, ContentFact, Covers};
use super::frame;
use super::{CmsError, RevocationMaterial, SignedData, SignerId, SignerInfo, read};
use crate::algorithm::{Digest, suite_of};
use crate::der::{Element, Reader, tag};
use crate::oid::{self, Oid};
use crate::original::Original;
use crate::proof::{self, CertificateFact, DigestFact, SignatureFact, Undecidable};
use crate::seen::Seen;
use crate::x509::Certificate;
use std::borrow::Cow;

/// Reads a signed message with one signer and checks it against `original` (in parts, if it is at
/// hand and not carried).
///
/// # Errors
/// The bytes are no SignedData, or it has not exactly one signer; everything else is a fact.
pub fn examine(message: &[u8], original: Option<&[&[u8]]>) -> Result<CmsFacts, CmsError> {
    examine_over(message, original.map(Original::new), &mut Seen::default())
}

/// As [`examine`], over an original whose digests may be begun already, in a file of which some is seen.
///
/// # Errors
/// As [`examine`].
pub fn examine_over(
    message: &[u8],
    original: Option<Original<'_>>,
    seen: &mut Seen,
) -> Result<CmsFacts, CmsError> {
    let read = SignedData::parse(message)?;
    let [signer] = &read.signers[..] else {
        return Err(CmsError::Signers { found: read.signers.len() });
    };
    let digest_algorithm = read::algorithm(&signer.digest_algorithm)?;
    let digest = Digest::from_oid(&digest_algorithm);
    let certificates: Vec<_> =
        read.certificates.iter().filter_map(|der| seen.certificate(der).ok()).collect();
    let certificate = signer_certificate(&signer.id, &certificates);
    let content = content_fact(read.content, original, digest);
    Ok(CmsFacts {
        family: read.family,
        content,
        content_len: read.content.map(<[u8]>::len),
        covers: covers(signer, read.content),
        data: data_fact(signer, read.content, content, original, digest),
        signature_algorithm: read::algorithm(&signer.signature_algorithm)?,
        signature: signature_fact(signer, &certificate, read.content, original, digest),
        irregular: frame::irregularities(&read, signer),
        attribute_shaped: signer.signed_attributes.is_none()
            && attribute_shaped(read.content, original),
        attributes: signer.signed_attributes.as_ref().map(|list| {
            attributes::facts(list, &read.content_type, signer, certificate.as_ref().ok())
        }),
        digest_algorithm,
        unreadable_certificates: read.certificates.len() - certificates.len(),
        certificates,
        signer: certificate,
        framed: RevocationMaterial::framed(&read),
        attributed: RevocationMaterial::attributed(signer)?,
        content_type: read.content_type.clone(),
        time_stamps: time_stamps(signer),
        signature_value: signer.signature.to_vec(),
    })
}

/// The first certificate carried that the signer identifier names.
fn signer_certificate(id: &SignerId<'_>, carried: &[Certificate]) -> CertificateFact {
    let named = |certificate: &&Certificate| match id {
        SignerId::IssuerSerial { issuer, serial } => {
            certificate.issuer().raw() == *issuer && certificate.serial() == *serial
        }
        SignerId::KeyIdentifier(wanted) => {
            certificate.extensions().subject_key_identifier.as_deref() == Some(*wanted)
        }
    };
    carried.iter().find(named).cloned().ok_or(Undecidable::NoCertificate)
}

fn content_fact(
    content: Option<&[u8]>,
    original: Option<Original<'_>>,
    digest: Option<Digest>,
) -> ContentFact {
    match (content, original) {
        (None, _) => ContentFact::Detached,
        (Some(_), None) => ContentFact::Unchecked,
        (Some(content), Some(original)) if is_concatenation(content, original.parts()) => {
            ContentFact::Original
        }
        (Some(content), Some(original))
            if digest.is_some_and(|digest| original.digest(digest) == content) =>
        {
            ContentFact::DigestOfOriginal
        }
        _ => ContentFact::Other,
    }
}

fn is_concatenation(whole: &[u8], parts: &[&[u8]]) -> bool {
    let mut rest = whole;
    for part in parts {
        let Some(after) = rest.strip_prefix(*part) else { return false };
        rest = after;
    }
    rest.is_empty()
}

fn covers(signer: &SignerInfo<'_>, content: Option<&[u8]>) -> Covers {
    match (&signer.signed_attributes, content) {
        (Some(_), _) => Covers::Attributes,
        (None, Some(_)) => Covers::Content,
        (None, None) => Covers::Original,
    }
}

fn data_fact(
    signer: &SignerInfo<'_>,
    content: Option<&[u8]>,
    fact: ContentFact,
    original: Option<Original<'_>>,
    digest: Option<Digest>,
) -> DigestFact {
    let Some(digest) = digest else { return DigestFact::Absent };
    let agrees = match fact {
        ContentFact::Original | ContentFact::DigestOfOriginal => DigestFact::Equal(digest),
        ContentFact::Other => return DigestFact::Different(digest),
        ContentFact::Detached => DigestFact::Absent,
        ContentFact::Unchecked => DigestFact::NoOriginal,
    };
    let Some(attributes) = &signer.signed_attributes else {
        return agrees;
    };
    let Some(stored) = attributes::message_digest(attributes) else {
        return DigestFact::Absent;
    };
    match (original, content) {
        // Without an original the carried content is what the digest speaks of; content that is
        // itself the digest leaves the original unknown.
        (None, Some(content)) if stored == content => DigestFact::NoOriginal,
        (None, Some(content)) => DigestFact::of(stored, digest, Some(Original::new(&[content]))),
        (original, _) => DigestFact::of(stored, digest, original),
    }
}

fn signature_fact(
    signer: &SignerInfo<'_>,
    certificate: &CertificateFact,
    content: Option<&[u8]>,
    original: Option<Original<'_>>,
    digest: Option<Digest>,
) -> SignatureFact {
    let decide = || {
        let key = proof::key_of(certificate)?;
        let suite = suite_of(signer.signature_algorithm.raw(), key, digest)?;
        if digest.is_none() {
            let named = read::algorithm(&signer.digest_algorithm);
            return Err(Undecidable::Digest(named.map_or_else(|e| e.to_string(), name_of)));
        }
        let signature = signer.signature;
        match (&signer.signed_attributes, content, original) {
            (Some(list), _, _) => Ok(proof::check(suite, key, &list.signed_bytes(), signature)),
            (None, Some(content), _) => Ok(proof::check(suite, key, &[content], signature)),
            (None, None, Some(original)) => {
                Ok(proof::check(suite, key, original.parts(), signature))
            }
            (None, None, None) => Err(Undecidable::NoOriginal),
        }
    };
    decide().unwrap_or_else(SignatureFact::Undecidable)
}

/// Whether what is signed reads as `SET OF Attribute`.
fn attribute_shaped(content: Option<&[u8]>, original: Option<Original<'_>>) -> bool {
    let whole = match (content, original.map(|original| original.parts())) {
        (Some(content), _) => Cow::Borrowed(content),
        // Attributes are short: a long original is not copied to be looked at.
        (None, Some(parts)) if parts.iter().map(|part| part.len()).sum::<usize>() < 64 * 1024 => {
            Cow::Owned(parts.concat())
        }
        (None, _) => return false,
    };
    let Ok(set) = Reader::only(&whole, tag::SET) else { return false };
    let attribute = |element: &Element<'_>| {
        let mut reader = element.reader();
        let named = reader.any().is_ok_and(|id| id.tag() == tag::OID);
        element.tag() == tag::SEQUENCE && named && reader.peek() == Some(tag::SET)
    };
    set.reader().collect().is_ok_and(|list| !list.is_empty() && list.iter().all(attribute))
}

fn name_of(oid: Oid) -> String {
    oid.name().map_or_else(|| oid.to_string(), str::to_owned)
}

/// `signatureTimeStampToken` attributes (RFC 3161, appendix A).
fn time_stamps(signer: &SignerInfo<'_>) -> Vec<Vec<u8>> {
    let tokens = signer
        .unsigned_attributes
        .iter()
        .filter(|attribute| attribute.id == oid::SIGNATURE_TIME_STAMP)
        .flat_map(|attribute| attribute.values.iter());
    tokens.map(|token| token.raw().to_vec()).collect()
}
