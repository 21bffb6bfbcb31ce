//! `yinzheng staff`.

use super::DataTyped;
use clap::{Args, Subcommand};

/// Who signs in.
#[derive(Debug, Args)]
pub(crate) struct StaffTyped {
    #[command(subcommand)]
    pub(crate) command: StaffCommand,
}

/// What to do with accounts. Whoever sits at the machine makes the first administrators.
#[derive(Debug, Subcommand)]
pub(crate) enum StaffCommand {
    /// Make an account and show its first password, once.
    Add(StaffAddTyped),
    /// List accounts.
    List(DataTyped),
    /// Give an account a first password again, and show it, once.
    Reset(StaffNamedTyped),
    /// Close an account: signed out at once, and for good.
    Close(StaffNamedTyped),
}

/// Make an account and show its first password, once.
#[derive(Debug, Args)]
pub(crate) struct StaffAddTyped {
    /// The organization, by id or social credit code.
    #[arg(long)]
    pub(crate) organization: String,
    /// The name to sign in with.
    #[arg(long)]
    pub(crate) login: String,
    /// The person's name.
    #[arg(long)]
    pub(crate) name: String,
    /// What the person may do: clerk, seal_keeper, seal_approver, or one alone of system_admin,
    /// security_admin, auditor.
    #[arg(long = "role", required = true, value_name = "ROLE")]
    pub(crate) roles: Vec<String>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// One account.
#[derive(Debug, Args)]
pub(crate) struct StaffNamedTyped {
    /// The name to sign in with.
    pub(crate) login: String,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}
