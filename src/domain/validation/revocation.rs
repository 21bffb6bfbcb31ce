//! Revocation of the certificates of a path, by lists and answers.

use super::case::Case;
use super::checks::Code;
use super::report::{CheckResult, Finding};
use formats::text;
use formats::x509::crl::Reason;
use formats::x509::revocation::{Revocation, Source, Status, UnknownStatus};
use time::{Duration, OffsetDateTime};

/// When a certificate was used.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    /// By the word of its holder, or what its standard takes for that.
    pub(super) claimed: Option<OffsetDateTime>,
    /// Proven by a time stamp: not later than this.
    pub(super) proven: Option<OffsetDateTime>,
    /// Its standard lets what was made with it outlive an orderly revocation (GM/T 0031-2025, seal
    /// step d).
    pub(super) outlives: bool,
}

/// The states of a path's certificates, judged together; the worst decides. `used` is when the
/// path's certificate was used.
pub(super) fn judged(case: &Case<'_>, states: &[Status], used: Used) -> Finding {
    if states.is_empty() && !case.policy.revocation.is_asked() {
        return Finding::skipped(Code::RevocationNotConfigured);
    }
    let findings: Vec<Finding> = states.iter().map(|state| one(state, used, case)).collect();
    let worst = |result| findings.iter().find(|finding| finding.result == result).cloned();
    worst(CheckResult::Fail)
        .or_else(|| worst(CheckResult::Unknown))
        .or_else(|| worst(CheckResult::Skipped))
        .or_else(|| findings.first().cloned())
        // A path of an anchor alone has nothing that lists could speak of.
        .unwrap_or_else(Finding::not_applicable)
}

fn one(state: &Status, used: Used, case: &Case<'_>) -> Finding {
    let age_max: Option<Duration> = case.policy.revocation.age_max;
    let best = used.proven.unwrap_or(case.at);
    let stale = |issued: OffsetDateTime| age_max.is_some_and(|max| issued + max < best);
    match state {
        Status::Revoked(found) => revoked(found, used),
        Status::Good { this_update, .. } if stale(*this_update) => Finding::unknown(Code::CrlStale)
            .detail(format!("of {}", text::moment_utc(*this_update))),
        Status::Good { source, this_update, .. } => {
            let of = text::moment_utc(*this_update);
            Finding::pass().detail(match source {
                Source::List => format!("not in the list of {of}"),
                Source::Answer | Source::Statement => format!("good by the answer of {of}"),
            })
        }
        Status::Unknown(reason) if !case.policy.revocation.is_asked() => {
            Finding::skipped(Code::RevocationNotConfigured).detail(reason)
        }
        Status::Unknown(reason) => Finding::unknown(unknown(reason)).detail(reason),
    }
}

fn unknown(reason: &UnknownStatus) -> Code {
    match reason {
        UnknownStatus::NoList | UnknownStatus::OutOfScope => Code::CrlMissing,
        UnknownStatus::NotCurrent { .. } => Code::CrlStale,
        UnknownStatus::NotIssued => Code::CertificateNotKnown,
        _ => Code::CrlInvalid,
    }
}

/// Since when a certificate does not count. A key that was unsafe before it was revoked was unsafe
/// from then on.
pub(super) fn since(found: &Revocation) -> OffsetDateTime {
    found.invalid_since.map_or(found.at, |invalid| invalid.min(found.at))
}

fn revoked(found: &Revocation, used: Used) -> Finding {
    let since = since(found);
    let compromised = matches!(
        found.reason,
        None | Some(Reason::KeyCompromise | Reason::CaCompromise | Reason::AaCompromise)
    );
    let finding = match used.claimed {
        _ if used.proven.is_some_and(|proven| proven < since) => {
            Finding::pass_with(Code::CertificateRevokedLater)
        }
        // What is on hold may be taken back: neither yes nor no (ETSI EN 319 102-1, 5.2.6.4).
        _ if found.reason == Some(Reason::CertificateHold) => {
            Finding::unknown(Code::CertificateOnHold)
        }
        Some(claimed) if claimed >= since => Finding::fail(Code::CertificateRevoked),
        Some(_) if used.outlives && !compromised => {
            Finding::pass_with(Code::CertificateRevokedLater)
        }
        // Revoked between its use, as claimed, and the first proof of it.
        _ => Finding::unknown(Code::RevokedSinceUnproven),
    };
    let reason = found.reason.map_or("no reason given", |reason| reason.name());
    let by = match found.source {
        Source::Statement => " by the register",
        Source::List | Source::Answer => "",
    };
    finding.detail(format!("revoked{by} {} ({reason})", text::moment_utc(since)))
}
