//! Sealing orders.

use diesel::prelude::*;
use domain::id::{LicenseId, OrderId};
use domain::sealing::{OrderState, Placement, SealingOrder};
use domain::time::micros;

use crate::backend::Dialect;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::locks;
use crate::read::Reading;
use crate::schema::sealing_order;

const WHAT: &str = "sealing order";
const READING: &str = "reading a sealing order";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sealing_order)]
struct Row {
    id: String,
    license_id: Option<String>,
    seal_id: String,
    document: String,
    form: String,
    placements: String,
    requested_by: String,
    approved_by: String,
    approved_at: i64,
    state: String,
    request_id: Option<String>,
}

impl From<&SealingOrder> for Row {
    fn from(order: &SealingOrder) -> Self {
        Self {
            id: order.id.to_string(),
            license_id: order.license.map(|id| id.to_string()),
            seal_id: order.seal.to_string(),
            document: order.document.to_string(),
            form: order.form.to_string(),
            placements: Placement::list_text(&order.placements),
            requested_by: order.requested_by.to_string(),
            approved_by: order.approved_by.to_string(),
            approved_at: micros(order.approved_at),
            state: order.state.to_string(),
            request_id: order.request.map(|id| id.to_string()),
        }
    }
}

impl TryFrom<Row> for SealingOrder {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let placements = Placement::list_from_text(&row.placements)
            .map_err(|reason| StoreError::corrupt(WHAT, &row.id, reason))?;
        Ok(Self {
            id: read.own_id()?,
            license: read.maybe("license_id", row.license_id.as_deref())?,
            seal: read.parse("seal_id", &row.seal_id)?,
            document: read.parse("document", &row.document)?,
            form: read.parse("form", &row.form)?,
            placements,
            request: read.maybe("request_id", row.request_id.as_deref())?,
            requested_by: read.parse("requested_by", &row.requested_by)?,
            approved_by: read.parse("approved_by", &row.approved_by)?,
            approved_at: read.instant("approved_at", row.approved_at)?,
            state: read.parse("state", &row.state)?,
        })
    }
}

pub(crate) fn insert(connection: &mut Connection, new: &SealingOrder) -> Result<(), StoreError> {
    let inserted =
        diesel::insert_into(sealing_order::table).values(Row::from(new)).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
}

pub(crate) fn within(connection: &mut Connection, id: OrderId) -> Result<SealingOrder, StoreError> {
    let by_id = sealing_order::table.find(id.to_string()).select(Row::as_select());
    let row: Option<Row> = by_id
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database(READING, cause))?;
    row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
}

/// The order, which nobody else changes until the transaction ends.
pub(crate) fn held(connection: &mut Connection, id: OrderId) -> Result<SealingOrder, StoreError> {
    locks::hold_to_change(connection, "sealing_order", &id.to_string())?;
    within(connection, id)
}

/// Passes an order on.
///
/// # Errors
/// [`StoreError::Conflict`] when it is not in a state from which it may pass to this one.
pub(crate) fn advance(
    connection: &mut Connection,
    id: OrderId,
    to: OrderState,
) -> Result<SealingOrder, StoreError> {
    let order = held(connection, id)?;
    pass(connection, order, to)
}

/// The same of an order that this transaction holds.
pub(crate) fn pass(
    connection: &mut Connection,
    mut order: SealingOrder,
    to: OrderState,
) -> Result<SealingOrder, StoreError> {
    let id = order.id;
    let conflict = || StoreError::conflict(WHAT, id);
    let next = order.state.advance(to).map_err(|_| conflict())?;
    let same = sealing_order::table
        .find(id.to_string())
        .filter(sealing_order::state.eq(order.state.as_str()));
    let rows = diesel::update(same)
        .set(sealing_order::state.eq(next.as_str()))
        .execute(connection)
        .map_err(|cause| StoreError::database("passing a sealing order on", cause))?;
    if rows != 1 {
        return Err(conflict());
    }
    order.state = next;
    Ok(order)
}

/// The orders of a query, in its order.
pub(crate) fn of(
    connection: &mut Connection,
    query: sealing_order::BoxedQuery<'_, Dialect>,
) -> Result<Vec<SealingOrder>, StoreError> {
    let rows: Result<Vec<Row>, _> = query.select(Row::as_select()).load(connection);
    let rows = rows.map_err(|cause| StoreError::database(READING, cause))?;
    rows.into_iter().map(SealingOrder::try_from).collect()
}

impl Store {
    /// The order with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn order_read(&self, id: OrderId) -> Result<SealingOrder, StoreError> {
        self.read(READING, |connection| within(connection, id))
    }

    /// The orders for a license, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn order_list(&self, of: LicenseId) -> Result<Vec<SealingOrder>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let own = sealing_order::table.filter(sealing_order::license_id.eq(of.to_string()));
            let sorted = own.order((sealing_order::approved_at, sealing_order::id));
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(SealingOrder::try_from).collect()
    }
}
