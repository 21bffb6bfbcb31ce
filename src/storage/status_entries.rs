//! Changes of licenses' states.

use diesel::prelude::*;
use domain::id::LicenseId;
use domain::license::{Change, LicenseState, StatusEntry};
use domain::log::is_logged;
use domain::time::micros;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{log_leaf, status_entry};

const WHAT: &str = "status entry";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = status_entry)]
pub(crate) struct Row {
    id: String,
    license_id: String,
    from_state: String,
    to_state: String,
    event: String,
    reason: Option<String>,
    replacement_id: Option<String>,
    legal_document: Option<String>,
    actor: String,
    effective_at: i64,
    recorded_at: i64,
    note: Option<String>,
}

impl From<&StatusEntry> for Row {
    fn from(entry: &StatusEntry) -> Self {
        let change = &entry.change;
        Self {
            id: entry.id.to_string(),
            license_id: entry.license.to_string(),
            from_state: entry.from.to_string(),
            to_state: entry.to.to_string(),
            event: change.event().to_string(),
            reason: change.reason().map(|reason| reason.to_string()),
            replacement_id: change.replacement().map(|id| id.to_string()),
            legal_document: change.legal_document().map(str::to_owned),
            actor: change.actor().to_string(),
            effective_at: micros(change.effective_at()),
            recorded_at: micros(change.recorded_at()),
            note: change.note().map(str::to_owned),
        }
    }
}

impl TryFrom<Row> for StatusEntry {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let change = Change::stored(
            read.parse("event", &row.event)?,
            read.maybe("reason", row.reason.as_deref())?,
            read.maybe("replacement_id", row.replacement_id.as_deref())?,
            read.parse("actor", &row.actor)?,
            read.instant("recorded_at", row.recorded_at)?,
        );
        let change = change.map_err(|reason| StoreError::corrupt(WHAT, &row.id, reason))?;
        let change = change.effective(read.instant("effective_at", row.effective_at)?);
        let change = match row.legal_document {
            Some(document) => change.under(document),
            None => change,
        };
        let change = match row.note {
            Some(note) => change.noted(note),
            None => change,
        };
        Ok(Self {
            id: read.own_id()?,
            license: read.parse("license_id", &row.license_id)?,
            from: read.parse("from_state", &row.from_state)?,
            to: read.parse("to_state", &row.to_state)?,
            change,
        })
    }
}

pub(crate) fn insert(connection: &mut Connection, new: &StatusEntry) -> Result<(), StoreError> {
    let inserted =
        diesel::insert_into(status_entry::table).values(Row::from(new)).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
}

impl Store {
    /// What happened to a license, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn status_entry_list(&self, of: LicenseId) -> Result<Vec<StatusEntry>, StoreError> {
        const OPERATION: &str = "listing status entries";
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            let own = status_entry::table.filter(status_entry::license_id.eq(of.to_string()));
            let sorted = own.order((status_entry::recorded_at, status_entry::id));
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(StatusEntry::try_from).collect()
    }

    /// Changes that belong into the log and are not there, oldest first, at most `limit`: those of
    /// a register that is older than its log.
    ///
    /// # Errors
    /// The database's.
    pub fn status_entry_unlogged(&self, limit: u32) -> Result<Vec<StatusEntry>, StoreError> {
        const OPERATION: &str = "looking for changes that are not logged";
        let logged = LicenseState::ALL.iter().copied().filter(|to| is_logged(*to));
        let logged: Vec<&str> = logged.map(LicenseState::as_str).collect();
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            status_entry::table
                .left_join(log_leaf::table)
                .filter(log_leaf::subject.is_null())
                .filter(status_entry::to_state.eq_any(logged.clone()))
                .order(status_entry::id)
                .limit(limit.into())
                .select(Row::as_select())
                .load(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(StatusEntry::try_from).collect()
    }
}
