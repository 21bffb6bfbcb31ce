//! `yinzheng witness`.

use super::AnchorsTyped;
use clap::Args;
use std::path::PathBuf;

/// Look at the log of another machine, and sign that it only ever grew.
#[derive(Debug, Args)]
pub(crate) struct WitnessTyped {
    /// The log: `http://HOST[:PORT]/v1/log`, or a folder with copies of its files.
    #[arg(value_name = "LOG")]
    pub(crate) log: String,
    /// Folder of what the witness has seen, and of its key; one log to a folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) state: PathBuf,
    /// The name under which it signs, such as `audit.example.gov/witness`.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// The keys of the log, instead of those in the folder `logs` of the trust folder.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) anchors: AnchorsTyped,
    /// Look again and again, after so many seconds; ends when the log is refused.
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) every: Option<u32>,
}
