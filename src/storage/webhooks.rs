//! Receivers of events.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::{OrganizationId, WebhookEndpointId};
use domain::time::micros;
use domain::webhook::{Endpoint, EndpointState, OldSecret};

use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::{webhook_delivery as delivery, webhook_endpoint as endpoint};
use crate::{audit, locks};

const WHAT: &str = "webhook endpoint";
const READING: &str = "reading a webhook endpoint";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = endpoint)]
struct Row {
    id: String,
    organization_id: String,
    url: String,
    events: String,
    state: String,
    secret: Vec<u8>,
    old_secret: Option<Vec<u8>>,
    old_secret_until: Option<i64>,
    failures: i32,
    paused_until: Option<i64>,
    created_at: i64,
}

impl TryFrom<&Endpoint> for Row {
    type Error = StoreError;

    fn try_from(one: &Endpoint) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        Ok(Self {
            organization_id: one.organization.to_string(),
            url: one.url.clone(),
            events: one.events.to_string(),
            state: one.state.to_string(),
            secret: one.secret.clone(),
            old_secret: one.old_secret.as_ref().map(|old| old.wrapped.clone()),
            old_secret_until: one.old_secret.as_ref().map(|old| micros(old.until)),
            failures: Reading { what: WHAT, id: &id }.number("failures", one.failures)?,
            paused_until: one.paused_until.map(micros),
            created_at: micros(one.created_at),
            id,
        })
    }
}

impl TryFrom<Row> for Endpoint {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let until = read.maybe_instant("old_secret_until", row.old_secret_until)?;
        let old_secret =
            row.old_secret.zip(until).map(|(wrapped, until)| OldSecret { wrapped, until });
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            events: read.parse("events", &row.events)?,
            state: read.parse("state", &row.state)?,
            failures: read.number("failures", row.failures)?,
            paused_until: read.maybe_instant("paused_until", row.paused_until)?,
            created_at: read.instant("created_at", row.created_at)?,
            url: row.url,
            secret: row.secret,
            old_secret,
        })
    }
}

/// The endpoint, unless it was taken away.
pub(crate) fn within(
    connection: &mut Connection,
    id: WebhookEndpointId,
) -> Result<Endpoint, StoreError> {
    let there = endpoint::table
        .find(id.to_string())
        .filter(endpoint::state.ne(EndpointState::Deleted.as_str()));
    let row: Option<Row> = there
        .select(Row::as_select())
        .first(connection)
        .optional()
        .map_err(|cause| StoreError::database(READING, cause))?;
    row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
}

/// The same, and nobody else changes it until the transaction ends.
pub(crate) fn held(
    connection: &mut Connection,
    id: WebhookEndpointId,
) -> Result<Endpoint, StoreError> {
    locks::hold_to_change(connection, "webhook_endpoint", &id.to_string())?;
    within(connection, id)
}

/// Those of an organization, oldest first.
pub(crate) fn of(
    connection: &mut Connection,
    organization: OrganizationId,
) -> Result<Vec<Endpoint>, StoreError> {
    let rows: Vec<Row> = endpoint::table
        .filter(endpoint::organization_id.eq(organization.to_string()))
        .filter(endpoint::state.ne(EndpointState::Deleted.as_str()))
        .order((endpoint::created_at, endpoint::id))
        .select(Row::as_select())
        .load(connection)
        .map_err(|cause| StoreError::database("listing webhook endpoints", cause))?;
    rows.into_iter().map(Endpoint::try_from).collect()
}

/// Keeps how an endpoint fares.
pub(crate) fn fare(connection: &mut Connection, now: &Endpoint) -> Result<(), StoreError> {
    let Row { id, state, failures, paused_until, .. } = Row::try_from(now)?;
    let there =
        endpoint::table.find(id).filter(endpoint::state.ne(EndpointState::Deleted.as_str()));
    diesel::update(there)
        .set((
            endpoint::state.eq(state),
            endpoint::failures.eq(failures),
            endpoint::paused_until.eq(paused_until),
        ))
        .execute(connection)
        .map(drop)
        .map_err(|cause| StoreError::database("keeping how an endpoint fares", cause))
}

impl Store {
    /// Keeps a new endpoint, and the answer of the request that asked for it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id is taken.
    pub fn webhook_endpoint_insert(
        &self,
        new: &Endpoint,
        events: &[Entry],
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let witness = Witness::new("webhook_endpoint", new.id);
        self.write_witnessed("keeping a webhook endpoint", &witness, |connection| {
            let row = Row::try_from(new)?;
            let inserted = diesel::insert_into(endpoint::table).values(&row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
            requests::answer(connection, answer)?;
            audit::append(connection, events)
        })
    }

    /// The endpoint with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn webhook_endpoint_read(&self, id: WebhookEndpointId) -> Result<Endpoint, StoreError> {
        self.read(READING, |connection| within(connection, id))
    }

    /// The endpoints of an organization, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn webhook_endpoint_list(
        &self,
        organization: OrganizationId,
    ) -> Result<Vec<Endpoint>, StoreError> {
        self.read("listing webhook endpoints", |connection| of(connection, organization))
    }

    /// Keeps the secrets of an endpoint after a rotation that began with `before` as its secret.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was rotated by somebody else meanwhile.
    pub fn webhook_endpoint_rotate(
        &self,
        rotated: &Endpoint,
        before: &[u8],
        events: &[Entry],
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        self.write("rotating a secret", |connection| {
            let Row { id, secret, old_secret, old_secret_until, .. } = Row::try_from(rotated)?;
            let same = endpoint::table.find(id).filter(endpoint::secret.eq(before));
            let rows = diesel::update(same)
                .set((
                    endpoint::secret.eq(secret),
                    endpoint::old_secret.eq(old_secret),
                    endpoint::old_secret_until.eq(old_secret_until),
                ))
                .execute(connection)
                .map_err(|cause| StoreError::database("rotating a secret", cause))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, rotated.id));
            }
            requests::answer(connection, answer)?;
            audit::append(connection, events)
        })
    }

    /// Takes an endpoint away, its secrets and its deliveries with it.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn webhook_endpoint_delete(
        &self,
        id: WebhookEndpointId,
        events: &[Entry],
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "taking a webhook endpoint away";
        let failed = |cause| StoreError::database(OPERATION, cause);
        self.write(OPERATION, |connection| {
            let there = endpoint::table
                .find(id.to_string())
                .filter(endpoint::state.ne(EndpointState::Deleted.as_str()));
            let rows = diesel::update(there)
                .set((
                    endpoint::state.eq(EndpointState::Deleted.as_str()),
                    endpoint::secret.eq(Vec::new()),
                    endpoint::old_secret.eq(None::<Vec<u8>>),
                    endpoint::old_secret_until.eq(None::<i64>),
                ))
                .execute(connection)
                .map_err(failed)?;
            if rows != 1 {
                return Err(StoreError::missing(WHAT, id));
            }
            diesel::delete(delivery::table.filter(delivery::endpoint_id.eq(id.to_string())))
                .execute(connection)
                .map_err(failed)?;
            audit::append(connection, events)
        })
    }
}
