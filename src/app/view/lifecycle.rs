//! Changes of many licenses, renewals, and what is told of licenses that end.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What became of one change for many licenses.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct BulkMoveView {
    /// True when nothing was changed: a row says what would become of its license.
    pub dry_run: bool,
    /// How many were changed, or would be.
    pub done: usize,
    /// How many were not.
    pub refused: usize,
    /// One row for each, in the order in which they were given.
    pub rows: Vec<BulkMoveRowView>,
    /// Where more licenses fit: what to give as `cursor` next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// What became of one license.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
pub struct BulkMoveRowView {
    /// Its id or number as it was given.
    pub license: String,
    /// Its id, when it was changed or would be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license_id: Option<String>,
    /// Its state after the change; of a dry run as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Of a change of content: the license that takes its place, perhaps once it is approved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Why it was not changed: a problem code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Of `illegal_transition`: what its state allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allowed: Option<Vec<String>>,
}

/// Everything that a renewal of a license takes over, and what it still needs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LicenseRenewalView {
    /// Id of the license.
    pub license_id: String,
    /// Its state now.
    pub state: String,
    /// Version of the record.
    pub version: u64,
    /// Its last day; absent when unlimited.
    pub valid_to: Option<String>,
    /// Days until then; negative when it is over.
    pub days_left: Option<i64>,
    /// True when nothing but the fields that are entered anew is needed.
    pub possible: bool,
    /// By this `:renew` knows that just this was confirmed.
    pub confirmation: String,
    /// The content that is taken over.
    #[schema(value_type = Object)]
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// The fields that are entered anew.
    pub enter_anew: Vec<RenewalFieldView>,
    /// What keeps the license from being renewed.
    pub needs: Vec<RenewalNeedView>,
    /// What proves the license, so that nobody hands in anything again.
    pub evidence: Vec<RenewalEvidenceView>,
}

impl LicenseRenewalView {
    /// The entity tag of the license.
    #[must_use]
    pub fn tag(&self) -> String {
        super::tag(self.version, &self.state)
    }
}

/// A field that a renewal enters anew.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RenewalFieldView {
    /// Key in `fields`.
    pub key: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Kind of value: `date` or `period`.
    pub kind: String,
    /// Whether a value is needed.
    pub required: bool,
    /// What the license says.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    /// What would follow: from the day after, for as long.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub suggested: Option<serde_json::Value>,
}

/// Something that keeps a license from being renewed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RenewalNeedView {
    /// A problem code, or the code of a field.
    pub code: String,
    /// JSON pointer to the field, where it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// In words.
    pub detail: String,
}

impl RenewalNeedView {
    pub(crate) fn of(code: &str, detail: &str) -> Self {
        Self { code: code.to_owned(), pointer: None, detail: detail.to_owned() }
    }
}

/// Something that proves a license.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RenewalEvidenceView {
    /// `sealed_file` or `log_proof`.
    pub kind: String,
    /// Path under the API.
    pub href: String,
    /// SM3 of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sm3: Option<String>,
    /// How it verifies now: `VALID`, `INVALID` or `INDETERMINATE`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// When that was found.
    pub as_of: String,
}

/// That a license ends: what to ask about, never what it says or whose it is.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseEndingView {
    /// Id of the license.
    pub license_id: String,
    /// Code of its type.
    pub license_type: String,
    /// The stored state.
    pub state: String,
    /// The version of the record.
    pub version: u64,
    /// Its last day.
    pub valid_to: String,
    /// Days until then.
    pub days_left: i64,
    /// Which notice it is: 90, 30 or 7 days before.
    pub mark: u16,
}

/// That a license changed of which another is made: what to ask about, never what it says.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct PartEventView {
    /// Id of the license that is made of it.
    pub license_id: String,
    /// Code of its type.
    pub license_type: String,
    /// Its own stored state, which stays as it was.
    pub state: String,
    /// The version of its record.
    pub version: u64,
    /// Id of the part.
    pub part_id: String,
    /// Code of the part's type.
    pub part_type: String,
    /// The part's stored state from now on; `SUPERSEDED` when it was renewed or changed.
    pub part_state: String,
}
