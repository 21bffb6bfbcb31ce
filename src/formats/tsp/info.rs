//! What a token says.

use super::NUMBER_BYTES_MAX;
use crate::algorithm::{self, Digest};
use crate::der::{DerError, Element, Reader, tag, write};
use crate::oid::Oid;
use time::{Duration, OffsetDateTime};

/// `TSTInfo ::= SEQUENCE { version, policy, messageImprint, serialNumber, genTime, accuracy
/// OPTIONAL, ordering DEFAULT FALSE, nonce OPTIONAL, tsa [0] OPTIONAL, extensions [1] OPTIONAL }`
/// (RFC 3161, 2.4.2)
pub(super) struct TstInfo<'a> {
    pub(super) policy: Oid,
    /// None when the algorithm is not supported.
    pub(super) digest: Option<Digest>,
    pub(super) imprint: &'a [u8],
    pub(super) serial: &'a [u8],
    pub(super) time: OffsetDateTime,
    pub(super) accuracy: Option<Duration>,
    pub(super) nonce: Option<&'a [u8]>,
}

impl<'a> TstInfo<'a> {
    pub(super) fn read(content: &'a [u8]) -> Result<Self, DerError> {
        let mut reader = Reader::only(content, tag::SEQUENCE)?.reader();
        let version = reader.read(tag::INTEGER)?;
        // RFC 3161 has only 1; a draft of the Chinese edition prints 2 for the same structure.
        if !(1..=2).contains(&version.small_integer()?) {
            return Err(DerError::value(version.offset(), "version 1"));
        }
        let policy = reader.read(tag::OID)?.oid()?;
        let (digest, imprint) = imprint(reader.read(tag::SEQUENCE)?)?;
        let serial = number(reader.read(tag::INTEGER)?)?;
        let time = reader.read(tag::GENERALIZED_TIME)?.time()?;
        let accuracy = reader.optional(tag::SEQUENCE)?.map(accuracy).transpose()?;
        if let Some(ordering) = reader.optional(tag::BOOLEAN)? {
            ordering.boolean()?;
        }
        let nonce = reader.optional(tag::INTEGER)?.map(number).transpose()?;
        reader.optional(tag::context(0))?;
        reader.optional(tag::context(1))?;
        reader.finish()?;
        Ok(Self { policy, digest, imprint, serial, time, accuracy, nonce })
    }
}

/// `MessageImprint ::= SEQUENCE { hashAlgorithm, hashedMessage OCTET STRING }`; the digest is none
/// when it is not supported.
pub(super) fn imprint(element: Element<'_>) -> Result<(Option<Digest>, &[u8]), DerError> {
    let mut fields = element.reader();
    let (id, parameters) = algorithm::identifier(fields.any()?)?;
    let value = fields.read(tag::OCTET_STRING)?.content();
    fields.finish()?;
    let digest = Digest::from_oid(&id).filter(|_| algorithm::null_or_absent(parameters));
    Ok((digest, value))
}

/// The same, written.
pub(super) fn to_imprint(digest: Digest, value: &[u8]) -> Vec<u8> {
    let algorithm = write::sequence(&[&write::oid(&digest.oid())]);
    write::sequence(&[&algorithm, &write::octet_string(value)])
}

/// Content of a number of reasonable size; clients in use send negative nonces.
pub(super) fn number(element: Element<'_>) -> Result<&[u8], DerError> {
    let content = element.integer_bytes()?;
    if content.len() > NUMBER_BYTES_MAX {
        return Err(DerError::value(element.offset(), "number of at most 64 bytes"));
    }
    Ok(content)
}

/// `Accuracy ::= SEQUENCE { seconds INTEGER OPTIONAL, millis [0] INTEGER (1..999) OPTIONAL,
/// micros [1] INTEGER (1..999) OPTIONAL }`
fn accuracy(element: Element<'_>) -> Result<Duration, DerError> {
    let bad = DerError::value(element.offset(), "Accuracy");
    let mut fields = element.reader();
    let seconds = fields.optional(tag::INTEGER)?.map_or(Ok(0), |field| field.small_integer())?;
    let mut thousandths = |number| {
        let field = fields.optional(tag::context_primitive(number))?;
        match field.map(|field| field.content()) {
            None => Ok(0),
            Some([one @ 1..=0x7f]) => Ok(i64::from(*one)),
            Some([high @ 0..=3, low]) if *high > 0 || *low > 0x7f => {
                let value = i64::from(*high) << 8 | i64::from(*low);
                if value < 1000 { Ok(value) } else { Err(bad) }
            }
            Some(_) => Err(bad),
        }
    };
    let (millis, micros) = (thousandths(0)?, thousandths(1)?);
    fields.finish()?;
    if !(0..=ACCURACY_SECONDS_MAX).contains(&seconds) {
        return Err(bad);
    }
    Ok(Duration::seconds(seconds) + Duration::milliseconds(millis) + Duration::microseconds(micros))
}

/// A clock that may be wrong by more than a year tells no time.
const ACCURACY_SECONDS_MAX: i64 = 366 * 86_400;

/// The same, written; parts of zero are left out.
pub(super) fn to_accuracy(accuracy: Duration) -> Vec<u8> {
    let part = |number: u8, thousandths: i32| {
        let value = write::integer(thousandths.unsigned_abs().into());
        // INTEGER with another tag; it has one or two bytes.
        if thousandths == 0 {
            Vec::new()
        } else {
            write::tlv(tag::context_primitive(number), &value[2..])
        }
    };
    let seconds = match accuracy.whole_seconds().unsigned_abs() {
        0 => Vec::new(),
        seconds => write::integer(seconds),
    };
    let micros = accuracy.subsec_microseconds();
    write::sequence(&[&seconds, &part(0, micros / 1000), &part(1, micros % 1000)])
}
