//! `yinzheng doctor`.

use super::read;
use super::verify::{trust, word};
use crate::cli::args::DoctorTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::doctor::diagnose;
use app::view::{DiagnosisView, FindingView};
use std::path::Path;
use time::OffsetDateTime;

/// Says why one file fails; the exit code is that of a failure when it fails here.
pub(super) fn run(typed: &DoctorTyped, config: &Config, output: &Output) -> Result<Exit, Failure> {
    let at = typed.at.unwrap_or_else(OffsetDateTime::now_utc);
    let trust = trust(&typed.anchors, config, output)?;
    let bytes = read(&typed.file, config.limits.file_bytes_max)?;
    let original = typed.original.as_deref();
    let original = original.map(|path| read(path, config.limits.file_bytes_max)).transpose()?;
    let answer = diagnose(&bytes, original.as_deref(), &trust, at);
    match typed.json {
        true => output.json(&answer),
        false => show(&typed.file, &answer, output),
    }
    Ok(if answer.fails_here() { Exit::Failed } else { Exit::Success })
}

fn show(path: &Path, answer: &DiagnosisView, output: &Output) {
    let words = output.words();
    output.line(format_args!("{}: {}", word(&answer.outcome, output), path.display()));
    for (place, finding) in answer.findings.iter().enumerate() {
        let explained = answer.findings[..place].iter().any(|one| one.code == finding.code);
        show_finding(finding, explained, output);
    }
    if answer.findings.is_empty() {
        output.line(words.nothing_to_cure);
    }
    if !answer.complete {
        output.line(words.search_ended);
    }
}

/// A cause that was `explained` above is not explained again.
fn show_finding(finding: &FindingView, explained: bool, output: &Output) {
    let words = output.words();
    let severity = match finding.severity.as_str() {
        "fails_here" => words.fails_here,
        "fails_elsewhere" => words.fails_elsewhere,
        _ => words.note,
    };
    output.line("");
    output.line(format_args!("{severity}: {}", finding.code));
    let number = finding.signature.map(|number| number.to_string()).unwrap_or_default();
    let field = finding.field.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
    output.entry(words.signature, format_args!("{number}{field}"));
    output.entry(words.certificate, finding.certificate.as_deref().unwrap_or_default());
    output.entry(words.seen, output.pick(&finding.seen_zh, &finding.seen_en));
    if explained {
        return;
    }
    output.entry(words.why, output.pick(&finding.why_zh, &finding.why_en));
    output.entry(words.cure, output.pick(&finding.cure_zh, &finding.cure_en));
}
