//! Alerts: found behind the answers, looked at by an auditor.

use crate::people::Names;
use crate::view::time::instant;
use crate::view::{AlertView, AlertsView};
use crate::{App, AppError, Caller, id_of, refused};
use domain::access::Permission;
use domain::audit::{Actor, Alert, AlertState, Subject};
use std::sync::atomic::{AtomicU64, Ordering};
use storage::StoreError;

/// Alerts of each state on the page.
const SHOWN: u32 = 100;
/// Rounds at a time: a backlog of days is worked off without keeping others waiting.
const ROUNDS_MAX: usize = 50;
const NOTE_CHARACTERS_MAX: usize = 500;

/// How many alerts are open, as of the last round; nobody knows before the first.
#[derive(Default)]
pub(crate) struct OpenAlerts(AtomicU64);

impl OpenAlerts {
    fn set(&self, count: u64) {
        self.0.store(count.saturating_add(1), Ordering::Relaxed);
    }

    fn count(&self) -> Option<u64> {
        self.0.load(Ordering::Relaxed).checked_sub(1)
    }
}

impl App {
    /// Looks through what was added to the logs since the last round, of whatever process.
    ///
    /// # Errors
    /// The store's; the next round goes on where this one ended.
    pub fn watch_for_alerts(&self) -> Result<(), AppError> {
        for _ in 0..ROUNDS_MAX {
            let watched = self.store.alerts_watch(&self.settings.vigilance)?;
            if watched.opened > 0 {
                tracing::warn!(opened = watched.opened, "alerts were opened");
            }
            if watched.rows == 0 {
                break;
            }
        }
        self.open_alerts.set(self.store.alert_open_count()?);
        Ok(())
    }

    /// How many alerts were open a moment ago, once that was looked at.
    #[must_use]
    pub fn alerts_open(&self) -> Option<u64> {
        self.open_alerts.count()
    }

    /// Open alerts, and those that were looked at, newest first. That they were read is an event.
    ///
    /// # Errors
    /// Not allowed; the store's.
    pub fn alerts(&self, caller: &Caller) -> Result<AlertsView, AppError> {
        caller.require(Permission::AuditRead)?;
        let subject = Subject::new("alerts", "register");
        let told = self.clock.entry(&caller.actor(), "alert.read", subject, &[])?;
        self.store.audit_append(&[told])?;
        let mut names = Names::of_register(&self.store);
        let mut shown = |state| {
            let alerts = self.store.alert_list(Some(state), SHOWN)?;
            let views = alerts.iter().map(|alert| alert_view(alert, &mut names));
            views.collect::<Result<_, AppError>>()
        };
        Ok(AlertsView { open: shown(AlertState::Open)?, looked_at: shown(AlertState::Looked)? })
    }

    /// Notes that the caller looked at an alert, and what was found.
    ///
    /// # Errors
    /// Not allowed; [`AppError::NotFound`]; `alert_note` for none or a long one, `alert_looked_at`.
    pub fn alert_look(&self, caller: &Caller, id: &str, note: &str) -> Result<(), AppError> {
        caller.require(Permission::AuditRead)?;
        let Caller::Person { staff, .. } = caller else {
            let detail = "a person looks at alerts".to_owned();
            return Err(AppError::Forbidden { code: "scope_missing", detail });
        };
        let id = id_of(id)?;
        let note = note.trim();
        if note.is_empty() || note.chars().count() > NOTE_CHARACTERS_MAX {
            return Err(refused("alert_note", "say what was found, in at most 500 characters"));
        }
        let subject = Subject::new("alert", id);
        let told = self.clock.entry(&caller.actor(), "alert.look", subject, &[])?;
        match self.store.alert_look(id, *staff, self.clock.now(), note, &told) {
            Err(StoreError::Conflict { .. }) => {
                return Err(refused("alert_looked_at", "somebody has looked at it already"));
            }
            other => other?,
        }
        self.open_alerts.set(self.store.alert_open_count()?);
        Ok(())
    }
}

fn alert_view(alert: &Alert, names: &mut Names<'_>) -> Result<AlertView, AppError> {
    let who = match alert.actor.parse() {
        Ok(actor) => names.of(&actor)?,
        Err(_) => None,
    };
    let looked_by = match alert.looked {
        Some((staff, _)) => names.of(&Actor::Staff(staff))?,
        None => None,
    };
    Ok(AlertView {
        id: alert.id.to_string(),
        rule: alert.rule.as_str(),
        actor: alert.actor.clone(),
        who,
        subject: alert.subject.clone(),
        first_at: instant(alert.first_at),
        last_at: instant(alert.last_at),
        times: alert.times,
        looked_by,
        looked_at: alert.looked.map(|(_, at)| instant(at)),
        note: alert.note.clone(),
    })
}
