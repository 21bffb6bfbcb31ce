//! Systems that call the service: registered by a security administrator, known by what they
//! prove.

mod credentials;
mod registry;
mod signed;
mod tokens;
mod webhooks;

pub use credentials::{CredentialMade, CredentialRequest};
pub use registry::{ClientChange, ClientRequest};
pub use signed::SignedCaller;
pub use tokens::{ClientProof, Token, TokenAsked, TokenRefused, token_algorithms};

use crate::view::time::instant;
use crate::view::{ClientView, CredentialView};
use crate::{App, AppError, refused};
use domain::access::{Client, ClientStatus, Credential, CredentialKind};
use domain::audit::{Actor, Entry, Subject};
use domain::digest::Sha256;
use domain::id::{ClientId, CredentialId};
use domain::party::OrganizationStatus;
use domain::time::{day, day_begins};
use gateway::network::Network;
use std::net::IpAddr;
use time::{Date, OffsetDateTime};

/// The name under which custody wraps a secret for HMAC.
fn secret_name(credential: CredentialId) -> String {
    format!("secret of credential {credential}")
}

/// A day's end in China, or never for an empty text.
fn until(text: &str) -> Result<Option<OffsetDateTime>, AppError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let bad = || refused("date_refused", "a date is written like 2027-03-31");
    let next = day(text.trim()).and_then(Date::next_day).ok_or_else(bad)?;
    Ok(Some(day_begins(next)))
}

impl App {
    /// What the audit trail says of a client.
    fn client_told(
        &self,
        actor: &Actor,
        action: &str,
        client: ClientId,
        detail: &[(&str, String)],
    ) -> Result<Entry, AppError> {
        self.clock.entry(actor, action, Subject::new("client", client), detail)
    }

    /// Whether a client may act now, from there: its organization counts too.
    pub(crate) fn client_may_act(
        &self,
        client: &Client,
        address: Option<IpAddr>,
    ) -> Result<bool, AppError> {
        let organization = self.store.organization_read(client.organization)?;
        let networks = || client.addresses.iter().filter_map(|text| text.parse::<Network>().ok());
        let from_there = client.addresses.is_empty()
            || address.is_some_and(|address| networks().any(|one| one.contains(address)));
        Ok(client.in_force(self.clock.now())
            && organization.status == OrganizationStatus::Active
            && from_there)
    }

    /// Notes by the minute that a credential was used.
    pub(crate) fn note_use(&self, credential: &Credential) -> Result<(), AppError> {
        let now = self.clock.now();
        let lately = |at: OffsetDateTime| now < at + time::Duration::MINUTE;
        match credential.used_at.is_some_and(lately) {
            true => Ok(()),
            false => Ok(self.store.credential_note(credential.id, now)?),
        }
    }

    fn client_view(
        &self,
        one: &Client,
        organization: String,
        credentials: &[Credential],
    ) -> ClientView {
        let now = self.clock.now();
        let over = one.status == ClientStatus::Active && !one.in_force(now);
        ClientView {
            id: one.id.to_string(),
            name: one.name.to_string(),
            label: one.label.clone(),
            organization_id: one.organization.to_string(),
            organization,
            method: one.method.to_string(),
            scope: one.grant.to_string(),
            addresses: one.addresses.clone(),
            requires_signed_requests: one.requires_signed_requests,
            status: if over { "over".to_owned() } else { one.status.to_string() },
            valid_until: one.valid_until.map(instant),
            created_at: instant(one.created_at),
            used_at: credentials.iter().filter_map(|one| one.used_at).max().map(instant),
            credentials: credentials.iter().map(|one| credential_view(one, now)).collect(),
        }
    }
}

fn credential_view(one: &Credential, now: OffsetDateTime) -> CredentialView {
    let state = match () {
        () if one.revoked_at.is_some() => "revoked",
        () if one.in_force(now) => "active",
        () if now < one.valid_from => "future",
        () => "over",
    };
    let fingerprint = match one.kind {
        CredentialKind::Key => Some(Sha256::of(&one.material).to_string()),
        CredentialKind::Certificate => Some(hex::encode(&one.material)),
        CredentialKind::Secret | CredentialKind::Hmac => None,
    };
    CredentialView {
        id: one.id.to_string(),
        kind: one.kind.to_string(),
        key_id: one.key_id.clone(),
        about: one.about.clone(),
        fingerprint,
        state: state.to_owned(),
        valid_from: instant(one.valid_from),
        valid_until: one.valid_until.map(instant),
        used_at: one.used_at.map(instant),
    }
}

#[cfg(test)]
mod tests;
