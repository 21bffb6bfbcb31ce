//! `yinzheng connector`.

use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Answer the questions of others from a list: the reference connector.
#[derive(Debug, Args)]
pub(crate) struct ConnectorTyped {
    /// Table (CSV) with the columns connector, code, answer (confirmed, denied), reference and
    /// valid_until. Who is not on it is unknown.
    #[arg(value_name = "FILE")]
    pub(crate) list: PathBuf,
    /// File with the value of the header `Authorization` that whoever asks must send.
    #[arg(long, value_name = "FILE")]
    pub(crate) authorization_file: PathBuf,
    /// Where to listen.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8090")]
    pub(crate) listen: SocketAddr,
}
