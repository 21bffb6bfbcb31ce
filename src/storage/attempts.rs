//! From where somebody tries to sign in to an account.

use diesel::prelude::*;
use domain::access::{Attempts, Origin};
use domain::audit::Entry;
use domain::id::StaffId;
use domain::time::micros;
use time::OffsetDateTime;

use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{sign_in_attempts, staff};

const WHAT: &str = "attempts to sign in";
const READING: &str = "reading attempts to sign in";
const COUNTING: &str = "counting attempts to sign in";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sign_in_attempts)]
struct Row {
    staff_id: String,
    origin: String,
    guesses: i32,
    rests_until: Option<i64>,
    signed_in_at: Option<i64>,
    seen_at: i64,
}

impl Row {
    fn new(of: &str, origin: &str, one: &Attempts) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: of };
        Ok(Self {
            staff_id: of.to_owned(),
            origin: origin.to_owned(),
            guesses: read.number("guesses", one.guesses)?,
            rests_until: one.rests_until.map(micros),
            signed_in_at: one.signed_in_at.map(micros),
            seen_at: micros(one.seen_at),
        })
    }
}

impl TryFrom<Row> for Attempts {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.staff_id };
        Ok(Self {
            guesses: read.number("guesses", row.guesses)?,
            rests_until: read.maybe_instant("rests_until", row.rests_until)?,
            signed_in_at: read.maybe_instant("signed_in_at", row.signed_in_at)?,
            seen_at: read.instant("seen_at", row.seen_at)?,
        })
    }
}

fn find(
    connection: &mut Connection,
    of: &str,
    origin: &str,
) -> Result<Option<Attempts>, StoreError> {
    let one = sign_in_attempts::table.find((of, origin)).select(Row::as_select());
    let row: Option<Row> =
        one.first(connection).optional().map_err(|cause| StoreError::database(READING, cause))?;
    row.map(TryInto::try_into).transpose()
}

impl Store {
    /// What is known of an origin at an account, and how many networks rest there now from which
    /// the person has not signed in lately.
    ///
    /// # Errors
    /// The database's.
    pub fn attempts_read(
        &self,
        of: StaffId,
        origin: &Origin,
        at: OffsetDateTime,
    ) -> Result<(Attempts, usize), StoreError> {
        let (of, origin) = (of.to_string(), origin.to_string());
        self.read_together(READING, |connection| {
            let known = find(connection, &of, &origin)?;
            let since = micros(Attempts::known_since(at));
            let unknown = sign_in_attempts::signed_in_at.is_null();
            let resting: i64 = sign_in_attempts::table
                .filter(sign_in_attempts::staff_id.eq(&of))
                .filter(sign_in_attempts::origin.like("network %"))
                .filter(sign_in_attempts::rests_until.gt(micros(at)))
                .filter(unknown.or(sign_in_attempts::signed_in_at.le(since)))
                .count()
                .get_result(connection)
                .map_err(|cause| StoreError::database(READING, cause))?;
            let strangers = usize::try_from(resting).unwrap_or(usize::MAX);
            Ok((known.unwrap_or_else(|| Attempts::none(at)), strangers))
        })
    }

    /// Until when the last of the networks rests that rest at an account now.
    ///
    /// # Errors
    /// The database's.
    pub fn attempts_rest(
        &self,
        of: StaffId,
        at: OffsetDateTime,
    ) -> Result<Option<OffsetDateTime>, StoreError> {
        let of = of.to_string();
        self.read(READING, |connection| {
            let latest: Option<i64> = sign_in_attempts::table
                .filter(sign_in_attempts::staff_id.eq(&of))
                .filter(sign_in_attempts::rests_until.gt(micros(at)))
                .select(diesel::dsl::max(sign_in_attempts::rests_until))
                .first(connection)
                .map_err(|cause| StoreError::database(READING, cause))?;
            Reading { what: WHAT, id: &of }.maybe_instant("rests_until", latest)
        })
    }

    /// Changes what is known of an origin at an account, with the event that tells of it, if it
    /// does; changes that arrive together come one after the other.
    ///
    /// # Errors
    /// The database's.
    pub fn attempts_change(
        &self,
        of: StaffId,
        origin: &Origin,
        at: OffsetDateTime,
        change: impl Fn(&mut Attempts) -> Option<Entry>,
    ) -> Result<(), StoreError> {
        let (of, origin) = (of.to_string(), origin.to_string());
        let failed = |cause| StoreError::database(COUNTING, cause);
        self.write(COUNTING, |connection| {
            // On a server the row of the account is held: what is read is still so when it is written.
            let account = staff::table.find(&of);
            let held = diesel::update(account).set(staff::version.eq(staff::version));
            held.execute(connection).map_err(failed)?;
            let known = find(connection, &of, &origin)?;
            let mut one = known.unwrap_or_else(|| Attempts::none(at));
            let told = change(&mut one);
            let old = sign_in_attempts::table.find((of.as_str(), origin.as_str()));
            diesel::delete(old).execute(connection).map_err(failed)?;
            let row = Row::new(&of, &origin, &one)?;
            let inserted =
                diesel::insert_into(sign_in_attempts::table).values(&row).execute(connection);
            inserted.map_err(failed)?;
            audit::append(connection, told.as_slice())
        })
    }

    /// Forgets origins from which nobody has tried since; how many there were.
    ///
    /// # Errors
    /// The database's.
    pub fn attempts_forget(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        self.write("forgetting attempts to sign in", |connection| {
            let old = sign_in_attempts::table.filter(sign_in_attempts::seen_at.lt(micros(before)));
            diesel::delete(old)
                .execute(connection)
                .map_err(|cause| StoreError::database(COUNTING, cause))
        })
    }
}
