//! `yinzheng log`.

use super::{AnchorsTyped, DataTyped};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Prove what was issued by the log, and check such proofs and whole logs.
#[derive(Debug, Args)]
pub(crate) struct LogTyped {
    #[command(subcommand)]
    pub(crate) command: LogCommand,
}

/// What to do with the log.
#[derive(Debug, Subcommand)]
pub(crate) enum LogCommand {
    /// Write the proof of a license: its leaves, how they are in the tree, and the signed root.
    Proof(LogProofTyped),
    /// Check proofs, kept checkpoints and whole logs; needs no server.
    Verify(LogVerifyTyped),
    /// Print the public keys of this service's log, for the folder `logs` of a trust folder.
    Keys(LogKeysTyped),
}

/// Write the proof of a license.
#[derive(Debug, Args)]
pub(crate) struct LogProofTyped {
    /// The license, by its id.
    #[arg(value_name = "LICENSE")]
    pub(crate) license: String,
    /// Where to write it; standard output when absent.
    #[arg(long, short, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Check proofs, kept checkpoints and whole logs; needs no server.
#[derive(Debug, Args)]
pub(crate) struct LogVerifyTyped {
    /// Proofs, and checkpoints that were kept; `-` is standard input.
    #[arg(value_name = "PROOF")]
    pub(crate) proofs: Vec<PathBuf>,
    /// The file that a proof must be of.
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Read the whole log from here and compare: a folder with its files, or `http://HOST/v1/log`.
    #[arg(long, value_name = "PLACE", conflicts_with = "data")]
    pub(crate) from: Option<String>,
    /// Check the whole log of a data folder or a backup.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// The keys that are believed, instead of those in the folder `logs` of the trust folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) anchors: AnchorsTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Print the public keys of this service's log.
#[derive(Debug, Args)]
pub(crate) struct LogKeysTyped {
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
