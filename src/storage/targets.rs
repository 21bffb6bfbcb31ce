//! What targets are computed from, counted for all departments at once, and how far each was reached
//! day by day.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::{count_star, sum};
use diesel::prelude::*;
use domain::exemption::Saved;
use domain::id::OrganizationId;
use domain::identifier::LicenseTypeCode;
use domain::target::{Share, Target};
use domain::time::{day_text, micros};
use time::{Date, OffsetDateTime};

use crate::connection::Store;
use crate::error::StoreError;
use crate::issuance_counts::NEVER;
use crate::read::Reading;
use crate::schema::{
    exemption_decision as decision, issuance_count, license, quality_check as checks,
    target_day as days,
};

const READING: &str = "counting for targets";

/// Days from the day of issue within which a license is stored in time.
const IN_TIME: i64 = domain::quality::LATE_AFTER_DAYS;

/// What one department says it issued of one type on one day, and what is here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Declared {
    /// What it says.
    pub declared: Option<u64>,
    /// Stored in time.
    pub on_time: u64,
}

/// Departments, their types and days.
pub type DeclaredDays = BTreeMap<(OrganizationId, LicenseTypeCode, Date), Declared>;

/// What was examined of a department's licenses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// Licenses that were examined.
    pub licenses: u64,
    /// Faults in them that are not corrected.
    pub faults: u64,
    /// How many were stored how many days after issue, where that is known.
    pub delays: BTreeMap<i64, u64>,
}

/// A target on one day; no share where there was no denominator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetDay {
    /// The day in China.
    pub day: Date,
    /// The target.
    pub target: Target,
    /// How far it was reached.
    pub share: Option<Share>,
}

/// An office, and what its decisions asked for, left out and filled.
type SavedRow = (String, Option<i64>, Option<i64>, Option<i64>);

fn failed(cause: diesel::result::Error) -> StoreError {
    StoreError::database(READING, cause)
}

fn count(what: &str, number: i64) -> Result<u64, StoreError> {
    Reading { what: "count", id: what }.number("count", number)
}

impl Store {
    /// Types of which a license was issued since then.
    ///
    /// # Errors
    /// The database's.
    pub fn types_live(
        &self,
        since: OffsetDateTime,
    ) -> Result<BTreeSet<LicenseTypeCode>, StoreError> {
        let codes: Vec<String> = self.read(READING, |connection| {
            license::table
                .filter(license::created_at.ge(micros(since)))
                .filter(license::state.ne_all(NEVER))
                .select(license::type_code)
                .distinct()
                .load(connection)
                .map_err(failed)
        })?;
        codes.iter().map(|id| Reading { what: "license type", id }.own_id()).collect()
    }

    /// Declared and stored of the days from the first to the last, by department and type.
    ///
    /// # Errors
    /// The database's.
    pub fn declared_days(&self, (from, to): (Date, Date)) -> Result<DeclaredDays, StoreError> {
        let (from, to) = (day_text(from), day_text(to));
        let (declared, stored) = self.read_together(READING, |connection| {
            let declared: Vec<(String, String, String, i32)> = issuance_count::table
                .filter(issuance_count::day.between(&from, &to))
                .select((
                    issuance_count::organization_id,
                    issuance_count::license_type,
                    issuance_count::day,
                    issuance_count::declared,
                ))
                .load(connection)
                .map_err(failed)?;
            let of = (license::issuer_id, license::type_code, license::issued_on);
            let here = || {
                let days = license::issued_on.between(&from, &to);
                license::table.filter(days).filter(license::state.ne_all(NEVER))
            };
            let stored: Vec<(String, String, Option<String>, i64)> = here()
                .group_by(of)
                .select((license::issuer_id, license::type_code, license::issued_on, count_star()))
                .load(connection)
                .map_err(failed)?;
            let in_time: Vec<(String, String, Option<String>, i64)> = here()
                .inner_join(checks::table.on(checks::license_id.eq(license::id)))
                .filter(checks::delay.le(IN_TIME))
                .group_by(of)
                .select((license::issuer_id, license::type_code, license::issued_on, count_star()))
                .load(connection)
                .map_err(failed)?;
            Ok((declared, (stored, in_time)))
        })?;
        let place = |of: &str, code: &str, day: &str| {
            let read = Reading { what: "count of a day", id: of };
            let day = read.maybe_day("day", Some(day))?;
            let day = day.ok_or_else(|| read.corrupt("day", "none"))?;
            Ok::<_, StoreError>((read.own_id()?, read.parse("license_type", code)?, day))
        };
        let mut found = DeclaredDays::new();
        for (of, code, day, declared) in declared {
            let number =
                Reading { what: "declared count", id: &of }.number("declared", declared)?;
            found.entry(place(&of, &code, &day)?).or_default().declared = Some(number);
        }
        let (stored, in_time) = stored;
        for (of, code, day, _) in stored {
            found.entry(place(&of, &code, day.as_deref().unwrap_or_default())?).or_default();
        }
        for (of, code, day, number) in in_time {
            let day = day.as_deref().unwrap_or_default();
            found.entry(place(&of, &code, day)?).or_default().on_time = count(&of, number)?;
        }
        Ok(found)
    }

