//! The licenses of a sandbox.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One license for each way in which a verification ends.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SandboxView {
    /// The licenses.
    pub items: Vec<SandboxLicenseView>,
}

/// A license of the sandbox. All of it is invented.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SandboxLicenseView {
    /// `valid`, `suspended`, `revoked`, `superseded`, `expired` or `pending`.
    pub case: String,
    /// The same in Chinese.
    pub text_zh: String,
    /// The same in English.
    pub text_en: String,
    /// Id of the license.
    pub license_id: String,
    /// The code printed on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What a verification of it says; absent where it says 404.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The state that the register tells.
    pub state: String,
    /// The sealed file in base64, of the one that is valid: to be changed, and verified then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}
