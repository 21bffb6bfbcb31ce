//! Systems that call the service, and what they prove it with.

use diesel::prelude::*;
use domain::access::{Client, ClientName, Credential};
use domain::audit::Entry;
use domain::id::{ClientId, CredentialId};
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{client, client_credential as credential};

const WHAT: &str = "client";
const CREDENTIAL: &str = "credential";
const READING: &str = "reading a client";
const CHANGING: &str = "changing a client";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = client)]
pub(crate) struct Row {
    id: String,
    organization_id: String,
    name: String,
    label: String,
    method: String,
    scope: String,
    addresses: String,
    requires_signed_requests: i32,
    status: String,
    valid_until: Option<i64>,
    created_at: i64,
}

impl From<&Client> for Row {
    fn from(one: &Client) -> Self {
        Self {
            id: one.id.to_string(),
            organization_id: one.organization.to_string(),
            name: one.name.to_string(),
            label: one.label.clone(),
            method: one.method.to_string(),
            scope: one.grant.to_string(),
            addresses: one.addresses.join(" "),
            requires_signed_requests: one.requires_signed_requests.into(),
            status: one.status.to_string(),
            valid_until: one.valid_until.map(micros),
            created_at: micros(one.created_at),
        }
    }
}

impl TryFrom<Row> for Client {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            name: read.parse("name", &row.name)?,
            method: read.parse("method", &row.method)?,
            grant: read.parse("scope", &row.scope)?,
            addresses: row.addresses.split_whitespace().map(str::to_owned).collect(),
            requires_signed_requests: row.requires_signed_requests != 0,
            status: read.parse("status", &row.status)?,
            valid_until: read.maybe_instant("valid_until", row.valid_until)?,
            created_at: read.instant("created_at", row.created_at)?,
            label: row.label,
        })
    }
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = credential)]
pub(crate) struct CredentialRow {
    id: String,
    client_id: String,
    kind: String,
    key_id: String,
    material: Vec<u8>,
    about: String,
    valid_from: i64,
    valid_until: Option<i64>,
    revoked_at: Option<i64>,
    used_at: Option<i64>,
}

impl From<&Credential> for CredentialRow {
    fn from(one: &Credential) -> Self {
        Self {
            id: one.id.to_string(),
            client_id: one.client.to_string(),
            kind: one.kind.to_string(),
            key_id: one.key_id.clone(),
            material: one.material.clone(),
            about: one.about.clone(),
            valid_from: micros(one.valid_from),
            valid_until: one.valid_until.map(micros),
            revoked_at: one.revoked_at.map(micros),
            used_at: one.used_at.map(micros),
        }
    }
}

impl TryFrom<CredentialRow> for Credential {
    type Error = StoreError;

    fn try_from(row: CredentialRow) -> Result<Self, StoreError> {
        let read = Reading { what: CREDENTIAL, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            client: read.parse("client_id", &row.client_id)?,
            kind: read.parse("kind", &row.kind)?,
            valid_from: read.instant("valid_from", row.valid_from)?,
            valid_until: read.maybe_instant("valid_until", row.valid_until)?,
            revoked_at: read.maybe_instant("revoked_at", row.revoked_at)?,
            used_at: read.maybe_instant("used_at", row.used_at)?,
            key_id: row.key_id,
            material: row.material,
            about: row.about,
        })
    }
}

fn insert_credential(connection: &mut Connection, new: &Credential) -> Result<(), StoreError> {
    let row = CredentialRow::from(new);
    let inserted = diesel::insert_into(credential::table).values(row).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(CREDENTIAL, new.id, cause))
}

/// The credentials of a client, oldest first.
fn credentials(connection: &mut Connection, of: &str) -> Result<Vec<Credential>, StoreError> {
    let rows: Vec<CredentialRow> = credential::table
        .filter(credential::client_id.eq(of))
        .order((credential::valid_from, credential::id))
        .select(CredentialRow::as_select())
        .load(connection)
        .map_err(|cause| StoreError::database(READING, cause))?;
    rows.into_iter().map(Credential::try_from).collect()
}

fn whole(
    connection: &mut Connection,
    row: Option<Row>,
) -> Result<Option<(Client, Vec<Credential>)>, StoreError> {
    let Some(row) = row else { return Ok(None) };
    let of = credentials(connection, &row.id)?;
    Ok(Some((row.try_into()?, of)))
}

