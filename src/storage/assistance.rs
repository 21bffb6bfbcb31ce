//! What other departments are asked about materials of a case: asked with a decision, answered or
//! withdrawn once.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::catalogue::HolderKind;
use domain::digest::Sha256;
use domain::exemption::{
    AssistanceAnswer, AssistanceEnd, AssistanceRequest, AssistanceState, AssistedParty,
};
use domain::id::{AssistanceRequestId, OrganizationId};
use domain::time::{day_text, micros};
use domain::webhook::OwedEvent;
use time::Date;

use crate::connection::{Connection, Dialect, Store};
use crate::error::StoreError;
use crate::paging::{Cursor, Page, PageRequest};
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::assistance_request as request;
use crate::{audit, outbox};

const WHAT: &str = "assistance request";
const READING: &str = "reading assistance requests";
const ENDING: &str = "ending an assistance request";
/// Requests of one case, at most: each of its materials is asked about once at a time.
const CASE_ROWS_MAX: i64 = 500;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = request)]
struct Row {
    id: String,
    decision_id: String,
    asking_id: String,
    actor: String,
    asked_id: String,
    item: String,
    material: String,
    material_name: String,
    question: String,
    case_no: String,
    applicant: String,
    applicant_kind: String,
    applicant_shown: String,
    applicant_name: Option<String>,
    applicant_code: Option<String>,
    due: String,
    created_at: i64,
    state: String,
    outcome: Option<String>,
    statement: Option<String>,
    document: Option<String>,
    holds_until: Option<String>,
    ended_by: Option<String>,
    ended_at: Option<i64>,
}

impl Row {
    /// A new one: open.
    fn open(one: &AssistanceRequest) -> Self {
        let (name, code) = one.applicant.named.clone().unzip();
        Self {
            id: one.id.to_string(),
            decision_id: one.decision.to_string(),
            asking_id: one.asking.to_string(),
            actor: one.actor.to_string(),
            asked_id: one.asked.to_string(),
            item: one.item.to_string(),
            material: one.material.to_string(),
            material_name: one.material_name.clone(),
            question: one.question.clone(),
            case_no: one.case_no.clone(),
            applicant: one.applicant.code_kept.to_string(),
            applicant_kind: one.applicant.kind.name().to_owned(),
            applicant_shown: one.applicant.shown.clone(),
            applicant_name: name,
            applicant_code: code,
            due: day_text(one.due),
            created_at: micros(one.at),
            state: AssistanceState::Open.to_string(),
            outcome: None,
            statement: None,
            document: None,
            holds_until: None,
            ended_by: None,
            ended_at: None,
        }
    }

    fn place(&self) -> Cursor {
        Cursor { created_at: self.created_at, id: self.id.clone() }
    }

    fn end(&self, read: &Reading<'_>) -> Result<Option<AssistanceEnd>, StoreError> {
        let Some((by, at)) = self.ended_by.as_deref().zip(self.ended_at) else { return Ok(None) };
        let answer = match (&self.outcome, &self.statement) {
            (Some(outcome), Some(statement)) => Some(AssistanceAnswer {
                outcome: read.parse("outcome", outcome)?,
                statement: statement.clone(),
                document: self.document.clone(),
                until: read.maybe_day("holds_until", self.holds_until.as_deref())?,
            }),
            _ => None,
        };
        let (by, at) = (read.parse("ended_by", by)?, read.instant("ended_at", at)?);
        Ok(Some(AssistanceEnd { answer, by, at }))
    }
}

impl TryFrom<Row> for AssistanceRequest {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let due = read.maybe_day("due", Some(&row.due))?;
        let kind = match row.applicant_kind.as_str() {
            "person" => HolderKind::Person,
            _ => HolderKind::Organization,
        };
        Ok(Self {
            id: read.own_id()?,
            decision: read.parse("decision_id", &row.decision_id)?,
            asking: read.parse("asking_id", &row.asking_id)?,
            actor: read.parse("actor", &row.actor)?,
            asked: read.parse("asked_id", &row.asked_id)?,
            item: read.parse("item", &row.item)?,
            material: read.parse("material", &row.material)?,
            applicant: AssistedParty {
                kind,
                code_kept: read.parse("applicant", &row.applicant)?,
                shown: row.applicant_shown.clone(),
                named: row.applicant_name.clone().zip(row.applicant_code.clone()),
            },
            due: due.ok_or_else(|| read.corrupt("due", "no day"))?,
            at: read.instant("created_at", row.created_at)?,
            end: row.end(&read)?,
            material_name: row.material_name,
            question: row.question,
            case_no: row.case_no,
        })
    }
}

/// A request that is new, and all that is written with it.
#[derive(Clone, Debug)]
pub struct NewAssistance {
    /// The request.
    pub request: AssistanceRequest,
    /// What the asked department is told.
    pub owed: OwedEvent,
    /// What the audit trail says.
    pub told: Entry,
}

/// A request that ends, and all that is written with it.
#[derive(Clone, Copy, Debug)]
pub struct EndedAssistance<'a> {
    /// Which.
    pub id: AssistanceRequestId,
    /// How it ends.
    pub end: &'a AssistanceEnd,
    /// What the asking department is told.
    pub owed: Option<&'a OwedEvent>,
    /// What the audit trail says.
    pub told: &'a Entry,
}

