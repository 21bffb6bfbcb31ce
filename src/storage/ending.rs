//! Licenses that end soon, and what was told of it.

use diesel::dsl::{max, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::id::LicenseId;
use domain::identifier::LicenseTypeCode;
use domain::license::{License, LicenseState};
use domain::time::{day_text, micros};
use domain::webhook::OwedEvent;
use time::{Date, OffsetDateTime};

use crate::changes::ChangeFilter;
use crate::connection::{Connection, Dialect, Store};
use crate::error::StoreError;
use crate::licenses::Row;
use crate::outbox;
use crate::read::Reading;
use crate::schema::{expiry_notice, license};

const WHAT: &str = "expiry notice";
const LOOKING: &str = "looking for licenses that end";
const TELLING: &str = "telling of licenses that end";
const READING: &str = "reading what was told of licenses that end";

/// That a license ends is told.
#[derive(Clone, Debug)]
pub struct ExpiryNotice {
    /// The license.
    pub license: LicenseId,
    /// Its last day.
    pub last: Date,
    /// At most so many days before.
    pub days: u16,
    /// What its subscribers are told.
    pub owed: OwedEvent,
    /// When.
    pub at: OffsetDateTime,
}

/// That a license ends was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiryTold {
    /// Its place among all that was told.
    pub sequence: u64,
    /// The license.
    pub license: LicenseId,
    /// Its type.
    pub type_code: LicenseTypeCode,
    /// How it stands now.
    pub state: LicenseState,
    /// Its last day.
    pub last: Date,
    /// At most so many days before.
    pub days: u16,
    /// When.
    pub at: OffsetDateTime,
}

/// Takes the next place. Of two that take the same one, one waits for the other and fails: places
/// are given in the order of commits, so whoever follows them misses none.
fn insert(connection: &mut Connection, notice: &ExpiryNotice) -> Result<(), StoreError> {
    let last: Option<i64> = expiry_notice::table
        .select(max(expiry_notice::sequence))
        .get_result(connection)
        .map_err(|cause| StoreError::database(TELLING, cause))?;
    let row = (
        expiry_notice::sequence.eq(last.unwrap_or(0) + 1),
        expiry_notice::license_id.eq(notice.license.to_string()),
        expiry_notice::days.eq(i32::from(notice.days)),
        expiry_notice::last_day.eq(day_text(notice.last)),
        expiry_notice::at.eq(micros(notice.at)),
    );
    let inserted = diesel::insert_into(expiry_notice::table).values(row).execute(connection);
    inserted.map(drop).map_err(|cause| StoreError::insert(WHAT, notice.license, cause))?;
    outbox::owe(connection, &notice.owed)
}

impl Store {
    /// Licenses in force whose last day is within these, and of which it was not told so many days
    /// before; at most `limit`, those first that end first.
    ///
    /// # Errors
    /// The database's.
    pub fn license_ending(
        &self,
        (first, last): (Date, Date),
        days: u16,
        limit: u32,
    ) -> Result<Vec<License>, StoreError> {
        let rows: Vec<Row> = self.read(LOOKING, |connection| {
            let told = expiry_notice::table
                .filter(expiry_notice::license_id.eq(license::id))
                .filter(expiry_notice::days.eq(i32::from(days)));
            license::table
                // Word for word as in the index: with parameters, SQLite would not see that it fits.
                .filter(sql::<Bool>("state = 'ISSUED' AND valid_to IS NOT NULL"))
                .filter(license::valid_to.ge(day_text(first)))
                .filter(license::valid_to.le(day_text(last)))
                .filter(diesel::dsl::not(diesel::dsl::exists(told)))
                .order((license::valid_to, license::id))
                .limit(limit.into())
                .select(Row::as_select())
                .load(connection)
                .map_err(|cause| StoreError::database(LOOKING, cause))
        })?;
        rows.into_iter().map(License::try_from).collect()
    }

    /// Owes the events of these licenses, each once: all of them, or none when somebody else told of
    /// one meanwhile.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when somebody else told of one.
    pub fn license_ending_tell(&self, notices: &[ExpiryNotice]) -> Result<(), StoreError> {
        self.write(TELLING, |connection| {
            notices.iter().try_for_each(|notice| insert(connection, notice))
        })
    }

