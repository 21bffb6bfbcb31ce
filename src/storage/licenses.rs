//! Licenses.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::audit::Entry;
use domain::id::{LicenseId, OrganizationId};
use domain::identifier::LicenseTypeCode;
use domain::license::{License, LicenseNumber, LicenseState, Particulars, StatusEntry, Succession};
use domain::log::Leaf;
use domain::party::Holder;
use domain::time::{Period, day_text, micros};
use domain::webhook::OwedEvent;
use time::Date;

use crate::connection::{Connection, Dialect, Store, Witness};
use crate::error::StoreError;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::{license, license_part, sealing_request};
use crate::{audit, ingest, log, notices, outbox, status_entries};

const WHAT: &str = "license";
const READING: &str = "reading a license";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = license)]
pub(crate) struct Row {
    id: String,
    type_code: String,
    type_version: i32,
    number: String,
    number_key: String,
    identifier: String,
    public_code: String,
    issuer_id: String,
    holder_name: Option<String>,
    holder_name_key: Option<String>,
    holder_code_type: Option<String>,
    holder_code: Option<String>,
    fields: String,
    issued_on: Option<String>,
    valid_from: Option<String>,
    valid_to: Option<String>,
    supersedes_id: Option<String>,
    state: String,
    changed_at: i64,
    version: i32,
    created_at: i64,
    succession: Option<String>,
    keeps_number: i32,
    parts: Option<String>,
}

impl TryFrom<&License> for Row {
    type Error = StoreError;

    fn try_from(license: &License) -> Result<Self, StoreError> {
        let fixed = license.particulars();
        let id = fixed.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        let holder = fixed.holder.as_ref();
        Ok(Self {
            type_code: fixed.type_code.to_string(),
            type_version: read.number("type_version", fixed.type_version)?,
            number: fixed.number.to_string(),
            number_key: fixed.number.key().to_owned(),
            identifier: fixed.identifier.to_string(),
            public_code: fixed.public_code.to_string(),
            issuer_id: fixed.issuer.to_string(),
            holder_name: holder.map(|holder| holder.name().to_owned()),
            holder_name_key: holder.map(Holder::name_key),
            holder_code_type: holder.map(|holder| holder.code_type().to_string()),
            holder_code: holder.map(|holder| holder.code().to_owned()),
            fields: fixed.fields_json.clone(),
            issued_on: fixed.issued_on.map(day_text),
            valid_from: fixed.period.first().map(day_text),
            valid_to: fixed.period.last().map(day_text),
            supersedes_id: fixed.succession.map(|succession| succession.of.to_string()),
            succession: fixed.succession.map(|succession| succession.kind.to_string()),
            keeps_number: i32::from(fixed.succession.is_some_and(|one| one.keeps_number)),
            parts: parts_text(&fixed.parts),
            state: license.state().to_string(),
            changed_at: micros(license.changed_at()),
            version: read.number("version", license.version())?,
            created_at: micros(fixed.created_at),
            id,
        })
    }
}

impl TryFrom<Row> for License {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let first = read.maybe_day("valid_from", row.valid_from.as_deref())?;
        let last = read.maybe_day("valid_to", row.valid_to.as_deref())?;
        let period = Period::new(first, last)
            .map_err(|reason| StoreError::corrupt(WHAT, &row.id, reason))?;
        let particulars = Particulars {
            id: read.own_id()?,
            type_code: read.parse("type_code", &row.type_code)?,
            type_version: read.number("type_version", row.type_version)?,
            number: read.parse("number", &row.number)?,
            identifier: read.parse("identifier", &row.identifier)?,
            public_code: read.parse("public_code", &row.public_code)?,
            issuer: read.parse("issuer_id", &row.issuer_id)?,
            holder: row.holder()?,
            issued_on: read.maybe_day("issued_on", row.issued_on.as_deref())?,
            period,
            succession: row.succession()?,
            parts: row.parts()?,
            created_at: read.instant("created_at", row.created_at)?,
            fields_json: row.fields,
        };
        let state = read.parse("state", &row.state)?;
        let changed_at = read.instant("changed_at", row.changed_at)?;
        Ok(Self::stored(particulars, state, changed_at, read.number("version", row.version)?))
    }
}

