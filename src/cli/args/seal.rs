//! `yinzheng seal`.

use super::{DataTyped, SealCommand};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Seal any PDF with a seal of this service; ask for seals, make and end them.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct SealTyped {
    #[command(subcommand)]
    pub(crate) command: Option<SealCommand>,
    #[command(flatten)]
    pub(crate) document: SealDocumentTyped,
}

/// Seal any PDF with a seal of this service, without registering a license.
#[derive(Debug, Args)]
pub(crate) struct SealDocumentTyped {
    /// The PDF to seal.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) file: Option<PathBuf>,
    /// The seal, by name or id.
    #[arg(long, value_name = "NAME", required = true)]
    pub(crate) seal: Option<String>,
    /// Which signatures the seal leaves.
    #[arg(long, value_enum, default_value_t = Form::Both)]
    pub(crate) form: Form,
    /// What stands beside each signature: nothing (b), a time stamp (t), also the certificates and
    /// revocation lists (lt), also a time stamp over all (lta); that of the configuration when absent.
    #[arg(long, value_enum)]
    pub(crate) level: Option<LevelTyped>,
    /// Center the seal on the last occurrence of a text.
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["page", "x", "y"])]
    pub(crate) keyword: Option<String>,
    /// Page of the seal, from 1.
    #[arg(long, value_name = "N", requires = "x", requires = "y",
          value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) page: Option<u32>,
    /// Center of the seal from the left edge in mm.
    #[arg(long, value_name = "MM", requires = "page", requires = "y", value_parser = distance)]
    pub(crate) x: Option<f64>,
    /// Center of the seal from the top edge in mm.
    #[arg(long, value_name = "MM", requires = "page", requires = "x", value_parser = distance)]
    pub(crate) y: Option<f64>,
    /// Also a riding seal over the edges of all pages (骑缝章).
    #[arg(long)]
    pub(crate) riding: bool,
    /// The sealed PDF; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT", required = true)]
    pub(crate) output: Option<PathBuf>,
    /// The organization whose seal it is, when several have one of this name.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Which signatures a sealed PDF carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// One PAdES signature, which every PDF reader checks.
    Pades,
    /// One GB/T 38540 seal signature (SM2).
    Sm2,
    /// The first, then the second.
    Both,
}

/// What stands beside each signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelTyped {
    /// Nothing.
    B,
    /// A time stamp.
    T,
    /// Also the certificates and revocation lists.
    Lt,
    /// Also a time stamp over all of it.
    Lta,
}

/// Largest side of a PDF page is 14,400 units of 1/72 inch (ISO 32000-1, annex C).
const PAGE_SIDE_MM_MAX: f64 = 5080.0;

fn distance(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(mm) if (0.0..=PAGE_SIDE_MM_MAX).contains(&mm) => Ok(mm),
        _ => Err(format!("a distance in mm from 0 to {PAGE_SIDE_MM_MAX}")),
    }
}
