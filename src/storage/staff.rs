//! People who sign in, and their roles.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::access::{Login, Roles, Staff};
use domain::audit::Entry;
use domain::id::StaffId;
use domain::time::micros;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{session, staff, staff_role};

const WHAT: &str = "staff";
const READING: &str = "reading an account";
const CHANGING: &str = "changing an account";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = staff, treat_none_as_null = true)]
struct Row {
    id: String,
    organization_id: String,
    login: String,
    name: String,
    status: String,
    password: String,
    password_at: i64,
    one_time: Option<Vec<u8>>,
    one_time_step: i64,
    guesses: i32,
    rests_until: Option<i64>,
    created_at: i64,
    version: i32,
}

impl TryFrom<&Staff> for Row {
    type Error = StoreError;

    fn try_from(one: &Staff) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        Ok(Self {
            organization_id: one.organization.to_string(),
            login: one.login.to_string(),
            name: one.name.clone(),
            status: one.status.to_string(),
            password: one.password.clone(),
            password_at: micros(one.password_at),
            one_time: one.one_time.clone(),
            one_time_step: read.number("one_time_step", one.one_time_step)?,
            guesses: read.number("guesses", one.guesses)?,
            rests_until: one.rests_until.map(micros),
            created_at: micros(one.created_at),
            version: read.number("version", one.version)?,
            id,
        })
    }
}

impl Row {
    fn with(self, roles: &[String]) -> Result<Staff, StoreError> {
        let read = Reading { what: WHAT, id: &self.id };
        Ok(Staff {
            id: read.own_id()?,
            organization: read.parse("organization_id", &self.organization_id)?,
            login: read.parse("login", &self.login)?,
            roles: read.parse("role", &roles.join(" "))?,
            status: read.parse("status", &self.status)?,
            password_at: read.instant("password_at", self.password_at)?,
            one_time_step: read.number("one_time_step", self.one_time_step)?,
            guesses: read.number("guesses", self.guesses)?,
            rests_until: read.maybe_instant("rests_until", self.rests_until)?,
            created_at: read.instant("created_at", self.created_at)?,
            version: read.number("version", self.version)?,
            name: self.name,
            password: self.password,
            one_time: self.one_time,
        })
    }
}

fn roles_of(connection: &mut Connection, id: &str) -> Result<Vec<String>, StoreError> {
    let own = staff_role::table.filter(staff_role::staff_id.eq(id));
    let roles = own.order(staff_role::role).select(staff_role::role).load(connection);
    roles.map_err(|cause| StoreError::database(READING, cause))
}

/// The account with this id.
pub(crate) fn within(connection: &mut Connection, id: &str) -> Result<Staff, StoreError> {
    let by_id = staff::table.find(id).select(Row::as_select());
    let row: Option<Row> =
        by_id.first(connection).optional().map_err(|cause| StoreError::database(READING, cause))?;
    let roles = roles_of(connection, id)?;
    row.ok_or_else(|| StoreError::missing(WHAT, id))?.with(&roles)
}

fn give_roles(connection: &mut Connection, id: StaffId, roles: &Roles) -> Result<(), StoreError> {
    for role in roles.iter() {
        let row = (staff_role::staff_id.eq(id.to_string()), staff_role::role.eq(role.as_str()));
        let given = diesel::insert_into(staff_role::table).values(row).execute(connection);
        given.map_err(|cause| StoreError::insert("role", role, cause))?;
    }
    Ok(())
}

impl Store {
    /// Keeps a new account, and the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the name to sign in with is taken.
    pub fn staff_insert(&self, new: &Staff, told: &Entry) -> Result<(), StoreError> {
        let row = Row::try_from(new)?;
        self.write("making an account", |connection| {
            let inserted = diesel::insert_into(staff::table).values(&row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
            give_roles(connection, new.id, &new.roles)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// The account with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn staff_read(&self, id: StaffId) -> Result<Staff, StoreError> {
        self.read_together(READING, |connection| within(connection, &id.to_string()))
    }

    /// The account with this name to sign in with.
    ///
    /// # Errors
    /// The database's.
    pub fn staff_by_login(&self, login: &Login) -> Result<Option<Staff>, StoreError> {
        self.read_together(READING, |connection| {
            let by_login = staff::table.filter(staff::login.eq(login.as_str()));
            let row: Option<Row> = by_login
                .select(Row::as_select())
                .first(connection)
                .optional()
                .map_err(|cause| StoreError::database(READING, cause))?;
            let Some(row) = row else { return Ok(None) };
            let roles = roles_of(connection, &row.id)?;
            row.with(&roles).map(Some)
        })
    }

    /// All accounts, by organization and name to sign in with.
    ///
    /// # Errors
    /// The database's.
    pub fn staff_list(&self) -> Result<Vec<Staff>, StoreError> {
        const OPERATION: &str = "listing accounts";
        let failed = |cause| StoreError::database(OPERATION, cause);
        self.read_together(OPERATION, |connection| {
            let sorted = staff::table.order((staff::organization_id, staff::login));
            let rows: Vec<Row> =
                sorted.select(Row::as_select()).load(connection).map_err(failed)?;
            let given: Vec<(String, String)> = staff_role::table
                .order(staff_role::role)
                .select((staff_role::staff_id, staff_role::role))
                .load(connection)
                .map_err(failed)?;
            let mut roles: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for (id, role) in given {
                roles.entry(id).or_default().push(role);
            }
            let own = |row: Row| {
                let roles = roles.remove(&row.id).unwrap_or_default();
                row.with(&roles)
            };
            rows.into_iter().map(own).collect()
        })
    }

    /// Keeps an account that was changed after it was read with `read_version`, and the events that
    /// tell of it; `ends_sessions` signs the person out everywhere.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed meanwhile.
    pub fn staff_replace(
        &self,
        changed: &Staff,
        read_version: u32,
        ends_sessions: bool,
        told: &[Entry],
    ) -> Result<(), StoreError> {
        let row = Row::try_from(changed)?;
        let read = Reading { what: WHAT, id: &row.id };
        let read_version: i32 = read.number("version", read_version)?;
        let failed = |cause| StoreError::database(CHANGING, cause);
        self.write(CHANGING, |connection| {
            let same = staff::table.find(row.id.as_str()).filter(staff::version.eq(read_version));
            let rows = diesel::update(same).set(&row).execute(connection).map_err(failed)?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, changed.id));
            }
            if roles_of(connection, &row.id)?.join(" ").parse() != Ok(changed.roles.clone()) {
                let own = staff_role::table.filter(staff_role::staff_id.eq(&row.id));
                diesel::delete(own).execute(connection).map_err(failed)?;
                give_roles(connection, changed.id, &changed.roles)?;
            }
            if ends_sessions {
                let own = session::table.filter(session::staff_id.eq(&row.id));
                diesel::delete(own).execute(connection).map_err(failed)?;
            }
            audit::append(connection, told)
        })
    }
}
