//! `yinzheng conformance`.

use super::AccessTyped;
use clap::Args;

/// Try a deployment with 20 cases that every client has to tell apart; nothing is issued.
#[derive(Debug, Args)]
pub(crate) struct ConformanceTyped {
    /// Address of the service, without a path.
    #[arg(value_name = "URL")]
    pub(crate) url: String,
    /// How it lets the command in.
    #[command(flatten)]
    pub(crate) access: AccessTyped,
    /// Answer as JSON, one object a line and case.
    #[arg(long)]
    pub(crate) json: bool,
}
