//! The register: what was issued, sealed, signed and done, on stable storage before it is answered.
//!
//! [`Store`] is concrete: SQLite behind one writer and a pool of readers. A method is named
//! `<aggregate>_<verb>` and lives in the file of its aggregate; rows never leave their file. A
//! method that writes returns after its transaction is on stable storage.
//!
//! Queries use only what every database of diesel can do (single-row inserts, texts, integers and
//! bytes; ids and instants made by the program), so that another database is a matter of
//! `connection.rs`, `migrate.rs` and its folder of migrations.

mod api_keys;
mod audit;
mod connection;
mod error;
mod issuing;
mod key_uses;
mod license_types;
mod licenses;
mod migrate;
mod orders;
mod organizations;
mod paging;
mod read;
mod renditions;
mod requests;
mod schema;
mod seals;
mod signing_keys;
mod status_entries;
mod verifications;
mod writer;

pub use connection::{Durability, Store};
pub use error::StoreError;
pub use issuing::{Abandoned, Begin, Begun, Commit, Ended};
pub use license_types::StoredLicenseType;
pub use licenses::LicenseFilter;
pub use paging::{BadCursor, Cursor, PAGE_ITEMS_MAX, Page, PageRequest};
pub use requests::{NewRequest, Response};
pub use verifications::StoredVerification;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;
