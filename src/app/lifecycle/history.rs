//! What happened to a license, as it is shown.

use super::{allowed, verbs};
use crate::people::Names;
use crate::view::time::instant;
use crate::view::{LicenseHistoryView, LicenseMoveView, StatusEntryView};
use crate::{App, AppError, Caller, Errand};
use domain::audit::Fields;
use domain::license::{Event, License, StatusEntry};

impl App {
    /// What happened to a license, oldest first; that it was looked at is written down first.
    ///
    /// # Errors
    /// As [`App::license`].
    pub fn license_history(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<LicenseHistoryView, AppError> {
        self.require_errand(caller, errand)?;
        let license = self.own_license(caller, id)?;
        let view = self.history_view(&license)?;
        self.note_look(caller, errand, vec![license.id()], Fields::Content)?;
        Ok(view)
    }

    pub(super) fn history_view(&self, license: &License) -> Result<LicenseHistoryView, AppError> {
        let entries = self.store.status_entry_list(license.id())?;
        let mut names = Names::of_register(&self.store);
        let shown = entries.iter().map(|entry| entry_view(entry, &mut names));
        Ok(LicenseHistoryView {
            license_id: license.id().to_string(),
            state: self.shown_state(license)?,
            version: license.version().into(),
            allowed: words(license),
            entries: shown.collect::<Result<_, AppError>>()?,
        })
    }

    pub(super) fn move_view(
        &self,
        license: &License,
        entry: &StatusEntry,
    ) -> Result<LicenseMoveView, AppError> {
        Ok(LicenseMoveView {
            license_id: license.id().to_string(),
            state: self.shown_state(license)?,
            version: license.version().into(),
            allowed: words(license),
            entry: entry_view(entry, &mut Names::of_register(&self.store))?,
        })
    }
}

fn words(license: &License) -> Vec<String> {
    allowed(license.state()).into_iter().map(str::to_owned).collect()
}

/// A change in the words of the interface. A replacement has two verbs, and its own word for both.
pub(super) fn word(event: Event) -> &'static str {
    match verbs(event) {
        [verb] => verb,
        _ => event.as_str(),
    }
}

fn entry_view(entry: &StatusEntry, names: &mut Names<'_>) -> Result<StatusEntryView, AppError> {
    let change = &entry.change;
    Ok(StatusEntryView {
        event: word(change.event()).to_owned(),
        from: entry.from.to_string(),
        to: entry.to.to_string(),
        reason: change.reason().map(|reason| reason.to_string()),
        replaced_by: change.replacement().map(|id| id.to_string()),
        legal_document: change.legal_document().map(str::to_owned),
        note: change.note().map(str::to_owned),
        actor: change.actor().to_string(),
        who: names.of(change.actor())?,
        effective_at: instant(change.effective_at()),
        recorded_at: instant(change.recorded_at()),
    })
}
