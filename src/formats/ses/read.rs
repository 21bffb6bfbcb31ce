//! The parts that all editions share, and the switch between editions.

use super::structure::{Extension, Listed, Picture, Property, Seal, SealInfo};
use super::{
    CERTIFICATE_BYTES_MAX, EXTENSIONS_MAX, LIST_ENTRIES_MAX, SEAL_BYTES_MAX, SesError,
    TEXT_BYTES_MAX, v1, v4, within,
};
use crate::der::{DerError, Element, Reader, tag};

/// At most `max` elements; more is an error, not a long loop.
pub(super) fn elements<'a>(
    what: &'static str,
    mut reader: Reader<'a>,
    max: usize,
) -> Result<Vec<Element<'a>>, SesError> {
    let mut found = Vec::new();
    while !reader.is_empty() {
        within(what, found.len() + 1, max)?;
        found.push(reader.any()?);
    }
    Ok(found)
}

/// A seal by the number of its elements: 2 is v1, 4 is v4 or v5 by its header, 5 is v5.
pub(super) fn seal<'a>(outer: &Element<'a>) -> Result<Seal<'a>, SesError> {
    within("seal", outer.raw().len(), SEAL_BYTES_MAX)?;
    let parts = elements("elements of a seal", outer.reader(), 5)?;
    match parts.len() {
        2 => v1::seal(outer, &parts),
        4 | 5 => v4::seal(outer, &parts),
        found => Err(SesError::Elements { what: "seal", found }),
    }
}

/// Where the editions differ inside `SES_SealInfo`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// No `certListType`; extensions in an explicit tag of unprinted number.
    V1,
    /// `certListType`; extensions untagged.
    V4,
}

/// `SES_SealInfo`.
pub(super) fn seal_info<'a>(
    element: Element<'a>,
    dialect: Dialect,
) -> Result<SealInfo<'a>, SesError> {
    let mut reader = element.expect(tag::SEQUENCE)?.reader();
    let (version, vendor) = header(reader.read(tag::SEQUENCE)?)?;
    let id = text("seal identifier", reader.any()?)?;
    let property = property(reader.read(tag::SEQUENCE)?, dialect)?;
    let picture = picture(reader.read(tag::SEQUENCE)?)?;
    let extensions = if reader.is_empty() { Vec::new() } else { seal_extensions(reader.any()?)? };
    reader.finish()?;
    Ok(SealInfo { raw: element.raw(), version, vendor, id, property, picture, extensions })
}

/// `SES_Header ::= SEQUENCE { ID IA5String ("ES"), version INTEGER, Vid IA5String }`.
fn header(element: Element<'_>) -> Result<(i64, String), SesError> {
    let mut reader = element.reader();
    if reader.any()?.content() != b"ES" {
        return Err(SesError::Header { offset: element.offset() });
    }
    let version = reader.any()?.small_integer()?;
    let vendor = text("vendor", reader.any()?)?;
    reader.finish()?;
    Ok((version, vendor))
}

fn property<'a>(element: Element<'a>, dialect: Dialect) -> Result<Property<'a>, SesError> {
    let mut reader = element.reader();
    let kind = reader.any()?.small_integer()?;
    let name = text("seal name", reader.any()?)?;
    let list_type = match dialect {
        Dialect::V1 => None,
        Dialect::V4 => Some(reader.any()?.small_integer()?),
    };
    let items = reader.read(tag::SEQUENCE)?.reader();
    let items = elements("entries of the signer list", items, LIST_ENTRIES_MAX)?;
    let list = items.iter().map(|item| listed(item, list_type)).collect::<Result<_, _>>()?;
    let (created, valid_from) = (reader.any()?.time()?, reader.any()?.time()?);
    let valid_to = reader.any()?.time()?;
    reader.finish()?;
    Ok(Property { kind, name, list_type, list, created, valid_from, valid_to })
}

