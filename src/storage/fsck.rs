//! What must hold between rows, asked of the database: each answer names what breaks a rule.

use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::time::micros;
use std::path::Path;
use time::OffsetDateTime;

use crate::connection::{Connection, Role, Store};
use crate::error::StoreError;
use crate::location::Location;

const OPERATION: &str = "checking the register";
/// More than anybody reads.
const FOUND_MAX: u32 = 100;

/// Each costs a look at what was owed at that moment.
const OWED_LOOKED_AT: u32 = 1000;

/// Who was not told of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// Licenses that were looked at.
    pub looked_at: u64,
    /// Changes of which a subscriber is not told.
    pub untold: Vec<String>,
}

/// A rule between rows that the database is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// One license for an idempotency key.
    RequestsOnce,
    /// A number is one license's within its type, but for those that never were and those that
    /// take over the number of the license whose place they take.
    NumbersOnce,
    /// A license is superseded by one license that was issued, and by no more.
    SupersededByOne,
    /// A license is in the state of its last change.
    StateAsRecorded,
    /// A license that was issued has a file.
    IssuedHasFile,
    /// A license that was never issued has none.
    UnissuedHasNoFile,
    /// A change of an issued license has a leaf in the log, and nothing else has.
    ChangesLogged,
    /// A license that was issued has spent an order.
    IssuedBySpentOrder,
    /// An order that a person approved is for what that person approved, and nobody approves what
    /// they asked for.
    SealedAsApproved,
}

impl Rule {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::RequestsOnce,
        Self::NumbersOnce,
        Self::SupersededByOne,
        Self::StateAsRecorded,
        Self::IssuedHasFile,
        Self::UnissuedHasNoFile,
        Self::ChangesLogged,
        Self::IssuedBySpentOrder,
        Self::SealedAsApproved,
    ];

    /// The rows that break it, in words every database has.
    fn query(self) -> &'static str {
        match self {
            Self::RequestsOnce => {
                "SELECT MIN(id) AS subject FROM request GROUP BY caller, idempotency_key HAVING COUNT(*) > 1"
            }
            Self::NumbersOnce => {
                "SELECT MIN(id) AS subject FROM license WHERE state <> 'VOID' AND keeps_number = 0 \
                 GROUP BY type_code, number_key HAVING COUNT(*) > 1"
            }
            Self::SupersededByOne => {
                "SELECT old.id AS subject FROM license AS old LEFT JOIN license AS next \
                 ON next.supersedes_id = old.id \
                 AND next.state NOT IN ('DRAFT', 'PENDING_SEAL', 'VOID') \
                 GROUP BY old.id, old.state \
                 HAVING COUNT(next.id) <> CASE WHEN old.state = 'SUPERSEDED' THEN 1 ELSE 0 END"
            }
            Self::StateAsRecorded => {
                "SELECT license.id AS subject FROM license WHERE state <> 'DRAFT' \
                 AND NOT EXISTS (SELECT 1 FROM status_entry AS entry \
                 WHERE entry.license_id = license.id AND entry.to_state = license.state \
                 AND entry.recorded_at = license.changed_at)"
            }
            Self::IssuedHasFile => {
                "SELECT id AS subject FROM license \
                 WHERE state NOT IN ('DRAFT', 'PENDING_SEAL', 'VOID') \
                 AND id NOT IN (SELECT license_id FROM rendition)"
            }
            Self::UnissuedHasNoFile => {
                "SELECT DISTINCT license.id AS subject FROM license \
                 JOIN rendition ON rendition.license_id = license.id \
                 WHERE license.state IN ('DRAFT', 'PENDING_SEAL', 'VOID')"
            }
            Self::ChangesLogged => {
                "SELECT status_entry.id AS subject FROM status_entry \
                 LEFT JOIN log_leaf ON log_leaf.change = status_entry.id \
                 WHERE (log_leaf.change IS NULL) <> \
                 (status_entry.to_state IN ('DRAFT', 'PENDING_SEAL', 'VOID'))"
            }
            Self::IssuedBySpentOrder => {
                "SELECT id AS subject FROM license \
                 WHERE state NOT IN ('DRAFT', 'PENDING_SEAL', 'VOID') \
                 AND id NOT IN (SELECT license_id FROM sealing_order \
                 WHERE state = 'spent' AND license_id IS NOT NULL)"
            }
            Self::SealedAsApproved => {
                "SELECT one.id AS subject FROM sealing_order AS one \
                 LEFT JOIN sealing_request AS asked ON asked.id = one.request_id \
                 WHERE one.approved_by = one.requested_by OR (one.request_id IS NOT NULL AND \
                 (asked.document <> one.document OR asked.license_id <> one.license_id \
                 OR asked.seal_id <> one.seal_id OR asked.requested_by <> one.requested_by \
                 OR coalesce(asked.decided_by, '') <> one.approved_by)) \
                 OR (one.request_id IS NULL AND one.approved_by LIKE 'staff:%')"
            }
        }
    }
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    subject: String,
}

