//! Systems that call the service, as administrators see them.

use super::{DeliveryView, WebhookEndpointView};
use serde::Serialize;

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ClientView {
    /// Its id.
    pub id: String,
    /// Its `client_id`.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The organization for which it acts, by id.
    pub organization_id: String,
    /// The same, by name.
    pub organization: String,
    /// How it proves who it is.
    pub method: String,
    /// What it may do, and on what.
    pub scope: String,
    /// Networks from which it calls; any when empty.
    pub addresses: Vec<String>,
    /// Whether each of its requests must be signed.
    pub requires_signed_requests: bool,
    /// `active`, `closed`, or `over` when its last instant has passed.
    pub status: String,
    /// Its last instant.
    pub valid_until: Option<String>,
    /// When it was registered.
    pub created_at: String,
    /// When any of its credentials was used last.
    pub used_at: Option<String>,
    /// What it proves itself with, oldest first; empty in lists.
    pub credentials: Vec<CredentialView>,
}

/// A credential of a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CredentialView {
    /// Its id.
    pub id: String,
    /// `key`, `certificate`, `secret` or `hmac`.
    pub kind: String,
    /// Its name within the client: `kid`.
    pub key_id: String,
    /// The kind of key, or the subject of the certificate.
    pub about: String,
    /// SHA-256 of the public key or the certificate; nothing is shown of secrets.
    pub fingerprint: Option<String>,
    /// `active`, `future`, `over` or `revoked`.
    pub state: String,
    /// Its first instant.
    pub valid_from: String,
    /// Its last instant.
    pub valid_until: Option<String>,
    /// When it was used last, to the minute.
    pub used_at: Option<String>,
}

/// A receiver of events, with its last deliveries.
#[derive(Clone, Debug, Serialize)]
pub struct ClientWebhookView {
    /// The receiver.
    pub endpoint: WebhookEndpointView,
    /// The last deliveries, newest first.
    pub deliveries: Vec<DeliveryView>,
}
