//! Reading and writing DER (ITU-T X.690 clause 10) over the original bytes.
//!
//! A reader hands out slices of its input, so that what is verified is what was stored. Lengths
//! must be definite and minimal, tags must be single-byte: nothing else occurs in the structures
//! of this crate. What a primitive *means* is checked by the typed accessors of [`Element`].

use crate::oid::Oid;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

/// Universal and context-specific identifier octets used by the formats of this crate.
pub mod tag {
    /// BOOLEAN
    pub const BOOLEAN: u8 = 0x01;
    /// INTEGER
    pub const INTEGER: u8 = 0x02;
    /// BIT STRING
    pub const BIT_STRING: u8 = 0x03;
    /// OCTET STRING
    pub const OCTET_STRING: u8 = 0x04;
    /// NULL
    pub const NULL: u8 = 0x05;
    /// OBJECT IDENTIFIER
    pub const OID: u8 = 0x06;
    /// ENUMERATED
    pub const ENUMERATED: u8 = 0x0a;
    /// UTF8String
    pub const UTF8_STRING: u8 = 0x0c;
    /// NumericString
    pub const NUMERIC_STRING: u8 = 0x12;
    /// PrintableString
    pub const PRINTABLE_STRING: u8 = 0x13;
    /// T61String
    pub const T61_STRING: u8 = 0x14;
    /// IA5String
    pub const IA5_STRING: u8 = 0x16;
    /// UTCTime
    pub const UTC_TIME: u8 = 0x17;
    /// GeneralizedTime
    pub const GENERALIZED_TIME: u8 = 0x18;
    /// VisibleString
    pub const VISIBLE_STRING: u8 = 0x1a;
    /// BMPString
    pub const BMP_STRING: u8 = 0x1e;
    /// SEQUENCE
    pub const SEQUENCE: u8 = 0x30;
    /// SET
    pub const SET: u8 = 0x31;

    /// `[n]` constructed, context-specific.
    #[must_use]
    pub const fn context(number: u8) -> u8 {
        0xa0 | number
    }

    /// `[n]` primitive, context-specific (IMPLICIT over a primitive type).
    #[must_use]
    pub const fn context_primitive(number: u8) -> u8 {
        0x80 | number
    }
}

/// Why bytes are not the DER that was expected, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("DER at byte {offset}: {reason}")]
pub struct DerError {
    /// Offset from the start of the reader's input.
    pub offset: usize,
    /// What is wrong.
    pub reason: DerReason,
}

/// What is wrong with an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DerReason {
    /// The element ends beyond its input.
    #[error("cut short")]
    Truncated,
    /// Bytes follow the last expected element.
    #[error("bytes after the end")]
    Trailing,
    /// The length is indefinite, longer than four bytes, or not minimal.
    #[error("length is not DER")]
    Length,
    /// Another tag was expected here.
    #[error("tag {found:#04x} where {expected:#04x} was expected")]
    Tag {
        /// The tag required by the structure.
        expected: u8,
        /// The tag found; 0 at the end of the input.
        found: u8,
    },
    /// A multi-byte tag number.
    #[error("multi-byte tag")]
    HighTag,
    /// The content is not a value of its type.
    #[error("not a well-formed {0}")]
    Value(&'static str),
}

impl DerError {
    /// An error about the content of a value, at `offset`.
    #[must_use]
    pub fn value(offset: usize, what: &'static str) -> Self {
        Self { offset, reason: DerReason::Value(what) }
    }
}

/// One element: tag, length and content, as they stand in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Element<'a> {
    raw: &'a [u8],
    header_len: usize,
    offset: usize,
}

impl<'a> Element<'a> {
    /// The identifier octet.
    #[must_use]
    pub fn tag(&self) -> u8 {
        self.raw[0]
    }

