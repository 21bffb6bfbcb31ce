//! Drawn files of licenses.

use diesel::prelude::*;
use domain::digest::Sm3;
use domain::id::LicenseId;
use domain::license::Rendition;
use domain::time::micros;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::rendition;

const WHAT: &str = "rendition";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = rendition)]
pub(crate) struct Row {
    id: String,
    license_id: String,
    kind: String,
    media_type: String,
    sm3: String,
    sha256: String,
    bytes: i64,
    created_at: i64,
}

impl TryFrom<Row> for Rendition {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            license: read.parse("license_id", &row.license_id)?,
            kind: read.parse("kind", &row.kind)?,
            sm3: read.parse("sm3", &row.sm3)?,
            sha256: read.parse("sha256", &row.sha256)?,
            bytes: read.number("bytes", row.bytes)?,
            created_at: read.instant("created_at", row.created_at)?,
            media_type: row.media_type,
        })
    }
}

pub(crate) fn insert(connection: &mut Connection, new: &Rendition) -> Result<(), StoreError> {
    let id = new.id.to_string();
    let row = Row {
        license_id: new.license.to_string(),
        kind: new.kind.to_string(),
        media_type: new.media_type.clone(),
        sm3: new.sm3.to_string(),
        sha256: new.sha256.to_string(),
        bytes: Reading { what: WHAT, id: &id }.number("bytes", new.bytes)?,
        created_at: micros(new.created_at),
        id,
    };
    let inserted = diesel::insert_into(rendition::table).values(row).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, new.id, cause))
}

impl Store {
    /// The files of a license, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn rendition_list(&self, of: LicenseId) -> Result<Vec<Rendition>, StoreError> {
        const OPERATION: &str = "listing renditions";
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            let own = rendition::table.filter(rendition::license_id.eq(of.to_string()));
            let sorted = own.order((rendition::created_at, rendition::id));
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(Rendition::try_from).collect()
    }

    /// Whether the register has a file with these bytes: others can be swept once they are old.
    ///
    /// # Errors
    /// The database's.
    pub fn rendition_knows(&self, sm3: Sm3) -> Result<bool, StoreError> {
        const OPERATION: &str = "looking a file up";
        self.read(OPERATION, |connection| {
            let files = rendition::table.filter(rendition::sm3.eq(sm3.to_string()));
            diesel::select(diesel::dsl::exists(files))
                .get_result(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))
        })
    }
}
