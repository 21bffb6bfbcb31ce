//! `yinzheng inspect`.

use clap::Args;
use std::path::PathBuf;

/// Show what is in a file: revisions, signatures, seals, messages and certificates, in words.
#[derive(Debug, Args)]
pub(crate) struct InspectTyped {
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
