//! Licenses, their files and seals as JSON.

use super::{CheckView, FaceView, SignatureView};
use domain::license::Standing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A license as its issuing organization sees it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseView {
    /// Id of the license in this service (UUIDv7).
    pub id: String,
    /// GB/T 36904 license identifier.
    pub identifier: String,
    /// Code of the license type.
    pub license_type: String,
    /// Name of the license type.
    pub type_name: String,
    /// Version of the license type.
    pub type_version: u32,
    /// License number as given.
    pub number: String,
    /// Holder name as given.
    pub holder_name: String,
    /// Issuing organization.
    pub issuer: String,
    /// `ISSUED`, `NOT_YET_VALID`, `SUSPENDED`, `REVOKED`, `SUPERSEDED` or `EXPIRED`.
    pub state: String,
    /// Date of issue.
    pub issued_on: Option<String>,
    /// First day of validity.
    pub valid_from: Option<String>,
    /// Last day of validity; absent when unlimited.
    pub valid_to: Option<String>,
    /// When this service issued it.
    pub created_at: String,
    /// Random code printed on the license.
    pub code: String,
    /// Address that the printed code opens.
    pub code_url: String,
    /// Content: field values by key, in the order of the license type.
    #[schema(value_type = Object)]
    pub fields: serde_json::Map<String, serde_json::Value>,
    /// The sealed files.
    pub renditions: Vec<RenditionView>,
    /// Version of the record, for `If-Match`.
    pub version: u64,
}

/// One sealed file of a license.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct RenditionView {
    /// `original`.
    pub kind: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the file.
    pub sha256: String,
    /// SM3 of the file.
    pub sm3: String,
    /// `pades`, `sm2` or `both`.
    pub form: String,
    /// Path of the file under the API.
    pub href: String,
}

/// A seal as its organization sees it.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealView {
    /// Id of the seal in this service.
    pub id: String,
    /// Name on the seal.
    pub name: String,
    /// Seal code (esID, 14 digits).
    pub code: String,
    /// Width and height in mm.
    pub size_mm: [u32; 2],
    /// First moment of validity.
    pub not_before: String,
    /// Last moment of validity.
    pub not_after: String,
    /// `ACTIVE`, `SUSPENDED`, …
    pub state: String,
    /// Suites of its keys, such as `SM2-SM3`.
    pub suites: Vec<String>,
}

/// How a license stands, in the words of the API: one in force is `ISSUED`, so that `VALID` is
/// left to the outcome of a verification.
pub(crate) fn state(standing: Standing) -> String {
    match standing {
        Standing::Valid => "ISSUED".to_owned(),
        other => other.to_string(),
    }
}

/// What anyone learns by the code printed on a license.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct PublicCheckView {
    /// `VALID`, `INVALID` or `INDETERMINATE`.
    pub outcome: String,
    /// When it was checked.
    pub as_of: String,
    /// The face of the license, masked.
    pub license: FaceView,
    /// Checks over the stored file and the state in the register.
    pub checks: Vec<CheckView>,
    /// One entry per signature of the stored file, in the order of signing.
    pub signatures: Vec<SignatureView>,
    /// SHA-256 of the issued file, so that a copy at hand can be compared.
    pub sha256: String,
    /// SM3 of the issued file.
    pub sm3: String,
}
