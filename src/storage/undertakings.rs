//! What applicants undertake, how it ended, and what was told of it.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::audit::Entry;
use domain::digest::Sm3;
use domain::exemption::KeptFile;
use domain::id::{OrganizationId, SigningRequestId, UndertakingId};
use domain::time::{day_text, micros};
use domain::undertaking::{Undertaking, UndertakingEnd, UndertakingState};
use domain::webhook::OwedEvent;
use time::{Date, OffsetDateTime};

use crate::connection::{Connection, Dialect, Store};
use crate::error::StoreError;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::{undertaking, undertaking_reminder as reminder};
use crate::{audit, outbox};

const WHAT: &str = "undertaking";
const READING: &str = "reading an undertaking";
const RECORDING: &str = "recording an undertaking";
const ENDING: &str = "ending an undertaking";
const TELLING: &str = "telling of undertakings that are due";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = undertaking)]
struct Row {
    id: String,
    organization_id: String,
    actor: String,
    kind: String,
    case_no: String,
    decision_id: String,
    item: String,
    material: String,
    material_name: String,
    party: String,
    due: String,
    sm3: String,
    sha256: String,
    bytes: i64,
    created_at: i64,
    signing_id: Option<String>,
    state: String,
    reason: Option<String>,
    ended_by: Option<String>,
    ended_at: Option<i64>,
}

impl Row {
    /// One that is new: neither signed nor ended.
    fn open(one: &Undertaking) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        let bytes = Reading { what: WHAT, id: &id }.number("bytes", one.file.bytes)?;
        Ok(Self {
            id,
            organization_id: one.organization.to_string(),
            actor: one.actor.to_string(),
            kind: one.kind.to_string(),
            case_no: one.case_no.clone(),
            decision_id: one.decision.to_string(),
            item: one.item.to_string(),
            material: one.material.to_string(),
            material_name: one.material_name.clone(),
            party: one.party.clone(),
            due: day_text(one.due),
            sm3: one.file.sm3.to_string(),
            sha256: one.file.sha256.to_string(),
            bytes,
            created_at: micros(one.at),
            signing_id: None,
            state: UndertakingState::Open.to_string(),
            reason: None,
            ended_by: None,
            ended_at: None,
        })
    }

    fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id.clone() }
    }

    fn end(&self, read: &Reading<'_>) -> Result<Option<UndertakingEnd>, StoreError> {
        let (Some(reason), Some(by), Some(at)) = (&self.reason, &self.ended_by, self.ended_at)
        else {
            return Ok(None);
        };
        Ok(Some(UndertakingEnd {
            state: read.parse("state", &self.state)?,
            reason: reason.clone(),
            by: read.parse("ended_by", by)?,
            at: read.instant("ended_at", at)?,
        }))
    }
}

impl TryFrom<Row> for Undertaking {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let due = read.maybe_day("due", Some(&row.due))?;
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            actor: read.parse("actor", &row.actor)?,
            kind: read.parse("kind", &row.kind)?,
            decision: read.parse("decision_id", &row.decision_id)?,
            item: read.parse("item", &row.item)?,
            material: read.parse("material", &row.material)?,
            due: due.ok_or_else(|| read.corrupt("due", "no day"))?,
            file: KeptFile {
                sm3: read.parse("sm3", &row.sm3)?,
                sha256: read.parse("sha256", &row.sha256)?,
                bytes: read.number("bytes", row.bytes)?,
            },
            at: read.instant("created_at", row.created_at)?,
            signing: read.maybe("signing_id", row.signing_id.as_deref())?,
            end: row.end(&read)?,
            case_no: row.case_no,
            material_name: row.material_name,
            party: row.party,
        })
    }
}

/// Which undertakings to list.
#[derive(Clone, Debug)]
pub struct UndertakingFilter {
    /// Those to this organization.
    pub organization: OrganizationId,
    /// Only in this state.
    pub state: Option<UndertakingState>,
    /// Only those that were due before this day.
    pub due_before: Option<Date>,
}

/// That an undertaking is due, and what its department is told.
#[derive(Clone, Debug)]
pub struct UndertakingReminder {
    /// Which.
    pub undertaking: UndertakingId,
    /// At most so many days before; 0 when its last day is over.
    pub days: u16,
    /// What its department is told.
    pub owed: OwedEvent,
    /// When.
    pub at: OffsetDateTime,
}

fn failed(operation: &'static str) -> impl FnOnce(diesel::result::Error) -> StoreError {
    move |cause| StoreError::database(operation, cause)
}

fn remind(connection: &mut Connection, one: &UndertakingReminder) -> Result<(), StoreError> {
    let row = (
        reminder::undertaking_id.eq(one.undertaking.to_string()),
        reminder::days.eq(i32::from(one.days)),
        reminder::at.eq(micros(one.at)),
    );
    let kept = diesel::insert_into(reminder::table).values(row).execute(connection);
    kept.map_err(|cause| StoreError::insert("reminder", one.undertaking, cause))?;
    outbox::owe(connection, &one.owed)
}

