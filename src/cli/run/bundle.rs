//! Proof bundles, as `yinzheng verify` tells of them.

use super::verify::{trust_path, word};
use crate::cli::args::AnchorsTyped;
use crate::cli::exit::Failure;
use crate::cli::output::Output;
use crate::config::Config;
use app::bundle::{BundleKeys, BundlePart, CheckedBundle};
use serde::Serialize;
use std::path::Path;

/// One line of `--json`.
#[derive(Serialize)]
struct Line<'answer> {
    path: String,
    #[serde(flatten)]
    answer: &'answer CheckedBundle,
}

/// Whose bundles are believed: keys of the trust folder.
pub(super) fn keys(typed: &AnchorsTyped, config: &Config) -> Result<BundleKeys, Failure> {
    let Some(folder) = trust_path(typed, config) else { return Ok(BundleKeys::default()) };
    let failed = |cause| Failure::Trust { folder: folder.display().to_string(), cause };
    BundleKeys::load(&folder).map_err(failed)
}

/// Tells of a bundle: the whole first, then each part, then what it is of.
pub(super) fn show(path: &Path, answer: &CheckedBundle, json: bool, output: &Output) {
    if json {
        return output.json_line(&Line { path: path.display().to_string(), answer });
    }
    let words = output.words();
    output.line(format_args!("{}: {}", word(&answer.outcome, output), path.display()));
    if let Some(said) = &answer.manifest {
        output.entry(words.case, &said.case_no);
        output.entry(words.decision, &said.decision);
        output.entry(words.issuer, &said.organization);
        output.entry(words.made_at, &said.made_at);
        output.entry(words.valid_until, &said.valid_until);
        output.entry(words.service, &said.service.address);
    }
    answer.parts.iter().for_each(|part| show_part(part, output));
    output.entry(words.checked_at, &answer.as_of);
    output.entry(words.next, answer.sentence(output.language()));
}

fn show_part(part: &BundlePart, output: &Output) {
    let words = output.words();
    let label = match part.outcome.as_str() {
        "VALID" => words.pass,
        "INVALID" => words.fail,
        _ => words.unknown,
    };
    let code = part.code.as_ref().map_or_else(String::new, |code| format!(" {code}"));
    let reason = part.reason.as_ref().map_or_else(String::new, |reason| format!(": {reason}"));
    output.entry(label, format_args!("{}{code}{reason}", part.path));
}
