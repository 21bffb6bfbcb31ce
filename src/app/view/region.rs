//! What a service of another region says of a license.

use super::{AdviceView, VerificationView};
use serde::Serialize;
use utoipa::ToSchema;

/// The answer of a service of another region, or why there is none.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RegionAnswerView {
    /// Which region was asked: its name in the configuration.
    pub region: String,
    /// Its name.
    pub name: String,
    /// `VALID`, `INVALID` or `INDETERMINATE`, as that service says; without an answer
    /// `INDETERMINATE`.
    pub outcome: String,
    /// Why there is no answer: `region_left_alone`, `region_busy`, `region_unreachable`,
    /// `region_timeout`, `region_refused`, `region_not_found` or `region_answer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// When it was asked.
    pub asked_at: String,
    /// What to do next.
    pub advice: AdviceView,
    /// Its answer, as it gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationView>,
}
