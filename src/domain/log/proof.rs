//! That a leaf is in a tree, and that a tree is the beginning of another (RFC 9162, clause 2.1).
//!
//! Made of tiles, so that few hashes are read however many leaves there are; checked with nothing
//! but the roots.

use super::tile::{BadTile, TILE_HEIGHT, TILE_WIDTH, Tile};
use super::tree::node_hash;
use crate::digest::Sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// No proof has more hashes: sizes have 64 bits, and a consistency proof one more.
pub const PROOF_HASHES_MAX: usize = 65;

/// Why a proof proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// The tree has no such leaf, or never had that size.
    #[error("there is no such place in a tree of that size")]
    Place,
    /// A proof for these places has another number of hashes.
    #[error("the proof has another length than one for these places")]
    Length,
    /// The hashes lead elsewhere.
    #[error("the proof leads to another root")]
    Root,
}

/// Checks that the leaf with this hash is at `index` of the tree of `size` leaves with this root
/// (RFC 9162, clause 2.1.3.2).
///
/// # Errors
/// It is not proved.
pub fn verify_inclusion(
    leaf: Sha256,
    index: u64,
    (size, root): (u64, Sha256),
    path: &[Sha256],
) -> Result<(), BadProof> {
    verify_subtree_inclusion(leaf, index, (0..size, root), path)
}

/// As [`verify_inclusion`], in a part of a tree that is a tree itself.
///
/// # Errors
/// It is not proved, or the part is none that a tree has.
pub fn verify_subtree_inclusion(
    leaf: Sha256,
    index: u64,
    (part, root): (Range<u64>, Sha256),
    path: &[Sha256],
) -> Result<(), BadProof> {
    if !is_subtree(&part) || !part.contains(&index) {
        return Err(BadProof::Place);
    }
    let (mut place, mut last) = (index - part.start, part.end - part.start - 1);
    let mut hash = leaf;
    for beside in path {
        if last == 0 {
            return Err(BadProof::Length);
        }
        if place % 2 == 1 || place == last {
            hash = node_hash(*beside, hash);
            // A last leaf that has no neighbor goes up until it has one.
            let up = place.trailing_zeros().min(u64::BITS - 1);
            (place, last) = (place >> up, last >> up);
        } else {
            hash = node_hash(hash, *beside);
        }
        (place, last) = (place >> 1, last >> 1);
    }
    match last {
        0 if hash == root => Ok(()),
        0 => Err(BadProof::Root),
        _ => Err(BadProof::Length),
    }
}

/// Checks that the tree of the first size and root is the beginning of the second (RFC 9162, clause
/// 2.1.4.2). That an empty one is, proves nothing and is not asked.
///
/// # Errors
/// It is not proved.
pub fn verify_consistency(
    (from, before): (u64, Sha256),
    (to, after): (u64, Sha256),
    path: &[Sha256],
) -> Result<(), BadProof> {
    if from == 0 {
        return Err(BadProof::Place);
    }
    verify_subtree_consistency((0..from, before), (to, after), path)
}

/// As [`verify_consistency`], for a part of a tree that is a tree itself, not only its beginning.
///
/// # Errors
/// It is not proved, or the part is none that a tree has.
pub fn verify_subtree_consistency(
    (part, before): (Range<u64>, Sha256),
    (size, after): (u64, Sha256),
    path: &[Sha256],
) -> Result<(), BadProof> {
    if part.start == part.end && part.end <= size {
        let nothing = path.is_empty() && before == Sha256::of(b"");
        return if nothing { Ok(()) } else { Err(BadProof::Root) };
    }
    if !is_subtree(&part) || part.end > size {
        return Err(BadProof::Place);
    }
    let (mut first, mut last, mut end) = (part.start, part.end - 1, size - 1);
    // Up to the largest tree that both have whole.
    let apart = (first ^ last).checked_ilog2().map_or(0, |high| high + 1);
    let up = if last == end { apart } else { apart.min(last.trailing_ones()) };
    let shift = |value: u64, by: u32| value.checked_shr(by).unwrap_or(0);
    (first, last, end) = (shift(first, up), shift(last, up), shift(end, up));
    let (start, rest) = match first == last {
        true => (before, path),
        false => path.split_first().map(|(start, rest)| (*start, rest)).ok_or(BadProof::Length)?,
    };
    let (mut part_root, mut root) = (start, start);
    for beside in rest {
        if end == 0 {
            return Err(BadProof::Length);
        }
        if last % 2 == 1 || last == end {
            if first < last {
                part_root = node_hash(*beside, part_root);
            }
            root = node_hash(*beside, root);
            let up = last.trailing_zeros().min(u64::BITS - 1);
            (first, last, end) = (shift(first, up), shift(last, up), shift(end, up));
        } else {
            root = node_hash(root, *beside);
        }
        (first, last, end) = (first >> 1, last >> 1, end >> 1);
    }
    match end {
        0 if part_root == before && root == after => Ok(()),
        0 => Err(BadProof::Root),
        _ => Err(BadProof::Length),
    }
}

/// Whether some tree has these leaves, and no others, below one node.
fn is_subtree(part: &Range<u64>) -> bool {
    let Some(width) = part.end.checked_sub(part.start).filter(|width| *width > 0) else {
        return false;
    };
    let filled = width.checked_next_power_of_two();
    part.start == 0 || filled.is_some_and(|filled| part.start.is_multiple_of(filled))
}

