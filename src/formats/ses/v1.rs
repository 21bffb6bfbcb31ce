//! GM/T 0031-2014: the structure of the first edition, with the tolerances that old files need.

use super::structure::{Edition, Seal, SealSignature};
use super::{SesError, read, time_info};
use crate::der::{DerError, Element, Reader, tag, write};
use std::borrow::Cow;

/// `SESeal ::= SEQUENCE { esealInfo SES_SealInfo, signInfo SES_SignInfo }`.
pub(super) fn seal<'a>(outer: &Element<'a>, parts: &[Element<'a>]) -> Result<Seal<'a>, SesError> {
    let info = read::seal_info(parts[0], read::Dialect::V1)?;
    let mut reader = sign_info(&parts[1])?;
    let certificate = reader.any()?;
    let algorithm = reader.read(tag::OID)?;
    let signature = reader.any()?.bit_string()?;
    reader.finish()?;
    let signed = write::sequence(&[info.raw, certificate.raw(), algorithm.raw()]);
    Ok(Seal {
        edition: Edition::V1,
        raw: outer.raw(),
        certificate: read::certificate(certificate)?,
        algorithm: algorithm.oid()?,
        signature,
        time_stamp: None,
        signed: Cow::Owned(signed),
        info,
    })
}

/// `SES_SignInfo ::= SEQUENCE { cert OCTET STRING, signatureAlgorithm OBJECT IDENTIFIER,
/// signData BIT STRING }`, which some writers wrap in a BIT STRING.
fn sign_info<'a>(element: &Element<'a>) -> Result<Reader<'a>, DerError> {
    if element.tag() == tag::BIT_STRING {
        return Ok(Reader::only(element.bit_string()?, tag::SEQUENCE)?.reader());
    }
    Ok(element.expect(tag::SEQUENCE)?.reader())
}

/// `SES_Signature ::= SEQUENCE { toSign TBS_Sign, signature BIT STRING }` with `TBS_Sign ::=
/// SEQUENCE { version, eseal, timeInfo, dataHash, propertyInfo, cert, signatureAlgorithm }`.
pub(super) fn signature<'a>(
    outer: &Element<'a>,
    parts: &[Element<'a>],
) -> Result<SealSignature<'a>, SesError> {
    let to_sign = parts[0].expect(tag::SEQUENCE)?;
    let mut reader = to_sign.reader();
    let version = reader.read(tag::INTEGER)?.small_integer()?;
    let seal = read::seal(&reader.read(tag::SEQUENCE)?)?;
    let time = time_info::read(&reader.any()?);
    let data_hash = match reader.peek() {
        Some(tag::OCTET_STRING) => reader.any()?.content(),
        _ => reader.any()?.bit_string()?,
    };
    let property_info = read::text("protected range", reader.any()?)?;
    let certificate = read::certificate(reader.any()?)?;
    let algorithm = reader.any()?.oid()?;
    reader.finish()?;
    Ok(SealSignature {
        edition: Edition::V1,
        raw: outer.raw(),
        to_sign: to_sign.raw(),
        version,
        seal,
        time,
        data_hash,
        property_info,
        extensions: Vec::new(),
        certificate,
        algorithm,
        signature: parts[1].bit_string()?,
        time_stamp: None,
    })
}
