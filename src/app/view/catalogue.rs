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
