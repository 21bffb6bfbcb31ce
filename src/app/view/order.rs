//! Orders, manifests and the ledger of a seal.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How the order of a license stands that a person has to approve.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseOrderView {
    /// Id of the order.
    pub id: String,
    /// `waiting`, `approved`, `sealing`, `sealed`, `refused` or `failed`.
    pub state: String,
    /// Why it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why it could not be sealed the last time that it was tried, as a code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
}

/// An order as an approver sees it.
#[derive(Clone, Debug)]
pub struct WaitingOrderView {
    /// Id.
    pub id: String,
    /// Id of the license.
    pub license: String,
    /// Name of the license type.
    pub type_name: String,
    /// License number.
    pub number: String,
    /// Holder as given.
    pub holder_name: String,
    /// Id of the seal.
    pub seal: String,
    /// Name of the seal.
    pub seal_name: String,
    /// SM3 of the document that will be sealed.
    pub document: String,
    /// Which signatures.
    pub form: String,
    /// Who asked.
    pub asked_by: String,
    /// Whoever looks asked, and so does not approve.
    pub asked_by_reader: bool,
    /// When.
    pub asked_at: String,
    /// How far it is.
    pub state: String,
    /// Why it could not be sealed yet.
    pub trouble: Option<String>,
}

/// What waits, and what was decided last.
#[derive(Clone, Debug)]
pub struct OrdersView {
    /// How many orders wait.
    pub count: u64,
    /// The first of them.
    pub waiting: Vec<WaitingOrderView>,
    /// The newest manifests.
    pub manifests: Vec<ManifestView>,
}

/// How far the orders of an approved manifest are.
#[derive(Clone, Debug, Default)]
pub struct ManifestProgressView {
    /// Still to be sealed.
    pub waiting: usize,
    /// Sealed.
    pub sealed: usize,
    /// Never to be sealed.
    pub failed: usize,
    /// Why one of them waits, as a code.
    pub trouble: Option<String>,
}

/// A manifest.
#[derive(Clone, Debug)]
pub struct ManifestView {
    /// Id.
    pub id: String,
    /// Id of the seal.
    pub seal: String,
    /// Name of the seal.
    pub seal_name: String,
    /// How many orders it has.
    pub count: u32,
    /// SM3 of what is signed.
    pub digest: String,
    /// What is signed.
    pub text: String,
    /// When it was put together.
    pub made_at: String,
    /// `open`, `approved` or `refused`.
    pub state: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<String>,
    /// Why it was refused.
    pub reason: Option<String>,
    /// How far its orders are, once it is approved.
    pub progress: ManifestProgressView,
    /// Its orders; none in a list of manifests.
    pub orders: Vec<WaitingOrderView>,
}

/// A key of an approver.
#[derive(Clone, Debug)]
pub struct ApproverKeyView {
    /// Id.
    pub id: String,
    /// What its owner calls it.
    pub label: String,
    /// `browser` or `outside`.
    pub origin: String,
    /// `SM2`, `P-256`, `RSA-2048`, …
    pub kind: String,
    /// SM3 of the public key.
    pub print: String,
    /// The public key, base64.
    pub public_key: String,
    /// When it was registered.
    pub created_at: String,
    /// Whether it may be signed with.
    pub counts: bool,
}

/// The ledger of a seal.
#[derive(Clone, Debug)]
pub struct LedgerView {
    /// Id of the seal.
    pub seal: String,
    /// Its name.
    pub seal_name: String,
    /// Orders, newest first.
    pub entries: Vec<LedgerEntryView>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// An order in the ledger.
#[derive(Clone, Debug)]
pub struct LedgerEntryView {
    /// Id of the order.
    pub order: String,
    /// `spending`, `spent` or `failed`.
    pub state: String,
    /// SM3 of the document before it was sealed.
    pub document: String,
    /// Which signatures.
    pub form: String,
    /// Id of the license; none for another document.
    pub license: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// Who asked.
    pub asked_by: String,
    /// Who approved.
    pub approved_by: String,
    /// The manifest that was approved.
    pub manifest: Option<String>,
    /// The uses of keys under it.
    pub uses: Vec<LedgerUseView>,
}

/// One use of a key.
#[derive(Clone, Debug)]
pub struct LedgerUseView {
    /// Id.
    pub id: String,
    /// When it was written down, before the key signed.
    pub at: String,
    /// Id of the key.
    pub key: String,
    /// SM3 of what was signed.
    pub signed: String,
    /// `intended`, `done` or `failed`.
    pub state: String,
    /// How often it was signed.
    pub attempts: u32,
}
