//! What changed, as exchange platforms follow it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A page of changes, oldest first.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct ChangesView {
    /// The changes; there may be none although more is true.
    pub items: Vec<ChangeView>,
    /// What to give as `since` next, also when there was nothing.
    pub next_cursor: String,
    /// Whether to ask again at once; otherwise in some seconds.
    pub more: bool,
}

/// One change of a license. It names no person and no number.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ChangeView {
    /// Id of the change: the same whenever it is read.
    pub id: String,
    /// `license.issued`, `.suspended`, `.reinstated`, `.revoked`, `.superseded`; or `.expiring`, when
    /// one ends within 90, 30 or 7 days: these come after the changes of a page, oldest first.
    pub r#type: String,
    /// Id of the license.
    pub license_id: String,
    /// Code of the license type.
    pub license_type: String,
    /// The state that it has since: `ISSUED`, `SUSPENDED`, `REVOKED`, `SUPERSEDED`.
    pub state: String,
    /// Since when that has effect.
    pub effective_at: String,
    /// When it was recorded.
    pub recorded_at: String,
    /// The license that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Of `license.expiring`: the last day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<String>,
}
