//! `yinzheng fsck`.

use super::DataTyped;
use clap::Args;
use std::path::PathBuf;

/// What to check.
#[derive(Debug, Args)]
pub(crate) struct FsckTyped {
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Ids of licenses that a client was told were issued, one a line: each must be there and
    /// verify.
    #[arg(long, value_name = "FILE")]
    pub(crate) acknowledged: Option<PathBuf>,
    /// Compare files with their digests only, not their signatures with the ledger.
    #[arg(long)]
    pub(crate) quick: bool,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
