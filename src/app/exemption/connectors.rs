//! Systems of other departments that confirm what a material would show. Each is asked at most once for
//! a material of a decision; whatever goes wrong is no answer, never a "no".

use super::asking::Checked;
use crate::error::{chain, refused};
use crate::view::time::instant;
use crate::{App, AppError, ConnectorSettings, Settings};
use domain::exemption::{
    AskedAbout, Case, Confirmation, ConnectorQuestion, DataCheck, ItemCode, Key, connector_answer,
    questions,
};
use gateway::elsewhere::{Elsewhere, is_guarded};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use time::OffsetDateTime;

/// Questions of one decision; who asks for more materials than these hears that the rest is unknown.
const QUESTIONS_MAX: usize = 40;
/// Questions of one decision that are under way together.
const AT_ONCE: usize = 4;
/// No question of a decision begins later than this after the first: somebody waits at the window.
const PATIENCE: Duration = Duration::from_secs(6);

/// What connectors said, by item and material.
pub(super) type Confirmed = BTreeMap<(ItemCode, Key), Confirmation>;
type Open = (ItemCode, Key, DataCheck);

/// Those that are configured, by name.
pub(crate) struct Connectors(BTreeMap<String, Elsewhere>);

impl Connectors {
    /// Those of the settings; they are asked when somebody is decided about.
    pub(crate) fn open(settings: &Settings) -> Result<Self, AppError> {
        let open = |one: &ConnectorSettings| {
            if !is_guarded(&one.url, settings.production) {
                let detail = format!("the address of connector {} is none of https", one.id);
                return Err(refused("connector_address", detail));
            }
            let service =
                Elsewhere::new(&one.url, &one.authorization, &one.allow, one.ca_file.as_deref())
                    .map_err(|cause| {
                        AppError::internal(format!("settings of connector {}", one.id), cause)
                    })?;
            Ok((one.id.clone(), service.within(one.patience)))
        };
        settings.connectors.iter().map(open).collect::<Result<_, _>>().map(Self)
    }
}

/// What every question of a decision says.
struct Asking<'a> {
    checked: &'a Checked,
    case_no: &'a str,
    at: String,
}

impl Asking<'_> {
    /// What one connector says; nothing when it cannot be asked or says nothing that can be used.
    fn ask(&self, connectors: &Connectors, (item, material, check): &Open) -> Confirmation {
        let Some(service) = connectors.0.get(check.connector.as_str()) else {
            return Confirmation::Unavailable;
        };
        let question = ConnectorQuestion {
            connector: &check.connector,
            item,
            item_version: self.checked.item(item).map_or(0, |one| one.filed.item.version),
            material,
            case_no: self.case_no,
            applicant: AskedAbout::of(self.checked.applicant()),
            asked_at: &self.at,
        };
        // Texts and a number: writing them cannot fail.
        let json = serde_json::to_string(&question).unwrap_or_default();
        let said = service.ask("", &json).map_err(|cause| chain(&cause));
        let said = said.and_then(|bytes| connector_answer(&bytes).map_err(|cause| chain(&cause)));
        said.unwrap_or_else(|cause| {
            tracing::warn!(connector = %check.connector, cause, "a connector has said nothing");
            Confirmation::Unavailable
        })
    }
}

impl App {
    /// Asks what would make a verdict better, and adds what is said to what was said before.
    pub(super) fn ask_connectors(
        &self,
        checked: &Checked,
        (case, case_no): (&Case<'_>, &str),
        now: OffsetDateTime,
    ) -> Confirmed {
        let mut confirmed = case.confirmed.clone();
        // What to ask takes a decision of its own, for nothing where nobody is asked.
        if self.connectors.0.is_empty() {
            return confirmed;
        }
        let open: VecDeque<Open> = questions(case).into_iter().take(QUESTIONS_MAX).collect();
        if open.is_empty() {
            return confirmed;
        }
        let asking = Asking { checked, case_no, at: instant(now) };
        let end = Instant::now() + PATIENCE;
        let (threads, open) = (open.len().min(AT_ONCE), Mutex::new(open));
        let said = Mutex::new(Vec::new());
        // Nobody holds the list while it asks.
        let next = || locked(&open).pop_front();
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    while let Some(one) = next() {
                        let answer = if Instant::now() < end {
                            asking.ask(&self.connectors, &one)
                        } else {
                            Confirmation::Unavailable
                        };
                        locked(&said).push(((one.0, one.1), answer));
                    }
                });
            }
        });
        confirmed.extend(said.into_inner().unwrap_or_else(PoisonError::into_inner));
        confirmed
    }
}

/// What is kept is whole after each step, whatever panicked.
fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
