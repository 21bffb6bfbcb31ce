//! Verifying without server or register: the same engine, with configured trust; and without
//! network, unless somebody asks for that.

use crate::AppError;
use crate::asking::{Judged, judged};
use crate::view::{VerificationView, report};
use gateway::fetch::{Reach, Responders};
use gateway::inquiry::Inquiries;
use time::OffsetDateTime;

pub use crate::asking::Asking;
pub use crate::trust::{Circumstances, Trust, TrustPlace};
pub use gateway::inquiry::SILENCES;

/// Whether an address is one at which a responder may be asked.
#[must_use]
pub fn is_responder(url: &str) -> bool {
    Responders::new([url], Reach::Any).is_ok()
}

/// Verifies the bytes of a file at a moment.
#[must_use]
pub fn verify(bytes: &[u8], trust: &Trust, at: OffsetDateTime) -> VerificationView {
    verify_under(bytes, trust, &Circumstances::at(at)).view
}

/// Verifies the bytes of a file by all that is known; what that leaves open of revocation is asked
/// of `inquiries`, if there are any.
///
/// # Errors
/// Our fault.
pub fn verify_asking(
    bytes: &[u8],
    trust: &Trust,
    known: Circumstances,
    inquiries: Option<&Inquiries>,
) -> Result<VerificationView, AppError> {
    let now = OffsetDateTime::now_utc();
    judged(inquiries, known, now, |known| Ok(verify_under(bytes, trust, known)))
}

pub(crate) fn verify_under(bytes: &[u8], trust: &Trust, known: &Circumstances) -> Judged {
    let trust = trust.under(known);
    let report = trust.judge(bytes, known.at);
    let revocation_data = trust.revocation_data(known.at);
    let view = VerificationView { revocation_data, ..report::verification(&report) };
    Judged::new(view, &report.revocation_unknown)
}
