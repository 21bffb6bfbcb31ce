//! The time of signing, as claimed, lies inside the signer's certificate and not in the future.

use super::super::proof::CLOCK_SKEW_MAX;
use super::super::report::CheckResult;
use super::{Case, Check, Code, Finding, Moment};
use formats::text;

pub(super) static CHECK: Check = Check {
    name: "signing_time",
    zh: "签名时间",
    en: "Time of signing",
    citation: "GB/T 38540-2020, verification step d; ETSI EN 319 102-1, 5.2.6 and 5.5",
    moment: Moment::Signing,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(Ok(signer)) = case.signer_fact() else { return Finding::not_applicable() };
    let in_seal = case.ses().is_some();
    let Some(signed) = case.signing_time() else {
        // A seal signature always has a time; a signed message need not.
        let code = Code::SigningTimeMissing;
        return if in_seal { Finding::unknown(code) } else { Finding::skipped(code) };
    };
    let finding = match signed {
        time if time < signer.not_before() => Finding::fail(Code::CertificateNotYetValidAtSigning),
        time if time > signer.not_after() => Finding::fail(Code::CertificateExpiredAtSigning),
        time if time > case.at + CLOCK_SKEW_MAX => Finding::unknown(Code::SigningTimeInFuture),
        _ => Finding::pass(),
    };
    let result = match finding.result {
        CheckResult::Pass => CheckResult::Pass,
        // The seal standards decide by the claimed time; for signed messages it decides nothing.
        _ if !in_seal => CheckResult::Skipped,
        other => other,
    };
    let word = if case.proven.is_some() { "proven" } else { "claimed" };
    Finding { result, ..finding }.detail(format!("{word} {}", text::moment_utc(signed)))
}
