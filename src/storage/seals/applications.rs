//! Seals that are asked for, until they are made.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::{OrganizationId, SealId};
use domain::seal::{Picture, Seal, SealApplication, SealEntry};
use domain::time::micros;

use super::terms::{limits, of_limits, scope, scope_text};
use super::{entries, insert};
use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::seal_application as application;

const WHAT: &str = "seal application";
const READING: &str = "reading an application for a seal";
const CHANGING: &str = "changing an application for a seal";

#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = application)]
#[diesel(treat_none_as_null = true)]
struct Row {
    id: String,
    organization_id: String,
    code: String,
    name: String,
    kind: String,
    picture_media_type: String,
    picture: Vec<u8>,
    width_mm: i32,
    height_mm: i32,
    scope: String,
    per_hour: Option<i32>,
    per_day: Option<i32>,
    hour_from: Option<i32>,
    hour_until: Option<i32>,
    not_before: i64,
    not_after: i64,
    replaces_id: Option<String>,
    sm2_key_id: Option<String>,
    pades_key_id: Option<String>,
    requested_by: String,
    requested_at: i64,
    approved_by: Option<String>,
    made_by: Option<String>,
    status: String,
    version: i32,
}

impl TryFrom<&SealApplication> for Row {
    type Error = StoreError;

    fn try_from(one: &SealApplication) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        let [per_hour, per_day, hour_from, hour_until] = of_limits(read, &one.limits)?;
        Ok(Self {
            organization_id: one.organization.to_string(),
            code: one.code.to_string(),
            name: one.name.clone(),
            kind: one.kind.to_string(),
            picture_media_type: one.picture.media_type.clone(),
            picture: one.picture.bytes.clone(),
            width_mm: read.number("width_mm", one.picture.width_mm)?,
            height_mm: read.number("height_mm", one.picture.height_mm)?,
            scope: scope_text(&one.scope),
            per_hour,
            per_day,
            hour_from,
            hour_until,
            not_before: micros(one.not_before),
            not_after: micros(one.not_after),
            replaces_id: one.replaces.map(|id| id.to_string()),
            sm2_key_id: one.sm2_key.map(|id| id.to_string()),
            pades_key_id: one.pades_key.map(|id| id.to_string()),
            requested_by: one.requested_by.to_string(),
            requested_at: micros(one.requested_at),
            approved_by: one.approved_by.as_ref().map(ToString::to_string),
            made_by: one.made_by.as_ref().map(ToString::to_string),
            status: one.status.to_string(),
            version: read.number("version", one.version)?,
            id,
        })
    }
}

impl TryFrom<Row> for SealApplication {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            code: read.parse("code", &row.code)?,
            kind: read.parse("kind", &row.kind)?,
            scope: scope(read, &row.scope)?,
            limits: limits(read, [row.per_hour, row.per_day, row.hour_from, row.hour_until])?,
            not_before: read.instant("not_before", row.not_before)?,
            not_after: read.instant("not_after", row.not_after)?,
            replaces: read.maybe("replaces_id", row.replaces_id.as_deref())?,
            sm2_key: read.maybe("sm2_key_id", row.sm2_key_id.as_deref())?,
            pades_key: read.maybe("pades_key_id", row.pades_key_id.as_deref())?,
            requested_by: read.parse("requested_by", &row.requested_by)?,
            requested_at: read.instant("requested_at", row.requested_at)?,
            approved_by: read.maybe("approved_by", row.approved_by.as_deref())?,
            made_by: read.maybe("made_by", row.made_by.as_deref())?,
            status: read.parse("status", &row.status)?,
            version: read.number("version", row.version)?,
            picture: Picture {
                width_mm: read.number("width_mm", row.width_mm)?,
                height_mm: read.number("height_mm", row.height_mm)?,
                media_type: row.picture_media_type,
                bytes: row.picture,
            },
            name: row.name,
        })
    }
}

/// Keeps an application that was read with the version before this one.
fn replace(connection: &mut Connection, changed: &SealApplication) -> Result<(), StoreError> {
    let row = Row::try_from(changed)?;
    let read = row.version.saturating_sub(1);
    let same = application::table.find(&row.id).filter(application::version.eq(read));
    let rows = diesel::update(same).set(&row).execute(connection);
    match rows.map_err(|cause| StoreError::database(CHANGING, cause))? {
        1 => Ok(()),
        _ => Err(StoreError::conflict(WHAT, changed.id)),
    }
}

impl Store {
    /// Keeps what somebody asks for, its place in the history, and what is said of it.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the code is taken.
    pub fn seal_apply(
        &self,
        new: &SealApplication,
        begun: &SealEntry,
        said: &[Entry],
    ) -> Result<(), StoreError> {
        let row = Row::try_from(new)?;
        self.write("asking for a seal", |connection| {
            let inserted = diesel::insert_into(application::table).values(&row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
            entries::append(connection, begun)?;
            audit::append(connection, said)
        })
    }

    /// Keeps a changed application, whose version grew by one since it was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed meanwhile; [`StoreError::Violation`] when one
    /// person would take two steps.
    pub fn seal_application_replace(
        &self,
        changed: &SealApplication,
        step: Option<&SealEntry>,
        said: &[Entry],
    ) -> Result<(), StoreError> {
        self.write(CHANGING, |connection| {
            replace(connection, changed)?;
            step.map_or(Ok(()), |step| entries::append(connection, step))?;
            audit::append(connection, said)
        })
    }

    /// Registers a seal that was made of an application, whose version grew by one since it was
    /// read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed meanwhile; [`StoreError::Exists`].
    pub fn seal_make(
        &self,
        made: &Seal,
        of: &SealApplication,
        step: &SealEntry,
        said: &[Entry],
    ) -> Result<(), StoreError> {
        self.write("registering a seal that was made", |connection| {
            replace(connection, of)?;
            insert(connection, made)?;
            entries::append(connection, step)?;
            audit::append(connection, said)
        })
    }

    /// The application with this id, if there is one.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_application_find(&self, id: SealId) -> Result<Option<SealApplication>, StoreError> {
        let row = self.read(READING, |connection| {
            let by_id = application::table.find(id.to_string()).select(Row::as_select());
            let row = by_id.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.map(SealApplication::try_from).transpose()
    }

    /// The applications of an organization, or of all, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_application_list(
        &self,
        of: Option<OrganizationId>,
    ) -> Result<Vec<SealApplication>, StoreError> {
        let rows = self.read(READING, |connection| {
            let sorted = application::table.order((application::requested_at, application::id));
            let mut asked = sorted.select(Row::as_select()).into_boxed();
            if let Some(of) = of {
                asked = asked.filter(application::organization_id.eq(of.to_string()));
            }
            asked.load(connection).map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(SealApplication::try_from).collect()
    }
}
