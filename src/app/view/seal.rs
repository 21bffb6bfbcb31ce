//! Seals: what each is, how far it is, and what waits for whom.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A seal of a department, from the day it was asked for.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealView {
    /// Id of the seal in this service.
    pub id: String,
    /// Name on the seal.
    pub name: String,
    /// Seal code (esID, 14 digits).
    pub code: String,
    /// What it is for, by the police register's types: `01` to `08`, `99`.
    pub kind: String,
    /// The organization in whose name it speaks.
    pub organization: String,
    /// Width and height in mm.
    pub size_mm: [u32; 2],
    /// First moment of validity.
    pub not_before: String,
    /// Last moment of validity.
    pub not_after: String,
    /// `REQUESTED`, `APPROVED`, `REJECTED`, `WITHDRAWN`, `MADE`, `FILED`, `ACTIVE`, `SUSPENDED`,
    /// `REVOKED`, `REPLACED`, `EXPIRED`.
    pub state: String,
    /// The license types on which it may stand; absent when on any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_types: Option<Vec<String>>,
    /// How often and when it may be used.
    pub limits: SealLimitsView,
    /// Suites of its keys, such as `SM2-SM3`.
    pub suites: Vec<String>,
}

/// How often and when a seal may be used; what is absent is not limited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct SealLimitsView {
    /// Uses within any sixty minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_hour: Option<u32>,
    /// Uses within a day in China.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_day: Option<u32>,
    /// Hours of the day in China, such as `8-18`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

/// A seal with its whole life.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealLifeView {
    /// What it is.
    #[serde(flatten)]
    pub seal: SealView,
    /// The number under which it was put on record (备案).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filing: Option<String>,
    /// The seal whose place it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<String>,
    /// The seal that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
    /// Why it was revoked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<SealRevocationView>,
    /// The keys that it signs with.
    pub keys: Vec<SealKeyView>,
    /// Each step of its life, oldest first.
    pub history: Vec<SealEntryView>,
    /// What was proposed, newest first; the first may be open.
    pub proposals: Vec<SealProposalView>,
    /// The steps that come next, by whoever may take them.
    pub next: Vec<String>,
}

/// Why a seal was revoked.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct SealRevocationView {
    /// `key_compromise`, `misused`, `organization_changed`, `made_wrongly`, `no_longer_used`.
    pub reason: String,
    /// Since when nothing sealed with it is believed, when its key was compromised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invalid_from: Option<String>,
}

/// A key of a seal.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealKeyView {
    /// `sm2`: seal signatures; `pades`: signatures that every PDF reader checks.
    pub signs: String,
    /// `SM2`, `P-256`, `RSA-2048`.
    pub kind: String,
    /// Its certificate; absent until there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate: Option<SealCertificateView>,
}

/// A certificate of a seal.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealCertificateView {
    /// Whom it names.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// First moment of validity.
    pub not_before: String,
    /// Last moment of validity.
    pub not_after: String,
}

/// One step of a seal's life.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealEntryView {
    /// When.
    pub at: String,
    /// The state before; absent when somebody asked for the seal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The state after.
    pub to: String,
    /// Who: the name to sign in with, or `console`.
    pub by: String,
    /// Why, in words of that person; may be empty.
    pub reason: String,
}

/// What one person proposed to do to a seal, and what another said.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct SealProposalView {
    /// Its id.
    pub id: String,
    /// `resume`, `revoke`, `terms`.
    pub change: String,
    /// `open`, `confirmed`, `refused`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// Who proposed it.
    pub proposed_by: String,
    /// When.
    pub proposed_at: String,
    /// Who decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_by: Option<String>,
    /// When.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decided_at: Option<String>,
    /// Of `revoke`: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revocation: Option<SealRevocationView>,
    /// Of `terms`: the license types; absent when on any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license_types: Option<Vec<String>>,
    /// Of `terms`: the limits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limits: Option<SealLimitsView>,
}

/// A step that waits for somebody.
#[derive(Clone, Debug)]
pub struct SealTaskView {
    /// The seal.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub organization: String,
    /// What is to be done: `approve`, `make`, `file`, `activate`, `confirm`.
    pub duty: String,
}
