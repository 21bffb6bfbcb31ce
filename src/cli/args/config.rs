//! `yinzheng config`.

use clap::{Args, Subcommand};

/// Look at the configuration.
#[derive(Debug, Args)]
pub(crate) struct ConfigTyped {
    #[command(subcommand)]
    pub(crate) command: ConfigCommand,
}

/// What to do with the configuration.
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Read the configuration as `serve` would, say what is wrong or show what is in force.
    Check {
        /// Answer as JSON.
        #[arg(long)]
        json: bool,
    },
}
