//! A batch, its rows, and how far both are.

use serde_json::{Value as Json, json};
use time::OffsetDateTime;

use crate::audit::Actor;
use crate::digest::Sm3;
use crate::id::{IngestBatchId, LicenseId, OrganizationId};
use crate::identifier::LicenseTypeCode;
use crate::sealing::{Level, SealForm};
use crate::word::words;

words! { "batch state";
    /// How far a batch is.
    pub enum BatchState {
        /// The file is there and not looked at yet.
        Received = "received",
        /// The file as a whole cannot be read, or its columns are not those of the type.
        Unreadable = "unreadable",
        /// Every row was checked; nothing is issued before somebody starts it.
        Checked = "checked",
        /// Its rows are being issued.
        Running = "running",
        /// Somebody, or something that has to be mended first, stopped it.
        Paused = "paused",
        /// No row is left to do.
        Completed = "completed",
        /// Somebody ended it; rows that were not begun then never are.
        Cancelled = "cancelled",
    }
}

words! { "batch event";
    /// What can happen to a batch.
    pub enum BatchEvent {
        /// Its rows were checked.
        Check = "check",
        /// It cannot be read.
        Reject = "reject",
        /// Its rows were checked once more, and those that are good are issued.
        Continue = "continue",
        /// Its good rows shall be issued.
        Start = "start",
        /// It stops until it is resumed.
        Pause = "pause",
        /// It goes on.
        Resume = "resume",
        /// It ends for good.
        Cancel = "cancel",
        /// No row is left to do.
        Complete = "complete",
        /// Rows that failed shall be checked once more.
        RetryFailed = "retry_failed",
    }
}

/// The state of a batch does not allow this.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a batch that is {state} cannot {event}; possible: {}", possible(*.state))]
pub struct BatchRefused {
    /// How far it is.
    pub state: BatchState,
    /// What was asked.
    pub event: BatchEvent,
}

fn possible(state: BatchState) -> String {
    let events: Vec<&str> = state.allowed().map(BatchEvent::as_str).collect();
    if events.is_empty() { "nothing".to_owned() } else { events.join(", ") }
}

impl BatchState {
    /// The state after `event`.
    ///
    /// # Errors
    /// When it is not possible from here.
    pub fn after(self, event: BatchEvent) -> Result<Self, BatchRefused> {
        use BatchEvent as E;
        Ok(match (self, event) {
            (Self::Received, E::Check) => Self::Checked,
            (Self::Received, E::Reject) => Self::Unreadable,
            (Self::Completed | Self::Paused, E::RetryFailed) => Self::Received,
            (Self::Received, E::Continue)
            | (Self::Checked, E::Start)
            | (Self::Paused, E::Resume) => Self::Running,
            (Self::Running, E::Pause) => Self::Paused,
            (Self::Running, E::Complete) => Self::Completed,
            (Self::Received | Self::Checked | Self::Running | Self::Paused, E::Cancel) => {
                Self::Cancelled
            }
            _ => return Err(BatchRefused { state: self, event }),
        })
    }

    /// What people may ask of a batch in this state.
    pub fn allowed(self) -> impl Iterator<Item = BatchEvent> {
        use BatchEvent::{Cancel, Pause, Resume, RetryFailed, Start};
        [Start, Pause, Resume, Cancel, RetryFailed]
            .into_iter()
            .filter(move |event| self.after(*event).is_ok())
    }
}

words! { "batch format";
    /// What a batch was sent as, and what its failed rows are given back as.
    pub enum Format {
        /// Comma-separated values.
        Csv = "csv",
        /// A workbook.
        Xlsx = "xlsx",
        /// A JSON object on each line.
        JsonLines = "json_lines",
        /// PDFs of the department with a list of them.
        Zip = "zip",
    }
}

words! { "row state";
    /// How far a row is.
    pub enum RowState {
        /// Checked and good, not issued.
        Ready = "ready",
        /// Not issued, for the reasons that stand with it.
        Failed = "failed",
        /// Its license is being sealed.
        Sealing = "sealing",
        /// Its license is drawn and waits for a person, or for its sealer.
        Waiting = "waiting",
        /// Its license is in force.
        Issued = "issued",
    }
}

