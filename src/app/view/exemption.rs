//! Decisions about what need not be handed in, as JSON.

use super::assistance::DecidedAssistanceView;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Who applies; of a person the name is masked.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ApplicantView {
    /// `person` or `organization`.
    pub kind: String,
    /// The name.
    pub name: String,
}

/// An item that was decided about.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct DecidedItemView {
    /// Its code.
    pub code: String,
    /// Its version.
    pub version: u32,
    /// SM3 of its document.
    pub digest: String,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// Made up to show how it works.
    pub example: bool,
    /// For each freedom that counts here (`submission`, `filling`, `seal`, `signature`) whether the
    /// item has it for this applicant; null where it has nothing of the kind.
    pub freedoms: BTreeMap<String, Option<bool>>,
}

/// A license that a verdict relies on.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct DecidedEvidenceView {
    /// Id of the license.
    pub license_id: String,
    /// The version of its state that was looked at.
    pub license_version: u32,
    /// Code of its type.
    pub license_type: String,
    /// Name of its type.
    pub type_name: String,
    /// Its number, masked unless anybody may see it.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// Its last day; absent for one without an end.
    pub valid_to: Option<String>,
    /// Whose it is: `applicant`, `agent`, or a relation.
    pub holder: String,
    /// The relation that it proves, if that is what it is for.
    pub proves: Option<String>,
    /// How far its origin is trusted: `A`, made by the body that is competent.
    pub grade: String,
    /// The verification of its sealed file: `/v1/verifications/{id}` and its receipt.
    pub verification_id: String,
}

/// A verdict on a material for one of the items that ask for it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct AskerView {
    /// Code of the item.
    pub item: String,
    /// The material in it.
    pub material: String,
    /// The verdict.
    pub verdict: String,
    /// Why.
    pub reason: String,
}

/// What becomes of a material.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct DecidedMaterialView {
    /// Its key in the item whose verdict decides.
    pub key: String,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
    /// `issued`, `form` or `self_made`.
    pub source: String,
    /// `not_applicable`, `cancelled`, `waived_by_license`, `waived_by_material`, `waived_by_data`,
    /// `covered_by_other`,
    /// `by_commitment`, `pending_assistance`, `deferrable` or `required`.
    pub verdict: String,
    /// Why, for programs; of what is not waived, why it is not.
    pub reason: String,
    /// Whether the applicant brings nothing, now or later.
    pub waived: bool,
    /// For the applicant, in Chinese.
    pub text: String,
    /// For the applicant, in English.
    pub text_en: String,
    /// The last day on which the verdict may be relied on.
    pub valid_until: String,
    /// By when what is promised, asked elsewhere or handed in later is there.
    pub due: Option<String>,
    /// What the connector calls its answer; where a department confirmed it, the request.
    pub reference: Option<String>,
    /// The material of the library that it relies on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub material: Option<String>,
    /// Licenses that it relies on.
    pub evidence: Vec<DecidedEvidenceView>,
    /// What other departments are asked about it, or have answered.
    #[serde(default)]
    pub assistance: Vec<DecidedAssistanceView>,
    /// Which items ask for it, and what becomes of it in each; the strictest decides.
    pub asked_by: Vec<AskerView>,
}

/// A field of an application form that need not be filled in.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct FilledFieldView {
    /// Code of the item.
    pub item: String,
    /// The field of its form.
    pub field: String,
    /// What the form calls it, in Chinese.
    pub label: String,
    /// And in English.
    pub label_en: String,
    /// Id of the license that says it.
    pub license_id: String,
    /// The field of the license.
    pub from: String,
    /// What it says; left out when the decision is read again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// A decision about what an applicant need not hand in.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct ExemptionDecisionView {
    /// Its id.
    pub id: String,
    /// When it was decided.
    pub as_of: String,
    /// The last day on which all of it may be relied on.
    pub valid_until: String,
    /// The case.
    pub case_no: String,
    /// Who applies.
    pub applicant: ApplicantView,
    /// The items, by code.
    pub items: Vec<DecidedItemView>,
    /// Materials that apply here.
    pub asked_for: usize,
    /// Those of them that the applicant need not bring, now or later.
    pub waived: usize,
    /// Each material once, whichever items ask for it.
    pub materials: Vec<DecidedMaterialView>,
    /// Fields that need not be filled in.
    pub filled: Vec<FilledFieldView>,
}

impl ExemptionDecisionView {
    /// As it is kept: nothing that only a license says.
    pub(crate) fn without_values(&self) -> Self {
        let mut kept = self.clone();
        kept.filled.iter_mut().for_each(|field| field.value = None);
        kept
    }
}

/// That the organization relied on a license that changed since.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ReliedLicenseView {
    /// Its id.
    pub id: String,
    /// The decision that relied on it.
    pub decision_id: String,
    /// The case.
    pub case_no: String,
    /// The license.
    pub license_id: String,
    /// The version of its state that was relied on.
    pub relied_version: u32,
    /// When it was relied on.
    pub relied_at: String,
    /// The last day on which the decision may be relied on.
    pub valid_until: String,
    /// Its state since the change.
    pub state: String,
    /// Its version since the change.
    pub version: u32,
    /// When the change was noticed.
    pub changed_at: String,
}

/// What an event says of a license that was relied on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RelianceEventView {
    /// The license.
    pub license_id: String,
    /// Code of its type.
    pub license_type: String,
    /// Its state now.
    pub state: String,
    /// Its version now.
    pub version: u64,
}
