//! What was found in licenses, what becomes of it, and how a department stands.

use std::collections::BTreeSet;

use diesel::dsl::{count_star, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use domain::audit::Entry;
use domain::id::{LicenseId, OrganizationId, QualityFindingId};
use domain::quality::{FindingState, QualityFinding, Score, Week, week_starts};
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{
    license, quality_check as checks, quality_finding as finding, quality_place as place,
};
use crate::{audit, trail};

const WHAT: &str = "quality finding";
const READING: &str = "reading quality findings";
const WRITING: &str = "keeping quality findings";
/// The week of a license, as [`domain::quality::week_of`] counts it.
const WEEK: &str = "(license.created_at + 288000000000) / 604800000000";

/// What was found in one license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Examined {
    /// The license.
    pub license: LicenseId,
    /// The department that issued it.
    pub organization: OrganizationId,
    /// When it was examined.
    pub at: OffsetDateTime,
    /// Days from the day of issue to that of being stored.
    pub delay: Option<i64>,
    /// What was found.
    pub findings: Vec<QualityFinding>,
}

/// Which findings to list.
#[derive(Clone, Copy, Debug)]
pub struct FindingFilter {
    /// Of this department.
    pub organization: OrganizationId,
    /// Only in this state; all that are not closed when absent.
    pub state: Option<FindingState>,
    /// Only what was due before.
    pub due_before: Option<OffsetDateTime>,
}

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = finding)]
#[diesel(treat_none_as_null = true)]
struct Row {
    id: String,
    license_id: String,
    type_code: String,
    organization_id: String,
    rule: String,
    field: String,
    detail: String,
    certain: i32,
    state: String,
    found_at: i64,
    due_at: i64,
    changed_by: Option<String>,
    changed_at: Option<i64>,
    answer: String,
    version: i32,
}

impl TryFrom<&QualityFinding> for Row {
    type Error = StoreError;

    fn try_from(one: &QualityFinding) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        Ok(Self {
            version: Reading { what: WHAT, id: &id }.number("version", one.version)?,
            id,
            license_id: one.license.to_string(),
            type_code: one.type_code.to_string(),
            organization_id: one.organization.to_string(),
            rule: one.rule.to_string(),
            field: one.field.clone(),
            detail: one.detail.clone(),
            certain: one.certain.into(),
            state: one.state.to_string(),
            found_at: micros(one.found_at),
            due_at: micros(one.due_at),
            changed_by: one.changed.as_ref().map(|(by, _)| by.to_string()),
            changed_at: one.changed.as_ref().map(|(_, at)| micros(*at)),
            answer: one.answer.clone(),
        })
    }
}

impl TryFrom<Row> for QualityFinding {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let by = read.maybe("changed_by", row.changed_by.as_deref())?;
        Ok(Self {
            id: read.own_id()?,
            license: read.parse("license_id", &row.license_id)?,
            type_code: read.parse("type_code", &row.type_code)?,
            organization: read.parse("organization_id", &row.organization_id)?,
            rule: read.parse("rule", &row.rule)?,
            certain: row.certain != 0,
            state: read.parse("state", &row.state)?,
            found_at: read.instant("found_at", row.found_at)?,
            due_at: read.instant("due_at", row.due_at)?,
            changed: by.zip(read.maybe_instant("changed_at", row.changed_at)?),
            version: read.number("version", row.version)?,
            field: row.field,
            detail: row.detail,
            answer: row.answer,
        })
    }
}

fn failed(cause: diesel::result::Error) -> StoreError {
    StoreError::database(WRITING, cause)
}

/// Counts what is open of a license.
fn count_open(connection: &mut Connection, of: &str) -> Result<(), StoreError> {
    let open = |certain: i32| {
        finding::table
            .filter(finding::license_id.eq(of))
            .filter(finding::state.ne(FindingState::Closed.as_str()))
            .filter(finding::certain.eq(certain))
            .count()
    };
    let faults: i64 = open(1).get_result(connection).map_err(failed)?;
    let doubts: i64 = open(0).get_result(connection).map_err(failed)?;
    let number = |count| i32::try_from(count).unwrap_or(i32::MAX);
    let counted = (checks::faults.eq(number(faults)), checks::doubts.eq(number(doubts)));
    let updated = diesel::update(checks::table.find(of)).set(counted).execute(connection);
    updated.map(drop).map_err(failed)
}

/// Keeps what was found in a license. What is open already stays as it is; what is open and was not
/// found any more is closed.
fn keep(connection: &mut Connection, one: &Examined) -> Result<(), StoreError> {
    let of = one.license.to_string();
    let there: i64 = checks::table
        .filter(checks::license_id.eq(&of))
        .count()
        .get_result(connection)
        .map_err(failed)?;
    let seen = (checks::checked_at.eq(micros(one.at)), checks::delay.eq(one.delay));
    if there == 0 {
        let whose =
            (checks::license_id.eq(&of), checks::organization_id.eq(one.organization.to_string()));
        let none = (checks::faults.eq(0), checks::doubts.eq(0));
        diesel::insert_into(checks::table)
            .values((whose, seen, none))
            .execute(connection)
            .map_err(|cause| StoreError::insert("quality check", &of, cause))?;
    } else {
        diesel::update(checks::table.find(&of)).set(seen).execute(connection).map_err(failed)?;
    }
    let open: Vec<Row> = finding::table
        .filter(finding::license_id.eq(&of))
        .filter(finding::state.ne(FindingState::Closed.as_str()))
        .select(Row::as_select())
        .load(connection)
        .map_err(failed)?;
    let same =
        |row: &Row, new: &QualityFinding| row.rule == new.rule.as_str() && row.field == new.field;
    for new in one.findings.iter().filter(|new| !open.iter().any(|row| same(row, new))) {
        let row = Row::try_from(new)?;
        let made = diesel::insert_into(finding::table).values(&row).execute(connection);
        made.map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
    }
    for gone in open.iter().filter(|row| !one.findings.iter().any(|new| same(row, new))) {
        diesel::update(finding::table.find(&gone.id))
            .set((
                finding::state.eq(FindingState::Closed.as_str()),
                finding::version.eq(gone.version.saturating_add(1)),
            ))
            .execute(connection)
            .map_err(failed)?;
    }
    // Of a license that was never looked at, most often nothing is found.
    if there == 0 && open.is_empty() && one.findings.is_empty() {
        return Ok(());
    }
    count_open(connection, &of)
}

