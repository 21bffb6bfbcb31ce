//! `yinzheng pki`.

use clap::Args;
use std::path::PathBuf;

/// Make the test PKI, the same every time: its keys are public and for tests only.
#[derive(Debug, Args)]
pub(crate) struct PkiTyped {
    /// Where to put it.
    #[arg(value_name = "DIR", default_value = "certs-test")]
    pub(crate) folder: PathBuf,
}
