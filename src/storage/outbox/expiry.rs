//! What the outbox gives up and forgets, a little at a time.

use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::time::micros;
use domain::webhook::{DeliveryState, EndpointState, GIVEN_UP_AFTER, Trouble};
use time::{Duration, OffsetDateTime};

use crate::connection::{AT_ONCE, Store};
use crate::error::StoreError;
use crate::schema::{
    webhook_delivery as delivery, webhook_endpoint as endpoint, webhook_event as event,
};

/// A delivery that waits behind others of an endpoint that does not answer is given this much
/// longer than one that is tried.
const OVERDUE_AFTER: Duration = GIVEN_UP_AFTER.saturating_add(Duration::HOUR);
const EXPIRING: &str = "expiring deliveries";

impl Store {
    /// Gives up what has waited too long behind an endpoint that does not answer.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_overdue(&self, at: OffsetDateTime) -> Result<usize, StoreError> {
        self.write_in_steps("giving deliveries up", |connection| {
            let silent = endpoint::table.filter(endpoint::failures.gt(0)).select(endpoint::id);
            let overdue = delivery::state
                .eq(DeliveryState::Pending.as_str())
                .and(delivery::begun_at.lt(micros(at - OVERDUE_AFTER)))
                .and(delivery::endpoint_id.eq_any(silent));
            let some = delivery::table.filter(overdue).limit(AT_ONCE).select(delivery::event_id);
            let some: Vec<String> = some.load(connection)?;
            let some = delivery::table.filter(delivery::event_id.eq_any(some)).filter(overdue);
            let dead = (
                delivery::state.eq(DeliveryState::Dead.as_str()),
                delivery::trouble.eq(Trouble::Overdue.as_str()),
            );
            diesel::update(some).set(dead).execute(connection)
        })
    }

    /// How many deliveries were owed before this instant and still are.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_late(&self, before: OffsetDateTime) -> Result<u64, StoreError> {
        const OPERATION: &str = "counting late deliveries";
        let count: i64 = self.read(OPERATION, |connection| {
            let late = delivery::state
                .eq(DeliveryState::Pending.as_str())
                .and(delivery::begun_at.lt(micros(before)));
            let count = delivery::table.filter(late).count().get_result(connection);
            count.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Forgets deliveries that ended and were owed before this instant, events that are owed to
    /// nobody any more, and endpoints that were taken away; how many deliveries ended so.
    ///
    /// # Errors
    /// The database's.
    pub fn delivery_expire(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        let old = micros(before);
        self.forget_deliveries_of_gone()?;
        let count = self.write_in_steps(EXPIRING, |connection| {
            let ended = delivery::state
                .ne(DeliveryState::Pending.as_str())
                .and(delivery::created_at.lt(old));
            let some = delivery::table.filter(ended).limit(AT_ONCE).select(delivery::event_id);
            let some: Vec<String> = some.load(connection)?;
            let some = delivery::table.filter(delivery::event_id.eq_any(some)).filter(ended);
            diesel::delete(some).execute(connection)
        })?;
        self.forget_events(old)?;
        self.forget_endpoints(old)?;
        Ok(count)
    }

    fn forget_deliveries_of_gone(&self) -> Result<usize, StoreError> {
        self.write_in_steps(EXPIRING, |connection| {
            let gone = endpoint::state.eq(EndpointState::Deleted.as_str());
            let gone = endpoint::table.filter(gone).select(endpoint::id);
            let theirs = delivery::endpoint_id.eq_any(gone);
            let some = delivery::table.filter(theirs).limit(AT_ONCE).select(delivery::event_id);
            let some: Vec<String> = some.load(connection)?;
            let some = delivery::table.filter(delivery::event_id.eq_any(some)).filter(theirs);
            diesel::delete(some).execute(connection)
        })
    }

    fn forget_events(&self, old: i64) -> Result<usize, StoreError> {
        self.write_in_steps(EXPIRING, |connection| {
            let owed = delivery::table.filter(delivery::event_id.eq(event::id));
            let nobodys = event::table
                .filter(event::created_at.lt(old))
                .filter(not(exists(owed)))
                .limit(AT_ONCE)
                .select(event::id)
                .load::<String>(connection)?;
            diesel::delete(event::table.filter(event::id.eq_any(nobodys))).execute(connection)
        })
    }

    fn forget_endpoints(&self, old: i64) -> Result<usize, StoreError> {
        self.write_in_steps(EXPIRING, |connection| {
            let owed = delivery::table.filter(delivery::endpoint_id.eq(endpoint::id));
            let unused = endpoint::table
                .filter(endpoint::state.eq(EndpointState::Deleted.as_str()))
                .filter(endpoint::created_at.lt(old))
                .filter(not(exists(owed)))
                .limit(AT_ONCE)
                .select(endpoint::id)
                .load::<String>(connection)?;
            diesel::delete(endpoint::table.filter(endpoint::id.eq_any(unused))).execute(connection)
        })
    }
}
