//! Approved orders in the hands of those who seal them: claimed by a lease, ended once.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::id::{OrderId, SealingRequestId};
use domain::sealing::{
    KeyUse, KeyUseState, OrderState, RequestState, SealingOrder, SealingRequest,
};
use domain::time::micros;
use domain::webhook::OwedEvent;
use time::{Duration, OffsetDateTime};

use super::{READING, Row, WHAT, failed};
use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::issuing::Abandoned;
use crate::key_uses::{self, Now};
use crate::read::Reading;
use crate::schema::{sealing_order, sealing_request};
use crate::{audit, licenses, locks, orders, outbox};

const CLAIMING: &str = "claiming orders to seal";

/// An approved order in the hands of whoever seals it, until its lease ends.
#[derive(Clone, Debug)]
pub struct ClaimedRequest {
    /// The order.
    pub request: SealingRequest,
    /// How often it was tried before.
    pub attempts: u32,
    lease: i64,
}

/// An approved order that can never be sealed.
#[derive(Clone, Copy, Debug)]
pub struct Unsealable<'a> {
    /// The order.
    pub claimed: &'a ClaimedRequest,
    /// Why, as a code.
    pub trouble: &'a str,
    /// The license, given up.
    pub abandoned: Abandoned<'a>,
    /// What subscribers are told.
    pub owed: &'a OwedEvent,
}

/// Holds a claimed order, if the claim still stands.
fn mine(connection: &mut Connection, claimed: &ClaimedRequest) -> Result<(), StoreError> {
    let id = claimed.request.id;
    locks::hold_to_change(connection, "sealing_request", &id.to_string())?;
    let same = sealing_request::table
        .find(id.to_string())
        .filter(sealing_request::state.eq(RequestState::Sealing.as_str()))
        .filter(sealing_request::due_at.eq(claimed.lease))
        .select(sealing_request::id);
    let found: Option<String> = same.get_result(connection).optional().map_err(failed(READING))?;
    found.map(drop).ok_or_else(|| StoreError::conflict(WHAT, id))
}

fn pass(
    connection: &mut Connection,
    id: SealingRequestId,
    state: RequestState,
    trouble: Option<&str>,
) -> Result<(), StoreError> {
    diesel::update(sealing_request::table.find(id.to_string()))
        .set((sealing_request::state.eq(state.as_str()), sealing_request::trouble.eq(trouble)))
        .execute(connection)
        .map(drop)
        .map_err(failed("passing an order on"))
}

/// The license of a claimed order is in force.
pub(crate) fn sealed(
    connection: &mut Connection,
    claimed: &ClaimedRequest,
) -> Result<(), StoreError> {
    mine(connection, claimed)?;
    pass(connection, claimed.request.id, RequestState::Sealed, None)
}

/// Gives up an attempt; what was signed stays in the ledger as failed.
fn give_up(
    connection: &mut Connection,
    order: OrderId,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    orders::advance(connection, order, OrderState::Failed)?;
    key_uses::end(connection, order, KeyUseState::Failed, at).map(drop)
}

/// What whoever died has left of an attempt.
fn left(connection: &mut Connection, id: &str) -> Result<Option<OrderId>, StoreError> {
    let left: Option<String> = sealing_order::table
        .filter(sealing_order::request_id.eq(id))
        .filter(sealing_order::state.ne(OrderState::Failed.as_str()))
        .select(sealing_order::id)
        .get_result(connection)
        .optional()
        .map_err(failed(CLAIMING))?;
    left.map(|id| Reading { what: "sealing order", id: &id }.own_id()).transpose()
}

fn due() -> diesel::expression::SqlLiteral<Bool> {
    // Word for word as in the index: with parameters, SQLite would not see that it fits.
    sql::<Bool>("state IN ('approved', 'sealing')")
}

fn claimed_row(
    connection: &mut Connection,
    id: &str,
    lease: i64,
) -> Result<ClaimedRequest, StoreError> {
    let by_id = sealing_request::table.find(id).select(Row::as_select());
    let row: Row = by_id.get_result(connection).map_err(failed(CLAIMING))?;
    let attempts = Reading { what: WHAT, id }.number("attempts", row.attempts)?;
    Ok(ClaimedRequest { request: row.try_into()?, attempts, lease })
}

