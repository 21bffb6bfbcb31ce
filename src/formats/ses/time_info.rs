//! The moment of sealing as v1 files write it.

use super::TimeInfo;
use crate::der::{Element, Reader, tag, write};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// `timeInfo BIT STRING`: a time stamp token, a DER time, or text (`2020-01-25T07:31:56.377Z`,
/// `20200125073156Z`, `200125073156Z`); some writers put the DER time or an OCTET STRING directly.
pub(super) fn read<'a>(element: &Element<'a>) -> TimeInfo<'a> {
    if let Ok(time) = element.time() {
        return TimeInfo::Time(time);
    }
    let inner = match element.tag() {
        tag::BIT_STRING => element.bit_string().unwrap_or_default(),
        tag::OCTET_STRING => element.content(),
        _ => &[],
    };
    match moment(inner) {
        Some(time) => TimeInfo::Time(time),
        None if Reader::only(inner, tag::SEQUENCE).is_ok() => TimeInfo::Token(inner),
        None => TimeInfo::Unreadable(element.raw()),
    }
}

fn moment(bytes: &[u8]) -> Option<OffsetDateTime> {
    let element = |bytes: &[u8]| {
        let mut reader = Reader::new(bytes);
        let time = reader.any().ok()?.time().ok()?;
        reader.is_empty().then_some(time)
    };
    let text = std::str::from_utf8(bytes).ok();
    element(bytes)
        .or_else(|| OffsetDateTime::parse(text?.trim(), &Rfc3339).ok())
        .or_else(|| element(&write::tlv(tag::GENERALIZED_TIME, text?.trim().as_bytes())))
        .or_else(|| element(&write::tlv(tag::UTC_TIME, text?.trim().as_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[track_caller]
    fn check(bytes: &[u8], expected: Option<OffsetDateTime>) {
        let mut reader = Reader::new(bytes);
        let found = match read(&reader.any().expect("an element")) {
            TimeInfo::Time(time) => Some(time),
            TimeInfo::Token(_) | TimeInfo::Unreadable(_) => None,
        };
        assert_eq!(found, expected, "{}", String::from_utf8_lossy(bytes));
    }

    #[test]
    fn every_shape_met_in_files() {
        let second = datetime!(2020-01-25 07:31:56 UTC);
        check(
            &write::bit_string(b"2020-01-25T07:31:56.377Z"),
            Some(datetime!(2020-01-25 07:31:56.377 UTC)),
        );
        check(&write::bit_string(b"2020-01-25T15:31:56+08:00"), Some(second));
        check(&write::bit_string(b"20200125073156Z"), Some(second));
        check(&write::bit_string(b"200125073156Z"), Some(second));
        check(&write::bit_string(&write::utc_time(second)), Some(second));
        check(&write::octet_string(b"200125073156Z"), Some(second));
        check(&write::generalized_time(second), Some(second));
    }

    #[test]
    fn anything_else_is_no_time() {
        for bad in [&b""[..], b"yesterday", b"20200125073156", b"\x30\x00\x00", b"\xff\xff"] {
            check(&write::bit_string(bad), None);
        }
        let token = write::bit_string(&write::sequence(&[]));
        let element = Reader::new(&token).any().expect("an element");
        assert_eq!(read(&element), TimeInfo::Token(&[0x30, 0]));
    }
}
