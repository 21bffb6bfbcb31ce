//! The audit trail.

use diesel::dsl::max;
use diesel::prelude::*;
use domain::audit::{Actor, AuditEvent, Broken, Entry, Head, Subject};
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::locks;
use crate::read::Reading;
use crate::schema::audit_event;

const WHAT: &str = "audit event";
const APPENDING: &str = "writing an audit event";
const READING: &str = "reading the audit trail";
/// Events read at a time while the chain is followed: some 200 KB.
const CHUNK: i64 = 1000;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_event)]
struct Row {
    sequence: i64,
    id: String,
    at: i64,
    actor: String,
    action: String,
    subject_kind: String,
    subject_id: String,
    detail: String,
    previous: String,
    hash: String,
}

impl TryFrom<&AuditEvent> for Row {
    type Error = StoreError;

    fn try_from(event: &AuditEvent) -> Result<Self, StoreError> {
        let entry = &event.entry;
        let id = entry.id.to_string();
        Ok(Self {
            sequence: Reading { what: WHAT, id: &id }.number("sequence", event.sequence)?,
            at: micros(entry.at),
            actor: entry.actor.to_string(),
            action: entry.action.clone(),
            subject_kind: entry.subject.kind.clone(),
            subject_id: entry.subject.id.clone(),
            detail: entry.detail_text(),
            previous: event.previous.to_string(),
            hash: event.hash.to_string(),
            id,
        })
    }
}

impl TryFrom<Row> for AuditEvent {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let detail = Entry::detail_from_text(&row.detail)
            .map_err(|reason| StoreError::corrupt(WHAT, &row.id, reason))?;
        Ok(Self {
            sequence: read.number("sequence", row.sequence)?,
            previous: read.parse("previous", &row.previous)?,
            hash: read.parse("hash", &row.hash)?,
            entry: Entry {
                id: read.own_id()?,
                at: read.instant("at", row.at)?,
                actor: read.parse("actor", &row.actor)?,
                action: row.action,
                subject: Subject { kind: row.subject_kind, id: row.subject_id },
                detail,
            },
        })
    }
}

/// Which events an auditor asks for; each part has an index.
#[derive(Clone, Debug, Default)]
pub struct AuditQuery {
    /// Those before this place of the chain.
    pub before: Option<u64>,
    /// What this one did.
    pub actor: Option<Actor>,
    /// What was done to this.
    pub subject: Option<Subject>,
}

fn head(connection: &mut Connection) -> Result<Head, StoreError> {
    let all = diesel::alias!(audit_event as every);
    let newest = all.select(max(all.field(audit_event::sequence)).assume_not_null());
    let last: Option<(i64, String)> = audit_event::table
        .filter(audit_event::sequence.eq_any(newest))
        .select((audit_event::sequence, audit_event::hash))
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database(APPENDING, cause))?;
    Reading::head(WHAT, last)
}

/// Adds events to the end of the chain, which nobody else moves until the transaction ends: the
/// last thing that a transaction does. Should two ever append at once, the second finds its place
/// taken (the primary key) and nothing is written.
pub(crate) fn append(connection: &mut Connection, entries: &[Entry]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    locks::hold_end(connection, locks::Chain::Audit)?;
    let mut head = head(connection)?;
    for entry in entries {
        let event = head.append(entry.clone());
        diesel::insert_into(audit_event::table)
            .values(Row::try_from(&event)?)
            .execute(connection)
            .map_err(|cause| StoreError::insert(WHAT, entry.id, cause))?;
    }
    Ok(())
}

impl Store {
    /// Adds events to the audit trail.
    ///
    /// # Errors
    /// The database's.
    pub fn audit_append(&self, entries: &[Entry]) -> Result<(), StoreError> {
        self.write(APPENDING, |connection| append(connection, entries))
    }

    /// When the newest event happened, if there is one.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn audit_newest(&self) -> Result<Option<OffsetDateTime>, StoreError> {
        let last: Option<(String, i64)> = self.read(READING, |connection| {
            let newest = audit_event::table.order(audit_event::sequence.desc());
            let newest = newest.select((audit_event::id, audit_event::at)).first(connection);
            newest.optional().map_err(|cause| StoreError::database(READING, cause))
        })?;
        last.map(|(id, at)| Reading { what: WHAT, id: &id }.instant("at", at)).transpose()
    }

    /// Events after this place of the chain, in order, at most `limit`.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn audit_list(&self, after: u64, limit: u32) -> Result<Vec<AuditEvent>, StoreError> {
        self.read(READING, |connection| list(connection, after, limit))
    }

    /// Events that an auditor asks for, newest first, at most `limit`.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn audit_search(
        &self,
        query: &AuditQuery,
        limit: u32,
    ) -> Result<Vec<AuditEvent>, StoreError> {
        let before = query.before.map(|before| i64::try_from(before).unwrap_or(i64::MAX));
        let rows: Vec<Row> = self.read(READING, |connection| {
            let mut wanted = audit_event::table.into_boxed();
            if let Some(before) = before {
                wanted = wanted.filter(audit_event::sequence.lt(before));
            }
            if let Some(actor) = &query.actor {
                wanted = wanted.filter(audit_event::actor.eq(actor.to_string()));
            }
            if let Some(Subject { kind, id }) = &query.subject {
                wanted = wanted.filter(audit_event::subject_kind.eq(kind));
                wanted = wanted.filter(audit_event::subject_id.eq(id));
            }
            let sorted = wanted.order(audit_event::sequence.desc()).limit(i64::from(limit));
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(AuditEvent::try_from).collect()
    }

    /// Follows the whole chain: its end, or the first place where it is broken.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn audit_verify(&self) -> Result<Result<Head, Broken>, StoreError> {
        let mut head = Head::empty();
        loop {
            let events = self.audit_list(head.sequence, CHUNK as u32)?;
            if events.is_empty() {
                return Ok(Ok(head));
            }
            for event in &events {
                if let Err(broken) = head.follow(event) {
                    return Ok(Err(broken));
                }
            }
        }
    }
}

pub(crate) fn list(
    connection: &mut Connection,
    after: u64,
    limit: u32,
) -> Result<Vec<AuditEvent>, StoreError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let next = audit_event::table.filter(audit_event::sequence.gt(after));
    let sorted = next.order(audit_event::sequence).limit(i64::from(limit));
    let rows = sorted.select(Row::as_select()).load(connection);
    let rows: Vec<Row> = rows.map_err(|cause| StoreError::database(READING, cause))?;
    rows.into_iter().map(AuditEvent::try_from).collect()
}
