//! The random source of the operating system.

use formats::algorithm::{Random, RandomFailed};

/// Asks the operating system each time; nothing is kept, so nothing repeats after a fork or a
/// restored snapshot.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        getrandom::fill(bytes).map_err(|_| RandomFailed)
    }
}