/// Ids with blanks between; nothing of an ordinary license.
fn parts_text(parts: &[LicenseId]) -> Option<String> {
    let ids: Vec<String> = parts.iter().map(ToString::to_string).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

impl Row {
    fn holder(&self) -> Result<Option<Holder>, StoreError> {
        let read = Reading { what: WHAT, id: &self.id };
        let (Some(name), Some(code_type), Some(code)) =
            (&self.holder_name, &self.holder_code_type, &self.holder_code)
        else {
            return Ok(None);
        };
        let code_type = read.parse("holder_code_type", code_type)?;
        let holder = Holder::new(name, code_type, code);
        holder.map(Some).map_err(|reason| StoreError::corrupt(WHAT, &self.id, reason))
    }

    fn parts(&self) -> Result<Vec<LicenseId>, StoreError> {
        let read = Reading { what: WHAT, id: &self.id };
        let ids = self.parts.as_deref().unwrap_or_default().split_ascii_whitespace();
        ids.map(|id| read.parse("parts", id)).collect()
    }

    fn succession(&self) -> Result<Option<Succession>, StoreError> {
        let read = Reading { what: WHAT, id: &self.id };
        let (Some(of), Some(kind)) = (&self.supersedes_id, &self.succession) else {
            return Ok(None);
        };
        Ok(Some(Succession {
            of: read.parse("supersedes_id", of)?,
            kind: read.parse("succession", kind)?,
            keeps_number: self.keeps_number == 1,
        }))
    }

    fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id.clone() }
    }

    /// The place among licenses that end.
    fn last_place(&self) -> Cursor {
        let read = Reading { what: WHAT, id: &self.id };
        let day = read.maybe_day("valid_to", self.valid_to.as_deref()).ok().flatten();
        let day = day.map_or(0, |day| day.to_julian_day().into());
        Cursor { created_at: day, id: self.id.clone() }
    }
}

/// Which licenses to list.
#[derive(Clone, Debug, Default)]
pub struct LicenseFilter {
    /// Only of this issuer.
    pub issuer: Option<OrganizationId>,
    /// Only of this type.
    pub type_code: Option<LicenseTypeCode>,
    /// Only of one of these types, whatever else is asked.
    pub types: Option<Vec<LicenseTypeCode>>,
    /// Only with this number, compared by its key.
    pub number: Option<LicenseNumber>,
    /// Only of a holder of this name, compared by its key.
    pub holder_name: Option<String>,
    /// Only in this state; without VOID ones when absent.
    pub state: Option<LicenseState>,
    /// Only in force, with a last day between these: those first that end first.
    pub ending: Option<(Date, Date)>,
}

/// A change of a license that is or was in force, with all that belongs to it.
#[derive(Clone, Copy, Debug)]
pub struct Moved<'a> {
    /// The license after the change, and the entry of it.
    pub changed: (&'a License, &'a StatusEntry),
    /// What the log says of it.
    pub leaf: &'a Leaf,
    /// What subscribers are told of it.
    pub owed: &'a OwedEvent,
    /// What the issuers of licenses that are made of it are told.
    pub told: &'a [OwedEvent],
    /// What happened, for the audit trail.
    pub events: &'a [Entry],
}

impl Moved<'_> {
    /// Everything but the events: their chain is held to the commit, so they come last.
    pub(crate) fn write(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let (license, entry) = self.changed;
        change(connection, license, entry)?;
        log::append(connection, self.leaf)?;
        outbox::owe(connection, self.owed)?;
        self.told.iter().try_for_each(|told| outbox::owe(connection, told))
    }
}

/// Takes the number for a new license.
///
/// # Errors
/// [`StoreError::NumberTaken`] with the license that has it; [`StoreError::Succeeded`] with the
/// license that takes the same place.
pub(crate) fn insert(connection: &mut Connection, new: &License) -> Result<(), StoreError> {
    let row = Row::try_from(new)?;
    let failed = |cause| StoreError::database("taking a license number", cause);
    if let Some(of) = &row.supersedes_id
        && let Some(by) = successors(connection, of)?.into_iter().find(License::is_open)
    {
        return Err(StoreError::Succeeded { by: by.id() });
    }
    let holder_of_number: Option<String> = license::table
        .filter(license::type_code.eq(&row.type_code))
        .filter(license::number_key.eq(&row.number_key))
        .filter(license::state.ne(LicenseState::Void.as_str()))
        .filter(license::keeps_number.eq(0))
        .select(license::id)
        .get_result(connection)
        .optional()
        .map_err(failed)?;
    // Whoever takes over a number takes it from the license before.
    if let Some(by) = holder_of_number.filter(|_| row.keeps_number == 0) {
        let by = Reading { what: WHAT, id: &by }.own_id()?;
        return Err(StoreError::NumberTaken { by });
    }
    let inserted = diesel::insert_into(license::table).values(row).execute(connection);
    inserted.map_err(|cause| StoreError::insert(WHAT, new.id(), cause))?;
    for part in &new.particulars().parts {
        let row = (
            license_part::part_id.eq(part.to_string()),
            license_part::license_id.eq(new.id().to_string()),
        );
        let inserted = diesel::insert_into(license_part::table).values(row).execute(connection);
        inserted.map_err(|cause| StoreError::insert("part of a license", new.id(), cause))?;
    }
    notices::insert(connection, new)
}

