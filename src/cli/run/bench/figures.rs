//! What was measured: how many answers, how fast, and what went wrong.

use serde::Serialize;
use std::collections::BTreeMap;
use std::time::Duration;

/// What came of the requests of one kind.
#[derive(Default)]
pub(super) struct Tally {
    micros: Vec<u32>,
    refused: BTreeMap<String, u64>,
}

impl Tally {
    /// An answer that did what was asked.
    pub(super) fn done(&mut self, took: Duration) {
        self.micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
    }

    /// An answer that did not, or none.
    pub(super) fn refused(&mut self, why: String) {
        *self.refused.entry(why).or_default() += 1;
    }

    /// This and another together.
    pub(super) fn add(&mut self, other: Self) {
        self.micros.extend(other.micros);
        for (why, count) in other.refused {
            *self.refused.entry(why).or_default() += count;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.micros.is_empty() && self.refused.is_empty()
    }

    /// The figures of some time of asking.
    pub(super) fn figures(mut self, asked_for: Duration) -> Figures {
        self.micros.sort_unstable();
        let count = self.micros.len();
        #[allow(clippy::cast_precision_loss, reason = "a count of requests is far below 2^52")]
        let per_second = count as f64 / asked_for.as_secs_f64();
        Figures {
            count,
            per_second: (per_second * 10.0).round() / 10.0,
            p50_ms: at(&self.micros, 50),
            p99_ms: at(&self.micros, 99),
            max_ms: at(&self.micros, 100),
            errors: self.refused,
        }
    }
}

/// Of sorted times, the one that so many of a hundred do not exceed, in ms.
fn at(sorted: &[u32], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100);
    let micros = sorted.get(rank.saturating_sub(1)).copied().unwrap_or_default();
    f64::from(micros / 10) / 100.0
}

/// The figures of one kind of request.
#[derive(Debug, Serialize)]
pub(super) struct Figures {
    /// Requests that were done.
    pub(super) count: usize,
    pub(super) per_second: f64,
    /// Half of the answers came within this.
    pub(super) p50_ms: f64,
    /// All but one in a hundred.
    pub(super) p99_ms: f64,
    pub(super) max_ms: f64,
    /// Requests that were not done, by status and code.
    pub(super) errors: BTreeMap<String, u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_the_nearest() {
        let mut tally = Tally::default();
        (1..=200).rev().for_each(|ms| tally.done(Duration::from_millis(ms)));
        tally.refused("503 queue_full".to_owned());
        let mut other = Tally::default();
        other.refused("503 queue_full".to_owned());
        tally.add(other);
        let figures = tally.figures(Duration::from_secs(4));
        let shown =
            (figures.count, figures.per_second, figures.p50_ms, figures.p99_ms, figures.max_ms);
        assert_eq!(shown, (200, 50.0, 100.0, 198.0, 200.0));
        assert_eq!(figures.errors, BTreeMap::from([("503 queue_full".to_owned(), 2)]));
        assert_eq!(Tally::default().figures(Duration::from_secs(1)).p99_ms, 0.0);
    }
}
