//! `yinzheng license`.

use super::{DataTyped, Form, LevelTyped};
use clap::{Args, Subcommand};
use std::path::PathBuf;

/// Issue, show and list licenses.
#[derive(Debug, Args)]
pub(crate) struct LicenseTyped {
    #[command(subcommand)]
    pub(crate) command: LicenseCommand,
}

/// What to do with licenses.
#[derive(Debug, Subcommand)]
pub(crate) enum LicenseCommand {
    /// Issue one license: check the fields, render, seal, store.
    Issue(IssueTyped),
    /// Show one license.
    Show(ShowTyped),
    /// List licenses, newest first, or of those that end soon the first first.
    List(ListTyped),
    /// Write the archive package of a license: with all that is needed to verify it in years.
    Archive(LicenseArchiveTyped),
    /// Say for whom and for which case a marked copy was made, by the identifier inside it.
    Trace(TraceTyped),
    /// Suspend a license: not to be relied on for the time being.
    Suspend(MoveTyped),
    /// End the suspension of a license.
    Resume(MoveTyped),
    /// Revoke a license for good.
    Revoke(RevokeTyped),
    /// Renew a license: another one for another period takes its place.
    Renew(RenewTyped),
    /// Show what a renewal takes over, what it rests on, and what it still needs.
    Renewal(HistoryTyped),
    /// Change a license: another one with another content takes its place.
    Change(ChangeTyped),
    /// Suspend, resume, revoke or change many licenses, each for itself.
    Bulk(BulkTyped),
    /// Show what happened to a license.
    History(HistoryTyped),
}

/// One change for many licenses.
#[derive(Debug, Args)]
pub(crate) struct BulkTyped {
    /// What is to happen to each.
    #[arg(value_enum, value_name = "ACT")]
    pub(crate) act: ActTyped,
    /// File with ids or numbers, one a line, 1 to 200, of change to 50; `-` is standard input. All
    /// that fit the type, state and days when absent.
    #[arg(value_name = "FILE", required_unless_present_any = ["license_type", "state", "ending_within"])]
    pub(crate) licenses: Option<PathBuf>,
    /// The type: of the numbers, or of all that fit.
    #[arg(long = "type", value_name = "CODE")]
    pub(crate) license_type: Option<String>,
    /// Without a file: only in this state.
    #[arg(long, value_name = "STATE", conflicts_with = "licenses")]
    pub(crate) state: Option<String>,
    /// Without a file: only those in force that end within so many days.
    #[arg(long, value_name = "DAYS", conflicts_with = "licenses",
        value_parser = clap::value_parser!(u16).range(1..=366))]
    pub(crate) ending_within: Option<u16>,
    /// Without a file: where the licenses before ended.
    #[arg(long, value_name = "CURSOR", conflicts_with = "licenses")]
    pub(crate) cursor: Option<String>,
    /// Only say what would become of each.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Of change: one field.
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) field: Vec<(String, String)>,
    /// Of revoke: class of the reason.
    #[arg(long, value_name = "CLASS")]
    pub(crate) reason: Option<String>,
    #[command(flatten)]
    pub(crate) why: WhyTyped,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// What is to happen.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
pub(crate) enum ActTyped {
    /// Not to be relied on for the time being.
    Suspend,
    /// The suspension ends.
    Resume,
    /// It ends for good.
    Revoke,
    /// Another one with another content takes its place.
    Change,
}

/// What renewing and changing take.
#[derive(Debug, Args)]
pub(crate) struct SucceedTyped {
    /// Id of the license.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// JSON file with the fields that are another than before; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) fields: Option<PathBuf>,
    /// One field; wins over the file.
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) field: Vec<(String, String)>,
    /// Number of the decision.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) decision: Option<String>,
    /// Why, in words.
    #[arg(long, value_name = "WORDS")]
    pub(crate) note: Option<String>,
    #[command(flatten)]
    pub(crate) made: MadeTyped,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// Change a license.
#[derive(Debug, Args)]
pub(crate) struct ChangeTyped {
    /// Of one that is made of others: id of a license of which it is made from now on; once for
    /// each, of the same when absent.
    #[arg(long = "part", value_name = "ID")]
    pub(crate) parts: Vec<String>,
    #[command(flatten)]
    pub(crate) step: SucceedTyped,
}

/// Renew a license.
#[derive(Debug, Args)]
pub(crate) struct RenewTyped {
    /// What `yinzheng license renewal` showed last: renews just that, by the dates suggested there.
    #[arg(long, value_name = "DIGEST")]
    pub(crate) confirmed: Option<String>,
    #[command(flatten)]
    pub(crate) step: SucceedTyped,
}

