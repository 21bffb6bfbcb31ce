//! Who does not answer is left alone for a while.

use std::time::{Duration, Instant};

/// A machine that failed so often in a row is left alone ...
const FAILURES_MAX: u32 = 2;
/// ... for this long after the last time.
const LEFT_ALONE_FOR: Duration = Duration::from_secs(60);

/// How one machine did lately.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    last: Option<Instant>,
}

impl Breaker {
    /// Whether it is left alone.
    pub(crate) fn is_open(&self, now: Instant) -> bool {
        self.is_open_for(LEFT_ALONE_FOR, now)
    }

    /// The same, where it is left alone for this long.
    pub(crate) fn is_open_for(&self, left_alone: Duration, now: Instant) -> bool {
        let lately = |last: Instant| now.saturating_duration_since(last) < left_alone;
        self.failures >= FAILURES_MAX && self.last.is_some_and(lately)
    }

    /// It failed once more.
    pub(crate) fn failed(&mut self, now: Instant) {
        *self = Self { failures: self.failures.saturating_add(1), last: Some(now) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_tried_again_after_a_while() {
        let (mut breaker, begin) = (Breaker::default(), Instant::now());
        let after = |seconds| begin + Duration::from_secs(seconds);
        assert!(!breaker.is_open(begin));
        breaker.failed(begin);
        assert!(!breaker.is_open(begin), "once may be chance");
        breaker.failed(after(10));
        assert!(breaker.is_open(after(10)) && breaker.is_open(after(69)));
        assert!(!breaker.is_open(after(70)));
        breaker.failed(after(70));
        assert!(breaker.is_open(after(71)), "one try is enough then");
    }
}
