//! Names and dates as the standards and the people who use them print them.

use time::macros::offset;
use time::{Date, OffsetDateTime};

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

fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
}

fn clock_utc(at: time::UtcDateTime) -> String {
    format!("{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())
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
    fn bytes_in_hexadecimal() {
        assert_eq!(hex(&[0x00, 0x9f, 0xe0]), "009fe0");
    }
}