    /// The whole element with tag and length, as stored.
    #[must_use]
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// The content octets.
    #[must_use]
    pub fn content(&self) -> &'a [u8] {
        &self.raw[self.header_len..]
    }

    /// Offset of the tag from the start of the outermost reader's input.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Offset of the content from the start of the outermost reader's input.
    #[must_use]
    pub fn content_offset(&self) -> usize {
        self.offset + self.header_len
    }

    /// True for a constructed element.
    #[must_use]
    pub fn is_constructed(&self) -> bool {
        self.tag() & 0x20 != 0
    }

    /// The elements inside a constructed element.
    #[must_use]
    pub fn reader(&self) -> Reader<'a> {
        Reader { input: self.content(), pos: 0, base: self.content_offset() }
    }

    fn bad(&self, what: &'static str) -> DerError {
        DerError::value(self.offset, what)
    }

    /// # Errors
    /// When the tag is another one.
    pub fn expect(self, expected: u8) -> Result<Self, DerError> {
        if self.tag() == expected {
            return Ok(self);
        }
        let reason = DerReason::Tag { expected, found: self.tag() };
        Err(DerError { offset: self.offset, reason })
    }

    /// Content of a minimal INTEGER, two's complement, as stored.
    ///
    /// # Errors
    /// Another tag, no content, or a padded encoding.
    pub fn integer_bytes(&self) -> Result<&'a [u8], DerError> {
        self.expect(tag::INTEGER)?;
        match self.content() {
            [] => Err(self.bad("INTEGER")),
            [0, next, ..] if next & 0x80 == 0 => Err(self.bad("INTEGER")),
            [0xff, next, ..] if next & 0x80 != 0 => Err(self.bad("INTEGER")),
            bytes => Ok(bytes),
        }
    }

    /// Magnitude of a non-negative INTEGER without its sign byte.
    ///
    /// # Errors
    /// As [`Self::integer_bytes`], or the number is negative.
    pub fn unsigned_bytes(&self) -> Result<&'a [u8], DerError> {
        match self.integer_bytes()? {
            [first, ..] if first & 0x80 != 0 => Err(self.bad("non-negative INTEGER")),
            [0, rest @ ..] if !rest.is_empty() => Ok(rest),
            bytes => Ok(bytes),
        }
    }

    /// A small INTEGER (at most eight bytes).
    ///
    /// # Errors
    /// As [`Self::integer_bytes`], or the number does not fit.
    pub fn small_integer(&self) -> Result<i64, DerError> {
        let bytes = self.integer_bytes()?;
        if bytes.len() > 8 {
            return Err(self.bad("small INTEGER"));
        }
        let sign = if bytes[0] & 0x80 != 0 { -1 } else { 0 };
        Ok(bytes.iter().fold(sign, |value: i64, byte| value << 8 | i64::from(*byte)))
    }

    /// A BOOLEAN: exactly `00` or `ff`.
    ///
    /// # Errors
    /// Another tag or any other content.
    pub fn boolean(&self) -> Result<bool, DerError> {
        self.expect(tag::BOOLEAN)?;
        match self.content() {
            [0] => Ok(false),
            [0xff] => Ok(true),
            _ => Err(self.bad("BOOLEAN")),
        }
    }

    /// An OBJECT IDENTIFIER.
    ///
    /// # Errors
    /// Another tag or padded or cut arcs.
    pub fn oid(&self) -> Result<Oid, DerError> {
        self.expect(tag::OID)?;
        Oid::from_content(self.content()).ok_or_else(|| self.bad("OBJECT IDENTIFIER"))
    }

    /// A BIT STRING of whole bytes (no unused bits).
    ///
    /// # Errors
    /// Another tag, no content, or unused bits.
    pub fn bit_string(&self) -> Result<&'a [u8], DerError> {
        self.expect(tag::BIT_STRING)?;
        match self.content() {
            [0, bytes @ ..] => Ok(bytes),
            _ => Err(self.bad("BIT STRING of whole bytes")),
        }
    }

    /// The text of any string type of X.509 and SES, as shown to people.
    ///
    /// # Errors
    /// Another type, or bytes that are not of the character set (IA5String with UTF-8 bytes is
    /// taken as UTF-8: such certificates are in use).
    pub fn text(&self) -> Result<String, DerError> {
        let bytes = self.content();
        match self.tag() {
            tag::UTF8_STRING
            | tag::PRINTABLE_STRING
            | tag::NUMERIC_STRING
            | tag::VISIBLE_STRING
            | tag::IA5_STRING => String::from_utf8(bytes.to_vec()).map_err(|_| self.bad("string")),
            tag::T61_STRING => Ok(bytes.iter().map(|byte| char::from(*byte)).collect()),
            tag::BMP_STRING if bytes.len().is_multiple_of(2) => {
                let units: Vec<u16> = bytes
                    .chunks_exact(2)
                    .map(|pair| u16::from_be_bytes([pair[0], pair[1]]))
                    .collect();
                String::from_utf16(&units).map_err(|_| self.bad("BMPString"))
            }
            _ => Err(self.bad("string")),
        }
    }

    /// A UTCTime (`YYMMDDHHMMSSZ`, 1950–2049) or GeneralizedTime (`YYYYMMDDHHMMSS[.f]Z`).
    ///
    /// # Errors
    /// Another tag, another shape, or no such moment.
    pub fn time(&self) -> Result<OffsetDateTime, DerError> {
        let bad = || self.bad("time");
        let bytes = self.content();
        let (year, rest) = match self.tag() {
            tag::UTC_TIME => {
                let year = digits(bytes.get(..2).ok_or_else(bad)?).ok_or_else(bad)?;
                (if year < 50 { 2000 + year } else { 1900 + year }, &bytes[2..])
            }
            tag::GENERALIZED_TIME => {
                (digits(bytes.get(..4).ok_or_else(bad)?).ok_or_else(bad)?, &bytes[4..])
            }
            _ => return Err(bad()),
        };
        let body = rest.strip_suffix(b"Z").ok_or_else(bad)?;
        let nanosecond = match body.get(10..).ok_or_else(bad)? {
            [] => 0,
            [b'.', fraction @ ..] if self.tag() == tag::GENERALIZED_TIME => {
                nanoseconds(fraction).ok_or_else(bad)?
            }
            _ => return Err(bad()),
        };
        let part = |at: usize| digits(&body[at..at + 2]).and_then(|n| u8::try_from(n).ok());
        let build = || {
            let month = Month::try_from(part(0)?).ok()?;
            let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, part(2)?).ok()?;
            let time = Time::from_hms_nano(part(4)?, part(6)?, part(8)?, nanosecond).ok()?;
            Some(PrimitiveDateTime::new(date, time).assume_utc())
        };
        build().ok_or_else(bad)
    }
}

