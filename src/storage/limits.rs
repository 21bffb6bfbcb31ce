//! How often a seal with limits was used, counted where it is used: a use that is undone was none.

use diesel::prelude::*;
use domain::id::SealId;
use domain::seal::{Hours, LimitReached, Limits, Seal, Used};
use domain::time::{from_micros, micros};
use time::{Duration, OffsetDateTime};

use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::schema::seal_count;

const COUNTING: &str = "counting uses of a seal";
/// The row that whoever counts holds, and the spans that limits look at.
const ALL: &str = "all";
const DAY: &str = "day";
const MINUTE: &str = "minute";
/// After so long the minute of a use is in no hour any more.
const HOUR_AND_MINUTE: Duration = Duration::minutes(61);

fn failed(cause: diesel::result::Error) -> StoreError {
    StoreError::database(COUNTING, cause)
}

/// Holds the count of a seal until the transaction ends, so that no two count at once; false when
/// nothing limits the seal.
pub(crate) fn hold(connection: &mut Connection, seal: &Seal) -> Result<bool, StoreError> {
    let limited = seal.properties().limits != Limits::default();
    if limited {
        add(connection, seal.id(), (ALL, 0), 0)?;
    }
    Ok(limited)
}

/// Counts one use, if the limits allow it.
///
/// # Errors
/// [`StoreError::SealLimit`].
pub(crate) fn count(
    connection: &mut Connection,
    seal: &Seal,
    at: OffsetDateTime,
) -> Result<(), StoreError> {
    let id = seal.id();
    let limits = &seal.properties().limits;
    let day = micros(Limits::day_begins(at));
    // The minute in which the hour began counts as a whole: never more than allowed.
    let hour = minute(Limits::hour_begins(at));
    let used = Used {
        within_the_hour: sum(connection, id, MINUTE, hour)?,
        today: sum(connection, id, DAY, day)?,
    };
    if let Err(reached) = limits.admit(used, at) {
        let free_at = match reached {
            LimitReached::Hours(hours) => opens(hours, at),
            LimitReached::PerHour(_) => oldest(connection, id, hour, at)? + HOUR_AND_MINUTE,
            LimitReached::PerDay(_) => Limits::day_begins(at) + Duration::DAY,
        };
        let wait = std::time::Duration::try_from(free_at - at).unwrap_or_default();
        return Err(StoreError::SealLimit { seal: id.to_string(), reached, wait });
    }
    for span in [(ALL, 0), (DAY, day), (MINUTE, minute(at))] {
        add(connection, id, span, 1)?;
    }
    Ok(())
}

/// When the hours of a seal begin next.
fn opens(hours: Hours, at: OffsetDateTime) -> OffsetDateTime {
    let today = Limits::day_begins(at) + Duration::hours(hours.from().into());
    if today > at { today } else { today + Duration::DAY }
}

/// The first minute of the hour in which the seal was used.
fn oldest(
    connection: &mut Connection,
    id: SealId,
    since: i64,
    at: OffsetDateTime,
) -> Result<OffsetDateTime, StoreError> {
    let first: Option<i64> = seal_count::table
        .filter(seal_count::seal_id.eq(id.to_string()))
        .filter(seal_count::span.eq(MINUTE))
        .filter(seal_count::begins.ge(since))
        .select(diesel::dsl::min(seal_count::begins))
        .get_result(connection)
        .map_err(failed)?;
    Ok(first.and_then(from_micros).unwrap_or(at))
}

fn add(
    connection: &mut Connection,
    id: SealId,
    (span, begins): (&'static str, i64),
    uses: u8,
) -> Result<(), StoreError> {
    // Of our own ids, words and numbers.
    let query = format!(
        "INSERT INTO seal_count (seal_id, span, begins, uses) VALUES ('{id}', '{span}', {begins}, \
         {uses}) ON CONFLICT (seal_id, span, begins) DO UPDATE SET uses = seal_count.uses + {uses}"
    );
    diesel::sql_query(query).execute(connection).map(drop).map_err(failed)
}

fn minute(at: OffsetDateTime) -> i64 {
    const MICROS: i64 = 60_000_000;
    micros(at).div_euclid(MICROS) * MICROS
}

fn sum(
    connection: &mut Connection,
    id: SealId,
    span: &'static str,
    since: i64,
) -> Result<u32, StoreError> {
    let uses: Option<i64> = seal_count::table
        .filter(seal_count::seal_id.eq(id.to_string()))
        .filter(seal_count::span.eq(span))
        .filter(seal_count::begins.ge(since))
        .select(diesel::dsl::sum(seal_count::uses))
        .get_result(connection)
        .map_err(failed)?;
    Ok(u32::try_from(uses.unwrap_or(0)).unwrap_or(u32::MAX))
}

impl Store {
    /// Forgets counts of hours and days that are over; how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_count_expire(&self, now: OffsetDateTime) -> Result<usize, StoreError> {
        let (hour, day) = (minute(Limits::hour_begins(now)), micros(Limits::day_begins(now)));
        self.write_in_steps("forgetting counts of seals", |connection| {
            let minutes = seal_count::span.eq(MINUTE).and(seal_count::begins.lt(hour));
            let days = seal_count::span.eq(DAY).and(seal_count::begins.lt(day));
            diesel::delete(seal_count::table.filter(minutes.or(days))).execute(connection)
        })
    }
}

#[cfg(test)]
mod tests;
