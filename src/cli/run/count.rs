//! `yinzheng count`.

use super::{caller, open};
use crate::cli::args::{CountCommand, CountTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::CollectionsView;
use app::{CollectionQuery, CountAsked};

/// Declares a count, or shows what was declared and is here.
pub(super) fn run(typed: CountTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    match typed.command {
        CountCommand::Declare { license_type, day, count, organization, data } => {
            let app = open(config, data)?;
            let caller = caller(&app, organization.as_deref(), None)?;
            app.counts_declare(&caller, &[CountAsked { license_type, day, count }])?;
        }
        CountCommand::Show { from, to, license_type, organization, json, data } => {
            let app = open(config, data)?;
            let caller = caller(&app, organization.as_deref(), None)?;
            let query = CollectionQuery {
                from: from.unwrap_or_default(),
                to: to.unwrap_or_default(),
                license_type: license_type.unwrap_or_default(),
            };
            let found = app.collections(&caller, &query)?;
            if json { output.json(&found) } else { shown(&found, output) }
        }
    }
    Ok(Exit::Success)
}

fn shown(found: &CollectionsView, output: &Output) {
    for one in &found.items {
        let declared = one.declared.map_or_else(|| "-".to_owned(), |count| count.to_string());
        let rate = match (one.rate_percent, one.remark.as_deref()) {
            (Some(rate), _) => format!("{rate} %"),
            (None, remark) => remark.unwrap_or("-").to_owned(),
        };
        let (day, name) = (&one.day, &one.type_name);
        output.line(format_args!(
            "{day}  {declared:>6} {:>6} {:>6}  {rate}  {name}",
            one.stored, one.on_time
        ));
    }
    for gap in &found.gaps {
        let words = output.pick("断号", "missing");
        output.line(format_args!(
            "{words} {} .. {}  {}  {}",
            gap.from, gap.to, gap.count, gap.type_name
        ));
    }
}
