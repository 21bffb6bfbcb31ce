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

/// Most hold fewer licenses. All of so few are read, by a statement that stays prepared: one with a LIMIT
/// or a list of types is planned anew each time, which costs more than some rows.
const FEW: i64 = 48;

/// Issued licenses of a holder that fit a condition, newest first. A macro, because the type of each
/// condition is its own; `limit` names the method and what it is given.
macro_rules! rows {
    ($store:expr, $whose:expr, $condition:expr $(, $limit:ident)?) => {
        $store.read(READING, |connection| {
            let mine = holder::table
                .filter(holder::holder.eq($whose.to_string()))
                .select(holder::license_id);
            let rows: QueryResult<Rows> = joined()
                .filter(license::id.eq_any(mine))
                .filter($condition)
                .filter(rendition::kind.eq(RenditionKind::Original.as_str()))
                .order(license::id.desc())
                $(.$limit($limit))?
                .select((
                    licenses::Row::as_select(),
                    renditions::Row::as_select(),
                    organization::name,
                ))
                .load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })
    };
}

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
        limit: usize,
    ) -> Result<Vec<Shown>, StoreError> {
        let all: i64 = self.read(READING, |connection| {
            let mine = holder::table.filter(holder::holder.eq(whose.to_string()));
            let count = mine.count().get_result(connection);
            count.map_err(|cause| StoreError::database(READING, cause))
        })?;
        let mut all = if all <= FEW {
            let mut all = read(rows!(self, whose, license::id.is_not_null())?)?;
            all.retain(|one| types.contains(&one.license.particulars().type_code));
            all
        } else {
            let types: Vec<&str> = types.iter().map(LicenseTypeCode::as_str).collect();
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            read(rows!(self, whose, license::type_code.eq_any(&types), limit)?)?
        };
        all.dedup_by_key(|one| one.license.id());
        all.truncate(limit);
        Ok(all)
    }
}
