//! Orders that a person has to approve: asked for, decided, claimed by whoever seals them, ended.
//!
//! Rows are held in one order: manifest, request, license, order, seal.

mod claims;

pub(crate) use claims::sealed;
pub use claims::{ClaimedRequest, Unsealable};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use domain::audit::Entry;
use domain::digest::Sm3;
use domain::id::{LicenseId, ManifestId, OrganizationId, SealingRequestId};
use domain::ingest::RowState;
use domain::license::{License, StatusEntry};
use domain::sealing::{Decision, Placement, RequestState, SealingOrder, SealingRequest};
use domain::time::micros;

use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::issuing::{Begun, register};
use crate::read::Reading;
use crate::requests::{self, Answer, NewRequest};
use crate::schema::sealing_request;
use crate::{RowOf, audit, ingest};

pub(crate) const WHAT: &str = "sealing request";
const READING: &str = "reading an order that waits";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = sealing_request)]
struct Row {
    id: String,
    license_id: String,
    organization_id: String,
    seal_id: String,
    document: String,
    form: String,
    level: String,
    placements: String,
    requested_by: String,
    requested_at: i64,
    state: String,
    manifest_id: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<i64>,
    reason: Option<String>,
    trouble: Option<String>,
    attempts: i32,
    due_at: i64,
}

impl Row {
    /// One that was just asked for.
    fn waiting(one: &SealingRequest) -> Self {
        Self {
            id: one.id.to_string(),
            license_id: one.license.to_string(),
            organization_id: one.organization.to_string(),
            seal_id: one.seal.to_string(),
            document: one.document.to_string(),
            form: one.form.to_string(),
            level: one.level.to_string(),
            placements: Placement::list_text(&one.placements),
            requested_by: one.requested_by.to_string(),
            requested_at: micros(one.requested_at),
            state: RequestState::Waiting.to_string(),
            manifest_id: None,
            decided_by: None,
            decided_at: None,
            reason: None,
            trouble: None,
            attempts: 0,
            due_at: micros(one.requested_at),
        }
    }
}

impl TryFrom<Row> for SealingRequest {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let placements = Placement::list_from_text(&row.placements)
            .map_err(|reason| StoreError::corrupt(WHAT, &row.id, reason))?;
        let decision = match (&row.decided_by, row.decided_at, &row.manifest_id) {
            (Some(by), Some(at), Some(manifest)) => Some(Decision {
                by: read.parse("decided_by", by)?,
                at: read.instant("decided_at", at)?,
                manifest: read.parse("manifest_id", manifest)?,
                reason: row.reason.clone(),
            }),
            _ => None,
        };
        Ok(Self {
            id: read.own_id()?,
            license: read.parse("license_id", &row.license_id)?,
            organization: read.parse("organization_id", &row.organization_id)?,
            seal: read.parse("seal_id", &row.seal_id)?,
            document: read.parse("document", &row.document)?,
            form: read.parse("form", &row.form)?,
            level: read.parse("level", &row.level)?,
            placements,
            requested_by: read.parse("requested_by", &row.requested_by)?,
            requested_at: read.instant("requested_at", row.requested_at)?,
            state: read.parse("state", &row.state)?,
            decision,
            trouble: row.trouble,
        })
    }
}

/// A license to issue once a person has approved it: what is written down when it is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wait<'a> {
    /// The request, when its client named it.
    pub request: Option<&'a NewRequest>,
    /// The row of a batch that it is made of.
    pub row: Option<RowOf>,
    /// The license as a draft: its number is taken.
    pub draft: &'a License,
    /// The license once its order waits, with the entry of that change.
    pub ordered: (&'a License, &'a StatusEntry),
    /// The order.
    pub waiting: &'a SealingRequest,
    /// What happened, for the audit trail.
    pub events: &'a [Entry],
    /// The answer: that it waits.
    pub answer: Answer<'a>,
}

fn failed(operation: &'static str) -> impl Fn(diesel::result::Error) -> StoreError {
    move |cause| StoreError::database(operation, cause)
}

fn within(connection: &mut Connection, id: SealingRequestId) -> Result<SealingRequest, StoreError> {
    let by_id = sealing_request::table.find(id.to_string()).select(Row::as_select());
    let row: Option<Row> = by_id.get_result(connection).optional().map_err(failed(READING))?;
    row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
}

/// The order as its approval covers it, while it is being sealed.
pub(crate) fn covers(
    connection: &mut Connection,
    id: SealingRequestId,
    order: &SealingOrder,
) -> Result<bool, StoreError> {
    let request = within(connection, id)?;
    let approved =
        request.decision.as_ref().is_some_and(|decision| decision.by == order.approved_by);
    Ok(request.state == RequestState::Sealing
        && approved
        && request.document == order.document
        && request.seal == order.seal
        && Some(request.license) == order.license)
}

