//! Marked copies and proof bundles, as JSON.

use super::ArchiveFileView;
use super::ReceiptServiceView;
use super::time::instant;
use domain::marked_copy::Mark;
use domain::time::day_text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a marked copy says of itself; believed as far as its signatures are.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct MarkView {
    /// Which copy it is: 32 hexadecimal digits.
    pub id: String,
    /// GB/T 36904 identifier of the license that it shows.
    pub identifier: String,
    /// SM3 of the license file that it shows.
    pub original: String,
    /// How far the origin of what it shows is trusted: `A` to `D`.
    pub grade: String,
    /// The body for which it was made.
    pub consumer: String,
    /// For which items.
    pub item: String,
    /// For which case.
    pub case_no: String,
    /// The last day on which it may be used.
    pub until: String,
    /// When it was made.
    pub made_at: String,
}

impl From<&Mark> for MarkView {
    fn from(mark: &Mark) -> Self {
        Self {
            id: mark.id.to_string(),
            identifier: mark.identifier.clone(),
            original: mark.original.to_string(),
            grade: format!("{:?}", mark.grade),
            consumer: mark.consumer.clone(),
            item: mark.item.clone(),
            case_no: mark.case_no.clone(),
            until: day_text(mark.until),
            made_at: instant(mark.made_at),
        }
    }
}

/// An item for which a marked copy was made.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct CopiedItemView {
    /// Its code.
    pub code: String,
    /// Its name in Chinese.
    pub name: String,
    /// Its name in English.
    pub name_en: String,
}

/// What the register has of a marked copy.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
pub struct MarkedCopyView {
    /// Which copy it is: 32 hexadecimal digits, as inside it.
    pub id: String,
    /// The decision for which it was made.
    pub decision_id: String,
    /// The license.
    pub license_id: String,
    /// The body for which it was made.
    pub organization: String,
    /// Who had it made.
    pub made_by: String,
    /// For which case.
    pub case_no: String,
    /// For which items.
    pub items: Vec<CopiedItemView>,
    /// Name of the type of the license.
    pub license_type: String,
    /// Its number, masked unless anybody may see it.
    pub license_number: String,
    /// How the license stands now, as a verification says it.
    pub license_state: String,
    /// Whether the copy still stands: `stands`, `over` (past its last day), or `license_changed` (the
    /// license is not in force any more, or not as it was relied on).
    pub standing: String,
    /// SM3 of the license file that it shows.
    pub original_sm3: String,
    /// SM3 of the copy.
    pub sm3: String,
    /// SHA-256 of the copy.
    pub sha256: String,
    /// The last day on which it may be used.
    pub valid_until: String,
    /// When it was made.
    pub made_at: String,
}

/// What a proof bundle holds. It names no person.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BundleManifestView {
    /// Id of the decision.
    pub decision: String,
    /// When it was decided.
    pub decided_at: String,
    /// The last day on which all of it may be relied on.
    pub valid_until: String,
    /// The body that decided.
    pub organization: String,
    /// The case.
    pub case_no: String,
    /// Codes of the items.
    pub items: Vec<String>,
    /// When the bundle was made.
    pub made_at: String,
    /// The licenses that it relied on.
    pub licenses: Vec<BundledLicenseView>,
    /// Every file but the manifest.
    pub files: Vec<ArchiveFileView>,
    /// Who made the bundle.
    pub service: ReceiptServiceView,
}

/// A license that a decision relied on, and what proves it in the bundle.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BundledLicenseView {
    /// Id of the license.
    pub license: String,
    /// GB/T 36904 license identifier.
    pub identifier: String,
    /// Code of the license type.
    pub license_type: String,
    /// The version of its state that was relied on.
    pub license_version: u32,
    /// SM3 of its file.
    pub sm3: String,
    /// The verification that was relied on.
    pub verification: String,
    /// The marked copy, as inside it.
    pub copy: String,
    /// The folder of its receipt, its proof and its copy.
    pub folder: String,
}
