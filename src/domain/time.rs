//! Instants and periods. An instant is UTC; a day is a day in China.

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime, UtcOffset};

/// China has one time zone and no summer time.
pub const CHINA: UtcOffset = match UtcOffset::from_hms(8, 0, 0) {
    Ok(offset) => offset,
    Err(_) => UtcOffset::UTC,
};

/// The day in China at this instant.
#[must_use]
pub fn china_date(at: OffsetDateTime) -> Date {
    at.to_offset(CHINA).date()
}

/// The day that a text names as `YYYY-MM-DD`; nothing else is one.
#[must_use]
pub fn day(text: &str) -> Option<Date> {
    const ISO: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
    // Ten bytes: no sign, no year of more digits.
    (text.len() == 10).then(|| Date::parse(text, ISO).ok()).flatten()
}

/// A day as [`day`] reads it.
#[must_use]
pub fn day_text(day: Date) -> String {
    formats::text::date_iso(day)
}

/// When a day begins in China.
#[must_use]
pub fn day_begins(day: Date) -> OffsetDateTime {
    day.midnight().assume_offset(CHINA)
}

/// `at` as microseconds since 1970, the precision in which instants are kept.
#[must_use]
pub fn micros(at: OffsetDateTime) -> i64 {
    // Years within ±9999 stay below 2^63 microseconds.
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1000)).unwrap_or(i64::MAX)
}

/// The instant of `micros`; `None` outside the years that can be written.
#[must_use]
pub fn from_micros(micros: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1000).ok()
}

/// `at` cut to the precision in which it is kept, so that what is stored equals what is returned.
#[must_use]
pub fn kept(at: OffsetDateTime) -> OffsetDateTime {
    from_micros(micros(at)).unwrap_or(at)
}

/// Days from the first to the last, both within; no last day means without end (长期).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: Option<Date>,
    last: Option<Date>,
}

/// The last day lies before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the period ends on {last}, before it begins on {first}")]
pub struct EndsBeforeItBegins {
    first: Date,
    last: Date,
}

/// Where a day lies, seen from a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// The period has not begun.
    Before,
    /// Within.
    Within,
    /// The period is over.
    After,
}

impl Period {
    /// A period; an absent end means no limit on that side.
    ///
    /// # Errors
    /// When it ends before it begins.
    pub fn new(first: Option<Date>, last: Option<Date>) -> Result<Self, EndsBeforeItBegins> {
        match (first, last) {
            (Some(first), Some(last)) if last < first => Err(EndsBeforeItBegins { first, last }),
            _ => Ok(Self { first, last }),
        }
    }

    /// The first day.
    #[must_use]
    pub fn first(&self) -> Option<Date> {
        self.first
    }

    /// The last day.
    #[must_use]
    pub fn last(&self) -> Option<Date> {
        self.last
    }

    /// Where `day` lies.
    #[must_use]
    pub fn position(&self, day: Date) -> Position {
        if self.first.is_some_and(|first| day < first) {
            Position::Before
        } else if self.last.is_some_and(|last| day > last) {
            Position::After
        } else {
            Position::Within
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        assert_eq!(china_date(datetime!(2026-03-01 15:59:59 UTC)), date!(2026 - 03 - 01));
        assert_eq!(china_date(datetime!(2026-03-01 16:00 UTC)), date!(2026 - 03 - 02));
    }

    #[test]
    fn a_day_has_one_form() {
        for text in ["2026-03-02", "0001-01-01", "9999-12-31", "2024-02-29"] {
            assert_eq!(day(text).map(day_text).as_deref(), Some(text));
        }
        for text in [
            "",
            "2026-3-2",
            "2026-02-30",
            "02026-03-2",
            "+2026-03-0",
            "-026-03-02",
            "2026/03/02",
            "2026-03-02 ",
            "２０２６-03-02",
        ] {
            assert_eq!(day(text), None, "{text}");
        }
        assert_eq!(day_begins(date!(2026 - 03 - 02)), datetime!(2026-03-01 16:00 UTC));
    }

    #[test]
    fn both_ends_are_within() {
        let period = Period::new(Some(date!(2026 - 01 - 01)), Some(date!(2026 - 12 - 31))).unwrap();
        for (day, position) in [
            (date!(2025 - 12 - 31), Position::Before),
            (date!(2026 - 01 - 01), Position::Within),
            (date!(2026 - 12 - 31), Position::Within),
            (date!(2027 - 01 - 01), Position::After),
        ] {
            assert_eq!(period.position(day), position);
        }
        let open = Period::new(None, None).unwrap();
        assert_eq!(open.position(date!(9999 - 12 - 31)), Position::Within);
    }

    #[test]
    fn a_period_does_not_end_before_it_begins() {
        let backwards = Period::new(Some(date!(2026 - 01 - 02)), Some(date!(2026 - 01 - 01)));
        assert_eq!(
            backwards.unwrap_err().to_string(),
            "the period ends on 2026-01-01, before it begins on 2026-01-02"
        );
    }

    proptest! {
        #[test]
        fn instants_are_kept_to_the_microsecond(nanos in -30_000_000_000_000_000_000i128..200_000_000_000_000_000_000) {
            let at = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap();
            let back = from_micros(micros(at)).unwrap();
            prop_assert_eq!(back, kept(at));
            prop_assert!(back <= at && at - back < time::Duration::MICROSECOND);
        }

        #[test]
        fn any_number_is_an_instant_or_none(micros: i64) {
            let _ = from_micros(micros);
        }
    }
}