/// The text is not a list of problems.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a list of problems")]
pub struct BadProblems;

fn members(text: &str) -> Result<Vec<Json>, BadProblems> {
    serde_json::from_str(text).map_err(|_| BadProblems)
}

fn at(json: &Json, place: usize) -> Result<String, BadProblems> {
    json.get(place).and_then(Json::as_str).map(str::to_owned).ok_or(BadProblems)
}

/// Why a row is not issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Key of the field, with the place within it; empty when it is the row.
    pub field: String,
    /// Stable code, such as `required` or `duplicate_in_file`.
    pub code: String,
    /// What would be right; never the value.
    pub message: String,
}

impl Problem {
    /// A list as it is kept: JSON.
    #[must_use]
    pub fn list_text(list: &[Self]) -> String {
        let json = |one: &Self| json!([one.field, one.code, one.message]);
        list.iter().map(json).collect::<Json>().to_string()
    }

    /// The list of [`Problem::list_text`].
    ///
    /// # Errors
    /// When the text is none.
    pub fn list_from_text(text: &str) -> Result<Vec<Self>, BadProblems> {
        let read = |json: &Json| {
            Ok(Self { field: at(json, 0)?, code: at(json, 1)?, message: at(json, 2)? })
        };
        members(text)?.iter().map(read).collect()
    }
}

/// How often a problem was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProblemCount {
    /// Key of the field; empty when it is the row.
    pub field: String,
    /// Its code.
    pub code: String,
    /// In so many rows.
    pub rows: u32,
}

impl ProblemCount {
    /// A list as it is kept: JSON.
    #[must_use]
    pub fn list_text(list: &[Self]) -> String {
        let json = |one: &Self| json!([one.field, one.code, one.rows]);
        list.iter().map(json).collect::<Json>().to_string()
    }

    /// The list of [`ProblemCount::list_text`].
    ///
    /// # Errors
    /// When the text is none.
    pub fn list_from_text(text: &str) -> Result<Vec<Self>, BadProblems> {
        let read = |json: &Json| {
            let rows = json.get(2).and_then(Json::as_u64).and_then(|rows| rows.try_into().ok());
            let rows = rows.ok_or(BadProblems)?;
            Ok(Self { field: at(json, 0)?, code: at(json, 1)?, rows })
        };
        members(text)?.iter().map(read).collect()
    }
}

/// A row of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number in the file, from 1 with the head.
    pub number: u32,
    /// How far it is.
    pub state: RowState,
    /// Its fields as JSON, until it is issued.
    pub content: Option<String>,
    /// The name of its PDF in the archive.
    pub document: Option<String>,
    /// Why it failed.
    pub problems: Vec<Problem>,
    /// The license that was made of it.
    pub license: Option<LicenseId>,
}

/// How many rows are in each state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowCounts {
    /// Good and not issued.
    pub ready: u32,
    /// Failed.
    pub failed: u32,
    /// Being sealed.
    pub sealing: u32,
    /// Waiting for a person.
    pub waiting: u32,
    /// Issued.
    pub issued: u32,
}

impl RowCounts {
    /// The count of a state.
    pub fn of(&mut self, state: RowState) -> &mut u32 {
        match state {
            RowState::Ready => &mut self.ready,
            RowState::Failed => &mut self.failed,
            RowState::Sealing => &mut self.sealing,
            RowState::Waiting => &mut self.waiting,
            RowState::Issued => &mut self.issued,
        }
    }

    /// Rows that are still to be done.
    #[must_use]
    pub const fn open(&self) -> u32 {
        self.ready + self.sealing + self.waiting
    }

    /// All rows.
    #[must_use]
    pub const fn all(&self) -> u32 {
        self.open() + self.failed + self.issued
    }
}

