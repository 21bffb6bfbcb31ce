//! Verifying without server, network or register: the same engine, with configured trust.

use crate::view::{VerificationView, report};
use time::OffsetDateTime;

pub use crate::trust::{Trust, TrustPlace};

/// Verifies the bytes of a file at a moment.
#[must_use]
pub fn verify(bytes: &[u8], trust: &Trust, at: OffsetDateTime) -> VerificationView {
    let report = trust.judge(bytes, at);
    let revocation_data = trust.revocation_data(at);
    VerificationView { revocation_data, ..report::verification(&report) }
}
