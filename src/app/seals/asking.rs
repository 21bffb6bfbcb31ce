//! Asking for a seal.

use super::life::{reason, words};
use super::picture::SealLook;
use super::registry::require;
use crate::{App, AppError, Caller, refused};
use domain::access::Permission;
use domain::id::SealId;
use domain::identifier::{Division, SealCode};
use domain::party::Organization;
use domain::seal::{
    Limits, Scope, Seal, SealApplication, SealChange, SealDuty, SealKind, SealStatus,
};
use domain::time::{CHINA, day, day_begins};
use storage::StoreError;
use time::format_description::BorrowedFormatItem;
use time::format_description::well_known::Rfc3339;
use time::macros::{format_description, time};
use time::{Duration, OffsetDateTime, PrimitiveDateTime, Time};

/// A name has no more characters than what a seal can show.
const NAME_CHARACTERS_MAX: usize = 60;
/// A seal is made anew at least this often, as its certificates are.
const YEARS_MAX: i64 = 10;

/// What a department asks for, as it was typed.
#[derive(Clone, Debug)]
pub struct SealAsked {
    /// The name of the seal.
    pub name: String,
    /// What it is for: `01` to `08`, `99`.
    pub kind: String,
    /// Its code, when the platform gave one; the next free one of the division when empty.
    pub code: String,
    /// What it looks like.
    pub look: SealLook,
    /// Where it may stand, how often and when it may be used.
    pub terms: SealTermsAsked,
    /// First day, `2026-03-02`; today when empty.
    pub from: String,
    /// Last day.
    pub until: String,
    /// The seal whose place it takes, by id; empty for none.
    pub replaces: String,
    /// Why.
    pub reason: String,
}

/// Where a seal may stand, how often and when it may be used, as it was typed; what is empty is
/// not limited.
#[derive(Clone, Debug, Default)]
pub struct SealTermsAsked {
    /// Codes of license types.
    pub license_types: Vec<String>,
    /// Uses within any sixty minutes.
    pub per_hour: String,
    /// Uses within a day.
    pub per_day: String,
    /// Hours of the day, such as `8-18`.
    pub hours: String,
}

impl App {
    /// Asks for a seal of the caller's organization; the id that it has from now on.
    ///
    /// # Errors
    /// Not allowed; `seal_name`, `seal_kind`, `seal_code`, `seal_code_taken`, `seal_period`,
    /// `seal_limits`, `unknown_license_type`, `reason_needed`, and as [`App::seal_picture`].
    pub fn seal_ask(&self, caller: &Caller, asked: &SealAsked) -> Result<String, AppError> {
        let of = caller.require(Permission::SealUse)?;
        require(caller, SealDuty::Request, of)?;
        let organization = self.store.organization_read(of)?;
        let now = self.clock.now();
        let code = self.code_asked(&asked.code, &organization)?;
        let (scope, limits) = self.terms(&asked.terms)?;
        let (not_before, not_after) = period(&asked.from, &asked.until, now)?;
        let why = reason(&asked.reason, true)?;
        let kind: SealKind = asked.kind.parse().map_err(|bad| refused("seal_kind", bad))?;
        let application = SealApplication {
            id: self.clock.id(SealId::mint)?,
            organization: of,
            code,
            name: words(&asked.name, "seal_name", NAME_CHARACTERS_MAX, true)?,
            kind,
            picture: self.seal_picture(&asked.look, code.as_str())?,
            scope,
            limits,
            not_before,
            not_after,
            replaces: self.replaced(caller, &asked.replaces)?,
            sm2_key: None,
            pades_key: None,
            requested_by: caller.actor(),
            requested_at: now,
            approved_by: None,
            made_by: None,
            status: SealStatus::Requested,
            version: 1,
        };
        let (id, by) = (application.id, &application.requested_by);
        let begun = self.seal_step(id, None, SealStatus::Requested, by, &why)?;
        let said = self.seal_said(by, "request", id, &[("code", code.to_string())])?;
        match self.store.seal_apply(&application, &begun, &[said]) {
            Err(StoreError::Exists { .. }) => Err(code_taken()),
            other => {
                other?;
                Ok(id.to_string())
            }
        }
    }

    /// The code that a seal of the caller's organization would get now, to be drawn.
    ///
    /// # Errors
    /// Not allowed; as [`App::seal_ask`].
    pub fn seal_code_next(&self, caller: &Caller, typed: &str) -> Result<String, AppError> {
        let of = caller.require(Permission::SealUse)?;
        let organization = self.store.organization_read(of)?;
        Ok(self.code_asked(typed, &organization)?.to_string())
    }

    /// A code that no seal has: the one that was typed, or the next of the division.
    fn code_asked(&self, typed: &str, of: &Organization) -> Result<SealCode, AppError> {
        let made = self.store.seals_of(None)?.into_iter().map(|seal| seal.properties().code);
        let asked = self.store.seal_application_list(None)?.into_iter();
        let alive = asked.filter(|one| one.status.is_made() || one.status.allowed().count() > 0);
        let taken: Vec<SealCode> = made.chain(alive.map(|one| one.code)).collect();
        let typed = typed.trim();
        if typed.is_empty() {
            return next_code(of.division, &taken)
                .ok_or_else(|| refused("seal_code", "the division has no code left"));
        }
        let code: SealCode = typed.parse().map_err(|bad| refused("seal_code", bad))?;
        if taken.contains(&code) { Err(code_taken()) } else { Ok(code) }
    }

