//! Seal and signature are of one edition, and say so.

use super::{Case, Check, Code, Finding, Moment};
use formats::ses::{Edition, SealFacts};

pub(super) static CHECK: Check = Check {
    name: "version",
    zh: "版本一致",
    en: "Editions agree",
    citation: "GB/T 38540-2020, header and TBS_Sign version",
    moment: Moment::Always,
    required: true,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(seal) = case.seal() else { return Finding::not_applicable() };
    let agree = header_agrees(seal)
        && case.ses().is_none_or(|facts| {
            facts.edition == seal.edition && facts.version == seal.header_version
        });
    let detail = match case.ses() {
        Some(facts) => format!(
            "structure {}, header {}, signature {}",
            facts.edition, seal.header_version, facts.version
        ),
        None => format!("structure {}, header {}", seal.edition, seal.header_version),
    };
    if agree { Finding::pass() } else { Finding::fail(Code::VersionMismatch) }.detail(detail)
}

/// The first edition only asks for "a version number"; drafts 2 and 3 share its structure.
fn header_agrees(seal: &SealFacts) -> bool {
    match seal.edition {
        Edition::V1 => (0..4).contains(&seal.header_version),
        edition => seal.header_version == i64::from(edition.version()),
    }
}
