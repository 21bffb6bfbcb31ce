//! The signed attributes: what each says, and whether it agrees with the rest of the message.

use super::facts::{AttributeFacts, Binding};
use super::structure::{SignedAttributes, SignerInfo};
use crate::algorithm::Digest;
use crate::der::{DerError, Element, Reader, tag};
use crate::oid::{self, Oid};
use crate::x509::Certificate;

pub(super) fn facts(
    list: &SignedAttributes<'_>,
    content_type: &Oid,
    signer: &SignerInfo<'_>,
    certificate: Option<&Certificate>,
) -> AttributeFacts {
    let ids: Vec<Oid> = list.list.iter().map(|attribute| attribute.id.clone()).collect();
    let bind = |id: &Oid, agrees: &dyn Fn(&Element<'_>) -> Result<bool, DerError>| match only_value(
        list, id,
    ) {
        Value::Absent => Binding::Absent,
        Value::One(value) => agrees(&value).map_or(Binding::Unreadable, |same| match same {
            true => Binding::Same,
            false => Binding::Different,
        }),
        Value::Malformed => Binding::Unreadable,
    };
    AttributeFacts {
        repeated: repeated(&ids),
        sorted: list.sorted(),
        content_type: bind(&oid::CONTENT_TYPE, &|value| Ok(same_type(&value.oid()?, content_type))),
        message_digest: message_digest(list).is_some(),
        signing_time: match only_value(list, &oid::SIGNING_TIME) {
            Value::One(value) => value.time().ok(),
            Value::Absent | Value::Malformed => None,
        },
        signing_certificate: bind(&oid::SIGNING_CERTIFICATE, &|value| {
            certificate.map_or(Ok(false), |certificate| names_v1(value, certificate))
        }),
        signing_certificate_v2: bind(&oid::SIGNING_CERTIFICATE_V2, &|value| {
            certificate.map_or(Ok(false), |certificate| names_v2(value, certificate))
        }),
        algorithm_protection: bind(&oid::CMS_ALGORITHM_PROTECTION, &|value| {
            protects(value, signer)
        }),
        ids,
    }
}

enum Value<'a> {
    Absent,
    One(Element<'a>),
    Malformed,
}

/// The value of an attribute that must occur once with one value.
fn only_value<'a>(list: &SignedAttributes<'a>, id: &Oid) -> Value<'a> {
    let mut found = list.of(id);
    match (found.next(), found.next()) {
        (None, _) => Value::Absent,
        (Some(attribute), None) => match attribute.values[..] {
            [value] => Value::One(value),
            _ => Value::Malformed,
        },
        (Some(_), Some(_)) => Value::Malformed,
    }
}

fn repeated(ids: &[Oid]) -> Vec<Oid> {
    let mut sorted = ids.to_vec();
    sorted.sort();
    let mut twice: Vec<Oid> =
        sorted.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
    twice.dedup();
    twice
}

/// The value of `messageDigest`.
pub(super) fn message_digest<'a>(list: &SignedAttributes<'a>) -> Option<&'a [u8]> {
    match only_value(list, &oid::MESSAGE_DIGEST) {
        Value::One(value) => Some(value.expect(tag::OCTET_STRING).ok()?.content()),
        Value::Absent | Value::Malformed => None,
    }
}

/// The two families name plain data differently, and real messages mix them.
fn same_type(attribute: &Oid, content_type: &Oid) -> bool {
    let plain = |id: &Oid| *id == oid::DATA || *id == oid::GM_DATA;
    attribute == content_type || (plain(attribute) && plain(content_type))
}

/// `SigningCertificate ::= SEQUENCE { certs SEQUENCE OF ESSCertID, … }` with `ESSCertID ::=
/// SEQUENCE { certHash Hash (SHA-1), issuerSerial OPTIONAL }` (RFC 2634, 5.4.1): the first entry
/// is the signer's. SHA-1 serves here only to tell certificates apart that chain to an anchor.
fn names_v1(value: &Element<'_>, certificate: &Certificate) -> Result<bool, DerError> {
    let mut entry = first_entry(value)?;
    let hash = entry.read(tag::OCTET_STRING)?.content();
    let sha1 = &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY;
    let same = aws_lc_rs::digest::digest(sha1, certificate.der()).as_ref() == hash;
    Ok(same && names_issuer(&mut entry, certificate)?)
}

/// `SigningCertificateV2` with `ESSCertIDv2 ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier
/// DEFAULT sha256, certHash Hash, issuerSerial OPTIONAL }` (RFC 5035, 4).
fn names_v2(value: &Element<'_>, certificate: &Certificate) -> Result<bool, DerError> {
    let mut entry = first_entry(value)?;
    let digest = match entry.optional(tag::SEQUENCE)? {
        None => Digest::Sha256,
        Some(algorithm) => {
            let id = algorithm.reader().any()?.oid()?;
            let unknown = DerError::value(algorithm.offset(), "supported digest");
            Digest::from_oid(&id).ok_or(unknown)?
        }
    };
    let hash = entry.read(tag::OCTET_STRING)?.content();
    let same = digest.hash(&[certificate.der()]) == hash;
    Ok(same && names_issuer(&mut entry, certificate)?)
}

fn first_entry<'a>(value: &Element<'a>) -> Result<Reader<'a>, DerError> {
    value.expect(tag::SEQUENCE)?.reader().sequence()?.sequence()
}

/// `IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber }`, when it is there.
fn names_issuer(entry: &mut Reader<'_>, certificate: &Certificate) -> Result<bool, DerError> {
    let Some(issuer_serial) = entry.optional(tag::SEQUENCE)? else {
        return entry.finish().map(|()| true);
    };
    entry.finish()?;
    let mut reader = issuer_serial.reader();
    let names = reader.read(tag::SEQUENCE)?.reader().collect()?;
    let serial = reader.read(tag::INTEGER)?.content();
    reader.finish()?;
    let directory_name = |name: &Element<'_>| {
        name.tag() == tag::context(4) && name.content() == certificate.issuer().raw()
    };
    Ok(serial == certificate.serial() && names.iter().any(directory_name))
}

/// `CMSAlgorithmProtection ::= SEQUENCE { digestAlgorithm, signatureAlgorithm [1], … }`
/// (RFC 6211, 2): the same identifiers and parameters as outside, where NULL and nothing are one.
fn protects(value: &Element<'_>, signer: &SignerInfo<'_>) -> Result<bool, DerError> {
    let mut reader = value.expect(tag::SEQUENCE)?.reader();
    let digest = reader.read(tag::SEQUENCE)?;
    let signature = reader.read(tag::context(1))?;
    reader.finish()?;
    Ok(normal(digest.content()) == normal(signer.digest_algorithm.content())
        && normal(signature.content()) == normal(signer.signature_algorithm.content()))
}

fn normal(identifier: &[u8]) -> &[u8] {
    identifier.strip_suffix(&[tag::NULL, 0]).unwrap_or(identifier)
}
