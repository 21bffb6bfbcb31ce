//! Who looked at what is personal, what an auditor is told of it, and how the service is.

mod access;
mod alerts;
mod effects;
mod export;
mod health;
mod health_words;
mod looks;

pub use access::AccessAsked;
pub(crate) use alerts::OpenAlerts;
pub use export::{AccessFormat, ExportFault, Exported, verify_export};
pub use health::Queues;