impl Store {
    /// Registers a client with its first credential; the events that tell of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its name is taken.
    pub fn client_insert(
        &self,
        new: &Client,
        first: Option<&Credential>,
        told: &[Entry],
    ) -> Result<(), StoreError> {
        self.write("registering a client", |connection| {
            let inserted =
                diesel::insert_into(client::table).values(Row::from(new)).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
            first.map_or(Ok(()), |first| insert_credential(connection, first))?;
            audit::append(connection, told)
        })
    }

    /// The client of this name, with its credentials.
    ///
    /// # Errors
    /// The database's.
    pub fn client_by_name(
        &self,
        name: &ClientName,
    ) -> Result<Option<(Client, Vec<Credential>)>, StoreError> {
        self.read_together(READING, |connection| {
            let named = client::table.filter(client::name.eq(name.as_str()));
            let row = named.select(Row::as_select()).get_result(connection).optional();
            whole(connection, row.map_err(|cause| StoreError::database(READING, cause))?)
        })
    }

    /// The client with this id, with its credentials.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn client_read(&self, id: ClientId) -> Result<(Client, Vec<Credential>), StoreError> {
        self.read_together(READING, |connection| {
            let by_id = client::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            let row = row.map_err(|cause| StoreError::database(READING, cause))?;
            whole(connection, row)?.ok_or_else(|| StoreError::missing(WHAT, id))
        })
    }

    /// All clients, by name.
    ///
    /// # Errors
    /// The database's.
    pub fn client_list(&self) -> Result<Vec<Client>, StoreError> {
        let rows: Vec<Row> = self.read("listing clients", |connection| {
            let all = client::table.order(client::name).select(Row::as_select());
            all.load(connection).map_err(|cause| StoreError::database("listing clients", cause))
        })?;
        rows.into_iter().map(Client::try_from).collect()
    }

    /// Keeps what may change of an active client whose scope is still that of `before`; the event that
    /// tells of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is closed, or has another scope meanwhile.
    pub fn client_change(
        &self,
        before: &Client,
        changed: &Client,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write(CHANGING, |connection| {
            let row = Row::from(changed);
            let open = client::table
                .find(row.id)
                .filter(client::status.eq("active"))
                .filter(client::scope.eq(before.grant.to_string()));
            let rows = diesel::update(open)
                .set((
                    client::label.eq(row.label),
                    client::scope.eq(row.scope),
                    client::addresses.eq(row.addresses),
                    client::requires_signed_requests.eq(row.requires_signed_requests),
                    client::status.eq(row.status),
                    client::valid_until.eq(row.valid_until),
                ))
                .execute(connection)
                .map_err(|cause| StoreError::database(CHANGING, cause))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, changed.id));
            }
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Gives a client another credential; the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the client has one of this name.
    pub fn credential_insert(&self, new: &Credential, told: &Entry) -> Result<(), StoreError> {
        self.write("giving a client a credential", |connection| {
            insert_credential(connection, new)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Sets the last instant of a credential, or revokes it; the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is revoked already.
    pub fn credential_end(
        &self,
        id: CredentialId,
        until: Option<OffsetDateTime>,
        revoked_at: Option<OffsetDateTime>,
        told: &Entry,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "ending a credential";
        self.write(OPERATION, |connection| {
            let one = credential::table.find(id.to_string());
            let good = one.filter(credential::revoked_at.is_null());
            let rows = match revoked_at {
                Some(at) => {
                    let revoked = credential::revoked_at.eq(micros(at));
                    diesel::update(good).set(revoked).execute(connection)
                }
                None => {
                    let until = credential::valid_until.eq(until.map(micros));
                    diesel::update(good).set(until).execute(connection)
                }
            };
            if rows.map_err(|cause| StoreError::database(OPERATION, cause))? != 1 {
                return Err(StoreError::conflict(CREDENTIAL, id));
            }
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// Notes that a credential was used.
    ///
    /// # Errors
    /// The database's.
    pub fn credential_note(&self, id: CredentialId, at: OffsetDateTime) -> Result<(), StoreError> {
        const OPERATION: &str = "noting that a credential was used";
        self.write(OPERATION, |connection| {
            diesel::update(credential::table.find(id.to_string()))
                .set(credential::used_at.eq(micros(at)))
                .execute(connection)
                .map(drop)
                .map_err(|cause| StoreError::database(OPERATION, cause))
        })
    }
}
