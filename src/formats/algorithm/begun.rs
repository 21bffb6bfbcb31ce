//! SM3 over beginnings that were digested lately. The licenses of a type begin alike, and a file that
//! is sealed is digested as a document, as what is signed, and as what was signed: each time from
//! its first byte.
//!
//! The bytes themselves are kept and compared, so that no digest depends on what is remembered.

use sm3::{Digest, Sm3};
use std::sync::{Arc, Mutex, PoisonError};

/// Shorter ones are digested in less time than it takes to look.
const BYTES_MIN: usize = 16 << 10;
/// Longer ones are not kept.
const BYTES_MAX: usize = 256 << 10;
/// What so many threads as seal at once need: 24 MiB at most, some 5 with licenses.
const KEPT: usize = 96;
/// The ends of files differ where the beginnings are alike, so these bytes are compared first.
const END: usize = 64;

struct Beginning {
    bytes: Vec<u8>,
    state: Sm3,
}

/// The last used first.
static LATELY: Mutex<Vec<Arc<Beginning>>> = Mutex::new(Vec::new());

/// The state after the parts.
pub(super) fn over(parts: &[&[u8]]) -> Sm3 {
    let all: usize = parts.iter().map(|part| part.len()).sum();
    let known = if all < BYTES_MIN { None } else { find(parts, all) };
    let (mut state, done) =
        known.map_or_else(|| (Sm3::new(), 0), |known| (known.state.clone(), known.bytes.len()));
    let mut end = 0;
    for (place, part) in parts.iter().enumerate() {
        let begin = end;
        end += part.len();
        if end > done {
            state.update(&part[done.saturating_sub(begin)..]);
            if (BYTES_MIN..=BYTES_MAX).contains(&end) {
                keep(parts[..=place].concat(), &state);
            }
        }
    }
    state
}

fn find(parts: &[&[u8]], all: usize) -> Option<Arc<Beginning>> {
    // A panic elsewhere leaves the list whole: it is changed in single steps.
    let mut lately = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
    let fits = |one: &Beginning| one.bytes.len() <= all && begin_with(parts, &one.bytes);
    let fitting = lately.iter().enumerate().filter(|(_, one)| fits(one));
    let (place, _) = fitting.max_by_key(|(_, one)| one.bytes.len())?;
    lately[..=place].rotate_right(1);
    lately.first().cloned()
}

fn keep(bytes: Vec<u8>, state: &Sm3) {
    let one = Arc::new(Beginning { bytes, state: state.clone() });
    let mut lately = LATELY.lock().unwrap_or_else(PoisonError::into_inner);
    lately.truncate(KEPT - 1);
    lately.insert(0, one);
}

/// Whether the parts, one after the other, begin with these bytes.
fn begin_with(parts: &[&[u8]], bytes: &[u8]) -> bool {
    let mut begin = 0;
    let mut pieces = Vec::with_capacity(parts.len());
    for part in parts {
        let length = part.len().min(bytes.len() - begin);
        pieces.push((&part[..length], &bytes[begin..begin + length]));
        begin += length;
    }
    let ends = |(one, other): &(&[u8], &[u8])| {
        let from = one.len().saturating_sub(END);
        one[from..] == other[from..]
    };
    begin == bytes.len()
        && pieces.iter().rev().all(ends)
        && pieces.iter().all(|(one, other)| one == other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(parts: &[&[u8]]) -> Vec<u8> {
        Sm3::digest(parts.concat()).to_vec()
    }

    #[test]
    fn what_is_remembered_changes_no_digest() {
        let long: Vec<u8> = (0..200_000_u32).map(|number| (number % 251) as u8).collect();
        let mut other = long.clone();
        other[70] ^= 1;
        let cases: [&[&[u8]]; 10] = [
            &[],
            &[&long[..10]],
            &[&long[..40_000]],
            &[&long[..40_000], &long[40_000..60_000], b"end"],
            &[&long[..60_000], b"end"],
            &[&long[..20_000], &long[20_000..60_000], &long[..50_000]],
            &[&other[..60_000]],
            &[&long[..39_999], b"x", &long[40_000..]],
            &[b"", &long, b""],
            &[&long, &long],
        ];
        for _ in 0..3 {
            for (number, parts) in cases.iter().enumerate() {
                assert_eq!(over(parts).finalize().to_vec(), plain(parts), "{number}");
            }
        }
    }

    #[test]
    fn the_longest_beginning_is_taken_up_and_memory_is_bounded() {
        let bytes = |seed: u8| vec![seed; 20_000];
        for seed in 0..=u8::MAX {
            over(&[&bytes(seed)]);
        }
        assert!(LATELY.lock().unwrap().len() <= KEPT);
        let (first, second) = (bytes(7), bytes(8));
        over(&[&first, &second]);
        let found = find(&[&first, &second, b"more"], 40_004).expect("remembered");
        assert_eq!(found.bytes.len(), 40_000);
    }
}
