//! Names and dates as the standards and the people who use them print them.

use time::macros::offset;
use time::{Date, OffsetDateTime, Time, UtcOffset};

/// A date as a license prints it: `2026年3月2日`.
#[must_use]
pub fn date_zh(date: Date) -> String {
    format!("{}年{}月{}日", date.year(), u8::from(date.month()), date.day())
}

/// A date as ISO 8601 prints it: `2026-03-02`.
#[must_use]
pub fn date_iso(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// A moment in China Standard Time, as notices print it: `2026-03-02 09:15:04 +08:00`.
///
/// The whole country keeps one time, UTC+8 without summer time.
#[must_use]
pub fn moment_cst(at: OffsetDateTime) -> String {
    // Only years at the very ends of the calendar cannot move by eight hours; they stay in UTC.
    match at.checked_to_offset(offset!(+8)) {
        Some(local) => format!("{} {} +08:00", date_iso(local.date()), clock(local)),
        None => moment_utc(at),
    }
}

/// A moment in UTC, RFC 3339 without a fraction: `2026-03-02T01:15:04Z`.
#[must_use]
pub fn moment_utc(at: OffsetDateTime) -> String {
    let utc = at.to_utc();
    format!("{}T{}Z", date_iso(utc.date()), clock_utc(utc))
}

/// Text in GB 18030, which Chinese Windows writes; `None` when the bytes are none.
#[must_use]
pub fn gb18030(bytes: &[u8]) -> Option<String> {
    let text = encoding_rs::GB18030.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

/// Text as GB 18030; `None` when a character has no place there.
#[must_use]
pub fn to_gb18030(text: &str) -> Option<Vec<u8>> {
    let (bytes, _, lost) = encoding_rs::GB18030.encode(text);
    (!lost).then(|| bytes.into_owned())
}

/// A PDF date, `D:YYYYMMDDHHmmSSOHH'mm'` (ISO 32000-2, 7.9.4); the parts after the year are
/// optional, and without an offset the moment is not known.
#[must_use]
pub fn pdf_date(text: &str) -> Option<OffsetDateTime> {
    let text = text.strip_prefix("D:")?;
    let end = text.find(['+', '-', 'Z'])?;
    let (digits, zone) = text.split_at(end);
    if digits.len() < 4 || digits.len() > 14 || digits.len() % 2 != 0 {
        return None;
    }
    // Missing parts are the first month and day, and midnight.
    let full = format!("{digits}{}", &"00000101000000"[digits.len()..]);
    let part = |from: usize, len: usize| full.get(from..from + len)?.parse::<u8>().ok();
    let year: i32 = full.get(..4)?.parse().ok()?;
    let date = Date::from_calendar_date(year, part(4, 2)?.try_into().ok()?, part(6, 2)?).ok()?;
    let time = Time::from_hms(part(8, 2)?, part(10, 2)?, part(12, 2)?).ok()?;
    Some(OffsetDateTime::new_in_offset(date, time, pdf_offset(zone)?))
}

/// `Z`, `+08'00'`, `+08'00`, `+08'`, `+08`.
fn pdf_offset(zone: &str) -> Option<UtcOffset> {
    let sign = match zone.as_bytes().first()? {
        b'-' => -1,
        _ => 1,
    };
    let mut parts = zone.get(1..)?.split('\'').filter(|part| !part.is_empty());
    let mut number = || match parts.next() {
        None => Some(0),
        Some(part) if part.len() == 2 => i8::try_from(part.parse::<u8>().ok()?).ok(),
        Some(_) => None,
    };
    let (hours, minutes) = (number()?, number()?);
    UtcOffset::from_hms(sign * hours, sign * minutes, 0).ok()
}

fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

fn clock_utc(at: time::UtcDateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

/// Text from a file, made safe to show: control characters could steer a terminal, and marks of
/// direction could make a name read as another.
#[must_use]
pub fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { '\u{fffd}' } else { c }).collect()
}

/// Bytes as lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('?');
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0x0f)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn dates_and_moments() {
        assert_eq!(date_zh(date!(2026 - 03 - 02)), "2026年3月2日");
        assert_eq!(date_iso(date!(2026 - 03 - 02)), "2026-03-02");
        let at = datetime!(2020-07-23 16:00:00 UTC);
        assert_eq!(moment_cst(at), "2020-07-24 00:00:00 +08:00");
        assert_eq!(moment_utc(datetime!(2020-07-24 00:00:00 +8)), "2020-07-23T16:00:00Z");
        let last = datetime!(9999-12-31 23:59:59 UTC);
        assert_eq!(moment_cst(last), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn dates_of_pdf() {
        let at = datetime!(2026-03-02 09:15:04 +8);
        for text in ["D:20260302091504+08'00'", "D:20260302091504+08'00", "D:20260302011504Z"] {
            assert_eq!(pdf_date(text), Some(at), "{text}");
        }
        assert_eq!(pdf_date("D:2026Z"), Some(datetime!(2026-01-01 00:00 UTC)));
        for bad in [
            "",
            "D:",
            "D:Z",
            "D:20260302091504",
            "D:202603020915041+08'00'",
            "D:20261302Z",
            "D:2026+99'00'",
            "20260302091504Z",
            "D:2026030209150é+08",
            "D:20260302-128'00'",
        ] {
            assert_eq!(pdf_date(bad), None, "{bad}");
        }
    }

    #[test]
    fn what_steers_is_not_shown() {
        assert_eq!(printable("印章\u{1b}[2J\u{202e}cba"), "印章\u{fffd}[2J\u{fffd}cba");
    }

    #[test]
    fn bytes_in_hexadecimal() {
        assert_eq!(hex(&[0x00, 0x9f, 0xe0]), "009fe0");
    }
}