/// The largest power of two below `width`, which is at least 2.
fn split(width: u64) -> u64 {
    1 << (width - 1).ilog2()
}

/// The parts whose hashes lead from a leaf to the root, in their order (RFC 9162, clause 2.1.3.1);
/// `None` when there is no such leaf.
#[must_use]
pub fn inclusion_path(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    let (mut from, mut to) = (0, size);
    let mut parts = Vec::new();
    if index >= size {
        return None;
    }
    while to - from > 1 {
        let middle = from + split(to - from);
        if index < middle {
            parts.push(middle..to);
            to = middle;
        } else {
            parts.push(from..middle);
            from = middle;
        }
    }
    parts.reverse();
    Some(parts)
}

/// The parts whose hashes lead from the root of a tree to that of one that it is the beginning of
/// (RFC 9162, clause 2.1.4.1); `None` when it is not, or is empty.
#[must_use]
pub fn consistency_path(first: u64, size: u64) -> Option<Vec<Range<u64>>> {
    let (mut from, mut to) = (0, size);
    let mut parts = Vec::new();
    if first == 0 || first > size {
        return None;
    }
    while first != to {
        let middle = from + split(to - from);
        if first <= middle {
            parts.push(middle..to);
            to = middle;
        } else {
            parts.push(from..middle);
            from = middle;
        }
    }
    if from > 0 {
        parts.push(from..to);
    }
    parts.reverse();
    Some(parts)
}

/// Hashes of the parts of one tree, out of its tiles.
#[derive(Debug)]
pub struct Hashes<F> {
    size: u64,
    tiles: BTreeMap<Tile, Vec<Sha256>>,
    read: F,
}

impl<F, E> Hashes<F>
where
    F: FnMut(Tile) -> Result<Vec<Sha256>, E>,
    E: From<BadTile>,
{
    /// Of a tree of this size, whose tiles are read by `read`, each once.
    pub fn new(size: u64, read: F) -> Self {
        Self { size, tiles: BTreeMap::new(), read }
    }

    /// The root of the whole tree.
    ///
    /// # Errors
    /// Those of reading.
    pub fn root(&mut self) -> Result<Sha256, E> {
        if self.size == 0 { Ok(Sha256::of(b"")) } else { self.of(0..self.size) }
    }

    /// Whether everything that was read so far lies under a root. A path out of wrong tiles proves
    /// nothing; that it does not is then no word against whoever signed the root.
    ///
    /// # Errors
    /// Those of reading.
    pub fn is_under(&mut self, root: Sha256) -> Result<bool, E> {
        // All hashes of the tiles that are not full are below the root itself.
        let mut right = self.root()? == root;
        let mut seen = BTreeSet::new();
        let unseen = |tiles: &BTreeMap<Tile, Vec<Sha256>>, seen: &BTreeSet<Tile>| {
            tiles.keys().find(|tile| tile.is_full() && !seen.contains(tile)).copied()
        };
        while let Some(tile) = unseen(&self.tiles, &seen) {
            let height = TILE_HEIGHT * (u32::from(tile.level) + 1);
            right &= self.node(height, tile.number)? == root_of(self.tiles[&tile].clone());
            seen.insert(tile);
        }
        Ok(right)
    }

    /// The hashes of some parts, such as those of a path.
    ///
    /// # Errors
    /// Those of reading.
    pub fn of_all(&mut self, parts: Vec<Range<u64>>) -> Result<Vec<Sha256>, E> {
        parts.into_iter().map(|part| self.of(part)).collect()
    }

    /// MTH of RFC 9162, clause 2.1.1, over a part of the tree that begins where such a part may.
    fn of(&mut self, part: Range<u64>) -> Result<Sha256, E> {
        let width = part.end - part.start;
        if width.is_power_of_two() {
            return self.node(width.ilog2(), part.start / width);
        }
        let middle = part.start + split(width);
        let left = self.of(part.start..middle)?;
        Ok(node_hash(left, self.of(middle..part.end)?))
    }

    /// The hash of a complete tree of 2^height leaves.
    fn node(&mut self, height: u32, place: u64) -> Result<Sha256, E> {
        let within = height % TILE_HEIGHT;
        let first = place << within;
        // A height is below 64.
        let level = (height / TILE_HEIGHT) as u8;
        let missing = BadTile { bytes: 0, width: TILE_WIDTH };
        let tile = Tile::holding(level, first, self.size).ok_or(missing)?;
        if !self.tiles.contains_key(&tile) {
            let hashes = (self.read)(tile)?;
            self.tiles.insert(tile, hashes);
        }
        let hashes = &self.tiles[&tile];
        let at = (first - tile.first()) as usize;
        let row = hashes.get(at..at + (1 << within)).ok_or(missing)?;
        Ok(root_of(row.to_vec()))
    }
}

/// The root over hashes whose number is a power of two.
#[must_use]
pub fn root_of(mut row: Vec<Sha256>) -> Sha256 {
    while row.len() > 1 {
        row = row.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(*left, *right)).collect();
    }
    row.first().copied().unwrap_or_else(|| Sha256::of(b""))
}

#[cfg(test)]
mod tests;
