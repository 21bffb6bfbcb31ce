//! `yinzheng log`.

use super::verify::trust_path;
use super::{callers, open, read, write_new};
use crate::cli::args::{AnchorsTyped, LogCommand, LogKeysTyped, LogProofTyped, LogVerifyTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::AppError;
use app::log::{CheckedLog, LogKeys, LogPlace, LogStanding, ProofOf, check_kept, check_log};
use serde::Serialize;
use std::path::Path;

/// Largest proof or checkpoint that is read.
const PROOF_BYTES_MAX: usize = 1 << 20;

/// Carries out the command on the log.
pub(super) fn run(command: LogCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    match command {
        LogCommand::Proof(typed) => proof(typed, config, output),
        LogCommand::Verify(typed) => verify(&typed, config, output),
        LogCommand::Keys(typed) => keys(typed, config, output),
    }
}

fn proof(typed: LogProofTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    // What was issued a moment ago is under a checkpoint at once.
    app.log_grow()?;
    for caller in callers(&app, None)? {
        let document = match app.log_proof(&ProofOf::License(caller, typed.license.clone())) {
            Err(AppError::NotFound) => continue,
            document => document?.to_json(),
        };
        match &typed.out {
            Some(path) => write_new(path, &document)?,
            None => output.document(&String::from_utf8_lossy(&document)),
        }
        return Ok(Exit::Success);
    }
    Err(AppError::NotFound.into())
}

/// The answer about one thing that was checked.
#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    #[serde(flatten)]
    checked: &'a CheckedLog,
}

fn verify(typed: &LogVerifyTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    if typed.proofs.is_empty() && typed.from.is_none() && typed.data.is_none() {
        let words = "name a proof, or a log with --from or --data";
        return Err(Failure::Usage(words.to_owned()));
    }
    let known = believed(typed.key.as_deref(), &typed.anchors, &config)?;
    let file = typed.file.as_deref().map(|path| read(path, config.limits.file_bytes_max));
    let file = file.transpose()?;
    let mut kept = Vec::new();
    for path in &typed.proofs {
        kept.push((path.display().to_string(), read(path, PROOF_BYTES_MAX)?));
    }
    let mut worst = Exit::Success;
    let mut tell = |name: &str, checked: &CheckedLog| {
        show(name, checked, typed.json, output);
        worst = worse(worst, exit(checked.standing));
    };
    for (name, bytes) in &kept {
        tell(name, &check_kept(bytes, file.as_deref(), &known));
    }
    if let Some(from) = &typed.from {
        let place = LogPlace::named(from).map_err(|cause| Failure::Usage(cause.to_string()))?;
        tell(from, &check_log(&place, &known, &kept));
    }
    if let Some(data) = &typed.data {
        let app = open(config, crate::cli::args::DataTyped { data: Some(data.clone()) })?;
        tell(&data.display().to_string(), &app.log_check(&known, &kept)?);
    }
    Ok(worst)
}

/// Whose checkpoints are believed.
pub(super) fn believed(
    key: Option<&Path>,
    anchors: &AnchorsTyped,
    config: &Config,
) -> Result<LogKeys, Failure> {
    let trusted = |folder: &Path, keys: Result<LogKeys, AppError>| {
        keys.map_err(|cause| Failure::Trust { folder: folder.display().to_string(), cause })
    };
    match (key, trust_path(anchors, config)) {
        (Some(file), _) => trusted(file, LogKeys::file(file)),
        (None, Some(folder)) => trusted(&folder, LogKeys::load(&folder)),
        (None, None) => Ok(LogKeys::default()),
    }
}

const fn exit(standing: LogStanding) -> Exit {
    match standing {
        LogStanding::Proved => Exit::Success,
        LogStanding::Altered | LogStanding::OtherFile => Exit::Failed,
        LogStanding::UnknownKey | LogStanding::Unread => Exit::Indeterminate,
    }
}

/// What is wrong weighs more than what is not known.
const fn worse(one: Exit, two: Exit) -> Exit {
    match (one, two) {
        (Exit::Failed, _) | (_, Exit::Failed) => Exit::Failed,
        (Exit::Success, other) | (other, _) => other,
    }
}

fn show(name: &str, checked: &CheckedLog, json: bool, output: &Output) {
    if json {
        return output.json_line(&Line { name, checked });
    }
    output.line(format_args!("{name}: {}", checked.standing.sentence(output.language())));
    let words = output.words();
    if let (Some(origin), Some(size)) = (&checked.origin, checked.size) {
        output.entry(words.log, format_args!("{origin} ({size})"));
    }
    for leaf in &checked.leaves {
        output.entry(words.leaf, format_args!("{} {}", leaf.index, leaf.entry));
        output.entry(words.license, leaf.license.as_deref().unwrap_or_default());
        output.entry(words.file, leaf.file.as_deref().unwrap_or_default());
    }
    for fault in &checked.faults {
        output.entry(words.fail, fault);
    }
}

fn keys(typed: LogKeysTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let keys = open(config, typed.data)?.log_keys()?;
    if typed.json {
        output.json(&keys);
    } else {
        keys.iter().for_each(|key| output.document(&key.key.pem));
    }
    Ok(Exit::Success)
}
