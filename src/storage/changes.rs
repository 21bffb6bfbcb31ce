//! Changes of licenses in the order of the log, for those who follow them.
//!
//! A change has its place when the log has grown over it, and places are given in commit after
//! commit: whoever has seen everything before a place never misses a change that was written
//! earlier and committed later.

use diesel::prelude::*;
use domain::id::OrganizationId;
use domain::identifier::LicenseTypeCode;
use domain::license::StatusEntry;

use crate::connection::{Dialect, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{license, log_leaf, status_entry};
use crate::{log, status_entries};

const OPERATION: &str = "reading changes";
/// Leaves that one question looks at: those of others are skipped, and cost time all the same.
const LEAVES_MAX: i64 = 10_000;

/// Whose changes.
#[derive(Clone, Debug)]
pub struct ChangeFilter {
    /// Of licenses that this organization issued.
    pub issuer: OrganizationId,
    /// Only of these types.
    pub types: Option<Vec<LicenseTypeCode>>,
}

/// A change, and what it is of.
#[derive(Clone, Debug)]
pub struct LoggedChange {
    /// Its place in the log.
    pub place: u64,
    /// What changed.
    pub entry: StatusEntry,
    /// Type of the license.
    pub type_code: LicenseTypeCode,
}

/// Some changes, oldest first.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The changes.
    pub items: Vec<LoggedChange>,
    /// The place from which the next question goes on.
    pub next: u64,
    /// Whether the log already goes on behind that.
    pub more: bool,
}

type Row = (Option<i64>, String, status_entries::Row);

impl Store {
    /// At most `limit` changes from a place of the log on.
    ///
    /// # Errors
    /// The database's.
    pub fn change_list(
        &self,
        from: u64,
        filter: &ChangeFilter,
        limit: u32,
    ) -> Result<Changes, StoreError> {
        let read = Reading { what: "place in the log", id: "" };
        let begin: i64 = read.number("place", from)?;
        let (size, rows) = self.read_together(OPERATION, |connection| {
            let size = log::newest(connection)?.map_or(0, |newest| newest.size);
            let end = begin.saturating_add(LEAVES_MAX).min(size);
            let mut query = log_leaf::table
                .inner_join(status_entry::table)
                .inner_join(license::table.on(license::id.eq(status_entry::license_id)))
                .filter(log_leaf::position.ge(begin))
                .filter(log_leaf::position.lt(end))
                .filter(license::issuer_id.eq(filter.issuer.to_string()))
                .into_boxed::<Dialect>();
            if let Some(types) = &filter.types {
                let codes: Vec<String> = types.iter().map(ToString::to_string).collect();
                query = query.filter(license::type_code.eq_any(codes));
            }
            let rows: Vec<Row> = query
                .order(log_leaf::position)
                .limit(i64::from(limit) + 1)
                .select((log_leaf::position, license::type_code, status_entries::Row::as_select()))
                .load(connection)
                .map_err(|cause| StoreError::database(OPERATION, cause))?;
            Ok((size, rows))
        })?;
        let mut items = rows.into_iter().map(logged).collect::<Result<Vec<_>, _>>()?;
        let whole = items.len() <= limit as usize;
        items.truncate(limit as usize);
        let seen = items.last().filter(|_| !whole).map(|last| last.place + 1);
        let size: u64 = read.number("size", size)?;
        // A place that the log does not have yet stays where it is.
        let looked = from.saturating_add(LEAVES_MAX.unsigned_abs()).min(size.max(from));
        let next = seen.unwrap_or(looked);
        Ok(Changes { items, next, more: next < size })
    }
}

fn logged((place, type_code, row): Row) -> Result<LoggedChange, StoreError> {
    let entry = StatusEntry::try_from(row)?;
    let id = entry.id.to_string();
    let read = Reading { what: "change", id: &id };
    Ok(LoggedChange {
        place: read.number("position", place.unwrap_or_default())?,
        type_code: read.parse("type_code", &type_code)?,
        entry,
    })
}

#[cfg(test)]
mod tests;
