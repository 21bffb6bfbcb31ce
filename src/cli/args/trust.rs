//! `yinzheng trust`.

use super::moment;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use time::OffsetDateTime;

/// Make, show and check signed trust lists.
#[derive(Debug, Args)]
pub(crate) struct TrustTyped {
    #[command(subcommand)]
    pub(crate) command: TrustCommand,
}

/// What to do with a trust list.
#[derive(Debug, Subcommand)]
pub(crate) enum TrustCommand {
    /// Sign a list from its content.
    Make {
        /// The content as JSON; certificates are base64 or names of PEM files beside it.
        #[arg(value_name = "CONTENT")]
        content: PathBuf,
        /// The signer's SM2 key (PKCS#8, PEM).
        #[arg(long, value_name = "FILE")]
        key: PathBuf,
        /// The signer's certificate (PEM), perhaps with those above it.
        #[arg(long, value_name = "FILE")]
        certificate: PathBuf,
        /// Where to write the list; never over an existing file.
        #[arg(short, long, value_name = "FILE")]
        output: PathBuf,
    },
    /// Show what a list says, whoever signed it.
    Show {
        /// The list.
        #[arg(value_name = "LIST")]
        list: PathBuf,
        /// Answer as JSON.
        #[arg(long)]
        json: bool,
    },
    /// Check that a list is signed by the one named, and not overdue.
    Verify {
        /// The list.
        #[arg(value_name = "LIST")]
        list: PathBuf,
        /// Certificate or public key (PEM) of the signer.
        #[arg(long, value_name = "FILE")]
        signer: PathBuf,
        /// Whether it is overdue at this moment; by default now.
        #[arg(long, value_name = "TIME", value_parser = moment)]
        at: Option<OffsetDateTime>,
    },
}
