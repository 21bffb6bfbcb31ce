//! One check, one file, one row here. The order is the order in every report.

mod algorithm;
mod carried_material;
mod certificate_path;
mod certificate_revocation;
mod codes;
mod coverage;
mod critical_extensions;
mod format;
mod integrity;
mod later_appearance;
mod later_changes;
mod seal_made;
mod seal_maker_path;
mod seal_maker_revocation;
mod seal_period;
mod seal_picture;
mod seal_signature;
mod signature;
pub(super) mod signed_message;
mod signer_in_seal;
mod signing_time;
mod steps;
mod timestamp;
mod validity_now;
mod version;

pub use codes::{CODES, Code, Row, codes_markdown};
pub(super) use steps::step;
pub use steps::steps_markdown;

use super::case::Case;
use super::report::Finding;
use std::fmt;

/// Which moment a check speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// None in particular.
    Always,
    /// The moment of signing, if the claim is believed.
    Signing,
    /// The moment of judgement.
    Now,
}

/// A rule: what it is called, where it comes from, and the function that applies it.
pub struct Check {
    /// Name for programs.
    pub name: &'static str,
    /// Name for people, in Chinese.
    pub zh: &'static str,
    /// Name for people, in English.
    pub en: &'static str,
    /// The clause it follows.
    pub citation: &'static str,
    /// Which moment it speaks of.
    pub moment: Moment,
    /// Whether nothing is valid without it, where it applies.
    pub required: bool,
    pub(super) run: fn(&Case<'_>) -> Finding,
}

impl fmt::Debug for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Check").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Checks of one signature, of a bare seal, or of a certificate.
pub const CHECKS: &[&Check] = &[
    &format::CHECK,
    &coverage::CHECK,
    &integrity::CHECK,
    &signature::CHECK,
    &algorithm::CHECK,
    &signed_message::CHECK,
    &carried_material::CHECK,
    &seal_signature::CHECK,
    &seal_made::CHECK,
    &signer_in_seal::CHECK,
    &version::CHECK,
    &critical_extensions::CHECK,
    &seal_picture::CHECK,
    &seal_maker_path::CHECK,
    &seal_maker_revocation::CHECK,
    &certificate_path::CHECK,
    &certificate_revocation::CHECK,
    &signing_time::CHECK,
    &seal_period::CHECK,
    &timestamp::CHECK,
    &validity_now::CHECK,
    &later_changes::CHECK,
    &later_appearance::CHECK,
];

/// Checks of a file as a whole. The findings come from the judgement itself.
pub mod file {
    use super::{Check, Finding, Moment};

    const fn check(
        name: &'static str,
        zh: &'static str,
        en: &'static str,
        citation: &'static str,
    ) -> Check {
        let run = |_: &super::Case<'_>| Finding::not_applicable();
        Check { name, zh, en, citation, moment: Moment::Always, required: true, run }
    }

    /// The file is what it looks like, and can be read.
    pub static FILE_FORMAT: Check =
        check("file_format", "文件格式", "File format", "ETSI EN 319 102-1, 5.2.2");
    /// The file is signed at all.
    pub static SIGNED: Check = check("signed", "已签章", "Signed", "ETSI EN 319 102-1, 5.1");
    /// The document has the structure of its standard, and nothing follows its end.
    pub static STRUCTURE: Check =
        check("document_structure", "文件结构", "Structure of the document", "ISO 32000-2, 7.5");
    /// The trust list is not overdue.
    pub static TRUST: Check = Check {
        required: false,
        ..check("trust_list", "信任列表", "Trust list", "ETSI TS 119 612, 5.3.15 (next update)")
    };
    /// The file is in a log that is believed.
    pub static LOG: Check = Check {
        required: false,
        ..check(
            "log_proof",
            "存证证明",
            "Proof of the log",
            "RFC 9162, 2.1.3; C2SP tlog-checkpoint",
        )
    };
    /// What is shown is a license for one purpose, and its day is not over.
    pub static COPY: Check = Check {
        required: false,
        ..check("marked_copy", "加注件", "Marked copy", "国办函〔2016〕108号")
    };
    /// The document does nothing by itself when it is opened.
    pub static ACTIVE: Check = Check {
        required: false,
        ..check("active_content", "主动内容", "Active content", "ISO 32000-2, 12.6")
    };
    /// The last signature, with allowed changes after it, reaches the end of the file.
    pub static COVERED: Check =
        check("file_covered", "签章覆盖全文", "Whole file covered", "ISO 32000-2, 12.8.1");
}

/// The checks as a section of `schema/codes.md`.
#[must_use]
pub fn checks_markdown() -> String {
    let rows = [
        &file::FILE_FORMAT,
        &file::SIGNED,
        &file::STRUCTURE,
        &file::ACTIVE,
        &file::COVERED,
        &file::TRUST,
        &file::LOG,
        &file::COPY,
    ];
    let rows = rows.into_iter().chain(CHECKS.iter().copied());
    let row = |check: &Check| {
        format!("| `{}` | {} | {} | {} |\n", check.name, check.en, check.zh, check.citation)
    };
    let head = "| check | name | 名称 | rule |\n|---|---|---|---|\n";
    std::iter::once(head.to_owned()).chain(rows.map(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_say_where_they_come_from() {
        let mut names: Vec<&str> = CHECKS.iter().map(|check| check.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CHECKS.len());
        assert!(CHECKS.iter().all(|check| !check.citation.is_empty()));
        assert_eq!(checks_markdown().lines().count(), CHECKS.len() + 10);
    }
}
