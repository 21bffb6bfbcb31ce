//! `yinzheng audit`.

use super::DataTyped;
use clap::{Args, Subcommand};

/// Look through what the service keeps for what should not be.
#[derive(Debug, Args)]
pub(crate) struct AuditTyped {
    #[command(subcommand)]
    pub(crate) command: AuditCommand,
}

/// What to look for.
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Signatures of one key with one nonce, in all stored files: such a key is as good as
    /// published.
    Nonces(NoncesTyped),
}

/// Signatures of one key with one nonce.
#[derive(Debug, Args)]
pub(crate) struct NoncesTyped {
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
