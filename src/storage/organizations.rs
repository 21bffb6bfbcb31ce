//! Organizations.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::OrganizationId;
use domain::identifier::UnifiedCode;
use domain::party::{Organization, OrganizationStatus};
use domain::time::micros;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::organization;

const WHAT: &str = "organization";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = organization)]
struct Row {
    id: String,
    code: String,
    name: String,
    division: String,
    parent_id: Option<String>,
    status: String,
    created_at: i64,
}

impl From<&Organization> for Row {
    fn from(organization: &Organization) -> Self {
        Self {
            id: organization.id.to_string(),
            code: organization.code.to_string(),
            name: organization.name.clone(),
            division: organization.division.to_string(),
            parent_id: organization.parent.map(|id| id.to_string()),
            status: organization.status.to_string(),
            created_at: micros(organization.created_at),
        }
    }
}

impl TryFrom<Row> for Organization {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            code: read.parse("code", &row.code)?,
            division: read.parse("division", &row.division)?,
            parent: read.maybe("parent_id", row.parent_id.as_deref())?,
            status: read.parse("status", &row.status)?,
            created_at: read.instant("created_at", row.created_at)?,
            name: row.name,
        })
    }
}

fn insert(connection: &mut Connection, new: &Organization) -> Result<(), StoreError> {
    let insert = diesel::insert_into(organization::table).values(Row::from(new));
    let inserted = insert.execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
}

impl Store {
    /// Registers an organization.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id or code is registered.
    pub fn organization_insert(&self, new: &Organization) -> Result<(), StoreError> {
        self.write("registering an organization", |connection| insert(connection, new))
    }

    /// Registers an organization, and the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id or code is registered.
    pub fn organization_register(
        &self,
        new: &Organization,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write("registering an organization", |connection| {
            insert(connection, new)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Closes an organization; the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; [`StoreError::Conflict`] when it is closed.
    pub fn organization_close(&self, id: OrganizationId, told: &Entry) -> Result<(), StoreError> {
        const OPERATION: &str = "closing an organization";
        let (active, closed) = (OrganizationStatus::Active, OrganizationStatus::Closed);
        self.organization_read(id)?;
        self.write(OPERATION, |connection| {
            let one = organization::table.find(id.to_string());
            let open = one.filter(organization::status.eq(active.as_str()));
            let rows = diesel::update(open)
                .set(organization::status.eq(closed.as_str()))
                .execute(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// The organization with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn organization_read(&self, id: OrganizationId) -> Result<Organization, StoreError> {
        let row = self.read("reading an organization", |connection| {
            let by_id = organization::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            row.map_err(|cause| StoreError::database("reading an organization", cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// The organization with this unified social credit code.
    ///
    /// # Errors
    /// The database's.
    pub fn organization_by_code(
        &self,
        code: &UnifiedCode,
    ) -> Result<Option<Organization>, StoreError> {
        let by_code = organization::table.filter(organization::code.eq(code.as_str()));
        let row = self.read("reading an organization", |connection| {
            let row = by_code.select(Row::as_select()).get_result(connection).optional();
            row.map_err(|cause| StoreError::database("reading an organization", cause))
        })?;
        row.map(Organization::try_from).transpose()
    }

    /// All organizations, by name.
    ///
    /// # Errors
    /// The database's.
    pub fn organization_list(&self) -> Result<Vec<Organization>, StoreError> {
        let all = organization::table.order((organization::name, organization::id));
        let rows = self.read("listing organizations", |connection| {
            let rows = all.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database("listing organizations", cause))
        })?;
        rows.into_iter().map(Organization::try_from).collect()
    }
}
