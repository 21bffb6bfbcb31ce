//! What whoever verifies is shown of a license: with its sealed file and who issued it, in one query.

use diesel::dsl::auto_type;
use diesel::prelude::*;
use domain::digest::Sm3;
use domain::id::{LicenseId, PublicCode};
use domain::identifier::LicenseIdentifier;
use domain::license::{License, Rendition, RenditionKind};

use crate::connection::Store;
use crate::error::StoreError;
use crate::schema::{license, organization, rendition};
use crate::{licenses, renditions};

const READING: &str = "reading a license and its file";

/// A license, one of its files and who issued it, as they were at one moment.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The license.
    pub license: License,
    /// The file.
    pub file: Rendition,
    /// The name of the organization that issued it.
    pub issuer: String,
}

pub(crate) type Rows = Vec<(licenses::Row, renditions::Row, String)>;

#[auto_type]
pub(crate) fn joined() -> _ {
    license::table
        .inner_join(rendition::table.on(rendition::license_id.eq(license::id)))
        .inner_join(organization::table.on(organization::id.eq(license::issuer_id)))
}

/// Asks for what fits a condition. A macro, because the type of each condition is its own.
macro_rules! rows {
    ($store:expr, $condition:expr) => {
        $store.read(READING, |connection| {
            let columns =
                (licenses::Row::as_select(), renditions::Row::as_select(), organization::name);
            let rows: QueryResult<Rows> =
                joined().filter($condition).select(columns).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })
    };
}

impl Store {
    /// The issued license with this id and its sealed file.
    ///
    /// # Errors
    /// The database's.
    pub fn shown_by_id(&self, id: LicenseId) -> Result<Option<Shown>, StoreError> {
        original(rows!(self, license::id.eq(id.to_string()))?)
    }

    /// The issued license with this public code and its sealed file.
    ///
    /// # Errors
    /// The database's.
    pub fn shown_by_code(&self, code: PublicCode) -> Result<Option<Shown>, StoreError> {
        original(rows!(self, license::public_code.eq(code.as_str()))?)
    }

    /// The issued license with this identifier (GB/T 36904) and its sealed file.
    ///
    /// # Errors
    /// The database's.
    pub fn shown_by_identifier(
        &self,
        identifier: &LicenseIdentifier,
    ) -> Result<Option<Shown>, StoreError> {
        original(rows!(self, license::identifier.eq(identifier.as_str()))?)
    }

    /// The license that has a file with these bytes, and that file: how an upload is recognized.
    ///
    /// # Errors
    /// The database's.
    pub fn shown_by_file(&self, sm3: Sm3) -> Result<Option<Shown>, StoreError> {
        oldest(read(rows!(self, rendition::sm3.eq(sm3.to_string()))?)?)
    }
}

pub(crate) fn read(rows: Rows) -> Result<Vec<Shown>, StoreError> {
    let read = |(license, file, issuer): (licenses::Row, renditions::Row, String)| {
        Ok(Shown { license: license.try_into()?, file: file.try_into()?, issuer })
    };
    rows.into_iter().map(read).collect()
}

fn original(rows: Rows) -> Result<Option<Shown>, StoreError> {
    let mut all = read(rows)?;
    all.retain(|one| one.file.kind == RenditionKind::Original);
    oldest(all)
}

fn oldest(all: Vec<Shown>) -> Result<Option<Shown>, StoreError> {
    Ok(all.into_iter().min_by_key(|one| (one.file.created_at, one.file.id)))
}
