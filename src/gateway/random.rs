//! The random source of the operating system.

use formats::algorithm::{Random, RandomFailed};
use std::sync::atomic::{AtomicU64, Ordering};

/// Asks the operating system each time; nothing is kept, so nothing repeats after a fork or a
/// restored snapshot. A source that repeats itself is refused: a repeated nonce tells the key.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

/// The beginning of the last answer long enough to be compared.
static LAST: AtomicU64 = AtomicU64::new(0);

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        getrandom::fill(bytes).map_err(|_| RandomFailed)?;
        if is_stuck(&LAST, bytes) { Err(RandomFailed) } else { Ok(()) }
    }
}

/// Whether an answer of 16 bytes or more begins with the same 8 as the last one, or with zeros:
/// of honest answers one in 2^63 does.
fn is_stuck(last: &AtomicU64, bytes: &[u8]) -> bool {
    let Some((first, _)) = bytes.split_first_chunk().filter(|_| bytes.len() >= 16) else {
        return false;
    };
    let first = u64::from_ne_bytes(*first);
    let previous = last.swap(first, Ordering::Relaxed);
    first == 0 || first == previous
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_does_not_repeat_itself() {
        let mut answers = std::collections::BTreeSet::new();
        for _ in 0..1000 {
            let mut bytes = [0; 32];
            SystemRandom.fill(&mut bytes).unwrap();
            assert!(answers.insert(bytes));
        }
    }

    #[test]
    fn a_stuck_source_is_refused() {
        let last = AtomicU64::new(0);
        assert!(is_stuck(&last, &[0; 32]));
        assert!(!is_stuck(&last, &[7; 32]));
        assert!(is_stuck(&last, &[7; 32]));
        assert!(!is_stuck(&last, &[8; 32]));
        assert!(!is_stuck(&last, &[8; 15]), "too short to tell");
        SystemRandom.fill(&mut []).unwrap();
    }
}
