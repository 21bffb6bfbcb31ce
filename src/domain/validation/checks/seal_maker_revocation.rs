//! The seal maker's certificate, and those above it, were not revoked when the seal was made.

use super::super::revocation::judged;
use super::{Case, Check, Finding, Moment};

pub(super) static CHECK: Check = Check {
    name: "seal_maker_revocation",
    zh: "制章人证书吊销状态",
    en: "Revocation of the seal maker's certificate",
    citation: "GB/T 38540-2020, seal verification step d; GM/T 0031-2025, seal step d; \
               RFC 5280, 6.3; RFC 6960",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match case.seal() {
        Some(seal) => judged(case, &case.trust.maker_status, case.used_for_seal(seal)),
        None => Finding::not_applicable(),
    }
}
