//! What departments say they issued, and what of it is here.

use std::collections::BTreeMap;

use diesel::prelude::*;
use domain::audit::Entry;
use domain::collection::{Collection, DeclaredCount};
use domain::id::OrganizationId;
use domain::identifier::LicenseTypeCode;
use domain::time::{day_begins, day_text, micros};
use time::{Date, Duration};

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{issuance_count, license};

const WHAT: &str = "declared count";
const READING: &str = "reading declared counts";

/// A license that is here was in force at some time.
pub(crate) const NEVER: [&str; 3] = ["DRAFT", "PENDING_SEAL", "VOID"];

#[derive(Insertable, AsChangeset)]
#[diesel(table_name = issuance_count)]
struct Row {
    organization_id: String,
    license_type: String,
    day: String,
    declared: i32,
    declared_by: String,
    declared_at: i64,
}

fn failed(cause: diesel::result::Error) -> StoreError {
    StoreError::database(READING, cause)
}

/// By type: how many licenses have this day of issue; `by` some instant only, if one is given.
fn stored(
    connection: &mut Connection,
    of: OrganizationId,
    day: &str,
    by: Option<i64>,
) -> Result<Vec<(String, i64)>, StoreError> {
    let own = license::table
        .filter(license::issuer_id.eq(of.to_string()))
        .filter(license::issued_on.eq(day))
        .filter(license::state.ne_all(NEVER))
        .filter(license::created_at.lt(by.unwrap_or(i64::MAX)));
    own.group_by(license::type_code)
        .select((license::type_code, diesel::dsl::count_star()))
        .load(connection)
        .map_err(failed)
}

impl Store {
    /// Keeps what a department says it issued; what it said of the same day before is replaced.
    ///
    /// # Errors
    /// The database's.
    pub fn issuance_declare(
        &self,
        counts: &[DeclaredCount],
        events: &[Entry],
    ) -> Result<(), StoreError> {
        let row = |one: &DeclaredCount| {
            let id = one.organization.to_string();
            let declared = Reading { what: WHAT, id: &id }.number("declared", one.count)?;
            Ok(Row {
                organization_id: id,
                license_type: one.license_type.to_string(),
                day: day_text(one.day),
                declared,
                declared_by: one.by.to_string(),
                declared_at: micros(one.at),
            })
        };
        let rows = counts.iter().map(row).collect::<Result<Vec<Row>, StoreError>>()?;
        self.write("declaring counts", |connection| {
            for one in &rows {
                let key = (&one.organization_id, &one.license_type, &one.day);
                let same = issuance_count::table.find(key);
                let changed = diesel::update(same).set(one).execute(connection);
                if changed.map_err(failed)? == 0 {
                    diesel::insert_into(issuance_count::table)
                        .values(one)
                        .execute(connection)
                        .map_err(|cause| StoreError::insert(WHAT, &one.day, cause))?;
                }
            }
            audit::append(connection, events)
        })
    }

    /// Declared and stored on one day, by type; types of which neither is known are left out.
    ///
    /// # Errors
    /// The database's.
    pub fn issuance_of_day(
        &self,
        of: OrganizationId,
        day: Date,
    ) -> Result<Vec<Collection>, StoreError> {
        let text = day_text(day);
        // By the end of the next day, in the one time of the country.
        let end = day.checked_add(Duration::days(2)).map(|end| micros(day_begins(end)));
        let (declared, all, on_time) = self.read_together(READING, |connection| {
            let declared: Vec<(String, i32)> = issuance_count::table
                .filter(issuance_count::organization_id.eq(of.to_string()))
                .filter(issuance_count::day.eq(&text))
                .select((issuance_count::license_type, issuance_count::declared))
                .load(connection)
                .map_err(failed)?;
            let all = stored(connection, of, &text, None)?;
            Ok((declared, all, stored(connection, of, &text, end)?))
        })?;
        let mut found: BTreeMap<String, (Option<i32>, i64, i64)> = BTreeMap::new();
        for (code, count) in declared {
            found.entry(code).or_default().0 = Some(count);
        }
        for (code, count) in all {
            found.entry(code).or_default().1 = count;
        }
        for (code, count) in on_time {
            found.entry(code).or_default().2 = count;
        }
        let collection =
            |(code, (declared, stored, on_time)): (String, (Option<i32>, i64, i64))| {
                let read = Reading { what: WHAT, id: &code };
                Ok(Collection {
                    license_type: read.own_id()?,
                    day,
                    declared: declared.map(|count| read.number("declared", count)).transpose()?,
                    stored: read.number("stored", stored)?,
                    on_time: read.number("on_time", on_time)?,
                })
            };
        found.into_iter().map(collection).collect()
    }

    /// The numbers of licenses of a department and type with a day of issue from `from` to `to`, also
    /// of those that never came to be: their rows explain the gap. At most so many.
    ///
    /// # Errors
    /// The database's.
    pub fn issuance_numbers(
        &self,
        of: OrganizationId,
        type_code: LicenseTypeCode,
        (from, to): (Date, Date),
        count: u32,
    ) -> Result<Vec<String>, StoreError> {
        self.read(READING, |connection| {
            license::table
                .filter(license::issuer_id.eq(of.to_string()))
                .filter(license::issued_on.ge(day_text(from)))
                .filter(license::issued_on.le(day_text(to)))
                .filter(license::type_code.eq(type_code.to_string()))
                .select(license::number)
                .limit(count.into())
                .load(connection)
                .map_err(failed)
        })
    }
}

#[cfg(test)]
mod tests {
    use domain::audit::Actor;
    use time::macros::date;

    use super::*;
    use crate::fixtures::{NOW, TYPE, entry, world};
    use crate::tests::issued;

    #[test]
    fn declared_and_stored_stand_side_by_side() {
        let world = world();
        let made = issued(&world, 3);
        let of = world.organization.id;
        let day = date!(2026 - 03 - 02);
        let one = |stored, declared| Collection {
            license_type: TYPE.parse().unwrap(),
            day,
            declared,
            stored,
            on_time: stored,
        };
        assert_eq!(world.store.issuance_of_day(of, day).unwrap(), [one(3, None)]);
        let declare = |count| {
            let said = DeclaredCount {
                organization: of,
                license_type: TYPE.parse().unwrap(),
                day,
                count,
                by: Actor::Console,
                at: NOW,
            };
            let told = entry("issuance.declare", of);
            world.store.issuance_declare(&[said], &[told]).unwrap();
        };
        declare(5);
        declare(4);
        assert_eq!(world.store.issuance_of_day(of, day).unwrap(), [one(3, Some(4))]);
        assert_eq!(world.store.issuance_of_day(of, date!(2026 - 03 - 03)).unwrap(), []);
        let numbers = |from, to| {
            world.store.issuance_numbers(of, TYPE.parse().unwrap(), (from, to), 10).unwrap().len()
        };
        assert_eq!(numbers(day, day), made.len());
        assert_eq!(numbers(date!(2026 - 03 - 03), date!(2026 - 12 - 31)), 0);
    }
}
