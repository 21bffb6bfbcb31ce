//! `yinzheng config check`.

use crate::cli::args::ConfigCommand;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::config::Config;
use serde::Serialize;
use std::path::PathBuf;

/// What is in force and where it came from.
#[derive(Serialize)]
struct Answer<'config> {
    file: Option<PathBuf>,
    public_url: String,
    config: &'config Config,
}

/// Shows the configuration; that it could be read at all is the check.
pub(super) fn run(
    command: &ConfigCommand,
    config: &Config,
    file: Option<PathBuf>,
    output: &Output,
) -> Exit {
    let ConfigCommand::Check { json } = command;
    if *json {
        output.json(&Answer { file, public_url: config.public_url(), config });
        return Exit::Success;
    }
    let words = output.words();
    output.line(words.config_right);
    let source = file.map_or_else(|| words.config_defaults.into(), |f| f.display().to_string());
    output.entry(words.config_source, source);
    for line in toml::to_string(config).unwrap_or_default().lines() {
        output.line(line);
    }
    Exit::Success
}
