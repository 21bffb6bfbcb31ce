//! The outbox: events owed to receivers, written with the change that they tell of, and how each
//! delivery fares.
//!
//! Whoever sends a delivery holds a lease on it; when a process dies, the lease runs out and the
//! delivery is sent again, with the same id. A lease is taken by an update that names the lease
//! before it, so that of several processes one has it.

mod expiry;

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::id::{WebhookEndpointId, WebhookEventId};
use domain::time::micros;
use domain::webhook::{
    Answered, Delivery, DeliveryState, Endpoint, EndpointState, Next, OwedEvent, Trouble,
};
use time::{Duration, OffsetDateTime};

use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::{
    webhook_delivery as delivery, webhook_endpoint as endpoint, webhook_event as event,
};
use crate::webhooks;

const WHAT: &str = "delivery";
const CLAIMING: &str = "claiming deliveries";
const KEEPING: &str = "keeping an attempt";
/// Rows looked at for one claim: several endpoints among them, as a rule.
const LOOKED_AT: i64 = 64;

#[derive(Insertable)]
#[diesel(table_name = event)]
struct EventRow<'a> {
    id: String,
    organization_id: String,
    kind: &'a str,
    body: &'a str,
    created_at: i64,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = delivery)]
struct Row {
    event_id: String,
    kind: String,
    endpoint_id: String,
    state: String,
    attempts: i32,
    begun_at: i64,
    due_at: i64,
    lease_until: i64,
    tried_at: Option<i64>,
    status: Option<i32>,
    trouble: Option<String>,
    created_at: i64,
}

impl Row {
    fn fresh(owed: &OwedEvent, to: WebhookEndpointId) -> Self {
        let at = micros(owed.at);
        Self {
            event_id: owed.id.to_string(),
            kind: owed.kind.to_string(),
            endpoint_id: to.to_string(),
            state: DeliveryState::Pending.to_string(),
            attempts: 0,
            begun_at: at,
            due_at: at,
            lease_until: 0,
            tried_at: None,
            status: None,
            trouble: None,
            created_at: at,
        }
    }

    fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.event_id.clone() }
    }
}

impl TryFrom<Row> for Delivery {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.event_id };
        Ok(Self {
            event: read.own_id()?,
            kind: read.parse("kind", &row.kind)?,
            endpoint: read.parse("endpoint_id", &row.endpoint_id)?,
            state: read.parse("state", &row.state)?,
            attempts: read.number("attempts", row.attempts)?,
            begun_at: read.instant("begun_at", row.begun_at)?,
            due_at: read.instant("due_at", row.due_at)?,
            tried_at: read.maybe_instant("tried_at", row.tried_at)?,
            status: row.status.map(|status| read.number("status", status)).transpose()?,
            trouble: read.maybe("trouble", row.trouble.as_deref())?,
            created_at: read.instant("created_at", row.created_at)?,
        })
    }
}

/// Deliveries to be sent now.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// Now.
    pub at: OffsetDateTime,
    /// How long until whoever claims is dead.
    pub lease: Duration,
    /// At most so many.
    pub count: usize,
    /// At most so many under way to one endpoint; to one that failed a single one.
    pub each: usize,
    /// How many are under way already, by endpoint.
    pub under_way: &'a BTreeMap<WebhookEndpointId, usize>,
}

/// A delivery that is ours to send.
#[derive(Clone, Debug)]
pub struct Claimed {
    /// What is owed.
    pub delivery: Delivery,
    /// To whom.
    pub endpoint: Endpoint,
    /// What is sent, byte for byte.
    pub body: String,
    /// Ours until then.
    pub lease_until: OffsetDateTime,
}

/// An attempt that ended.
#[derive(Clone, Copy, Debug)]
pub struct Tried<'a> {
    /// What was claimed.
    pub claimed: &'a Claimed,
    /// What came back.
    pub answered: Answered,
    /// The status of the answer.
    pub status: Option<u16>,
    /// What was wrong.
    pub trouble: Option<Trouble>,
    /// When it ended.
    pub at: OffsetDateTime,
    /// Spreads what was owed at one moment.
    pub chance: u16,
}