/// Keeps the state of a license that was changed from the version before.
pub(crate) fn change(
    connection: &mut Connection,
    changed: &License,
    entry: &StatusEntry,
) -> Result<(), StoreError> {
    let row = Row::try_from(changed)?;
    let before = license::table
        .find(row.id.as_str())
        .filter(license::version.eq(row.version - 1))
        .filter(license::state.eq(entry.from.as_str()));
    let rows = diesel::update(before)
        .set((
            license::state.eq(&row.state),
            license::changed_at.eq(row.changed_at),
            license::version.eq(row.version),
        ))
        .execute(connection)
        .map_err(|cause| StoreError::database("changing a license", cause))?;
    let same_license = entry.license == changed.id() && entry.to == changed.state();
    if rows != 1 || !same_license {
        return Err(StoreError::conflict(WHAT, changed.id()));
    }
    ingest::follow(connection, changed, entry)?;
    status_entries::insert(connection, entry)
}

/// What took the place of a license, or was to take it, oldest first.
fn successors(connection: &mut Connection, of: &str) -> Result<Vec<License>, StoreError> {
    let next = license::table.filter(license::supersedes_id.eq(of));
    let rows: QueryResult<Vec<Row>> =
        next.order((license::created_at, license::id)).select(Row::as_select()).load(connection);
    let rows = rows.map_err(|cause| StoreError::database(READING, cause))?;
    rows.into_iter().map(License::try_from).collect()
}

pub(crate) fn within(connection: &mut Connection, id: LicenseId) -> Result<License, StoreError> {
    let by_id = license::table.find(id.to_string()).select(Row::as_select());
    let row: Option<Row> = by_id
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database(READING, cause))?;
    row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
}

/// Newest first, after the place of the cursor.
fn query(filter: &LicenseFilter, page: &PageRequest) -> license::BoxedQuery<'static, Dialect> {
    let mut query = license::table.into_boxed::<Dialect>();
    if let Some(issuer) = filter.issuer {
        query = query.filter(license::issuer_id.eq(issuer.to_string()));
    }
    if let Some(code) = filter.type_code {
        query = query.filter(license::type_code.eq(code.to_string()));
    }
    if let Some(types) = &filter.types {
        let codes: Vec<String> = types.iter().map(ToString::to_string).collect();
        query = query.filter(license::type_code.eq_any(codes));
    }
    if let Some(number) = &filter.number {
        query = query.filter(license::number_key.eq(number.key().to_owned()));
    }
    if let Some(name) = &filter.holder_name {
        let key = domain::canonical::search_key(name);
        query = query.filter(license::holder_name_key.eq(key));
    }
    query = match filter.state {
        Some(state) => query.filter(license::state.eq(state.as_str())),
        None => query.filter(license::state.ne(LicenseState::Void.as_str())),
    };
    if let Some((from, to)) = filter.ending {
        let ends = license::valid_to.between(day_text(from), day_text(to));
        // Word for word as in the index: with parameters, SQLite would not see that it fits.
        query = query.filter(sql::<Bool>("state = 'ISSUED' AND valid_to IS NOT NULL"));
        return soonest(query.filter(ends.assume_not_null()), page);
    }
    if let Some(Cursor { created_at, id }) = page.after.clone() {
        let same_instant = license::created_at.eq(created_at).and(license::id.lt(id));
        query = query.filter(license::created_at.lt(created_at).or(same_instant));
    }
    query.order((license::created_at.desc(), license::id.desc())).limit(page.rows())
}

