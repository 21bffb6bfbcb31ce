//! People, organizations and what happened, as administrators see them.

use serde::Serialize;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaffView {
    /// Its id.
    pub id: String,
    /// The organization, by id.
    pub organization_id: String,
    /// The organization, by name.
    pub organization: String,
    /// The name to sign in with.
    pub login: String,
    /// The person's name.
    pub name: String,
    /// Words of roles.
    pub roles: Vec<String>,
    /// `invited`, `active` or `closed`.
    pub status: String,
    /// Nobody signs in before this, after wrong guesses.
    pub rests_until: Option<String>,
    /// When it was made.
    pub created_at: String,
}

/// A certificate by which somebody signs in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StaffCertificateView {
    /// SHA-256 of the certificate.
    pub fingerprint: String,
    /// Whom it names.
    pub subject: String,
    /// Nobody signs in with it after this.
    pub until: String,
    /// When it was registered.
    pub added_at: String,
    /// Whether one may sign in with it now.
    pub in_force: bool,
    /// Whether it was withdrawn.
    pub withdrawn: bool,
}

impl StaffCertificateView {
    /// The first digits of the fingerprint, by which people tell certificates apart.
    #[must_use]
    pub fn short(&self) -> &str {
        self.fingerprint.get(..16).unwrap_or(&self.fingerprint)
    }
}

/// An organization.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OrganizationView {
    /// Its id.
    pub id: String,
    /// Its unified social credit code.
    pub code: String,
    /// Its full name.
    pub name: String,
    /// Where it acts (GB/T 2260).
    pub division: String,
    /// `national`, `provincial`, `prefectural` or `county`.
    pub level: &'static str,
    /// Name of the body above it.
    pub parent: Option<String>,
    /// `active` or `closed`.
    pub status: String,
    /// When it was registered.
    pub created_at: String,
}

/// A page of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrailView {
    /// Newest first.
    pub events: Vec<TrailEventView>,
    /// What is older is before this place.
    pub next: Option<u64>,
}

/// An event of the audit trail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrailEventView {
    /// Its place in the chain.
    pub sequence: u64,
    /// When it happened.
    pub at: String,
    /// Who did it, as the trail names it.
    pub actor: String,
    /// The name to sign in with, of an account.
    pub who: Option<String>,
    /// What, as a stable word such as `license.issue`.
    pub action: String,
    /// The kind of thing to which it was done.
    pub subject_kind: String,
    /// Its id.
    pub subject_id: String,
    /// More, `name=value`.
    pub detail: Vec<String>,
}
