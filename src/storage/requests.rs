//! Requests that must have their effect once.

use diesel::prelude::*;
use domain::digest::Sm3;
use domain::id::{LicenseId, RequestId};
use domain::time::micros;
use time::{Duration, OffsetDateTime};

use crate::connection::{AT_ONCE, Connection, Store, Witness};
use crate::error::StoreError;
use crate::issuing::Begun;
use crate::read::Reading;
use crate::schema::request;

const WHAT: &str = "request";
const BEGINNING: &str = "beginning a request";
const IN_PROGRESS: &str = "in_progress";
const DONE: &str = "done";

/// A request as its client names it.
#[derive(Clone, Debug)]
pub struct NewRequest {
    /// Its id, if it is new.
    pub id: RequestId,
    /// Whose idempotency keys: two callers may choose the same one.
    pub caller: String,
    /// The idempotency key.
    pub key: String,
    /// SM3 of what is asked: the same key with another digest is refused.
    pub digest: Sm3,
    /// When it came.
    pub at: OffsetDateTime,
    /// How long it may take before another may take it over.
    pub lease: Duration,
}

/// An answer, byte for byte as it was first given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status, or what stands for it.
    pub status: u16,
    /// The body; wrapped, when it may hold what is nobody else's business.
    pub body: Vec<u8>,
}

/// The answer that ends a request, when its client named it.
pub type Answer<'a> = Option<(RequestId, &'a Response)>;

/// What is known of a request with this caller and key.
pub(crate) enum Known {
    Nothing,
    Done(Response),
    /// Its first worker is dead; whoever reads this has taken it over.
    TakenOver {
        id: RequestId,
        license: Option<LicenseId>,
    },
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = request)]
struct Row {
    id: String,
    caller: String,
    idempotency_key: String,
    digest: String,
    license_id: Option<String>,
    state: String,
    lease_until: i64,
    status: Option<i32>,
    body: Option<Vec<u8>>,
    created_at: i64,
}

impl Row {
    fn response(self) -> Result<Response, StoreError> {
        let read = Reading { what: WHAT, id: &self.id };
        match (self.status, self.body) {
            (Some(status), Some(body)) => {
                Ok(Response { status: read.number("status", status)?, body })
            }
            _ => Err(StoreError::corrupt(WHAT, &self.id, "done without an answer")),
        }
    }
}

fn find(connection: &mut Connection, caller: &str, key: &str) -> Result<Option<Row>, StoreError> {
    let same =
        request::table.filter(request::caller.eq(caller)).filter(request::idempotency_key.eq(key));
    let row = same.select(Row::as_select()).get_result(connection).optional();
    row.map_err(|cause| StoreError::database(BEGINNING, cause))
}

/// What is known of the request; takes it over when its worker is dead.
///
/// # Errors
/// [`StoreError::KeyReused`], [`StoreError::InProgress`].
pub(crate) fn look(connection: &mut Connection, new: &NewRequest) -> Result<Known, StoreError> {
    let Some(row) = find(connection, &new.caller, &new.key)? else {
        return Ok(Known::Nothing);
    };
    if row.digest != new.digest.to_string() {
        return Err(StoreError::KeyReused);
    }
    if row.state == DONE {
        return row.response().map(Known::Done);
    }
    if row.lease_until > micros(new.at) {
        return Err(StoreError::InProgress);
    }
    let same = request::table
        .find(row.id.as_str())
        .filter(request::state.eq(IN_PROGRESS))
        .filter(request::lease_until.eq(row.lease_until));
    let taken = diesel::update(same)
        .set(request::lease_until.eq(micros(new.at + new.lease)))
        .execute(connection)
        .map_err(|cause| StoreError::database(BEGINNING, cause))?;
    if taken != 1 {
        return Err(StoreError::InProgress);
    }
    let read = Reading { what: WHAT, id: &row.id };
    let license = read.maybe("license_id", row.license_id.as_deref())?;
    Ok(Known::TakenOver { id: read.own_id()?, license })
}

pub(crate) fn insert(
    connection: &mut Connection,
    new: &NewRequest,
    license: Option<LicenseId>,
) -> Result<(), StoreError> {
    let row = Row {
        id: new.id.to_string(),
        caller: new.caller.clone(),
        idempotency_key: new.key.clone(),
        digest: new.digest.to_string(),
        license_id: license.map(|id| id.to_string()),
        state: IN_PROGRESS.to_owned(),
        lease_until: micros(new.at + new.lease),
        status: None,
        body: None,
        created_at: micros(new.at),
    };
    let inserted = diesel::insert_into(request::table).values(row).execute(connection);
    inserted.map(drop).map_err(|cause| match StoreError::insert(WHAT, new.id, cause) {
        // Another process was quicker by a hair.
        StoreError::Exists { .. } => StoreError::InProgress,
        other => other,
    })
}

