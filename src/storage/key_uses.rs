//! The ledger of key uses.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::id::{KeyId, KeyUseId, OrderId};
use domain::seal::{ApprovalRule, NotApplicable};
use domain::sealing::{Cause, KeyUse, KeyUseState, OrderState};
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::key_use;
use crate::{limits, orders, seals, waiting};

const WHAT: &str = "key use";
const WRITING: &str = "writing a key use down";
const LISTING: &str = "listing key uses";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = key_use)]
struct Row {
    id: String,
    key_id: String,
    to_be_signed: String,
    order_id: Option<String>,
    license_id: Option<String>,
    duty: Option<String>,
    state: String,
    attempt: i32,
    intended_at: i64,
    ended_at: Option<i64>,
}

impl TryFrom<&KeyUse> for Row {
    type Error = StoreError;

    fn try_from(one: &KeyUse) -> Result<Self, StoreError> {
        let (order, license, duty) = match &one.cause {
            Cause::Order { order, license } => (Some(order), license.as_ref(), None),
            Cause::Duty(duty) => (None, None, Some(duty)),
        };
        let id = one.id.to_string();
        Ok(Self {
            key_id: one.key.to_string(),
            to_be_signed: one.to_be_signed.to_string(),
            order_id: order.map(ToString::to_string),
            license_id: license.map(ToString::to_string),
            duty: duty.cloned(),
            state: one.state.to_string(),
            attempt: Reading { what: WHAT, id: &id }.number("attempt", one.attempt)?,
            intended_at: micros(one.intended_at),
            ended_at: one.ended_at.map(micros),
            id,
        })
    }
}

impl TryFrom<Row> for KeyUse {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let order = read.maybe("order_id", row.order_id.as_deref())?;
        let license = read.maybe("license_id", row.license_id.as_deref())?;
        let cause = match (order, row.duty) {
            (Some(order), None) => Cause::Order { order, license },
            (None, Some(duty)) => Cause::Duty(duty),
            _ => return Err(StoreError::corrupt(WHAT, &row.id, "neither order nor duty, or both")),
        };
        Ok(Self {
            id: read.own_id()?,
            key: read.parse("key_id", &row.key_id)?,
            to_be_signed: read.parse("to_be_signed", &row.to_be_signed)?,
            cause,
            state: read.parse("state", &row.state)?,
            attempt: read.number("attempt", row.attempt)?,
            intended_at: read.instant("intended_at", row.intended_at)?,
            ended_at: read.maybe_instant("ended_at", row.ended_at)?,
        })
    }
}

/// Reads the clock. The time of a use is taken where the use is written down: once the seal is held,
/// so that none is later than the commit of whoever suspends the seal.
pub type Now<'a> = &'a dyn Fn() -> OffsetDateTime;

/// Writes uses down under an order that is approved or being spent, while its seal may be used.
pub(crate) fn intend(
    connection: &mut Connection,
    uses: &[KeyUse],
    now: Now<'_>,
) -> Result<(), StoreError> {
    for one in uses {
        let intended_at = match &one.cause {
            Cause::Order { order, .. } => permit(connection, *order, one, now)?,
            Cause::Duty(_) => now(),
        };
        let row = Row::try_from(&KeyUse { intended_at, ..one.clone() })?;
        let inserted = diesel::insert_into(key_use::table).values(row).execute(connection);
        inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, one.id, cause))?;
    }
    Ok(())
}

/// The order stands, for the same license; the key is one of its seal; the seal may be used now.
/// Read in the transaction that spends, so that no suspension slips in between. The time of the use.
fn permit(
    connection: &mut Connection,
    id: OrderId,
    one: &KeyUse,
    now: Now<'_>,
) -> Result<OffsetDateTime, StoreError> {
    let mut order = orders::held(connection, id)?;
    if order.state == OrderState::Approved {
        order = orders::pass(connection, order, OrderState::Spending)?;
    }
    let license_named =
        matches!(&one.cause, Cause::Order { license, .. } if *license == order.license);
    let seal = seals::held(connection, order.seal)?;
    let of_seal = [seal.properties().sm2_key, seal.properties().pades_key];
    let own_key = of_seal.contains(&Some(one.key));
    if order.state != OrderState::Spending || !license_named || !own_key {
        return Err(StoreError::conflict("sealing order", id));
    }
    let license_type = match order.license {
        Some(license) => {
            Some(crate::licenses::within(connection, license)?.particulars().type_code)
        }
        None => None,
    };
    let refused = |reason| StoreError::SealNotApplicable { seal: order.seal.to_string(), reason };
    match order.request {
        Some(request) if !waiting::covers(connection, request, &order)? => {
            return Err(StoreError::conflict("sealing order", id));
        }
        None if seal.properties().approval == ApprovalRule::Person => {
            return Err(refused(NotApplicable::Unapproved));
        }
        _ => {}
    }
    let limited = limits::hold(connection, &seal)?;
    let at = now();
    seal.authorize(license_type.as_ref(), at).map_err(refused)?;
    if limited && !used(connection, id)? {
        limits::count(connection, &seal, at)?;
    }
    Ok(at)
}

/// Whether a key was used under the order before: an order counts once.
fn used(connection: &mut Connection, id: OrderId) -> Result<bool, StoreError> {
    let uses = key_use::table.filter(key_use::order_id.eq(id.to_string()));
    let found = diesel::select(diesel::dsl::exists(uses)).get_result(connection);
    found.map_err(|cause| StoreError::database(LISTING, cause))
}

