//! A whole log, computed anew from its tiles; what is flipped is named.

use super::offline::{CheckedLog, LogKeys, LogStanding, check_proof, disbelieved};
use domain::digest::Sha256;
use domain::log::{Checkpoint, Evidence, TILE_WIDTH, Tile, TilePath, Tree, leaf_hash, root_of};
use std::collections::BTreeMap;

/// More faults than anyone reads.
const FAULTS_MAX: usize = 100;

/// Where the files of a log come from; a reason when one does not.
pub(super) struct LogSource<'a>(pub(super) &'a dyn Fn(&str) -> Result<Vec<u8>, String>);

impl LogSource<'_> {
    fn tile(&self, path: TilePath) -> Result<Vec<u8>, String> {
        (self.0)(&format!("tile/{path}"))
    }
}

/// A log under way.
pub(super) struct Audit<'a> {
    source: LogSource<'a>,
    size: u64,
    /// Grown from the hashes that were read.
    tree: Tree,
    /// Roots that were kept, by size, with the name under which they were.
    expected: BTreeMap<u64, Vec<(String, Sha256)>>,
    faults: Vec<String>,
    unread: bool,
}

impl<'a> Audit<'a> {
    pub(super) fn of(
        source: LogSource<'a>,
        keys: &LogKeys,
        kept: &[(String, Vec<u8>)],
    ) -> CheckedLog {
        let note = match (source.0)("checkpoint") {
            Ok(note) => note,
            Err(reason) => return CheckedLog::stands(LogStanding::Unread).fault(reason),
        };
        let newest = match Checkpoint::read(&note, &keys.0) {
            Ok(newest) => newest,
            Err(cause) => return disbelieved(&cause),
        };
        let expected = match expected(&newest, keys, kept) {
            Ok(expected) => expected,
            Err(checked) => return checked,
        };
        let (tree, size) = (Tree::default(), newest.size);
        let mut audit = Self { source, size, tree, expected, faults: Vec::new(), unread: false };
        audit.run();
        let standing = match (audit.faults.is_empty(), audit.unread) {
            (true, _) => LogStanding::Proved,
            (false, true) => LogStanding::Unread,
            (false, false) => LogStanding::Altered,
        };
        CheckedLog { faults: audit.faults, ..CheckedLog::stands(standing).of(&newest) }
    }