/// Writes an event down with a delivery for each endpoint that asked for it; nothing when nobody
/// did.
pub(crate) fn owe(connection: &mut Connection, owed: &OwedEvent) -> Result<(), StoreError> {
    let to: Vec<WebhookEndpointId> = webhooks::of(connection, owed.organization)?
        .into_iter()
        .filter(|one| one.state == EndpointState::Enabled && one.events.includes(owed.kind))
        .map(|one| one.id)
        .collect();
    owe_to(connection, owed, &to)
}

fn owe_to(
    connection: &mut Connection,
    owed: &OwedEvent,
    to: &[WebhookEndpointId],
) -> Result<(), StoreError> {
    if to.is_empty() {
        return Ok(());
    }
    let row = EventRow {
        id: owed.id.to_string(),
        organization_id: owed.organization.to_string(),
        kind: owed.kind.as_str(),
        body: &owed.body,
        created_at: micros(owed.at),
    };
    let inserted = diesel::insert_into(event::table).values(&row).execute(connection);
    inserted.map_err(|cause| StoreError::insert("webhook event", owed.id, cause))?;
    for endpoint in to {
        let row = Row::fresh(owed, *endpoint);
        let inserted = diesel::insert_into(delivery::table).values(&row).execute(connection);
        inserted.map_err(|cause| StoreError::insert(WHAT, owed.id, cause))?;
    }
    Ok(())
}

/// What is due, oldest first: not leased, to no endpoint that is paused, gone or busy. One that
/// failed is busy with a single delivery.
fn due(connection: &mut Connection, claim: &Claim<'_>) -> Result<Vec<Row>, StoreError> {
    let now = micros(claim.at);
    let full = claim.under_way.iter().filter(|(_, count)| **count >= claim.each);
    let full: Vec<String> = full.map(|(id, _)| id.to_string()).collect();
    let under_way: Vec<String> = claim.under_way.keys().map(ToString::to_string).collect();
    let probed = endpoint::failures.gt(0).and(endpoint::id.eq_any(under_way));
    let gone = endpoint::state.eq(EndpointState::Deleted.as_str());
    let resting = endpoint::table
        .filter(endpoint::paused_until.gt(now).or(gone).or(probed))
        .select(endpoint::id);
    delivery::table
        .filter(delivery::state.eq(DeliveryState::Pending.as_str()))
        .filter(delivery::due_at.le(now))
        .filter(delivery::lease_until.le(now))
        .filter(delivery::endpoint_id.ne_all(full))
        .filter(delivery::endpoint_id.ne_all(resting))
        .order((delivery::due_at, delivery::event_id))
        .limit(LOOKED_AT)
        .select(Row::as_select())
        .load(connection)
        .map_err(|cause| StoreError::database(CLAIMING, cause))
}

fn take(
    connection: &mut Connection,
    claim: &Claim<'_>,
    row: Row,
    endpoint: Endpoint,
) -> Result<Option<Claimed>, StoreError> {
    let lease_until = claim.at + claim.lease;
    let unleased = delivery::table
        .find((row.event_id.as_str(), row.endpoint_id.as_str()))
        .filter(delivery::state.eq(DeliveryState::Pending.as_str()))
        .filter(delivery::lease_until.eq(row.lease_until));
    let taken = diesel::update(unleased)
        .set(delivery::lease_until.eq(micros(lease_until)))
        .execute(connection)
        .map_err(|cause| StoreError::database(CLAIMING, cause))?;
    if taken != 1 {
        return Ok(None);
    }
    let body: String = event::table
        .find(row.event_id.as_str())
        .select(event::body)
        .get_result(connection)
        .map_err(|cause| StoreError::database(CLAIMING, cause))?;
    Ok(Some(Claimed { delivery: row.try_into()?, endpoint, body, lease_until }))
}

/// The columns of a delivery that an attempt changes.
#[derive(AsChangeset)]
#[diesel(table_name = delivery, treat_none_as_null = true)]
struct Fate<'a> {
    state: &'a str,
    attempts: i32,
    due_at: i64,
    lease_until: i64,
    tried_at: Option<i64>,
    status: Option<i32>,
    trouble: Option<&'a str>,
}

