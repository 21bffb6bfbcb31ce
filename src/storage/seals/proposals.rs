//! What one person proposed to do to a seal, until another has decided.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::id::{OrganizationId, SealId};
use domain::seal::{ProposalState, SealChange, SealProposal};
use domain::time::micros;

use super::terms::{limits, of_limits, of_revocation, revocation, scope, scope_text};
use crate::audit;
use crate::connection::{Connection, Store};
use crate::error::StoreError;
use crate::read::Reading;
use crate::schema::{seal, seal_proposal as proposal};

const WHAT: &str = "seal proposal";
const READING: &str = "reading proposals for seals";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = proposal)]
struct Row {
    id: String,
    seal_id: String,
    change: String,
    scope: Option<String>,
    per_hour: Option<i32>,
    per_day: Option<i32>,
    hour_from: Option<i32>,
    hour_until: Option<i32>,
    revocation: Option<String>,
    invalid_from: Option<i64>,
    reason: String,
    proposed_by: String,
    proposed_at: i64,
    state: String,
    decided_by: Option<String>,
    decided_at: Option<i64>,
}

impl TryFrom<&SealProposal> for Row {
    type Error = StoreError;

    fn try_from(one: &SealProposal) -> Result<Self, StoreError> {
        let id = one.id.to_string();
        let read = Reading { what: WHAT, id: &id };
        let (terms, why) = match &one.change {
            SealChange::Resume => (None, None),
            SealChange::Revoke(why) => (None, Some(*why)),
            SealChange::Terms { scope, limits } => (Some((scope, limits)), None),
        };
        let columns = terms.map(|(_, limits)| of_limits(read, limits)).transpose()?;
        let [per_hour, per_day, hour_from, hour_until] = columns.unwrap_or_default();
        let (revocation, invalid_from) = of_revocation(why);
        Ok(Self {
            seal_id: one.seal.to_string(),
            change: one.change.word().to_owned(),
            scope: terms.map(|(scope, _)| scope_text(scope)),
            per_hour,
            per_day,
            hour_from,
            hour_until,
            revocation,
            invalid_from,
            reason: one.reason.clone(),
            proposed_by: one.proposed_by.to_string(),
            proposed_at: micros(one.proposed_at),
            state: one.state.to_string(),
            decided_by: one.decided_by.as_ref().map(ToString::to_string),
            decided_at: one.decided_at.map(micros),
            id,
        })
    }
}

impl Row {
    fn change(&self, read: Reading<'_>) -> Result<SealChange, StoreError> {
        let at = read.instant("proposed_at", self.proposed_at)?;
        let why = (self.revocation.as_deref(), self.invalid_from);
        match (self.scope.as_deref(), revocation(read, why, at)?) {
            (Some(text), None) => {
                let columns = [self.per_hour, self.per_day, self.hour_from, self.hour_until];
                let (scope, limits) = (scope(read, text)?, limits(read, columns)?);
                Ok(SealChange::Terms { scope, limits })
            }
            (None, Some(why)) => Ok(SealChange::Revoke(why)),
            (None, None) => Ok(SealChange::Resume),
            (Some(_), Some(_)) => Err(read.corrupt("change", "both terms and a revocation")),
        }
    }
}

impl TryFrom<Row> for SealProposal {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        Ok(Self {
            id: read.own_id()?,
            seal: read.parse("seal_id", &row.seal_id)?,
            change: row.change(read)?,
            proposed_by: read.parse("proposed_by", &row.proposed_by)?,
            proposed_at: read.instant("proposed_at", row.proposed_at)?,
            state: read.parse("state", &row.state)?,
            decided_by: read.maybe("decided_by", row.decided_by.as_deref())?,
            decided_at: read.maybe_instant("decided_at", row.decided_at)?,
            reason: row.reason,
        })
    }
}

/// Keeps what was decided of a proposal that is open.
pub(super) fn decide(
    connection: &mut Connection,
    decided: &SealProposal,
) -> Result<(), StoreError> {
    let open = proposal::table
        .find(decided.id.to_string())
        .filter(proposal::state.eq(ProposalState::Open.as_str()));
    let rows = diesel::update(open)
        .set((
            proposal::state.eq(decided.state.as_str()),
            proposal::decided_by.eq(decided.decided_by.as_ref().map(ToString::to_string)),
            proposal::decided_at.eq(decided.decided_at.map(micros)),
        ))
        .execute(connection);
    match rows.map_err(|cause| StoreError::database("deciding a proposal", cause))? {
        1 => Ok(()),
        _ => Err(StoreError::conflict(WHAT, decided.id)),
    }
}

impl Store {
    /// Keeps a proposal.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when another one for the seal is open.
    pub fn seal_propose(&self, new: &SealProposal, said: &[Entry]) -> Result<(), StoreError> {
        let row = Row::try_from(new)?;
        self.write("proposing a change of a seal", |connection| {
            let inserted = diesel::insert_into(proposal::table).values(&row).execute(connection);
            inserted.map_err(|cause| StoreError::insert(WHAT, new.id, cause))?;
            audit::append(connection, said)
        })
    }

    /// Keeps that a proposal was refused.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was decided meanwhile.
    pub fn seal_refuse(&self, refused: &SealProposal, said: &[Entry]) -> Result<(), StoreError> {
        self.write("refusing a change of a seal", |connection| {
            decide(connection, refused)?;
            audit::append(connection, said)
        })
    }

    /// The proposals for a seal, newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_proposals(&self, of: SealId) -> Result<Vec<SealProposal>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let own = proposal::table.filter(proposal::seal_id.eq(of.to_string()));
            let sorted = own.order((proposal::proposed_at.desc(), proposal::id.desc()));
            let rows = sorted.select(Row::as_select()).load(connection);
            rows.map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(SealProposal::try_from).collect()
    }

    /// The open proposals for seals of an organization, or of all.
    ///
    /// # Errors
    /// The database's.
    pub fn seal_proposals_open(
        &self,
        of: Option<OrganizationId>,
    ) -> Result<Vec<SealProposal>, StoreError> {
        let rows: Vec<Row> = self.read(READING, |connection| {
            let open = proposal::table
                .inner_join(seal::table)
                .filter(proposal::state.eq(ProposalState::Open.as_str()))
                .order((proposal::proposed_at, proposal::id))
                .select(Row::as_select());
            let mut open = open.into_boxed();
            if let Some(of) = of {
                open = open.filter(seal::organization_id.eq(of.to_string()));
            }
            open.load(connection).map_err(|cause| StoreError::database(READING, cause))
        })?;
        rows.into_iter().map(SealProposal::try_from).collect()
    }
}
