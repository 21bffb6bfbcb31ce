//! Service items as JSON.

use domain::exemption::{Handling, MaterialSource};
use serde::Serialize;
use utoipa::ToSchema;

/// A paper that an item asks for although an office issued it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AskedPaperView {
    /// The key of the material.
    pub key: String,
    /// Its Chinese name.
    pub name: String,
    /// Its English name.
    pub name_en: String,
    /// The license type of that name, where the catalogue has one: it is issued here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_type: Option<String>,
}

/// A service item in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceItemRowView {
    /// Its code.
    pub code: String,
    /// Its newest version.
    pub version: u32,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// The office that handles it, where it is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Its social credit code.
    pub department_code: String,
    /// `direct` (直办), `accepted` (受理), `online` (网办) or `entrusted` (委托受理).
    pub handling: &'static str,
    /// How many materials it lists, in every situation together.
    pub materials: usize,
    /// It changed since somebody said what may stand in the place of its materials.
    pub drifted: bool,
    /// Made up to show how it works.
    pub example: bool,
    /// Papers that it asks for although an office issued them.
    pub still_asked: Vec<AskedPaperView>,
}

/// A page of service items.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ServiceItemsView {
    /// By code.
    pub items: Vec<ServiceItemRowView>,
    /// Where the next page begins; absent at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A service item.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceItemView {
    /// Its code.
    pub code: String,
    /// Its newest version, which is its entity tag too.
    pub version: u32,
    /// SM3 of the document.
    pub digest: String,
    /// When this version was published.
    pub published_at: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// The office that handles it, where it is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Its social credit code.
    pub department_code: String,
    /// The version of whose materials somebody said what may stand in their place; 0 for none.
    pub mapped_version: u32,
    /// That is not the newest.
    pub drifted: bool,
    /// Keys of the materials that changed since.
    pub changed: Vec<String>,
    /// Papers that it asks for although an office issued them.
    pub still_asked: Vec<AskedPaperView>,
    /// The document.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
}

/// What became of one item of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ImportedItemView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its version from now on.
    pub version: u32,
    /// `new`, `changed` or `same`.
    pub outcome: &'static str,
}

/// Something wrong with a row of an import; its item is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemProblemView {
    /// Its number in the file; of a list in JSON its place, from 1.
    pub row: u32,
    /// The column, or the JSON pointer; empty where it is about all of it.
    pub place: String,
    /// Stable code.
    pub code: &'static str,
    /// What is wrong, and what would be right.
    pub message: String,
}

/// What came of an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemImportView {
    /// Whether anything was kept; not when it was only checked.
    pub kept: bool,
    /// Items without fault.
    pub items: Vec<ImportedItemView>,
    /// What is wrong with others.
    pub problems: Vec<ItemProblemView>,
}

/// The word of a way of handling.
pub(crate) fn item_handling(handling: Handling) -> &'static str {
    match handling {
        Handling::Direct => "direct",
        Handling::Accepted => "accepted",
        Handling::Online => "online",
        Handling::Entrusted => "entrusted",
    }
}

/// A name in two languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TitleView {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

/// One answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChoiceView {
    /// Its name.
    pub key: String,
    /// Its words.
    pub label: TitleView,
    /// It was chosen.
    pub chosen: bool,
}

/// A question on which it depends what is needed (情形).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QuestionView {
    /// Its name.
    pub key: String,
    /// Its words.
    pub text: TitleView,
    /// What may be answered.
    pub choices: Vec<ChoiceView>,
}

/// A material of an item, and the best that may become of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct NeedView {
    /// Its name within the item.
    pub key: String,
    /// Its words.
    pub name: TitleView,
    /// The best that may become of it: a ground, `required` or `optional`.
    pub ground: &'static str,
    /// Within so many days, of a promise, an answer or a delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// It is needed whatever else is answered.
    pub sure: bool,
    /// `original`, `copy` or `either`.
    pub form: &'static str,
    /// How many.
    pub copies: u8,
    /// Who issues it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
    /// What the list says besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<TitleView>,
    /// Licenses that may stand in its place.
    pub license_types: Vec<TitleView>,
}

impl NeedView {
    /// Whether nothing is brought at best, now or later.
    #[must_use]
    pub fn is_spared(&self) -> bool {
        ["cancelled", "waived_by_license", "waived_by_data", "covered_by_other"]
            .contains(&self.ground)
    }
}

/// What an item asks for in a situation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct ItemNeedsView {
    /// Its code.
    pub code: String,
    /// Its version.
    pub version: u32,
    /// Its name.
    pub name: TitleView,
    /// The office that handles it, where it is registered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// How it is handled.
    pub handling: &'static str,
    /// Who may apply: `person`, `organization`.
    pub applicants: Vec<&'static str>,
    /// Working days within which it is promised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// Made up to show how it works.
    pub example: bool,
    /// The questions, with what was answered.
    pub questions: Vec<QuestionView>,
    /// Others than the applicant whose licenses may count.
    pub relations: Vec<String>,
    /// Whether somebody may act for the applicant.
    pub agents: bool,
    /// What is needed.
    pub needs: Vec<NeedView>,
    /// How many of them are not brought at best.
    pub spared: usize,
}

/// A license that is looked for, as a form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EvidenceTyped {
    /// Code of its type; empty for none.
    pub license_type: String,
    /// Whose it is.
    pub holder: String,
    /// What must hold of it, one a line.
    pub predicates: String,
}

/// What may stand in the place of a material, as a form has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappingTyped {
    /// Alternatives, each of licenses that are needed together.
    pub alternatives: Vec<Vec<EvidenceTyped>>,
    /// Which connector answers.
    pub connector: String,
    /// Keys of materials that cover it, and `output:` with license types of other items.
    pub covered_by: String,
    /// By which document it is not asked for any more.
    pub cancelled: String,
    /// By which document a promise may stand in its place.
    pub commitment: String,
    /// Days of the promise.
    pub commitment_days: String,
    /// Days within which it may come later.
    pub deferrable_days: String,
    /// Social credit code of the office that may be asked.
    pub assistance: String,
    /// Days within which that office answers.
    pub assistance_days: String,
}

/// A material with what may stand in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedMaterialView {
    /// Its name within the item.
    pub key: String,
    /// Its words.
    pub name: TitleView,
    /// `issued`, `form` or `self_made`.
    pub source: &'static str,
    /// What may stand in its place, as the document names it.
    pub grounds: Vec<&'static str>,
    /// It is not asked for as it was when the item was mapped.
    pub changed: bool,
    /// It is asked for although an office issued it.
    pub still_asked: bool,
    /// The license type of its name, where nothing stands in its place yet.
    pub suggested: Option<String>,
    /// As the form has it.
    pub typed: MappingTyped,
}

/// An item in the editor of mappings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemEditorView {
    /// Its code.
    pub code: String,
    /// Its newest version.
    pub version: u32,
    /// Its name.
    pub name: TitleView,
    /// The office that handles it.
    pub department: Option<String>,
    /// Who asks may change it.
    pub own: bool,
    /// It changed since somebody said what may stand in the place of its materials.
    pub drifted: bool,
    /// The version that was mapped; 0 for none.
    pub mapped_version: u32,
    /// Its materials.
    pub materials: Vec<MappedMaterialView>,
}

/// The word of where a material comes from.
pub(crate) fn asked_source(source: MaterialSource) -> &'static str {
    match source {
        MaterialSource::Issued => "issued",
        MaterialSource::Form => "form",
        MaterialSource::SelfMade => "self_made",
    }
}