/// The number of a week, its licenses, and how many of them are good, faulty, fresh and late.
type WeekRow = (i64, i64, Option<i64>, Option<i64>, Option<i64>, Option<i64>);

impl Store {
    /// Licenses that were issued or changed since the round before, by the audit trail, and how far
    /// it goes.
    ///
    /// # Errors
    /// The database's.
    pub fn quality_next(&self, limit: u32) -> Result<(BTreeSet<LicenseId>, i64), StoreError> {
        let followed = self.read_together(READING, |connection| {
            let from: i64 = place::table
                .find(1)
                .select(place::sequence)
                .get_result(connection)
                .map_err(|cause| StoreError::database(READING, cause))?;
            trail::after(connection, from, limit)
        })?;
        Ok((followed.licenses, followed.reached))
    }

    /// Keeps what was found, and how far the audit trail was looked through, where that is further
    /// than before; whether it is.
    ///
    /// # Errors
    /// The database's; the next round tries again.
    pub fn quality_keep(&self, examined: &[Examined], reached: i64) -> Result<bool, StoreError> {
        self.write(WRITING, |connection| {
            for one in examined {
                keep(connection, one)?;
            }
            let further = place::table.find(1).filter(place::sequence.lt(reached));
            let moved =
                diesel::update(further).set(place::sequence.eq(reached)).execute(connection);
            Ok(moved.map_err(failed)? > 0)
        })
    }

    /// One finding.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn quality_read(&self, id: QualityFindingId) -> Result<QualityFinding, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let one = finding::table.find(id.to_string()).select(Row::as_select());
            let row = one.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// Findings of a department, what is due first first, at most `limit`.
    ///
    /// # Errors
    /// The database's, or a damaged row.
    pub fn quality_list(
        &self,
        filter: &FindingFilter,
        limit: u32,
    ) -> Result<Vec<QualityFinding>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let own = finding::organization_id.eq(filter.organization.to_string());
            let mut wanted = finding::table.filter(own).into_boxed();
            wanted = match filter.state {
                Some(state) => wanted.filter(finding::state.eq(state.as_str())),
                None => wanted.filter(finding::state.ne(FindingState::Closed.as_str())),
            };
            if let Some(before) = filter.due_before {
                wanted = wanted.filter(finding::due_at.lt(micros(before)));
            }
            let sorted = wanted.order((finding::due_at, finding::id)).limit(limit.into());
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(QualityFinding::try_from).collect()
    }

    /// Keeps a finding after a step; the event that tells of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody changed it meanwhile.
    pub fn quality_step(&self, after: &QualityFinding, told: &Entry) -> Result<(), StoreError> {
        let row = Row::try_from(after)?;
        self.write(WRITING, |connection| {
            let before = finding::version.eq(row.version - 1);
            let one = finding::table.find(&row.id).filter(before);
            let changed = diesel::update(one).set(&row).execute(connection).map_err(failed)?;
            if changed != 1 {
                return Err(StoreError::conflict(WHAT, after.id));
            }
            count_open(connection, &row.license_id)?;
            audit::append(connection, std::slice::from_ref(told))
        })
    }

    /// What a department has in use, by the week in which it was stored, from a week on.
    ///
    /// # Errors
    /// The database's.
    pub fn quality_weeks(
        &self,
        organization: OrganizationId,
        from: i64,
        late_after: i64,
    ) -> Result<Vec<Week>, StoreError> {
        let week = || sql::<BigInt>(WEEK);
        let rows: Vec<WeekRow> = self.read("reading the score", |connection| {
            let counted = |text: &str| sql::<Nullable<BigInt>>(text);
            license::table
                .left_join(checks::table.on(checks::license_id.eq(license::id)))
                .filter(license::issuer_id.eq(organization.to_string()))
                .filter(license::created_at.ge(week_starts(from).1))
                .filter(license::state.eq_any(["ISSUED", "SUSPENDED"]))
                .group_by(week())
                .select((
                    week(),
                    count_star(),
                    counted("SUM(CASE WHEN faults = 0 AND doubts = 0 THEN 1 ELSE 0 END)"),
                    counted("SUM(CASE WHEN faults > 0 THEN 1 ELSE 0 END)"),
                    counted(&format!("SUM(CASE WHEN delay <= {late_after} THEN 1 ELSE 0 END)")),
                    counted(&format!("SUM(CASE WHEN delay > {late_after} THEN 1 ELSE 0 END)")),
                ))
                .order(week())
                .load(connection)
                .map_err(|cause| StoreError::database("reading the score", cause))
        })?;
        let count = |number: i64| u64::try_from(number).unwrap_or(0);
        let some = |number: Option<i64>| count(number.unwrap_or(0));
        let read = |(number, total, good, faulty, fresh, late)| Week {
            number,
            score: Score {
                total: count(total),
                good: some(good),
                faulty: some(faulty),
                fresh: some(fresh),
                late: some(late),
            },
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

#[cfg(test)]
mod tests;
