//! `yinzheng order`.

use super::{caller, open, read};
use crate::cli::args::{OrderCommand, OrderRuleTyped, OrderSignTyped, RuleTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::{ApprovalRule, sign_manifest};

/// A manifest of a thousand orders has some 400 KB.
const MANIFEST_BYTES_MAX: usize = 4 << 20;
/// A key file has some kilobytes.
const KEY_BYTES_MAX: usize = 64 << 10;

/// Carries out what was typed.
pub(super) fn run(
    command: OrderCommand,
    config: impl FnOnce() -> Result<Config, Failure>,
    output: &Output,
) -> Result<Exit, Failure> {
    match command {
        OrderCommand::Sign(OrderSignTyped { manifest, key }) => {
            let manifest = read(&manifest, MANIFEST_BYTES_MAX)?;
            let key = read(&key, KEY_BYTES_MAX)?;
            output.line(sign_manifest(&manifest, &key)?);
        }
        OrderCommand::Rule(OrderRuleTyped { seal, by, data }) => {
            let app = open(config()?, data)?;
            let caller = caller(&app, None, Some(&seal))?;
            let rule = match by {
                RuleTyped::Policy => ApprovalRule::Policy,
                RuleTyped::Person => ApprovalRule::Person,
            };
            app.seal_approval(&caller, &seal, rule)?;
        }
    }
    Ok(Exit::Success)
}
