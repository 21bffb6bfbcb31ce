//! The algorithms are as strong as the policy asks, and those of the structure's standard.

use super::{Case, Check, Code, Finding, Moment};
use formats::algorithm::Suite;
use formats::ses::Edition;

pub(super) static CHECK: Check = Check {
    name: "algorithm",
    zh: "算法强度",
    en: "Algorithm",
    citation: "GB/T 38540-2020, signature algorithm; ETSI EN 319 102-1, 5.2.8",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(suite) = case.signature_fact().and_then(|fact| fact.suite()) else {
        return Finding::not_applicable();
    };
    let key = case.signer().and_then(|certificate| certificate.public_key().ok());
    if key.is_some_and(|key| !case.policy.allows(key)) {
        return Finding::unknown(Code::AlgorithmNotAllowed).detail(suite.name());
    }
    match case.ses() {
        // v4 and v5 know SM2 with SM3 only; v1 allowed RSA as well.
        Some(facts) if facts.edition > Edition::V1 && suite != Suite::Sm2Sm3 => {
            Finding::unknown(Code::AlgorithmNotAllowed).detail(suite.name())
        }
        _ => Finding::pass().detail(suite.name()),
    }
}
