//! What each command does; one file a command.

mod archive;
mod assistance;
mod audit;
mod backup;
mod bench;
mod bundle;
mod client;
mod codes;
mod compare;
mod config;
mod conformance;
mod connector;
mod count;
mod demo;
mod doctor;
mod fsck;
mod import;
mod inspect;
mod item;
mod key;
mod license;
mod license_life;
mod license_type;
mod log;
mod order;
mod organization;
mod pki;
mod receipt;
mod remote;
mod seal;
mod seal_life;
mod serve;
mod sign;
mod staff;
mod status;
mod trust;
mod verify;
mod witness;
mod worker;

use super::args::{Command, DataTyped, Form, LevelTyped, Typed};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::config::{Config, ConfigError, Loaded, load};
use app::view::SealView;
use app::{App, Caller, Level, SealForm};
use std::io::{Read, Write};
use std::path::Path;

/// Carries out what was typed, under the configuration in force.
pub(super) fn run(typed: Typed, output: &Output) -> Result<Exit, Failure> {
    // What needs no configuration is not kept from working by a wrong one.
    let loaded = || load(typed.config.as_deref(), environment());
    let in_force = || Ok::<_, ConfigError>(in_force(loaded()?, output));
    match typed.command {
        Command::Config(typed) => config::run(&typed.command, loaded()?, output),
        Command::Codes => Ok(codes::run(output)),
        Command::Openapi => Ok(codes::openapi(output)),
        Command::Worker(typed) => worker::run(typed),
        Command::Compare(typed) => compare::run(&typed, output),
        Command::Pki(typed) => pki::run(&typed, output),
        Command::Bench(typed) => bench::run(&typed, output),
        Command::Conformance(typed) => conformance::run(&typed, output),
        Command::Connector(typed) => connector::run(&typed, output),
        Command::Trust(typed) => trust::run(typed, output),
        Command::Demo(typed) => demo::run(typed, in_force()?, output),
        Command::Serve(typed) => serve::run(typed, in_force()?, output),
        Command::Verify(typed) => verify::run(typed, &in_force()?, output),
        Command::Inspect(typed) => inspect::run(&typed, &in_force()?, output),
        Command::Doctor(typed) => doctor::run(&typed, &in_force()?, output),
        Command::Seal(typed) => seal::run(typed, in_force()?, output),
        Command::Sign(typed) => sign::run(*typed, in_force()?, output),
        Command::Receipt(typed) => receipt::run(typed.command, in_force()?, output),
        Command::Status(typed) => status::run(typed, in_force()?, output),
        Command::Fsck(typed) => fsck::run(typed, in_force()?, output),
        Command::Backup(typed) => backup::back_up(typed, in_force()?, output),
        Command::Restore(typed) => backup::put_back(typed, in_force()?, output),
        Command::Archive(typed) => archive::run(typed.command, &in_force()?, output),
        Command::Key(typed) => key::run(typed.command, in_force()?, output),
        Command::Organization(typed) => organization::run(typed.command, in_force()?, output),
        Command::Staff(typed) => staff::run(typed.command, in_force()?, output),
        Command::Client(typed) => client::run(typed.command, || Ok(in_force()?), output),
        Command::Audit(typed) => audit::run(typed.command, in_force()?, output),
        Command::Order(typed) => order::run(typed.command, || Ok(in_force()?), output),
        Command::Log(typed) => log::run(typed.command, in_force()?, output),
        Command::Witness(typed) => witness::run(&typed, &in_force()?, output),
        Command::Count(typed) => count::run(typed, in_force()?, output),
        Command::Import(typed) => import::run(typed, in_force()?, output),
        Command::License(typed) => license::run(typed.command, in_force()?, output),
        Command::Assistance(typed) => assistance::run(typed.command, in_force()?, output),
        Command::Item(typed) => item::run(typed.command, in_force()?, output),
        Command::Type(typed) => license_type::run(typed.command, in_force()?, output),
    }
}

/// The configuration, with a word about variables that are most likely mistyped.
fn in_force(loaded: Loaded, output: &Output) -> Config {
    if !loaded.unknown.is_empty() {
        output.note(ConfigError::UnknownVariables(loaded.unknown));
    }
    loaded.config
}

/// The environment as text; names and values that are not Unicode cannot be ours.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os().filter_map(|(name, value)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    })
}

/// The service on the data folder that was typed or configured.
fn open(mut config: Config, typed: DataTyped) -> Result<App, Failure> {
    if let Some(data) = typed.data {
        config.storage.data = data;
    }
    Ok(App::open(config.settings())?)
}

/// Whoever sits at this machine may act for any organization of it: the named one, or all.
fn callers(app: &App, organization: Option<&str>) -> Result<Vec<Caller>, Failure> {
    match organization {
        Some(organization) => Ok(vec![app.console(organization)?]),
        None => Ok(app.consoles()?),
    }
}

/// The caller whose seal it is; without a seal, the named or only organization.
fn caller(app: &App, organization: Option<&str>, seal: Option<&str>) -> Result<Caller, Failure> {
    if let (None, Some(seal)) = (organization, seal) {
        let mut owners = Vec::new();
        for caller in app.consoles()? {
            let named = |view: &SealView| {
                [&view.name, &view.id, &view.code].iter().any(|name| *name == seal)
            };
            if app.seals(&caller)?.iter().any(named) {
                owners.push(caller);
            }
        }
        if let [owner] = &owners[..] {
            return Ok(owner.clone());
        }
    }
    Ok(app.console(organization.unwrap_or_default())?)
}

/// The bytes of a file, or of standard input when it is `-`; at most `bytes_max`, because what is
/// named may be endless.
fn read(path: &Path, bytes_max: usize) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let limit = bytes_max as u64 + 1;
    let read = match path == Path::new("-") {
        true => std::io::stdin().lock().take(limit).read_to_end(&mut bytes),
        false => std::fs::File::open(path).and_then(|f| f.take(limit).read_to_end(&mut bytes)),
    };
    read.map_err(Failure::on(path))?;
    if bytes.len() > bytes_max {
        let cause = std::io::Error::other(format!("larger than {bytes_max} bytes"));
        return Err(Failure::on(path)(cause));
    }
    Ok(bytes)
}

/// Fails where something is already, before any work is done for it.
fn absent(path: &Path) -> Result<(), Failure> {
    match path.exists() {
        true => Err(Failure::on(path)(std::io::ErrorKind::AlreadyExists.into())),
        false => Ok(()),
    }
}

/// Writes a new file and never over an existing one: the existing one may be the only copy.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = std::fs::File::create_new(path).map_err(Failure::on(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Failure::on(path))
}

impl From<LevelTyped> for Level {
    fn from(typed: LevelTyped) -> Self {
        match typed {
            LevelTyped::B => Self::B,
            LevelTyped::T => Self::T,
            LevelTyped::Lt => Self::Lt,
            LevelTyped::Lta => Self::Lta,
        }
    }
}

impl From<Form> for SealForm {
    fn from(form: Form) -> Self {
        match form {
            Form::Pades => Self::Pades,
            Form::Sm2 => Self::Sm2,
            Form::Both => Self::Both,
        }
    }
}
