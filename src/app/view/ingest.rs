//! Batches and their rows.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A file of rows, each of which becomes one license or none.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct IngestBatchView {
    /// Id.
    pub id: String,
    /// Code of the license type of all its rows.
    pub license_type: String,
    /// Name of the license type.
    pub type_name: String,
    /// `csv`, `xlsx`, `json_lines` or `zip`; absent before it was looked at.
    pub format: Option<String>,
    /// What its sender calls the file.
    pub file_name: String,
    /// SM3 of the file.
    pub sm3: String,
    /// Size of the file in bytes.
    pub bytes: u64,
    /// `received` (being checked), `unreadable`, `checked`, `running`, `paused`, `completed` or
    /// `cancelled`.
    pub state: String,
    /// What may be asked of it now: `start`, `pause`, `resume`, `cancel`, `retry_failed`.
    pub allowed: Vec<String>,
    /// Why it is paused or unreadable, or what it waits for: a code, then words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// How many rows its sender says it has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared_count: Option<u32>,
    /// How many rows it has, as far as they were looked at.
    pub received_count: u32,
    /// Whether both are the same; absent when none was declared, and before all rows are checked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts_agree: Option<bool>,
    /// Rows that are good and not issued.
    pub ready: u32,
    /// Rows that failed.
    pub failed: u32,
    /// Rows whose license is being sealed.
    pub sealing: u32,
    /// Rows whose license waits for a person.
    pub waiting: u32,
    /// Rows whose license is in force.
    pub issued: u32,
    /// What was found in its rows when they were checked, the most frequent first.
    pub problems: Vec<IngestProblemCountView>,
    /// Licenses put in force a second, since it was started or resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per_second: Option<f64>,
    /// About how many seconds the rest takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds_left: Option<u64>,
    /// When it was sent.
    pub created_at: String,
    /// When its rows began to be issued, or went on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<String>,
    /// When it came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
    /// When its file was taken away: it is kept for some time after the end of the batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_gone_at: Option<String>,
    /// Where its failed rows are, as a file in its own format.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failed_href: Option<String>,
}

/// How often a problem was found in a batch.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct IngestProblemCountView {
    /// Key of the field; empty when it is the row.
    pub field: String,
    /// Name of the field.
    pub name: String,
    /// Stable code, such as `required` or `duplicate_in_file`.
    pub code: String,
    /// In so many rows.
    pub rows: u32,
}

/// Why a row is not issued.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct IngestProblemView {
    /// Key of the field; empty when it is the row.
    pub field: String,
    /// Name of the field.
    pub name: String,
    /// Stable code.
    pub code: String,
    /// What would be right; never the value.
    pub message: String,
}

/// A row of a batch. What it says is not shown: that is in the file of its sender.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct IngestRowView {
    /// Its number in the file, from 1 with the head.
    pub row: u32,
    /// `ready`, `failed`, `sealing`, `waiting` or `issued`.
    pub state: String,
    /// Why it failed.
    pub problems: Vec<IngestProblemView>,
    /// The license that was made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_id: Option<String>,
}

/// Rows of a batch in their order.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct IngestRowsView {
    /// The rows.
    pub items: Vec<IngestRowView>,
    /// `after` of the next page; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_after: Option<u32>,
}

/// What subscribers are told when no row of a batch is left to do.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct IngestEventView {
    /// Id of the batch.
    pub batch_id: String,
    /// Code of the license type.
    pub license_type: String,
    /// How many licenses are in force.
    pub issued: u32,
    /// How many rows failed.
    pub failed: u32,
}
