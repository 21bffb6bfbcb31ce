//! `yinzheng compare`.

use clap::Args;
use std::path::PathBuf;

/// Say of pairs of values whether they are the same, and if not, why; needs no server and no network.
#[derive(Debug, Args)]
pub(crate) struct CompareTyped {
    /// A table with the columns name, kind, ours, theirs (CSV, UTF-8), or a request of `/v1/compare`
    /// (JSON); `-` is standard input. Kinds: text, `person_name`, `organization_name`, address, date,
    /// number, identifier.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Regions that were renamed, such as 示例县=示例区; may be repeated.
    #[arg(long, value_name = "FROM=TO")]
    pub(crate) renamed: Vec<String>,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
