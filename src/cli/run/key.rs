//! `yinzheng key`.

use super::{absent, open, read, write_new};
use crate::cli::args::{KeyCommand, KindTyped, OwnerTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::KeyView;
use app::{App, Caller};
use formats::algorithm::KeyKind;

/// More than any chain of certificates.
const CHAIN_BYTES_MAX: usize = 1 << 20;

/// Does what was typed, for the named or only organization.
pub(super) fn run(command: KeyCommand, config: Config, output: &Output) -> Result<Exit, Failure> {
    match command {
        KeyCommand::Make { kind, service, owner, .. } => {
            let (app, caller) = of(owner, config)?;
            let made = match kind {
                Some(kind) if service => app.own_signer_make(&caller, &kind.into())?,
                Some(kind) => app.key_make(&caller, &kind.into())?,
                None => app.seal_maker_key_make(&caller)?,
            };
            show(&made, output);
        }
        KeyCommand::List { json, owner } => {
            let (app, caller) = of(owner, config)?;
            let keys = app.keys(&caller)?;
            match json {
                true => output.json(&keys),
                false => keys.iter().for_each(|key| show(key, output)),
            }
        }
        KeyCommand::Request { id, output: path, owner } => {
            let (app, caller) = of(owner, config)?;
            absent(&path)?;
            write_new(&path, app.key_request(&caller, &id)?.as_bytes())?;
        }
        KeyCommand::Certify { id, chain, owner } => {
            let (app, caller) = of(owner, config)?;
            let pem = read(&chain, CHAIN_BYTES_MAX)?;
            let key = app.key_certify(&caller, &id, &String::from_utf8_lossy(&pem))?;
            show(&key, output);
        }
        KeyCommand::Use { id, seal, owner } => {
            let (app, caller) = of(owner, config)?;
            app.key_use(&caller, &id, &seal)?;
        }
    }
    Ok(Exit::Success)
}

/// The service, and who sits at it for the owner.
fn of(owner: OwnerTyped, config: Config) -> Result<(App, Caller), Failure> {
    let app = open(config, owner.data)?;
    let caller = app.console(owner.organization.as_deref().unwrap_or_default())?;
    Ok((app, caller))
}

fn show(key: &KeyView, output: &Output) {
    let words = output.words();
    output.line(&key.id);
    output.entry(words.kind, &key.kind);
    output.entry(words.purpose, &key.purpose);
    output.entry(words.kept_in, &key.custody);
    output.entry(words.certificate, key.certificate.as_deref().unwrap_or_default());
}

impl From<KindTyped> for KeyKind {
    fn from(typed: KindTyped) -> Self {
        match typed {
            KindTyped::P256 => Self::P256,
            KindTyped::Rsa2048 => Self::Rsa { bits: 2048 },
            KindTyped::Rsa3072 => Self::Rsa { bits: 3072 },
            KindTyped::Rsa4096 => Self::Rsa { bits: 4096 },
        }
    }
}
