//! Batches: files of rows, and who works on them.
//!
//! Whoever works on a batch holds a lease on it, so that of several processes one does, as a rule.
//! That each row is issued once does not rest on the lease: see `rows.rs`.

mod rows;

pub use rows::RowOf;
pub(crate) use rows::{follow, take};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::audit::Entry;
use domain::digest::Sm3;
use domain::id::{IngestBatchId, OrganizationId};
use domain::identifier::LicenseTypeCode;
use domain::ingest::{Batch, BatchState, ProblemCount};
use domain::time::micros;
use domain::webhook::OwedEvent;
use time::{Duration, OffsetDateTime};

use crate::connection::{AT_ONCE, Connection, Store};
use crate::error::StoreError;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::ingest_batch as batch;
use crate::{audit, outbox};

const WHAT: &str = "batch";
const READING: &str = "reading a batch";
const CHANGING: &str = "changing a batch";
const CLAIMING: &str = "claiming a batch";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = batch)]
#[diesel(treat_none_as_null = true)]
struct BatchRow {
    id: String,
    organization_id: String,
    license_type: String,
    format: Option<String>,
    file_name: String,
    file: String,
    bytes: i64,
    declared: Option<i32>,
    seal: Option<String>,
    form: Option<String>,
    level: Option<String>,
    state: String,
    trouble: Option<String>,
    problems: String,
    requested_by: String,
    created_at: i64,
    started_at: Option<i64>,
    started_with: i32,
    ended_at: Option<i64>,
    version: i32,
    /// Whoever works on it is dead after this; at once when it is new or was changed.
    due_at: i64,
    file_gone_at: Option<i64>,
}

impl TryFrom<&Batch> for BatchRow {
    type Error = StoreError;

    fn try_from(one: &Batch) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        let declared = one.declared.map(|count| read.number("declared", count)).transpose()?;
        Ok(Self {
            organization_id: one.organization.to_string(),
            license_type: one.license_type.to_string(),
            format: one.format.map(|format| format.to_string()),
            file_name: one.file_name.clone(),
            file: one.file.to_string(),
            bytes: read.number("bytes", one.bytes)?,
            declared,
            seal: one.seal.clone(),
            form: one.form.map(|form| form.to_string()),
            level: one.level.map(|level| level.to_string()),
            state: one.state.to_string(),
            trouble: one.trouble.clone(),
            problems: ProblemCount::list_text(&one.problems),
            requested_by: one.requested_by.to_string(),
            created_at: micros(one.created_at),
            started_at: one.started_at.map(micros),
            started_with: read.number("started_with", one.started_with)?,
            ended_at: one.ended_at.map(micros),
            version: read.number("version", one.version)?,
            due_at: 0,
            file_gone_at: one.file_gone_at.map(micros),
            id,
        })
    }
}

impl TryFrom<BatchRow> for Batch {
    type Error = StoreError;

    fn try_from(row: BatchRow) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let declared = row.declared.map(|count| read.number("declared", count)).transpose()?;
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            license_type: read.parse("license_type", &row.license_type)?,
            format: read.maybe("format", row.format.as_deref())?,
            file_name: row.file_name,
            file: read.parse("file", &row.file)?,
            bytes: read.number("bytes", row.bytes)?,
            declared,
            seal: row.seal,
            form: read.maybe("form", row.form.as_deref())?,
            level: read.maybe("level", row.level.as_deref())?,
            state: read.parse("state", &row.state)?,
            trouble: row.trouble,
            problems: ProblemCount::list_from_text(&row.problems)
                .map_err(|reason| read.corrupt("problems", reason))?,
            requested_by: read.parse("requested_by", &row.requested_by)?,
            created_at: read.instant("created_at", row.created_at)?,
            started_at: read.maybe_instant("started_at", row.started_at)?,
            started_with: read.number("started_with", row.started_with)?,
            ended_at: read.maybe_instant("ended_at", row.ended_at)?,
            file_gone_at: read.maybe_instant("file_gone_at", row.file_gone_at)?,
            version: read.number("version", row.version)?,
        })
    }
}

impl BatchRow {
    fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id.clone() }
    }
}

/// Which batches to list.
#[derive(Clone, Debug)]
pub struct BatchFilter {
    /// Of this department.
    pub organization: OrganizationId,
    /// Only of one of these types; of all when absent.
    pub types: Option<Vec<LicenseTypeCode>>,
}

/// A batch in the hands of whoever works on it, until its lease ends.
#[derive(Clone, Debug)]
pub struct ClaimedBatch {
    /// The batch as it was claimed.
    pub batch: Batch,
    lease: i64,
}

