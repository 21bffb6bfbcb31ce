//! `yinzheng organization`.

use super::open;
use crate::cli::args::{OrganizationAddTyped, OrganizationCommand};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::OrganizationRequest;

/// Carries out what was typed.
pub(super) fn run(
    command: OrganizationCommand,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        OrganizationCommand::Add(typed) => add(typed, config, output),
        OrganizationCommand::List(data) => {
            let app = open(config, data)?;
            // Whoever sits at the machine sees the same for any of them.
            let Some(caller) = app.consoles()?.into_iter().next() else { return Ok(Exit::Success) };
            for one in app.organizations(&caller)? {
                output.line(format_args!(
                    "{}  {}  {:<6}  {}",
                    one.id, one.code, one.status, one.name
                ));
            }
            Ok(Exit::Success)
        }
    }
}

fn add(typed: OrganizationAddTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let OrganizationAddTyped { name, code, parent, .. } = typed;
    let made = app.organization_found(&OrganizationRequest { name, code, parent })?;
    output.line(made.id);
    Ok(Exit::Success)
}
