//! Revocation of the certificates of a path, by the lists of the policy.

use super::case::Case;
use super::checks::Code;
use super::policy::Revocation;
use super::report::Finding;
use super::trust::PathFact;
use time::OffsetDateTime;

/// The state of every certificate of `path` but the anchor, which nobody can revoke.
///
/// `used` is when the certificate was used, by the user's own word. Revoked before that: it fails.
/// Revoked after that: only a proof of time would tell, and there is none, so it is open.
pub(super) fn judged(case: &Case<'_>, _path: &PathFact, _used: Option<OffsetDateTime>) -> Finding {
    match &case.policy.revocation {
        Revocation::NotConfigured => Finding::skipped(Code::RevocationNotConfigured),
    }
}
