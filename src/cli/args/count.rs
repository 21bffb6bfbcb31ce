//! `yinzheng count`.

use super::DataTyped;
use clap::{Args, Subcommand};

/// Say how many licenses were issued, and compare it with what is here.
#[derive(Debug, Args)]
pub(crate) struct CountTyped {
    #[command(subcommand)]
    pub(crate) command: CountCommand,
}

/// What to do with counts.
#[derive(Debug, Subcommand)]
pub(crate) enum CountCommand {
    /// Say how many licenses of a type the organization issued on a day.
    Declare {
        /// Code of the license type.
        #[arg(long = "type", value_name = "CODE")]
        license_type: String,
        /// The day of issue.
        #[arg(long, value_name = "YYYY-MM-DD")]
        day: String,
        /// How many.
        #[arg(long, value_name = "N")]
        count: u32,
        /// The organization.
        #[arg(long, value_name = "NAME")]
        organization: Option<String>,
        #[command(flatten)]
        data: DataTyped,
    },
    /// Show declared, stored and in time by day and type, and missing numbers.
    Show {
        /// The first day; two weeks back when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        from: Option<String>,
        /// The last day; today when absent.
        #[arg(long, value_name = "YYYY-MM-DD")]
        to: Option<String>,
        /// Only this license type.
        #[arg(long = "type", value_name = "CODE")]
        license_type: Option<String>,
        /// The organization.
        #[arg(long, value_name = "NAME")]
        organization: Option<String>,
        /// Answer as JSON.
        #[arg(long)]
        json: bool,
        #[command(flatten)]
        data: DataTyped,
    },
}
