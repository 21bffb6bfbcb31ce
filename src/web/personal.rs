//! Which endpoints reveal what is personal of a holder, and so leave a row in the access log.
//!
//! Every endpoint of the census stands here: `tests/journeys/access.rs` asks each, and counts rows.
//!
//! - *Content* is what a license says, and its file: one row for each answer, before it leaves.
//! - *Masked* is what anyone may learn who has the file, the printed code or the id of a license:
//!   names and numbers of people are masked. Who asks is not known, so a row could name nobody, and
//!   anybody could fill the log with such rows; the verification has a record of its own.
//! - *Nothing* is everything else: figures, keys, blinded leaves, seals, ids. An answer to an issue
//!   holds what the caller itself has sent; accounts name staff at work and no holder.

use actix_web::http::Method;

/// What of holders an endpoint reveals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reveals {
    /// What licenses say: a row.
    Content,
    /// Masked, to whoever has the file, the code or the id.
    Masked,
    /// Nothing personal.
    Nothing,
}

/// Endpoints by method and path, and what they reveal.
pub const REVEALS: &[(Method, &str, Reveals)] = {
    use Reveals::{Content, Masked, Nothing};
    &[
        (Method::GET, "/v1/licenses", Content),
        (Method::POST, "/v1/licenses:search", Content),
        (Method::GET, "/v1/licenses/{id}", Content),
        (Method::GET, "/v1/licenses/{id}/metadata", Content),
        (Method::GET, "/v1/licenses/{id}/renditions/original", Content),
        (Method::POST, "/v1/archive-packages", Content),
        (Method::POST, "/v1/region-verifications", Masked),
        (Method::POST, "/compat/search", Content),
        (Method::POST, "/compat/fetch", Content),
        (Method::POST, "/compat/verify", Masked),
        (Method::POST, "/compat/status", Masked),
        (Method::POST, "/compat/directory", Nothing),
        (Method::GET, "/v1/ingest-batches/{id}/failed", Content),
        (Method::GET, "/v1/licenses/{id}/history", Content),
        (Method::GET, "/v1/licenses/{id}/renewal", Content),
        (Method::POST, "/v1/licenses:bulk-change", Nothing),
        (Method::POST, "/v1/licenses/{id}:renew", Content),
        (Method::POST, "/v1/licenses/{id}:change", Content),
        (Method::POST, "/v1/licenses/{id}:suspend", Nothing),
        (Method::POST, "/v1/licenses/{id}:resume", Nothing),
        (Method::POST, "/v1/licenses/{id}:revoke", Nothing),
        (Method::POST, "/v1/verifications", Masked),
        (Method::GET, "/v1/verifications/{id}", Masked),
        (Method::GET, "/v1/verifications/{id}/receipt", Masked),
        (Method::GET, "/v/{code}", Masked),
        (Method::POST, "/verify", Masked),
        (Method::GET, "/verifications/{id}", Masked),
        (Method::POST, "/v1/licenses", Nothing),
        (Method::GET, "/v1/changes", Nothing),
        (Method::POST, "/v1/ingest-batches", Nothing),
        (Method::GET, "/v1/ingest-batches", Nothing),
        (Method::GET, "/v1/ingest-batches/{id}", Nothing),
        (Method::GET, "/v1/ingest-batches/{id}/rows", Nothing),
        (Method::POST, "/v1/ingest-batches/{id}:start", Nothing),
        (Method::POST, "/v1/ingest-batches/{id}:pause", Nothing),
        (Method::POST, "/v1/ingest-batches/{id}:resume", Nothing),
        (Method::POST, "/v1/ingest-batches/{id}:cancel", Nothing),
        (Method::POST, "/v1/ingest-batches/{id}:retry_failed", Nothing),
        (Method::POST, "/v1/issuance-counts", Nothing),
        (Method::GET, "/v1/issuance-counts", Nothing),
        (Method::GET, "/v1/service-items", Nothing),
        (Method::POST, "/v1/service-items:import", Nothing),
        (Method::GET, "/v1/service-items/{code}", Nothing),
        (Method::GET, "/v1/service-items/{code}/versions/{version}", Nothing),
        (Method::GET, "/v1/service-items/{code}/mapping", Nothing),
        (Method::PUT, "/v1/service-items/{code}/mapping", Nothing),
        (Method::GET, "/v1/license-types", Nothing),
        (Method::GET, "/v1/license-types/{code}", Nothing),
        (Method::GET, "/v1/license-types/{code}/versions", Nothing),
        (Method::GET, "/v1/license-types/{code}/versions/{version}", Nothing),
        (Method::GET, "/v1/license-types/{code}/directory-item", Nothing),
        (Method::GET, "/v1/license-types/{code}/draft", Nothing),
        (Method::PUT, "/v1/license-types/{code}/draft", Nothing),
        (Method::DELETE, "/v1/license-types/{code}/draft", Nothing),
        (Method::POST, "/v1/license-types/{code}:publish", Nothing),
        (Method::POST, "/v1/license-types/{code}:withdraw", Nothing),
        (Method::POST, "/v1/license-types/{code}:reinstate", Nothing),
        (Method::POST, "/v1/license-types:check", Nothing),
        (Method::GET, "/v1/seals", Nothing),
        (Method::POST, "/v1/time-stamps", Nothing),
        (Method::GET, "/v1/log/checkpoint", Nothing),
        (Method::POST, "/v1/log/cosignatures", Nothing),
        (Method::GET, "/v1/log/keys", Nothing),
        (Method::GET, "/v1/log/proof", Nothing),
        (Method::GET, "/v1/log/consistency", Nothing),
        (Method::GET, "/v1/log/tile/{tile}*", Nothing),
        (Method::GET, "/v1/receipt-keys", Nothing),
        (Method::POST, "/v1/webhook-endpoints", Nothing),
        (Method::GET, "/v1/webhook-endpoints", Nothing),
        (Method::GET, "/v1/webhook-endpoints/{id}", Nothing),
        (Method::DELETE, "/v1/webhook-endpoints/{id}", Nothing),
        (Method::POST, "/v1/webhook-endpoints/{id}:rotate-secret", Nothing),
        (Method::POST, "/v1/webhook-endpoints/{id}:test", Nothing),
        (Method::GET, "/v1/webhook-endpoints/{id}/deliveries", Nothing),
        (Method::POST, "/v1/webhook-endpoints/{id}/deliveries/{event}:replay", Nothing),
        (Method::GET, "/", Nothing),
        (Method::GET, "/sign-in", Nothing),
        (Method::POST, "/sign-in", Nothing),
        (Method::GET, "/sign-in/code", Nothing),
        (Method::POST, "/sign-in/code", Nothing),
        (Method::GET, "/sign-in/setup", Nothing),
        (Method::POST, "/sign-in/setup", Nothing),
        (Method::POST, "/sign-out", Nothing),
        (Method::GET, "/work", Nothing),
        (Method::GET, "/organizations", Nothing),
        (Method::POST, "/organizations", Nothing),
        (Method::POST, "/organizations/{id}:close", Nothing),
        (Method::GET, "/accounts", Nothing),
        (Method::POST, "/accounts", Nothing),
        (Method::GET, "/accounts/{id}", Nothing),
        (Method::POST, "/accounts/{id}:roles", Nothing),
        (Method::POST, "/accounts/{id}:reset", Nothing),
        (Method::POST, "/accounts/{id}:close", Nothing),
        (Method::POST, "/accounts/{id}:certificate", Nothing),
        (Method::POST, "/accounts/{id}:certificate-withdraw", Nothing),
        (Method::POST, "/sign-in/certificate", Nothing),
        (Method::GET, "/certificates", Nothing),
        (Method::POST, "/certificates", Nothing),
        (Method::POST, "/certificates/withdraw", Nothing),
        (Method::GET, "/trail", Nothing),
        (Method::GET, "/access", Nothing),
        (Method::GET, "/access/export", Nothing),
        (Method::GET, "/health", Nothing),
        (Method::GET, "/alerts", Nothing),
        (Method::POST, "/alerts/{id}:look", Nothing),
        (Method::GET, "/v1/seals/{id}", Nothing),
        (Method::POST, "/oauth2/token", Nothing),
        (Method::POST, "/oauth2/revoke", Nothing),
        (Method::GET, "/.well-known/oauth-authorization-server", Nothing),
        (Method::GET, "/sign-in/with/{provider}", Nothing),
        (Method::GET, "/sign-in/back/{provider}", Nothing),
        (Method::GET, "/me", Nothing),
        (Method::POST, "/me/sign-out", Nothing),
        (Method::GET, "/test-identity/.well-known/openid-configuration", Nothing),
        (Method::GET, "/test-identity/keys", Nothing),
        (Method::GET, "/test-identity/authorize", Nothing),
        (Method::POST, "/test-identity/authorize", Nothing),
        (Method::POST, "/test-identity/token", Nothing),
        (Method::GET, "/batches", Nothing),
        (Method::POST, "/batches", Nothing),
        (Method::GET, "/batches/{id}", Nothing),
        (Method::GET, "/batches/{id}/failed", Content),
        (Method::POST, "/batches/{id}:start", Nothing),
        (Method::POST, "/batches/{id}:pause", Nothing),
        (Method::POST, "/batches/{id}:resume", Nothing),
        (Method::POST, "/batches/{id}:cancel", Nothing),
        (Method::POST, "/batches/{id}:retry_failed", Nothing),
        (Method::GET, "/counts", Nothing),
        (Method::POST, "/counts", Nothing),
        (Method::GET, "/orders", Content),
        (Method::POST, "/orders", Nothing),
        (Method::GET, "/orders/{id}/document", Content),
        (Method::GET, "/manifests/{id}", Content),
        (Method::GET, "/manifests/{id}/manifest.json", Content),
        (Method::POST, "/manifests/{id}:approve", Nothing),
        (Method::POST, "/manifests/{id}:refuse", Nothing),
        (Method::GET, "/approver-keys", Nothing),
        (Method::POST, "/approver-keys", Nothing),
        (Method::POST, "/approver-keys/{id}:revoke", Nothing),
        (Method::GET, "/seals/{id}/uses", Nothing),
        (Method::GET, "/seals/{id}/uses.csv", Nothing),
        (Method::GET, "/bulk-changes", Nothing),
        (Method::POST, "/bulk-changes", Nothing),
        (Method::GET, "/licenses", Content),
        (Method::POST, "/licenses", Content),
        (Method::GET, "/licenses/{id}", Content),
        (Method::GET, "/licenses/{id}/file", Content),
        (Method::POST, "/licenses/{id}:suspend", Nothing),
        (Method::POST, "/licenses/{id}:resume", Nothing),
        (Method::POST, "/licenses/{id}:revoke", Nothing),
        (Method::POST, "/licenses/{id}:renew", Content),
        (Method::POST, "/licenses/{id}:change", Content),
        (Method::GET, "/clients", Nothing),
        (Method::POST, "/clients", Nothing),
        (Method::GET, "/clients/{id}", Nothing),
        (Method::POST, "/clients/{id}:change", Nothing),
        (Method::POST, "/clients/{id}:close", Nothing),
        (Method::POST, "/clients/{id}:rotate", Nothing),
        (Method::POST, "/clients/{id}:end", Nothing),
        (Method::POST, "/clients/{id}:webhook", Nothing),
        (Method::GET, "/seals", Nothing),
        (Method::POST, "/seals", Nothing),
        (Method::GET, "/seals/new", Nothing),
        (Method::GET, "/seals/{id}", Nothing),
        (Method::POST, "/seals/{id}:approve", Nothing),
        (Method::POST, "/seals/{id}:reject", Nothing),
        (Method::POST, "/seals/{id}:withdraw", Nothing),
        (Method::POST, "/seals/{id}:keys", Nothing),
        (Method::POST, "/seals/{id}:key-request", Nothing),
        (Method::POST, "/seals/{id}:key-certify", Nothing),
        (Method::POST, "/seals/{id}:demo-certify", Nothing),
        (Method::POST, "/seals/{id}:make", Nothing),
        (Method::POST, "/seals/{id}:file", Nothing),
        (Method::POST, "/seals/{id}:activate", Nothing),
        (Method::POST, "/seals/{id}:suspend", Nothing),
        (Method::POST, "/seals/{id}:propose", Nothing),
        (Method::POST, "/seals/{id}:confirm", Nothing),
        (Method::POST, "/seals/{id}:refuse", Nothing),
        (Method::GET, "/service-items", Nothing),
        (Method::POST, "/service-items", Nothing),
        (Method::GET, "/service-items/{code}/mapping", Nothing),
        (Method::POST, "/service-items/{code}/mapping", Nothing),
        (Method::GET, "/workbench", Nothing),
        (Method::GET, "/workbench/{code}", Nothing),
        (Method::POST, "/workbench/{code}", Content),
        (Method::GET, "/workbench/decisions/{id}", Masked),
        (Method::GET, "/items", Nothing),
        (Method::GET, "/items/{code}", Nothing),
        (Method::GET, "/license-types", Nothing),
        (Method::POST, "/license-types", Nothing),
        (Method::GET, "/license-types/{code}", Nothing),
        (Method::POST, "/license-types/{code}", Nothing),
        (Method::GET, "/license-types/{code}/draft", Nothing),
        (Method::POST, "/license-types/{code}/draft", Nothing),
        (Method::POST, "/v1/exemption-decisions", Content),
        (Method::GET, "/v1/exemption-decisions/{id}", Masked),
        (Method::GET, "/v1/reliances", Nothing),
        (Method::GET, "/v1/quality", Nothing),
        (Method::GET, "/v1/quality/findings", Nothing),
        (Method::POST, "/v1/quality/findings/{id}:{step}", Nothing),
        (Method::GET, "/quality", Nothing),
        (Method::GET, "/v1/targets", Nothing),
        (Method::GET, "/v1/targets/{target}/rows", Nothing),
        (Method::GET, "/targets", Nothing),
        (Method::GET, "/targets/{target}", Nothing),
        (Method::GET, "/targets/{target}/rows.csv", Nothing),
        (Method::POST, "/quality/{id}", Nothing),
        (Method::GET, "/styleguide", Nothing),
        (Method::GET, "/log", Nothing),
        (Method::GET, "/sandbox", Nothing),
        (Method::GET, "/docs", Nothing),
        (Method::GET, "/docs/types", Nothing),
        (Method::GET, "/assets/{name}", Nothing),
        (Method::GET, "/openapi.json", Nothing),
        (Method::GET, "/healthz", Nothing),
        (Method::GET, "/readyz", Nothing),
        (Method::GET, "/metrics", Nothing),
    ]
};

/// What an endpoint reveals; `None` when nobody has said it.
#[must_use]
pub fn reveals(method: &Method, path: &str) -> Option<Reveals> {
    let found = REVEALS.iter().find(|(m, p, _)| m == method && *p == path);
    found.map(|(.., reveals)| *reveals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::ENDPOINTS;

    #[test]
    fn every_endpoint_is_classified_and_nothing_else() {
        for endpoint in ENDPOINTS {
            let said = reveals(&endpoint.method, endpoint.path);
            assert!(said.is_some(), "say what {} {} reveals", endpoint.method, endpoint.path);
        }
        for (place, (method, path, _)) in REVEALS.iter().enumerate() {
            let served = ENDPOINTS.iter().any(|one| one.method == *method && one.path == *path);
            assert!(served, "{method} {path} is not served");
            let first = REVEALS.iter().position(|(m, p, _)| m == method && p == path);
            assert_eq!(first, Some(place), "{method} {path} is said twice");
        }
    }
}
