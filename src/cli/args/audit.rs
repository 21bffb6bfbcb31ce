//! `yinzheng audit`.

use super::DataTyped;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use time::OffsetDateTime;

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
    /// What it means that the key of a seal was in other hands since a moment: which licenses stay
    /// valid, because the log had them before, and which must be sealed again.
    Seal(SealEffectsTyped),
    /// Check an export of the access log, of either form, without the service.
    Verify(ExportTyped),
}

/// A seal whose key was in other hands.
#[derive(Debug, Args)]
pub(crate) struct SealEffectsTyped {
    /// The seal, by name, code or id.
    #[arg(value_name = "SEAL")]
    pub(crate) seal: String,
    /// Since this moment (2026-03-02T09:15:00+08:00) or day (2026-03-02, in Beijing).
    #[arg(long, value_name = "TIME", value_parser = super::verify::moment)]
    pub(crate) since: OffsetDateTime,
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// An export of the access log.
#[derive(Debug, Args)]
pub(crate) struct ExportTyped {
    /// The file, CSV or JSON lines; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
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