    /// The seal whose place another takes: one of the caller's organization that is in use.
    fn replaced(&self, caller: &Caller, id: &str) -> Result<Option<SealId>, AppError> {
        if id.trim().is_empty() {
            return Ok(None);
        }
        let known = self.known(caller, id.trim())?;
        let old = known
            .seal
            .as_ref()
            .filter(|seal| matches!(seal.status(), SealStatus::Active | SealStatus::Suspended));
        let old = old.map(Seal::id);
        old.map(Some).ok_or_else(|| refused("seal_replaced", "only a seal in use is replaced"))
    }

    /// What is proposed of the terms of a seal.
    pub(super) fn seal_terms(&self, asked: &SealTermsAsked) -> Result<SealChange, AppError> {
        let (scope, limits) = self.terms(asked)?;
        Ok(SealChange::Terms { scope, limits })
    }

    fn terms(&self, asked: &SealTermsAsked) -> Result<(Scope, Limits), AppError> {
        let typed = asked.license_types.iter().map(|one| one.trim()).filter(|one| !one.is_empty());
        let mut codes = std::collections::BTreeSet::new();
        for one in typed {
            let known = self.catalogue.find(one).is_some();
            let code = one.parse().ok().filter(|_| known);
            let unknown = || refused("unknown_license_type", format!("there is no type {one}"));
            codes.insert(code.ok_or_else(unknown)?);
        }
        let scope = if codes.is_empty() { Scope::Any } else { Scope::Only(codes) };
        let times = |text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                refused("seal_limits", "a limit is a whole number from 1, or nothing")
            }),
        };
        let hours = match asked.hours.trim() {
            "" => None,
            text => Some(text.parse().map_err(|bad| refused("seal_limits", bad))?),
        };
        let (per_hour, per_day) = (times(&asked.per_hour)?, times(&asked.per_day)?);
        Ok((scope, Limits { per_hour, per_day, hours }))
    }
}

fn code_taken() -> AppError {
    refused("seal_code_taken", "another seal has this code")
}

/// The code after the last of the division.
fn next_code(division: Division, taken: &[SealCode]) -> Option<SealCode> {
    let own = taken.iter().filter(|code| code.division() == Some(division));
    let numbers = own.filter_map(|code| code.as_str().get(6..)?.parse::<u32>().ok());
    SealCode::numbered(division, numbers.max().unwrap_or(0).checked_add(1)?)
}

/// From the beginning of a day in China to the end of another.
fn period(
    from: &str,
    until: &str,
    now: OffsetDateTime,
) -> Result<(OffsetDateTime, OffsetDateTime), AppError> {
    let bad = || {
        let detail = format!(
            "write days as 2026-03-02; the last is not over, and within {YEARS_MAX} years of the first"
        );
        refused("seal_period", detail)
    };
    let begins = match from.trim() {
        "" => now,
        text => day_begins(day(text).ok_or_else(bad)?),
    };
    let last = day(until.trim()).ok_or_else(bad)?;
    let ends = last.with_time(time!(23:59:59)).assume_offset(CHINA);
    let longest = begins.checked_add(Duration::days(YEARS_MAX * 366)).ok_or_else(bad)?;
    if ends <= now || ends <= begins || ends > longest {
        return Err(bad());
    }
    Ok((begins, ends))
}

/// A moment in China's time as a form gives it, `2026-03-02T09:15`, or with its offset.
#[must_use]
pub fn moment(text: &str) -> Option<OffsetDateTime> {
    const MINUTE: &[BorrowedFormatItem<'_>] = format_description!("[hour]:[minute]");
    if let Ok(moment) = OffsetDateTime::parse(text, &Rfc3339) {
        return Some(moment);
    }
    let (date, clock) = text.split_once(['T', ' '])?;
    let clock = Time::parse(clock, MINUTE).ok()?;
    Some(PrimitiveDateTime::new(day(date)?, clock).assume_offset(CHINA))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_period_ends_with_its_last_day_in_china() {
        let now = datetime!(2026-03-02 12:00 +8);
        let (from, until) = period("", "2028-03-01", now).unwrap();
        assert_eq!((from, until), (now, datetime!(2028-03-01 23:59:59 +8)));
        let (from, _) = period("2026-04-01", "2028-03-01", now).unwrap();
        assert_eq!(from, datetime!(2026-03-31 16:00 UTC));
        for (from, until) in [
            ("", ""),
            ("", "2026-03-01"),
            ("2026-05-01", "2026-04-01"),
            ("", "2036-04-01"),
            ("", "2026-02-30"),
            ("yesterday", "2028-03-01"),
        ] {
            assert!(period(from, until, now).is_err(), "{from} {until}");
        }
    }

    #[test]
    fn the_next_code_is_after_the_last_of_its_division() {
        let codes =
            |texts: &[&str]| texts.iter().map(|one| one.parse().unwrap()).collect::<Vec<_>>();
        let division: Division = "330106".parse().unwrap();
        let next = |taken: &[&str]| next_code(division, &codes(taken)).unwrap().to_string();
        assert_eq!(next(&[]), "33010600000001");
        assert_eq!(next(&["33010600000007", "32050000011053"]), "33010600000008");
    }

    #[test]
    fn moments_as_forms_give_them() {
        let expected = Some(datetime!(2026-03-02 09:15 +8));
        for text in ["2026-03-02T09:15", "2026-03-02 09:15", "2026-03-02T01:15:00Z"] {
            assert_eq!(moment(text), expected, "{text}");
        }
        assert_eq!(moment("2026-03-02"), None);
    }
}
