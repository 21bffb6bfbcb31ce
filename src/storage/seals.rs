//! Electronic seals.

mod applications;
mod entries;
mod proposals;
mod terms;

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::{OrganizationId, SealId};
use domain::identifier::SealCode;
use domain::seal::{
    Picture, Provenance, Seal, SealEntry, SealProperties, SealProposal, SealStatus, Standing,
};
use domain::time::micros;
use terms::{limits, of_limits, of_revocation, revocation, scope, scope_text};

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::seal;
use crate::{audit, locks};

const WHAT: &str = "seal";
const READING: &str = "reading a seal";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = seal)]
#[diesel(treat_none_as_null = true)]
struct Row {
    id: String,
    organization_id: String,
    code: String,
    name: String,
    kind: String,
    seal_der: Vec<u8>,
    picture_media_type: String,
    picture: Vec<u8>,
    width_mm: i32,
    height_mm: i32,
    sm2_key_id: Option<String>,
    pades_key_id: Option<String>,
    scope: String,
    not_before: i64,
    not_after: i64,
    status: String,
    changed_at: i64,
    version: i32,
    created_at: i64,
    per_hour: Option<i32>,
    per_day: Option<i32>,
    hour_from: Option<i32>,
    hour_until: Option<i32>,
    revocation: Option<String>,
    invalid_from: Option<i64>,
    made_by: Option<String>,
    filed_by: Option<String>,
    filing: Option<String>,
    replaced_by_id: Option<String>,
    approval: String,
}

impl TryFrom<&Seal> for Row {
    type Error = StoreError;

    fn try_from(seal: &Seal) -> Result<Self, StoreError> {
        let properties = seal.properties();
        let id = properties.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        let (picture, made) = (&properties.picture, seal.provenance());
        let [per_hour, per_day, hour_from, hour_until] = of_limits(read, &properties.limits)?;
        let (revocation, invalid_from) = of_revocation(seal.revocation());
        Ok(Self {
            organization_id: properties.organization.to_string(),
            code: properties.code.to_string(),
            name: properties.name.clone(),
            kind: properties.kind.to_string(),
            seal_der: properties.seal_der.clone(),
            picture_media_type: picture.media_type.clone(),
            picture: picture.bytes.clone(),
            width_mm: read.number("width_mm", picture.width_mm)?,
            height_mm: read.number("height_mm", picture.height_mm)?,
            sm2_key_id: properties.sm2_key.map(|id| id.to_string()),
            pades_key_id: properties.pades_key.map(|id| id.to_string()),
            scope: scope_text(&properties.scope),
            not_before: micros(properties.not_before),
            not_after: micros(properties.not_after),
            status: seal.status().to_string(),
            changed_at: micros(seal.changed_at()),
            version: read.number("version", seal.version())?,
            created_at: micros(properties.created_at),
            per_hour,
            per_day,
            hour_from,
            hour_until,
            revocation,
            invalid_from,
            made_by: made.made_by.as_ref().map(ToString::to_string),
            filed_by: made.filed_by.as_ref().map(ToString::to_string),
            filing: made.filing.clone(),
            replaced_by_id: seal.replaced_by().map(|id| id.to_string()),
            approval: properties.approval.to_string(),
            id,
        })
    }
}

impl TryFrom<Row> for Seal {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let status = read.parse("status", &row.status)?;
        let changed_at = read.instant("changed_at", row.changed_at)?;
        let why = (row.revocation.as_deref(), row.invalid_from);
        let standing = Standing {
            status,
            changed_at,
            version: read.number("version", row.version)?,
            revocation: revocation(read, why, changed_at)?,
            replaced_by: read.maybe("replaced_by_id", row.replaced_by_id.as_deref())?,
        };
        let limits = limits(read, [row.per_hour, row.per_day, row.hour_from, row.hour_until])?;
        let provenance = Provenance {
            made_by: read.maybe("made_by", row.made_by.as_deref())?,
            filed_by: read.maybe("filed_by", row.filed_by.as_deref())?,
            filing: row.filing,
        };
        let picture = Picture {
            media_type: row.picture_media_type,
            bytes: row.picture,
            width_mm: read.number("width_mm", row.width_mm)?,
            height_mm: read.number("height_mm", row.height_mm)?,
        };
        let properties = SealProperties {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            code: read.parse("code", &row.code)?,
            kind: read.parse("kind", &row.kind)?,
            sm2_key: read.maybe("sm2_key_id", row.sm2_key_id.as_deref())?,
            pades_key: read.maybe("pades_key_id", row.pades_key_id.as_deref())?,
            scope: scope(read, &row.scope)?,
            limits,
            approval: read.parse("approval", &row.approval)?,
            not_before: read.instant("not_before", row.not_before)?,
            not_after: read.instant("not_after", row.not_after)?,
            created_at: read.instant("created_at", row.created_at)?,
            name: row.name,
            seal_der: row.seal_der,
            picture,
        };
        Ok(Self::stored(properties, standing, provenance))
    }
}

