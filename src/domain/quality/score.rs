//! The score of a department: the share of its licenses that were examined and found to be right.

use time::{Date, Duration, OffsetDateTime};

/// Microseconds of a week.
const WEEK: i64 = 7 * 24 * 3600 * 1_000_000;
/// From a Monday in China to the epoch, a Thursday at 08:00 there.
const SHIFT: i64 = (3 * 24 + 8) * 3600 * 1_000_000;

/// Licenses that were stored in one week, or in several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Score {
    /// In use now.
    pub total: u64,
    /// Examined, with nothing open.
    pub good: u64,
    /// With a fault that is not corrected.
    pub faulty: u64,
    /// Stored a day after issue at the latest.
    pub fresh: u64,
    /// Stored later.
    pub late: u64,
}

impl Score {
    /// Not examined yet, or with something of which nobody can tell.
    #[must_use]
    pub fn uncertain(&self) -> u64 {
        self.total.saturating_sub(self.good + self.faulty)
    }

    /// Hundredths of those in use that are good; none where there is no license.
    #[must_use]
    pub fn percent(&self) -> Option<u64> {
        (self.good * 100).checked_div(self.total)
    }

    /// Hundredths of those in use that were stored in time; what is not known is not in time.
    #[must_use]
    pub fn fresh_percent(&self) -> Option<u64> {
        (self.fresh * 100).checked_div(self.total)
    }
}

impl std::ops::AddAssign for Score {
    fn add_assign(&mut self, other: Self) {
        self.total += other.total;
        self.good += other.good;
        self.faulty += other.faulty;
        self.fresh += other.fresh;
        self.late += other.late;
    }
}

/// One week: its number, and what was stored in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Week {
    /// Weeks since that of the epoch.
    pub number: i64,
    /// What was stored in it.
    pub score: Score,
}

/// The number of the week of an instant, as SQL counts it: `(at + shift) / week`.
#[must_use]
pub fn week_of(at: OffsetDateTime) -> i64 {
    (crate::time::micros(at) + SHIFT) / WEEK
}

/// The Monday of a week in China, and its first instant in microseconds.
#[must_use]
pub fn week_starts(number: i64) -> (Option<Date>, i64) {
    let starts = number.saturating_mul(WEEK).saturating_sub(SHIFT);
    let monday = crate::time::from_micros(starts).map(|at| (at + Duration::hours(8)).date());
    (monday, starts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn weeks_begin_on_mondays_in_china() {
        for (at, monday) in [
            (datetime!(2026-03-02 00:00:00 +8), date!(2026 - 03 - 02)),
            (datetime!(2026-03-01 23:59:59 +8), date!(2026 - 02 - 23)),
            (datetime!(2026-03-08 23:59:59 +8), date!(2026 - 03 - 02)),
        ] {
            let (starts, micros) = week_starts(week_of(at));
            assert_eq!(starts, Some(monday), "{at}");
            assert!(micros <= crate::time::micros(at));
        }
    }

    #[test]
    fn what_is_uncertain_is_not_good() {
        let score = Score { total: 8, good: 5, faulty: 1, fresh: 6, late: 1 };
        assert_eq!((score.uncertain(), score.percent()), (2, Some(62)));
        assert_eq!(score.fresh_percent(), Some(75));
        assert_eq!(Score::default().percent(), None);
    }
}
