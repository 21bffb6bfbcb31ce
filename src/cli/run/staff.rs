//! `yinzheng staff`.

use super::open;
use crate::cli::args::{StaffAddTyped, StaffCommand, StaffNamedTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::{AccountRequest, App, AppError, Caller, Invited};

/// Carries out what was typed.
pub(super) fn run(command: StaffCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    match command {
        StaffCommand::Add(typed) => add(typed, config, output),
        StaffCommand::List(data) => {
            let app = open(config, data)?;
            // Whoever sits at the machine sees the same for any organization.
            let Some(caller) = app.consoles()?.into_iter().next() else { return Ok(Exit::Success) };
            for one in app.accounts(&caller)? {
                let roles = one.roles.join(" ");
                let (login, status) = (one.login, one.status);
                output.line(format_args!("{login}  {status:<7}  {roles}  {}", one.organization));
            }
            Ok(Exit::Success)
        }
        StaffCommand::Reset(typed) => {
            let (app, caller, id) = named(typed, config)?;
            show(&app.account_reset(&caller, &id)?, output);
            Ok(Exit::Success)
        }
        StaffCommand::Close(typed) => {
            let (app, caller, id) = named(typed, config)?;
            app.account_close(&caller, &id)?;
            Ok(Exit::Success)
        }
    }
}

fn add(typed: StaffAddTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.data)?;
    let caller = app.console(&typed.organization)?;
    let StaffAddTyped { organization, login, name, roles, .. } = typed;
    let new = AccountRequest { organization, login, name, roles };
    show(&app.account_add(&caller, &new)?, output);
    Ok(Exit::Success)
}

fn show(made: &Invited, output: &Output) {
    output.entry(output.pick("账号", "account"), &made.account.login);
    output.entry(output.pick("初始密码", "password"), &*made.password);
}

/// The service, who sits at it, and the id of the account of this name.
fn named(typed: StaffNamedTyped, config: Config) -> Result<(App, Caller, String), Failure> {
    let app = open(config, typed.data)?;
    let caller = app.consoles()?.into_iter().next().ok_or(AppError::NotFound)?;
    let accounts = app.accounts(&caller)?;
    let found = accounts.into_iter().find(|one| one.login == typed.login);
    let id = found.ok_or(AppError::NotFound)?.id;
    Ok((app, caller, id))
}
