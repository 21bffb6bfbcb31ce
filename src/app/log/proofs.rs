//! Proofs out of the log: that a leaf is in it, and that it only grew.
//!
//! Leaves and hashes are for anyone: they name nobody. Of which license a leaf is, and what opens
//! it, is for the department that issued it and for whoever has the code that is printed on it: a
//! look-up for everyone by the number of a license would undo the blinding.

use crate::view::{LogConsistencyView, LogSizeView};
use crate::{App, AppError, Caller};
use domain::digest::{Sha256, Sm3};
use domain::license::License;
use domain::log::{
    BadTile, Checkpoint, Evidence, Hashes, Leaf, LeafKind, Logged, Note, Opening, Tile, TilePath,
    bundle, consistency_path, inclusion_path, recorded_at,
};
use time::OffsetDateTime;

/// Of what a proof is asked for.
#[derive(Clone, Debug)]
pub enum ProofOf {
    /// The leaf at a place of the tree.
    Index(u64),
    /// The license with this code printed on it.
    Code(String),
    /// A license of the caller's organization.
    License(Caller, String),
}

impl From<BadTile> for AppError {
    fn from(cause: BadTile) -> Self {
        Self::internal("reading tiles of the log".to_owned(), cause)
    }
}

impl App {
    /// Hashes of the log as it was, or is, at this size.
    pub(crate) fn log_hashes(
        &self,
        size: u64,
    ) -> Hashes<impl FnMut(Tile) -> Result<Vec<Sha256>, AppError> + '_> {
        Hashes::new(size, |tile| Ok(self.store.log_tile(tile)?))
    }

    /// Leaves, how they are in the tree of the newest checkpoint, and that checkpoint.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; [`AppError::LogPending`] for what no checkpoint covers yet.
    pub fn log_proof(&self, of: &ProofOf) -> Result<Evidence, AppError> {
        let (note, checkpoint) = self.newest_signed()?;
        let leaves = match of {
            ProofOf::Index(index) => {
                let leaf = self.store.log_leaves(*index, 1)?.pop();
                let covered = |(place, _): &(u64, Leaf)| place == index && *place < checkpoint.size;
                let (place, leaf) = leaf.filter(covered).ok_or(AppError::NotFound)?;
                vec![self.logged(place, leaf, None, checkpoint.size)?]
            }
            ProofOf::Code(code) => {
                self.leaves_of(&self.known_by_code(code)?.license, checkpoint.size)?
            }
            ProofOf::License(caller, id) => {
                self.leaves_of(&self.own_license(caller, id)?, checkpoint.size)?
            }
        };
        Ok(Evidence { checkpoint: note, leaves })
    }

    /// When the log is known to have had this file of a license: the moment of the first signed
    /// checkpoint over its leaf, and not before the leaf says so itself.
    pub(crate) fn logged_since(
        &self,
        license: &License,
        file: Sm3,
    ) -> Result<Option<OffsetDateTime>, AppError> {
        if self.original(license)? != Some(file) {
            return Ok(None);
        }
        let leaves = self.store.log_leaves_of(license.id())?;
        let issue = leaves.iter().find(|(_, leaf)| leaf.subject.kind() == LeafKind::Issue);
        let Some((Some(place), leaf)) = issue else { return Ok(None) };
        let first = self.store.log_checkpoints(*place, 1)?.pop();
        let signed = first.filter(|one| one.note.is_some()).map(|one| one.at);
        Ok(signed.zip(recorded_at(&leaf.entry)).map(|(signed, said)| signed.max(said)))
    }

    /// The leaves of a license, opened.
    fn leaves_of(&self, license: &License, size: u64) -> Result<Vec<Logged>, AppError> {
        let file = self.original(license)?;
        let mut leaves = Vec::new();
        for (place, leaf) in self.store.log_leaves_of(license.id())? {
            let place = place.filter(|place| *place < size).ok_or(AppError::LogPending)?;
            leaves.push(self.logged(place, leaf, Some((license, file)), size)?);
        }
        leaves.sort_by_key(|leaf| leaf.index);
        if leaves.is_empty() { Err(AppError::NotFound) } else { Ok(leaves) }
    }

    fn logged(
        &self,
        index: u64,
        leaf: Leaf,
        of: Option<(&License, Option<Sm3>)>,
        size: u64,
    ) -> Result<Logged, AppError> {
        let issue = leaf.subject.kind() == LeafKind::Issue;
        let path = inclusion_path(index, size).ok_or(AppError::NotFound)?;
        let path = self.log_hashes(size).of_all(path)?;
        let opening = of.zip(leaf.salt).map(|((license, file), salt)| Opening {
            salt,
            license: license.id().to_string(),
            file: file.filter(|_| issue),
        });
        Ok(Logged { index, entry: leaf.entry, path, opening })
    }

    /// That the log of one size is the beginning of that of another; of the newest checkpoint when
    /// none is named.
    ///
    /// # Errors
    /// [`AppError::Refused`] for sizes that it never had.
    pub fn log_consistency(
        &self,
        from: u64,
        to: Option<u64>,
    ) -> Result<LogConsistencyView, AppError> {
        let newest = self.newest_signed()?.1.size;
        let to = to.unwrap_or(newest);
        let parts = consistency_path(from, to).filter(|_| to <= newest);
        let parts = parts.ok_or_else(|| AppError::Refused {
            code: "log_size",
            detail: format!("from is 1 to `to`, and `to` at most {newest}"),
        })?;
        let path = self.log_hashes(to).of_all(parts)?;
        let at = |size| {
            let root = self.log_hashes(size).root()?;
            Ok::<_, AppError>(LogSizeView { size, root: root.to_string() })
        };
        let path = path.iter().map(Sha256::to_string).collect();
        Ok(LogConsistencyView { from: at(from)?, to: at(to)?, path })
    }

    /// A tile as it is served (C2SP tlog-tiles).
    ///
    /// # Errors
    /// [`AppError::NotFound`] for one that no checkpoint covers.
    pub fn log_tile(&self, path: &str) -> Result<Vec<u8>, AppError> {
        let path: TilePath = path.parse().map_err(|_| AppError::NotFound)?;
        let (TilePath::Hashes(tile) | TilePath::Entries(tile)) = path;
        if !tile.is_in(self.newest_signed()?.1.size) {
            return Err(AppError::NotFound);
        }
        if let TilePath::Hashes(tile) = path {
            let hashes = self.store.log_tile(tile)?;
            return Ok(hashes.iter().flat_map(|hash| *hash.as_bytes()).collect());
        }
        let leaves = self.store.log_leaves(tile.first(), tile.width.into())?;
        let whole = leaves.len() == usize::from(tile.width);
        let entries = leaves.iter().map(|(_, leaf)| leaf.entry.as_str());
        let bytes = bundle(entries).filter(|_| whole);
        Ok(bytes.ok_or(BadTile { bytes: 0, width: tile.width })?)
    }

    /// The newest checkpoint as it was signed, and what it says.
    fn newest_signed(&self) -> Result<(String, Checkpoint), AppError> {
        let note = self.log_checkpoint()?;
        let read = Note::read(note.as_bytes()).map_err(Into::into);
        let read = read.and_then(|note| Checkpoint::unproved(&note));
        let failed = |cause| AppError::internal("reading the newest checkpoint".to_owned(), cause);
        let checkpoint = read.map_err(failed)?;
        Ok((note, checkpoint))
    }
}
