//! Hashes of the tree in tiles: out of them proofs are made, whose cost does not grow with the log.
//!
//! Hashes of leaves stand beside the leaves, those of complete tiles in a table of their own: for
//! 256 leaves one, for 65,536 another.

use diesel::prelude::*;
use domain::digest::Sha256;
use domain::id::LicenseId;
use domain::log::{Leaf, LeafSubject, TILE_WIDTH, Tile, leaf_hash, root_of};

use super::{CHECKPOINT, CheckpointRow, LEAF, LeafRow, READING, StoredCheckpoint};
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{log_checkpoint, log_leaf, log_node, status_entry};

const TILE: &str = "log tile";
const RAISING: &str = "building the tiles of the log";
/// Hashes that are computed at once for a register from before: some seconds.
const UNHASHED_MAX: i64 = 50_000;

#[derive(Insertable)]
#[diesel(table_name = log_node)]
struct NodeRow {
    level: i64,
    position: i64,
    hash: Vec<u8>,
}

fn digest(hash: Option<Vec<u8>>, tile: Tile) -> Result<Sha256, StoreError> {
    let hash = hash.and_then(|hash| Sha256::try_from(&hash[..]).ok());
    hash.ok_or_else(|| damaged(tile, "a hash is missing or none"))
}

fn damaged(tile: Tile, reason: &str) -> StoreError {
    StoreError::corrupt(TILE, &format!("{} of level {}", tile.number, tile.level), reason)
}

fn hashes(connection: &mut Connection, tile: Tile) -> Result<Vec<Sha256>, StoreError> {
    let failed = |cause| StoreError::database(READING, cause);
    let name = tile.number.to_string();
    let read = Reading { what: TILE, id: &name };
    let first: i64 = read.number("number", tile.first())?;
    let end = first.saturating_add(tile.width.into());
    let found: Vec<Option<Vec<u8>>> = if tile.level == 0 {
        let row = log_leaf::table.filter(log_leaf::position.ge(first));
        let row = row.filter(log_leaf::position.lt(end)).order(log_leaf::position);
        row.select(log_leaf::hash).load(connection).map_err(failed)?
    } else {
        let row = log_node::table.filter(log_node::level.eq(i64::from(tile.level)));
        let row = row.filter(log_node::position.ge(first)).filter(log_node::position.lt(end));
        let row = row.order(log_node::position).select(log_node::hash.nullable());
        row.load(connection).map_err(failed)?
    };
    if found.len() != usize::from(tile.width) {
        return Err(damaged(tile, "a hash is missing"));
    }
    found.into_iter().map(|hash| digest(hash, tile)).collect()
}

/// Adds the hashes of tiles that are complete in a tree of `size` leaves and are not there yet.
pub(super) fn raise(connection: &mut Connection, size: u64) -> Result<(), StoreError> {
    let failed = |cause| StoreError::database(RAISING, cause);
    let mut complete = size / u64::from(TILE_WIDTH);
    let mut level: u8 = 1;
    while complete > 0 {
        let at = log_node::table.filter(log_node::level.eq(i64::from(level)));
        let newest = at.order(log_node::position.desc()).select(log_node::position);
        let newest: Option<i64> = newest.first(connection).optional().map_err(failed)?;
        let known = newest.and_then(|newest| u64::try_from(newest).ok()).map_or(0, |at| at + 1);
        for number in known..complete {
            let below = Tile { level: level - 1, number, width: TILE_WIDTH };
            let hash = root_of(hashes(connection, below)?).as_bytes().to_vec();
            let position = i64::try_from(number).unwrap_or(i64::MAX);
            let row = NodeRow { level: level.into(), position, hash };
            let inserted = diesel::insert_into(log_node::table).values(row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(TILE, number, cause))?;
        }
        complete /= u64::from(TILE_WIDTH);
        level += 1;
    }
    Ok(())
}

/// Computes hashes of leaves that have none; whether that was all.
fn hash_some(connection: &mut Connection) -> Result<bool, StoreError> {
    let failed = |cause| StoreError::database(RAISING, cause);
    let unhashed = log_leaf::table.filter(log_leaf::hash.is_null()).limit(UNHASHED_MAX);
    let unhashed = unhashed.select((log_leaf::subject, log_leaf::entry));
    let unhashed: Vec<(String, String)> = unhashed.load(connection).map_err(failed)?;
    for (subject, entry) in &unhashed {
        let hash = leaf_hash(entry.as_bytes()).as_bytes().to_vec();
        let leaf = diesel::update(log_leaf::table.find(subject)).set(log_leaf::hash.eq(hash));
        leaf.execute(connection).map_err(failed)?;
    }
    Ok(unhashed.is_empty())
}

