//! Licenses by who holds them: by HMACs of codes, so that no index names a person.

use diesel::prelude::*;
use diesel::sql_types::Text;
use domain::digest::Sha256;
use domain::id::LicenseId;
use domain::identifier::LicenseTypeCode;
use domain::license::RenditionKind;
use std::collections::BTreeSet;

use crate::connection::Store;
use crate::error::StoreError;
use crate::schema::{license, license_holder as holder, organization, rendition};
use crate::shown::{Rows, Shown, joined, read};
use crate::trail::{self, Followed, Follower};
use crate::{licenses, renditions};

const READING: &str = "looking for the licenses of a holder";
const WRITING: &str = "keeping who holds licenses";

impl Store {
    /// Licenses of which the audit trail tells since the round before: who holds them is to be kept.
    ///
    /// # Errors
    /// The database's.
    pub fn holder_next(&self, limit: u32) -> Result<Followed, StoreError> {
        self.read_together(READING, |connection| trail::next(connection, Follower::Holders, limit))
    }

    /// Keeps who holds licenses, and how far the audit trail was followed for it.
    ///
    /// # Errors
    /// The database's; the next round tries again.
    pub fn holder_keep(
        &self,
        found: &[(Sha256, LicenseId)],
        reached: i64,
    ) -> Result<(), StoreError> {
        self.write(WRITING, |connection| {
            for (whose, id) in found {
                // Of two who follow the trail at once, either may have kept it: both go on.
                let row = "INSERT INTO license_holder (holder, license_id) VALUES ($1, $2) \
                    ON CONFLICT (holder, license_id) DO NOTHING";
                let kept = diesel::sql_query(row)
                    .bind::<Text, _>(whose.to_string())
                    .bind::<Text, _>(id.to_string())
                    .execute(connection);
                kept.map_err(|cause| StoreError::insert("license of a holder", id, cause))?;
            }
            trail::reached(connection, Follower::Holders, reached)
        })
    }

    /// Issued licenses of a holder that are of these types, with their sealed files, at most `limit`,
    /// newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn holder_licenses(
        &self,
        whose: Sha256,
        types: &BTreeSet<LicenseTypeCode>,
        limit: i64,
    ) -> Result<Vec<Shown>, StoreError> {
        let types: Vec<&str> = types.iter().map(LicenseTypeCode::as_str).collect();
        let rows: Rows = self.read(READING, |connection| {
            let mine = holder::table
                .filter(holder::holder.eq(whose.to_string()))
                .select(holder::license_id);
            joined()
                .filter(license::id.eq_any(mine))
                .filter(license::type_code.eq_any(&types))
                .filter(rendition::kind.eq(RenditionKind::Original.as_str()))
                .order(license::id.desc())
                .limit(limit)
                .select((
                    licenses::Row::as_select(),
                    renditions::Row::as_select(),
                    organization::name,
                ))
                .load(connection)
                .map_err(|cause| StoreError::database(READING, cause))
        })?;
        let mut all = read(rows)?;
        all.dedup_by_key(|one| one.license.id());
        Ok(all)
    }
}
