//! Use cases: the only place where rules, formats, storage and the outside meet.
//!
//! [`App`] is the running service: a store, key custody, files, fonts, policy and clock, nothing
//! global. What people and programs see of an answer is in [`view`].

pub mod backup;
pub mod demo;
pub mod doctor;
pub mod examiner;
pub mod inspect;
pub mod log;
pub mod offline;
pub mod pki;
pub mod receipt;
pub mod trust;
pub mod view;

mod access;
mod asking;
mod believed;
mod catalogue;
mod clockwork;
mod error;
mod fsck;
mod issue;
mod keys;
mod language;
mod lately;
mod licenses;
mod nonces;
mod once;
mod open;
mod people;
mod place;
mod production;
mod request;
mod seal_document;
mod sealing;
mod seals;
mod service_key;
mod settings;
mod tend;
mod timing;
mod verify;
mod webhooks;

pub use domain::access::{BadSessionToken, Caller, Role, Roles, SessionStage, SessionToken};
pub use domain::sealing::Level;
pub use error::{AppError, FieldProblem};
pub use fsck::FsckRequest;
pub use gateway::custody::{CustodySettings, Place as KeyPlace, SdfSettings, TokenSettings};
pub use gateway::files::{BadFilePlace, FilePlace};
pub use gateway::random::SystemRandom;
pub use language::Language;
pub(crate) use licenses::parsed;
pub use nonces::{NonceReport, NonceReuse};
pub use once::Once;
pub use open::App;
pub use people::{
    AccountRequest, Invited, OrganizationRequest, Person, SetupOffer, Started, TrailQuery,
};
pub use request::{
    Document, IdempotencyKey, IssueRequest, LicenseQuery, NotReady, Page, Place, Readiness,
    SealForm, SealRequest, VerifyInput,
};
pub use settings::{Settings, TimeStamps, WebhookSettings};
pub use storage::{BadLocation, Location};
pub use tend::Tended;
pub use verify::Keeping;
pub use webhooks::{Deliveries, EndpointRequest};

#[cfg(test)]
#[allow(unreachable_pub, dead_code, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/pdf.rs"]
mod pdf;
#[cfg(test)]
#[allow(unreachable_pub, reason = "one file serves the tests of every crate")]
#[path = "../../tests/support/shared.rs"]
mod shared;
#[cfg(test)]
mod tests;
