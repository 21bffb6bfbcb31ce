//! `yinzheng serve` and `yinzheng demo`.

use super::DataTyped;
use clap::Args;
use std::net::SocketAddr;

/// Where to serve.
#[derive(Debug, Args)]
pub(crate) struct ServeTyped {
    #[command(flatten)]
    pub(crate) data: DataTyped,
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR:PORT")]
    pub(crate) listen: Option<SocketAddr>,
    /// Serve a register that is older than its newest signed checkpoint, as after a restore: what
    /// was issued since is missing. The audit trail says that it was accepted.
    #[arg(long)]
    pub(crate) accept_older_register: bool,
}