    /// What was examined of licenses that were stored since then and are in use, by department.
    ///
    /// # Errors
    /// The database's.
    pub fn examinations(
        &self,
        since: OffsetDateTime,
    ) -> Result<BTreeMap<OrganizationId, Examination>, StoreError> {
        let rows: Vec<(String, Option<i64>, i64, Option<i64>)> =
            self.read(READING, |connection| {
                license::table
                    .inner_join(checks::table.on(checks::license_id.eq(license::id)))
                    .filter(license::created_at.ge(micros(since)))
                    .filter(license::state.eq_any(["ISSUED", "SUSPENDED"]))
                    .group_by((checks::organization_id, checks::delay))
                    .select((
                        checks::organization_id,
                        checks::delay,
                        count_star(),
                        sum(checks::faults),
                    ))
                    .load(connection)
                    .map_err(failed)
            })?;
        let mut found: BTreeMap<OrganizationId, Examination> = BTreeMap::new();
        for (of, delay, licenses, faults) in rows {
            let id = Reading { what: "examination", id: &of }.own_id()?;
            let one = found.entry(id).or_default();
            let licenses = count(&of, licenses)?;
            one.licenses += licenses;
            one.faults += count(&of, faults.unwrap_or_default())?;
            if let Some(delay) = delay {
                one.delays.insert(delay, licenses);
            }
        }
        Ok(found)
    }

    /// What decisions left out since then, by the office that asked.
    ///
    /// # Errors
    /// The database's.
    pub fn saved(
        &self,
        since: OffsetDateTime,
    ) -> Result<BTreeMap<OrganizationId, Saved>, StoreError> {
        let rows: Vec<SavedRow> = self.read(READING, |connection| {
            decision::table
                .filter(decision::created_at.ge(micros(since)))
                .group_by(decision::organization_id)
                .select((
                    decision::organization_id,
                    sum(decision::asked),
                    sum(decision::waived),
                    sum(decision::filled),
                ))
                .load(connection)
                .map_err(failed)
        })?;
        let saved = |(of, asked, waived, filled): SavedRow| {
            let number = |sum: Option<i64>| count(&of, sum.unwrap_or_default());
            let saved =
                Saved { asked: number(asked)?, waived: number(waived)?, filled: number(filled)? };
            Ok((Reading { what: "saved materials", id: &of }.own_id()?, saved))
        };
        rows.into_iter().map(saved).collect()
    }

    /// Keeps how far targets were reached on a day; the first word of a day stays.
    ///
    /// # Errors
    /// The database's.
    pub fn targets_keep(&self, kept: &[TargetDay]) -> Result<(), StoreError> {
        const OPERATION: &str = "keeping targets of a day";
        let row = |one: &TargetDay| {
            let target = one.target.to_string();
            let number =
                |number: u64| Reading { what: "target", id: &target }.number("part", number);
            let part = one.share.map(|share| number(share.part)).transpose()?;
            let whole = one.share.map(|share| number(share.whole)).transpose()?;
            Ok((day_text(one.day), target.clone(), part, whole))
        };
        let rows: Vec<(String, String, Option<i64>, Option<i64>)> =
            kept.iter().map(row).collect::<Result<_, StoreError>>()?;
        self.write(OPERATION, |connection| {
            for (day, target, part, whole) in &rows {
                let there: i64 = days::table
                    .find((day, target))
                    .count()
                    .get_result(connection)
                    .map_err(failed)?;
                if there == 0 {
                    diesel::insert_into(days::table)
                        .values((
                            days::day.eq(day),
                            days::target.eq(target),
                            days::part.eq(part),
                            days::whole.eq(whole),
                        ))
                        .execute(connection)
                        .map_err(|cause| StoreError::insert("target of a day", target, cause))?;
                }
            }
            Ok(())
        })
    }

