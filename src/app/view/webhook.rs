//! Receivers of events, deliveries, and the events themselves.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

/// A receiver of a department's events.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct WebhookEndpointView {
    /// Id.
    pub id: String,
    /// Where events are posted.
    pub url: String,
    /// The types of events that are.
    #[schema(example = json!(["license.issued", "license.revoked"]))]
    pub events: Vec<String>,
    /// `enabled`, or `disabled` after it answered 410; a test that it accepts enables it again.
    pub state: String,
    /// How often in a row it did not answer, or asked for less.
    pub failures: u32,
    /// Nothing is sent until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_until: Option<String>,
    /// The secret before the last rotation signs beside the new one until then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_secret_until: Option<String>,
    /// The public key (PEM, SM2) of the signatures `v1s`.
    pub sm2_public_key: String,
    /// The secret of the signatures `v1`: only in the answer that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "whsec_…")]
    pub secret: Option<SecretText>,
    /// When it was registered.
    pub created_at: String,
}

/// A secret on its way to its owner; wiped afterwards, and not printed.
#[derive(Clone)]
pub struct SecretText(pub(crate) Zeroizing<String>);

impl std::fmt::Debug for SecretText {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("SecretText")
    }
}

impl Serialize for SecretText {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from).map(|text| Self(Zeroizing::new(text)))
    }
}

/// One event owed to one endpoint.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct DeliveryView {
    /// Id of the event; the header `webhook-id` of every attempt.
    pub id: String,
    /// Type of the event.
    pub r#type: String,
    /// `pending`, `delivered` or `dead`.
    pub state: String,
    /// Attempts since it was owed, or replayed.
    pub attempts: u32,
    /// When it is sent next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_attempt_at: Option<String>,
    /// The last attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_attempt_at: Option<String>,
    /// The status of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_status: Option<u16>,
    /// What was wrong with the last attempt: `status`, `redirect`, `name_not_resolved`,
    /// `address_not_allowed`, `connection_failed`, `tls_failed`, `timeout`, `answer_unusable`,
    /// `signing_failed`, `endpoint_disabled` or `overdue`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// When the event happened.
    pub created_at: String,
}

/// What is posted to an endpoint. Its id is the header `webhook-id`.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct EventView<Data> {
    /// What happened.
    pub r#type: String,
    /// When it was recorded.
    pub timestamp: String,
    /// To what.
    pub data: Data,
}

/// A change of a license: what to ask about, never what it says or whose it is.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct LicenseEventView {
    /// Id of the license.
    pub license_id: String,
    /// Code of its type.
    pub license_type: String,
    /// The stored state after the change.
    pub state: String,
    /// The version after the change: a smaller one that comes later is older.
    pub version: u64,
    /// From when the change counts.
    pub effective_at: String,
    /// Id of the license that takes its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<String>,
}

/// A test.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct TestEventView {
    /// Id of the endpoint that is tested.
    pub endpoint_id: String,
}
