//! Materials of the library, as JSON.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A material of the library.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct LibraryMaterialView {
    /// Its id.
    pub id: String,
    /// What kind of material it is, as items call it.
    pub name: String,
    /// `copy` of something that somebody else made, or `self_made`.
    pub source: String,
    /// How far its origin is trusted: `B` compared with the original, `C` handed in as a copy, `D` made by
    /// the holder.
    pub grade: String,
    /// `application/pdf`, `image/jpeg` or `image/png`.
    pub media_type: String,
    /// Its pages; a picture is one.
    pub pages: u32,
    /// Size of the file as it is kept.
    pub bytes: u64,
    /// SHA-256 of the file as it is kept.
    pub sha256: String,
    /// SM3 of the file as it is kept.
    pub sm3: String,
    /// SHA-256 of the file as it came.
    pub original_sha256: String,
    /// Whether it was written anew: a picture, without what its camera wrote into it.
    pub rewritten: bool,
    /// The department at which it was handed in; absent for the holder personally.
    pub handed_in_at: Option<String>,
    /// When.
    pub handed_in: String,
    /// The last day on which it may be used.
    pub valid_to: Option<String>,
    /// Whether that day is over.
    pub expired: bool,
    /// Who compared it with the original.
    pub checked: Option<MaterialCheckView>,
    /// Since when it is erased; then there is no file any more.
    pub erased_at: Option<String>,
    /// How often it was used: once for a department, a case and an item.
    pub uses: usize,
    /// Who used it; told to the holder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used_by: Vec<MaterialUseView>,
}

/// That a clerk compared a material with the original.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct MaterialCheckView {
    /// The department.
    pub department: String,
    /// Who, as the audit trail names them.
    pub clerk: String,
    /// Who sat at the screen, as the system said.
    pub operator: Option<String>,
    /// At which window.
    pub window: String,
    /// In which case.
    pub case_no: String,
    /// When.
    pub at: String,
}

/// One use of a material.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct MaterialUseView {
    /// The department.
    pub department: String,
    /// For which case.
    pub case_no: String,
    /// For which item; absent where none was named.
    pub item: Option<String>,
    /// Whether a decision relied on it, rather than somebody looking at the file.
    pub relied: bool,
    /// When.
    pub at: String,
}
