//! `yinzheng license`: what happens to a license after it was issued.

use super::{callers, open, read};
use crate::cli::args::{ActTyped, BulkTyped, HistoryTyped, MoveTyped, TraceTyped, WhyTyped};
use crate::cli::exit::{Exit, Failure};
use crate::cli::output::Output;
use crate::config::Config;
use app::view::{LicenseMoveView, LicenseRenewalView, StatusEntryView};
use app::{
    App, AppError, BulkAct, BulkChoice, BulkMoveRequest, Caller, Errand, LicenseMove, MoveRequest,
    Seen,
};
use std::path::Path;
use time::OffsetDateTime;

/// Two hundred ids or numbers are far below.
const LIST_BYTES_MAX: usize = 64 * 1024;

/// Suspends, resumes or revokes.
pub(super) fn act(
    act: LicenseMove,
    (reason, corrected): (Option<String>, Option<String>),
    typed: MoveTyped,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    let request = MoveRequest { corrected, ..typed.why.asked(act, reason)? };
    let app = open(config, typed.common.data)?;
    let key = typed.why.idempotency_key.as_ref();
    let done = of_owner(&app, typed.common.organization.as_deref(), |caller| {
        app.license_move(caller, key, &typed.id, &Seen::Whatever, &request)
    })?;
    let LicenseMoveView { license_id, state, entry, .. } = &done.value;
    if typed.common.json {
        output.json(&done.value);
        return Ok(Exit::Success);
    }
    output.entry("id", license_id);
    output.entry(output.words().state, state);
    show_entry(entry, output);
    Ok(Exit::Success)
}

impl WhyTyped {
    fn asked(&self, act: LicenseMove, reason: Option<String>) -> Result<MoveRequest, Failure> {
        Ok(MoveRequest {
            act,
            reason,
            legal_document: self.decision.clone(),
            note: self.note.clone(),
            effective_at: moment(self.effective.as_deref())?,
            corrected: None,
        })
    }
}

/// Says for whom a marked copy was made.
pub(super) fn trace(typed: TraceTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let app = open(config, typed.common.data)?;
    let view = of_owner(&app, typed.common.organization.as_deref(), |caller| {
        app.marked_copy_trace(caller, &typed.id)
    })?;
    if typed.common.json {
        output.json(&view);
        return Ok(Exit::Success);
    }
    let words = output.words();
    output.entry(words.license, &view.license_id);
    output.entry(words.state, &view.license_state);
    output.entry(words.copied_for, &view.organization);
    output.entry(words.case, &view.case_no);
    for item in &view.items {
        let name = output.pick(item.name.as_str(), item.name_en.as_str());
        output.entry(output.pick("事项", "item"), format_args!("{} {name}", item.code));
    }
    output.entry(output.pick("现状", "standing"), &view.standing);
    output.entry(words.decision, &view.decision_id);
    output.entry(words.made_at, format_args!("{} {}", view.made_at, view.made_by));
    output.entry(words.valid_until, &view.valid_until);
    output.entry("sm3", &view.sm3);
    Ok(Exit::Success)
}

fn moment(text: Option<&str>) -> Result<Option<OffsetDateTime>, Failure> {
    let read =
        |text: &str| app::moment(text).ok_or_else(|| Failure::Usage(format!("{text}: no moment")));
    text.map(read).transpose()
}

/// Changes many, and says what became of each; failed when one was refused.
pub(super) fn bulk(typed: BulkTyped, config: Config, output: &Output) -> Result<Exit, Failure> {
    let BulkTyped { license_type, state, ending_within, cursor, .. } = typed;
    let which = match &typed.licenses {
        Some(path) => BulkChoice::Listed { licenses: listed(path)?, license_type },
        None => BulkChoice::Fitting { license_type, state, ending_within, cursor },
    };
    let to = |act| typed.why.asked(act, typed.reason.clone()).map(BulkAct::Move);
    let act = match typed.act {
        ActTyped::Suspend => to(LicenseMove::Suspend)?,
        ActTyped::Resume => to(LicenseMove::Resume)?,
        ActTyped::Revoke => to(LicenseMove::Revoke)?,
        ActTyped::Change => {
            let field = |(key, value): (String, String)| (key, value.into());
            BulkAct::Change {
                fields: typed.field.into_iter().map(field).collect(),
                legal_document: typed.why.decision.clone(),
                note: typed.why.note.clone(),
            }
        }
    };
    let request = BulkMoveRequest { which, act, dry_run: typed.dry_run };
    let app = open(config, typed.common.data)?;
    let caller = app.console(typed.common.organization.as_deref().unwrap_or_default())?;
    let (errand, key) = (Errand::by("yinzheng license bulk"), typed.why.idempotency_key.as_ref());
    let done = app.license_move_all(&caller, &errand, key, &request)?.value;
    if typed.common.json {
        output.json(&done);
    } else {
        for row in &done.rows {
            let what = row.code.as_deref().or(row.state.as_deref()).unwrap_or_default();
            let why = row.detail.as_deref().or(row.replaced_by.as_deref()).unwrap_or_default();
            output.line(format_args!("{:<36}  {what:<18}  {why}", row.license));
        }
        if let Some(cursor) = &done.next_cursor {
            output.note(format_args!("{} {cursor}", output.words().more));
        }
    }
    Ok(if done.refused == 0 { Exit::Success } else { Exit::Failed })
}

