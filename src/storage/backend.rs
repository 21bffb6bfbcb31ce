//! The connection of either database as one type, and its dialect.

#![allow(
    missing_docs,
    unreachable_pub,
    irrefutable_let_patterns,
    reason = "diesel's derive writes this, for one database or two"
)]

/// An open connection. The derive has no room for one that is called `Connection`.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    Sqlite(diesel::SqliteConnection),
    #[cfg(feature = "postgres")]
    Postgres(diesel::PgConnection),
}

/// The dialect, for queries put together at run time.
pub(crate) type Dialect = MultiBackend;
