//! The answer of a check of everything that is kept.

use serde::Serialize;

/// Whether everything that was promised is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FsckView {
    /// No invariant has a fault.
    pub sound: bool,
    /// Invariant by invariant.
    pub invariants: Vec<InvariantView>,
}

/// One promise, and what breaks it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InvariantView {
    /// Such as `files`.
    pub name: &'static str,
    /// How much was looked at.
    pub looked_at: u64,
    /// How many faults there are.
    pub fault_count: u64,
    /// The first of them, by id.
    pub faults: Vec<String>,
    /// What is no fault yet: the running service will see to it.
    pub remarks: Vec<String>,
}
