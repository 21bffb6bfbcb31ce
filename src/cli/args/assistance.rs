//! `yinzheng assistance`.

use super::DataTyped;
use clap::{Args, Subcommand};

/// What departments ask each other about materials of a case.
#[derive(Debug, Args)]
pub(crate) struct AssistanceTyped {
    #[command(subcommand)]
    pub(crate) command: AssistanceCommand,
}

/// What to do with requests.
#[derive(Debug, Subcommand)]
pub(crate) enum AssistanceCommand {
    /// List what an organization is asked, or asks, newest first.
    List(AssistanceListTyped),
    /// Show one request; whoever is asked sees whom it is about, which is written down.
    Show(AssistanceNamedTyped),
    /// Answer a request that an organization is asked; it counts for its case alone.
    Answer(AssistanceAnswerTyped),
}

/// For whom, and where.
#[derive(Debug, Args)]
pub(crate) struct AssistanceCommon {
    /// The organization.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// Which requests.
#[derive(Debug, Args)]
pub(crate) struct AssistanceListTyped {
    /// What the organization asks, instead of what it is asked.
    #[arg(long)]
    pub(crate) asking: bool,
    /// Only in this state: open (also past its last day), overdue, answered, withdrawn.
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<String>,
    #[command(flatten)]
    pub(crate) common: AssistanceCommon,
}

/// A request.
#[derive(Debug, Args)]
pub(crate) struct AssistanceNamedTyped {
    /// Its id.
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) common: AssistanceCommon,
}

/// An answer.
#[derive(Debug, Args)]
pub(crate) struct AssistanceAnswerTyped {
    /// Id of the request.
    pub(crate) id: String,
    /// What is so: confirmed, denied, or unable to tell.
    pub(crate) outcome: String,
    /// By what, in words.
    pub(crate) statement: String,
    /// The number of the organization's document.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) document: Option<String>,
    /// The last day for which it says so.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(crate) until: Option<String>,
    #[command(flatten)]
    pub(crate) common: AssistanceCommon,
}
