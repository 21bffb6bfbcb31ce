//! What happened, who did it, to what; each event bound to the one before.

mod chain;
mod event;

pub use chain::{Broken, Head, verify};
pub use event::{Actor, AuditEvent, BadActor, BadDetail, Entry, Subject};
