//! The signer's certificate, and those above it, were not revoked when it signed.

use super::super::revocation::judged;
use super::{Case, Check, Finding, Moment};
use formats::examine::Payload;

pub(super) static CHECK: Check = Check {
    name: "certificate_revocation",
    zh: "签名人证书吊销状态",
    en: "Revocation of the signer's certificate",
    citation: "GB/T 38540-2020, verification step d; RFC 5280, 6.3; RFC 6960; ETSI EN 319 102-1, 5.2.6.4",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let states = &case.trust.signer_status;
    match (&case.signature.payload, case.signer_fact()) {
        (Payload::Certificate(_), _) | (_, Some(Ok(_))) => judged(case, states, case.used()),
        _ => Finding::not_applicable(),
    }
}
