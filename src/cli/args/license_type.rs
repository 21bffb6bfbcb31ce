//! `yinzheng type`.

use super::DataTyped;
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// License types: what licenses say and how they are drawn.
#[derive(Debug, Args)]
pub(crate) struct TypeTyped {
    #[command(subcommand)]
    pub(crate) command: TypeCommand,
}

/// What to do with license types.
#[derive(Debug, Subcommand)]
pub(crate) enum TypeCommand {
    /// List license types.
    List(DataTyped),
    /// Show one: its fields, versions and draft.
    Show(TypeNamedTyped),
    /// Try a catalogue document, and say what would go wrong.
    Check(TypeFileTyped),
    /// Write a published version as a catalogue document.
    Export(TypeExportTyped),
    /// Keep a catalogue document as the draft of a type's next version, or publish it at once.
    Import(TypeImportTyped),
    /// Publish the draft of a type.
    Publish(TypeNamedTyped),
}

/// A license type.
#[derive(Debug, Args)]
pub(crate) struct TypeNamedTyped {
    /// Its code.
    pub(crate) code: String,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// A catalogue document.
#[derive(Debug, Args)]
pub(crate) struct TypeFileTyped {
    /// The file; - for standard input.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// A published version.
#[derive(Debug, Args)]
pub(crate) struct TypeExportTyped {
    /// The code of the type.
    pub(crate) code: String,
    /// Which version; the newest when absent.
    #[arg(long)]
    pub(crate) number: Option<u32>,
    /// Where to write it; never over an existing file. Standard output when absent.
    #[arg(long, value_name = "FILE")]
    pub(crate) out: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// A document to import.
#[derive(Debug, Args)]
pub(crate) struct TypeImportTyped {
    /// The file; - for standard input.
    pub(crate) file: PathBuf,
    /// Publish it at once.
    #[arg(long)]
    pub(crate) publish: bool,
    /// The organization that keeps the type from now on, by name or id; with --publish.
    #[arg(long, value_name = "NAME", requires = "publish")]
    pub(crate) keeper: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}
