//! `yinzheng license`.

use super::{DataTyped, Form, LevelTyped};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Issue, show and list licenses.
#[derive(Debug, Args)]
pub(crate) struct LicenseTyped {
    #[command(subcommand)]
    pub(crate) command: LicenseCommand,
}

/// What to do with licenses.
#[derive(Debug, Subcommand)]
pub(crate) enum LicenseCommand {
    /// Issue one license: check the fields, render, seal, store.
    Issue(IssueTyped),
    /// Show one license.
    Show(ShowTyped),
    /// List licenses, newest first.
    List(ListTyped),
}

/// Issue one license: check the fields, render, seal, store.
#[derive(Debug, Args)]
pub(crate) struct IssueTyped {
    /// Code of the license type.
    #[arg(long = "type", value_name = "CODE")]
    pub(crate) license_type: String,
    /// JSON file with the fields, `{"key": value}`; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) fields: Option<PathBuf>,
    /// One field; wins over the file.
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) field: Vec<(String, String)>,
    /// The department's own PDF; drawn from the fields when absent.
    #[arg(long, value_name = "PDF")]
    pub(crate) document: Option<PathBuf>,
    /// The seal, by name or id; the organization's seal for the type when absent.
    #[arg(long, value_name = "NAME")]
    pub(crate) seal: Option<String>,
    /// Which signatures the seal leaves.
    #[arg(long, value_enum)]
    pub(crate) form: Option<Form>,
    /// What stands beside each signature; that of the configuration when absent.
    #[arg(long, value_enum)]
    pub(crate) level: Option<LevelTyped>,
    /// A name for this request: the same name never issues twice.
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<app::IdempotencyKey>,
    /// Also write the sealed PDF here; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// Show one license.
#[derive(Debug, Args)]
pub(crate) struct ShowTyped {
    /// Id of the license.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Also write the sealed PDF here; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// List licenses, newest first.
#[derive(Debug, Args)]
pub(crate) struct ListTyped {
    /// Only this license type.
    #[arg(long = "type", value_name = "CODE")]
    pub(crate) license_type: Option<String>,
    /// Only this license number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// Only this holder.
    #[arg(long, value_name = "NAME")]
    pub(crate) holder: Option<String>,
    /// At most this many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=200))]
    pub(crate) limit: Option<u16>,
    /// Where the previous page ended.
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// What all license commands take.
#[derive(Debug, Args)]
pub(crate) struct LicenseCommon {
    /// The organization to act for.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a field is KEY=VALUE".to_owned()),
    }
}
