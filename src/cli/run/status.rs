//! `yinzheng status`.

use super::{callers, open};
use crate::cli::args::StatusTyped;
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::Caller;

/// How each part is; a failure when something must be done now.
pub(super) fn run(typed: StatusTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let caller = callers(&app, None)?.into_iter().next().unwrap_or(Caller::Anonymous);
    let health = app.health(&caller, None)?;
    let exit = if health.light == "bad" { Exit::Failed } else { Exit::Success };
    if typed.json {
        output.json(&health);
        return Ok(exit);
    }
    for part in &health.parts {
        let mark = match part.light {
            "good" => "✓",
            "bad" => "✗",
            "attention" => "!",
            _ => "?",
        };
        let text = output.pick(&part.text_zh, &part.text_en);
        output.line(format_args!("{mark} {:<13} {text}", part.part));
    }
    Ok(exit)
}