/// Marks a waiting order as decided; a manifest is decided as a whole.
pub(crate) fn decide(
    connection: &mut Connection,
    (id, document): (SealingRequestId, Sm3),
    state: RequestState,
    decision: &Decision,
) -> Result<(), StoreError> {
    let waiting = sealing_request::table
        .find(id.to_string())
        .filter(sealing_request::state.eq(RequestState::Waiting.as_str()))
        .filter(sealing_request::document.eq(document.to_string()));
    let rows = diesel::update(waiting)
        .set((
            sealing_request::state.eq(state.as_str()),
            sealing_request::manifest_id.eq(decision.manifest.to_string()),
            sealing_request::decided_by.eq(decision.by.to_string()),
            sealing_request::decided_at.eq(micros(decision.at)),
            sealing_request::reason.eq(&decision.reason),
            sealing_request::due_at.eq(micros(decision.at)),
        ))
        .execute(connection)
        .map_err(failed("deciding about an order"))?;
    if rows == 1 { Ok(()) } else { Err(StoreError::conflict(WHAT, id)) }
}

impl Store {
    /// Writes down what will be issued once a person has approved it, with its answer: all of it, or
    /// nothing.
    ///
    /// # Errors
    /// As [`Store::issue_begin`].
    pub fn issue_wait(&self, wait: &Wait<'_>) -> Result<Begun, StoreError> {
        let witness = Witness::new("sealing_request", wait.waiting.id);
        self.write_witnessed("asking for an approval", &witness, |connection| {
            let registered = register(connection, wait.request, wait.draft, wait.ordered)?;
            if registered != Begun::Fresh {
                return Ok(registered);
            }
            if let Some(row) = wait.row {
                ingest::take(connection, row, wait.draft.id(), RowState::Waiting)?;
            }
            diesel::insert_into(sealing_request::table)
                .values(Row::waiting(wait.waiting))
                .execute(connection)
                .map_err(|cause| StoreError::insert(WHAT, wait.waiting.id, cause))?;
            requests::answer(connection, wait.answer)?;
            audit::append(connection, wait.events)?;
            Ok(Begun::Fresh)
        })
    }

    /// The order with this id.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn sealing_request_read(&self, id: SealingRequestId) -> Result<SealingRequest, StoreError> {
        self.read(READING, |connection| within(connection, id))
    }

    /// The order for a license, if a person has to approve it.
    ///
    /// # Errors
    /// The database's.
    pub fn sealing_request_of(&self, of: LicenseId) -> Result<Option<SealingRequest>, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let own = sealing_request::table.filter(sealing_request::license_id.eq(of.to_string()));
            let row = own.select(Row::as_select()).get_result(connection).optional();
            row.map_err(failed(READING))
        })?;
        row.map(SealingRequest::try_from).transpose()
    }

    /// The first orders of an organization about which nobody has decided, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn sealing_requests_waiting(
        &self,
        of: OrganizationId,
        limit: usize,
    ) -> Result<Vec<SealingRequest>, StoreError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows: Vec<Row> = self.read(READING, |connection| {
            let waiting = sealing_request::table
                .filter(sql::<Bool>("state = 'waiting'"))
                .filter(sealing_request::organization_id.eq(of.to_string()))
                .order((sealing_request::requested_at, sealing_request::id))
                .limit(limit);
            waiting.select(Row::as_select()).load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(SealingRequest::try_from).collect()
    }

    /// How many orders of an organization wait for a person.
    ///
    /// # Errors
    /// The database's.
    pub fn sealing_request_count(&self, of: OrganizationId) -> Result<u64, StoreError> {
        let count: i64 = self.read(READING, |connection| {
            let waiting = sealing_request::table
                .filter(sql::<Bool>("state = 'waiting'"))
                .filter(sealing_request::organization_id.eq(of.to_string()));
            waiting.count().get_result(connection).map_err(failed(READING))
        })?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The orders that were decided by a manifest.
    ///
    /// # Errors
    /// The database's.
    pub fn sealing_requests_of(&self, of: ManifestId) -> Result<Vec<SealingRequest>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let own = sealing_request::table
                .filter(sealing_request::manifest_id.eq(of.to_string()))
                .order(sealing_request::id);
            own.select(Row::as_select()).load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().map(SealingRequest::try_from).collect()
    }

    /// Whether a file is one that is still to be sealed.
    ///
    /// # Errors
    /// The database's.
    pub fn sealing_request_knows(&self, document: Sm3) -> Result<bool, StoreError> {
        self.read(READING, |connection| {
            let open = sealing_request::table
                .filter(sealing_request::document.eq(document.to_string()))
                .filter(sealing_request::state.eq_any(["waiting", "approved", "sealing"]));
            let found = diesel::select(diesel::dsl::exists(open)).get_result(connection);
            found.map_err(failed(READING))
        })
    }
}

#[cfg(test)]
mod tests;
