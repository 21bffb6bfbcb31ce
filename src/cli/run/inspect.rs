//! `yinzheng inspect`.

use super::read;
use crate::cli::args::InspectTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;

/// Describes one file.
pub(super) fn run(typed: &InspectTyped, config: &Config, output: &Output) -> Result<Exit, Failure> {
    let bytes = read(&typed.file, config.limits.file_bytes_max)?;
    if typed.json {
        // Names in JSON are for programs, and do not change with the locale.
        output.json(&app::inspect::describe(&bytes, app::Language::En));
    } else {
        app::inspect::describe(&bytes, output.language())
            .to_text()
            .lines()
            .for_each(|line| output.line(line));
    }
    Ok(Exit::Success)
}
