//! `yinzheng doctor`.

use super::AnchorsTyped;
use super::verify::moment;
use clap::Args;
use std::path::PathBuf;
use time::OffsetDateTime;

/// Say why a file fails, here or elsewhere, and how to cure it; needs no server and no network.
#[derive(Debug, Args)]
pub(crate) struct DoctorTyped {
    /// The file; `-` is standard input.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// The document that a signature in a file of its own belongs to.
    #[arg(long, value_name = "FILE")]
    pub(crate) original: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) anchors: AnchorsTyped,
    /// Judge at this moment, as `verify` does; by default now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<OffsetDateTime>,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