/// One entry; the declared type of the list must agree with what stands there.
fn listed<'a>(item: &Element<'a>, list_type: Option<i64>) -> Result<Listed<'a>, SesError> {
    let digests = list_type == Some(2);
    Ok(match item.tag() {
        tag::OCTET_STRING if !digests => {
            within("listed certificate", item.content().len(), CERTIFICATE_BYTES_MAX)?;
            Listed::Certificate(item.content())
        }
        tag::SEQUENCE if digests => digest(item).unwrap_or(Listed::Other(item.raw())),
        _ => Listed::Other(item.raw()),
    })
}

fn digest<'a>(item: &Element<'a>) -> Result<Listed<'a>, DerError> {
    let mut reader = item.reader();
    let algorithm = reader.any()?.text()?;
    let value = reader.read(tag::OCTET_STRING)?.content();
    reader.finish()?;
    Ok(Listed::Digest { algorithm, value })
}

fn picture<'a>(element: Element<'a>) -> Result<Picture<'a>, SesError> {
    let mut reader = element.reader();
    let kind = text("picture type", reader.any()?)?;
    let bytes = reader.read(tag::OCTET_STRING)?.content();
    let (width_mm, height_mm) = (reader.any()?.small_integer()?, reader.any()?.small_integer()?);
    reader.finish()?;
    Ok(Picture { kind, bytes, width_mm, height_mm })
}

/// Extensions of a seal, plain or inside one explicit tag.
fn seal_extensions<'a>(element: Element<'a>) -> Result<Vec<Extension<'a>>, SesError> {
    if element.tag() & 0xe0 == 0xa0 {
        return tagged_extensions(element);
    }
    extensions(element)
}

/// `[0] EXPLICIT ExtensionDatas`.
pub(super) fn tagged_extensions<'a>(element: Element<'a>) -> Result<Vec<Extension<'a>>, SesError> {
    let mut inner = element.reader();
    let list = inner.any()?;
    inner.finish()?;
    extensions(list)
}

fn extensions<'a>(element: Element<'a>) -> Result<Vec<Extension<'a>>, SesError> {
    let items = element.expect(tag::SEQUENCE)?.reader();
    let items = elements("extensions", items, EXTENSIONS_MAX)?;
    items.into_iter().map(extension).collect()
}

fn extension<'a>(element: Element<'a>) -> Result<Extension<'a>, SesError> {
    let mut reader = element.expect(tag::SEQUENCE)?.reader();
    let id = reader.any()?.oid()?;
    let critical = match reader.optional(tag::BOOLEAN)? {
        Some(flag) => flag.boolean()?,
        None => false,
    };
    let value = reader.read(tag::OCTET_STRING)?.content();
    reader.finish()?;
    Ok(Extension { id, critical, value })
}

/// A string of any character type within its budget.
pub(super) fn text(what: &'static str, element: Element<'_>) -> Result<String, SesError> {
    within(what, element.content().len(), TEXT_BYTES_MAX)?;
    Ok(element.text()?)
}

/// An OCTET STRING that holds a certificate.
pub(super) fn certificate<'a>(element: Element<'a>) -> Result<&'a [u8], SesError> {
    let bytes = element.expect(tag::OCTET_STRING)?.content();
    within("certificate", bytes.len(), CERTIFICATE_BYTES_MAX)?;
    Ok(bytes)
}

/// `timeStamp [0] BIT STRING`: explicit (`a0 LL 03 LL 00 …`) as met in files, or implicit
/// (`80 LL 00 …`) as the production can also be read.
pub(super) fn time_stamp<'a>(element: Element<'a>) -> Result<&'a [u8], SesError> {
    if element.tag() == tag::context(0) {
        let mut inner = element.reader();
        let bits = inner.any()?.bit_string()?;
        inner.finish()?;
        return Ok(bits);
    }
    match element.expect(tag::context_primitive(0))?.content() {
        [0, bytes @ ..] => Ok(bytes),
        _ => Err(DerError::value(element.offset(), "BIT STRING of whole bytes").into()),
    }
}
