//! `yinzheng config check`.

use crate::cli::args::ConfigCommand;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::{Config, ConfigError, Loaded};
use serde::Serialize;
use std::path::PathBuf;

/// What is in force and where it came from.
#[derive(Serialize)]
struct Answer<'config> {
    file: Option<PathBuf>,
    public_url: String,
    config: &'config Config,
}

/// Shows the configuration; that it could be read at all is most of the check.
pub(super) fn run(
    command: &ConfigCommand,
    loaded: Loaded,
    output: &Output,
) -> Result<Exit, Failure> {
    let ConfigCommand::Check { json } = command;
    let Loaded { config, file, unknown } = loaded;
    if !unknown.is_empty() {
        return Err(ConfigError::UnknownVariables(unknown).into());
    }
    if *json {
        output.json(&Answer { file, public_url: config.public_url(), config: &config });
        return Ok(Exit::Success);
    }
    let words = output.words();
    output.line(words.config_right);
    let source = file.map_or_else(|| words.config_defaults.into(), |f| f.display().to_string());
    output.entry(words.config_source, source);
    for line in toml::to_string(&config).unwrap_or_default().lines() {
        output.line(line);
    }
    Ok(Exit::Success)
}
