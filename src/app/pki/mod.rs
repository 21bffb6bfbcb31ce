//! Test public-key infrastructures: the one of the demo, in custody, and the one of the tests, in
//! a folder. Both are made by the same plan; both say 样例 in every name.

mod folder;
mod plan;

pub use folder::{PkiSummary, make};
pub(crate) use plan::{Identity, Keys, Plan, Validity, sign_in_memory, subject};
