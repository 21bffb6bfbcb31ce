//! `yinzheng status`.

use super::DataTyped;
use clap::Args;

/// Say how each part of the service is: disk, clock, trust data, certificates, log, backup.
#[derive(Debug, Args)]
pub(crate) struct StatusTyped {
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