impl Store {
    /// Builds what a register from before lacks for proofs.
    ///
    /// # Errors
    /// The database's; the next start goes on.
    pub fn log_raise(&self) -> Result<(), StoreError> {
        while !self.write(RAISING, hash_some)? {}
        self.write(RAISING, |connection| {
            let newest = super::newest(connection)?;
            let size = newest.map_or(Ok(0), |row| row.tree().map(|tree| tree.size()))?;
            raise(connection, size)
        })
    }

    /// The hashes of a tile.
    ///
    /// # Errors
    /// The database's, or the log has no such tile.
    pub fn log_tile(&self, tile: Tile) -> Result<Vec<Sha256>, StoreError> {
        self.read(READING, |connection| hashes(connection, tile))
    }

    /// The log at exactly this size, if it was signed or ever will be.
    ///
    /// # Errors
    /// The database's, or it is damaged.
    pub fn log_at(&self, size: u64) -> Result<Option<StoredCheckpoint>, StoreError> {
        let name = size.to_string();
        let size: i64 = Reading { what: CHECKPOINT, id: &name }.number("size", size)?;
        let row: Option<CheckpointRow> = self.read(READING, |connection| {
            let found = log_checkpoint::table.find(size).select(CheckpointRow::as_select());
            found.first(connection).optional().map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.map(StoredCheckpoint::try_from).transpose()
    }

    /// The leaves of a license, oldest first, with their places once they have some.
    ///
    /// # Errors
    /// The database's, or one is damaged.
    pub fn log_leaves_of(&self, of: LicenseId) -> Result<Vec<(Option<u64>, Leaf)>, StoreError> {
        let rows: Vec<LeafRow> = self.read(READING, |connection| {
            let changes = status_entry::table.filter(status_entry::license_id.eq(of.to_string()));
            let changes = changes.select(status_entry::id);
            let changes: Vec<String> =
                changes.load(connection).map_err(|cause| StoreError::database(READING, cause))?;
            let own = log_leaf::table.filter(log_leaf::subject.eq_any(changes));
            let rows = own.order(log_leaf::subject).select(LeafRow::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        let placed = |row: LeafRow| {
            let read = Reading { what: LEAF, id: &row.subject };
            let place = row.position.map(|position| read.number("position", position));
            Ok((place.transpose()?, Leaf::try_from(row)?))
        };
        rows.into_iter().map(placed).collect()
    }

    /// Leaves of licenses from this place on, in their order, each with its license; at most
    /// `limit`.
    ///
    /// # Errors
    /// The database's, or one is damaged.
    pub fn log_leaf_licenses(
        &self,
        from: u64,
        limit: u32,
    ) -> Result<Vec<(u64, Leaf, LicenseId)>, StoreError> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows: Vec<(LeafRow, String)> = self.read(READING, |connection| {
            let later = log_leaf::table.inner_join(status_entry::table);
            let later = later.filter(log_leaf::position.ge(from)).order(log_leaf::position);
            let later = later.limit(limit.into());
            let rows = later.select((LeafRow::as_select(), status_entry::license_id));
            rows.load(connection).map_err(|cause| StoreError::database(READING, cause))
        })?;
        let placed = |(row, license): (LeafRow, String)| {
            let read = Reading { what: LEAF, id: &row.subject };
            let place = read.number("position", row.position.unwrap_or_default())?;
            let license = read.parse("license_id", &license)?;
            Ok((place, Leaf::try_from(row)?, license))
        };
        rows.into_iter().map(placed).collect()
    }

    /// Whether there is a leaf of this.
    ///
    /// # Errors
    /// The database's.
    pub fn log_has(&self, subject: &LeafSubject) -> Result<bool, StoreError> {
        let of = subject.to_string();
        self.read(READING, |connection| {
            let found = log_leaf::table.find(of.clone()).select(log_leaf::kind);
            let found: Option<String> = found
                .first(connection)
                .optional()
                .map_err(|cause| StoreError::database(READING, cause))?;
            Ok(found.is_some())
        })
    }
}
