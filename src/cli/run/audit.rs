//! `yinzheng audit`.

use super::{caller, open, read};
use crate::cli::args::{AuditCommand, ExportTyped, NoncesTyped, SealEffectsTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;

/// Looks for what was typed; anything found is a failure.
pub(super) fn run(command: AuditCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    match command {
        AuditCommand::Nonces(typed) => nonces(typed, config, output),
        AuditCommand::Verify(typed) => verify(&typed, output),
        AuditCommand::Seal(typed) => seal(typed, config, output),
    }
}

/// Which licenses stay; a failure when some must be sealed again.
fn seal(typed: SealEffectsTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    // What was issued a moment ago is under a checkpoint at once.
    app.log_grow()?;
    let caller = caller(&app, None, Some(&typed.seal))?;
    let effects = app.seal_effects(&caller, &typed.seal, typed.since)?;
    let exit = if effects.seal_again.is_empty() { Exit::Success } else { Exit::Failed };
    if typed.json {
        output.json(&effects);
        return Ok(exit);
    }
    let words = output.words();
    output.entry(words.stay_valid, effects.stay);
    output.entry(words.over_already, effects.ended);
    output.entry(words.seal_again, effects.seal_again.len());
    for license in &effects.seal_again {
        output.line(format_args!("    {license}"));
    }
    Ok(exit)
}

/// Some hundred thousand rows.
const EXPORT_BYTES_MAX: usize = 256 << 20;

/// Needs no service, no folder and no configuration.
fn verify(typed: &ExportTyped, output: &Output) -> Result<Exit, Failure> {
    let bytes = read(&typed.file, EXPORT_BYTES_MAX)?;
    let checked = app::verify_export(&String::from_utf8_lossy(&bytes));
    let words = output.words();
    let found = match checked {
        Ok(found) => found,
        Err(fault) => {
            output.line(words.export_altered);
            output.entry(words.fault, fault);
            return Ok(Exit::Failed);
        }
    };
    if typed.json {
        output.json(&found);
        return Ok(Exit::Success);
    }
    output.line(words.export_whole);
    output.entry(words.rows, found.rows);
    output.entry(words.places, format_args!("{} – {}", found.first, found.last));
    output.entry(words.gaps, found.gaps);
    output.entry("SM3", &found.hash);
    Ok(Exit::Success)
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