/// A file of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Its id.
    pub id: IngestBatchId,
    /// The department whose licenses they are.
    pub organization: OrganizationId,
    /// The type of all of them.
    pub license_type: LicenseTypeCode,
    /// What it was sent as; not known before it was looked at.
    pub format: Option<Format>,
    /// What its sender calls the file.
    pub file_name: String,
    /// SM3 of the file, by which it is kept.
    pub file: Sm3,
    /// Its size.
    pub bytes: u64,
    /// How many rows its sender says it has.
    pub declared: Option<u32>,
    /// The seal that was asked for.
    pub seal: Option<String>,
    /// The signatures that were asked for.
    pub form: Option<SealForm>,
    /// The level that was asked for.
    pub level: Option<Level>,
    /// How far it is.
    pub state: BatchState,
    /// Why it is paused or unreadable, or waits: a code, or a sentence behind a code.
    pub trouble: Option<String>,
    /// What was found in its rows when they were checked.
    pub problems: Vec<ProblemCount>,
    /// Who sent it.
    pub requested_by: Actor,
    /// When.
    pub created_at: OffsetDateTime,
    /// When its rows began to be issued, or went on.
    pub started_at: Option<OffsetDateTime>,
    /// How many were issued then.
    pub started_with: u32,
    /// When it came to its end.
    pub ended_at: Option<OffsetDateTime>,
    /// When its file was taken away, some time after its end.
    pub file_gone_at: Option<OffsetDateTime>,
    /// Grows by one with each change.
    pub version: u32,
}

impl Batch {
    /// What people may ask of it now: without its file nothing is looked at once more.
    pub fn allowed(&self) -> impl Iterator<Item = BatchEvent> {
        let gone = self.file_gone_at.is_some();
        self.state.allowed().filter(move |event| !gone || *event != BatchEvent::RetryFailed)
    }

    /// The batch after `event`.
    ///
    /// # Errors
    /// When its state does not allow it.
    pub fn changed(
        &self,
        event: BatchEvent,
        issued: u32,
        at: OffsetDateTime,
    ) -> Result<Self, BatchRefused> {
        let state = self.state.after(event)?;
        let mut changed = Self { state, version: self.version + 1, trouble: None, ..self.clone() };
        match state {
            BatchState::Running => {
                (changed.started_at, changed.started_with) = (Some(at), issued);
            }
            BatchState::Received => changed.ended_at = None,
            BatchState::Completed | BatchState::Cancelled | BatchState::Unreadable => {
                changed.ended_at = Some(at);
            }
            _ => {}
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_read_back() {
        let of_row = Problem { field: "".into(), code: "a".into(), message: "字\"段".into() };
        let text = Problem::list_text(std::slice::from_ref(&of_row));
        assert_eq!(Problem::list_from_text(&text), Ok(vec![of_row]));
        let count = ProblemCount { field: "holder".into(), code: "required".into(), rows: 7 };
        let text = ProblemCount::list_text(std::slice::from_ref(&count));
        assert_eq!(ProblemCount::list_from_text(&text), Ok(vec![count]));
        for text in ["", "{}", "[1]", "[[]]", r#"[["a","b",-1]]"#, r#"[["a",1,"c"]]"#] {
            assert_eq!(Problem::list_from_text(text), Err(BadProblems), "{text}");
            assert_eq!(ProblemCount::list_from_text(text), Err(BadProblems), "{text}");
        }
    }

    #[test]
    fn what_may_happen_to_a_batch() {
        let rows: Vec<String> = BatchState::ALL
            .iter()
            .map(|state| {
                let events = BatchEvent::ALL.iter().filter_map(|event| {
                    state.after(*event).ok().map(|next| format!("{event}>{next}"))
                });
                format!("{state}: {}", events.collect::<Vec<_>>().join(" "))
            })
            .collect();
        assert_eq!(
            rows,
            [
                "received: check>checked reject>unreadable continue>running cancel>cancelled",
                "unreadable: ",
                "checked: start>running cancel>cancelled",
                "running: pause>paused cancel>cancelled complete>completed",
                "paused: resume>running cancel>cancelled retry_failed>received",
                "completed: retry_failed>received",
                "cancelled: ",
            ]
        );
        let refused = BatchState::Completed.after(BatchEvent::Pause).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "a batch that is completed cannot pause; possible: retry_failed"
        );
    }
}
