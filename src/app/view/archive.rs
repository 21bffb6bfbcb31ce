//! The manifest of an archive package: what it says is what is signed.

use super::ReceiptServiceView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What an archive package holds, and how the license stood when it was made. It names no person.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveManifestView {
    /// Id of the license.
    pub license: String,
    /// GB/T 36904 license identifier.
    pub identifier: String,
    /// Code of the license type.
    pub license_type: String,
    /// How the register said that it stood.
    pub state: String,
    /// `VALID`, `INVALID` or `INDETERMINATE`: the service's own verification.
    pub outcome: String,
    /// When the package was made.
    pub archived_at: String,
    /// Whom was believed: the trust list by date and version, or a digest of the certificates.
    pub trust_list: String,
    /// Whether a time stamp over this manifest lies beside it.
    pub time_stamp: bool,
    /// Everything else in the package.
    pub files: Vec<ArchiveFileView>,
    /// Who made the package.
    pub service: ReceiptServiceView,
}

/// One file of an archive package.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArchiveFileView {
    /// Its path in the package.
    pub path: String,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of it.
    pub sha256: String,
    /// SM3 of it.
    pub sm3: String,
}