/// Of licenses that end those first that end first: the cursor has the last day.
fn soonest(
    query: license::BoxedQuery<'static, Dialect>,
    page: &PageRequest,
) -> license::BoxedQuery<'static, Dialect> {
    let after = page.after.clone().and_then(|cursor| {
        let day = Date::from_julian_day(i32::try_from(cursor.created_at).ok()?).ok()?;
        Some((day_text(day), cursor.id))
    });
    let query = match after {
        Some((day, id)) => {
            let same_day = license::valid_to.eq(day.clone()).and(license::id.gt(id));
            query.filter(license::valid_to.gt(day).or(same_day).assume_not_null())
        }
        None => query,
    };
    query.order((license::valid_to, license::id)).limit(page.rows())
}

impl Store {
    /// The license with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn license_read(&self, id: LicenseId) -> Result<License, StoreError> {
        self.read(READING, |connection| within(connection, id))
    }

    /// What took the place of a license, or was to take it, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn license_successors(&self, of: LicenseId) -> Result<Vec<License>, StoreError> {
        self.read(READING, |connection| successors(connection, &of.to_string()))
    }

    /// Licenses that are made of one of these, and not ended, oldest first; at most `limit`.
    ///
    /// # Errors
    /// The database's.
    pub fn license_made_of(
        &self,
        parts: &[LicenseId],
        limit: u32,
    ) -> Result<Vec<License>, StoreError> {
        let parts: Vec<String> = parts.iter().map(ToString::to_string).collect();
        let rows: Vec<Row> = self.read(READING, |connection| {
            license_part::table
                .inner_join(license::table)
                .filter(license_part::part_id.eq_any(&parts))
                .filter(license::state.eq_any(["ISSUED", "SUSPENDED"]))
                .order(license::id)
                .limit(limit.into())
                .select(Row::as_select())
                .load(connection)
                .map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(License::try_from).collect()
    }

    /// One page of licenses, newest first, or of those that end.
    ///
    /// # Errors
    /// The database's.
    pub fn license_list(
        &self,
        filter: &LicenseFilter,
        page: &PageRequest,
    ) -> Result<Page<License>, StoreError> {
        let rows: Vec<Row> = self.read("listing licenses", |connection| {
            let rows = query(filter, page).select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database("listing licenses", cause))
        })?;
        let place = if filter.ending.is_some() { Row::last_place } else { Row::place };
        page.page(rows, place, License::try_from)
    }

    /// Licenses whose issuing was begun and neither finished nor given up, oldest first: what
    /// recovery looks at. Those that wait for a person, or that a person approved, are none of them.
    ///
    /// # Errors
    /// The database's.
    pub fn license_unfinished(&self) -> Result<Vec<License>, StoreError> {
        const OPERATION: &str = "listing unfinished licenses";
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            // Word for word as in the index: with parameters, SQLite would not see that it fits.
            let unfinished = license::table
                .filter(sql::<Bool>("state IN ('DRAFT', 'PENDING_SEAL')"))
                .filter(diesel::dsl::not(diesel::dsl::exists(
                    sealing_request::table.filter(sealing_request::license_id.eq(license::id)),
                )))
                .order((license::created_at, license::id));
            let rows = unfinished.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(License::try_from).collect()
    }

    /// How many licenses are in force or were, one count a license type, by code.
    ///
    /// # Errors
    /// The database's.
    pub fn license_count(&self) -> Result<Vec<(LicenseTypeCode, u64)>, StoreError> {
        const OPERATION: &str = "counting licenses";
        let rows: Vec<(String, i64)> = self.read(OPERATION, |connection| {
            license::table
                .filter(license::state.ne_all(["DRAFT", "PENDING_SEAL", "VOID"]))
                .group_by(license::type_code)
                .order(license::type_code)
                .select((license::type_code, diesel::dsl::count_star()))
                .load(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        let count = |(code, count): (String, i64)| {
            let read = Reading { what: "license type", id: &code };
            Ok((read.own_id()?, read.number("count", count)?))
        };
        rows.into_iter().map(count).collect()
    }

    /// Keeps a change of a license's state with all that belongs to it, and the answer of the
    /// request that asked for it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the license was changed meanwhile.
    pub fn license_change(&self, moved: &Moved<'_>, answer: Answer<'_>) -> Result<(), StoreError> {
        let witness = Witness::new("status_entry", moved.changed.1.id);
        self.write_witnessed("changing a license", &witness, |connection| {
            moved.write(connection)?;
            requests::answer(connection, answer)?;
            audit::append(connection, moved.events)
        })
    }
}
