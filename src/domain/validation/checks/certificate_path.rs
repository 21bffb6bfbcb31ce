//! The signer's certificate leads to an anchor that may vouch for such signers.

use super::super::policy::Policy;
use super::super::report::CheckResult;
use super::super::trust::{NoPath, PathFact, described};
use super::{Case, Check, Code, Finding, Moment};
use formats::examine::Payload;
use formats::proof::{CertificateFact, Undecidable};

pub(super) static CHECK: Check = Check {
    name: "certificate_path",
    zh: "签名人证书链",
    en: "Signer's certificate path",
    citation: "GB/T 38540-2020, verification step c; RFC 5280, 6; ETSI EN 319 102-1, 5.2.6",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let (then, now) = (case.trust.signer.as_ref(), case.trust.signer_now.as_ref());
    match (&case.signature.payload, case.signer_fact()) {
        (Payload::Certificate(_), _) => by_itself(path(case.policy, now)),
        (Payload::Ses(facts), _) => judged(case, &facts.signer, then),
        (_, Some(fact)) => either(case, fact, then, now),
        (Payload::Unreadable(_), None) => Finding::skipped(Code::CheckNotPossible),
        (_, None) => Finding::not_applicable(),
    }
}

/// A signed message is judged now, and only if that fails at the time it claims; that a path has
/// ended says nothing of the time when it signed, which nobody proves.
fn either(
    case: &Case<'_>,
    fact: &CertificateFact,
    then: Option<&PathFact>,
    now: Option<&PathFact>,
) -> Finding {
    let best = match (then, now) {
        (_, Some(Ok(_))) => now,
        // That nobody trusts the signer is worth more than that it is late.
        (Some(Ok(_) | Err(NoPath::Untrusted(_) | NoPath::NotEntitled(_))), _) => then,
        _ => now,
    };
    let finding = judged(case, fact, best);
    match finding.code {
        Some(Code::CertificateExpiredAtSigning | Code::CertificateNotYetValidAtSigning) => {
            let (result, code) = (CheckResult::Unknown, Some(Code::SigningTimeNotProven));
            Finding { result, code, ..finding }
        }
        _ => finding,
    }
}

/// A certificate that signed nothing here is judged now.
fn by_itself(finding: Finding) -> Finding {
    let code = match finding.code {
        Some(Code::CertificateExpiredAtSigning) => Some(Code::CertificateExpired),
        Some(Code::CertificateNotYetValidAtSigning) => Some(Code::CertificateNotYetValid),
        other => other,
    };
    Finding { code, ..finding }
}

/// A certificate and its path at the moment when it was used.
pub(super) fn judged(
    case: &Case<'_>,
    certificate: &CertificateFact,
    found: Option<&PathFact>,
) -> Finding {
    match certificate {
        Ok(_) => path(case.policy, found),
        Err(Undecidable::NoCertificate) => Finding::unknown(Code::SignerCertificateMissing),
        Err(reason) => Finding::unknown(Code::CertificateUnreadable).detail(reason),
    }
}

fn path(policy: &Policy, found: Option<&PathFact>) -> Finding {
    let reason = match found {
        Some(Ok(path)) => {
            return match policy.weak(path) {
                None => Finding::pass().detail(described(path)),
                Some(one) => Finding::unknown(Code::AlgorithmNotAllowed)
                    .detail(format!("the key of {}", one.subject())),
            };
        }
        Some(Err(reason)) => reason,
        None => return Finding::skipped(Code::CheckNotPossible),
    };
    match reason {
        NoPath::Untrusted(_) => Finding::unknown(Code::CertificateUntrusted),
        NoPath::NotEntitled(_) => Finding::unknown(Code::AnchorNotEntitled),
        NoPath::Expired(_) => Finding::fail(Code::CertificateExpiredAtSigning),
        NoPath::NotYetValid(_) => Finding::fail(Code::CertificateNotYetValidAtSigning),
        NoPath::KeyUsage(_) => Finding::fail(Code::CertificateKeyUsage),
        NoPath::Rule(_) => Finding::fail(Code::CertificatePathInvalid),
    }
    .detail(reason)
}
