//! What time it is.

use domain::time::{from_micros, micros};
use rustix::time::{ClockId, clock_gettime};
use std::sync::atomic::{AtomicI64, Ordering};
use time::{Duration, OffsetDateTime};

/// A source of time.
pub trait Clock: Send + Sync {
    /// Now, in UTC.
    fn now(&self) -> OffsetDateTime;

    /// How long ago some fixed moment was, by a clock that nobody sets and that goes on while the
    /// machine sleeps.
    fn running(&self) -> Duration;
}

/// The system's clock, to the microsecond.
///
/// While it is set back a little, time stands still here, so that what happens later does not seem
/// to have happened earlier. A larger step back is believed: somebody corrected it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// Time synchronization steps by less; an operator's correction is more.
const STANDSTILL_MICROS: i64 = 10_000_000;

/// The instant that was told last.
static LATEST: AtomicI64 = AtomicI64::new(i64::MIN);

impl Clock for SystemClock {
    fn now(&self) -> OffsetDateTime {
        let now = OffsetDateTime::now_utc();
        from_micros(advance(&LATEST, micros(now))).unwrap_or(now)
    }

    fn running(&self) -> Duration {
        let since_start = clock_gettime(ClockId::Boottime);
        Duration::new(since_start.tv_sec, i32::try_from(since_start.tv_nsec).unwrap_or(0))
    }
}

fn advance(latest: &AtomicI64, now: i64) -> i64 {
    let told = |latest: i64| {
        let a_little_back = now < latest && latest.saturating_sub(now) <= STANDSTILL_MICROS;
        (!a_little_back).then_some(now)
    };
    match latest.fetch_update(Ordering::Relaxed, Ordering::Relaxed, told) {
        Ok(_) => now,
        Err(latest) => latest,
    }
}

/// A clock that stands still, for tests.
#[derive(Clone, Copy, Debug)]
pub struct FixedClock(pub OffsetDateTime);

impl Clock for FixedClock {
    fn now(&self) -> OffsetDateTime {
        self.0
    }

    fn running(&self) -> Duration {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stands_still_for_a_small_step_back_and_follows_a_large_one() {
        let latest = AtomicI64::new(i64::MIN);
        for (now, told) in [
            (5, 5),
            (6, 6),
            (2, 6),
            (6, 6),
            (7, 7),
            (90_000_000, 90_000_000),
            (80_000_000, 90_000_000),
            (79_999_999, 79_999_999),
            (80_000_000, 80_000_000),
        ] {
            assert_eq!(advance(&latest, now), told, "{now}");
        }
    }

    #[test]
    fn the_systems_time_is_told() {
        let before = SystemClock.now();
        assert!(SystemClock.now() >= before);
        assert!((OffsetDateTime::now_utc() - before).whole_minutes() < 1);
        let running = SystemClock.running();
        std::thread::sleep(std::time::Duration::from_millis(2));
        assert!(SystemClock.running() - running >= Duration::milliseconds(2));
        assert_eq!(FixedClock(before).now(), before);
    }
}
