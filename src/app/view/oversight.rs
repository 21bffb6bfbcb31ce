//! Who looked, and what an auditor should look at.

use serde::Serialize;

/// A page of the access log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessView {
    /// Newest first.
    pub looks: Vec<AccessLookView>,
    /// What is older is before this place.
    pub next: Option<u64>,
}

/// One look at what is personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccessLookView {
    /// Its place in the chain.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Who, as the log names it.
    pub actor: String,
    /// The name to sign in with, or the label of a key.
    pub who: Option<String>,
    /// For which organization, by name.
    pub organization: Option<String>,
    /// Roles of a person.
    pub roles: String,
    /// Who sat at the screen of a system.
    pub operator: String,
    /// In which role.
    pub operator_role: String,
    /// Code of the item.
    pub item: String,
    /// Number of the case.
    pub case_no: String,
    /// By which way.
    pub route: String,
    /// What allowed it.
    pub basis: &'static str,
    /// Licenses that were shown, by id.
    pub licenses: Vec<String>,
    /// What of them.
    pub fields: &'static str,
    /// `shown` or `nothing`.
    pub outcome: &'static str,
}

/// What an auditor should look at, and what was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlertsView {
    /// Newest first.
    pub open: Vec<AlertView>,
    /// Newest first.
    pub looked_at: Vec<AlertView>,
}

/// Something that an auditor should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlertView {
    /// Its id.
    pub id: String,
    /// Why, such as `bulk`.
    pub rule: &'static str,
    /// Who, as the logs name actors.
    pub actor: String,
    /// The name to sign in with, or the label of a key.
    pub who: Option<String>,
    /// To what.
    pub subject: String,
    /// When it was seen first.
    pub first_at: String,
    /// And last.
    pub last_at: String,
    /// How often.
    pub times: u32,
    /// Who looked at it.
    pub looked_by: Option<String>,
    /// When.
    pub looked_at: Option<String>,
    /// What they found.
    pub note: String,
}

/// What it means that the key of a seal was in other hands since a moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SealEffectsView {
    /// Id of the seal.
    pub seal: String,
    /// The moment.
    pub since: String,
    /// Licenses that stay valid: the log had them before.
    pub stay: u64,
    /// Licenses that are over in any case.
    pub ended: u64,
    /// Licenses, by id, that must be sealed again.
    pub seal_again: Vec<String>,
}
