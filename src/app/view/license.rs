//! Licenses, their files and seals as JSON.

use super::{CheckView, FaceView, LicenseOrderView, SignatureView};
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
    /// `PENDING_SEAL` while a person has to approve it, `ISSUED`, `NOT_YET_VALID`, `SUSPENDED`,
    /// `REVOKED`, `SUPERSEDED`, `EXPIRED` or `INCOMPLETE` (a license of which it is made is not in
    /// force); `VOID` when it never came to be.
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
    /// The licenses of which it is made, in their version of today; none of an ordinary one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<LicensePartView>,
    /// Id of the license whose place it takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supersedes: Option<String>,
    /// How it comes from that one: `renewal` or `change`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub succession: Option<String>,
    /// The order that a person has to approve, until the license is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<LicenseOrderView>,
}

impl LicenseView {
    /// The entity tag. Expiry changes the answer without a new version, so the state is part of it.
    #[must_use]
    pub fn tag(&self) -> String {
        tag(self.version, &self.state)
    }
}

/// The entity tag of a license of this version in this state.
pub(crate) fn tag(version: impl Into<u64>, state: &str) -> String {
    format!("{}-{}", version.into(), state.to_ascii_lowercase())
}

/// A change of a license, and how it stands after.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseMoveView {
    /// Id of the license.
    pub license_id: String,
    /// Its state now, as in the license itself.
    pub state: String,
    /// Version of the record.
    pub version: u64,
    /// What is possible now: `suspend`, `resume`, `revoke`, `renew`, `change`.
    pub allowed: Vec<String>,
    /// The change.
    pub entry: StatusEntryView,
}

impl LicenseMoveView {
    /// The entity tag of the license after it.
    #[must_use]
    pub fn tag(&self) -> String {
        tag(self.version, &self.state)
    }
}

/// What happened to a license.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseHistoryView {
    /// Id of the license.
    pub license_id: String,
    /// Its state now, as in the license itself.
    pub state: String,
    /// Version of the record.
    pub version: u64,
    /// What is possible now: `suspend`, `resume`, `revoke`, `renew`, `change`.
    pub allowed: Vec<String>,
    /// The changes, oldest first.
    pub entries: Vec<StatusEntryView>,
}

impl LicenseHistoryView {
    /// The entity tag of the license.
    #[must_use]
    pub fn tag(&self) -> String {
        tag(self.version, &self.state)
    }
}

/// One change of a license.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct StatusEntryView {
    /// `order`, `issue`, `abandon`, `suspend`, `resume`, `revoke` or `supersede`.
    pub event: String,
    /// The stored state before.
    pub from: String,
    /// The stored state after.
    pub to: String,
    /// Of a revocation: `cancelled` (注销), `annulled` (撤销), `withdrawn` (撤回), `stripped` (吊销),
    /// `lost` (作废) or `issued_in_error` (错发).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Id of the license that takes its place, or is right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// The number of the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_document: Option<String>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Who did it, as the audit trail names them.
    pub actor: String,
    /// Who did it, as people call them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Since when it counts.
    pub effective_at: String,
    /// When it was written down.
    pub recorded_at: String,
}

/// A license of which another is made.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicensePartView {
    /// Its id, as it was when the other was issued.
    pub license_id: String,
    /// Name of its type.
    pub type_name: String,
    /// The same in English.
    pub type_name_en: String,
    /// How it stands now, in the version of today.
    pub state: String,
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

/// How a license stands, in the words of the API: one in force is `ISSUED`, so that `VALID` is
/// left to the outcome of a verification.
pub(crate) fn state(standing: Standing) -> String {
    match standing {
        Standing::Valid => "ISSUED".to_owned(),
        other => other.to_string(),
    }
}

/// How a license stands in the register.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseStatusView {
    /// Id of the license.
    pub license_id: String,
    /// GB/T 36904 license identifier.
    pub identifier: String,
    /// Code of the license type.
    pub license_type: String,
    /// `ISSUED`, `NOT_YET_VALID`, `SUSPENDED`, `REVOKED`, `SUPERSEDED` or `EXPIRED`.
    pub state: String,
    /// When the register last recorded a change of it.
    pub state_since: String,
    /// When this was said.
    pub as_of: String,
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
