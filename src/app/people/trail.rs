//! The audit trail as an auditor reads it.

use crate::view::{TrailEventView, TrailView, time::instant};
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::audit::{Actor, AuditEvent, Subject};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use storage::{AuditQuery, Store};

/// Events on one page.
const EVENTS_A_PAGE: u32 = 50;

/// What an auditor asks for; an empty text asks for everything.
#[derive(Clone, Debug, Default)]
pub struct TrailQuery {
    /// Who did it: the name to sign in with, or an actor as the trail names it.
    pub actor: String,
    /// To what, such as `license 0192…`.
    pub subject: String,
    /// Only what is before this place of the chain.
    pub before: Option<u64>,
}

impl App {
    /// A page of the audit trail, newest first, and whether the whole chain holds. That it was
    /// read is an event too.
    ///
    /// # Errors
    /// Not allowed; `actor_unknown`, `subject_unknown`; the store's.
    pub fn trail(&self, caller: &Caller, asked: &TrailQuery) -> Result<TrailView, AppError> {
        caller.require(Permission::AuditRead)?;
        let query = AuditQuery {
            before: asked.before,
            actor: actor_named(&self.store, asked.actor.trim())?,
            subject: subject_named(asked.subject.trim())?,
        };
        let mut events = self.store.audit_search(&query, EVENTS_A_PAGE + 1)?;
        let more = events.len() > EVENTS_A_PAGE as usize;
        events.truncate(EVENTS_A_PAGE as usize);
        let next = events.last().filter(|_| more).map(|event| event.sequence);
        // What was asked may name a person; that something was asked does not.
        let subject = Subject::new("audit trail", "register");
        let told = self.clock.entry(&caller.actor(), "audit.read", subject, &[])?;
        self.store.audit_append(&[told])?;
        let mut names = Names::of_register(&self.store);
        let events = events.iter().map(|event| event_view(event, &mut names));
        let events = events.collect::<Result<_, AppError>>()?;
        Ok(TrailView { events, next })
    }

    /// Follows the whole chain: how many events it has.
    ///
    /// # Errors
    /// Not allowed; `audit_chain_broken` names the first place that does not hold.
    pub fn trail_check(&self, caller: &Caller) -> Result<u64, AppError> {
        caller.require(Permission::AuditRead)?;
        let whole = self.store.audit_verify()?;
        whole.map(|head| head.sequence).map_err(|broken| AppError::Refused {
            code: "audit_chain_broken",
            detail: broken.to_string(),
        })
    }
}

fn event_view(event: &AuditEvent, names: &mut Names<'_>) -> Result<TrailEventView, AppError> {
    let entry = &event.entry;
    Ok(TrailEventView {
        sequence: event.sequence,
        at: instant(entry.at),
        actor: entry.actor.to_string(),
        who: names.of(&entry.actor)?,
        action: entry.action.clone(),
        subject_kind: entry.subject.kind.clone(),
        subject_id: entry.subject.id.clone(),
        detail: entry.detail.iter().map(|(name, value)| format!("{name}={value}")).collect(),
    })
}

/// The actor that an auditor names: an account, or as the logs write it; nobody by an empty text.
pub(crate) fn actor_named(store: &Store, text: &str) -> Result<Option<Actor>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    if let Ok(actor) = text.parse() {
        return Ok(Some(actor));
    }
    let unknown = || AppError::Refused {
        code: "actor_unknown",
        detail: "name an account, or an actor as the trail does".to_owned(),
    };
    let login = text.parse().map_err(|_| unknown())?;
    let staff = store.staff_by_login(&login)?.ok_or_else(unknown)?;
    Ok(Some(Actor::Staff(staff.id)))
}

/// What people call actors: names to sign in with, labels of keys. Each is looked up once.
pub(crate) struct Names<'a> {
    store: &'a Store,
    known: BTreeMap<Actor, Option<String>>,
}

impl<'a> Names<'a> {
    pub(crate) fn of_register(store: &'a Store) -> Self {
        Self { store, known: BTreeMap::new() }
    }

    pub(crate) fn of(&mut self, actor: &Actor) -> Result<Option<String>, AppError> {
        Ok(match self.known.entry(actor.clone()) {
            Entry::Occupied(known) => known.get().clone(),
            Entry::Vacant(new) => {
                let name = match actor {
                    Actor::Staff(id) => Some(self.store.staff_read(*id)?.login.to_string()),
                    Actor::ApiKey(id) => self.store.api_key_find(*id)?.map(|key| key.label),
                    _ => None,
                };
                new.insert(name).clone()
            }
        })
    }

    /// What people call it, or else the actor as the trail has it.
    pub(crate) fn or_as_told(&mut self, actor: &Actor) -> Result<String, AppError> {
        Ok(self.of(actor)?.unwrap_or_else(|| actor.to_string()))
    }
}

fn subject_named(text: &str) -> Result<Option<Subject>, AppError> {
    if text.is_empty() {
        return Ok(None);
    }
    let split = text.rsplit_once(' ').ok_or_else(|| AppError::Refused {
        code: "subject_unknown",
        detail: "write the kind and the id, such as: license 01920000-…".to_owned(),
    })?;
    Ok(Some(Subject::new(split.0.trim(), split.1)))
}
