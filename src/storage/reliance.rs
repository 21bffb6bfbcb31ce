//! Who looked at a license, or verified it, and may rely on it; and who did rely on it for a decision,
//! and is told when it changes.

use std::collections::BTreeSet;

use diesel::prelude::*;
use domain::exemption::{self, Changed};
use domain::id::{LicenseId, OrganizationId};
use domain::license::License;
use domain::time::{day_text, micros};
use domain::webhook::OwedEvent;
use time::OffsetDateTime;

use crate::connection::{Connection, Dialect, Store};
use crate::error::StoreError;
use crate::outbox;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::schema::{access_license, access_log, reliance, verification};
use crate::trail::{self, Followed, Follower};

const WHAT: &str = "reliance";
const TELLING: &str = "telling who relied on a license";
const LISTING: &str = "listing reliances";
const OPERATION: &str = "looking for who relies on a license";
/// More organizations than anybody reads.
const ORGANIZATIONS_MAX: i64 = 200;

/// Who may rely on a license.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reliance {
    /// Organizations that looked at it, verified it or decided by it, other than its issuer; the first
    /// two hundred of each.
    pub organizations: BTreeSet<OrganizationId>,
    /// How often it was verified, by whomever.
    pub verifications: u64,
}

fn looked(
    connection: &mut Connection,
    license: &str,
    issuer: &str,
    since: i64,
) -> QueryResult<Vec<Option<String>>> {
    access_license::table
        .inner_join(access_log::table.on(access_log::sequence.eq(access_license::sequence)))
        .filter(access_license::license_id.eq(license))
        .filter(access_license::at.ge(since))
        .filter(access_log::organization_id.ne(issuer))
        .select(access_log::organization_id)
        .distinct()
        .limit(ORGANIZATIONS_MAX)
        .load(connection)
}

fn verified(
    connection: &mut Connection,
    license: &str,
    issuer: &str,
    since: i64,
) -> QueryResult<Vec<Option<String>>> {
    verification::table
        .filter(verification::license_id.eq(license))
        .filter(verification::created_at.ge(since))
        .filter(verification::organization_id.ne(issuer))
        .select(verification::organization_id)
        .distinct()
        .limit(ORGANIZATIONS_MAX)
        .load(connection)
}

fn decided(
    connection: &mut Connection,
    license: &str,
    issuer: &str,
    since: i64,
) -> QueryResult<Vec<String>> {
    reliance::table
        .filter(reliance::license_id.eq(license))
        .filter(reliance::created_at.ge(since))
        .filter(reliance::organization_id.ne(issuer))
        .select(reliance::organization_id)
        .distinct()
        .limit(ORGANIZATIONS_MAX)
        .load(connection)
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = reliance)]
struct Row {
    id: String,
    decision_id: String,
    license_id: String,
    license_version: i32,
    organization_id: String,
    case_no: String,
    valid_until: String,
    created_at: i64,
    version: i32,
    state: Option<String>,
    changed_at: Option<i64>,
}

impl TryFrom<Row> for exemption::Reliance {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let state = read.maybe("state", row.state.as_deref())?;
        let changed = state.zip(read.maybe_instant("changed_at", row.changed_at)?);
        let known = read.number("version", row.version)?;
        let until = read.maybe_day("valid_until", Some(&row.valid_until))?;
        Ok(Self {
            id: read.own_id()?,
            decision: read.parse("decision_id", &row.decision_id)?,
            license: read.parse("license_id", &row.license_id)?,
            version: read.number("license_version", row.license_version)?,
            organization: read.parse("organization_id", &row.organization_id)?,
            until: until.ok_or_else(|| read.corrupt("valid_until", "no day"))?,
            at: read.instant("created_at", row.created_at)?,
            changed: changed.map(|(state, at)| Changed { state, version: known, at }),
            case_no: row.case_no,
        })
    }
}

/// Writes down that somebody relied on a license.
pub(crate) fn insert(
    connection: &mut Connection,
    one: &exemption::Reliance,
) -> Result<(), StoreError> {
    let id = one.id.to_string();
    let version = Reading { what: WHAT, id: &id }.number("license_version", one.version)?;
    let row = Row {
        decision_id: one.decision.to_string(),
        license_id: one.license.to_string(),
        license_version: version,
        organization_id: one.organization.to_string(),
        case_no: one.case_no.clone(),
        valid_until: day_text(one.until),
        created_at: micros(one.at),
        version,
        state: None,
        changed_at: None,
        id,
    };
    let kept = diesel::insert_into(reliance::table).values(&row).execute(connection);
    kept.map(drop).map_err(|cause| StoreError::insert(WHAT, one.id, cause))
}

/// A license that changed, and what those are told who relied on it.
#[derive(Clone, Debug)]
pub struct RelianceTold {
    /// The license as it stands.
    pub license: License,
    /// One event for each organization.
    pub events: Vec<OwedEvent>,
    /// When the change was noticed.
    pub at: OffsetDateTime,
}

