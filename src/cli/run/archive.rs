//! `yinzheng archive`, and `yinzheng license archive`.

use super::verify::{self, outcome, trust_path, word};
use super::{absent, callers, open, read, write_new};
use crate::cli::args::{
    ArchiveCommand, ArchiveRestoreTyped, ArchiveVerifyTyped, LicenseArchiveTyped, PackageTyped,
};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::archive::{ArchiveKeys, ArchiveStanding, CheckedArchive, check};
use app::{AppError, Errand};
use time::OffsetDateTime;

/// How the access log names the command that makes a package.
const MAKE: &str = "yinzheng license archive";

/// Carries out the command on packages.
pub(super) fn run(
    command: ArchiveCommand,
    config: &Config,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        ArchiveCommand::Verify(ArchiveVerifyTyped { package }) => {
            let checked = checked(&package, config, output)?;
            Ok(told(&checked, package.json, output))
        }
        ArchiveCommand::Restore(typed) => restore(&typed, config, output),
    }
}

/// Writes the package of a license.
pub(super) fn make(
    typed: LicenseArchiveTyped,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    absent(&typed.out)?;
    let app = open(config, typed.data)?;
    // What was issued a moment ago is under a checkpoint at once.
    app.log_grow()?;
    for caller in callers(&app, typed.organization.as_deref())? {
        match app.archive(&caller, &Errand::by(MAKE), &typed.id) {
            Err(AppError::NotFound) => {}
            package => {
                write_new(&typed.out, &package?.bytes)?;
                output.entry(output.words().file, typed.out.display());
                return Ok(Exit::Success);
            }
        }
    }
    Err(AppError::NotFound.into())
}

fn checked(
    typed: &PackageTyped,
    config: &Config,
    output: &Output,
) -> Result<CheckedArchive, Failure> {
    let package = read(&typed.file, app::archive::BYTES_MAX)?;
    let trust = verify::trust(&typed.anchors, config, output)?;
    let keys = match trust_path(&typed.anchors, config) {
        Some(folder) => ArchiveKeys::load(&folder)
            .map_err(|cause| Failure::Trust { folder: folder.display().to_string(), cause })?,
        None => ArchiveKeys::default(),
    };
    let at = typed.at.unwrap_or_else(OffsetDateTime::now_utc);
    Ok(check(&package, &keys, &trust, at))
}

fn restore(typed: &ArchiveRestoreTyped, config: &Config, output: &Output) -> Result<Exit, Failure> {
    absent(&typed.out)?;
    let checked = checked(&typed.package, config, output)?;
    if let Some(file) = checked.restored() {
        write_new(&typed.out, file)?;
    }
    Ok(told(&checked, typed.package.json, output))
}

/// As of a verification: only a genuine package whose license was valid is a success.
fn told(checked: &CheckedArchive, json: bool, output: &Output) -> Exit {
    match json {
        true => output.json(checked),
        false => show(checked, output),
    }
    match checked.standing {
        ArchiveStanding::Genuine => outcome(&checked.outcome),
        ArchiveStanding::Altered => Exit::Failed,
        _ => Exit::Indeterminate,
    }
}

fn show(checked: &CheckedArchive, output: &Output) {
    let words = output.words();
    output.line(checked.standing.sentence(output.language()));
    for fault in &checked.faults {
        let path = if fault.path.is_empty() { String::new() } else { format!("{}: ", fault.path) };
        output.entry(words.fail, format_args!("{path}{}", fault.reason));
    }
    if let Some(said) = &checked.manifest {
        output.entry(words.license, &said.license);
        output.entry(words.identifier, &said.identifier);
        output.entry(words.archived_at, &said.archived_at);
        output.entry(words.state_then, &said.state);
        output.entry(words.outcome, word(&said.outcome, output));
        output.entry(words.service, &said.service.address);
    }
    for time in &checked.times {
        let (label, detail) = match &time.at {
            Some(at) => (words.proven_time, at.as_str()),
            None => (words.unknown, time.reason.as_deref().unwrap_or_default()),
        };
        output.entry(label, format_args!("{detail} ({})", time.by));
    }
    if checked.license.is_some() {
        output.entry(words.judged_then, word(&checked.outcome, output));
    }
}
