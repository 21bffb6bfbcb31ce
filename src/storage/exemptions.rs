//! Decisions about what need not be handed in.

use diesel::prelude::*;
use domain::audit::Entry;
use domain::exemption::{ItemCode, RecordedDecision, Reliance, Saved};
use domain::id::{ExemptionDecisionId, LicenseId};
use domain::library::LibraryUse;
use domain::time::{day_text, micros};

use crate::assistance::{self, NewAssistance};
use crate::connection::{Connection, Store, Witness};
use crate::error::StoreError;
use crate::read::Reading;
use crate::requests::{self, Answer};
use crate::schema::{exemption_decision as decision, license};
use crate::{audit, library, locks, reliance};

const WHAT: &str = "exemption decision";
const RECORDING: &str = "recording a decision";
const READING: &str = "reading a decision";

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = decision)]
struct Row {
    id: String,
    organization_id: String,
    actor: String,
    case_no: String,
    items: String,
    applicant: String,
    valid_until: String,
    answer: String,
    created_at: i64,
    asked: i32,
    waived: i32,
    filled: i32,
}

impl From<&RecordedDecision> for Row {
    fn from(one: &RecordedDecision) -> Self {
        // Twenty items of a hundred materials at most.
        let number = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        let items = one.items.iter().map(|(code, version)| format!("{code}/{version}"));
        Self {
            id: one.id.to_string(),
            organization_id: one.organization.to_string(),
            actor: one.actor.to_string(),
            case_no: one.case_no.clone(),
            items: items.collect::<Vec<_>>().join(" "),
            applicant: one.applicant.to_string(),
            valid_until: day_text(one.until),
            answer: one.answer.clone(),
            created_at: micros(one.at),
            asked: number(one.saved.asked),
            waived: number(one.saved.waived),
            filled: number(one.saved.filled),
        }
    }
}

impl TryFrom<Row> for RecordedDecision {
    type Error = StoreError;

    fn try_from(row: Row) -> Result<Self, StoreError> {
        let read = Reading { what: WHAT, id: &row.id };
        let item = |text: &str| -> Result<(ItemCode, u32), StoreError> {
            let (code, version) = text.split_once('/').unwrap_or((text, ""));
            Ok((read.parse("items", code)?, read.parse("items", version)?))
        };
        let until = read.maybe_day("valid_until", Some(&row.valid_until))?;
        Ok(Self {
            id: read.own_id()?,
            organization: read.parse("organization_id", &row.organization_id)?,
            actor: read.parse("actor", &row.actor)?,
            items: row.items.split_whitespace().map(item).collect::<Result<_, _>>()?,
            applicant: read.parse("applicant", &row.applicant)?,
            until: until.ok_or_else(|| read.corrupt("valid_until", "no day"))?,
            at: read.instant("created_at", row.created_at)?,
            saved: Saved {
                asked: read.number("asked", row.asked)?,
                waived: read.number("waived", row.waived)?,
                filled: read.number("filled", row.filled)?,
            },
            case_no: row.case_no,
            answer: row.answer,
        })
    }
}

/// A license is still as it was relied on, and nobody changes it before the decision is there: so
/// whoever changes it finds the reliance.
pub(crate) fn unchanged(
    connection: &mut Connection,
    license: LicenseId,
    relied: u32,
) -> Result<(), StoreError> {
    let id = license.to_string();
    locks::hold_as_it_is(connection, "license", &id)?;
    let version: i32 = license::table
        .find(&id)
        .select(license::version)
        .get_result(connection)
        .map_err(|cause| StoreError::database(RECORDING, cause))?;
    if u32::try_from(version) == Ok(relied) {
        return Ok(());
    }
    Err(StoreError::conflict("license", &id))
}

impl Store {
    /// Records a decision, who relied on which licenses and materials, what other departments are asked,
    /// and the answer to whoever asked.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when a license changed since it was looked at, a material was erased, or
    /// somebody asks the same department the same meanwhile.
    pub fn exemption_record(
        &self,
        recorded: &RecordedDecision,
        reliances: &[Reliance],
        asked: &[NewAssistance],
        used: &[LibraryUse],
        told: &Entry,
        answer: Answer<'_>,
    ) -> Result<(), StoreError> {
        let witness = Witness::new("exemption_decision", recorded.id);
        self.write_witnessed(RECORDING, &witness, |connection| {
            for one in reliances {
                unchanged(connection, one.license, one.version)?;
            }
            let row = Row::from(recorded);
            let kept = diesel::insert_into(decision::table).values(&row).execute(connection);
            kept.map_err(|cause| StoreError::insert(WHAT, recorded.id, cause))?;
            for one in reliances {
                reliance::insert(connection, one)?;
            }
            for one in used {
                library::insert_use(connection, one)?;
            }
            for one in asked {
                assistance::insert(connection, one)?;
            }
            requests::answer(connection, answer)?;
            let all: Vec<Entry> =
                std::iter::once(told).chain(asked.iter().map(|one| &one.told)).cloned().collect();
            audit::append(connection, &all)
        })
    }

    /// A decision.
    ///
    /// # Errors
    /// [`StoreError::Missing`].
    pub fn exemption_read(&self, id: ExemptionDecisionId) -> Result<RecordedDecision, StoreError> {
        let row: Option<Row> = self.read(READING, |connection| {
            let one = decision::table.find(id.to_string()).select(Row::as_select());
            let row = one.get_result(connection).optional();
            row.map_err(|cause| StoreError::database(READING, cause))
        })?;
        row.ok_or_else(|| StoreError::missing(WHAT, id))?.try_into()
    }
}

#[cfg(test)]
pub(crate) mod tests;
