//! `yinzheng trust`.

use super::{absent, read, write_new};
use crate::cli::args::{TrustCommand, TrustTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use app::trust::{make, show, verify};
use app::view::{TrustEntryView, TrustListView};
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Larger files are no trust lists.
const LIST_BYTES_MAX: usize = 16 << 20;

pub(super) fn run(typed: TrustTyped, output: &Output) -> Result<Exit, Failure> {
    match typed.command {
        TrustCommand::Make { content, key, certificate, output: to } => {
            absent(&to)?;
            let folder = content.parent().unwrap_or(Path::new("."));
            let draft = read(&content, LIST_BYTES_MAX)?;
            let list = make(&draft, folder, &text(&key)?, &text(&certificate)?)?;
            write_new(&to, &list)?;
            output.line(format_args!("{} {}", output.words().written, to.display()));
            Ok(Exit::Success)
        }
        TrustCommand::Show { list, json } => {
            let view = show(&read(&list, LIST_BYTES_MAX)?)?;
            match json {
                true => output.json(&view),
                false => {
                    print(&view, output);
                    output.note(output.words().not_verified);
                }
            }
            Ok(Exit::Success)
        }
        TrustCommand::Verify { list, signer, at } => {
            let view = verify(&read(&list, LIST_BYTES_MAX)?, &text(&signer)?)?;
            let at = at.unwrap_or_else(OffsetDateTime::now_utc);
            print(&view, output);
            // What cannot be read as a moment is no promise.
            let due = OffsetDateTime::parse(&view.next_update, &Rfc3339);
            if due.is_ok_and(|due| at <= due) {
                output.line(output.words().list_current);
                return Ok(Exit::Success);
            }
            output.line(output.words().list_overdue);
            Ok(Exit::Indeterminate)
        }
    }
}

fn text(path: &Path) -> Result<String, Failure> {
    let wrong = |cause| Failure::on(path)(std::io::Error::other(cause));
    String::from_utf8(read(path, LIST_BYTES_MAX)?).map_err(|_| wrong("not a text"))
}

fn print(view: &TrustListView, output: &Output) {
    let words = output.words();
    output.line(format_args!("{} {}", output.pick(&view.name_zh, &view.name_en), view.id));
    output.entry(words.signer, view.signer.as_deref().unwrap_or_default());
    output.entry(words.valid_until, &view.next_update);
    for entry in &view.entries {
        output.line(format_args!("  {}", output.pick(&entry.name_zh, &entry.name_en)));
        output.entry(words.certificate, &entry.subject);
        output.entry(words.vouches_for, mandate(entry));
    }
}

/// Status, uses and limits in one line.
fn mandate(entry: &TrustEntryView) -> String {
    let mut parts = vec![entry.status.clone(), entry.uses.join(" ")];
    let period = (entry.from.as_deref(), entry.to.as_deref());
    if period != (None, None) {
        parts.push(format!("{} – {}", period.0.unwrap_or(""), period.1.unwrap_or("")));
    }
    if let Some(kinds) = &entry.seal_kinds {
        let kinds: Vec<String> = kinds.iter().map(i64::to_string).collect();
        parts.push(format!("seals {}", kinds.join(" ")));
    }
    parts.extend(entry.license_types.as_ref().map(|types| types.join(" ")));
    parts.join(", ")
}
