//! No extension asks to be understood that is not.

use super::{Case, Check, Code, Finding, Moment};

pub(super) static CHECK: Check = Check {
    name: "critical_extensions",
    zh: "关键扩展项",
    en: "Critical extensions",
    citation: "GB/T 38540-2020, ExtensionDatas; RFC 5280, 4.2, by analogy",
    moment: Moment::Always,
    required: false,
    run,
};

fn run(case: &Case<'_>) -> Finding {
    let Some(seal) = case.seal() else { return Finding::not_applicable() };
    let own = case.ses().map_or(&[][..], |facts| &facts.extensions);
    match seal.extensions.iter().chain(own).find(|extension| extension.critical) {
        Some(extension) => Finding::unknown(Code::CriticalExtensionUnknown).detail(&extension.id),
        None => Finding::pass(),
    }
}
