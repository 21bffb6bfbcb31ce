//! `yinzheng audit`.

use super::open;
use crate::cli::args::{AuditCommand, NoncesTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;

/// Looks for what was typed; anything found is a failure.
pub(super) fn run(command: AuditCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    let AuditCommand::Nonces(typed) = command;
    nonces(typed, config, output)
}

fn nonces(typed: NoncesTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let bar = output.progress();
    let report = app.audit_nonces(&mut |done, total| bar.show(done, total, ""));
    bar.close();
    let report = report?;
    let exit = if report.reuses.is_empty() { Exit::Success } else { Exit::Failed };
    if typed.json {
        output.json(&report);
        return Ok(exit);
    }
    let words = output.words();
    output.line(if report.reuses.is_empty() { words.nonces_differ } else { words.nonces_reused });
    output.entry(words.files, report.files);
    output.entry(words.signatures, report.signatures);
    output.entry(words.keys, report.keys);
    for reuse in &report.reuses {
        output.line("");
        output.entry(words.key, format_args!("SM3 {}", reuse.key_sm3));
        output.entry(words.file, format_args!("SM3 {}", reuse.first));
        output.entry(words.file, format_args!("SM3 {}", reuse.second));
    }
    Ok(exit)
}
