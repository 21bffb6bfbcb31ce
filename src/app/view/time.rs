//! Times as answers have them.

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, UtcOffset};

/// RFC 3339 in China Standard Time, to the second.
pub(crate) fn instant(at: OffsetDateTime) -> String {
    let offset = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
    let at = at.to_offset(offset).replace_nanosecond(0).unwrap_or(at);
    // Only years beyond 9999 have no such text, and no reader of this crate lets them in.
    at.format(&Rfc3339).unwrap_or_default()
}

/// An instant as [`instant`] writes it.
pub(crate) fn from_instant(text: &str) -> Option<OffsetDateTime> {
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

/// `YYYY-MM-DD`.
pub(crate) fn day(date: Date) -> String {
    let (year, month, day) = date.to_calendar_date();
    format!("{year:04}-{:02}-{day:02}", u8::from(month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn times_are_those_of_china() {
        assert_eq!(instant(datetime!(2026-03-02 01:15:04.5 UTC)), "2026-03-02T09:15:04+08:00");
        assert_eq!(day(date!(2026 - 03 - 02)), "2026-03-02");
    }
}
