//! API keys.

use diesel::prelude::*;
use domain::access::ApiKey;
use domain::id::{ApiKeyId, OrganizationId};
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::Store;
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::api_key;

const WHAT: &str = "API key";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = api_key)]
struct Row {
    id: String,
    organization_id: String,
    label: String,
    secret_digest: String,
    permissions: String,
    created_at: i64,
    expires_at: Option<i64>,
    revoked_at: Option<i64>,
}

impl From<&ApiKey> for Row {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            organization_id: key.organization.to_string(),
            label: key.label.clone(),
            secret_digest: key.secret_digest.to_string(),
            permissions: key.permissions.to_string(),
            created_at: micros(key.created_at),
            expires_at: key.expires_at.map(micros),
            revoked_at: key.revoked_at.map(micros),
        }
    }
}

impl TryFrom<Row> for ApiKey {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            secret_digest: read.parse("secret_digest", &row.secret_digest)?,
            permissions: read.parse("permissions", &row.permissions)?,
            created_at: read.instant("created_at", row.created_at)?,
            expires_at: read.maybe_instant("expires_at", row.expires_at)?,
            revoked_at: read.maybe_instant("revoked_at", row.revoked_at)?,
            label: row.label,
        })
    }
}

impl Store {
    /// Keeps a new API key.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id is taken.
    pub fn api_key_insert(&self, new: &ApiKey) -> Result<(), StoreError> {
        self.write("keeping an API key", |connection| {
            let inserted =
                diesel::insert_into(api_key::table).values(Row::from(new)).execute(connection);
            inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
        })
    }

    /// The API key with this id, in force or not.
    ///
    /// # Errors
    /// The database's.
    pub fn api_key_find(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        let row = self.read("reading an API key", |connection| {
            let by_id = api_key::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            row.map_err(|cause| StoreError::database("reading an API key", cause))
        })?;
        row.map(ApiKey::try_from).transpose()
    }

    /// The API keys of an organization, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn api_key_list(&self, of: OrganizationId) -> Result<Vec<ApiKey>, StoreError> {
        let rows = self.read("listing API keys", |connection| {
            let own = api_key::table.filter(api_key::organization_id.eq(of.to_string()));
            let sorted = own.order((api_key::created_at, api_key::id));
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database("listing API keys", cause))
        })?;
        rows.into_iter().map(ApiKey::try_from).collect()
    }

    /// Ends an API key; one that was revoked before keeps its first instant.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn api_key_revoke(&self, id: ApiKeyId, at: OffsetDateTime) -> Result<(), StoreError> {
        self.write("revoking an API key", |connection| {
            let by_id = api_key::table.find(id.to_string());
            let known: i64 = by_id
                .clone()
                .count()
                .get_result(connection)
                .map_err(|cause| StoreError::database("revoking an API key", cause))?;
            if known == 0 {
                return Err(StoreError::missing(WHAT, id));
            }
            diesel::update(by_id.filter(api_key::revoked_at.is_null()))
                .set(api_key::revoked_at.eq(micros(at)))
                .execute(connection)
                .map(drop)
                .map_err(|cause| StoreError::database("revoking an API key", cause))
        })
    }
}