/// Whose requests to list.
#[derive(Clone, Copy, Debug)]
pub enum AssistanceSide {
    /// Those that this organization is asked.
    Asked(OrganizationId),
    /// Those that this organization asks.
    Asking(OrganizationId),
}

/// Which requests to list.
#[derive(Clone, Copy, Debug)]
pub struct AssistanceFilter {
    /// Whose.
    pub side: AssistanceSide,
    /// Only in this state.
    pub state: Option<AssistanceState>,
    /// Only what was due before this day.
    pub due_before: Option<Date>,
}

/// Writes a request that is new.
///
/// # Errors
/// [`StoreError::Conflict`] when somebody has asked the same meanwhile.
pub(crate) fn insert(connection: &mut Connection, new: &NewAssistance) -> Result<(), StoreError> {
    let row = Row::open(&new.request);
    let kept = diesel::insert_into(request::table).values(&row).execute(connection);
    kept.map_err(|cause| match StoreError::insert(WHAT, new.request.id, cause) {
        StoreError::Exists { what, id } => StoreError::Conflict { what, id },
        other => other,
    })?;
    outbox::owe(connection, &new.owed)
}

fn failed(operation: &'static str) -> impl FnOnce(diesel::result::Error) -> StoreError {
    move |cause| StoreError::database(operation, cause)
}

impl Store {
    /// A request.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn assistance_read(
        &self,
        id: AssistanceRequestId,
    ) -> Result<AssistanceRequest, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let one = request::table.find(id.to_string()).select(Row::as_select());
            one.get_result(connection).optional().map_err(failed(READING))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }

    /// Everything that an organization has asked about an applicant in a case, oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn assistance_of_case(
        &self,
        asking: OrganizationId,
        case_no: &str,
        applicant: Sha256,
    ) -> Result<Vec<AssistanceRequest>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let own = request::table
                .filter(request::asking_id.eq(asking.to_string()))
                .filter(request::case_no.eq(case_no))
                .filter(request::applicant.eq(applicant.to_string()));
            // Of more than these the newest count.
            let newest = own.order((request::created_at.desc(), request::id.desc()));
            let rows = newest.limit(CASE_ROWS_MAX).select(Row::as_select());
            rows.load(connection).map_err(failed(READING))
        })?;
        rows.into_iter().rev().map(AssistanceRequest::try_from).collect()
    }

    /// One page of requests, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn assistance_list(
        &self,
        filter: &AssistanceFilter,
        page: &PageRequest,
    ) -> Result<Page<AssistanceRequest>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let all = request::table.select(Row::as_select()).into_boxed::<Dialect>();
            let mut query = match filter.side {
                AssistanceSide::Asked(id) => all.filter(request::asked_id.eq(id.to_string())),
                AssistanceSide::Asking(id) => all.filter(request::asking_id.eq(id.to_string())),
            };
            if let Some(state) = filter.state {
                query = query.filter(request::state.eq(state.as_str()));
            }
            if let Some(day) = filter.due_before {
                query = query.filter(request::due.lt(day_text(day)));
            }
            if let Some(Cursor { created_at, id }) = page.after.clone() {
                let same_instant = request::created_at.eq(created_at).and(request::id.lt(id));
                query = query.filter(request::created_at.lt(created_at).or(same_instant));
            }
            let sorted = query.order((request::created_at.desc(), request::id.desc()));
            sorted.limit(page.rows()).load(connection).map_err(failed(READING))
        })?;
        page.page(rows, Row::place, AssistanceRequest::try_from)
    }

    /// Answers or withdraws a request; name and code of the applicant go with it.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it is not open any more.
    pub fn assistance_end(
        &self,
        ended: EndedAssistance<'_>,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let said = ended.end.answer.as_ref();
        let state =
            if said.is_some() { AssistanceState::Answered } else { AssistanceState::Withdrawn };
        self.write(ENDING, |connection| {
            let open = request::table
                .find(ended.id.to_string())
                .filter(request::state.eq(AssistanceState::Open.as_str()));
            let rows = diesel::update(open)
                .set((
                    request::state.eq(state.as_str()),
                    request::outcome.eq(said.map(|one| one.outcome.as_str())),
                    request::statement.eq(said.map(|one| one.statement.clone())),
                    request::document.eq(said.and_then(|one| one.document.clone())),
                    request::holds_until.eq(said.and_then(|one| one.until).map(day_text)),
                    request::ended_by.eq(ended.end.by.to_string()),
                    request::ended_at.eq(micros(ended.end.at)),
                    request::applicant_name.eq(None::<String>),
                    request::applicant_code.eq(None::<String>),
                ))
                .execute(connection)
                .map_err(failed(ENDING))?;
            if rows != 1 {
                return Err(StoreError::conflict(WHAT, ended.id));
            }
            ended.owed.map_or(Ok(()), |owed| outbox::owe(connection, owed))?;
            requests::answer(connection, answer)?;
            audit::append(connection, std::slice::from_ref(ended.told))
        })
    }
}

#[cfg(test)]
mod tests;
