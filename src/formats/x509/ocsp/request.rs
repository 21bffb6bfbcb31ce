//! Questions (RFC 6960, clause 4.1).

use super::{CertId, NONCE_BYTES_MAX, OcspError, REQUEST_BYTES_MAX, SINGLES_MAX};
use crate::der::{DerError, Element, Reader, tag, write};
use crate::oid;
use crate::x509::extension::read_extension;
use crate::x509::profile::extension;

/// The question about some certificates, unsigned. A nonce of 1 to 128 bytes ties the answer to
/// it; many responders answer from a store and leave it out.
#[must_use]
pub fn request(ids: &[CertId], nonce: Option<&[u8]>) -> Vec<u8> {
    let singles: Vec<Vec<u8>> = ids.iter().map(|id| write::sequence(&[&id.to_der()])).collect();
    let list = write::sequence(&singles.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let extensions = nonce.map_or_else(Vec::new, |nonce| {
        write::tlv(tag::context(2), &write::sequence(&[&nonce_extension(nonce)]))
    });
    write::sequence(&[&write::sequence(&[&list, &extensions])])
}

pub(super) fn nonce_extension(nonce: &[u8]) -> Vec<u8> {
    extension(&oid::OCSP_NONCE, false, &write::octet_string(nonce))
}

/// What is asked: `OCSPRequest ::= SEQUENCE { tbsRequest, optionalSignature [0] OPTIONAL }`. A
/// signature on a question is not looked at: everybody may ask.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    /// The certificates asked about, at least one.
    pub ids: Vec<CertId>,
    /// The nonce.
    pub nonce: Option<Vec<u8>>,
}

impl OcspRequest {
    /// Reads a question; nothing may follow it.
    ///
    /// # Errors
    /// Not a question, or one that asks for what is not known here.
    pub fn parse(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > REQUEST_BYTES_MAX {
            return Err(OcspError::TooLarge(der.len()));
        }
        let mut outer = Reader::only(der, tag::SEQUENCE)?.reader();
        let tbs = outer.read(tag::SEQUENCE)?;
        outer.optional(tag::context(0))?;
        outer.finish()?;
        let mut fields = tbs.reader();
        read_version(fields.optional(tag::context(0))?)?;
        fields.optional(tag::context(1))?;
        let list = fields.read(tag::SEQUENCE)?;
        let extensions = fields.optional(tag::context(2))?;
        fields.finish()?;
        let singles = list.reader().collect()?;
        let (found, max) = (singles.len(), SINGLES_MAX);
        if found > max {
            return Err(OcspError::TooMany { what: "certificates asked about", found, max });
        }
        if found == 0 {
            return Err(DerError::value(list.offset(), "list of certificates").into());
        }
        let nonce = match extensions.map(explicit).transpose()? {
            Some(list) => read_extensions(list, tbs.offset())?.nonce,
            None => None,
        };
        Ok(Self { ids: singles.into_iter().map(single).collect::<Result<_, _>>()?, nonce })
    }
}

fn single(element: Element<'_>) -> Result<CertId, OcspError> {
    let mut fields = element.expect(tag::SEQUENCE)?.reader();
    let id = CertId::read(fields.any()?)?;
    if let Some(extensions) = fields.optional(tag::context(0))? {
        read_extensions(explicit(extensions)?, element.offset())?;
    }
    fields.finish()?;
    Ok(id)
}

/// `version [0] EXPLICIT Version DEFAULT v1`; v1 written out is against DER and still v1.
pub(super) fn read_version(field: Option<Element<'_>>) -> Result<(), OcspError> {
    match field.map(|field| Reader::only(field.content(), tag::INTEGER)) {
        None => Ok(()),
        Some(Ok(version)) if version.small_integer()? == 0 => Ok(()),
        Some(Ok(_)) => Err(OcspError::Version),
        Some(Err(error)) => Err(error.into()),
    }
}

/// The SEQUENCE inside an explicit tag.
pub(super) fn explicit(field: Element<'_>) -> Result<Element<'_>, DerError> {
    let mut reader = field.reader();
    let inner = reader.read(tag::SEQUENCE)?;
    reader.finish()?;
    Ok(inner)
}

/// The extensions of a question or an answer.
#[derive(Default)]
pub(super) struct Extensions {
    pub(super) nonce: Option<Vec<u8>>,
    pub(super) invalid_since: Option<time::OffsetDateTime>,
    pub(super) unknown_critical: Option<oid::Oid>,
}

/// Most extensions of one message or member.
const EXTENSIONS_MAX: usize = 16;

pub(super) fn read_extensions(list: Element<'_>, offset: usize) -> Result<Extensions, DerError> {
    let members = list.reader().collect()?;
    let bad = |what| DerError::value(offset, what);
    if members.len() > EXTENSIONS_MAX {
        return Err(bad("few extensions"));
    }
    let mut read = Extensions::default();
    let mut seen: Vec<oid::Oid> = Vec::with_capacity(members.len());
    for member in members {
        let (id, critical, value) = read_extension(member)?;
        if seen.contains(&id) {
            return Err(bad("extensions, each once"));
        }
        match &id {
            id if *id == oid::OCSP_NONCE => {
                let nonce = Reader::only(value, tag::OCTET_STRING)?.content();
                if nonce.is_empty() || nonce.len() > NONCE_BYTES_MAX {
                    return Err(bad("nonce"));
                }
                read.nonce = Some(nonce.to_vec());
            }
            id if *id == oid::INVALIDITY_DATE => {
                read.invalid_since = Some(Reader::only(value, tag::GENERALIZED_TIME)?.time()?);
            }
            id if critical => read.unknown_critical = Some(id.clone()),
            _ => {}
        }
        seen.push(id);
    }
    Ok(read)
}