impl Store {
    /// Records an undertaking.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the decision has one for the material already.
    pub fn undertaking_record(
        &self,
        one: &Undertaking,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let row = Row::open(one)?;
        self.write(RECORDING, |connection| {
            let kept = diesel::insert_into(undertaking::table).values(&row).execute(connection);
            kept.map_err(|cause| StoreError::insert(WHAT, one.id, cause))?;
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// An undertaking.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn undertaking_read(&self, id: UndertakingId) -> Result<Undertaking, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let one = undertaking::table.find(id.to_string()).select(Row::as_select());
            one.get_result(connection).optional().map_err(failed(READING))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// One page of undertakings, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn undertaking_list(
        &self,
        filter: &UndertakingFilter,
        page: &PageRequest,
    ) -> Result<Page<Undertaking>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let all = undertaking::table.select(Row::as_select()).into_boxed::<Dialect>();
            let own = undertaking::organization_id.eq(filter.organization.to_string());
            let mut query = all.filter(own);
            if let Some(state) = filter.state {
                query = query.filter(undertaking::state.eq(state.as_str()));
            }
            if let Some(day) = filter.due_before {
                query = query.filter(undertaking::due.lt(day_text(day)));
            }
            if let Some(Cursor { created_at, id }) = page.after.clone() {
                let same = undertaking::created_at.eq(created_at).and(undertaking::id.lt(id));
                query = query.filter(undertaking::created_at.lt(created_at).or(same));
            }
            let sorted = query.order((undertaking::created_at.desc(), undertaking::id.desc()));
            sorted.limit(page.rows()).load(connection).map_err(failed(READING))
        })?;
        page.page(rows, Row::place, Undertaking::try_from)
    }

    /// Notes by which request an open undertaking was signed.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was signed before, or is not open.
    pub fn undertaking_sign(
        &self,
        id: UndertakingId,
        signing: SigningRequestId,
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        self.write(RECORDING, |connection| {
            let open = undertaking::table
                .find(id.to_string())
                .filter(undertaking::state.eq(UndertakingState::Open.as_str()))
                .filter(undertaking::signing_id.is_null());
            let rows = diesel::update(open)
                .set(undertaking::signing_id.eq(signing.to_string()))
                .execute(connection)
                .map_err(|cause| StoreError::insert(WHAT, id, cause))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Ends an undertaking.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not open any more.
    pub fn undertaking_end(
        &self,
        id: UndertakingId,
        end: &UndertakingEnd,
        (told, owed): (&Entry, &OwedEvent),
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        self.write(ENDING, |connection| {
            let open = undertaking::table
                .find(id.to_string())
                .filter(undertaking::state.eq(UndertakingState::Open.as_str()));
            let rows = diesel::update(open)
                .set((
                    undertaking::state.eq(end.state.as_str()),
                    undertaking::reason.eq(&end.reason),
                    undertaking::ended_by.eq(end.by.to_string()),
                    undertaking::ended_at.eq(micros(end.at)),
                ))
                .execute(connection)
                .map_err(failed(ENDING))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            outbox::owe(connection, owed)?;
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Open undertakings that are due within these days, and of which it was not told at this mark; at
    /// most `limit`, those first that are due first.
    ///
    /// # Errors
    /// The database's.
    pub fn undertaking_due(
        &self,
        (first, last): (Option<Date>, Date),
        days: u16,
        limit: u32,
    ) -> Result<Vec<Undertaking>, StoreError> {
        let first = first.map_or_else(String::new, day_text);
        let rows: Vec<Row> = self.read(TELLING, |connection| {
            let told = reminder::table
                .filter(reminder::undertaking_id.eq(undertaking::id))
                .filter(reminder::days.eq(i32::from(days)));
            undertaking::table
                // Word for word as in the index: with parameters, SQLite would not see that it fits.
                .filter(sql::<Bool>("state = 'open'"))
                .filter(undertaking::due.ge(&first))
                .filter(undertaking::due.le(day_text(last)))
                .filter(diesel::dsl::not(diesel::dsl::exists(told)))
                .order((undertaking::due, undertaking::id))
                .limit(limit.into())
                .select(Row::as_select())
                .load(connection)
                .map_err(failed(TELLING))
        })?;
        rows.into_iter().map(Undertaking::try_from).collect()
    }

    /// Owes the events of these, each once: all of them, or none when somebody else told of one meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when somebody else told of one.
    pub fn undertaking_remind(&self, reminders: &[UndertakingReminder]) -> Result<(), StoreError> {
        self.write(TELLING, |connection| {
            reminders.iter().try_for_each(|one| remind(connection, one))
        })
    }

    /// Whether a file is the document of an undertaking.
    ///
    /// # Errors
    /// The database's.
    pub fn undertaking_knows(&self, file: Sm3) -> Result<bool, StoreError> {
        self.read(READING, |connection| {
            let own = undertaking::table.filter(undertaking::sm3.eq(file.to_string()));
            let any = diesel::select(diesel::dsl::exists(own)).get_result(connection);
            any.map_err(failed(READING))
        })
    }

    /// Undertakings behind one, by id, for going through all of them.
    ///
    /// # Errors
    /// The database's.
    pub fn undertakings_after(
        &self,
        after: Option<UndertakingId>,
        most: u32,
    ) -> Result<Vec<Undertaking>, StoreError> {
        let after = after.map_or_else(String::new, |id| id.to_string());
        let rows: Vec<Row> = self.read(READING, |connection| {
            let next = undertaking::table.filter(undertaking::id.gt(&after)).order(undertaking::id);
            let rows = next.limit(most.into()).select(Row::as_select());
            rows.load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(Undertaking::try_from).collect()
    }
}

#[cfg(test)]
mod tests;
