//! Alerts: what was seen in the logs, and how far they were looked through.

use diesel::prelude::*;
use domain::audit::{
    AccessRow, Alert, AlertState, AuditEvent, Count, Counted, Entry, Sign, Vigilance,
};
use domain::digest::Sm3;
use domain::id::{AlertId, StaffId};
use domain::time::{from_micros, micros};
use time::OffsetDateTime;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{access_license, alert, alert_place, audit_event};
use crate::{access, audit, locks};

const WHAT: &str = "alert";
const WATCHING: &str = "looking for alerts";
const READING: &str = "reading alerts";
const LOOKING: &str = "noting that an alert was looked at";
/// Rows of a log looked through in one transaction: some milliseconds.
const ROWS_AT_ONCE: u32 = 200;

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = alert)]
#[diesel(treat_none_as_null = true)]
struct Row {
    id: String,
    rule: String,
    actor: String,
    subject: String,
    first_at: i64,
    last_at: i64,
    times: i32,
    state: String,
    looked_by: Option<String>,
    looked_at: Option<i64>,
    note: String,
}

impl From<&Alert> for Row {
    fn from(alert: &Alert) -> Self {
        Self {
            id: alert.id.to_string(),
            rule: alert.rule.to_string(),
            actor: alert.actor.clone(),
            subject: alert.subject.clone(),
            first_at: micros(alert.first_at),
            last_at: micros(alert.last_at),
            times: i32::try_from(alert.times).unwrap_or(i32::MAX),
            state: alert.state.to_string(),
            looked_by: alert.looked.map(|(staff, _)| staff.to_string()),
            looked_at: alert.looked.map(|(_, at)| micros(at)),
            note: alert.note.clone(),
        }
    }
}

impl TryFrom<Row> for Alert {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let staff: Option<StaffId> = read.maybe("looked_by", row.looked_by.as_deref())?;
        Ok(Self {
            id: read.own_id()?,
            rule: read.parse("rule", &row.rule)?,
            first_at: read.instant("first_at", row.first_at)?,
            last_at: read.instant("last_at", row.last_at)?,
            times: read.number("times", row.times)?,
            state: read.parse("state", &row.state)?,
            looked: staff.zip(read.maybe_instant("looked_at", row.looked_at)?),
            actor: row.actor,
            subject: row.subject,
            note: row.note,
        })
    }
}

/// What of one round there is to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Watched {
    /// Rows that were looked through.
    pub rows: usize,
    /// Alerts that were opened.
    pub opened: usize,
}

impl Store {
    /// Looks through what was added to the logs since the round before, up to some hundred rows of
    /// each: every row once, whatever process does it.
    ///
    /// # Errors
    /// The database's; the next round tries again.
    pub fn alerts_watch(&self, vigilance: &Vigilance) -> Result<Watched, StoreError> {
        let new = self.read_together(WATCHING, |connection| {
            let (looks, events) = next(connection, 1)?;
            Ok(!(looks.is_empty() && events.is_empty()))
        })?;
        if !new {
            return Ok(Watched::default());
        }
        self.write(WATCHING, |connection| watch(connection, vigilance))
    }

    /// The newest alerts of a state, or of both, at most `limit`.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn alert_list(
        &self,
        state: Option<AlertState>,
        limit: u32,
    ) -> Result<Vec<Alert>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let mut wanted = alert::table.into_boxed();
            if let Some(state) = state {
                wanted = wanted.filter(alert::state.eq(state.as_str()));
            }
            let sorted = wanted.order((alert::last_at.desc(), alert::id.desc()));
            let rows = sorted.limit(i64::from(limit)).select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(Alert::try_from).collect()
    }

    /// How many are open.
    ///
    /// # Errors
    /// The database's.
    pub fn alert_open_count(&self) -> Result<u64, StoreError> {
        let count: i64 = self.read(READING, |connection| {
            let open = alert::table.filter(alert::state.eq(AlertState::Open.as_str()));
            let count = open.count().get_result(connection);
            count.map_err(|cause| StoreError::database(READING, cause))
        })?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// Notes who looked at an open alert, and what they found.
    ///
    /// # Errors
    /// [`StoreError::Missing`]; [`StoreError::Conflict`] when somebody has looked at it already.
    pub fn alert_look(
        &self,
        id: AlertId,
        who: StaffId,
        at: OffsetDateTime,
        note: &str,
        told: &Entry,
    ) -> Result<(), StoreError> {
        self.write(LOOKING, |connection| {
            let failed = |cause| StoreError::database(LOOKING, cause);
            let one = alert::table.find(id.to_string()).select(alert::state);
            let state: Option<String> = one.get_result(connection).optional().map_err(failed)?;
            if state.is_none() {
                return Err(StoreError::missing(WHAT, id));
            }
            let open = alert::table
                .filter(alert::id.eq(id.to_string()))
                .filter(alert::state.eq(AlertState::Open.as_str()));
            let changed = diesel::update(open)
                .set((
                    alert::state.eq(AlertState::Looked.as_str()),
                    alert::looked_by.eq(who.to_string()),
                    alert::looked_at.eq(micros(at)),
                    alert::note.eq(note),
                ))
                .execute(connection)
                .map_err(failed)?;
            if changed == 0 {
                return Err(StoreError::conflict(WHAT, id));
            }
            audit::append(connection, std::slice::from_ref(told))
        })
    }
}

