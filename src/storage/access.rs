//! The access log: who looked at what is personal.

use diesel::dsl::max;
use diesel::prelude::*;
use domain::audit::{Access, AccessRow, Actor, Broken, Errand, Head};
use domain::id::{LicenseId, OrganizationId};
use domain::time::micros;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use time::OffsetDateTime;

use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::locks;
use crate::read::Reading;
use crate::schema::{access_license, access_log};

const WHAT: &str = "access";
const APPENDING: &str = "writing down who looked";
const READING: &str = "reading the access log";
/// Rows read at a time while the chain is followed: below a megabyte, unless they are of long lists.
const CHUNK: u32 = 500;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = access_log)]
struct Row {
    sequence: i64,
    id: String,
    at: i64,
    actor: String,
    organization_id: Option<String>,
    route: String,
    roles: String,
    operator: String,
    operator_role: String,
    item: String,
    case_no: String,
    basis: String,
    licenses: String,
    fields: String,
    outcome: String,
    previous: String,
    hash: String,
}

impl TryFrom<&AccessRow> for Row {
    type Error = StoreError;

    fn try_from(row: &AccessRow) -> Result<Self, StoreError> {
        let entry = &row.entry;
        let id = entry.id.to_string();
        let Errand { route, roles, operator, operator_role, item, case_no } = entry.errand.clone();
        Ok(Self {
            sequence: Reading { what: WHAT, id: &id }.number("sequence", row.sequence)?,
            id,
            at: micros(entry.at),
            actor: entry.actor.to_string(),
            organization_id: entry.organization.map(|id| id.to_string()),
            route,
            roles,
            operator,
            operator_role,
            item,
            case_no,
            basis: entry.basis.to_string(),
            licenses: entry.licenses_text(),
            fields: entry.fields.to_string(),
            outcome: entry.outcome.to_string(),
            previous: row.previous.to_string(),
            hash: row.hash.to_string(),
        })
    }
}

impl TryFrom<Row> for AccessRow {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let licenses = row.licenses.split_ascii_whitespace();
        Ok(Self {
            sequence: read.number("sequence", row.sequence)?,
            previous: read.parse("previous", &row.previous)?,
            hash: read.parse("hash", &row.hash)?,
            entry: Access {
                id: read.own_id()?,
                at: read.instant("at", row.at)?,
                actor: read.parse("actor", &row.actor)?,
                organization: read.maybe("organization_id", row.organization_id.as_deref())?,
                basis: read.parse("basis", &row.basis)?,
                licenses: licenses
                    .map(|id| read.parse("licenses", id))
                    .collect::<Result<_, _>>()?,
                fields: read.parse("fields", &row.fields)?,
                outcome: read.parse("outcome", &row.outcome)?,
                errand: Errand {
                    route: row.route,
                    roles: row.roles,
                    operator: row.operator,
                    operator_role: row.operator_role,
                    item: row.item,
                    case_no: row.case_no,
                },
            },
        })
    }
}

/// Which rows an auditor asks for; each part has an index.
#[derive(Clone, Debug, Default)]
pub struct AccessQuery {
    /// Those before this place of the chain.
    pub before: Option<u64>,
    /// What this one looked at.
    pub actor: Option<Actor>,
    /// Who looked at this.
    pub license: Option<LicenseId>,
    /// For this organization.
    pub organization: Option<OrganizationId>,
    /// For this case.
    pub case_no: Option<String>,
    /// From this instant on.
    pub from: Option<OffsetDateTime>,
    /// Before this instant.
    pub until: Option<OffsetDateTime>,
}

fn head(connection: &mut Connection) -> Result<Head, StoreError> {
    let all = diesel::alias!(access_log as every);
    let newest = all.select(max(all.field(access_log::sequence)).assume_not_null());
    let last: Option<(i64, String)> = access_log::table
        .filter(access_log::sequence.eq_any(newest))
        .select((access_log::sequence, access_log::hash))
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database(APPENDING, cause))?;
    Reading::head(WHAT, last)
}

fn append(connection: &mut Connection, looks: &[Access]) -> Result<(), StoreError> {
    locks::hold_end(connection, locks::Chain::Access)?;
    let mut head = head(connection)?;
    for look in looks {
        let row = head.append(look.clone());
        diesel::insert_into(access_log::table)
            .values(Row::try_from(&row)?)
            .execute(connection)
            .map_err(|cause| StoreError::insert(WHAT, look.id, cause))?;
        if let Some(by_license) = by_license(&row) {
            diesel::sql_query(by_license)
                .execute(connection)
                .map_err(|cause| StoreError::database(APPENDING, cause))?;
        }
    }
    Ok(())
}

/// The licenses of a row, each once, in order.
fn licenses_of(row: &AccessRow) -> Vec<LicenseId> {
    let mut licenses = row.entry.licenses.clone();
    licenses.sort_unstable();
    licenses.dedup();
    licenses
}

