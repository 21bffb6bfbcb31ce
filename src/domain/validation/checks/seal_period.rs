//! The seal was inside its period: when it was used, or now for a seal by itself.

use super::{Case, Check, Code, Finding, Moment};
use formats::text;

pub(super) static CHECK: Check = Check {
    name: "seal_period",
    zh: "印章有效期",
    en: "Seal's period",
    citation: "GB/T 38540-2020, seal verification step e and verification step f",
    moment: Moment::Signing,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(seal) = case.seal() else { return Finding::not_applicable() };
    let when = match case.ses() {
        None => Some(case.at),
        Some(_) => case.signing_time(),
    };
    let Some(when) = when else { return Finding::unknown(Code::SigningTimeMissing) };
    let finding = match when {
        time if time < seal.valid_from => Finding::fail(Code::SealNotYetValid),
        time if time > seal.valid_to => Finding::fail(Code::SealExpired),
        _ => Finding::pass(),
    };
    finding.detail(format!(
        "{} in {} to {}",
        text::moment_utc(when),
        text::moment_utc(seal.valid_from),
        text::moment_utc(seal.valid_to)
    ))
}