/// Why a state changes, and since when.
#[derive(Debug, Args)]
pub(crate) struct WhyTyped {
    /// Why, in words; a suspension needs it.
    #[arg(long, value_name = "WORDS")]
    pub(crate) note: Option<String>,
    /// Number of the decision; a revocation needs it.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) decision: Option<String>,
    /// Since when it counts: RFC 3339, or `2026-03-02T09:15` in China; now when absent.
    #[arg(long, value_name = "TIME")]
    pub(crate) effective: Option<String>,
    /// A name for this request: the same name never changes twice.
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<app::IdempotencyKey>,
}

/// What suspending and resuming take.
#[derive(Debug, Args)]
pub(crate) struct MoveTyped {
    /// Id of the license.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) why: WhyTyped,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// Revoke a license for good.
#[derive(Debug, Args)]
pub(crate) struct RevokeTyped {
    /// Class of the reason: cancelled (注销), annulled (撤销), withdrawn (撤回), stripped (吊销),
    /// lost (作废), issued_in_error (错发).
    #[arg(long, value_name = "CLASS")]
    pub(crate) reason: String,
    /// Of issued_in_error: id of the license that is right.
    #[arg(long, value_name = "ID")]
    pub(crate) corrected: Option<String>,
    #[command(flatten)]
    pub(crate) step: MoveTyped,
}

/// Show what happened to a license.
#[derive(Debug, Args)]
pub(crate) struct HistoryTyped {
    /// Id of the license.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// Which marked copy.
#[derive(Debug, Args)]
pub(crate) struct TraceTyped {
    /// The identifier on the copy and in it: 32 hexadecimal digits.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// Issue one license: check the fields, render, seal, store.
#[derive(Debug, Args)]
pub(crate) struct IssueTyped {
    /// Code of the license type.
    #[arg(long = "type", value_name = "CODE")]
    pub(crate) license_type: String,
    /// JSON file with the fields, `{"key": value}`; `-` is standard input.
    #[arg(long, value_name = "FILE")]
    pub(crate) fields: Option<PathBuf>,
    /// One field; wins over the file.
    #[arg(long = "field", value_name = "KEY=VALUE", value_parser = pair)]
    pub(crate) field: Vec<(String, String)>,
    /// Id of a license of which it is made; once for each.
    #[arg(long = "part", value_name = "ID")]
    pub(crate) parts: Vec<String>,
    #[command(flatten)]
    pub(crate) made: MadeTyped,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// How a license is made and sealed.
#[derive(Debug, Args)]
pub(crate) struct MadeTyped {
    /// The department's own PDF; drawn from the fields when absent.
    #[arg(long, value_name = "PDF")]
    pub(crate) document: Option<PathBuf>,
    /// The seal, by name or id; the organization's seal for the type when absent.
    #[arg(long, value_name = "NAME")]
    pub(crate) seal: Option<String>,
    /// Which signatures the seal leaves.
    #[arg(long, value_enum)]
    pub(crate) form: Option<Form>,
    /// What stands beside each signature; that of the configuration when absent.
    #[arg(long, value_enum)]
    pub(crate) level: Option<LevelTyped>,
    /// A name for this request: the same name never issues twice.
    #[arg(long, value_name = "KEY")]
    pub(crate) idempotency_key: Option<app::IdempotencyKey>,
    /// Also write the sealed PDF here; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
}

/// Show one license.
#[derive(Debug, Args)]
pub(crate) struct ShowTyped {
    /// Id of the license.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Also write the sealed PDF here; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// List licenses, newest first.
#[derive(Debug, Args)]
pub(crate) struct ListTyped {
    /// Only this license type.
    #[arg(long = "type", value_name = "CODE")]
    pub(crate) license_type: Option<String>,
    /// Only this license number.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) number: Option<String>,
    /// Only this holder.
    #[arg(long, value_name = "NAME")]
    pub(crate) holder: Option<String>,
    /// Only those in force that end within so many days.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u16).range(1..=366))]
    pub(crate) ending_within: Option<u16>,
    /// At most this many.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=200))]
    pub(crate) limit: Option<u16>,
    /// Where the previous page ended.
    #[arg(long, value_name = "CURSOR")]
    pub(crate) cursor: Option<String>,
    #[command(flatten)]
    pub(crate) common: LicenseCommon,
}

/// Write the archive package of a license.
#[derive(Debug, Args)]
pub(crate) struct LicenseArchiveTyped {
    /// Id of the license.
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// Where to write it; an existing file is not overwritten.
    #[arg(short, long, value_name = "OUT")]
    pub(crate) out: PathBuf,
    /// The organization to act for.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

/// What all license commands take.
#[derive(Debug, Args)]
pub(crate) struct LicenseCommon {
    /// The organization to act for.
    #[arg(long, value_name = "NAME")]
    pub(crate) organization: Option<String>,
    /// Answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataTyped,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("a field is KEY=VALUE".to_owned()),
    }
}
