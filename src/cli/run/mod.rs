//! What each command does; one file a command.

mod config;
mod license;
mod seal;
mod serve;

use super::args::{Command, DataTyped, Form, Typed};
use super::exit::{Exit, Failure};
use super::output::Output;
use crate::config::{Config, Loaded, load};
use app::{App, Caller, SealForm};
use std::io::Write;
use std::path::Path;

/// Carries out what was typed, under the configuration in force.
pub(super) fn run(typed: Typed, output: &Output) -> Result<Exit, Failure> {
    let Loaded { config, file } = load(typed.config.as_deref(), environment())?;
    match typed.command {
        Command::Serve(typed) => serve::run(typed, config, output),
        Command::Seal(typed) => seal::run(typed, config, output),
        Command::License(typed) => license::run(typed.command, config, output),
        Command::Config(typed) => Ok(config::run(&typed.command, &config, file, output)),
    }
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

/// Whoever sits at this machine may act for any organization of it.
fn caller(app: &App, organization: Option<String>) -> Result<Caller, Failure> {
    Ok(app.console(organization.as_deref().unwrap_or_default())?)
}

/// Writes a new file and never over an existing one: the existing one may be the only copy.
fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut file = std::fs::File::create_new(path).map_err(Failure::on(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(Failure::on(path))
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