    fn fault(&mut self, fault: String) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(fault);
        }
    }

    fn run(&mut self) {
        let mut row = self.leaves();
        let mut level = 1;
        while row.len() >= usize::from(TILE_WIDTH) && !self.unread {
            let full = row.as_chunks::<{ TILE_WIDTH as usize }>().0;
            row = full.iter().map(|below| root_of(below.to_vec())).collect();
            self.level(level, &row);
            level += 1;
        }
        if self.unread {
            return;
        }
        // What was not reached is larger than the log.
        for (size, kept) in std::mem::take(&mut self.expected) {
            for (name, _) in kept {
                self.fault(format!("{name}: the log had {size} leaves, now it has {}", self.size));
            }
        }
    }

    /// Reads every leaf twice, as it was logged and as it was hashed.
    fn leaves(&mut self) -> Vec<Sha256> {
        let mut row = Vec::new();
        while let Some(tile) = Tile::holding(0, row.len() as u64, self.size) {
            let read = self.source.tile(TilePath::Hashes(tile));
            let entries = self.source.tile(TilePath::Entries(tile));
            let (hashes, entries) = match (read, entries) {
                (Ok(hashes), Ok(entries)) => (hashes, entries),
                (Err(reason), _) | (_, Err(reason)) => {
                    self.unread = true;
                    self.fault(reason);
                    return row;
                }
            };
            let Some(hashes) = self.hashes(tile, &hashes) else { return row };
            self.entries(tile, &entries, &hashes);
            for hash in hashes {
                self.tree.append(hash);
                row.push(hash);
                self.compare();
            }
        }
        row
    }

    fn hashes(&mut self, tile: Tile, bytes: &[u8]) -> Option<Vec<Sha256>> {
        let hashes = tile.hashes(bytes);
        if let Err(cause) = &hashes {
            self.fault(format!("tile {}: {cause}", TilePath::Hashes(tile)));
        }
        hashes.ok()
    }

    fn entries(&mut self, tile: Tile, bytes: &[u8], hashes: &[Sha256]) {
        // Entries before one whose length was flipped are whole.
        let mut rest = bytes;
        for (index, hash) in (tile.first()..).zip(hashes) {
            let split = rest.split_first_chunk::<2>();
            let split = split
                .and_then(|(len, behind)| behind.split_at_checked(u16::from_be_bytes(*len).into()));
            let Some((_, behind)) = split.filter(|(entry, _)| leaf_hash(entry) == *hash) else {
                self.fault(format!("leaf {index}: its entry is not what was hashed"));
                return self.after(tile, index, rest, hashes);
            };
            rest = behind;
        }
        if !rest.is_empty() {
            let end = tile.first() + u64::from(tile.width);
            self.fault(format!("leaf {}: something stands behind its entry", end - 1));
        }
    }

    /// The leaves behind a faulty one, when its length still leads to the next.
    fn after(&mut self, tile: Tile, faulty: u64, rest: &[u8], hashes: &[Sha256]) {
        let Some((len, behind)) = rest.split_first_chunk::<2>() else { return };
        let Some(behind) = behind.get(usize::from(u16::from_be_bytes(*len))..) else { return };
        let next = usize::try_from(faulty - tile.first()).unwrap_or(usize::MAX) + 1;
        let left = &hashes[next.min(hashes.len())..];
        let first = Tile { width: left.len() as u16, ..tile };
        let Ok(entries) = first.entries(behind) else { return };
        for ((index, hash), entry) in (faulty + 1..).zip(left).zip(entries) {
            if leaf_hash(entry) != *hash {
                self.fault(format!("leaf {index}: its entry is not what was hashed"));
            }
        }
    }

    /// The tree at this size against what was kept of it.
    fn compare(&mut self) {
        let size = self.tree.size();
        for (name, kept) in self.expected.remove(&size).unwrap_or_default() {
            if self.tree.root() != kept {
                self.fault(format!("{name}: with {size} leaves the log had another root"));
            }
        }
    }

    /// A level of tiles against the row that the level below gives.
    fn level(&mut self, level: u8, row: &[Sha256]) {
        let mut place = 0;
        while let Some(tile) = Tile::holding(level, place, self.size) {
            let bytes = match self.source.tile(TilePath::Hashes(tile)) {
                Ok(bytes) => bytes,
                Err(reason) => {
                    self.unread = true;
                    return self.fault(reason);
                }
            };
            let Some(hashes) = self.hashes(tile, &bytes) else { return };
            for (at, hash) in (place..).zip(hashes) {
                if usize::try_from(at).ok().and_then(|at| row.get(at)) != Some(&hash) {
                    let width = 1_u64 << (8 * u32::from(level));
                    let (first, last) = (at * width, (at + 1) * width - 1);
                    self.fault(format!(
                        "tile {}: the hash over leaves {first} to {last} is another",
                        TilePath::Hashes(tile)
                    ));
                }
            }
            place += u64::from(tile.width);
        }
    }
}

/// The roots that the log must have had, its newest among them.
fn expected(
    newest: &Checkpoint,
    keys: &LogKeys,
    kept: &[(String, Vec<u8>)],
) -> Result<BTreeMap<u64, Vec<(String, Sha256)>>, CheckedLog> {
    let mut expected: BTreeMap<u64, Vec<(String, Sha256)>> = BTreeMap::new();
    let mut expect = |name: &str, checkpoint: &Checkpoint| {
        // Of an empty log there is nothing to say.
        if checkpoint.size > 0 {
            let roots = expected.entry(checkpoint.size).or_default();
            roots.push((name.to_owned(), checkpoint.root));
        }
    };
    expect("checkpoint", newest);
    for (name, bytes) in kept {
        let named = |mut checked: CheckedLog| {
            checked.faults =
                checked.faults.iter().map(|fault| format!("{name}: {fault}")).collect();
            checked
        };
        let note = match bytes.first() {
            Some(b'{') => {
                let checked = check_proof(bytes, None, keys);
                if checked.standing != LogStanding::Proved {
                    return Err(named(checked));
                }
                // It was read a moment ago.
                Evidence::read(bytes).map(|read| read.checkpoint.into_bytes()).unwrap_or_default()
            }
            _ => bytes.clone(),
        };
        let checkpoint = Checkpoint::read(&note, &keys.0);
        let checkpoint = checkpoint.map_err(|cause| named(disbelieved(&cause)))?;
        if checkpoint.origin != newest.origin {
            let fault = format!("{name}: of the log {}", checkpoint.origin);
            return Err(CheckedLog::stands(LogStanding::Altered).of(newest).fault(fault));
        }
        expect(name, &checkpoint);
    }
    Ok(expected)
}

#[cfg(test)]
mod tests;
