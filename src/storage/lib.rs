//! The register: what was issued, sealed, signed and done, on stable storage before it is answered.
//!
//! [`Store`] is concrete: a file of SQLite behind one writer and a pool of readers, or, with the
//! feature `postgres`, a PostgreSQL server that many processes share. A method is named
//! `<aggregate>_<verb>` and lives in the file of its aggregate; rows never leave their file. A
//! method that writes returns after its transaction is on stable storage.
//!
//! Queries use only what both databases can do (single-row inserts, texts, integers and bytes; ids
//! and instants made by the program) and are written once. What differs lies in `sqlite.rs`,
//! `postgres.rs` and the two folders of migrations: how to open, and how to keep others out
//! (`locks.rs`). One row by what it alone has is asked for without a LIMIT (`get_result`, not `first`):
//! a LIMIT is a parameter, and SQLite prepares a statement anew whenever that is bound.

mod api_keys;
mod audit;
mod backend;
mod connection;
mod error;
mod fsck;
mod issuing;
mod key_uses;
mod license_types;
mod licenses;
mod location;
mod locks;
mod log;
mod migrate;
mod orders;
mod organizations;
mod outbox;
mod paging;
#[cfg(feature = "postgres")]
mod pooled;
#[cfg(feature = "postgres")]
mod postgres;
mod read;
mod renditions;
mod requests;
mod schema;
mod seals;
mod sessions;
mod shown;
mod signing_keys;
mod sqlite;
mod staff;
mod status_entries;
mod verifications;
mod webhooks;
mod writer;

pub use audit::AuditQuery;
pub use connection::{Durability, Store};
pub use error::StoreError;
pub use fsck::{Owed, Rule};
pub use issuing::{Abandoned, Begin, Begun, Commit, Ended};
pub use license_types::StoredLicenseType;
pub use licenses::LicenseFilter;
pub use location::{BadLocation, Location, ServerUrl};
pub use log::StoredCheckpoint;
pub use outbox::{Claim, Claimed, Tried};
pub use paging::{BadCursor, Cursor, PAGE_ITEMS_MAX, Page, PageRequest};
pub use requests::{Answer, NewRequest, Response};
pub use shown::Shown;
pub use verifications::StoredVerification;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod plans;
#[cfg(all(test, feature = "postgres"))]
#[allow(unreachable_pub, dead_code, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/postgres.rs"]
mod server;
#[cfg(all(test, feature = "postgres"))]
#[allow(unreachable_pub, dead_code, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/shared.rs"]
mod shared;
#[cfg(test)]
mod tests;
