//! `yinzheng client`.

mod signing;

use super::{open, read};
use crate::cli::args::{ClientAddTyped, ClientCommand, ClientNamedTyped, DataTyped, ProofTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::{ClientView, CredentialView};
use app::{App, AppError, Caller, ClientChange, ClientRequest, CredentialMade, CredentialRequest};

/// More than any key or certificate.
const KEY_BYTES_MAX: usize = 64 * 1024;

/// Carries out what was typed.
pub(super) fn run(
    command: ClientCommand,
    config: impl FnOnce() -> Result<Config, Failure>,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        // What needs no service needs no configuration either.
        ClientCommand::Assertion(typed) => signing::assertion(&typed, output)?,
        ClientCommand::SignRequest(typed) => signing::request(&typed, output)?,
        ClientCommand::Add(typed) => add(typed, config()?, output)?,
        ClientCommand::List(data) => {
            let (app, caller) = sitting(data, config()?)?;
            for one in app.clients(&caller)? {
                line(&one, output);
            }
        }
        ClientCommand::Show(typed) => {
            let (_, _, client) = named(typed, config()?)?;
            show(&client, output);
        }
        ClientCommand::Rotate(typed) => {
            let named = ClientNamedTyped { name: typed.name, data: typed.data };
            let (app, caller, client) = self::named(named, config()?)?;
            let made = app.credential_add(&caller, &client.id, &credential(&typed.proof)?)?;
            told(&made, output);
        }
        ClientCommand::Revoke(typed) => {
            let named = ClientNamedTyped { name: typed.name, data: typed.data };
            let (app, caller, client) = self::named(named, config()?)?;
            let mut all = client.credentials.iter();
            let one = all.find(|one| one.key_id == typed.key_id).ok_or(AppError::NotFound)?;
            show(&app.credential_end(&caller, &client.id, &one.id, &typed.until)?, output);
        }
        ClientCommand::Close(typed) => {
            let (app, caller, client) = named(typed, config()?)?;
            app.client_close(&caller, &client.id)?;
        }
    }
    Ok(Exit::Success)
}

fn add(typed: ClientAddTyped, config: Config, output: &Output) -> Result<(), Failure> {
    let first = credential(&typed.proof)?;
    let app = open(config, typed.data)?;
    let caller = app.console(&typed.organization)?;
    let organization = caller.organization().map(|id| id.to_string()).unwrap_or_default();
    let new = ClientRequest {
        organization,
        name: typed.name,
        method: typed.method,
        requires_signed_requests: typed.signed_requests,
        change: ClientChange {
            label: typed.label,
            scope: typed.scope,
            addresses: typed.addresses,
            valid_until: typed.until,
        },
    };
    told(&app.client_add(&caller, &new, &first)?, output);
    Ok(())
}

fn credential(typed: &ProofTyped) -> Result<CredentialRequest, Failure> {
    let material = match &typed.key {
        Some(path) => String::from_utf8_lossy(&read(path, KEY_BYTES_MAX)?).into_owned(),
        None => String::new(),
    };
    let (key_id, valid_until) = (typed.key_id.clone(), typed.key_until.clone());
    Ok(CredentialRequest { material, key_id, valid_until })
}

/// The service and whoever sits at it, who sees the same for any organization.
fn sitting(data: DataTyped, config: Config) -> Result<(App, Caller), Failure> {
    let app = open(config, data)?;
    let caller = app.consoles()?.into_iter().next().ok_or(AppError::NotFound)?;
    Ok((app, caller))
}

fn named(typed: ClientNamedTyped, config: Config) -> Result<(App, Caller, ClientView), Failure> {
    let (app, caller) = sitting(typed.data, config)?;
    let client = app.client_named(&caller, &typed.name)?;
    Ok((app, caller, client))
}

fn told(made: &CredentialMade, output: &Output) {
    show(&made.client, output);
    if let Some(secret) = &made.secret {
        output.entry(output.pick("密钥(仅显示一次)", "secret (shown once)"), &**secret);
    }
}

fn line(one: &ClientView, output: &Output) {
    let ClientView { name, status, method, organization, .. } = one;
    output.line(format_args!("{name}  {status:<6}  {method}  {organization}"));
}

fn show(one: &ClientView, output: &Output) {
    line(one, output);
    output.entry(output.pick("名称", "label"), &one.label);
    output.entry(output.pick("权限范围", "scope"), &one.scope);
    output.entry(output.pick("来源地址", "addresses"), one.addresses.join(" "));
    output.entry(output.pick("有效期至", "until"), one.valid_until.as_deref().unwrap_or_default());
    for one in &one.credentials {
        let CredentialView { key_id, kind, state, about, valid_until, .. } = one;
        let until = valid_until.as_deref().unwrap_or_default();
        output.line(
            format_args!("  {key_id}  {kind}  {state}  {about}  {until}").to_string().trim_end(),
        );
    }
}