fn ask(connection: &mut Connection, query: String) -> Result<Vec<String>, StoreError> {
    let rows: Result<Vec<Found>, _> = diesel::sql_query(query).load(connection);
    let rows = rows.map_err(|cause| StoreError::database(OPERATION, cause))?;
    Ok(rows.into_iter().map(|row| row.subject).collect())
}

impl Store {
    /// What the database itself finds wrong: pages, indexes, references.
    ///
    /// # Errors
    /// The database's.
    pub fn fsck_database(&self) -> Result<Vec<String>, StoreError> {
        self.read_together(OPERATION, |connection| {
            let queries: &[&str] = match connection {
                Connection::Sqlite(_) => &[
                    "SELECT integrity_check AS subject FROM pragma_integrity_check \
                     WHERE integrity_check <> 'ok'",
                    "SELECT 'a reference of table ' || \"table\" || ' to nothing' AS subject \
                     FROM pragma_foreign_key_check",
                ],
                // References hold on a server, unless somebody took a constraint out of force.
                #[cfg(feature = "postgres")]
                Connection::Postgres(_) => {
                    &["SELECT 'constraint ' || conname || ' is not in force' \
                     AS subject FROM pg_constraint WHERE NOT convalidated"]
                }
            };
            let mut found = Vec::new();
            for query in queries {
                found.extend(ask(connection, (*query).to_owned())?);
            }
            Ok(found)
        })
    }

    /// Writes a register in a file, as it is now, to a new file for its owner alone, while it is in
    /// use; `false` for one on a server. The new file is not yet on stable storage.
    ///
    /// # Errors
    /// The database's; the file is there already.
    pub fn backup(&self, to: &Path) -> Result<bool, StoreError> {
        const OPERATION: &str = "copying the register";
        let Location::File(path) = self.location() else { return Ok(false) };
        let mut connection = crate::sqlite::establish(path, Role::Writer)?;
        // The database would make it for everybody whom the umask allows; an empty one it takes.
        crate::sqlite::make_for_owner(to)?;
        let to = to.to_string_lossy().into_owned();
        let copied = diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(to);
        let copied = copied.execute(&mut connection);
        copied.map(|_| true).map_err(|cause| StoreError::database(OPERATION, cause))
    }

    /// The ids of what breaks a rule, at most a hundred.
    ///
    /// # Errors
    /// The database's.
    pub fn fsck_rule(&self, rule: Rule) -> Result<Vec<String>, StoreError> {
        let query = format!("{} LIMIT {FOUND_MAX}", rule.query());
        self.read(OPERATION, |connection| ask(connection, query.clone()))
    }

    /// The newest licenses whose issue a subscriber was not told of, and never will be: those
    /// issued since this instant, for endpoints that were there before and were not touched since.
    ///
    /// # Errors
    /// The database's.
    pub fn fsck_owed(&self, since: OffsetDateTime) -> Result<Owed, StoreError> {
        let newest = format!(
            "FROM (SELECT id, license_id, recorded_at FROM status_entry \
             WHERE event = 'issue' ORDER BY id DESC LIMIT {OWED_LOOKED_AT}) AS issued \
             WHERE issued.recorded_at > {}",
            micros(since)
        );
        let count = format!("SELECT CAST(COUNT(*) AS TEXT) AS subject {newest}");
        // The event is made with its change, in the same breath.
        let untold = format!(
            "SELECT issued.id AS subject {newest} AND EXISTS (SELECT 1 FROM license \
             JOIN webhook_endpoint AS one ON one.organization_id = license.issuer_id \
             WHERE license.id = issued.license_id AND one.state = 'enabled' \
             AND one.created_at < issued.recorded_at - 60000000 \
             AND ' ' || one.events || ' ' LIKE '% license.issued %' \
             AND NOT EXISTS (SELECT 1 FROM audit_event WHERE subject_kind = 'webhook endpoint' \
             AND subject_id = one.id AND audit_event.at >= issued.recorded_at) \
             AND NOT EXISTS (SELECT 1 FROM webhook_event AS event \
             JOIN webhook_delivery AS delivery ON delivery.event_id = event.id \
             AND delivery.endpoint_id = one.id \
             WHERE event.created_at BETWEEN issued.recorded_at - 1000000 \
             AND issued.recorded_at + 60000000 AND event.kind = 'license.issued' \
             AND event.body LIKE '%' || issued.license_id || '%')) LIMIT {FOUND_MAX}"
        );
        self.read_together(OPERATION, |connection| {
            let counted = ask(connection, count.clone())?;
            let looked_at = counted.first().and_then(|text| text.parse().ok()).unwrap_or_default();
            Ok(Owed { looked_at, untold: ask(connection, untold.clone())? })
        })
    }

    /// Uses of keys that were begun before this instant and never came to an end.
    ///
    /// # Errors
    /// The database's.
    pub fn fsck_open_uses(&self, before: OffsetDateTime) -> Result<Vec<String>, StoreError> {
        let query = format!(
            "SELECT id AS subject FROM key_use WHERE state = 'intended' AND intended_at < {} \
             LIMIT {FOUND_MAX}",
            micros(before)
        );
        self.read(OPERATION, |connection| ask(connection, query.clone()))
    }
}
