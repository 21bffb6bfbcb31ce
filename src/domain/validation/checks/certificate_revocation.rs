//! The signer's certificate, and those above it, were not revoked when it signed.

use super::super::revocation::judged;
use super::{Case, Check, Finding, Moment};

pub(super) static CHECK: Check = Check {
    name: "certificate_revocation",
    zh: "签名人证书吊销状态",
    en: "Revocation of the signer's certificate",
    citation: "GB/T 38540-2020, verification step d; RFC 5280, 6.3",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match (case.signer_fact(), &case.trust.signer) {
        (Some(Ok(_)), Some(path)) => judged(case, path, case.claimed_time()),
        _ => Finding::not_applicable(),
    }
}
