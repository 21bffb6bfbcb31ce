//! What happened, who did it, to what, and who looked at what is personal; each row bound to the
//! one before. What an auditor should look at is told by rules.

mod access;
mod alert;
mod chain;
mod event;

pub use access::{Access, AccessRow, Basis, Errand, Fields, NotSaid, Outcome};
pub use alert::{Alert, AlertState, Count, Counted, OfficeHours, Rule, Sign, Vigilance};
pub use chain::{Broken, Chained, Head, Link, verify};
pub use event::{Actor, AuditEvent, BadActor, BadDetail, Entry, Subject};
