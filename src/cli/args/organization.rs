//! `yinzheng organization`.

use super::DataTyped;
use clap::{Args, Subcommand};

/// Bodies that issue and verify here.
#[derive(Debug, Args)]
pub(crate) struct OrganizationTyped {
    #[command(subcommand)]
    pub(crate) command: OrganizationCommand,
}

/// What to do with organizations.
#[derive(Debug, Subcommand)]
pub(crate) enum OrganizationCommand {
    /// Register an organization.
    Add(OrganizationAddTyped),
    /// List organizations.
    List(DataTyped),
}

/// Register an organization.
#[derive(Debug, Args)]
pub(crate) struct OrganizationAddTyped {
    /// The full name.
    #[arg(long)]
    pub(crate) name: String,
    /// The unified social credit code.
    #[arg(long)]
    pub(crate) code: String,
    /// The body above it, by id.
    #[arg(long, default_value = "")]
    pub(crate) parent: String,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}
