//! The rows of batches.
//!
//! A row is taken by the transaction that takes the number of its license, and follows its license in
//! the transactions that put it in force or give it up. So a crash at any place leaves each row with
//! the one license that counts, or with none, and free to be taken again.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::id::{IngestBatchId, LicenseId};
use domain::identifier::LicenseTypeCode;
use domain::ingest::{Problem, Row, RowCounts, RowState};
use domain::license::{License, LicenseState, StatusEntry};

use super::failed;
use crate::connection::{AT_ONCE, Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{ingest_row as row, license};

const WHAT: &str = "row of a batch";
const READING: &str = "reading rows of a batch";
const CHANGING: &str = "changing a row of a batch";

/// Which row a license is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowOf {
    /// The batch.
    pub batch: IngestBatchId,
    /// Its number in the file.
    pub number: u32,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = row)]
struct Stored {
    batch_id: String,
    number: i32,
    state: String,
    content: Option<String>,
    document: Option<String>,
    problems: String,
    license_id: Option<String>,
}

impl Stored {
    fn of(batch: IngestBatchId, one: &Row) -> Result<Self, StoreError> {
        let batch_id = batch.to_string();
        let read = Reading { what: WHAT, id: &batch_id };
        Ok(Self {
            number: read.number("number", one.number)?,
            state: one.state.to_string(),
            content: one.content.clone(),
            document: one.document.clone(),
            problems: Problem::list_text(&one.problems),
            license_id: one.license.map(|id| id.to_string()),
            batch_id,
        })
    }
}

impl TryFrom<Stored> for Row {
    type Error = StoreError;

    fn try_from(stored: Stored) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &stored.batch_id };
        Ok(Self {
            number: read.number("number", stored.number)?,
            state: read.parse("state", &stored.state)?,
            problems: Problem::list_from_text(&stored.problems)
                .map_err(|reason| read.corrupt("problems", reason))?,
            license: read.maybe("license_id", stored.license_id.as_deref())?,
            content: stored.content,
            document: stored.document,
        })
    }
}

fn number(of: RowOf) -> Result<i32, StoreError> {
    Reading { what: WHAT, id: &of.batch.to_string() }.number("number", of.number)
}

/// Takes a row for a license whose number was just taken; `to` is how far it then is.
pub(crate) fn take(
    connection: &mut Connection,
    of: RowOf,
    license: LicenseId,
    to: RowState,
) -> Result<(), StoreError> {
    let free = row::table
        .find((of.batch.to_string(), number(of)?))
        .filter(row::state.eq(RowState::Ready.as_str()));
    let taken = diesel::update(free)
        .set((row::state.eq(to.as_str()), row::license_id.eq(license.to_string())))
        .execute(connection)
        .map_err(failed(CHANGING))?;
    if taken == 1 { Ok(()) } else { Err(StoreError::conflict(WHAT, of.batch)) }
}

/// The row of a license that came into force, or was given up before.
pub(crate) fn follow(
    connection: &mut Connection,
    changed: &License,
    entry: &StatusEntry,
) -> Result<(), StoreError> {
    let own = || row::table.filter(row::license_id.eq(changed.id().to_string()));
    let result = match (entry.from, entry.to) {
        (LicenseState::PendingSeal, LicenseState::Issued) => diesel::update(own())
            .set((row::state.eq(RowState::Issued.as_str()), row::content.eq(None::<String>)))
            .execute(connection),
        (LicenseState::Draft | LicenseState::PendingSeal, LicenseState::Void) => {
            let refused = own().filter(row::state.eq(RowState::Waiting.as_str()));
            let why = Problem {
                field: String::new(),
                code: "not_approved".to_owned(),
                message: "the order was refused, or can never be sealed".to_owned(),
            };
            let none = row::license_id.eq(None::<String>);
            let set = (
                row::state.eq(RowState::Failed.as_str()),
                none,
                row::problems.eq(Problem::list_text(&[why])),
            );
            diesel::update(refused).set(set).execute(connection).and_then(|_| {
                let none = row::license_id.eq(None::<String>);
                let set = (row::state.eq(RowState::Ready.as_str()), none);
                diesel::update(own()).set(set).execute(connection)
            })
        }
        _ => return Ok(()),
    };
    result.map(drop).map_err(failed(CHANGING))
}

/// Rows of these batches no longer say what they would have issued.
pub(super) fn silence<'a>(
    connection: &mut Connection,
    batches: impl Iterator<Item = &'a str>,
) -> Result<(), StoreError> {
    let said = row::table.filter(row::batch_id.eq_any(batches)).filter(row::content.is_not_null());
    diesel::update(said)
        .set(row::content.eq(None::<String>))
        .execute(connection)
        .map(drop)
        .map_err(failed(CHANGING))
}

impl Store {
    /// Keeps rows that were checked; all of them, or none.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when one is there already.
    pub fn ingest_rows_add(&self, of: IngestBatchId, rows: &[Row]) -> Result<(), StoreError> {
        let stored = rows.iter().map(|one| Stored::of(of, one)).collect::<Result<Vec<_>, _>>()?;
        self.write("keeping rows of a batch", |connection| {
            for one in &stored {
                diesel::insert_into(row::table)
                    .values(one)
                    .execute(connection)
                    .map_err(|cause| StoreError::insert(WHAT, of, cause))?;
            }
            Ok(())
        })
    }

