//! The log: leaves as they are written with a change, and the tree over them.
//!
//! A leaf is stored in the transaction of its change, without a place: places in one order would
//! make every issue wait for the one before. [`Store::log_grow`] gives the waiting ones their
//! places and keeps the new root. Of two processes that grow it at once one waits for the other;
//! places are unique besides.

use diesel::prelude::*;
use domain::digest::Sha256;
use domain::log::{Leaf, LeafKind, LeafSubject, Salt, Tree, leaf_hash};
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::locks;
use crate::read::Reading;
use crate::schema::{log_checkpoint, log_leaf};

mod tiles;

const LEAF: &str = "log leaf";
const CHECKPOINT: &str = "log checkpoint";
const GROWING: &str = "growing the log";
const READING: &str = "reading the log";
/// Leaves that get their places in one transaction: some hundred milliseconds.
const GROWTH_MAX: i64 = 4096;

/// The log at some size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredCheckpoint {
    /// How many leaves.
    pub size: u64,
    /// The root over them.
    pub root: Sha256,
    /// When it had grown to that.
    pub at: OffsetDateTime,
    /// The signed text, once it is signed.
    pub note: Option<String>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = log_leaf)]
struct LeafRow {
    subject: String,
    kind: String,
    change: Option<String>,
    entry: String,
    hash: Option<Vec<u8>>,
    salt: Option<Vec<u8>>,
    position: Option<i64>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = log_checkpoint)]
pub(crate) struct CheckpointRow {
    pub(crate) size: i64,
    root: String,
    peaks: Vec<u8>,
    at: i64,
    note: Option<String>,
}

impl TryFrom<LeafRow> for Leaf {
    type Error = StoreError;

    fn try_from(row: LeafRow) -> Result<Self, StoreError> {
        let salt = |bytes: Vec<u8>| <[u8; 32]>::try_from(bytes).map(Salt::new);
        let salt = row.salt.clone().map(salt).transpose();
        let damaged = |_| StoreError::corrupt(LEAF, &row.subject, "the salt has another length");
        let salt = salt.map_err(damaged)?;
        Ok(Self { subject: row.subject()?, entry: row.entry, salt })
    }
}

impl LeafRow {
    fn new(leaf: &Leaf) -> Self {
        let change = match leaf.subject {
            LeafSubject::Change { id, .. } => Some(id.to_string()),
            LeafSubject::SealCertificate(_) | LeafSubject::TrustList(_) => None,
        };
        Self {
            subject: leaf.subject.to_string(),
            kind: leaf.subject.kind().to_string(),
            change,
            entry: leaf.entry.clone(),
            hash: Some(leaf.hash().as_bytes().to_vec()),
            salt: leaf.salt.as_ref().map(|salt| salt.as_bytes().to_vec()),
            position: None,
        }
    }

    fn subject(&self) -> Result<LeafSubject, StoreError> {
        let read = Reading { what: LEAF, id: &self.subject };
        let kind: LeafKind = read.parse("kind", &self.kind)?;
        let digest = || {
            let named = self.subject.split_once(':').filter(|(name, _)| *name == kind.as_str());
            read.parse("subject", named.map_or("", |(_, digest)| digest))
        };
        let subject = match kind {
            LeafKind::Issue | LeafKind::Status => {
                LeafSubject::Change { id: read.own_id()?, issue: kind == LeafKind::Issue }
            }
            LeafKind::SealCertificate => LeafSubject::SealCertificate(digest()?),
            LeafKind::TrustList => LeafSubject::TrustList(digest()?),
        };
        let change = matches!(subject, LeafSubject::Change { .. }).then_some(&self.subject);
        match change == self.change.as_ref() {
            true => Ok(subject),
            false => Err(StoreError::corrupt(LEAF, &self.subject, "it is of another change")),
        }
    }
}

impl CheckpointRow {
    fn new(tree: &Tree, at: OffsetDateTime) -> Result<Self, StoreError> {
        let name = tree.size().to_string();
        let size = Reading { what: CHECKPOINT, id: &name }.number("size", tree.size())?;
        let (root, peaks) = (tree.root().to_string(), tree.peaks());
        Ok(Self { size, root, peaks, at: micros(at), note: None })
    }

