//! The signer's certificate, and those above it, were not revoked when it signed.

use super::super::revocation::judged;
use super::{Case, Check, Finding, Moment};
use formats::examine::Payload;

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
    let states = &case.trust.signer_status;
    match (&case.signature.payload, case.signer_fact()) {
        (Payload::Certificate(_), _) => judged(case, states, Some(case.at)),
        (_, Some(Ok(_))) => judged(case, states, case.signing_time()),
        _ => Finding::not_applicable(),
    }
}
