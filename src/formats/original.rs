//! What was signed, and its digests, each computed in one pass however many signatures begin alike.

use crate::algorithm::{Digest, Hasher};
use std::cell::OnceCell;

/// What was signed, in parts.
#[derive(Clone, Copy)]
pub struct Original<'a> {
    parts: &'a [&'a [u8]],
    /// Where digests over the first part can be taken up.
    begun: Option<&'a Beginnings<'a>>,
}

impl<'a> Original<'a> {
    /// The bytes in order.
    #[must_use]
    pub fn new(parts: &'a [&'a [u8]]) -> Self {
        Self { parts, begun: None }
    }

    /// The bytes in order, the first part being one of the beginnings.
    pub(crate) fn beginning(parts: &'a [&'a [u8]], begun: &'a Beginnings<'a>) -> Self {
        Self { parts, begun: Some(begun) }
    }

    /// The bytes, in order.
    #[must_use]
    pub fn parts(&self) -> &'a [&'a [u8]] {
        self.parts
    }

    /// The digest of the bytes.
    #[must_use]
    pub fn digest(&self, digest: Digest) -> Vec<u8> {
        let begun = self
            .parts
            .split_first()
            .and_then(|(first, rest)| Some((self.begun?.at(digest, first.len())?, rest)));
        let Some((mut hasher, rest)) = begun else { return digest.hash(self.parts) };
        rest.iter().for_each(|part| hasher.update(part));
        hasher.finish()
    }
}

/// Digests over several beginnings of one file: one pass for each algorithm that is asked for.
pub(crate) struct Beginnings<'a> {
    file: &'a [u8],
    /// Where they end, ascending; the last one is the whole file.
    ends: Vec<usize>,
    begun: [OnceCell<Vec<Hasher>>; Digest::ALL.len()],
}

impl<'a> Beginnings<'a> {
    pub(crate) fn new(file: &'a [u8], ends: impl IntoIterator<Item = usize>) -> Self {
        let mut ends: Vec<usize> = ends.into_iter().filter(|end| *end < file.len()).collect();
        ends.push(file.len());
        ends.sort_unstable();
        ends.dedup();
        Self { file, ends, begun: Default::default() }
    }

    /// Bytes of the file.
    pub(crate) fn len(&self) -> usize {
        self.file.len()
    }

    /// The digest begun over the first `end` bytes; `None` when nobody said that it would be asked
    /// for.
    fn at(&self, digest: Digest, end: usize) -> Option<Hasher> {
        let place = Digest::ALL.iter().position(|one| *one == digest)?;
        let begun = self.begun[place].get_or_init(|| self.pass(digest));
        Some(begun[self.ends.binary_search(&end).ok()?].clone())
    }

    fn pass(&self, digest: Digest) -> Vec<Hasher> {
        // The last end is that of the file, so there is a first one.
        let mut at = self.ends[0];
        let mut hasher = Hasher::over(digest, &[&self.file[..at]]);
        let one = |&end: &usize| {
            hasher.update(&self.file[at..end]);
            at = end;
            hasher.clone()
        };
        self.ends.iter().map(one).collect()
    }

    /// The digest of the whole file.
    pub(crate) fn whole(&self, digest: Digest) -> Vec<u8> {
        Original::beginning(&[self.file], self).digest(digest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_that_begin_alike_are_those_of_the_bytes() {
        let file: Vec<u8> = (0..=255).cycle().take(1000).collect();
        let beginnings = Beginnings::new(&file, [0, 300, 64, 300, 999, 5000]);
        for digest in Digest::ALL {
            assert_eq!(beginnings.whole(digest), digest.hash(&[&file]));
            for end in [0, 64, 65, 300, 999, 1000] {
                for rest in [&file[end..], &file[..7], &[]] {
                    let parts = [&file[..end], rest];
                    let original = Original::beginning(&parts, &beginnings);
                    assert_eq!(original.digest(digest), digest.hash(&parts), "{digest:?} {end}");
                }
            }
        }
        assert_eq!(Original::new(&[]).digest(Digest::Sm3), Digest::Sm3.hash(&[]));
    }
}