fn failed(operation: &'static str) -> impl FnOnce(diesel::result::Error) -> StoreError {
    move |cause| StoreError::database(operation, cause)
}

fn within(connection: &mut Connection, id: &str) -> Result<Batch, StoreError> {
    let by_id = batch::table.find(id).select(BatchRow::as_select());
    let row: Option<BatchRow> = by_id.get_result(connection).optional().map_err(failed(READING))?;
    row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
}

/// Word for word as in the index: with parameters, SQLite would not see that it fits.
fn to_be_done() -> diesel::expression::SqlLiteral<Bool> {
    sql::<Bool>("state IN ('received', 'running')")
}

impl Store {
    /// Keeps a batch whose file is on stable storage.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_receive(
        &self,
        new: &Batch,
        events: &[Entry],
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let row = BatchRow::try_from(new)?;
        self.write("receiving a batch", |connection| {
            diesel::insert_into(batch::table)
                .values(&row)
                .execute(connection)
                .map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
            requests::answer(connection, answer)?;
            audit::append(connection, events)
        })
    }

    /// The batch with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn ingest_read(&self, id: IngestBatchId) -> Result<Batch, StoreError> {
        self.read(READING, |connection| within(connection, &id.to_string()))
    }

    /// One page of batches, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_list(
        &self,
        filter: &BatchFilter,
        page: &PageRequest,
    ) -> Result<Page<Batch>, StoreError> {
        let rows = self.read("listing batches", |connection| {
            let own = batch::organization_id.eq(filter.organization.to_string());
            let mut asked = batch::table.filter(own).select(BatchRow::as_select()).into_boxed();
            if let Some(types) = &filter.types {
                let codes: Vec<String> = types.iter().map(ToString::to_string).collect();
                asked = asked.filter(batch::license_type.eq_any(codes));
            }
            if let Some(Cursor { created_at, id }) = page.after.clone() {
                let same_instant = batch::created_at.eq(created_at).and(batch::id.lt(id));
                asked = asked.filter(batch::created_at.lt(created_at).or(same_instant));
            }
            let sorted = asked.order((batch::created_at.desc(), batch::id.desc()));
            sorted.limit(page.rows()).load(connection).map_err(failed("listing batches"))
        })?;
        page.page(rows, BatchRow::place, Batch::try_from)
    }

    /// Keeps a changed batch, whose version grew by one since it was read; whoever works on it stops.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed meanwhile.
    pub fn ingest_change(
        &self,
        changed: &Batch,
        events: &[Entry],
        owed: Option<&OwedEvent>,
    ) -> Result<(), StoreError> {
        let row = BatchRow::try_from(changed)?;
        self.write(CHANGING, |connection| {
            let before = row.version.saturating_sub(1);
            let same = batch::table.find(&row.id).filter(batch::version.eq(before));
            let rows = diesel::update(same).set(&row).execute(connection);
            let rows = rows.map_err(failed(CHANGING))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, changed.id));
            }
            owed.map_or(Ok(()), |owed| outbox::owe(connection, owed))?;
            audit::append(connection, events)
        })
    }

    /// Takes the batch that is longest due, or the named one; none when there is nothing to do.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_claim(
        &self,
        only: Option<IngestBatchId>,
        at: OffsetDateTime,
        lease: Duration,
    ) -> Result<Option<ClaimedBatch>, StoreError> {
        let only = only.map(|id| id.to_string());
        let due_now = |connection: &mut Connection| {
            let due = batch::table.filter(to_be_done()).filter(batch::due_at.le(micros(at)));
            let mut due = due.select(batch::id).into_boxed();
            if let Some(id) = &only {
                due = due.filter(batch::id.eq(id));
            }
            let first = due.order((batch::due_at, batch::id)).limit(1);
            first.load::<String>(connection).map_err(failed(CLAIMING))
        };
        // Most often there is none, and whoever writes holds up others.
        if self.read(CLAIMING, due_now)?.is_empty() {
            return Ok(None);
        }
        let until = micros(at + lease);
        self.write(CLAIMING, |connection| {
            let Some(id) = due_now(connection)?.pop() else { return Ok(None) };
            let still =
                batch::table.find(&id).filter(to_be_done()).filter(batch::due_at.le(micros(at)));
            let taken = diesel::update(still)
                .set(batch::due_at.eq(until))
                .execute(connection)
                .map_err(failed(CLAIMING))?;
            let claimed = |batch| ClaimedBatch { batch, lease: until };
            (taken == 1).then(|| within(connection, &id).map(claimed)).transpose()
        })
    }

    /// Holds on to a claimed batch until then; false when it is to be left: paused, ended, or in
    /// other hands.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_renew(
        &self,
        claimed: &mut ClaimedBatch,
        until: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let until = micros(until);
        let renewed = self.write(CLAIMING, |connection| {
            let mine = batch::table
                .find(claimed.batch.id.to_string())
                .filter(batch::due_at.eq(claimed.lease))
                .filter(batch::version.eq(i32::try_from(claimed.batch.version).unwrap_or(-1)));
            let renewed = diesel::update(mine).set(batch::due_at.eq(until)).execute(connection);
            renewed.map_err(failed(CLAIMING))
        })?;
        claimed.lease = until;
        Ok(renewed == 1)
    }

    /// Leaves a claimed batch until `due`, and says what it waits for.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_leave(
        &self,
        claimed: &ClaimedBatch,
        due: OffsetDateTime,
        trouble: Option<&str>,
    ) -> Result<(), StoreError> {
        self.write(CLAIMING, |connection| {
            let mine = batch::table
                .find(claimed.batch.id.to_string())
                .filter(batch::due_at.eq(claimed.lease));
            diesel::update(mine)
                .set((batch::due_at.eq(micros(due)), batch::trouble.eq(trouble)))
                .execute(connection)
                .map(drop)
                .map_err(failed(CLAIMING))
        })
    }

    /// Ends every claim: whoever had them is dead.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_release(&self, at: OffsetDateTime) -> Result<usize, StoreError> {
        self.write(CLAIMING, |connection| {
            let later = batch::table.filter(to_be_done()).filter(batch::due_at.gt(micros(at)));
            diesel::update(later)
                .set(batch::due_at.eq(micros(at)))
                .execute(connection)
                .map_err(failed(CLAIMING))
        })
    }

    /// Lets go of the files of batches that ended before `until`, and of what their rows say: the
    /// files, some of which other batches may still have. At most some hundred at once.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_let_files_go(
        &self,
        until: OffsetDateTime,
        at: OffsetDateTime,
    ) -> Result<Vec<Sm3>, StoreError> {
        let rows: Vec<(String, String)> = self.write(CHANGING, |connection| {
            let old = batch::table
                .filter(sql::<Bool>("ended_at IS NOT NULL AND file_gone_at IS NULL"))
                .filter(batch::ended_at.lt(micros(until)))
                .order((batch::ended_at, batch::id))
                .limit(AT_ONCE)
                .select((batch::id, batch::file));
            let old: Vec<(String, String)> = old.load(connection).map_err(failed(CHANGING))?;
            let ids = || old.iter().map(|(id, _)| id.as_str());
            rows::silence(connection, ids())?;
            diesel::update(batch::table.filter(batch::id.eq_any(ids())))
                // Whoever read the batch before does not write it back with its file.
                .set((batch::file_gone_at.eq(micros(at)), batch::version.eq(batch::version + 1)))
                .execute(connection)
                .map_err(failed(CHANGING))?;
            Ok(old)
        })?;
        let file = |(id, file): &(String, String)| Reading { what: WHAT, id }.parse("file", file);
        rows.iter().map(file).collect()
    }

    /// Batches that nobody began, or went on with, since then; the oldest, at most some hundred.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_forgotten(&self, since: OffsetDateTime) -> Result<Vec<Batch>, StoreError> {
        let rows: Vec<BatchRow> = self.read(READING, |connection| {
            let waiting = [BatchState::Checked, BatchState::Paused].map(BatchState::as_str);
            let begun = micros(since);
            batch::table
                .filter(batch::state.eq_any(waiting))
                .filter(batch::created_at.lt(begun))
                .filter(batch::started_at.is_null().or(batch::started_at.lt(begun)))
                .order((batch::created_at, batch::id))
                .limit(AT_ONCE)
                .select(BatchRow::as_select())
                .load(connection)
                .map_err(failed(READING))
        })?;
        rows.into_iter().map(Batch::try_from).collect()
    }

    /// Whether a file is that of a batch that still has it.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_knows(&self, file: Sm3) -> Result<bool, StoreError> {
        self.read(READING, |connection| {
            let known = batch::table.filter(batch::file.eq(file.to_string()));
            let known = known.filter(batch::file_gone_at.is_null());
            let found = diesel::select(diesel::dsl::exists(known)).get_result(connection);
            found.map_err(failed(READING))
        })
    }
}

#[cfg(test)]
mod tests;