/// The uses under each of some orders, oldest first.
pub(crate) fn of(
    connection: &mut Connection,
    orders: impl Iterator<Item = OrderId>,
) -> Result<BTreeMap<OrderId, Vec<KeyUse>>, StoreError> {
    let ids: Vec<String> = orders.map(|id| id.to_string()).collect();
    let rows: Vec<Row> = key_use::table
        .filter(key_use::order_id.eq_any(ids))
        .order((key_use::intended_at, key_use::id))
        .select(Row::as_select())
        .load(connection)
        .map_err(|cause| StoreError::database(LISTING, cause))?;
    let mut uses: BTreeMap<OrderId, Vec<KeyUse>> = BTreeMap::new();
    for row in rows {
        let one = KeyUse::try_from(row)?;
        if let Cause::Order { order, .. } = one.cause {
            uses.entry(order).or_default().push(one);
        }
    }
    Ok(uses)
}

/// Ends the open uses of an order.
pub(crate) fn end(
    connection: &mut Connection,
    order: OrderId,
    state: KeyUseState,
    at: OffsetDateTime,
) -> Result<usize, StoreError> {
    let open = key_use::table
        .filter(key_use::order_id.eq(order.to_string()))
        .filter(key_use::state.eq(KeyUseState::Intended.as_str()));
    diesel::update(open)
        .set((key_use::state.eq(state.as_str()), key_use::ended_at.eq(micros(at))))
        .execute(connection)
        .map_err(|cause| StoreError::database("ending key uses", cause))
}

impl Store {
    /// Writes key uses down. After this returns, and not before, the keys may sign.
    ///
    /// The first use under an order passes it from approved to spending. `now` says when, inside the
    /// transaction.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the order is spent, or the key is not one of its seal;
    /// [`StoreError::SealNotApplicable`] when the seal may not be used at that instant;
    /// [`StoreError::Exists`] when the same message is already written down for the order.
    pub fn key_use_intend(&self, uses: &[KeyUse], now: Now<'_>) -> Result<(), StoreError> {
        let Some(first) = uses.first() else { return Ok(()) };
        let witness = Witness::new("key_use", first.id);
        self.write_witnessed(WRITING, &witness, |connection| intend(connection, uses, now))
    }

    /// The same message is about to be signed again: its attempt, one more.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the use was ended.
    pub fn key_use_repeat(&self, id: KeyUseId) -> Result<KeyUse, StoreError> {
        self.write(WRITING, |connection| {
            let failed = |cause| StoreError::database(WRITING, cause);
            let by_id = key_use::table.find(id.to_string());
            let open = by_id.clone().filter(key_use::state.eq(KeyUseState::Intended.as_str()));
            let rows = diesel::update(open)
                .set(key_use::attempt.eq(key_use::attempt + 1))
                .execute(connection)
                .map_err(failed)?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, id));
            }
            let row: Row = by_id.select(Row::as_select()).get_result(connection).map_err(failed)?;
            row.try_into()
        })
    }

    /// Ends a use that stands under no order.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was ended before, or stands under an order.
    pub fn key_use_end(
        &self,
        id: KeyUseId,
        state: KeyUseState,
        at: OffsetDateTime,
    ) -> Result<(), StoreError> {
        self.write(WRITING, |connection| {
            let open = key_use::table
                .find(id.to_string())
                .filter(key_use::order_id.is_null())
                .filter(key_use::state.eq(KeyUseState::Intended.as_str()));
            let rows = diesel::update(open)
                .set((key_use::state.eq(state.as_str()), key_use::ended_at.eq(micros(at))))
                .execute(connection)
                .map_err(|cause| StoreError::database(WRITING, cause))?;
            if rows == 1 { Ok(()) } else { Err(StoreError::conflict(WHAT, id)) }
        })
    }

    /// The key uses under an order, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn key_use_list(&self, of: OrderId) -> Result<Vec<KeyUse>, StoreError> {
        let mut uses = self.read(LISTING, |connection| self::of(connection, [of].into_iter()))?;
        Ok(uses.remove(&of).unwrap_or_default())
    }

    /// The key uses that are neither done nor failed, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn key_use_open(&self) -> Result<Vec<KeyUse>, StoreError> {
        let rows: Vec<Row> = self.read(LISTING, |connection| {
            let open = key_use::table.filter(key_use::state.eq(KeyUseState::Intended.as_str()));
            let sorted = open.order((key_use::intended_at, key_use::id)).select(Row::as_select());
            sorted.load(connection).map_err(|cause| StoreError::database(LISTING, cause))
        })?;
        rows.into_iter().map(KeyUse::try_from).collect()
    }

    /// How many signatures a key was asked for, repeated attempts counted.
    ///
    /// # Errors
    /// The database's.
    pub fn key_use_count(&self, of: KeyId) -> Result<u64, StoreError> {
        let sum: Option<i64> = self.read("counting key uses", |connection| {
            key_use::table
                .filter(key_use::key_id.eq(of.to_string()))
                .select(diesel::dsl::sum(key_use::attempt))
                .get_result(connection)
                .map_err(|cause| StoreError::database("counting key uses", cause))
        })?;
        Ok(u64::try_from(sum.unwrap_or(0)).unwrap_or(0))
    }
}