/// What became of a delivery: false when it is no longer ours.
fn settle(connection: &mut Connection, tried: &Tried<'_>) -> Result<bool, StoreError> {
    let Claimed { delivery: before, lease_until, .. } = tried.claimed;
    let (state, due_at) = match before.after(&tried.answered, tried.at, tried.chance) {
        Next::Delivered => (DeliveryState::Delivered, before.due_at),
        Next::Dead => (DeliveryState::Dead, before.due_at),
        Next::At(due_at) => (DeliveryState::Pending, due_at),
    };
    let id = before.event.to_string();
    let fate = Fate {
        state: state.as_str(),
        attempts: Reading { what: WHAT, id: &id }.number("attempts", before.attempts + 1)?,
        due_at: micros(due_at),
        lease_until: 0,
        tried_at: Some(micros(tried.at)),
        status: tried.status.map(i32::from),
        trouble: tried.trouble.map(Trouble::as_str),
    };
    let ours = delivery::table
        .find((id.as_str(), before.endpoint.to_string()))
        .filter(delivery::state.eq(DeliveryState::Pending.as_str()))
        .filter(delivery::lease_until.eq(micros(*lease_until)));
    let settled = diesel::update(ours).set(fate).execute(connection);
    settled.map(|rows| rows == 1).map_err(|cause| StoreError::database(KEEPING, cause))
}

/// What the attempt says of its endpoint.
fn learn(
    connection: &mut Connection,
    before: &Endpoint,
    tried: &Tried<'_>,
) -> Result<(), StoreError> {
    let mut endpoint = before.clone();
    endpoint.learn(tried.claimed.delivery.kind, &tried.answered, tried.at);
    if endpoint == *before {
        return Ok(());
    }
    if endpoint.state == EndpointState::Disabled && before.state == EndpointState::Enabled {
        end_pending(connection, &before.id.to_string(), Trouble::Disabled)?;
    }
    webhooks::fare(connection, &endpoint)
}

/// Gives up what is still owed to an endpoint.
fn end_pending(
    connection: &mut Connection,
    endpoint: &str,
    trouble: Trouble,
) -> Result<usize, StoreError> {
    let pending = delivery::table
        .filter(delivery::endpoint_id.eq(endpoint))
        .filter(delivery::state.eq(DeliveryState::Pending.as_str()));
    let dead =
        (delivery::state.eq(DeliveryState::Dead.as_str()), delivery::trouble.eq(trouble.as_str()));
    let ended = diesel::update(pending).set(dead).execute(connection);
    ended.map_err(|cause| StoreError::database(KEEPING, cause))
}

/// Somebody tries whether events arrive: a pause ends.
fn try_now(connection: &mut Connection, id: WebhookEndpointId) -> Result<Endpoint, StoreError> {
    let mut endpoint = webhooks::held(connection, id)?;
    endpoint.paused_until = None;
    webhooks::fare(connection, &endpoint)?;
    Ok(endpoint)
}

fn find(
    connection: &mut Connection,
    endpoint: WebhookEndpointId,
    event: WebhookEventId,
) -> Result<Delivery, StoreError> {
    let row: Option<Row> = delivery::table
        .find((event.to_string(), endpoint.to_string()))
        .select(Row::as_select())
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database("reading a delivery", cause))?;
    row.ok_or_else(|| StoreError::missing(WHAT, event))?.try_into()
}

