//! Judging a file: facts from `formats`, a policy, a moment, and out comes a report.
//!
//! ETSI EN 319 102-1 gives the three outcomes and the order; GB/T 38540 and GM/T 0031 give the
//! steps for seals. What is not known is never taken for good: no anchor, no proof of time, an
//! unsupported algorithm leave the answer open. Nothing of a file is ever an anchor.

mod case;
pub mod checks;
mod judge;
mod material;
mod policy;
mod proof;
mod report;
mod revocation;
mod signer;
mod trust;

pub use checks::{CHECKS, CODES, Check, Code, codes_markdown};
pub use judge::{StampDoubt, judge, judge_stamp};
pub use policy::{Anchor, Logged, Mandate, Policy, Purpose, Revocation, Stated, TrustSource};
pub use report::{
    CertificateReport, CheckReport, CheckResult, Finding, Form, Link, Outcome, Report, SealReport,
    SignatureReport,
};
pub use signer::{SignerRefused, judge_signer};

#[cfg(test)]
mod tests;
