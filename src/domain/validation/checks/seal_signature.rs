//! The seal maker's key signed the seal.

use super::{Case, Check, Code, Finding, Moment, signature};

pub(super) static CHECK: Check = Check {
    name: "seal_signature",
    zh: "印章真实",
    en: "Seal made by its maker",
    citation: "GB/T 38540-2020, seal verification step b",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    match case.seal() {
        Some(seal) => signature::judged(&seal.signature, Code::SealSignatureInvalid),
        None => Finding::not_applicable(),
    }
}
