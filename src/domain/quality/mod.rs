//! The quality of what the register holds: what rules find in a license, and what becomes of it.
//!
//! What nobody can tell is not counted as good.

mod examine;
mod finding;
mod score;

pub use examine::{Examination, Fault, LATE_AFTER_DAYS, examine};
pub use finding::{FindingState, QualityFinding, QualityRule, Step};
pub use score::{Score, Week, week_of, week_starts};
