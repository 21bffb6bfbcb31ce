//! The hash tree of RFC 9162, clause 2.1 (and RFC 6962), grown leaf by leaf.
//!
//! Only the peaks are kept: the roots of the complete trees that the leaves so far fill, largest
//! first, one for each bit of the size. That is all that growing and the root need.

use crate::digest::Sha256;

const LEAF: u8 = 0;
const NODE: u8 = 1;
const HASH_BYTES: usize = 32;

/// The hash of a leaf: what is logged, told apart from a node.
#[must_use]
pub fn leaf_hash(entry: &[u8]) -> Sha256 {
    Sha256::of(&[&[LEAF], entry].concat())
}

pub(super) fn node_hash(left: Sha256, right: Sha256) -> Sha256 {
    let mut bytes = [NODE; 1 + 2 * HASH_BYTES];
    bytes[1..=HASH_BYTES].copy_from_slice(left.as_bytes());
    bytes[1 + HASH_BYTES..].copy_from_slice(right.as_bytes());
    Sha256::of(&bytes)
}

/// A tree of some size, as far as growing it needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    size: u64,
    peaks: Vec<Sha256>,
}

/// The peaks are not those of a tree of that size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{bytes} bytes of peaks are not those of a tree of {size} leaves")]
pub struct BadPeaks {
    size: u64,
    bytes: usize,
}

impl Tree {
    /// The tree of this size with these peaks, as [`Tree::peaks`] gave them.
    ///
    /// # Errors
    /// When a tree of this size has another number of peaks.
    pub fn stored(size: u64, peaks: &[u8]) -> Result<Self, BadPeaks> {
        let bytes = peaks.len();
        let (whole, rest) = peaks.as_chunks::<HASH_BYTES>();
        if !rest.is_empty() || whole.len() as u64 != u64::from(size.count_ones()) {
            return Err(BadPeaks { size, bytes });
        }
        Ok(Self { size, peaks: whole.iter().map(|hash| Sha256::from(*hash)).collect() })
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The peaks one behind the other, for [`Tree::stored`].
    #[must_use]
    pub fn peaks(&self) -> Vec<u8> {
        self.peaks.iter().flat_map(|peak| *peak.as_bytes()).collect()
    }

    /// Adds a leaf at the end.
    pub fn append(&mut self, leaf: Sha256) {
        // Every set bit at the low end of the size is a complete tree that the new leaf completes.
        let completed = self.size.trailing_ones() as usize;
        let smaller = self.peaks.split_off(self.peaks.len() - completed);
        let peak = smaller.into_iter().rev().fold(leaf, |right, left| node_hash(left, right));
        self.peaks.push(peak);
        self.size += 1;
    }

    /// The root; of an empty tree the digest of nothing.
    #[must_use]
    pub fn root(&self) -> Sha256 {
        let joined = self.peaks.iter().rev().copied().reduce(|right, left| node_hash(left, right));
        joined.unwrap_or_else(|| Sha256::of(b""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition of RFC 9162, clause 2.1.1, word for word.
    fn by_definition(leaves: &[Sha256]) -> Sha256 {
        match leaves {
            [] => Sha256::of(b""),
            [one] => *one,
            more => {
                let split = more.len().next_power_of_two() / 2;
                node_hash(by_definition(&more[..split]), by_definition(&more[split..]))
            }
        }
    }

    #[test]
    fn every_size_has_the_root_of_the_definition() {
        let leaves: Vec<Sha256> = (0..130_u8).map(|number| leaf_hash(&[number])).collect();
        let mut tree = Tree::default();
        assert_eq!(tree.root(), by_definition(&[]));
        for (place, leaf) in leaves.iter().enumerate() {
            tree.append(*leaf);
            assert_eq!(tree.root(), by_definition(&leaves[..=place]), "{} leaves", place + 1);
            assert_eq!(Tree::stored(tree.size(), &tree.peaks()).as_ref(), Ok(&tree));
        }
    }

    /// From the reference implementation of RFC 6962: eight entries and the root of all.
    #[test]
    fn a_known_root() {
        let entries = [
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ];
        let mut tree = Tree::default();
        for entry in entries {
            tree.append(leaf_hash(&hex::decode(entry).unwrap()));
        }
        let root = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328";
        assert_eq!(tree.root().to_string(), root);
    }

    #[test]
    fn peaks_of_another_size_are_refused() {
        for (size, bytes) in [(0, 32), (1, 0), (1, 31), (2, 64), (3, 32), (u64::MAX, 32)] {
            assert!(Tree::stored(size, &vec![0; bytes]).is_err(), "{size} leaves, {bytes} bytes");
        }
    }
}
