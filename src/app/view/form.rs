//! Forms, and what licenses fill in, as JSON.

use super::compare::ComparedReasonView;
use super::exemption::ApplicantView;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// A form in a list.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FormRowView {
    /// Its code.
    pub code: String,
    /// Its version.
    pub version: u32,
    /// SM3 of its document.
    pub digest: String,
    /// Its title in Chinese.
    pub name: String,
    /// Its title in English.
    pub name_en: String,
    /// The service item that asks for it.
    pub item: String,
    /// Made up to show how it works.
    pub example: bool,
    /// How many fields it has.
    pub fields: usize,
    /// How many of them licenses may fill in.
    pub prefillable: usize,
}

/// The forms of the items that are here.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FormsView {
    /// By code.
    pub items: Vec<FormRowView>,
}

/// What comes of comparing with the value before.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldComparedView {
    /// `same`, `same_after`, `unclear` or `different`.
    pub answer: String,
    /// The differences.
    pub reasons: Vec<ComparedReasonView>,
}

/// Where a value stands.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct FieldSourceView {
    /// Id of the license.
    pub license_id: String,
    /// The version of its state that was looked at.
    pub license_version: u32,
    /// Code of its type.
    pub license_type: String,
    /// Version of its type.
    pub type_version: u32,
    /// Name of its type.
    pub type_name: String,
    /// Its number, masked unless anybody may see it.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// When it was issued, where anybody may see that.
    pub issued_on: Option<String>,
    /// Its last day; absent for one without an end.
    pub valid_to: Option<String>,
    /// The field of the license.
    pub field: String,
    /// Whose license: `applicant`, `agent`, or a relation.
    pub holder: String,
    /// How far its origin is trusted: `A`, made by the body that is competent.
    pub grade: String,
    /// When it was verified for this.
    pub verified_at: String,
    /// That verification: `/v1/verifications/{id}` and its receipt.
    pub verification_id: String,
    /// What it says, as the form holds it.
    pub value: Value,
    /// The same in words.
    pub text: String,
    /// What comes of comparing it with the first source; absent for that one.
    pub compared: Option<FieldComparedView>,
}

/// One field of a form that was filled in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PrefilledFieldView {
    /// Its key.
    pub key: String,
    /// Its words in Chinese.
    pub label: String,
    /// Its words in English.
    pub label_en: String,
    /// What it holds, as in license types.
    pub kind: String,
    /// Whether the form needs it.
    pub required: bool,
    /// `prefilled`; `conflict` where licenses say something else, or perhaps do: nobody has chosen;
    /// `empty`.
    pub state: String,
    /// Why it is empty: `typed` (the applicant says it), `not_said`, `value_unfit`, or a reason of
    /// exemption decisions, such as `no_license` or `register_unavailable`.
    pub reason: Option<String>,
    /// The reason in Chinese.
    pub note: Option<String>,
    /// The reason in English.
    pub note_en: Option<String>,
    /// Its value, where it is prefilled.
    pub value: Option<Value>,
    /// The same in words.
    pub text: Option<String>,
    /// The licenses that say it, best first; of a conflict all that were found.
    pub sources: Vec<FieldSourceView>,
}

/// A form as far as licenses fill it in.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct PrefillView {
    /// Code of the form.
    pub form: String,
    /// Its version.
    pub version: u32,
    /// Its title in Chinese.
    pub name: String,
    /// Its title in English.
    pub name_en: String,
    /// The service item.
    pub item: String,
    /// Made up to show how it works.
    pub example: bool,
    /// The case.
    pub case_no: String,
    /// Who applies; of a person the name is masked.
    pub applicant: ApplicantView,
    /// When it was looked up.
    pub as_of: String,
    /// How many fields are prefilled.
    pub prefilled: usize,
    /// Its fields in order.
    pub fields: Vec<PrefilledFieldView>,
}
