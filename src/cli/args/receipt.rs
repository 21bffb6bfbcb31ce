//! `yinzheng receipt`.

use super::{AnchorsTyped, DataTyped};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Check receipts of verifications, and show the key that signs them.
#[derive(Debug, Args)]
pub(crate) struct ReceiptTyped {
    #[command(subcommand)]
    pub(crate) command: ReceiptCommand,
}

/// What to do with receipts.
#[derive(Debug, Subcommand)]
pub(crate) enum ReceiptCommand {
    /// Check a receipt, and that it is of a file; needs no server and no network.
    Verify(ReceiptVerifyTyped),
    /// Print the public keys of this service's receipts, for the folder `receipts` of a trust
    /// folder.
    Keys(ReceiptKeysTyped),
}

/// Check a receipt, and that it is of a file; needs no server and no network.
#[derive(Debug, Args)]
pub(crate) struct ReceiptVerifyTyped {
    /// The receipt; `-` is standard input.
    #[arg(value_name = "RECEIPT")]
    pub(crate) receipt: PathBuf,
    /// The file that was verified.
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// The keys that are believed are in the folder `receipts` of the trust folder.
    #[command(flatten)]
    pub(crate) anchors: AnchorsTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the public keys of this service's receipts.
#[derive(Debug, Args)]
pub(crate) struct ReceiptKeysTyped {
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
