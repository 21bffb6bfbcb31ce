//! The OpenAPI 3.1 document, collected from the handlers' own descriptions.

use crate::answer::tag_of;
use crate::api::{
    archive_packages, assistance, bulk, changes, compare, compat, counts, exemptions, forms,
    ingest, license_types, licenses, lifecycle, log, materials, notices, oauth, operations,
    quality, regions, renewals, sandbox, seals, service_items, signing, targets, time_stamps,
    undertakings, verifications, webhooks,
};
use crate::pages;
use app::App;
use std::sync::LazyLock;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ClientCredentials, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityRequirement,
    SecurityScheme,
};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "印证 yinzheng",
        description = "Issues, seals, stores and verifies electronic licenses. \
            Times are RFC 3339 with offset, dates YYYY-MM-DD, digests lower-case hex. \
            Errors are application/problem+json (RFC 9457) with a stable code.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(
        licenses::issue, licenses::list, licenses::search, licenses::read, licenses::original,
        lifecycle::history, lifecycle::suspend, lifecycle::resume, lifecycle::revoke,
        lifecycle::renew, lifecycle::change, bulk::change, renewals::read,
        licenses::metadata,
        counts::declare, counts::list,
        ingest::receive, ingest::list, ingest::read, ingest::rows, ingest::failed,
        ingest::start, ingest::pause, ingest::resume, ingest::cancel, ingest::retry_failed,
        license_types::list, license_types::read, license_types::versions,
        license_types::document, license_types::directory_item, license_types::draft,
        license_types::put_draft, license_types::drop_draft, license_types::publish,
        license_types::withdraw, license_types::reinstate, license_types::check,
        archive_packages::make, changes::list,
        compat::directory, compat::search, compat::fetch, compat::verify, compat::status,
        regions::verify, sandbox::list,
        service_items::list, service_items::import, service_items::read, service_items::document,
        service_items::mapping, service_items::map,
        exemptions::decide, exemptions::read, exemptions::bundle, exemptions::copy,
        exemptions::trace, exemptions::reliances,
        assistance::list, assistance::read, assistance::answer, assistance::withdraw,
        materials::keep, materials::search, materials::read, materials::document, materials::check,
        materials::erase,
        signing::prepare, signing::read, signing::document, signing::complete, signing::cancel,
        signing::countersign,
        notices::issue, notices::issue_many, notices::list, notices::read, notices::document,
        notices::withdraw, notices::replace,
        undertakings::record, undertakings::list, undertakings::read, undertakings::document,
        undertakings::sign, undertakings::fulfil, undertakings::breach,
        forms::list, forms::document, forms::prefill, forms::draw, compare::compare,
        quality::score, quality::findings, quality::step,
        targets::list, targets::rows,
        seals::list,
        seals::read,
        time_stamps::stamp,
        verifications::verify, verifications::read, verifications::receipt,
        verifications::receipt_keys, log::checkpoint, log::cosign, log::keys,
        log::proof, log::consistency, log::tile, pages::code::show,
        webhooks::create, webhooks::list, webhooks::read, webhooks::delete,
        webhooks::rotate_secret, webhooks::test, webhooks::deliveries, webhooks::replay,
        oauth::token, oauth::revoke, oauth::metadata,
        operations::openapi, operations::alive, operations::ready, operations::metrics,
    ),
    tags(
        (name = "verification", description = "Is it genuine, and is it valid?"),
        (name = "licenses", description = "Issue and read the department's own licenses"),
        (name = "batches", description = "Many licenses from one file: checked first, then issued"),
        (name = "counts", description = "What was issued by whatever system, against what is here"),
        (name = "catalogue", description = "Kinds of licenses and their fields"),
        (name = "service items", description = "What offices do, what they ask for, and what may stand in its place"),
        (name = "exemptions", description = "What applicants need not hand in, proved by licenses"),
        (name = "forms", description = "Forms that licenses fill in, and what is typed compared with what they say"),
        (name = "assistance", description = "What departments ask each other about materials of a case"),
        (name = "materials", description = "The material library: what is no license, kept for its holder to be used again"),
        (name = "signing", description = "Documents that applicants sign with a key of their own, instead of by hand"),
        (name = "notices", description = "What a window hands out in a case, sealed: acceptance, corrections, completion, decisions"),
        (name = "undertakings", description = "What applicants promise instead of a material, or to hand in later"),
        (name = "targets", description = "How far the region has come: figures with numerator, denominator and what is left out"),
        (name = "quality", description = "What rules find in the department's own licenses, and its correction"),
        (name = "seals", description = "The department's own seals"),
        (name = "time stamps", description = "The service's own time-stamp authority"),
        (name = "sharing", description = "The verbs of GB/T 36906 for other platforms"),
        (name = "log", description = "What was issued, provable and blinded"),
        (name = "webhooks", description = "Being told of the department's own licenses"),
        (name = "clients", description = "Access tokens for systems"),
        (name = "operations", description = "For those who run and integrate the service"),
    ),
    modifiers(&ApiKey),
)]
struct Document;