    /// How far targets were reached from a day on, by day.
    ///
    /// # Errors
    /// The database's.
    pub fn target_days(&self, from: Date) -> Result<Vec<TargetDay>, StoreError> {
        let rows: Vec<(String, String, Option<i64>, Option<i64>)> =
            self.read(READING, |connection| {
                days::table
                    .filter(days::day.ge(day_text(from)))
                    .order((days::day, days::target))
                    .select((days::day, days::target, days::part, days::whole))
                    .load(connection)
                    .map_err(failed)
            })?;
        let day = |(day, target, part, whole): (String, String, Option<i64>, Option<i64>)| {
            let read = Reading { what: "target of a day", id: &day };
            let number = |number: Option<i64>| number.map(|one| count(&day, one)).transpose();
            let share = number(part)?.zip(number(whole)?);
            Ok(TargetDay {
                day: domain::time::day(&day).ok_or_else(|| read.corrupt("day", "not a day"))?,
                target: read.parse("target", &target)?,
                share: share.map(|(part, whole)| Share { part, whole }),
            })
        };
        rows.into_iter().map(day).collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::audit::Actor;
    use domain::collection::DeclaredCount;
    use time::Duration;
    use time::macros::date;

    use super::*;
    use crate::fixtures::{NOW, TYPE, entry, world};
    use crate::quality::Examined;
    use crate::tests::issued;

    #[test]
    fn what_was_declared_stands_beside_what_came_in_time() {
        let world = world();
        let licenses = issued(&world, 3);
        let of = world.organization.id;
        let (day, code) = (date!(2026 - 03 - 02), TYPE.parse().unwrap());
        let days = || world.store.declared_days((day, day)).unwrap();
        let one = |declared, on_time| {
            DeclaredDays::from([((of, code, day), Declared { declared, on_time })])
        };
        assert_eq!(days(), one(None, 0), "stored, not declared, not examined");
        let examined: Vec<Examined> = licenses
            .iter()
            .zip([0, 1, 9])
            .map(|(license, delay)| Examined {
                license: license.id(),
                organization: of,
                at: NOW,
                delay: Some(delay),
                findings: Vec::new(),
            })
            .collect();
        world.store.quality_keep(&examined, 0).unwrap();
        let declared = DeclaredCount {
            organization: of,
            license_type: code,
            day,
            count: 4,
            by: Actor::Console,
            at: NOW,
        };
        world.store.issuance_declare(&[declared], &[entry("issuance.declare", of)]).unwrap();
        assert_eq!(days(), one(Some(4), 2));
        let examination = Examination {
            licenses: 3,
            faults: 0,
            delays: BTreeMap::from([(0, 1), (1, 1), (9, 1)]),
        };
        let all = |since| world.store.examinations(since).unwrap();
        assert_eq!(all(NOW - Duration::DAY), BTreeMap::from([(of, examination)]));
        assert_eq!(all(NOW + Duration::DAY), BTreeMap::new());
        let live = |since| world.store.types_live(since).unwrap();
        assert_eq!(live(NOW - Duration::DAY), BTreeSet::from([code]));
        assert_eq!(live(NOW + Duration::DAY), BTreeSet::new());
    }

    #[test]
    fn the_first_word_of_a_day_stays() {
        let world = world();
        let (first, next) = (date!(2026 - 03 - 02), date!(2026 - 03 - 03));
        let kept = |day, target, share: Option<(u64, u64)>| TargetDay {
            day,
            target,
            share: share.map(|(part, whole)| Share { part, whole }),
        };
        let one = kept(first, Target::Sealed, Some((1, 3)));
        let other = kept(first, Target::Collected, None);
        world.store.targets_keep(&[one, other]).unwrap();
        let again = kept(first, Target::Sealed, Some((3, 3)));
        let later = kept(next, Target::Sealed, Some((2, 3)));
        world.store.targets_keep(&[again, later]).unwrap();
        assert_eq!(world.store.target_days(first).unwrap(), [other, one, later]);
        assert_eq!(world.store.target_days(next).unwrap(), [later]);
    }
}