fn watch(connection: &mut Connection, vigilance: &Vigilance) -> Result<Watched, StoreError> {
    locks::hold_end(connection, locks::Chain::Alerts)?;
    let (looks, events) = next(connection, ROWS_AT_ONCE)?;
    let mut signs = vigilance.of_looks(&looks);
    signs.extend(vigilance.of_events(&events));
    let mut opened = 0;
    for sign in &signs {
        opened += usize::from(raise(connection, sign)?);
    }
    let ends = [
        ("access", looks.last().map(|row| row.sequence)),
        ("audit", events.last().map(|one| one.sequence)),
    ];
    for (log, end) in ends {
        let Some(end) = end else { continue };
        let end: i64 = Reading { what: "place in", id: log }.number("sequence", end)?;
        diesel::update(alert_place::table.find(log))
            .set(alert_place::sequence.eq(end))
            .execute(connection)
            .map_err(|cause| StoreError::database(WATCHING, cause))?;
    }
    Ok(Watched { rows: looks.len() + events.len(), opened })
}

/// What was not yet looked through, at most so many of each.
fn next(
    connection: &mut Connection,
    limit: u32,
) -> Result<(Vec<AccessRow>, Vec<AuditEvent>), StoreError> {
    let (looked, happened) = (place(connection, "access")?, place(connection, "audit")?);
    Ok((access::list(connection, looked, limit)?, audit::list(connection, happened, limit)?))
}

/// How far a log was looked through.
fn place(connection: &mut Connection, log: &str) -> Result<u64, StoreError> {
    let place = alert_place::table.find(log).select(alert_place::sequence);
    let place: i64 =
        place.get_result(connection).map_err(|cause| StoreError::database(WATCHING, cause))?;
    Reading { what: "place in", id: log }.number("sequence", place)
}

/// Opens an alert, or counts in the one that is open; whether it was opened.
fn raise(connection: &mut Connection, sign: &Sign) -> Result<bool, StoreError> {
    let failed = |cause| StoreError::database(WATCHING, cause);
    let same = alert::table
        .filter(alert::rule.eq(sign.rule.as_str()))
        .filter(alert::actor.eq(&sign.actor))
        .filter(alert::subject.eq(&sign.subject));
    let newest = same.order((alert::last_at.desc(), alert::id.desc())).select(Row::as_select());
    let newest: Option<Row> = newest.first(connection).optional().map_err(failed)?;
    // What was told once is not told again for the same looks.
    let told = newest.as_ref().and_then(|newest| from_micros(newest.last_at));
    if let Some(counted) = &sign.counted
        && !is_enough(connection, sign, counted, told)?
    {
        return Ok(false);
    }
    let times = i32::try_from(sign.times).unwrap_or(i32::MAX);
    match newest {
        Some(open) if open.state == AlertState::Open.as_str() => {
            diesel::update(alert::table.find(&open.id))
                .set((
                    alert::last_at.eq(micros(sign.at).max(open.last_at)),
                    alert::times.eq(open.times.saturating_add(times)),
                ))
                .execute(connection)
                .map_err(failed)?;
            Ok(false)
        }
        _ => {
            let opened = opened(sign);
            diesel::insert_into(alert::table)
                .values(Row::from(&opened))
                .execute(connection)
                .map_err(|cause| StoreError::insert(WHAT, opened.id, cause))?;
            Ok(true)
        }
    }
}

/// A new alert. Its id needs no chance: one thing is opened once at one instant.
fn opened(sign: &Sign) -> Alert {
    let named = format!("{} {} {}", sign.rule, sign.actor, sign.subject);
    let mut entropy = [0; 10];
    entropy.copy_from_slice(&Sm3::of(named.as_bytes()).as_bytes()[..10]);
    Alert {
        id: AlertId::mint(sign.at, entropy),
        rule: sign.rule,
        actor: sign.actor.clone(),
        subject: sign.subject.clone(),
        first_at: sign.at,
        last_at: sign.at,
        times: sign.times,
        state: AlertState::Open,
        looked: None,
        note: String::new(),
    }
}

fn is_enough(
    connection: &mut Connection,
    sign: &Sign,
    counted: &Counted,
    told: Option<OffsetDateTime>,
) -> Result<bool, StoreError> {
    let failed = |cause| StoreError::database(WATCHING, cause);
    let since = |count: &Count| {
        let from = micros(sign.at - count.within);
        told.map_or(from, |told| from.max(micros(told)))
    };
    let until = micros(sign.at);
    let (number, count): (i64, &Count) = match counted {
        Counted::Licenses(count) => {
            let looks = access_license::table
                .filter(access_license::actor.eq(&sign.actor))
                .filter(access_license::at.gt(since(count)))
                .filter(access_license::at.le(until))
                .select(access_license::license_id)
                .distinct()
                .limit(i64::from(count.at_least));
            let licenses: Vec<String> = looks.load(connection).map_err(failed)?;
            (i64::try_from(licenses.len()).unwrap_or(i64::MAX), count)
        }
        Counted::Looks(license, count) => {
            let looks = access_license::table
                .filter(access_license::license_id.eq(license.to_string()))
                .filter(access_license::actor.eq(&sign.actor))
                .filter(access_license::at.gt(since(count)))
                .filter(access_license::at.le(until))
                .count();
            (looks.get_result(connection).map_err(failed)?, count)
        }
        Counted::Events(action, count) => {
            let (kind, id) = sign.subject.split_once(' ').unwrap_or_default();
            let events = audit_event::table
                .filter(audit_event::subject_kind.eq(kind))
                .filter(audit_event::subject_id.eq(id))
                .filter(audit_event::action.eq(*action))
                .filter(audit_event::at.gt(since(count)))
                .filter(audit_event::at.le(until))
                .count();
            (events.get_result(connection).map_err(failed)?, count)
        }
    };
    Ok(number >= i64::from(count.at_least))
}

#[cfg(test)]
mod tests;
