//! How a command is let in at a service elsewhere.

use clap::Args;
use std::path::PathBuf;

/// A client or a key, and whom to believe.
#[derive(Debug, Args)]
pub(crate) struct AccessTyped {
    /// A client that is registered there with a secret.
    #[arg(long, value_name = "NAME", requires = "secret_file")]
    pub(crate) client: Option<String>,
    /// File with the secret of the client.
    #[arg(long, value_name = "FILE", requires = "client")]
    pub(crate) secret_file: Option<PathBuf>,
    /// File with an API key, instead of a client.
    #[arg(long, value_name = "FILE", conflicts_with = "client")]
    pub(crate) key_file: Option<PathBuf>,
    /// Certificates (PEM) that the service's certificate leads to; by default those of the system.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

impl AccessTyped {
    /// Whether anything was typed.
    pub(crate) const fn is_some(&self) -> bool {
        self.client.is_some() || self.key_file.is_some() || self.ca_file.is_some()
    }
}