impl Store {
    /// Takes approved orders to seal them, those first that are longest due; what whoever had them
    /// before left of an attempt is given up.
    ///
    /// # Errors
    /// The database's.
    pub fn sealing_claim(
        &self,
        at: OffsetDateTime,
        lease: Duration,
        count: usize,
    ) -> Result<Vec<ClaimedRequest>, StoreError> {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        let due_now = |connection: &mut Connection| {
            let due = sealing_request::table
                .filter(due())
                .filter(sealing_request::due_at.le(micros(at)))
                .order((sealing_request::due_at, sealing_request::id))
                .limit(count)
                .select(sealing_request::id);
            due.load::<String>(connection).map_err(failed(CLAIMING))
        };
        // Most often there is none, and whoever writes holds up others.
        if self.read(CLAIMING, due_now)?.is_empty() {
            return Ok(Vec::new());
        }
        let until = micros(at + lease);
        self.write(CLAIMING, |connection| {
            let mut claimed = Vec::new();
            for id in due_now(connection)? {
                let still = sealing_request::table
                    .find(id.as_str())
                    .filter(due())
                    .filter(sealing_request::due_at.le(micros(at)));
                let taken = diesel::update(still)
                    .set((
                        sealing_request::state.eq(RequestState::Sealing.as_str()),
                        sealing_request::due_at.eq(until),
                        sealing_request::attempts.eq(sealing_request::attempts + 1),
                    ))
                    .execute(connection)
                    .map_err(failed(CLAIMING))?;
                if taken == 1 {
                    if let Some(order) = left(connection, &id)? {
                        give_up(connection, order, at)?;
                    }
                    claimed.push(claimed_row(connection, &id, until)?);
                }
            }
            Ok(claimed)
        })
    }

    /// Ends every claim: whoever had them is dead.
    ///
    /// # Errors
    /// The database's.
    pub fn sealing_release(&self, at: OffsetDateTime) -> Result<usize, StoreError> {
        self.write(CLAIMING, |connection| {
            let claimed = sealing_request::table
                .filter(due())
                .filter(sealing_request::state.eq(RequestState::Sealing.as_str()));
            diesel::update(claimed)
                .set(sealing_request::due_at.eq(micros(at)))
                .execute(connection)
                .map_err(failed(CLAIMING))
        })
    }

    /// Writes down the order of a claimed request and the first use of a key under it. After this
    /// returns, and not before, the key may sign.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the claim is over, or the order is for other bytes than those
    /// that were approved; and as [`Store::key_use_intend`].
    pub fn sealing_spend(
        &self,
        claimed: &ClaimedRequest,
        order: &SealingOrder,
        first: &KeyUse,
        now: Now<'_>,
    ) -> Result<(), StoreError> {
        let witness = Witness::new("sealing_order", order.id);
        self.write_witnessed("beginning to seal", &witness, |connection| {
            mine(connection, claimed)?;
            orders::insert(connection, order)?;
            key_uses::intend(connection, std::slice::from_ref(first), now)
        })
    }

    /// An attempt that came to nothing: the order is tried again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the claim is over.
    pub fn sealing_pause(
        &self,
        claimed: &ClaimedRequest,
        (trouble, due_at): (&str, OffsetDateTime),
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.write("pausing an order", |connection| {
            mine(connection, claimed)?;
            let id = claimed.request.id;
            if let Some(order) = left(connection, &id.to_string())? {
                give_up(connection, order, at)?;
            }
            pass(connection, id, RequestState::Approved, Some(trouble))?;
            diesel::update(sealing_request::table.find(id.to_string()))
                .set(sealing_request::due_at.eq(micros(due_at)))
                .execute(connection)
                .map(drop)
                .map_err(failed("pausing an order"))
        })
    }

    /// Gives up an order that was approved and can never be sealed; its license never was.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the claim is over.
    pub fn sealing_fail(&self, one: &Unsealable<'_>) -> Result<(), StoreError> {
        let (void, entry) = one.abandoned.void;
        let witness = Witness::new("status_entry", entry.id);
        self.write_witnessed("giving an order up", &witness, |connection| {
            mine(connection, one.claimed)?;
            licenses::change(connection, void, entry)?;
            let id = one.claimed.request.id;
            if let Some(order) = left(connection, &id.to_string())? {
                give_up(connection, order, one.abandoned.at)?;
            }
            pass(connection, id, RequestState::Failed, Some(one.trouble))?;
            outbox::owe(connection, one.owed)?;
            audit::append(connection, one.abandoned.events)
        })
    }
}
