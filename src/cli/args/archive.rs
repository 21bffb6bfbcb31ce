//! `yinzheng archive`.

use super::AnchorsTyped;
use super::verify::moment;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use time::OffsetDateTime;

/// Check archive packages, and take licenses out of them.
#[derive(Debug, Args)]
pub(crate) struct ArchiveTyped {
    #[command(subcommand)]
    pub(crate) command: ArchiveCommand,
}

/// What to do with an archive package.
#[derive(Debug, Subcommand)]
pub(crate) enum ArchiveCommand {
    /// Check a package and judge its license as of when it was archived; needs no server and no
    /// network.
    Verify(ArchiveVerifyTyped),
    /// Check a package and write its license file, byte for byte as it was issued.
    Restore(ArchiveRestoreTyped),
}

/// The package, and whom to believe.
#[derive(Debug, Args)]
pub(crate) struct PackageTyped {
    /// The package.
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Keys of services are in the folder `receipts` of the trust folder, those of logs in `logs`.
    #[command(flatten)]
    pub(crate) anchors: AnchorsTyped,
    /// Check as at this moment or the beginning of this day in Beijing; by default now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<OffsetDateTime>,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Check a package and judge its license as of when it was archived.
#[derive(Debug, Args)]
pub(crate) struct ArchiveVerifyTyped {
    #[command(flatten)]
    pub(crate) package: PackageTyped,
}

/// Check a package and write its license file.
#[derive(Debug, Args)]
pub(crate) struct ArchiveRestoreTyped {
    #[command(flatten)]
    pub(crate) package: PackageTyped,
    /// Where to write the license file; an existing file is not overwritten.
    #[arg(long, short, value_name = "OUT")]
    pub(crate) out: PathBuf,
}
