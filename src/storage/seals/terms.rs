//! The columns of what a seal may be used for, which several tables have.

use std::num::NonZeroU32;

use domain::seal::{Limits, Scope, SealRevocation};
use domain::time::micros;
use time::OffsetDateTime;

use crate::error::StoreError;
use crate::read::Reading;

/// The scope of a seal that may stand anywhere.
const ANY: &str = "*";

/// `per_hour`, `per_day`, `hour_from`, `hour_until`.
pub(super) type LimitColumns = [Option<i32>; 4];

pub(super) fn of_limits(read: Reading<'_>, limits: &Limits) -> Result<LimitColumns, StoreError> {
    let times = |column, times: Option<NonZeroU32>| {
        times.map(|times| read.number(column, times.get())).transpose()
    };
    Ok([
        times("per_hour", limits.per_hour)?,
        times("per_day", limits.per_day)?,
        limits.hours.map(|hours| hours.from().into()),
        limits.hours.map(|hours| hours.until().into()),
    ])
}

pub(super) fn limits(read: Reading<'_>, columns: LimitColumns) -> Result<Limits, StoreError> {
    let [per_hour, per_day, from, until] = columns;
    let times = |column, stored: Option<i32>| -> Result<Option<NonZeroU32>, StoreError> {
        let number = stored.map(|stored| read.number::<i32, u32>(column, stored)).transpose()?;
        number.map(|number| read.number(column, number)).transpose()
    };
    let hours = match (from, until) {
        (Some(from), Some(until)) => Some(read.parse("hour_from", &format!("{from}-{until}"))?),
        _ => None,
    };
    Ok(Limits {
        per_hour: times("per_hour", per_hour)?,
        per_day: times("per_day", per_day)?,
        hours,
    })
}

/// `revocation` and `invalid_from`.
pub(super) fn of_revocation(why: Option<SealRevocation>) -> (Option<String>, Option<i64>) {
    let from = why.and_then(|why| why.invalid_from()).map(micros);
    (why.map(|why| why.reason().to_string()), from)
}

pub(super) fn revocation(
    read: Reading<'_>,
    (reason, from): (Option<&str>, Option<i64>),
    at: OffsetDateTime,
) -> Result<Option<SealRevocation>, StoreError> {
    let Some(reason) = read.maybe("revocation", reason)? else { return Ok(None) };
    let from = read.maybe_instant("invalid_from", from)?;
    let read_back = SealRevocation::new(reason, from, at);
    read_back.map(Some).map_err(|bad| read.corrupt("revocation", bad))
}

pub(super) fn scope_text(scope: &Scope) -> String {
    match scope {
        Scope::Any => ANY.to_owned(),
        Scope::Only(codes) => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

pub(super) fn scope(read: Reading<'_>, text: &str) -> Result<Scope, StoreError> {
    if text == ANY {
        return Ok(Scope::Any);
    }
    let codes = text.split_ascii_whitespace().map(|code| read.parse("scope", code));
    codes.collect::<Result<_, _>>().map(Scope::Only)
}
