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

mod access;
mod access_tokens;
mod alerts;
mod api_keys;
mod approver_keys;
mod assistance;
mod attempts;
mod audit;
mod backend;
mod bundles;
mod catalogue;
mod changes;
mod citizen_sessions;
mod clients;
mod connection;
mod ending;
mod error;
mod exemptions;
mod fsck;
mod gather;
mod holders;
mod ingest;
mod issuance_counts;
mod issuing;
mod key_uses;
mod ledger;
mod library;
mod license_types;
mod licenses;
mod limits;
mod location;
mod locks;
mod log;
mod manifests;
mod migrate;
mod notices;
mod orders;
mod organizations;
mod outbox;
mod paging;
#[cfg(feature = "postgres")]
mod pooled;
#[cfg(feature = "postgres")]
mod postgres;
mod quality;
mod read;
mod reliance;
mod renditions;
mod requests;
mod schema;
mod sealed;
mod seals;
mod service_items;
mod sessions;
mod shown;
mod signing;
mod signing_keys;
mod sqlite;
mod staff;
mod staff_certificates;
mod status_entries;
mod targets;
mod trail;
mod undertakings;
mod verifications;
mod waiting;
mod webhooks;
mod writer;

pub use access::AccessQuery;
pub use access_tokens::SaidOnce;
pub use alerts::Watched;
pub use assistance::{AssistanceFilter, AssistanceSide, EndedAssistance, NewAssistance};
pub use audit::AuditQuery;
pub use bundles::NewCopy;
pub use catalogue::{TypeDraft, TypeStand, TypeUse, Withdrawal};
pub use changes::{ChangeFilter, Changes, LoggedChange};
pub use connection::{Durability, Store};
pub use ending::{ExpiryNotice, ExpiryTold};
pub use error::StoreError;
pub use fsck::{Owed, Rule};
pub use ingest::{BatchFilter, ClaimedBatch, RowOf};
pub use issuing::{Abandoned, Begin, Begun, Commit, Ended};
pub use key_uses::Now;
pub use ledger::{LedgerEntry, LedgerFilter};
pub use license_types::StoredLicenseType;
pub use licenses::{LicenseFilter, Moved};
pub use location::{BadLocation, Location, ServerUrl};
pub use log::StoredCheckpoint;
pub use manifests::{Approved, Refusal};
pub use notices::NoticeFilter;
pub use outbox::{Claim, Claimed, Tried};
pub use paging::{BadCursor, Cursor, PAGE_ITEMS_MAX, Page, PageRequest};
pub use quality::{Examined, FindingFilter};
pub use reliance::{Reliance, RelianceTold};
pub use requests::{Answer, NewRequest, Response};
pub use seals::SealStep;
pub use service_items::{ItemFilter, ItemHead, StoredItem};
pub use shown::Shown;
pub use targets::{Declared, DeclaredDays, Examination, TargetDay};
pub use trail::Followed;
pub use undertakings::{UndertakingFilter, UndertakingReminder};
pub use verifications::StoredVerification;
pub use waiting::{ClaimedRequest, Unsealable, Wait};

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