fn digits(bytes: &[u8]) -> Option<u32> {
    let all = bytes.iter().all(u8::is_ascii_digit);
    all.then(|| bytes.iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0')))
}

/// Fraction of a second; DER forbids a trailing zero, which real tokens carry, so it is allowed.
fn nanoseconds(fraction: &[u8]) -> Option<u32> {
    if fraction.is_empty() || fraction.len() > 9 {
        return None;
    }
    let scale = 10u32.pow(u32::try_from(9 - fraction.len()).ok()?);
    digits(fraction).map(|value| value * scale)
}

/// Reads a run of elements from front to back.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    input: &'a [u8],
    pos: usize,
    base: usize,
}

impl<'a> Reader<'a> {
    /// A reader over `input`.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, pos: 0, base: 0 }
    }

    /// Exactly one element and nothing after it.
    ///
    /// # Errors
    /// Not DER, another tag, or trailing bytes.
    pub fn only(input: &'a [u8], expected: u8) -> Result<Element<'a>, DerError> {
        let mut reader = Self::new(input);
        let element = reader.read(expected)?;
        reader.finish()?;
        Ok(element)
    }

    /// True when nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pos == self.input.len()
    }

    /// Offset of the next byte from the start of the outermost input.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.base + self.pos
    }

    /// The bytes not read yet.
    #[must_use]
    pub fn rest(&self) -> &'a [u8] {
        &self.input[self.pos..]
    }

    /// The next element's tag, if any element is left.
    #[must_use]
    pub fn peek(&self) -> Option<u8> {
        self.input.get(self.pos).copied()
    }

    fn fail<T>(&self, reason: DerReason) -> Result<T, DerError> {
        Err(DerError { offset: self.offset(), reason })
    }

    /// The next element, whatever its tag.
    ///
    /// # Errors
    /// End of input, a multi-byte tag, a length that is not DER, or a cut element.
    pub fn any(&mut self) -> Result<Element<'a>, DerError> {
        let rest = self.rest();
        let [tag, first, ..] = rest else { return self.fail(DerReason::Truncated) };
        if tag & 0x1f == 0x1f {
            return self.fail(DerReason::HighTag);
        }
        let (header_len, len) = match *first {
            short @ 0..=0x7f => (2, usize::from(short)),
            0x80 | 0x85.. => return self.fail(DerReason::Length),
            long => {
                let count = usize::from(long & 0x7f);
                let Some(bytes) = rest.get(2..2 + count) else {
                    return self.fail(DerReason::Truncated);
                };
                let len = bytes.iter().fold(0usize, |len, byte| len << 8 | usize::from(*byte));
                if bytes[0] == 0 || len < 0x80 {
                    return self.fail(DerReason::Length);
                }
                (2 + count, len)
            }
        };
        let Some(raw) = rest.get(..header_len + len) else {
            return self.fail(DerReason::Truncated);
        };
        let element = Element { raw, header_len, offset: self.offset() };
        self.pos += raw.len();
        Ok(element)
    }

    /// The next element, which must have the tag `expected`.
    ///
    /// # Errors
    /// As [`Self::any`], or another tag.
    pub fn read(&mut self, expected: u8) -> Result<Element<'a>, DerError> {
        match self.peek() {
            Some(found) if found != expected => self.fail(DerReason::Tag { expected, found }),
            None => self.fail(DerReason::Tag { expected, found: 0 }),
            Some(_) => self.any(),
        }
    }

    /// The next element when it has the tag `expected`; nothing is consumed otherwise.
    ///
    /// # Errors
    /// As [`Self::any`].
    pub fn optional(&mut self, expected: u8) -> Result<Option<Element<'a>>, DerError> {
        if self.peek() == Some(expected) { self.any().map(Some) } else { Ok(None) }
    }

    /// A reader over the content of the next element, a SEQUENCE.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn sequence(&mut self) -> Result<Reader<'a>, DerError> {
        Ok(self.read(tag::SEQUENCE)?.reader())
    }

    /// Every element that is left.
    ///
    /// # Errors
    /// As [`Self::any`].
    pub fn collect(mut self) -> Result<Vec<Element<'a>>, DerError> {
        let mut elements = Vec::new();
        while !self.is_empty() {
            elements.push(self.any()?);
        }
        Ok(elements)
    }

    /// # Errors
    /// When bytes are left.
    pub fn finish(&self) -> Result<(), DerError> {
        if self.is_empty() { Ok(()) } else { self.fail(DerReason::Trailing) }
    }
}

