//! `yinzheng backup` and `yinzheng restore`.

use super::DataTyped;
use clap::Args;
use std::path::PathBuf;

/// Where to.
#[derive(Debug, Args)]
pub(crate) struct BackupTyped {
    /// An empty folder, or an earlier backup, which is brought up to date.
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where from.
#[derive(Debug, Args)]
pub(crate) struct RestoreTyped {
    /// The folder of a backup.
    pub(crate) from: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
