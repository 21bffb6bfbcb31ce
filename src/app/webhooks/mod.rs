//! Telling others: who is told, of what, and how it is sent until they have it.

mod deliver;
mod endpoints;
mod outbox;
mod owed;

pub use deliver::Deliveries;
pub use endpoints::EndpointRequest;
pub(crate) use outbox::Outbox;

use domain::id::WebhookEndpointId;

/// The name under which custody wraps the secrets of an endpoint.
fn secret_name(endpoint: WebhookEndpointId) -> String {
    format!("of webhook endpoint {endpoint}")
}
