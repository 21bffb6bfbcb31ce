//! Published license types.

use diesel::prelude::*;
use domain::digest::Sm3;
use domain::identifier::LicenseTypeCode;
use domain::time::micros;
use time::OffsetDateTime;

use crate::connection::Store;
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
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = license_type)]
struct Row {
    code: String,
    version: i32,
    document: String,
    digest: String,
    published_at: i64,
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
            document: row.document,
        })
    }
}

impl Store {
    /// Publishes a version of a license type. The same document again changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the version was published with another document.
    pub fn license_type_publish(&self, new: &StoredLicenseType) -> Result<(), StoreError> {
        const OPERATION: &str = "publishing a license type";
        let row = Row::try_from(new)?;
        self.write(OPERATION, |connection| {
            let published: Option<String> = license_type::table
                .find((row.code.as_str(), row.version))
                .select(license_type::digest)
                .get_result(connection)
                .optional()
                .map_err(|cause| StoreError::database(OPERATION, cause))?;
            let what_and_version = || format!("{} version {}", new.code, new.version);
            match published {
                Some(digest) if digest == row.digest => Ok(()),
                Some(_) => Err(StoreError::Exists { what: WHAT, id: what_and_version() }),
                None => diesel::insert_into(license_type::table)
                    .values(&row)
                    .execute(connection)
                    .map(drop)
                    .map_err(|cause| StoreError::insert(WHAT, what_and_version(), cause)),
            }
        })
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