impl RelianceTold {
    fn write(&self, connection: &mut Connection) -> Result<(), StoreError> {
        let id = self.license.id().to_string();
        let read = Reading { what: "license", id: &id };
        let version: i32 = read.number("version", self.license.version())?;
        let told: Vec<String> =
            self.events.iter().map(|event| event.organization.to_string()).collect();
        let untold = reliance::table
            .filter(reliance::license_id.eq(&id))
            .filter(reliance::version.lt(version))
            .filter(reliance::organization_id.eq_any(told));
        let changed = diesel::update(untold)
            .set((
                reliance::state.eq(self.license.state().as_str()),
                reliance::version.eq(version),
                reliance::changed_at.eq(micros(self.at)),
            ))
            .execute(connection)
            .map_err(|cause| StoreError::database(TELLING, cause))?;
        // Another process was quicker: it told them.
        if changed == 0 {
            return Ok(());
        }
        self.events.iter().try_for_each(|event| outbox::owe(connection, event))
    }
}

impl Store {
    /// Licenses of which the audit trail tells since the round before: who relied on them may have
    /// to be told.
    ///
    /// # Errors
    /// The database's.
    pub fn reliance_next(&self, limit: u32) -> Result<Followed, StoreError> {
        self.read_together(TELLING, |connection| trail::next(connection, Follower::Reliance, limit))
    }

    /// Organizations that relied on a license and do not know how it stands.
    ///
    /// # Errors
    /// The database's.
    pub fn reliance_untold(
        &self,
        license: &License,
    ) -> Result<BTreeSet<OrganizationId>, StoreError> {
        let id = license.id().to_string();
        let read = Reading { what: "license", id: &id };
        let version: i32 = read.number("version", license.version())?;
        let rows: Vec<String> = self.read(TELLING, |connection| {
            reliance::table
                .filter(reliance::license_id.eq(&id))
                .filter(reliance::version.lt(version))
                .select(reliance::organization_id)
                .distinct()
                .load(connection)
                .map_err(|cause| StoreError::database(TELLING, cause))
        })?;
        let organization = |id: String| Reading { what: "organization", id: &id }.own_id();
        rows.into_iter().map(organization).collect()
    }

    /// Tells those who relied on licenses, and notes how far the audit trail was followed.
    ///
    /// # Errors
    /// The database's; the next round tries again.
    pub fn reliance_tell(&self, told: &[RelianceTold], reached: i64) -> Result<(), StoreError> {
        self.write(TELLING, |connection| {
            told.iter().try_for_each(|one| one.write(connection))?;
            trail::reached(connection, Follower::Reliance, reached)
        })
    }

    /// Reliances of an organization on licenses that changed since an instant, in the order in which
    /// that was noticed.
    ///
    /// # Errors
    /// The database's.
    pub fn reliance_changed(
        &self,
        organization: OrganizationId,
        since: Option<OffsetDateTime>,
        page: &PageRequest,
    ) -> Result<Page<exemption::Reliance>, StoreError> {
        let rows: Vec<Row> = self.read(LISTING, |connection| {
            let mut query = reliance::table
                .filter(reliance::organization_id.eq(organization.to_string()))
                .filter(reliance::changed_at.ge(since.map_or(0, micros)))
                .into_boxed::<Dialect>();
            if let Some(Cursor { created_at, id }) = page.after.clone() {
                let same_instant = reliance::changed_at.eq(created_at).and(reliance::id.gt(id));
                query = query.filter(reliance::changed_at.gt(created_at).or(same_instant));
            }
            let rows = query
                .order((reliance::changed_at, reliance::id))
                .limit(page.rows())
                .select(Row::as_select())
                .load(connection);
            rows.map_err(|cause| StoreError::database(LISTING, cause))
        })?;
        let place = |row: &Row| Cursor {
            created_at: row.changed_at.unwrap_or_default(),
            id: row.id.clone(),
        };
        page.page(rows, place, exemption::Reliance::try_from)
    }

    /// Who looked at a license of this issuer, verified it, or decided by it, since an instant.
    ///
    /// # Errors
    /// The database's.
    pub fn license_reliance(
        &self,
        of: LicenseId,
        issuer: OrganizationId,
        since: OffsetDateTime,
    ) -> Result<Reliance, StoreError> {
        let (license, issuer, since) = (of.to_string(), issuer.to_string(), micros(since));
        let (found, count) = self.read_together(OPERATION, |connection| {
            let failed = |cause| StoreError::database(OPERATION, cause);
            let mut found = looked(connection, &license, &issuer, since).map_err(failed)?;
            found.extend(verified(connection, &license, &issuer, since).map_err(failed)?);
            let relied = decided(connection, &license, &issuer, since).map_err(failed)?;
            found.extend(relied.into_iter().map(Some));
            let count: i64 = verification::table
                .filter(verification::license_id.eq(&license))
                .filter(verification::created_at.ge(since))
                .count()
                .get_result(connection)
                .map_err(failed)?;
            Ok((found, count))
        })?;
        let read = |id: String| Reading { what: "organization", id: &id }.own_id();
        Ok(Reliance {
            organizations: found.into_iter().flatten().map(read).collect::<Result<_, _>>()?,
            verifications: u64::try_from(count).unwrap_or_default(),
        })
    }
}
