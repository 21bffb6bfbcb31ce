//! Whether everything that was issued is here: declared counts of departments against the register, and
//! numbers that are missing.

use crate::view::{CollectionView, CollectionsView, NumberGapView};
use crate::{App, AppError, Caller, refused};
use domain::access::Permission;
use domain::audit::Subject;
use domain::collection::{Collection, DeclaredCount, gaps};
use domain::id::OrganizationId;
use domain::identifier::LicenseTypeCode;
use domain::time::{china_date, day, day_text};
use std::collections::BTreeSet;
use time::{Date, Duration};

/// Days that are shown at once.
const DAYS_MAX: i64 = 92;
/// Days that are shown where nobody says it.
const DAYS: i64 = 14;
/// Counts that are declared at once: each type on each day of a month.
const COUNTS_MAX: usize = 1000;
/// Numbers that are looked through for gaps, and gaps that are told.
const NUMBERS_MAX: u32 = 500_000;
const GAPS_MAX: usize = 500;

/// How many licenses of a type were issued on a day.
#[derive(Clone, Debug)]
pub struct CountAsked {
    /// Code of the license type.
    pub license_type: String,
    /// The day, `YYYY-MM-DD`.
    pub day: String,
    /// So many.
    pub count: u32,
}

/// Which days are shown; the last two weeks when nothing is said.
#[derive(Clone, Debug, Default)]
pub struct CollectionQuery {
    /// The first day, `YYYY-MM-DD`.
    pub from: String,
    /// The last day, `YYYY-MM-DD`.
    pub to: String,
    /// Only this license type.
    pub license_type: String,
}

