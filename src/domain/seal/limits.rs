//! How often a seal may be used, and at which hours of the day.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use time::{Duration, OffsetDateTime, Time};

use crate::time::CHINA;

/// Hours of a day in China: from the full hour `from` until just before the full hour `until`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hours {
    from: u8,
    until: u8,
}

/// The text names no hours of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("hours are written as 8-18: from 0 to 23, until 1 to 24, the second after the first")]
pub struct BadHours;

impl Hours {
    /// From one full hour until another.
    ///
    /// # Errors
    /// When the second does not come after the first within one day.
    pub fn new(from: u8, until: u8) -> Result<Self, BadHours> {
        if from < until && until <= 24 { Ok(Self { from, until }) } else { Err(BadHours) }
    }

    /// The first full hour, 0 to 23.
    #[must_use]
    pub fn from(self) -> u8 {
        self.from
    }

    /// The full hour before which they end, 1 to 24.
    #[must_use]
    pub fn until(self) -> u8 {
        self.until
    }

    /// Whether an instant lies within.
    #[must_use]
    pub fn hold(self, at: OffsetDateTime) -> bool {
        (self.from..self.until).contains(&at.to_offset(CHINA).hour())
    }
}

impl fmt::Display for Hours {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}-{}", self.from, self.until)
    }
}

impl FromStr for Hours {
    type Err = BadHours;

    fn from_str(text: &str) -> Result<Self, BadHours> {
        let (from, until) = text.split_once('-').ok_or(BadHours)?;
        let hour = |text: &str| text.trim().parse::<u8>().map_err(|_| BadHours);
        Self::new(hour(from)?, hour(until)?)
    }
}

/// How often a seal may be used, and when; without any, always.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Orders within any sixty minutes.
    pub per_hour: Option<NonZeroU32>,
    /// Orders within a day in China.
    pub per_day: Option<NonZeroU32>,
    /// The hours of the day.
    pub hours: Option<Hours>,
}

/// How often a seal was used so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Orders since [`Limits::hour_begins`].
    pub within_the_hour: u32,
    /// Orders since [`Limits::day_begins`].
    pub today: u32,
}

/// A limit of a seal does not allow one more use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitReached {
    /// It is not the hour.
    #[error("the seal is used between the hours {0} only")]
    Hours(Hours),
    /// It was used often enough within the hour.
    #[error("the seal is used {0} times an hour at most")]
    PerHour(NonZeroU32),
    /// It was used often enough today.
    #[error("the seal is used {0} times a day at most")]
    PerDay(NonZeroU32),
}

impl Limits {
    /// From when on uses count against [`Limits::per_hour`].
    #[must_use]
    pub fn hour_begins(at: OffsetDateTime) -> OffsetDateTime {
        at.saturating_sub(Duration::HOUR)
    }

    /// From when on uses count against [`Limits::per_day`].
    #[must_use]
    pub fn day_begins(at: OffsetDateTime) -> OffsetDateTime {
        at.to_offset(CHINA).replace_time(Time::MIDNIGHT)
    }

    /// Whether the seal may be used once more at `at`.
    ///
    /// # Errors
    /// The limit that is reached.
    pub fn admit(&self, used: Used, at: OffsetDateTime) -> Result<(), LimitReached> {
        if let Some(hours) = self.hours.filter(|hours| !hours.hold(at)) {
            return Err(LimitReached::Hours(hours));
        }
        if let Some(most) = self.per_hour.filter(|most| used.within_the_hour >= most.get()) {
            return Err(LimitReached::PerHour(most));
        }
        match self.per_day.filter(|most| used.today >= most.get()) {
            Some(most) => Err(LimitReached::PerDay(most)),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn hours_are_those_of_a_day_in_china() {
        for (text, read) in [
            ("8-18", Some((8, 18))),
            ("0-24", Some((0, 24))),
            (" 9 - 12 ", Some((9, 12))),
            ("18-8", None),
            ("8-8", None),
            ("8-25", None),
            ("8", None),
            ("-1-8", None),
            ("", None),
        ] {
            let hours = text.parse::<Hours>().ok();
            assert_eq!(hours.map(|hours| (hours.from(), hours.until())), read, "{text}");
        }
        let work = Hours::new(8, 18).unwrap();
        assert!(work.hold(datetime!(2026-03-02 00:00 UTC)), "08:00 in China");
        assert!(work.hold(datetime!(2026-03-02 09:59:59 UTC)));
        assert!(!work.hold(datetime!(2026-03-02 10:00 UTC)), "18:00 in China");
        assert_eq!(work.to_string().parse(), Ok(work));
    }

    #[test]
    fn each_limit_is_reached_by_itself() {
        let most = |number| NonZeroU32::new(number);
        let limits = Limits { per_hour: most(2), per_day: most(3), hours: Hours::new(8, 18).ok() };
        let (noon, night) = (datetime!(2026-03-02 12:00 +8), datetime!(2026-03-02 19:00 +8));
        let used = |within_the_hour, today| Used { within_the_hour, today };
        assert_eq!(limits.admit(used(1, 2), noon), Ok(()));
        let hours = LimitReached::Hours(limits.hours.unwrap());
        assert_eq!(limits.admit(used(0, 0), night), Err(hours));
        let often = LimitReached::PerHour(most(2).unwrap());
        assert_eq!(limits.admit(used(2, 2), noon), Err(often));
        let often = LimitReached::PerDay(most(3).unwrap());
        assert_eq!(limits.admit(used(0, 3), noon), Err(often));
        assert_eq!(Limits::default().admit(used(u32::MAX, u32::MAX), night), Ok(()));
    }

    #[test]
    fn a_day_begins_at_midnight_in_china() {
        let at = datetime!(2026-03-02 16:30 UTC);
        assert_eq!(Limits::day_begins(at), datetime!(2026-03-02 16:00 UTC));
        assert_eq!(Limits::hour_begins(at), datetime!(2026-03-02 15:30 UTC));
    }
}
