//! `yinzheng key`.

use super::DataTyped;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Make keys where the configuration says, have them certified, and give them to a seal.
#[derive(Debug, Args)]
pub(crate) struct KeyTyped {
    #[command(subcommand)]
    pub(crate) command: KeyCommand,
}

/// Whose keys.
#[derive(Debug, Args)]
pub(crate) struct OwnerTyped {
    /// The organization; not needed when there is only one.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key that signs documents, or the one that signs seals (制章), on the token when the
    /// configuration says so.
    Make {
        /// Its kind.
        #[arg(long, value_enum, required_unless_present = "seal_maker")]
        kind: Option<KindTyped>,
        /// A key of the seal maker: SM2, and it signs nothing but seals.
        #[arg(long, conflicts_with = "kind")]
        seal_maker: bool,
        /// A key of the service itself, which seals marked copies.
        #[arg(long, conflicts_with = "seal_maker")]
        service: bool,
        #[command(flatten)]
        owner: OwnerTyped,
    },
    /// List the keys of an organization.
    List {
        /// Answer as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        owner: OwnerTyped,
    },
    /// Write what an authority is asked to certify (PKCS#10), signed by the key.
    Request {
        /// The key.
        #[arg(value_name = "ID")]
        id: String,
        /// The request, PEM; an existing file is not overwritten.
        #[arg(short, long, value_name = "OUT")]
        output: PathBuf,
        #[command(flatten)]
        owner: OwnerTyped,
    },
    /// Keep the certificates of a key: its own first, then those above it, but for the root.
    Certify {
        /// The key.
        #[arg(value_name = "ID")]
        id: String,
        /// The certificates, PEM.
        #[arg(value_name = "FILE")]
        chain: PathBuf,
        #[command(flatten)]
        owner: OwnerTyped,
    },
    /// Have a seal sign documents with a key from now on.
    Use {
        /// The key.
        #[arg(value_name = "ID")]
        id: String,
        /// The seal, by name, code or id.
        #[arg(long, value_name = "NAME")]
        seal: String,
        #[command(flatten)]
        owner: OwnerTyped,
    },
}

/// Kinds of keys that sign documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum KindTyped {
    /// On P-256.
    #[value(name = "p256")]
    P256,
    /// RSA of 2048 bits.
    #[value(name = "rsa-2048")]
    Rsa2048,
    /// RSA of 3072 bits.
    #[value(name = "rsa-3072")]
    Rsa3072,
    /// RSA of 4096 bits.
    #[value(name = "rsa-4096")]
    Rsa4096,
}
