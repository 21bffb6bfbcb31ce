//! What other departments are asked, as JSON.

use super::exemption::ApplicantView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// That another department was asked about a material of a decision.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct DecidedAssistanceView {
    /// The request: `/v1/assistance-requests/{id}`.
    pub request_id: String,
    /// Code of the item whose material it is about.
    pub item: String,
    /// Name of the department that is asked.
    pub department: String,
    /// The last day for the answer.
    pub due: String,
    /// `open`, `overdue` or `answered`.
    pub state: String,
    /// Of an answer: `confirmed`, `denied` or `unable`.
    pub outcome: Option<String>,
    /// When it was answered.
    pub answered_at: Option<String>,
    /// The last day on which the answer counts, for this case alone.
    pub holds_until: Option<String>,
}

/// One question to another department about one material of a case.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct AssistanceRequestView {
    /// Its id.
    pub id: String,
    /// `open`, `overdue` (open past its last day), `answered` or `withdrawn`.
    pub state: String,
    /// Moves that the caller's department may make now: `answer`, `withdraw`.
    pub allowed: Vec<String>,
    /// Name of the department that asks.
    pub asking: String,
    /// Name of the department that is asked.
    pub asked: String,
    /// Code of the service item.
    pub item: String,
    /// The material in it.
    pub material: String,
    /// The name of the material.
    pub material_name: String,
    /// What is to be confirmed.
    pub question: String,
    /// The case.
    pub case_no: String,
    /// About whom; of a person the name is masked, but for the asked department in the answer to its
    /// `GET` of one open request.
    pub applicant: ApplicantView,
    /// The applicant's code, for the asked department in the same place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub applicant_code: Option<String>,
    /// The last day for the answer.
    pub due: String,
    /// When it was asked.
    pub requested_at: String,
    /// The decision with which it was asked; for the department that asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<String>,
    /// Of an answer: `confirmed`, `denied` or `unable`.
    pub outcome: Option<String>,
    /// By what, in words.
    pub statement: Option<String>,
    /// The number of the department's document.
    pub document_number: Option<String>,
    /// The last day on which the answer counts, for this case alone.
    pub holds_until: Option<String>,
    /// When it was answered or withdrawn.
    pub ended_at: Option<String>,
}

/// What an event says of a request: what to ask about, never whom it is about.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AssistanceEventView {
    /// The request.
    pub request_id: String,
    /// Code of the service item.
    pub item: String,
    /// The material in it.
    pub material: String,
    /// Its state now.
    pub state: String,
    /// Of an answer: `confirmed`, `denied` or `unable`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The last day for the answer.
    pub due: String,
}
