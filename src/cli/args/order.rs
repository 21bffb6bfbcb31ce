//! `yinzheng order`.

use super::DataTyped;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Sign what is approved, and say which seals need that.
#[derive(Debug, Args)]
pub(crate) struct OrderTyped {
    #[command(subcommand)]
    pub(crate) command: OrderCommand,
}

/// What to do with orders.
#[derive(Debug, Subcommand)]
pub(crate) enum OrderCommand {
    /// Sign a manifest with a key of your own; needs no server and no network.
    Sign(OrderSignTyped),
    /// Say who approves the orders of a seal: the policy, or a person.
    Rule(OrderRuleTyped),
}

/// Sign a manifest with a key of your own; needs no server and no network.
#[derive(Debug, Args)]
pub(crate) struct OrderSignTyped {
    /// The manifest as it was downloaded; `-` is standard input.
    #[arg(value_name = "MANIFEST")]
    pub(crate) manifest: PathBuf,
    /// The private key (PKCS#8, PEM): SM2, P-256 or RSA.
    #[arg(long, value_name = "PEM")]
    pub(crate) key: PathBuf,
}

/// Say who approves the orders of a seal: the policy, or a person.
#[derive(Debug, Args)]
pub(crate) struct OrderRuleTyped {
    /// The seal, by name, code or id.
    #[arg(long, value_name = "NAME")]
    pub(crate) seal: String,
    /// Who approves.
    #[arg(long, value_enum)]
    pub(crate) by: RuleTyped,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Who approves.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum RuleTyped {
    /// The policy, each order by itself and at once.
    Policy,
    /// A person, who signs for it.
    Person,
}
