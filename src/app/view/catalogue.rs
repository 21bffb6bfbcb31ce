//! License types as JSON.

use serde::Serialize;
use utoipa::ToSchema;

/// A license type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LicenseTypeView {
    /// Type code (21 characters, or a marked placeholder).
    pub code: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Version of the definition.
    pub version: u32,
    /// `in_use`, or `withdrawn`: nothing more is issued by it.
    pub status: String,
    /// Authority that defines the type.
    pub defining_authority: String,
    /// `person` or `organization`.
    pub holder_kind: String,
    /// Fields in order.
    pub fields: Vec<FieldView>,
}

/// A field of a license type.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FieldView {
    /// Key in `fields`.
    pub key: String,
    /// Chinese name.
    pub name: String,
    /// English name.
    pub name_en: String,
    /// Kind of value, such as `text` or `date`.
    pub kind: String,
    /// Whether a value is needed.
    pub required: bool,
    /// `public`, `masked` or `private`.
    pub sensitivity: String,
}

/// A version of a license type that was published. It never changes.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TypeVersionView {
    /// Number of the version.
    pub version: u32,
    /// SM3 of its document.
    pub digest: String,
    /// When it was published here.
    pub published_at: String,
}

/// The next version of a license type, until it is published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TypeDraftView {
    /// Code of the type.
    pub code: String,
    /// The version that it will be.
    pub version: u32,
    /// Counts its changes; also its entity tag, for `If-Match`.
    pub revision: u32,
    /// When it was changed last.
    pub changed_at: String,
    /// Who changed it.
    pub changed_by: String,
    /// What was found when it was tried.
    pub findings: Vec<TypeFindingView>,
    /// The catalogue document.
    #[schema(value_type = Object)]
    pub document: serde_json::Value,
}

/// Something that was found when the definition of a license type was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TypeFindingView {
    /// Stable code, such as `overflow` or `missing_character`.
    pub code: &'static str,
    /// `error`, which must be mended before the type is published, or `warning`.
    pub severity: &'static str,
    /// JSON pointer to the place in the document; empty for the layout's own words.
    pub pointer: String,
    /// In Chinese.
    pub text_zh: String,
    /// In English.
    pub text_en: String,
}

/// A license type in the list of those who change types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TypeRowView {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// The newest version; none before the first is published.
    pub version: Option<u32>,
    /// The version that its draft will be.
    pub draft: Option<u32>,
    /// `in_use` or `withdrawn`.
    pub status: &'static str,
    /// Why it was withdrawn.
    pub reason: Option<String>,
    /// Who keeps it, where somebody does here.
    pub keeper: Option<String>,
    /// Whether who asks may change it.
    pub own: bool,
}
