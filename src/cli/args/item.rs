//! `yinzheng item`.

use super::DataTyped;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Service items: what offices do, and what they ask for.
#[derive(Debug, Args)]
pub(crate) struct ItemTyped {
    #[command(subcommand)]
    pub(crate) command: ItemCommand,
}

/// What to do with service items.
#[derive(Debug, Subcommand)]
pub(crate) enum ItemCommand {
    /// List service items.
    List(ItemListTyped),
    /// Show one: its materials and what may stand in their place.
    Show(ItemNamedTyped),
    /// Take items from a table (CSV, XLSX) or from documents (JSON); what is wrong is told by row.
    Import(ItemImportTyped),
    /// Write every item as a list of documents, or as a table.
    Export(ItemExportTyped),
}

/// Which items.
#[derive(Debug, Args)]
pub(crate) struct ItemListTyped {
    /// Part of a name, first letters of its pinyin, or part of the code; all when absent.
    pub(crate) text: Option<String>,
    /// Only those that ask for a paper although an office issued it, and which.
    #[arg(long)]
    pub(crate) still_asking: bool,
    /// Only those that changed since somebody said what may stand in the place of their materials.
    #[arg(long)]
    pub(crate) drifted: bool,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// A service item.
#[derive(Debug, Args)]
pub(crate) struct ItemNamedTyped {
    /// Its code.
    pub(crate) code: String,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Items to take in.
#[derive(Debug, Args)]
pub(crate) struct ItemImportTyped {
    /// The file; - for standard input.
    pub(crate) file: PathBuf,
    /// Only say what would come of it.
    #[arg(long)]
    pub(crate) check: bool,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Where items are written.
#[derive(Debug, Args)]
pub(crate) struct ItemExportTyped {
    /// A table with a row for each material, instead of documents.
    #[arg(long)]
    pub(crate) csv: bool,
    /// Where to write it; never over an existing file. Standard output when absent.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}