impl Store {
    /// Claims what is due now. What nobody claims is only looked at.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_claim(&self, claim: &Claim<'_>) -> Result<Vec<Claimed>, StoreError> {
        if self.read_together(CLAIMING, |connection| due(connection, claim))?.is_empty() {
            return Ok(Vec::new());
        }
        self.write(CLAIMING, |connection| {
            let mut under_way = claim.under_way.clone();
            let mut claimed = Vec::new();
            for row in due(connection, claim)? {
                let read = Reading { what: WHAT, id: &row.event_id };
                let to: WebhookEndpointId = read.parse("endpoint_id", &row.endpoint_id)?;
                let endpoint = match webhooks::within(connection, to) {
                    // Taken away since we looked.
                    Err(StoreError::Missing { .. }) => continue,
                    endpoint => endpoint?,
                };
                let each = if endpoint.failures > 0 { 1 } else { claim.each };
                let count = under_way.entry(to).or_default();
                if claimed.len() < claim.count && *count < each {
                    *count += 1;
                    claimed.extend(take(connection, claim, row, endpoint)?);
                }
            }
            Ok(claimed)
        })
    }

    /// Keeps what came of an attempt, and what it says of the endpoint. An attempt whose lease has
    /// run out counts for nothing: somebody else is at it.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_tried(&self, tried: &Tried<'_>) -> Result<(), StoreError> {
        self.write(KEEPING, |connection| {
            let endpoint = match webhooks::held(connection, tried.claimed.endpoint.id) {
                // It was taken away while the attempt was under way, and with it what it was owed.
                Err(StoreError::Missing { .. }) => return Ok(()),
                endpoint => endpoint?,
            };
            if settle(connection, tried)? { learn(connection, &endpoint, tried) } else { Ok(()) }
        })
    }

    /// Owes an event to one endpoint alone, whatever it asked for.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when the endpoint was taken away.
    pub fn delivery_test(
        &self,
        endpoint: WebhookEndpointId,
        owed: &OwedEvent,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let witness = Witness::new("webhook_event", owed.id);
        self.write_witnessed("testing an endpoint", &witness, |connection| {
            try_now(connection, endpoint)?;
            owe_to(connection, owed, &[endpoint])?;
            requests::answer(connection, answer)
        })
    }

    /// Begins a delivery anew, as if it was owed now; the event keeps its id.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; [`StoreError::Conflict`] while the endpoint is disabled.
    pub fn delivery_replay(
        &self,
        endpoint: WebhookEndpointId,
        event: WebhookEventId,
        at: OffsetDateTime,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        const OPERATION: &str = "replaying a delivery";
        self.write(OPERATION, |connection| {
            if try_now(connection, endpoint)?.state != EndpointState::Enabled {
                return Err(StoreError::conflict("webhook endpoint", endpoint));
            }
            find(connection, endpoint, event)?;
            let one = delivery::table.find((event.to_string(), endpoint.to_string()));
            let anew = (
                delivery::state.eq(DeliveryState::Pending.as_str()),
                delivery::attempts.eq(0),
                delivery::begun_at.eq(micros(at)),
                delivery::due_at.eq(micros(at)),
                delivery::lease_until.eq(0),
            );
            let begun = diesel::update(one).set(anew).execute(connection);
            begun.map_err(|cause| StoreError::database(OPERATION, cause))?;
            requests::answer(connection, answer)
        })
    }

    /// One delivery.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn delivery_read(
        &self,
        endpoint: WebhookEndpointId,
        event: WebhookEventId,
    ) -> Result<Delivery, StoreError> {
        self.read("reading a delivery", |connection| find(connection, endpoint, event))
    }

    /// One page of the deliveries of an endpoint, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_list(
        &self,
        of: WebhookEndpointId,
        page: &PageRequest,
    ) -> Result<Page<Delivery>, StoreError> {
        const OPERATION: &str = "listing deliveries";
        // The first page is that after a place behind the last instant.
        let after = page.after.clone();
        let Cursor { created_at, id } =
            after.unwrap_or(Cursor { created_at: i64::MAX, id: String::new() });
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            let same_instant =
                delivery::created_at.eq(created_at).and(delivery::event_id.lt(id.as_str()));
            delivery::table
                .filter(delivery::endpoint_id.eq(of.to_string()))
                .filter(delivery::created_at.lt(created_at).or(same_instant))
                .order((delivery::created_at.desc(), delivery::event_id.desc()))
                .limit(page.rows())
                .select(Row::as_select())
                .load(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        page.page(rows, Row::place, Delivery::try_from)
    }
}

#[cfg(test)]
mod tests;
