//! Published license types.

use diesel::prelude::*;
use domain::audit::Actor;
use domain::digest::Sm3;
use domain::identifier::LicenseTypeCode;
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::license_type;

const WHAT: &str = "license type";

/// A license type as it was published; a version never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLicenseType {
    /// Its code.
    pub code: LicenseTypeCode,
    /// Its version, from 1.
    pub version: u32,
    /// The catalogue document, JSON.
    pub document: String,
    /// SM3 of the document.
    pub digest: Sm3,
    /// When it was published.
    pub published_at: OffsetDateTime,
    /// Who published it; none when it came with the program or a folder of its operator.
    pub published_by: Option<Actor>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = license_type)]
struct Row {
    code: String,
    version: i32,
    document: String,
    digest: String,
    published_at: i64,
    published_by: Option<String>,
}

impl TryFrom<&StoredLicenseType> for Row {
    type Error = StoreError;

    fn try_from(stored: &StoredLicenseType) -> Result<Self, StoreError> {
        let code = stored.code.to_string();
        let version = Reading { what: WHAT, id: &code }.number("version", stored.version)?;
        Ok(Self {
            version,
            document: stored.document.clone(),
            digest: stored.digest.to_string(),
            published_at: micros(stored.published_at),
            published_by: stored.published_by.as_ref().map(Actor::to_string),
            code,
        })
    }
}

impl TryFrom<Row> for StoredLicenseType {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.code };
        Ok(Self {
            code: read.own_id()?,
            version: read.number("version", row.version)?,
            digest: read.parse("digest", &row.digest)?,
            published_at: read.instant("published_at", row.published_at)?,
            published_by: read.maybe("published_by", row.published_by.as_deref())?,
            document: row.document,
        })
    }
}

/// Adds a version. The same document again changes nothing.
pub(crate) fn insert(
    connection: &mut Connection,
    new: &StoredLicenseType,
) -> Result<(), StoreError> {
    let row = Row::try_from(new)?;
    let published: Option<String> = license_type::table
        .find((row.code.as_str(), row.version))
        .select(license_type::digest)
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database("publishing a license type", cause))?;
    let named = || format!("{} version {}", new.code, new.version);
    match published {
        Some(digest) if digest == row.digest => Ok(()),
        Some(_) => Err(StoreError::Exists { what: WHAT, id: named() }),
        None => diesel::insert_into(license_type::table)
            .values(&row)
            .execute(connection)
            .map(drop)
            .map_err(|cause| StoreError::insert(WHAT, named(), cause)),
    }
}

impl Store {
    /// Publishes a version of a license type. The same document again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the version was published with another document.
    pub fn license_type_publish(&self, new: &StoredLicenseType) -> Result<(), StoreError> {
        self.write("publishing a license type", |connection| insert(connection, new))
    }

    /// One version of a license type.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn license_type_read(
        &self,
        code: &LicenseTypeCode,
        version: u32,
    ) -> Result<StoredLicenseType, StoreError> {
        const OPERATION: &str = "reading a license type";
        let number: i32 = Reading { what: WHAT, id: code.as_str() }.number("version", version)?;
        let row: Option<Row> = self.read(OPERATION, |connection| {
            let one = license_type::table.find((code.as_str(), number)).select(Row::as_select());
            let row = one.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        let missing = || StoreError::missing(WHAT, format!("{code} version {version}"));
        row.ok_or_else(missing)?.try_into()
    }

    /// Every version of every license type, by code and version.
    ///
    /// # Errors
    /// The database's.
    pub fn license_type_list(&self) -> Result<Vec<StoredLicenseType>, StoreError> {
        const OPERATION: &str = "listing license types";
        let rows: Vec<Row> = self.read(OPERATION, |connection| {
            let all = license_type::table.order((license_type::code, license_type::version));
            let rows = all.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(OPERATION, cause))
        })?;
        rows.into_iter().map(StoredLicenseType::try_from).collect()
    }
}