/// The ids and numbers of a file, one a line.
fn listed(path: &Path) -> Result<Vec<String>, Failure> {
    let text = read(path, LIST_BYTES_MAX)?;
    let text = String::from_utf8_lossy(&text);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    Ok(lines.map(str::to_owned).collect())
}

/// Shows what a renewal would be; failed when something keeps the license from being renewed.
pub(super) fn renewal(
    typed: HistoryTyped,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    let errand = Errand::by("yinzheng license renewal");
    let app = open(config, typed.common.data)?;
    let shown = of_owner(&app, typed.common.organization.as_deref(), |caller| {
        app.license_renewal(caller, &errand, &typed.id)
    })?;
    if typed.common.json {
        output.json(&shown);
    } else {
        show_renewal(&shown, output);
    }
    Ok(if shown.possible { Exit::Success } else { Exit::Failed })
}

fn show_renewal(shown: &LicenseRenewalView, output: &Output) {
    let words = output.words();
    output.entry("id", &shown.license_id);
    output.entry(words.state, &shown.state);
    output.entry(words.valid_until, shown.valid_to.as_deref().unwrap_or(words.unlimited));
    for field in &shown.enter_anew {
        let suggested = field.suggested.as_ref().map(ToString::to_string).unwrap_or_default();
        output.line(format_args!("{:<20}  {suggested}", field.key));
    }
    for one in &shown.evidence {
        let outcome = one.outcome.as_deref().unwrap_or_default();
        output.line(format_args!("{:<20}  {outcome:<9}  {}", one.kind, one.href));
    }
    for need in &shown.needs {
        output.line(format_args!("{:<20}  {}", need.code, need.detail));
    }
    output.entry("--confirmed", &shown.confirmation);
}

/// Shows what happened.
pub(super) fn history(
    typed: HistoryTyped,
    config: Config,
    output: &Output,
) -> Result<Exit, Failure> {
    let app = open(config, typed.common.data)?;
    let errand = Errand::by("yinzheng license history");
    let history = of_owner(&app, typed.common.organization.as_deref(), |caller| {
        app.license_history(caller, &errand, &typed.id)
    })?;
    if typed.common.json {
        output.json(&history);
        return Ok(Exit::Success);
    }
    output.entry("id", &history.license_id);
    output.entry(output.words().state, &history.state);
    history.entries.iter().for_each(|entry| show_entry(entry, output));
    Ok(Exit::Success)
}

/// A change on one line: since when, what, and by which decision; where it was written down later,
/// when.
fn show_entry(entry: &StatusEntryView, output: &Output) {
    let said = [&entry.reason, &entry.legal_document, &entry.note, &entry.replaced_by];
    let said: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
    let recorded = match entry.recorded_at == entry.effective_at {
        true => String::new(),
        false => format!("  ({})", entry.recorded_at),
    };
    let StatusEntryView { effective_at, event, to, .. } = entry;
    let said = said.join("  ");
    output.line(format_args!("{effective_at}  {event:<9}  {to:<12}  {said}{recorded}"));
}

/// Does it for the organization whose license it is.
pub(super) fn of_owner<T>(
    app: &App,
    organization: Option<&str>,
    mut work: impl FnMut(&Caller) -> Result<T, AppError>,
) -> Result<T, Failure> {
    for caller in callers(app, organization)? {
        match work(&caller) {
            Err(AppError::NotFound) => {}
            done => return Ok(done?),
        }
    }
    Err(AppError::NotFound.into())
}
