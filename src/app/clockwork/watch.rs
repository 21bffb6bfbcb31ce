//! Whether the clock can be believed: by what was recorded before, by time that nobody sets, and by
//! an authority elsewhere.

use crate::AppError;
use std::sync::{Mutex, MutexGuard, PoisonError};
use time::{Duration, OffsetDateTime};

/// Why the clock is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Skew {
    /// Something was recorded later than now.
    #[error("the clock says {now}, and something was recorded at {recorded}")]
    Behind {
        /// When it was recorded.
        recorded: OffsetDateTime,
        /// What the clock says.
        now: OffsetDateTime,
    },
    /// It was set while the service ran.
    #[error("the clock was set by {} s while the service ran", by.whole_seconds())]
    Set {
        /// By how much, forward or back.
        by: Duration,
    },
    /// A time-stamp authority says another time.
    #[error("the clock says {now}, and the time-stamp authority {said}")]
    Disputed {
        /// What the authority said.
        said: OffsetDateTime,
        /// What the clock said.
        now: OffsetDateTime,
    },
}

impl From<Skew> for AppError {
    fn from(skew: Skew) -> Self {
        Self::Unavailable { code: "clock_skew", detail: skew.to_string() }
    }
}

/// One look at both clocks: what time it is, and how long the machine has been running, before and
/// after that was asked (a busy machine may let a thread wait in between).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Look {
    pub(crate) now: OffsetDateTime,
    pub(crate) before: Duration,
    pub(crate) after: Duration,
}

impl Look {
    /// By how much the clock was set since an earlier look, at least.
    fn set_since(&self, earlier: &Self) -> Duration {
        let passed = self.now - earlier.now;
        let (least, most) = (self.before - earlier.after, self.after - earlier.before);
        (passed - most).max(Duration::ZERO) + (passed - least).min(Duration::ZERO)
    }
}

/// Judges the clock.
#[derive(Debug)]
pub(crate) struct Watch {
    tolerance: Duration,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// The latest instant that was recorded when the service began.
    recorded: Option<OffsetDateTime>,
    /// The last look at which the clock was right. Small steps from look to look are how a clock
    /// is kept right.
    right: Option<Look>,
    disputed: Option<Skew>,
    /// What was said last, so that it is said once.
    told: Option<Skew>,
}

impl Known {
    fn skew(&self, look: &Look, tolerance: Duration) -> Option<Skew> {
        let now = look.now;
        if let Some(recorded) = self.recorded.filter(|recorded| now + tolerance < *recorded) {
            return Some(Skew::Behind { recorded, now });
        }
        let by = self.right.map(|right| look.set_since(&right));
        let set = by.filter(|by| by.abs() > tolerance).map(|by| Skew::Set { by });
        self.disputed.or(set)
    }
}

impl Watch {
    pub(crate) fn new(tolerance: Duration) -> Self {
        Self { tolerance, known: Mutex::default() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        // Each change of it is a single step.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Why the clock is not right at this look, if it is not.
    pub(crate) fn judge(&self, look: Look) -> Option<Skew> {
        let mut known = self.known();
        let skew = known.skew(&look, self.tolerance);
        if skew.is_none() {
            known.right = Some(look);
        }
        let kind = |skew: Option<Skew>| skew.as_ref().map(std::mem::discriminant);
        if kind(skew) != kind(known.told) {
            match &skew {
                Some(skew) => tracing::error!(%skew, "nothing is sealed until the clock is right"),
                None => tracing::warn!("the clock is right again"),
            }
            known.told = skew;
        }
        skew
    }

    /// Something was recorded then, so it cannot be earlier.
    pub(crate) fn not_before(&self, recorded: OffsetDateTime) {
        let mut known = self.known();
        known.recorded = known.recorded.max(Some(recorded));
    }

    /// An authority said another time.
    pub(crate) fn disputed(&self, said: OffsetDateTime, now: OffsetDateTime) {
        self.known().disputed = Some(Skew::Disputed { said, now });
    }

    /// An authority says the same time: it was right to set the clock.
    pub(crate) fn agreed(&self) {
        let mut known = self.known();
        (known.disputed, known.right) = (None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const BEGIN: OffsetDateTime = datetime!(2026-03-02 08:00 UTC);

    fn at(seconds: i64, running: i64) -> Look {
        let running = Duration::seconds(running);
        let now = BEGIN + Duration::seconds(seconds);
        Look { now, before: running, after: running }
    }

    fn watch() -> Watch {
        Watch::new(Duration::seconds(5))
    }

    #[test]
    fn a_clock_that_is_set_is_not_believed_until_it_is_set_back() {
        let watch = watch();
        for (seconds, running, set_by) in [
            (0, 100, None),
            (1, 101, None),
            // Kept right in small steps, also while nobody looks.
            (5, 102, None),
            (9, 110, None),
            (3609, 3710, None),
            (7215, 3716, Some(3600)),
            (7220, 3721, Some(3600)),
            (3621, 3722, None),
            (0, 3723, Some(-3622)),
            (3624, 3725, None),
        ] {
            let by = match watch.judge(at(seconds, running)) {
                Some(Skew::Set { by }) => Some(by.whole_seconds()),
                None => None,
                other => panic!("{other:?}"),
            };
            assert_eq!(by, set_by, "{seconds} {running}");
        }
    }

    #[test]
    fn a_thread_that_waited_is_no_clock_that_was_set() {
        let watch = watch();
        assert_eq!(watch.judge(at(0, 0)), None);
        let waited = Look { after: Duration::seconds(60), ..at(40, 1) };
        assert_eq!(watch.judge(waited), None);
    }

    #[test]
    fn it_is_not_earlier_than_what_was_recorded() {
        let watch = watch();
        let recorded = BEGIN + Duration::days(3);
        watch.not_before(recorded);
        watch.not_before(BEGIN);
        let early = at(0, 100);
        assert_eq!(watch.judge(early), Some(Skew::Behind { recorded, now: BEGIN }));
        // Set right: by that it was set while the service ran, and that is well.
        let days = Duration::days(3).whole_seconds();
        assert_eq!(watch.judge(at(days - 4, 101)), None);
        assert!(matches!(watch.judge(at(0, 102)), Some(Skew::Behind { .. })));
    }

    #[test]
    fn an_authority_disputes_and_agrees() {
        let watch = watch();
        assert_eq!(watch.judge(at(0, 0)), None);
        watch.disputed(BEGIN + Duration::HOUR, BEGIN);
        assert!(matches!(watch.judge(at(1, 1)), Some(Skew::Disputed { .. })));
        // The clock was set right, and the authority says so.
        assert!(watch.judge(at(3601, 2)).is_some());
        watch.agreed();
        assert_eq!(watch.judge(at(3602, 3)), None);
    }
}
