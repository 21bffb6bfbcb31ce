//! Revocation of the certificates of a path, by the lists of the policy.

use super::case::Case;
use super::checks::Code;
use super::policy::Revocation;
use super::report::{CheckResult, Finding};
use formats::text;
use formats::x509::revocation::{self, Status, UnknownStatus};
use time::{Duration, OffsetDateTime};

/// The states of a path's certificates, judged together; the worst decides.
///
/// `used` is when the certificate was used, by the user's own word. Revoked before that: it fails.
/// Revoked after that: only a proof of time tells.
pub(super) fn judged(case: &Case<'_>, states: &[Status], used: Option<OffsetDateTime>) -> Finding {
    let age_max = match &case.policy.revocation {
        Revocation::NotConfigured => return Finding::skipped(Code::RevocationNotConfigured),
        Revocation::Lists { age_max, .. } => *age_max,
    };
    let findings: Vec<Finding> =
        states.iter().map(|state| one(state, used, age_max, case)).collect();
    let worst = |result| findings.iter().find(|finding| finding.result == result).cloned();
    worst(CheckResult::Fail)
        .or_else(|| worst(CheckResult::Unknown))
        .or_else(|| findings.first().cloned())
        // A path of an anchor alone has nothing that lists could speak of.
        .unwrap_or_else(Finding::not_applicable)
}

fn one(
    state: &Status,
    used: Option<OffsetDateTime>,
    age_max: Option<Duration>,
    case: &Case<'_>,
) -> Finding {
    let stale = |issued: OffsetDateTime| age_max.is_some_and(|max| issued + max < case.at);
    match state {
        Status::Revoked(found) => revoked(found, used, case.proven),
        Status::Good { this_update, .. } if stale(*this_update) => Finding::unknown(Code::CrlStale)
            .detail(format!("of {}", text::moment_utc(*this_update))),
        Status::Good { this_update, .. } => {
            Finding::pass().detail(format!("not in the list of {}", text::moment_utc(*this_update)))
        }
        Status::Unknown(reason) => {
            let code = match reason {
                UnknownStatus::NoList | UnknownStatus::OutOfScope => Code::CrlMissing,
                UnknownStatus::NotCurrent { .. } => Code::CrlStale,
                _ => Code::CrlInvalid,
            };
            Finding::unknown(code).detail(reason)
        }
    }
}

fn revoked(
    found: &revocation::Revocation,
    used: Option<OffsetDateTime>,
    proven: Option<OffsetDateTime>,
) -> Finding {
    // A key that was unsafe before it was revoked was unsafe from then on.
    let since = found.invalid_since.map_or(found.at, |invalid| invalid.min(found.at));
    let finding = match (used, proven) {
        (_, Some(proven)) if proven < since => Finding::pass_with(Code::CertificateRevokedLater),
        (Some(used), _) if used >= since => Finding::fail(Code::CertificateRevoked),
        // Revoked between its use, as claimed, and the first proof of it.
        _ => Finding::unknown(Code::SigningTimeNotProven),
    };
    let reason = found.reason.map_or("no reason given", |reason| reason.name());
    finding.detail(format!("revoked {} ({reason})", text::moment_utc(since)))
}
