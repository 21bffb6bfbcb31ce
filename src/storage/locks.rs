//! What a transaction keeps others from changing under it.
//!
//! SQLite's one writer holds the whole database from its first statement; on a server each row
//! is held by name. Rows are held in one order (manifest, request and number, order, seal and its
//! count, license relied on, webhook endpoint before its deliveries, alerts, audit trail last), so that no two
//! transactions wait for each other.

use crate::connection::Connection;
use crate::error::StoreError;

/// A row that this transaction will change, or that must not change while others rest on it.
pub(crate) fn hold_to_change(
    connection: &mut Connection,
    table: &'static str,
    id: &str,
) -> Result<(), StoreError> {
    // No id ever changes: whoever only refers to the row need not wait.
    hold(connection, "NO KEY UPDATE", table, id)
}

/// A row on which this transaction rests: nobody changes it before the end.
pub(crate) fn hold_as_it_is(
    connection: &mut Connection,
    table: &'static str,
    id: &str,
) -> Result<(), StoreError> {
    hold(connection, "SHARE", table, id)
}

#[cfg_attr(not(feature = "postgres"), allow(unused_variables, clippy::unnecessary_wraps))]
fn hold(
    connection: &mut Connection,
    strength: &'static str,
    table: &'static str,
    id: &str,
) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => crate::postgres::hold(connection, strength, table, id)
            .map_err(|cause| StoreError::database("holding a row", cause)),
    }
}

/// Something that only grows at its end, which one transaction at a time may move.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Chain {
    /// The audit trail.
    Audit,
    /// The access log.
    Access,
    /// How far the logs were looked through for alerts.
    Alerts,
    /// The tree of the log.
    Log,
}

/// Holds the end of a chain until the transaction ends.
#[cfg_attr(not(feature = "postgres"), allow(unused_variables, clippy::unnecessary_wraps))]
pub(crate) fn hold_end(connection: &mut Connection, chain: Chain) -> Result<(), StoreError> {
    match connection {
        Connection::Sqlite(_) => Ok(()),
        #[cfg(feature = "postgres")]
        Connection::Postgres(connection) => crate::postgres::append_alone(connection, chain)
            .map_err(|cause| StoreError::database("holding the end of a chain", cause)),
    }
}
