//! Licenses.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::audit::Entry;
use domain::id::{LicenseId, OrganizationId};
use domain::identifier::LicenseTypeCode;
use domain::license::{License, LicenseNumber, LicenseState, Particulars, StatusEntry};
use domain::log::Leaf;
use domain::party::Holder;
use domain::time::{Period, micros};
use domain::webhook::OwedEvent;

use crate::connection::{Connection, Dialect, Store, Witness};
use crate::error::StoreError;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::{Reading, day_text};
use crate::schema::license;
use crate::{audit, log, outbox, status_entries};

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
            supersedes_id: fixed.supersedes.map(|id| id.to_string()),
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
            supersedes: read.maybe("supersedes_id", row.supersedes_id.as_deref())?,
            created_at: read.instant("created_at", row.created_at)?,
            fields_json: row.fields,
        };
        let state = read.parse("state", &row.state)?;
        let changed_at = read.instant("changed_at", row.changed_at)?;
        Ok(Self::stored(particulars, state, changed_at, read.number("version", row.version)?))
    }
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

    fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id.clone() }
    }
}

/// Which licenses to list.
#[derive(Clone, Debug, Default)]
pub struct LicenseFilter {
    /// Only of this issuer.
    pub issuer: Option<OrganizationId>,
    /// Only of this type.
    pub type_code: Option<LicenseTypeCode>,
    /// Only with this number, compared by its key.
    pub number: Option<LicenseNumber>,
    /// Only of a holder of this name, compared by its key.
    pub holder_name: Option<String>,
    /// Only in this state; without VOID ones when absent.
    pub state: Option<LicenseState>,
}

/// Takes the number for a new license.
///
/// # Errors
/// [`StoreError::NumberTaken`] with the license that has it.
pub(crate) fn insert(connection: &mut Connection, new: &License) -> Result<(), StoreError> {
    let row = Row::try_from(new)?;
    let holder_of_number: Option<String> = license::table
        .filter(license::type_code.eq(&row.type_code))
        .filter(license::number_key.eq(&row.number_key))
        .filter(license::state.ne(LicenseState::Void.as_str()))
        .select(license::id)
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database("taking a license number", cause))?;
    if let Some(by) = holder_of_number {
        let by = Reading { what: WHAT, id: &by }.own_id()?;
        return Err(StoreError::NumberTaken { by });
    }
    let inserted = diesel::insert_into(license::table).values(row).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id(), cause))
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
    status_entries::insert(connection, entry)
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
    if let Some(Cursor { created_at, id }) = page.after.clone() {
        let same_instant = license::created_at.eq(created_at).and(license::id.lt(id));
        query = query.filter(license::created_at.lt(created_at).or(same_instant));
    }
    query.order((license::created_at.desc(), license::id.desc())).limit(page.rows())
}

impl Store {
    /// The license with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn license_read(&self, id: LicenseId) -> Result<License, StoreError> {
        self.read(READING, |connection| within(connection, id))
    }

    /// One page of licenses, newest first.
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
        page.page(rows, Row::place, License::try_from)
    }

    /// Licenses whose issuing was begun and neither finished nor given up, oldest first: what
    /// recovery looks at.
    ///
    /// # Errors
    /// The database's.
    pub fn license_unfinished(&self) -> Result<Vec<License>, StoreError> {
        const OPERATION: &str = "listing unfinished licenses";
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            // Word for word as in the index: with parameters, SQLite would not see that it fits.
            let unfinished = license::table
                .filter(sql::<Bool>("state IN ('DRAFT', 'PENDING_SEAL')"))
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

    /// Keeps a change of a license's state: the license after it, its entry, its leaf, and what
    /// subscribers are told of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the license was changed meanwhile.
    pub fn license_change(
        &self,
        changed: &License,
        entry: &StatusEntry,
        leaf: &Leaf,
        owed: &OwedEvent,
        events: &[Entry],
    ) -> Result<(), StoreError> {
        let witness = Witness::new("status_entry", entry.id);
        self.write_witnessed("changing a license", &witness, |connection| {
            change(connection, changed, entry)?;
            log::append(connection, leaf)?;
            outbox::owe(connection, owed)?;
            audit::append(connection, events)
        })
    }
}
