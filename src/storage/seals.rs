//! Electronic seals.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::{OrganizationId, SealId};
use domain::identifier::SealCode;
use domain::seal::{Picture, Scope, Seal, SealProperties};
use domain::time::micros;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::seal;
use crate::{audit, locks};

const WHAT: &str = "seal";
const READING: &str = "reading a seal";
/// The scope of a seal that may stand anywhere.
const ANY: &str = "*";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = seal)]
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
}

impl TryFrom<&Seal> for Row {
    type Error = StoreError;

    fn try_from(seal: &Seal) -> Result<Self, StoreError> {
        let properties = seal.properties();
        let id = properties.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        let picture = &properties.picture;
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
        let version = read.number("version", row.version)?;
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
            not_before: read.instant("not_before", row.not_before)?,
            not_after: read.instant("not_after", row.not_after)?,
            created_at: read.instant("created_at", row.created_at)?,
            name: row.name,
            seal_der: row.seal_der,
            picture,
        };
        Ok(Self::stored(properties, status, changed_at, version))
    }
}

fn scope_text(scope: &Scope) -> String {
    match scope {
        Scope::Any => ANY.to_owned(),
        Scope::Only(codes) => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

fn scope(read: Reading<'_>, text: &str) -> Result<Scope, StoreError> {
    if text == ANY {
        return Ok(Scope::Any);
    }
    let codes = text.split_ascii_whitespace().map(|code| read.parse("scope", code));
    codes.collect::<Result<_, _>>().map(Scope::Only)
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

impl Store {
    /// Registers a seal.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when its id or code is taken.
    pub fn seal_insert(&self, new: &Seal) -> Result<(), StoreError> {
        let row = Row::try_from(new)?;
        self.write("registering a seal", |connection| {
            let inserted = diesel::insert_into(seal::table).values(&row).execute(connection);
            inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id(), cause))
        })
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
        let rows = self.read("listing seals", |connection| {
            let own = seal::table.filter(seal::organization_id.eq(of.to_string()));
            let sorted = own.order((seal::created_at, seal::id)).select(Row::as_select());
            sorted.load(connection).map_err(|cause| StoreError::database("listing seals", cause))
        })?;
        rows.into_iter().map(Seal::try_from).collect()
    }

    /// Keeps the changed status and document signer of a seal that was read with `read_version`, and
    /// what is said of it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed meanwhile.
    pub fn seal_replace(
        &self,
        changed: &Seal,
        read_version: u32,
        said: &[Entry],
    ) -> Result<(), StoreError> {
        let row = Row::try_from(changed)?;
        let read_version: i32 =
            Reading { what: WHAT, id: &row.id }.number("version", read_version)?;
        self.write("changing a seal", |connection| {
            let same = seal::table.find(row.id.as_str()).filter(seal::version.eq(read_version));
            let rows = diesel::update(same)
                .set((
                    seal::status.eq(&row.status),
                    seal::pades_key_id.eq(&row.pades_key_id),
                    seal::changed_at.eq(row.changed_at),
                    seal::version.eq(row.version),
                ))
                .execute(connection)
                .map_err(|cause| StoreError::database("changing a seal", cause))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, changed.id()));
            }
            audit::append(connection, said)
        })
    }
}