    /// What was told of an organization's licenses after a place, in its order; at most `limit`, and
    /// whether there is more.
    ///
    /// # Errors
    /// The database's.
    pub fn license_ending_told(
        &self,
        after: u64,
        filter: &ChangeFilter,
        limit: u32,
    ) -> Result<(Vec<ExpiryTold>, bool), StoreError> {
        let read = Reading { what: WHAT, id: "" };
        let after: i64 = read.number("sequence", after)?;
        let mut rows: Vec<ToldRow> = self.read(READING, |connection| {
            let mut query = expiry_notice::table
                .inner_join(license::table)
                .filter(expiry_notice::sequence.gt(after))
                .filter(license::issuer_id.eq(filter.issuer.to_string()))
                .into_boxed::<Dialect>();
            if let Some(types) = &filter.types {
                let codes: Vec<String> = types.iter().map(ToString::to_string).collect();
                query = query.filter(license::type_code.eq_any(codes));
            }
            query
                .order(expiry_notice::sequence)
                .limit(i64::from(limit) + 1)
                .select((
                    expiry_notice::sequence,
                    (expiry_notice::license_id, license::type_code, license::state),
                    (expiry_notice::last_day, expiry_notice::days, expiry_notice::at),
                ))
                .load(connection)
                .map_err(|cause| StoreError::database(READING, cause))
        })?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        Ok((rows.into_iter().map(told).collect::<Result<_, _>>()?, more))
    }
}

type ToldRow = (i64, (String, String, String), (String, i32, i64));

fn told(row: ToldRow) -> Result<ExpiryTold, StoreError> {
    let (sequence, (license, type_code, state), (last, days, at)) = row;
    let read = Reading { what: WHAT, id: &license };
    let last = read.maybe_day("last_day", Some(&last))?;
    Ok(ExpiryTold {
        sequence: read.number("sequence", sequence)?,
        license: read.parse("license_id", &license)?,
        type_code: read.parse("type_code", &type_code)?,
        state: read.parse("state", &state)?,
        last: last.ok_or_else(|| read.corrupt("last_day", "absent"))?,
        days: read.number("days", days)?,
        at: read.instant("at", at)?,
    })
}

#[cfg(test)]
mod tests {
    use domain::license::Event;
    use domain::webhook::EventType;
    use time::macros::date;

    use super::*;
    use crate::fixtures::{NOW, endpoint, owed, step, world};
    use crate::{Moved, PageRequest, tests::issued};

    #[test]
    fn each_mark_is_told_once() {
        let world = world();
        let store = &world.store;
        let all = endpoint(&world.organization);
        store.webhook_endpoint_insert(&all, &[], None).unwrap();
        let licenses = issued(&world, 3);
        for (license, last) in licenses.iter().zip(["2026-03-09", "2026-03-10", "2026-03-09"]) {
            let by_hand =
                format!("UPDATE license SET valid_to = '{last}' WHERE id = '{}'", license.id());
            store
                .write("by hand", |connection| {
                    let done = diesel::sql_query(&by_hand).execute(connection);
                    done.map(drop).map_err(|cause| StoreError::database("by hand", cause))
                })
                .unwrap();
        }
        // What is not in force ends without a word.
        let (suspended, entry) = step(&licenses[2], Event::Suspend);
        let leaf = crate::log::tests::leaf(&suspended, &entry);
        let event = owed(&suspended, EventType::LicenseSuspended);
        let changed = (&suspended, &entry);
        let moved = Moved { changed, leaf: &leaf, owed: &event, told: &[], events: &[] };
        store.license_change(&moved, None).unwrap();

        let week = (date!(2026 - 03 - 02), date!(2026 - 03 - 09));
        let found = store.license_ending(week, 7, 10).unwrap();
        assert_eq!(found.iter().map(License::id).collect::<Vec<_>>(), [licenses[0].id()]);
        let notice = ExpiryNotice {
            license: found[0].id(),
            last: date!(2026 - 03 - 09),
            days: 7,
            owed: owed(&found[0], EventType::LicenseExpiring),
            at: NOW,
        };
        let page = PageRequest { limit: 200, after: None };
        let owed_now = || store.delivery_list(all.id, &page).unwrap().items.len();
        let before = owed_now();
        store.license_ending_tell(std::slice::from_ref(&notice)).unwrap();
        assert_eq!(owed_now(), before + 1);
        assert!(store.license_ending(week, 7, 10).unwrap().is_empty());
        assert_eq!(store.license_ending(week, 30, 10).unwrap().len(), 1, "another mark");
        // Whoever comes second tells nobody.
        let again = ExpiryNotice { owed: owed(&found[0], EventType::LicenseExpiring), ..notice };
        let second = store.license_ending_tell(&[again]);
        assert!(matches!(second, Err(StoreError::Exists { .. })));
        assert_eq!(owed_now(), before + 1);

        let own = ChangeFilter { issuer: world.organization.id, types: None };
        let (told, more) = store.license_ending_told(0, &own, 1).unwrap();
        let [one] = &told[..] else { panic!("{told:?}") };
        assert_eq!((one.sequence, one.license, one.days), (1, found[0].id(), 7));
        assert_eq!(
            (one.last, one.state, more),
            (date!(2026 - 03 - 09), LicenseState::Issued, false)
        );
        assert_eq!(store.license_ending_told(1, &own, 1).unwrap(), (vec![], false));
        let other = ChangeFilter { issuer: crate::fixtures::organization().id, ..own };
        assert_eq!(store.license_ending_told(0, &other, 1).unwrap(), (vec![], false));
    }
}
