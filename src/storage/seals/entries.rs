//! The history of seals: it only grows.

use diesel::prelude::*;
use domain::id::SealId;
use domain::seal::SealEntry;
use domain::time::micros;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::seal_entry;

const WHAT: &str = "seal entry";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = seal_entry)]
struct Row {
    id: String,
    seal_id: String,
    from_status: Option<String>,
    to_status: String,
    actor: String,
    reason: String,
    at: i64,
}

impl From<&SealEntry> for Row {
    fn from(entry: &SealEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            seal_id: entry.seal.to_string(),
            from_status: entry.from.map(|status| status.to_string()),
            to_status: entry.to.to_string(),
            actor: entry.by.to_string(),
            reason: entry.reason.clone(),
            at: micros(entry.at),
        }
    }
}

impl TryFrom<Row> for SealEntry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            seal: read.parse("seal_id", &row.seal_id)?,
            from: read.maybe("from_status", row.from_status.as_deref())?,
            to: read.parse("to_status", &row.to_status)?,
            by: read.parse("actor", &row.actor)?,
            at: read.instant("at", row.at)?,
            reason: row.reason,
        })
    }
}

pub(super) fn append(connection: &mut Connection, new: &SealEntry) -> Result<(), StoreError> {
    let inserted =
        diesel::insert_into(seal_entry::table).values(Row::from(new)).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
}

impl Store {
    /// The steps of a seal's life, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_history(&self, of: SealId) -> Result<Vec<SealEntry>, StoreError> {
        const OPERATION: &str = "reading the history of a seal";
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            let own = seal_entry::table.filter(seal_entry::seal_id.eq(of.to_string()));
            let sorted = own.order((seal_entry::at, seal_entry::id)).select(Row::as_select());
            sorted.load(connection).map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(SealEntry::try_from).collect()
    }
}