    fn tree(&self) -> Result<Tree, StoreError> {
        let id = self.size.to_string();
        let size = Reading { what: CHECKPOINT, id: &id }.number("size", self.size)?;
        let damaged = |reason: &str| StoreError::corrupt(CHECKPOINT, &id, reason.to_owned());
        let tree =
            Tree::stored(size, &self.peaks).map_err(|reason| damaged(&reason.to_string()))?;
        if tree.root().to_string() != self.root {
            return Err(damaged("its root is not that of its peaks"));
        }
        Ok(tree)
    }
}

impl TryFrom<CheckpointRow> for StoredCheckpoint {
    type Error = StoreError;

    fn try_from(row: CheckpointRow) -> Result<Self, StoreError> {
        let tree = row.tree()?;
        let id = row.size.to_string();
        let at = Reading { what: CHECKPOINT, id: &id }.instant("at", row.at)?;
        Ok(Self { size: tree.size(), root: tree.root(), at, note: row.note })
    }
}

/// Writes a leaf down; it gets its place in the tree later.
pub(crate) fn append(connection: &mut Connection, leaf: &Leaf) -> Result<(), StoreError> {
    let row = LeafRow::new(leaf);
    let inserted = diesel::insert_into(log_leaf::table).values(row).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(LEAF, leaf.subject, cause))
}

pub(crate) fn newest(connection: &mut Connection) -> Result<Option<CheckpointRow>, StoreError> {
    let newest = log_checkpoint::table.order(log_checkpoint::size.desc());
    let row = newest.select(CheckpointRow::as_select()).first(connection).optional();
    row.map_err(|cause| StoreError::database(READING, cause))
}

impl Store {
    /// How many leaves wait for their place in the tree.
    ///
    /// # Errors
    /// The database's.
    pub fn log_waiting(&self) -> Result<u64, StoreError> {
        let count: i64 = self.read(READING, |connection| {
            let waiting = log_leaf::table.filter(log_leaf::position.is_null());
            let count = waiting.count().get_result(connection);
            count.map_err(|cause| StoreError::database(READING, cause))
        })?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Gives waiting leaves their places, a few thousand at a time; the log after that, or `None`
    /// when none was waiting.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when another process grew it meanwhile; then nothing was written.
    pub fn log_grow(&self, at: OffsetDateTime) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.write(GROWING, |connection| {
            let failed = |cause| StoreError::database(GROWING, cause);
            // What waits and how far the tree has come belong together.
            locks::hold_end(connection, locks::Chain::Log)?;
            let waiting: Vec<(String, String)> = log_leaf::table
                .filter(log_leaf::position.is_null())
                .order(log_leaf::subject)
                .limit(GROWTH_MAX)
                .select((log_leaf::subject, log_leaf::entry))
                .load(connection)
                .map_err(failed)?;
            if waiting.is_empty() {
                return Ok(None);
            }
            let newest = newest(connection)?;
            let mut tree = newest.map_or_else(|| Ok(Tree::default()), |row| row.tree())?;
            for (subject, entry) in waiting {
                let read = Reading { what: LEAF, id: &subject };
                let position: i64 = read.number("position", tree.size())?;
                tree.append(leaf_hash(entry.as_bytes()));
                diesel::update(log_leaf::table.find(&subject))
                    .set(log_leaf::position.eq(position))
                    .execute(connection)
                    .map_err(|cause| StoreError::insert(LEAF, &subject, cause))?;
            }
            tiles::raise(connection, tree.size())?;
            let row = CheckpointRow::new(&tree, at)?;
            let inserted = diesel::insert_into(log_checkpoint::table).values(&row);
            let inserted = inserted.execute(connection);
            inserted.map_err(|cause| StoreError::insert(CHECKPOINT, tree.size(), cause))?;
            StoredCheckpoint::try_from(row).map(Some)
        })
    }