    /// How far the rows behind `after` up to `until` are, as far as they are known.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_states(
        &self,
        of: IngestBatchId,
        after: u32,
        until: u32,
    ) -> Result<BTreeMap<u32, RowState>, StoreError> {
        let place = |place| number(RowOf { batch: of, number: place });
        let (after, until) = (place(after)?, place(until)?);
        let rows: Vec<(i32, String)> = self.read(READING, |connection| {
            row::table
                .filter(row::batch_id.eq(of.to_string()))
                .filter(row::number.gt(after))
                .filter(row::number.le(until))
                .select((row::number, row::state))
                .load(connection)
                .map_err(failed(READING))
        })?;
        let of = of.to_string();
        let read = Reading { what: WHAT, id: &of };
        let state = |(place, state): (i32, String)| {
            Ok((read.number("number", place)?, read.parse("state", &state)?))
        };
        rows.into_iter().map(state).collect()
    }

    /// Rows in their order behind `after`, in one state or in all; at most so many.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_rows(
        &self,
        of: IngestBatchId,
        state: Option<RowState>,
        after: u32,
        count: u32,
    ) -> Result<Vec<Row>, StoreError> {
        let after = number(RowOf { batch: of, number: after })?;
        let rows = self.read(READING, |connection| {
            let own = row::table.filter(row::batch_id.eq(of.to_string()));
            let mut asked = own.filter(row::number.gt(after)).into_boxed();
            if let Some(state) = state {
                asked = asked.filter(row::state.eq(state.as_str()));
            }
            let sorted = asked.order(row::number).limit(count.into()).select(Stored::as_select());
            sorted.load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(Row::try_from).collect()
    }

    /// How many rows are in each state.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_counts(&self, of: IngestBatchId) -> Result<RowCounts, StoreError> {
        let rows: Vec<(String, i64)> = self.read(READING, |connection| {
            row::table
                .filter(row::batch_id.eq(of.to_string()))
                .group_by(row::state)
                .select((row::state, diesel::dsl::count_star()))
                .load(connection)
                .map_err(failed(READING))
        })?;
        let of = of.to_string();
        let read = Reading { what: WHAT, id: &of };
        let mut counts = RowCounts::default();
        for (state, count) in rows {
            *counts.of(read.parse("state", &state)?) = read.number("count", count)?;
        }
        Ok(counts)
    }

    /// A row that is ready cannot be issued, for these reasons; nothing when it was taken meanwhile.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_row_fail(&self, of: RowOf, problems: &[Problem]) -> Result<(), StoreError> {
        let id = of.batch.to_string();
        let problems = Problem::list_text(problems);
        self.write(CHANGING, |connection| {
            let ready = row::table
                .find((id.as_str(), number(of)?))
                .filter(row::state.eq(RowState::Ready.as_str()));
            diesel::update(ready)
                .set((row::state.eq(RowState::Failed.as_str()), row::problems.eq(&problems)))
                .execute(connection)
                .map(drop)
                .map_err(failed(CHANGING))
        })
    }

    /// Keeps what came of rows that failed when they were checked once more; all, or none.
    ///
    /// # Errors
    /// The database's.
    pub fn ingest_rows_again(&self, of: IngestBatchId, rows: &[Row]) -> Result<(), StoreError> {
        let stored = rows.iter().map(|one| Stored::of(of, one)).collect::<Result<Vec<_>, _>>()?;
        self.write(CHANGING, |connection| {
            for one in &stored {
                let before = row::table
                    .find((&one.batch_id, one.number))
                    .filter(row::state.eq(RowState::Failed.as_str()));
                diesel::update(before)
                    .set((
                        row::state.eq(&one.state),
                        row::content.eq(&one.content),
                        row::problems.eq(&one.problems),
                    ))
                    .execute(connection)
                    .map_err(failed(CHANGING))?;
            }
            Ok(())
        })
    }

    /// Which of these keys of numbers a license of the type has, and which one.
    ///
    /// # Errors
    /// The database's.
    pub fn license_numbers_taken(
        &self,
        type_code: LicenseTypeCode,
        keys: &[String],
    ) -> Result<BTreeMap<String, LicenseId>, StoreError> {
        let mut taken = BTreeMap::new();
        for some in keys.chunks(AT_ONCE as usize) {
            let rows: Vec<(String, String)> = self.read(READING, |connection| {
                license::table
                    .filter(license::type_code.eq(type_code.to_string()))
                    .filter(license::number_key.eq_any(some))
                    .filter(license::state.ne(LicenseState::Void.as_str()))
                    .select((license::number_key, license::id))
                    .load(connection)
                    .map_err(failed(READING))
            })?;
            for (key, id) in rows {
                let id = Reading { what: "license", id: &id }.own_id()?;
                taken.insert(key, id);
            }
        }
        Ok(taken)
    }
}