/// Writing DER. Every function returns one whole element.
pub mod write {
    use super::{OffsetDateTime, UtcOffset, tag};
    use crate::oid::Oid;

    /// An element of any tag over `content`.
    #[must_use]
    pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let len = content.len();
        let mut out = Vec::with_capacity(len + 6);
        out.push(tag);
        if len < 0x80 {
            out.push(len.to_le_bytes()[0]);
        } else {
            let bytes = len.to_be_bytes();
            let skip = bytes.iter().take_while(|byte| **byte == 0).count();
            out.push(0x80 | (bytes.len() - skip).to_le_bytes()[0]);
            out.extend_from_slice(&bytes[skip..]);
        }
        out.extend_from_slice(content);
        out
    }

    /// A constructed element over whole elements.
    #[must_use]
    pub fn constructed(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        tlv(tag, &parts.concat())
    }

    /// SEQUENCE of whole elements.
    #[must_use]
    pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
        constructed(tag::SEQUENCE, parts)
    }

    /// SET OF, its elements put into DER order (X.690 clause 11.6).
    #[must_use]
    pub fn set_of(parts: &[&[u8]]) -> Vec<u8> {
        let mut sorted = parts.to_vec();
        sorted.sort_unstable();
        constructed(tag::SET, &sorted)
    }

    /// Non-negative INTEGER from its big-endian magnitude.
    #[must_use]
    pub fn unsigned(magnitude: &[u8]) -> Vec<u8> {
        let skip = magnitude.iter().take_while(|byte| **byte == 0).count();
        let digits = &magnitude[skip..];
        let mut content = Vec::with_capacity(digits.len() + 1);
        if digits.first().is_none_or(|first| first & 0x80 != 0) {
            content.push(0);
        }
        content.extend_from_slice(digits);
        tlv(tag::INTEGER, &content)
    }

    /// Small non-negative INTEGER.
    #[must_use]
    pub fn integer(value: u64) -> Vec<u8> {
        unsigned(&value.to_be_bytes())
    }

    /// BOOLEAN.
    #[must_use]
    pub fn boolean(value: bool) -> Vec<u8> {
        tlv(tag::BOOLEAN, &[if value { 0xff } else { 0 }])
    }

    /// NULL.
    #[must_use]
    pub fn null() -> Vec<u8> {
        tlv(tag::NULL, &[])
    }

    /// OBJECT IDENTIFIER.
    #[must_use]
    pub fn oid(oid: &Oid) -> Vec<u8> {
        tlv(tag::OID, oid.content())
    }

    /// OCTET STRING.
    #[must_use]
    pub fn octet_string(bytes: &[u8]) -> Vec<u8> {
        tlv(tag::OCTET_STRING, bytes)
    }

    /// BIT STRING of whole bytes.
    #[must_use]
    pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
        let mut content = Vec::with_capacity(bytes.len() + 1);
        content.push(0);
        content.extend_from_slice(bytes);
        tlv(tag::BIT_STRING, &content)
    }

    /// UTF8String.
    #[must_use]
    pub fn utf8(text: &str) -> Vec<u8> {
        tlv(tag::UTF8_STRING, text.as_bytes())
    }

    /// PrintableString; the caller knows that the characters are of its set.
    #[must_use]
    pub fn printable(text: &str) -> Vec<u8> {
        tlv(tag::PRINTABLE_STRING, text.as_bytes())
    }

    /// IA5String; the caller knows that the characters are ASCII.
    #[must_use]
    pub fn ia5(text: &str) -> Vec<u8> {
        tlv(tag::IA5_STRING, text.as_bytes())
    }

    /// GeneralizedTime `YYYYMMDDHHMMSSZ`; fractions are dropped.
    #[must_use]
    pub fn generalized_time(at: OffsetDateTime) -> Vec<u8> {
        let at = at.to_offset(UtcOffset::UTC);
        let text = format!("{:04}{}", at.year(), month_to_second(at));
        tlv(tag::GENERALIZED_TIME, text.as_bytes())
    }

    /// UTCTime `YYMMDDHHMMSSZ`; the caller knows that the year lies in 1950–2049.
    #[must_use]
    pub fn utc_time(at: OffsetDateTime) -> Vec<u8> {
        let at = at.to_offset(UtcOffset::UTC);
        let text = format!("{:02}{}", at.year().rem_euclid(100), month_to_second(at));
        tlv(tag::UTC_TIME, text.as_bytes())
    }

    fn month_to_second(at: OffsetDateTime) -> String {
        let (month, day) = (u8::from(at.month()), at.day());
        format!("{month:02}{day:02}{:02}{:02}{:02}Z", at.hour(), at.minute(), at.second())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn refused(bytes: &[u8]) -> DerReason {
        match Reader::new(bytes).any() {
            Ok(element) => panic!("accepted {:02x?}", element.raw()),
            Err(error) => error.reason,
        }
    }

    #[test]
    fn only_minimal_definite_lengths_are_read() {
        assert_eq!(refused(&[0x30, 0x80, 0, 0]), DerReason::Length);
        assert_eq!(refused(&[0x04, 0x81, 0x05, 1, 2, 3, 4, 5]), DerReason::Length);
        assert_eq!(refused(&[0x04, 0x82, 0x00, 0x80]), DerReason::Length);
        assert_eq!(refused(&[0x04, 0x88, 0x80, 0, 0, 0, 0, 0, 0, 0]), DerReason::Length);
        assert_eq!(refused(&[0x04, 0x05, 1]), DerReason::Truncated);
        assert_eq!(refused(&[0x1f, 0x81, 0x01, 0]), DerReason::HighTag);
        assert_eq!(refused(&[]), DerReason::Truncated);
    }

    #[test]
    fn integers_are_minimal() {
        let read = |bytes: &[u8]| {
            let element = Reader::new(bytes).any().expect("an element");
            element.small_integer()
        };
        assert_eq!(read(&[2, 1, 0x80]), Ok(-128));
        assert_eq!(read(&[2, 2, 0, 0x80]), Ok(128));
        assert!(read(&[2, 2, 0, 0x7f]).is_err());
        assert!(read(&[2, 2, 0xff, 0x80]).is_err());
        assert!(read(&[2, 0]).is_err());
    }

    #[test]
    fn times_have_one_shape() {
        let read = |tag: u8, text: &str| {
            let bytes = write::tlv(tag, text.as_bytes());
            Reader::new(&bytes).any().and_then(|element| element.time())
        };
        let expected = time::macros::datetime!(2021-03-31 07:50:32 UTC);
        assert_eq!(read(tag::UTC_TIME, "210331075032Z"), Ok(expected));
        assert_eq!(read(tag::GENERALIZED_TIME, "20210331075032Z"), Ok(expected));
        for bad in ["2103310750Z", "210331075032+0800", "210231075032Z", "210331075032", "Z"] {
            assert!(read(tag::UTC_TIME, bad).is_err(), "{bad}");
        }
    }

    /// A whole input read as what its tag says it is.
    fn value(bytes: &[u8]) -> Result<(), DerError> {
        let mut reader = Reader::new(bytes);
        let element = reader.any()?;
        reader.finish()?;
        match element.tag() {
            tag::BOOLEAN => element.boolean().map(drop),
            tag::INTEGER => element.integer_bytes().map(drop),
            tag::BIT_STRING => element.bit_string().map(drop),
            tag::OID => element.oid().map(drop),
            tag::UTC_TIME | tag::GENERALIZED_TIME => element.time().map(drop),
            tag::SEQUENCE => Ok(()),
            _ => element.text().map(drop),
        }
    }

    /// One answer each, and the depth bomb is walked without being followed down.
    #[test]
    fn hostile_values() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/hostile/der");
        let read = |name: &str| std::fs::read(format!("{folder}/{name}.der")).expect("a fixture");
        for name in [
            "len-2e63",
            "oid-huge-arc",
            "oid-pad",
            "int-empty",
            "bits-unused9",
            "bool-2",
            "utf8-bad",
            "utc-no-z",
            "gen-2500",
            "trailing",
        ] {
            assert!(value(&read(name)).is_err(), "{name}");
        }
        // A fraction of a second: real time stamps have one.
        assert_eq!(value(&read("gen-frac")), Ok(()));
        let bomb = read("depth-20000");
        assert!(crate::tree::print(&bomb).lines().count() <= crate::tree::LINES_MAX);
        assert!(crate::x509::Certificate::parse(&bomb).is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(content in proptest::collection::vec(any::<u8>(), 0..400)) {
            let bytes = write::octet_string(&content);
            let element = Reader::only(&bytes, tag::OCTET_STRING).expect("own DER");
            prop_assert_eq!(element.content(), &content[..]);
            prop_assert_eq!(element.raw(), &bytes[..]);
        }

        #[test]
        fn unsigned_keeps_its_value(value in any::<u64>()) {
            let bytes = write::integer(value);
            let element = Reader::only(&bytes, tag::INTEGER).expect("own DER");
            let magnitude = element.unsigned_bytes().expect("non-negative");
            let back = magnitude.iter().fold(0u64, |sum, byte| sum << 8 | u64::from(*byte));
            prop_assert_eq!(back, value);
        }

        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            let mut reader = Reader::new(&bytes);
            while let Ok(element) = reader.any() {
                let _ = (element.time(), element.text(), element.oid(), element.integer_bytes());
            }
        }
    }
}