impl App {
    /// Keeps how many licenses the caller's department issued, by whatever system; a count of the same
    /// type and day takes the place of the one before.
    ///
    /// # Errors
    /// `scope_missing`, `unknown_license_type`, `count_refused`; then none is kept.
    pub fn counts_declare(&self, caller: &Caller, asked: &[CountAsked]) -> Result<(), AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        if asked.is_empty() || asked.len() > COUNTS_MAX {
            return Err(not_a_count(format!("1 to {COUNTS_MAX} counts at once")));
        }
        let (at, by) = (self.clock.now(), caller.actor());
        let today = china_date(at);
        let count = |one: &CountAsked| {
            let license_type = self.known_type(&one.license_type)?;
            caller.require_for(Permission::LicenseIssue, license_type)?;
            let day = parsed_day(&one.day)?;
            if day > today {
                return Err(not_a_count(format!("{} is not over yet", one.day)));
            }
            let (by, count) = (by.clone(), one.count);
            Ok(DeclaredCount { organization, license_type, day, count, by, at })
        };
        let counts = asked.iter().map(count).collect::<Result<Vec<_>, AppError>>()?;
        let told = counts.iter().map(|one| {
            let detail = [
                ("type", one.license_type.to_string()),
                ("day", day_text(one.day)),
                ("count", one.count.to_string()),
            ];
            let subject = Subject::new("organization", organization);
            self.clock.entry(&by, "issuance.declare", subject, &detail)
        });
        let told = told.collect::<Result<Vec<_>, _>>()?;
        Ok(self.store.issuance_declare(&counts, &told)?)
    }

    /// Declared and stored by type and day, newest first, and the gaps in the numbers of these days.
    ///
    /// # Errors
    /// `scope_missing`, `unknown_license_type`, `count_refused` for days that are none or too many.
    pub fn collections(
        &self,
        caller: &Caller,
        query: &CollectionQuery,
    ) -> Result<CollectionsView, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        let only = match query.license_type.as_str() {
            "" => None,
            code => Some(self.known_type(code)?),
        };
        let (from, to) = self.days(query)?;
        let reached = |one: &Collection| {
            only.is_none_or(|only| only == one.license_type)
                && caller.reaches(organization, one.license_type)
        };
        let found = self.issued_between(organization, (from, to), reached)?;
        let items = found.iter().map(|one| self.collection_view(one)).collect();
        let gaps = self.missing_numbers(organization, &found, (from, to))?;
        Ok(CollectionsView { from: day_text(from), to: day_text(to), items, gaps })
    }

    /// What a department has of each day, newest first.
    pub(crate) fn issued_between(
        &self,
        organization: OrganizationId,
        (from, to): (Date, Date),
        reached: impl Fn(&Collection) -> bool,
    ) -> Result<Vec<Collection>, AppError> {
        let (mut found, mut at) = (Vec::new(), Some(to));
        while let Some(day) = at.filter(|day| *day >= from) {
            found.extend(self.store.issuance_of_day(organization, day)?);
            at = day.previous_day();
        }
        found.retain(reached);
        Ok(found)
    }

    /// Numbers that are missing among those of these days.
    pub(crate) fn missing_numbers(
        &self,
        organization: OrganizationId,
        found: &[Collection],
        days: (Date, Date),
    ) -> Result<Vec<NumberGapView>, AppError> {
        let types: BTreeSet<String> =
            found.iter().map(|one| one.license_type.to_string()).collect();
        let mut missing = Vec::new();
        for code in types {
            missing.extend(self.gaps_of(organization, &code, days)?);
        }
        missing.truncate(GAPS_MAX);
        Ok(missing)
    }

    fn gaps_of(
        &self,
        organization: OrganizationId,
        code: &str,
        days: (Date, Date),
    ) -> Result<Vec<NumberGapView>, AppError> {
        let type_code = self.known_type(code)?;
        let numbers = self.store.issuance_numbers(organization, type_code, days, NUMBERS_MAX)?;
        let view = |gap: domain::collection::Gap| NumberGapView {
            license_type: code.to_owned(),
            type_name: self.type_name(code),
            from: gap.from,
            to: gap.to,
            count: gap.count,
        };
        Ok(gaps(numbers.iter().map(String::as_str)).into_iter().map(view).collect())
    }

    fn collection_view(&self, one: &Collection) -> CollectionView {
        let code = one.license_type.to_string();
        let rate = one.rate_percent();
        CollectionView {
            type_name: self.type_name(&code),
            license_type: code,
            day: day_text(one.day),
            declared: one.declared,
            stored: one.stored,
            on_time: one.on_time,
            rate_percent: rate,
            remark: match one.declared {
                None => Some("denominator_missing".to_owned()),
                Some(declared) if one.stored > declared => Some("more_than_declared".to_owned()),
                Some(_) => None,
            },
        }
    }

    pub(crate) fn type_name(&self, code: &str) -> String {
        self.catalogue.find(code).map_or_else(|| code.to_owned(), |found| found.name().zh.clone())
    }

    fn known_type(&self, code: &str) -> Result<LicenseTypeCode, AppError> {
        let unknown =
            || refused("unknown_license_type", format!("there is no license type {code}"));
        self.catalogue.find(code).ok_or_else(unknown)?;
        code.parse().map_err(|_| unknown())
    }

    fn days(&self, query: &CollectionQuery) -> Result<(Date, Date), AppError> {
        let today = china_date(self.clock.now());
        let to = if query.to.is_empty() { today } else { parsed_day(&query.to)? };
        let from = match query.from.as_str() {
            "" => to.checked_sub(Duration::days(DAYS - 1)).unwrap_or(to),
            text => parsed_day(text)?,
        };
        let days = (to - from).whole_days() + 1;
        match (1..=DAYS_MAX).contains(&days) {
            true => Ok((from, to)),
            false => {
                Err(not_a_count(format!("1 to {DAYS_MAX} days at once, the first before the last")))
            }
        }
    }
}

fn parsed_day(text: &str) -> Result<Date, AppError> {
    day(text).ok_or_else(|| not_a_count("a day as YYYY-MM-DD is needed"))
}

fn not_a_count(detail: impl ToString) -> AppError {
    refused("count_refused", detail)
}
