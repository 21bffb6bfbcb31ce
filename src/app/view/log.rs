//! The log as anyone may see it.

use super::ServiceKeyView;
use serde::Serialize;
use utoipa::ToSchema;

/// A key that signs checkpoints.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LogKeyView {
    /// The key.
    #[serde(flatten)]
    pub key: ServiceKeyView,
    /// The same as readers of notes have it (C2SP signed-note): name, id and key.
    pub note_key: String,
}

/// The log at a size.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LogSizeView {
    /// How many leaves.
    pub size: u64,
    /// The root over them: SHA-256.
    pub root: String,
}

/// That the log of one size is the beginning of that of another (RFC 9162, clause 2.1.4).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LogConsistencyView {
    /// The smaller.
    pub from: LogSizeView,
    /// The larger.
    pub to: LogSizeView,
    /// The proof: SHA-256 hashes.
    pub path: Vec<String>,
}

/// Leaves of the log and how they are under a checkpoint: a document to keep, canonical JSON.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LogProofView {
    /// `yinzheng/log-proof/1`.
    pub r#type: String,
    /// The signed note.
    pub checkpoint: String,
    /// In the order of the tree.
    pub leaves: Vec<LogLeafView>,
}

/// A leaf with its way to the root.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LogLeafView {
    /// Its place in the tree, from 0.
    pub index: u64,
    /// What is logged, byte for byte: canonical JSON.
    pub entry: String,
    /// The hashes beside its way to the root, from below: SHA-256.
    pub path: Vec<String>,
    /// Of which license it is, for those who may know.
    pub opening: Option<LogOpeningView>,
}

/// What opens a leaf: each commitment is SM3 of the salt, the member's name, a colon and its value.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct LogOpeningView {
    /// 32 bytes.
    pub salt: String,
    /// Id of the license.
    pub license: String,
    /// SM3 of the sealed file, when the leaf is of the issue.
    pub file: Option<String>,
}

/// A witness that has signed the newest checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogWitnessView {
    /// Under which it signs.
    pub name: String,
    /// When it did.
    pub at: String,
}
