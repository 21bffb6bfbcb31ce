//! `yinzheng verify`.

use super::AnchorsTyped;
use clap::Args;
use domain::time::{day, day_begins};
use std::path::PathBuf;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Say of each file whether it is genuine and valid; needs no server, and no network unless asked to.
#[derive(Debug, Args)]
pub(crate) struct VerifyTyped {
    /// Files to verify; `-` is standard input.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) anchors: AnchorsTyped,
    /// Judge at this moment (2026-03-02T09:15:00+08:00) or at the beginning of this day in
    /// Beijing (2026-03-02); by default now.
    #[arg(long, value_name = "TIME", value_parser = moment)]
    pub(crate) at: Option<OffsetDateTime>,
    /// Code of the license type of the files, when it is known from elsewhere: a trust list may let
    /// an authority vouch for some types only.
    #[arg(long, value_name = "CODE")]
    pub(crate) license_type: Option<String>,
    /// Proof of the log for the one file that is named: what was logged before a key was in other
    /// hands stays valid. Keys of logs are in `logs/` of the trust folder, those of witnesses in
    /// `witnesses/`.
    #[arg(long, value_name = "PROOF")]
    pub(crate) log_proof: Option<PathBuf>,
    /// Ask the configured responders about certificates whose revocation is not known.
    #[arg(long)]
    pub(crate) fetch: bool,
    /// Answer as JSON, one object a line and file.
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) fn moment(text: &str) -> Result<OffsetDateTime, String> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok();
    moment.or_else(|| day(text).map(day_begins)).ok_or_else(|| {
        "a moment such as 2026-03-02T09:15:00+08:00 or a day such as 2026-03-02".into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_day_begins_in_beijing() {
        for (text, expected) in [
            ("2026-03-02", Some(datetime!(2026-03-02 0:00 +8))),
            ("2026-03-02T09:15:00Z", Some(datetime!(2026-03-02 9:15 UTC))),
            ("2026-03-02T09:15:00+08:00", Some(datetime!(2026-03-02 9:15 +8))),
            ("2026-02-30", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(moment(text).ok(), expected, "{text}");
        }
    }
}
