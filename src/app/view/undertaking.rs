//! What applicants undertake, as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An undertaking of an applicant to the department.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct UndertakingView {
    /// Its id.
    pub id: String,
    /// `commitment` (告知承诺: that it is so) or `deferral` (容缺: that the material comes later).
    pub kind: String,
    /// `open`, `overdue` (open past its last day), `fulfilled` or `breached`.
    pub state: String,
    /// Moves that are possible now: `sign`, `fulfil`, `breach`.
    pub allowed: Vec<String>,
    /// The case.
    pub case_no: String,
    /// The decision that allows it.
    pub decision_id: String,
    /// Code of the service item.
    pub item: String,
    /// The material in it.
    pub material: String,
    /// The name of the material.
    pub material_name: String,
    /// Who promises; of a person masked.
    pub party: String,
    /// The last day.
    pub due: String,
    /// Days until then; negative when it is over.
    pub days_left: i64,
    /// When it was recorded.
    pub recorded_at: String,
    /// Where the document is, signed once it was.
    pub href: String,
    /// SM3 of the document as it is to be signed.
    pub sm3: String,
    /// The request by which it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signing_request_id: Option<String>,
    /// By what it was found to be kept or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<String>,
}

/// What an event says of an undertaking: never who promised.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UndertakingEventView {
    /// The undertaking.
    pub undertaking_id: String,
    /// `commitment` or `deferral`.
    pub kind: String,
    /// The case.
    pub case_no: String,
    /// Its state now.
    pub state: String,
    /// The last day.
    pub due: String,
    /// Days until then; negative when it is over.
    pub days_left: i64,
}