/// The licenses of a row in one statement: a page of a list has two hundred. Nothing in it was
/// typed by anybody; quotes are doubled all the same.
fn by_license(row: &AccessRow) -> Option<String> {
    let entry = &row.entry;
    let actor = entry.actor.to_string().replace('\'', "''");
    let mut values = String::new();
    for license in licenses_of(row) {
        let lead = if values.is_empty() { "" } else { ", " };
        // Writing to a text cannot fail.
        let _ = write!(
            values,
            "{lead}('{license}', {}, '{actor}', {})",
            row.sequence,
            micros(entry.at)
        );
    }
    let into = "INSERT INTO access_license (license_id, sequence, actor, at) VALUES";
    (!values.is_empty()).then(|| format!("{into} {values}"))
}

impl Store {
    /// Writes down that somebody looked; returns when the row is on stable storage. Threads that
    /// come together share a transaction, and so one fsync and one hold on the end of the chain.
    ///
    /// # Errors
    /// The database's: then nobody may be shown anything.
    pub fn access_append(&self, look: Access) -> Result<(), StoreError> {
        self.looks.write(APPENDING, look, |looks| {
            let first = looks.first().map_or_else(String::new, |look| look.id.to_string());
            let witness = Witness::new("access_log", first);
            self.write_witnessed(APPENDING, &witness, |connection| append(connection, looks))
        })
    }

    /// Rows after this place of the chain, in order, at most `limit`.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn access_list(&self, after: u64, limit: u32) -> Result<Vec<AccessRow>, StoreError> {
        self.read(READING, |connection| list(connection, after, limit))
    }

    /// Rows that an auditor asks for, newest first, at most `limit`.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn access_search(
        &self,
        query: &AccessQuery,
        limit: u32,
    ) -> Result<Vec<AccessRow>, StoreError> {
        let before = query.before.map(|before| i64::try_from(before).unwrap_or(i64::MAX));
        let rows: Vec<Row> = self.read(READING, |connection| {
            let mut wanted = access_log::table.into_boxed();
            if let Some(before) = before {
                wanted = wanted.filter(access_log::sequence.lt(before));
            }
            if let Some(actor) = &query.actor {
                wanted = wanted.filter(access_log::actor.eq(actor.to_string()));
            }
            if let Some(license) = query.license {
                let of_license = access_license::table
                    .filter(access_license::license_id.eq(license.to_string()))
                    .select(access_license::sequence);
                wanted = wanted.filter(access_log::sequence.eq_any(of_license));
            }
            if let Some(organization) = query.organization {
                wanted = wanted.filter(access_log::organization_id.eq(organization.to_string()));
            }
            if let Some(case_no) = &query.case_no {
                wanted = wanted.filter(access_log::case_no.eq(case_no));
            }
            if let Some(from) = query.from {
                wanted = wanted.filter(access_log::at.ge(micros(from)));
            }
            if let Some(until) = query.until {
                wanted = wanted.filter(access_log::at.lt(micros(until)));
            }
            let sorted = wanted.order(access_log::sequence.desc()).limit(i64::from(limit));
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(AccessRow::try_from).collect()
    }

    /// Follows the whole chain: its end, or the first place where it is broken.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn access_verify(&self) -> Result<Result<Head, Broken>, StoreError> {
        let mut head = Head::empty();
        loop {
            let rows = self.access_list(head.sequence, CHUNK)?;
            if rows.is_empty() {
                return Ok(Ok(head));
            }
            let mut by_license = self.access_by_license(head.sequence, &rows)?;
            for row in &rows {
                if by_license.remove(&row.sequence).unwrap_or_default() != licenses_of(row) {
                    return Ok(Err(Broken { sequence: row.sequence }));
                }
                if let Err(broken) = head.follow(row) {
                    return Ok(Err(broken));
                }
            }
        }
    }

    /// By which licenses these rows, the next after a place, are found.
    fn access_by_license(
        &self,
        after: u64,
        rows: &[AccessRow],
    ) -> Result<BTreeMap<u64, Vec<LicenseId>>, StoreError> {
        let last = rows.last().map_or(after, |row| row.sequence);
        let place = |place| i64::try_from(place).unwrap_or(i64::MAX);
        let found: Vec<(i64, String)> = self.read(READING, |connection| {
            let of_rows = access_license::table
                .filter(access_license::sequence.gt(place(after)))
                .filter(access_license::sequence.le(place(last)))
                .order((access_license::sequence, access_license::license_id))
                .select((access_license::sequence, access_license::license_id));
            of_rows.load(connection).map_err(|cause| StoreError::database(READING, cause))
        })?;
        let mut by_license: BTreeMap<u64, Vec<LicenseId>> = BTreeMap::new();
        for (sequence, license) in found {
            let read = Reading { what: WHAT, id: &sequence.to_string() };
            let license = read.parse("license_id", &license)?;
            by_license.entry(read.number("sequence", sequence)?).or_default().push(license);
        }
        Ok(by_license)
    }
}

pub(crate) fn list(
    connection: &mut Connection,
    after: u64,
    limit: u32,
) -> Result<Vec<AccessRow>, StoreError> {
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let next = access_log::table.filter(access_log::sequence.gt(after));
    let sorted = next.order(access_log::sequence).limit(i64::from(limit));
    let rows = sorted.select(Row::as_select()).load(connection);
    let rows: Vec<Row> = rows.map_err(|cause| StoreError::database(READING, cause))?;
    rows.into_iter().map(AccessRow::try_from).collect()
}

#[cfg(test)]
pub(crate) mod tests;