struct ApiKey;

impl Modify for ApiKey {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "For tests and small installations: the API key of a department, yz_…; also \
                 accepted as X-API-Key",
            ))
            .build();
        let components = document.components.get_or_insert_with(Default::default);
        components.add_security_scheme("key", SecurityScheme::Http(bearer));
        let words = App::client_permissions().iter().map(|one| (one.as_str(), one.as_str()));
        let flow = Flow::ClientCredentials(ClientCredentials::new(
            "/oauth2/token",
            Scopes::from_iter(words),
        ));
        let oauth = OAuth2::with_description([flow], "Access token of a client, for ten minutes");
        components.add_security_scheme("client", SecurityScheme::OAuth2(oauth));
        for path in document.paths.paths.values_mut() {
            let all = [&mut path.get, &mut path.post, &mut path.put, &mut path.delete];
            for operation in all.into_iter().flatten() {
                also_by_client(operation);
            }
        }
    }
}

/// Wherever a key is taken, a token of a client is.
fn also_by_client(operation: &mut Operation) {
    let Some(ways) = &mut operation.security else { return };
    let key = SecurityRequirement::new("key", [""; 0]);
    if ways.contains(&key) {
        ways.push(SecurityRequirement::new("client", [""; 0]));
    }
}

/// The document.
#[must_use]
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// The document as it is sent.
pub(crate) struct Published {
    pub(crate) json: String,
    pub(crate) tag: String,
}

/// The document as it is sent, made once.
pub(crate) fn published() -> &'static Published {
    static PUBLISHED: LazyLock<Published> = LazyLock::new(|| {
        // A document of strings and maps always serializes.
        let json = document().to_pretty_json().unwrap_or_default();
        Published { tag: tag_of(json.as_bytes()), json }
    });
    &PUBLISHED
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::census::{ENDPOINTS, Permission};
    use serde_json::Value;

    fn operations(document: &Value) -> Vec<(String, String, bool)> {
        let mut all = Vec::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let open = match operation.get("security").and_then(Value::as_array) {
                    None => true,
                    Some(ways) => ways.iter().any(|way| way.as_object().unwrap().is_empty()),
                };
                all.push((method.clone(), path.clone(), open));
            }
        }
        all.sort();
        all
    }

    #[test]
    fn census_and_document_name_the_same_endpoints_and_permissions() {
        let document: Value = serde_json::from_str(&published().json).unwrap();
        let documented = ENDPOINTS.iter().filter(|endpoint| endpoint.documented);
        let row = |endpoint: &crate::census::Endpoint| {
            let method = endpoint.method.as_str().to_ascii_lowercase();
            (
                method,
                endpoint.documented_path().to_owned(),
                endpoint.permission == Permission::Anyone,
            )
        };
        let mut listed: Vec<_> = documented.map(row).collect();
        listed.sort();
        assert_eq!(operations(&document), listed);
        assert_eq!(document["openapi"], "3.1.0");
    }

    #[test]
    fn every_reference_leads_somewhere() {
        let document: Value = serde_json::from_str(&published().json).unwrap();
        let mut open = vec![&document];
        let mut seen = 0;
        while let Some(value) = open.pop() {
            match value {
                Value::Array(items) => open.extend(items),
                Value::Object(members) => {
                    if let Some(Value::String(reference)) = members.get("$ref") {
                        let pointer = reference.strip_prefix('#').unwrap();
                        assert!(document.pointer(pointer).is_some(), "{reference}");
                        seen += 1;
                    }
                    open.extend(members.values());
                }
                _ => {}
            }
        }
        assert!(seen > 10, "{seen} references");
    }
}
