//! `yinzheng seal request` and what follows.

use super::{absent, open, read, write_new};
use crate::cli::args::{
    ChangeTyped, DecideTyped, ProposeTyped, SealCommand, SealKeyTyped, SealRequestTyped, StepTyped,
    TermsTyped, WhoTyped,
};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::{
    App, AppError, Caller, SEAL_PICTURE_BYTES_MAX, SealAsked, SealLook, SealProposed,
    SealTermsAsked,
};
use std::io::BufRead;
use zeroize::Zeroizing;

/// Certificates of one path.
const CHAIN_BYTES_MAX: usize = 64 << 10;

/// Carries out what was typed.
pub(super) fn run(command: SealCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    match command {
        SealCommand::List { json, who } => list(who, json, config, output)?,
        SealCommand::Show { id, who } => {
            let (app, caller) = of_seal(who, &id, config)?;
            output.json(&app.seal(&caller, &id)?);
        }
        SealCommand::Request(typed) => request(*typed, config, output)?,
        SealCommand::Approve(step) => take(step, config, App::seal_approve)?,
        SealCommand::Reject(step) => take(step, config, App::seal_reject)?,
        SealCommand::Withdraw(step) => take(step, config, App::seal_withdraw)?,
        SealCommand::Keys { kind, step } => {
            take(step, config, |app, caller, id, _| app.seal_keys_make(caller, id, &kind))?;
        }
        SealCommand::KeyRequest { key, output: path, step } => {
            absent(&path)?;
            let (app, caller) = of_seal(step.who, &step.id, config)?;
            let asked = app.seal_key_request(&caller, &step.id, word(key))?;
            write_new(&path, asked.as_bytes())?;
        }
        SealCommand::KeyCertify { key, chain, step } => {
            let pem = read(&chain, CHAIN_BYTES_MAX)?;
            let pem = String::from_utf8_lossy(&pem);
            take(step, config, |app, caller, id, _| {
                app.seal_key_certify(caller, id, word(key), &pem)
            })?;
        }
        SealCommand::Make(step) => take(step, config, App::seal_make)?,
        SealCommand::File { number, step } => {
            take(step, config, |app, caller, id, _| app.seal_file(caller, id, &number))?;
        }
        SealCommand::Activate(step) => {
            take(step, config, |app, caller, id, _| app.seal_activate(caller, id))?;
        }
        SealCommand::Suspend(step) => take(step, config, App::seal_suspend)?,
        SealCommand::Propose(typed) => propose(*typed, config)?,
        SealCommand::Confirm(typed) => decide(typed, config, App::seal_confirm)?,
        SealCommand::Refuse(typed) => decide(typed, config, App::seal_refuse)?,
    }
    Ok(Exit::Success)
}

fn list(who: WhoTyped, json: bool, config: Config, output: &Output) -> Result<(), Failure> {
    let (app, callers) = callers(who, config)?;
    let mut seals = Vec::new();
    for caller in &callers {
        seals.extend(app.seals(caller)?);
    }
    if json {
        output.json(&seals);
        return Ok(());
    }
    for one in seals {
        let (id, code, state) = (one.id, one.code, one.state);
        output.line(format_args!("{id}  {code}  {state:<9}  {}", one.name));
    }
    Ok(())
}

fn request(typed: SealRequestTyped, config: Config, output: &Output) -> Result<(), Failure> {
    let size = typed.size.unwrap_or_default();
    let look = match &typed.picture {
        Some(path) => SealLook::Uploaded { png: read(path, SEAL_PICTURE_BYTES_MAX)?, size },
        None => SealLook::Designed {
            shape: typed.shape,
            name: typed.text.unwrap_or_default(),
            line: typed.line,
            size,
        },
    };
    let asked = SealAsked {
        name: typed.name,
        kind: typed.kind,
        code: typed.code,
        look,
        terms: typed.terms.into(),
        from: typed.from,
        until: typed.until,
        replaces: typed.replaces,
        reason: typed.reason,
    };
    let named = typed.who.organization.clone();
    let (app, mut callers) = callers(typed.who, config)?;
    let caller = match (callers.pop(), callers.is_empty()) {
        (Some(only), true) => only,
        _ => app.console(named.as_deref().unwrap_or_default())?,
    };
    output.line(app.seal_ask(&caller, &asked)?);
    Ok(())
}

fn propose(typed: ProposeTyped, config: Config) -> Result<(), Failure> {
    let change = match typed.change {
        ChangeTyped::Resume => "resume",
        ChangeTyped::Revoke => "revoke",
        ChangeTyped::Terms => "terms",
    };
    let asked = SealProposed {
        change: change.to_owned(),
        reason: typed.step.reason,
        revocation: typed.class,
        invalid_from: typed.since,
        terms: typed.terms.into(),
    };
    let (app, caller) = of_seal(typed.step.who, &typed.step.id, config)?;
    Ok(app.seal_propose(&caller, &typed.step.id, &asked)?)
}

/// Decides the proposal that is open.
fn decide(
    typed: DecideTyped,
    config: Config,
    act: impl FnOnce(&App, &Caller, &str, &str) -> Result<(), AppError>,
) -> Result<(), Failure> {
    let (app, caller) = of_seal(typed.who, &typed.id, config)?;
    let proposals = app.seal(&caller, &typed.id)?.proposals;
    let open = proposals.into_iter().find(|one| one.state == "open").ok_or(AppError::NotFound)?;
    Ok(act(&app, &caller, &typed.id, &open.id)?)
}

/// One step with one seal.
fn take(
    step: StepTyped,
    config: Config,
    act: impl FnOnce(&App, &Caller, &str, &str) -> Result<(), AppError>,
) -> Result<(), Failure> {
    let (app, caller) = of_seal(step.who, &step.id, config)?;
    Ok(act(&app, &caller, &step.id, &step.reason)?)
}

/// The service, and who acts on this seal there.
fn of_seal(who: WhoTyped, id: &str, config: Config) -> Result<(App, Caller), Failure> {
    let (app, callers) = callers(who, config)?;
    for caller in callers {
        match app.seal(&caller, id) {
            Err(AppError::NotFound) => {}
            found => {
                found?;
                return Ok((app, caller));
            }
        }
    }
    Err(AppError::NotFound.into())
}

/// The service, and who may act there: somebody who proves it, or whoever sits at the machine, for
/// the organization that is named or for each.
fn callers(who: WhoTyped, config: Config) -> Result<(App, Vec<Caller>), Failure> {
    let app = open(config, who.data)?;
    let callers = match (&who.person, &who.organization) {
        (Some(login), _) => {
            let mut lines = std::io::stdin().lock().lines();
            let mut line = || lines.next().transpose().map(Option::unwrap_or_default);
            let unread = |cause| Failure::Usage(format!("reading standard input: {cause}"));
            let password = Zeroizing::new(line().map_err(unread)?);
            let code = Zeroizing::new(line().map_err(unread)?);
            vec![app.signed_in_once(login, &password, &code)?]
        }
        (None, Some(organization)) => vec![app.console(organization)?],
        (None, None) => app.consoles()?,
    };
    Ok((app, callers))
}

impl From<TermsTyped> for SealTermsAsked {
    fn from(typed: TermsTyped) -> Self {
        let TermsTyped { types, per_hour, per_day, hours } = typed;
        Self { license_types: types, per_hour, per_day, hours }
    }
}

/// Which key of a seal, as the service calls it.
const fn word(typed: SealKeyTyped) -> &'static str {
    match typed {
        SealKeyTyped::Sm2 => "sm2",
        SealKeyTyped::Pades => "pades",
    }
}
