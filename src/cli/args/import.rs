//! `yinzheng import`.

use super::{AccessTyped, DataTyped, Form, LevelTyped};
use clap::Args;
use std::path::PathBuf;

/// Issue many licenses of one type from a file of rows: all of them are checked first.
#[derive(Debug, Args)]
pub(crate) struct ImportTyped {
    /// CSV in UTF-8 or GB 18030, XLSX, a JSON object on each line, or a ZIP archive of PDFs with
    /// their list.
    #[arg(value_name = "FILE", required_unless_present = "resume")]
    pub(crate) file: Option<PathBuf>,
    /// Code of the license type of all rows.
    #[arg(long = "type", value_name = "CODE", required_unless_present = "resume")]
    pub(crate) license_type: Option<String>,
    /// Only check the rows; nothing is issued.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// How many rows the file should have; another number is told and nothing is issued.
    #[arg(long, value_name = "N")]
    pub(crate) declared: Option<u32>,
    /// Issue the good rows although others failed.
    #[arg(long)]
    pub(crate) skip_failed: bool,
    /// Write the failed rows here, in the format of the file, with a column that says why; an
    /// existing file is not overwritten.
    #[arg(long, value_name = "OUT")]
    pub(crate) failed: Option<PathBuf>,
    /// Go on with a batch that was received before, such as one that was broken off.
    #[arg(long, value_name = "BATCH", conflicts_with_all = ["file", "license_type", "declared"])]
    pub(crate) resume: Option<String>,
    /// The seal, by name or id; the organization's seal for the type when absent.
    #[arg(long, value_name = "NAME")]
    pub(crate) seal: Option<String>,
    /// Which signatures the seal leaves.
    #[arg(long, value_enum)]
    pub(crate) form: Option<Form>,
    /// What stands beside each signature; that of the configuration when absent.
    #[arg(long, value_enum)]
    pub(crate) level: Option<LevelTyped>,
    /// A name for this request: the same name never makes a second batch.
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<app::IdempotencyKey>,
    /// The organization to act for.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    /// A service that does it instead of this command, such as `https://zheng.example.gov.cn`; the
    /// same command typed again goes on with the same batch.
    #[arg(long, value_name = "URL", conflicts_with_all = ["organization", "data"])]
    pub(crate) url: Option<String>,
    /// How that service lets the command in.
    #[command(flatten)]
    pub(crate) access: AccessTyped,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}
