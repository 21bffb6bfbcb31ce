//! GB/T 38540-2020 (v4) and GM/T 0031-2025 (v5), which adds a time stamp to the seal.

use super::structure::{Edition, Seal, SealSignature, TimeInfo};
use super::{SesError, read};
use crate::der::{Element, tag};
use std::borrow::Cow;

/// `SESeal ::= SEQUENCE { eSealInfo, cert, signAlgID, signedValue, timeStamp [0] OPTIONAL }`:
/// four elements and header version 5, or five elements, make it v5.
pub(super) fn seal<'a>(outer: &Element<'a>, parts: &[Element<'a>]) -> Result<Seal<'a>, SesError> {
    let info = read::seal_info(parts[0], read::Dialect::V4)?;
    let time_stamp = parts.get(4).map(|element| read::time_stamp(*element)).transpose()?;
    let v5 = time_stamp.is_some() || info.version == i64::from(Edition::V5.version());
    Ok(Seal {
        edition: if v5 { Edition::V5 } else { Edition::V4 },
        raw: outer.raw(),
        info,
        certificate: read::certificate(parts[1])?,
        algorithm: parts[2].oid()?,
        signature: parts[3].bit_string()?,
        time_stamp,
        signed: Cow::Borrowed(parts[0].raw()),
    })
}

/// `SES_Signature ::= SEQUENCE { toSign TBS_Sign, cert, signatureAlgID, signature,
/// timeStamp [0] OPTIONAL }` with `TBS_Sign ::= SEQUENCE { version, eseal, timeInfo, dataHash,
/// propertyInfo, extDatas [0] OPTIONAL }`; the seal inside says which edition it is.
pub(super) fn signature<'a>(
    outer: &Element<'a>,
    parts: &[Element<'a>],
) -> Result<SealSignature<'a>, SesError> {
    let to_sign = parts[0].expect(tag::SEQUENCE)?;
    let mut reader = to_sign.reader();
    let version = reader.read(tag::INTEGER)?.small_integer()?;
    let seal = read::seal(&reader.read(tag::SEQUENCE)?)?;
    let time = reader.any()?;
    let data_hash = reader.any()?.bit_string()?;
    let property_info = read::text("protected range", reader.any()?)?;
    let extensions = match reader.optional(tag::context(0))? {
        Some(element) => read::tagged_extensions(element)?,
        None => Vec::new(),
    };
    reader.finish()?;
    Ok(SealSignature {
        edition: if seal.edition == Edition::V5 { Edition::V5 } else { Edition::V4 },
        raw: outer.raw(),
        to_sign: to_sign.raw(),
        version,
        seal,
        time: time.time().map_or(TimeInfo::Unreadable(time.raw()), TimeInfo::Time),
        data_hash,
        property_info,
        extensions,
        certificate: read::certificate(parts[1])?,
        algorithm: parts[2].oid()?,
        signature: parts[3].bit_string()?,
        time_stamp: parts.get(4).map(|element| read::time_stamp(*element)).transpose()?,
    })
}