/// Keeps the answer of a request that is under way.
pub(crate) fn finish(
    connection: &mut Connection,
    id: RequestId,
    response: &Response,
) -> Result<(), StoreError> {
    let open = request::table.find(id.to_string()).filter(request::state.eq(IN_PROGRESS));
    let rows = diesel::update(open)
        .set((
            request::state.eq(DONE),
            request::status.eq(i32::from(response.status)),
            request::body.eq(&response.body),
        ))
        .execute(connection)
        .map_err(|cause| StoreError::database("keeping an answer", cause))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::conflict(WHAT, id)) }
}

/// Keeps the answer, if the request was named.
pub(crate) fn answer(connection: &mut Connection, answer: Answer<'_>) -> Result<(), StoreError> {
    answer.map_or(Ok(()), |(request, response)| finish(connection, request, response))
}

/// Forgets a request that came to nothing, so that its client may try again.
pub(crate) fn forget(connection: &mut Connection, license: LicenseId) -> Result<(), StoreError> {
    let open = request::table
        .filter(request::license_id.eq(license.to_string()))
        .filter(request::state.eq(IN_PROGRESS));
    let deleted = diesel::delete(open).execute(connection);
    deleted.map(drop).map_err(|cause| StoreError::database("forgetting a request", cause))
}

/// The open request by which a license is being issued.
pub(crate) fn of_license(
    connection: &mut Connection,
    license: LicenseId,
) -> Result<Option<RequestId>, StoreError> {
    let open = request::table
        .filter(request::license_id.eq(license.to_string()))
        .filter(request::state.eq(IN_PROGRESS));
    let id: Option<String> = open
        .select(request::id)
        .get_result(connection)
        .optional()
        .map_err(|cause| StoreError::database("reading a request", cause))?;
    id.map(|id| Reading { what: WHAT, id: &id }.own_id()).transpose()
}

impl Store {
    /// The stored answer to a request with this caller and key, if there is one.
    ///
    /// A look before any work is done; [`Store::issue_begin`] decides.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`] when the key belongs to another request.
    pub fn request_answer(
        &self,
        caller: &str,
        key: &str,
        digest: Sm3,
    ) -> Result<Option<Response>, StoreError> {
        self.read("looking for an answer", |connection| match find(connection, caller, key)? {
            Some(row) if row.digest != digest.to_string() => Err(StoreError::KeyReused),
            Some(row) if row.state == DONE => row.response().map(Some),
            _ => Ok(None),
        })
    }

    /// Writes a request down that ends with the one transaction that answers it.
    ///
    /// # Errors
    /// [`StoreError::KeyReused`], [`StoreError::InProgress`].
    pub fn request_begin(&self, new: &NewRequest) -> Result<Begun, StoreError> {
        let witness = Witness::new("request", new.id);
        self.write_witnessed(BEGINNING, &witness, |connection| match look(connection, new)? {
            Known::Nothing => insert(connection, new, None).map(|()| Begun::Fresh),
            Known::Done(response) => Ok(Begun::Answered(response)),
            Known::TakenOver { id, license } => Ok(Begun::Resumed { request: id, license }),
        })
    }

    /// Keeps an answer whose effects have been kept already.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else answered the request meanwhile.
    pub fn request_done(&self, given: Answer<'_>) -> Result<(), StoreError> {
        self.write("keeping an answer", |connection| answer(connection, given))
    }

    /// Forgets a request that came to nothing, so that its client may try again.
    ///
    /// # Errors
    /// The database's.
    pub fn request_forget(&self, id: RequestId) -> Result<(), StoreError> {
        self.write("forgetting a request", |connection| {
            let open = request::table.find(id.to_string()).filter(request::state.eq(IN_PROGRESS));
            let deleted = diesel::delete(open).execute(connection);
            deleted.map(drop).map_err(|cause| StoreError::database("forgetting a request", cause))
        })
    }

    /// The open request by which a license is being issued: recovery answers it.
    ///
    /// # Errors
    /// The database's.
    pub fn request_of_license(&self, license: LicenseId) -> Result<Option<RequestId>, StoreError> {
        self.read("reading a request", |connection| of_license(connection, license))
    }

    /// Forgets answered requests that came before this instant.
    ///
    /// # Errors
    /// The database's.
    pub fn request_expire(&self, before: OffsetDateTime) -> Result<usize, StoreError> {
        self.write_in_steps("expiring requests", |connection| {
            let old = request::table
                .filter(request::state.eq(DONE))
                .filter(request::created_at.lt(micros(before)))
                .limit(AT_ONCE)
                .select(request::id)
                .load::<String>(connection)?;
            diesel::delete(request::table.filter(request::id.eq_any(old))).execute(connection)
        })
    }
}
