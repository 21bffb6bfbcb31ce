//! Why a file fails, here or elsewhere, with the cure; offline, over any file.
//!
//! The verdict is that of the one engine and is shown as it is. What is added are reasons, found by
//! trying over the same bytes what signers get wrong (`formats::diagnosis`); no reason that is found
//! ever makes a file pass.

mod arrival;
mod cause;
mod certificates;
mod elsewhere;
mod finding;
mod periods;
mod signature;
mod words;

pub use cause::{Severity, causes_markdown};

use crate::offline::Trust;
use crate::view::DiagnosisView;
use crate::view::time::instant;
use cause::Cause;
use domain::validation::{CheckReport, CheckResult, Code, Outcome, Report, judge};
use finding::{Finding, said};
use formats::diagnosis::{Effort, explain};
use formats::examine::{FileFacts, SignatureFacts, examine};
use formats::pdf::Limits;
use time::OffsetDateTime;

/// Findings shown of one file; more say nothing new.
const FINDINGS_MAX: usize = 200;

/// One file with what is known of it.
struct Patient<'a> {
    bytes: &'a [u8],
    facts: FileFacts,
    report: Report,
    trust: &'a Trust,
}

/// Says why a file fails; `original` is the document of a bare signature.
#[must_use]
pub fn diagnose(
    bytes: &[u8],
    original: Option<&[u8]>,
    trust: &Trust,
    at: OffsetDateTime,
) -> DiagnosisView {
    let facts = examine(bytes, original, &Limits::default());
    let report = judge(&facts, trust.policy(), at);
    let patient = Patient { bytes, facts, report, trust };
    let mut effort = Effort::default();
    let mut findings = patient.findings(original, &mut effort);
    findings.sort_by_key(Finding::severity);
    findings.truncate(FINDINGS_MAX);
    let Patient { report, .. } = patient;
    DiagnosisView {
        outcome: report.outcome.name().to_owned(),
        as_of: instant(report.at),
        trust_list: report.trust.to_string(),
        kind: report.kind.name().to_owned(),
        bytes: report.bytes,
        findings: findings.into_iter().map(Finding::view).collect(),
        complete: !effort.is_spent(),
    }
}

impl Patient<'_> {
    fn findings(&self, original: Option<&[u8]>, effort: &mut Effort) -> Vec<Finding> {
        let mut all = arrival::findings(self);
        let explained = explain(self.bytes, original, &self.facts, effort);
        let found = self.facts.signatures.as_deref().unwrap_or_default();
        let mut relying = Vec::new();
        for (index, facts) in found.iter().enumerate() {
            let report = &self.report.signatures[index];
            let reasons = signature::findings(facts, &explained[index]);
            let paths = self.paths(facts, &report.checks, effort);
            let field = facts.pdf.as_ref().map(|place| place.signed.field_name.as_str());
            let mut known: Vec<&str> =
                reasons.iter().chain(&paths).map(|(check, _)| *check).collect();
            // These follow from what is said already.
            known.extend(signature::is_only_appended_to(facts).then_some("later_changes"));
            known.extend(unreached(facts).then_some("integrity"));
            known.extend((!paths.is_empty()).then_some("carried_material"));
            if facts.pdf.as_ref().is_some_and(|place| place.later.permitted()) {
                // It relies on another signature, which has reasons of its own.
                let on_others =
                    report.checks.iter().filter(|one| one.check.name == "later_changes");
                let on_others = unexplained(on_others, &[]).into_iter();
                relying.extend(on_others.map(|one| one.signature(index, field)));
                known.push("later_changes");
            }
            let others = unexplained(&report.checks, &known);
            let others = others.into_iter().map(|one| periods::in_words(one, report, &self.report));
            let own = reasons.into_iter().chain(paths).map(|(_, finding)| finding).chain(others);
            let elsewhere = match report.outcome {
                Outcome::Invalid => Vec::new(),
                _ => elsewhere::of_signature(self, facts, report),
            };
            own.chain(elsewhere).for_each(|one| add(&mut all, one.signature(index, field)));
        }
        if !all.iter().any(fails_here) {
            relying.into_iter().for_each(|one| add(&mut all, one));
        }
        let known = if all.iter().any(fails_here) { COARSE } else { &[] };
        unexplained(&self.report.checks, known).into_iter().for_each(|one| add(&mut all, one));
        elsewhere::of_file(self).into_iter().for_each(|one| add(&mut all, one));
        if self.report.all_checks().any(|one| one.code == Some(Code::RevocationNotConfigured)) {
            let seen = said("没有可用的 CRL 或 OCSP 应答", "there is no CRL and no OCSP answer");
            add(&mut all, Finding::new(Cause::RevocationNotChecked, seen));
        }
        all
    }

    /// Why certificates lead to no anchor.
    fn paths(
        &self,
        facts: &SignatureFacts,
        checks: &[CheckReport],
        effort: &mut Effort,
    ) -> Vec<(&'static str, Finding)> {
        let untrusted = |name: &str| {
            checks
                .iter()
                .any(|one| one.check.name == name && one.code == Some(Code::CertificateUntrusted))
        };
        let certificates = certificates::of(facts).into_iter();
        let certificates = certificates.filter(|(check, _)| untrusted(check));
        certificates
            .filter_map(|(check, leaf)| {
                Some((check, certificates::untrusted(self, facts, leaf, effort)?))
            })
            .collect()
    }
}

/// Whether a byte range that cannot be read leaves nothing to be digested.
fn unreached(facts: &SignatureFacts) -> bool {
    facts.pdf.as_ref().is_some_and(|place| place.signed.covered.is_none())
}

/// Checks of the file that follow from what was found already.
const COARSE: &[&str] = &["file_format", "signed", "document_structure", "file_covered"];

fn fails_here(finding: &Finding) -> bool {
    finding.severity() == Severity::FailsHere
}

/// Checks that did not pass and that nothing has explained; those that could not be made follow from
/// others.
fn unexplained<'a>(
    checks: impl IntoIterator<Item = &'a CheckReport>,
    known: &[&str],
) -> Vec<Finding> {
    let failed = |one: &&CheckReport| {
        matches!(one.result, CheckResult::Fail | CheckResult::Unknown)
            && one.code != Some(Code::CheckNotPossible)
            && !known.contains(&one.check.name)
    };
    checks.into_iter().filter(failed).filter_map(Finding::of_check).collect()
}

/// Adds what has not been said yet.
fn add(all: &mut Vec<Finding>, one: Finding) {
    if !all.iter().any(|known| one.repeats(known)) {
        all.push(one);
    }
}