    /// Keeps the signed text of a checkpoint, unless one is kept already.
    ///
    /// # Errors
    /// The database's.
    pub fn log_sign(&self, size: u64, note: &str) -> Result<(), StoreError> {
        const OPERATION: &str = "signing a checkpoint";
        self.write(OPERATION, |connection| {
            let name = size.to_string();
            let size: i64 = Reading { what: CHECKPOINT, id: &name }.number("size", size)?;
            let unsigned = log_checkpoint::table.find(size).filter(log_checkpoint::note.is_null());
            let updated = diesel::update(unsigned).set(log_checkpoint::note.eq(note));
            updated
                .execute(connection)
                .map(drop)
                .map_err(|cause| StoreError::database(OPERATION, cause))
        })
    }

    /// Keeps the text of a checkpoint with one more signature, if it is still `before`; whether it
    /// was.
    ///
    /// # Errors
    /// The database's.
    pub fn log_cosign(&self, size: u64, before: &str, note: &str) -> Result<bool, StoreError> {
        const OPERATION: &str = "keeping a cosignature";
        self.write(OPERATION, |connection| {
            let name = size.to_string();
            let size: i64 = Reading { what: CHECKPOINT, id: &name }.number("size", size)?;
            let same = log_checkpoint::table.find(size).filter(log_checkpoint::note.eq(before));
            let updated = diesel::update(same).set(log_checkpoint::note.eq(note));
            let updated = updated.execute(connection);
            updated.map(|rows| rows == 1).map_err(|cause| StoreError::database(OPERATION, cause))
        })
    }

    /// The newest signed checkpoint, whichever process signed it.
    ///
    /// # Errors
    /// The database's.
    pub fn log_signed(&self) -> Result<Option<String>, StoreError> {
        let note: Option<Option<String>> = self.read(READING, |connection| {
            let signed = log_checkpoint::table.filter(log_checkpoint::note.is_not_null());
            let newest = signed.order(log_checkpoint::size.desc()).select(log_checkpoint::note);
            let note = newest.first(connection).optional();
            note.map_err(|cause| StoreError::database(READING, cause))
        })?;
        Ok(note.flatten())
    }

    /// The newest checkpoint, if there is one.
    ///
    /// # Errors
    /// The database's, or it is damaged.
    pub fn log_newest(&self) -> Result<Option<StoredCheckpoint>, StoreError> {
        let row = self.read(READING, newest)?;
        row.map(StoredCheckpoint::try_from).transpose()
    }

    /// Every checkpoint larger than this, smallest first, at most `limit`.
    ///
    /// # Errors
    /// The database's, or one is damaged.
    pub fn log_checkpoints(
        &self,
        above: u64,
        limit: u32,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        // A size beyond what the database can hold is above all.
        let above = i64::try_from(above).unwrap_or(i64::MAX);
        let rows: Vec<CheckpointRow> = self.read(READING, |connection| {
            let later = log_checkpoint::table.filter(log_checkpoint::size.gt(above));
            let sorted = later.order(log_checkpoint::size).limit(limit.into());
            let rows = sorted.select(CheckpointRow::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(StoredCheckpoint::try_from).collect()
    }

    /// Leaves from this place of the tree on, in their order, at most `limit`.
    ///
    /// # Errors
    /// The database's, or one is damaged.
    pub fn log_leaves(&self, from: u64, limit: u32) -> Result<Vec<(u64, Leaf)>, StoreError> {
        let from = i64::try_from(from).unwrap_or(i64::MAX);
        let rows: Vec<LeafRow> = self.read(READING, |connection| {
            let later = log_leaf::table.filter(log_leaf::position.ge(from));
            let sorted = later.order(log_leaf::position).limit(limit.into());
            let rows = sorted.select(LeafRow::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        let placed = |row: LeafRow| {
            let position = row.position.unwrap_or_default();
            let place = Reading { what: LEAF, id: &row.subject }.number("position", position)?;
            Ok((place, Leaf::try_from(row)?))
        };
        rows.into_iter().map(placed).collect()
    }

    /// Writes leaves down for what has none.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when something of it has one.
    pub fn log_append(&self, leaves: &[Leaf]) -> Result<(), StoreError> {
        self.write("writing to the log", |connection| {
            leaves.iter().try_for_each(|leaf| append(connection, leaf))
        })
    }
}

#[cfg(test)]
pub(crate) mod tests;