/// The seal with this id, which nobody changes before the transaction that uses it ends.
pub(crate) fn held(connection: &mut Connection, id: SealId) -> Result<Seal, StoreError> {
    locks::hold_as_it_is(connection, "seal", &id.to_string())?;
    within(connection, id)
}

pub(crate) fn within(connection: &mut Connection, id: SealId) -> Result<Seal, StoreError> {
    let by_id = seal::table.find(id.to_string()).select(Row::as_select());
    let row: Option<Row> = by_id
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database(READING, cause))?;
    row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
}

fn insert(connection: &mut Connection, new: &Seal) -> Result<(), StoreError> {
    let row = Row::try_from(new)?;
    let inserted = diesel::insert_into(seal::table).values(&row).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id(), cause))
}

fn replace(connection: &mut Connection, changed: &Seal) -> Result<(), StoreError> {
    let row = Row::try_from(changed)?;
    let read = row.version.saturating_sub(1);
    let same = seal::table.find(row.id.as_str()).filter(seal::version.eq(read));
    let rows = diesel::update(same).set(&row).execute(connection);
    match rows.map_err(|cause| StoreError::database("changing a seal", cause))? {
        1 => Ok(()),
        _ => Err(StoreError::conflict(WHAT, changed.id())),
    }
}

impl Store {
    /// Registers a seal.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id or code is taken.
    pub fn seal_insert(&self, new: &Seal) -> Result<(), StoreError> {
        self.write("registering a seal", |connection| insert(connection, new))
    }

    /// The seal with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn seal_read(&self, id: SealId) -> Result<Seal, StoreError> {
        self.read(READING, |connection| within(connection, id))
    }

    /// The seal with this code.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_by_code(&self, code: SealCode) -> Result<Option<Seal>, StoreError> {
        let row = self.read(READING, |connection| {
            let by_code = seal::table.filter(seal::code.eq(code.as_str()));
            let row = by_code.select(Row::as_select()).get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.map(Seal::try_from).transpose()
    }

    /// The seals of an organization, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_list(&self, of: OrganizationId) -> Result<Vec<Seal>, StoreError> {
        self.seals_of(Some(of))
    }

    /// The seals of an organization, or of all, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn seals_of(&self, of: Option<OrganizationId>) -> Result<Vec<Seal>, StoreError> {
        let rows = self.read("listing seals", |connection| {
            let sorted = seal::table.order((seal::created_at, seal::id));
            let mut asked = sorted.select(Row::as_select()).into_boxed();
            if let Some(of) = of {
                asked = asked.filter(seal::organization_id.eq(of.to_string()));
            }
            asked.load(connection).map_err(|cause| StoreError::database("listing seals", cause))
        })?;
        rows.into_iter().map(Seal::try_from).collect()
    }

    /// The seals that were revoked, of all organizations.
    ///
    /// # Errors
    /// The database's.
    pub fn seals_revoked(&self) -> Result<Vec<Seal>, StoreError> {
        const OPERATION: &str = "listing revoked seals";
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            let revoked = seal::status.eq(SealStatus::Revoked.as_str());
            let found = seal::table.filter(revoked).order(seal::id).select(Row::as_select());
            found.load(connection).map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(Seal::try_from).collect()
    }

    /// Keeps seals that were changed, whose versions grew by one since they were read, with their
    /// history and what is said of them: all of it or nothing.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when one of them was changed meanwhile, or the proposal decided;
    /// [`StoreError::Violation`] when one person would take two steps.
    pub fn seal_change(&self, change: &SealStep<'_>) -> Result<(), StoreError> {
        self.write("changing a seal", |connection| {
            for one in change.seals {
                replace(connection, one)?;
            }
            if let Some(decided) = change.decided {
                proposals::decide(connection, decided)?;
            }
            for entry in change.history {
                entries::append(connection, entry)?;
            }
            audit::append(connection, change.said)
        })
    }
}

/// What changes with seals at once.
#[derive(Clone, Copy, Debug, Default)]
pub struct SealStep<'a> {
    /// The seals as they are from now on.
    pub seals: &'a [&'a Seal],
    /// The proposal that is decided with it.
    pub decided: Option<&'a SealProposal>,
    /// The steps of their lives.
    pub history: &'a [SealEntry],
    /// What is said of it.
    pub said: &'a [Entry],
}

#[cfg(test)]
mod tests;
