//! The list of endpoints. The server is assembled from it, so what is listed is what is served;
//! tests compare it with the OpenAPI document.

use crate::api::{
    archive_packages, assistance, bulk, changes, compare, compat, counts, exemptions, forms,
    ingest, license_types, licenses, lifecycle, log, materials, notices, oauth, operations,
    quality, regions, renewals, sandbox, seals, service_items, signing, targets, time_stamps,
    undertakings, verifications, webhooks,
};
use crate::negotiate::{
    CSV, HTML, JPEG, JSON, LINES, OCTETS, PDF, PNG, TEXT, TIME_STAMP, XLSX, XML, ZIP,
};
use crate::pages;
use crate::problem::Problem;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, Route, guard, web};
use app::Role;
use std::collections::BTreeMap;

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Anyone; verification is limited by address.
    Anyone,
    /// A department with an access token or an API key, for its own things.
    Department,
    /// A citizen who is signed in.
    Citizen,
    /// Whoever is signed in.
    Person,
    /// Who answers for a seal and is signed in: its keeper and approver, and an auditor.
    SealAnswerer,
    /// A clerk, for what belongs to the own department.
    Clerk,
    /// A security administrator who is signed in.
    SecurityAdmin,
    /// A system administrator who is signed in.
    SystemAdmin,
    /// An auditor who is signed in.
    Auditor,
    /// An auditor, or a security administrator, who looks after departments.
    Overseer,
    /// Whoever works with licenses or seals of a department, for its licenses, or an auditor.
    LicenseReader,
    /// Whoever works with licenses or seals of a department, for what is of its licenses or decisions.
    LicenseStaff,
    /// Whoever works with licenses or seals of a department, manages seals, or audits.
    SealReader,
    /// A seal keeper, for seals of the own department.
    SealKeeper,
    /// A seal approver, for seals of the own department.
    SealApprover,
    /// A seal keeper or approver, for seals of the own department.
    SealDepartment,
    /// A seal keeper, for seals of the own department, or a security administrator.
    SealFiler,
    /// A seal approver, for seals of the own department, or a security administrator.
    SealConfirmer,
    /// A seal keeper or approver, for seals of the own department, or a security administrator.
    SealStaff,
}

impl Permission {
    /// Whether it is given by signing in.
    #[must_use]
    pub fn is_of_people(self) -> bool {
        !self.roles().is_empty()
    }

    /// The roles of people to whom it is given: the one table.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        use Role::{Auditor, Clerk, SealApprover, SealKeeper, SecurityAdmin, SystemAdmin};
        match self {
            Self::Anyone | Self::Department | Self::Citizen => &[],
            Self::Person => &[Clerk, SealKeeper, SealApprover, SecurityAdmin, SystemAdmin, Auditor],
            Self::Clerk => &[Clerk],
            Self::SecurityAdmin => &[SecurityAdmin],
            Self::SystemAdmin => &[SystemAdmin],
            Self::Auditor => &[Auditor],
            Self::Overseer => &[SecurityAdmin, Auditor],
            Self::LicenseReader => &[Clerk, SealKeeper, SealApprover, Auditor],
            Self::LicenseStaff => &[Clerk, SealKeeper, SealApprover],
            Self::SealReader => &[Clerk, SealKeeper, SealApprover, SecurityAdmin, Auditor],
            Self::SealAnswerer => &[SealKeeper, SealApprover, Auditor],
            Self::SealKeeper => &[SealKeeper],
            Self::SealApprover => &[SealApprover],
            Self::SealDepartment => &[SealKeeper, SealApprover],
            Self::SealFiler => &[SealKeeper, SecurityAdmin],
            Self::SealConfirmer => &[SealApprover, SecurityAdmin],
            Self::SealStaff => &[SealKeeper, SealApprover, SecurityAdmin],
        }
    }
}

/// One endpoint.
pub struct Endpoint {
    /// `GET` (which answers `HEAD` too), `POST`, `PUT` or `DELETE`.
    pub method: Method,
    /// Pattern of the path, such as `/v1/licenses/{id}`.
    pub path: &'static str,
    /// Who may call it.
    pub permission: Permission,
    /// Media types of a good answer, the preferred one first.
    pub produces: &'static [&'static str],
    /// False for pages and their parts, which the OpenAPI document leaves out.
    pub documented: bool,
    route: fn(Route) -> Route,
}

impl Endpoint {
    /// The path in the OpenAPI document, which does not say that a parameter takes the rest.
    #[must_use]
    pub fn documented_path(&self) -> &'static str {
        self.path.trim_end_matches('*')
    }
}

/// The label of a request that no pattern fits.
const UNKNOWN: &str = "unknown";

macro_rules! endpoints {
    ($($method:ident $path:literal $permission:ident $produces:expr, $kind:ident => $handler:path;)*) => {
        &[$(Endpoint {
            method: Method::$method,
            path: $path,
            permission: Permission::$permission,
            produces: $produces,
            documented: endpoints!(@documented $kind),
            route: |route| route.to($handler),
        }),*]
    };
    (@documented api) => { true };
    (@documented page) => { false };
}

/// Every endpoint of the server.
pub static ENDPOINTS: &[Endpoint] = endpoints! {
    POST "/v1/licenses" Department &[JSON], api => licenses::issue;
    GET "/v1/licenses" Department &[JSON], api => licenses::list;
    POST "/v1/licenses:search" Department &[JSON], api => licenses::search;
    GET "/v1/licenses/{id}" Department &[JSON], api => licenses::read;
    GET "/v1/licenses/{id}/metadata" Department &[JSON, XML], api => licenses::metadata;
    GET "/v1/licenses/{id}/renditions/original" Department &[PDF], api => licenses::original;
    POST "/v1/archive-packages" Department &[ZIP], api => archive_packages::make;
    GET "/v1/changes" Department &[JSON], api => changes::list;
    POST "/compat/directory" Department &[JSON], api => compat::directory;
    POST "/compat/search" Department &[JSON], api => compat::search;
    POST "/compat/fetch" Department &[JSON], api => compat::fetch;
    POST "/compat/verify" Department &[JSON], api => compat::verify;
    POST "/compat/status" Department &[JSON], api => compat::status;
    POST "/v1/region-verifications" Department &[JSON], api => regions::verify;
    POST "/v1/ingest-batches" Department &[JSON], api => ingest::receive;
    GET "/v1/ingest-batches" Department &[JSON], api => ingest::list;
    GET "/v1/ingest-batches/{id}" Department &[JSON], api => ingest::read;
    GET "/v1/ingest-batches/{id}/rows" Department &[JSON], api => ingest::rows;
    GET "/v1/ingest-batches/{id}/failed" Department ROWS, api => ingest::failed;
    POST "/v1/ingest-batches/{id}:start" Department &[JSON], api => ingest::start;
    POST "/v1/ingest-batches/{id}:pause" Department &[JSON], api => ingest::pause;
    POST "/v1/ingest-batches/{id}:resume" Department &[JSON], api => ingest::resume;
    POST "/v1/ingest-batches/{id}:cancel" Department &[JSON], api => ingest::cancel;
    POST "/v1/ingest-batches/{id}:retry_failed" Department &[JSON], api => ingest::retry_failed;
    POST "/v1/issuance-counts" Department &[JSON], api => counts::declare;
    GET "/v1/issuance-counts" Department &[JSON], api => counts::list;
    POST "/v1/licenses:bulk-change" Department &[JSON], api => bulk::change;
    GET "/v1/licenses/{id}/renewal" Department &[JSON], api => renewals::read;
    GET "/v1/licenses/{id}/history" Department &[JSON], api => lifecycle::history;
    POST "/v1/licenses/{id}:suspend" Department &[JSON], api => lifecycle::suspend;
    POST "/v1/licenses/{id}:resume" Department &[JSON], api => lifecycle::resume;
    POST "/v1/licenses/{id}:revoke" Department &[JSON], api => lifecycle::revoke;
    POST "/v1/licenses/{id}:renew" Department &[JSON], api => lifecycle::renew;
    POST "/v1/licenses/{id}:change" Department &[JSON], api => lifecycle::change;
    GET "/v1/license-types" Anyone &[JSON], api => license_types::list;
    GET "/v1/license-types/{code}" Anyone &[JSON], api => license_types::read;
    GET "/v1/license-types/{code}/versions" Anyone &[JSON], api => license_types::versions;
    GET "/v1/license-types/{code}/versions/{version}" Anyone &[JSON], api => license_types::document;
    GET "/v1/license-types/{code}/directory-item" Anyone &[JSON, XML], api => license_types::directory_item;
    GET "/v1/license-types/{code}/draft" Department &[JSON], api => license_types::draft;
    PUT "/v1/license-types/{code}/draft" Department &[JSON], api => license_types::put_draft;
    DELETE "/v1/license-types/{code}/draft" Department &[JSON], api => license_types::drop_draft;
    POST "/v1/license-types/{code}:publish" Department &[JSON], api => license_types::publish;
    POST "/v1/license-types/{code}:withdraw" Department &[JSON], api => license_types::withdraw;
    POST "/v1/license-types/{code}:reinstate" Department &[JSON], api => license_types::reinstate;
    POST "/v1/license-types:check" Department &[JSON], api => license_types::check;
    GET "/v1/service-items" Anyone &[JSON], api => service_items::list;
    POST "/v1/service-items:import" Department &[JSON], api => service_items::import;
    GET "/v1/service-items/{code}" Anyone &[JSON], api => service_items::read;
    GET "/v1/service-items/{code}/versions/{version}" Anyone &[JSON], api => service_items::document;
    GET "/v1/service-items/{code}/mapping" Anyone &[JSON], api => service_items::mapping;
    PUT "/v1/service-items/{code}/mapping" Department &[JSON], api => service_items::map;
    POST "/v1/exemption-decisions" Department &[JSON], api => exemptions::decide;
    GET "/v1/exemption-decisions/{id}" Department &[JSON], api => exemptions::read;
    GET "/v1/exemption-decisions/{id}/bundle" Department &[ZIP], api => exemptions::bundle;
    GET "/v1/exemption-decisions/{id}/copies/{license}" Department &[PDF], api => exemptions::copy;
    GET "/v1/marked-copies/{id}" Department &[JSON], api => exemptions::trace;
    GET "/v1/reliances" Department &[JSON], api => exemptions::reliances;
    GET "/v1/assistance-requests" Department &[JSON], api => assistance::list;
    GET "/v1/assistance-requests/{id}" Department &[JSON], api => assistance::read;
    POST "/v1/assistance-requests/{id}:answer" Department &[JSON], api => assistance::answer;
    POST "/v1/assistance-requests/{id}:withdraw" Department &[JSON], api => assistance::withdraw;
    POST "/v1/materials" Department &[JSON], api => materials::keep;
    POST "/v1/materials:search" Department &[JSON], api => materials::search;
    GET "/v1/materials/{id}" Department &[JSON], api => materials::read;
    GET "/v1/materials/{id}/file" Department MATERIAL, api => materials::document;
    POST "/v1/materials/{id}:check" Department &[JSON], api => materials::check;
    POST "/v1/materials/{id}:erase" Department &[JSON], api => materials::erase;
    POST "/v1/signing-requests" Department &[JSON], api => signing::prepare;
    GET "/v1/signing-requests/{id}" Department &[JSON], api => signing::read;
    GET "/v1/signing-requests/{id}/document" Department &[PDF], api => signing::document;
    POST "/v1/signing-requests/{id}:complete" Department &[JSON], api => signing::complete;
    POST "/v1/signing-requests/{id}:cancel" Department &[JSON], api => signing::cancel;
    POST "/v1/signing-requests/{id}:countersign" Department &[JSON], api => signing::countersign;
    POST "/v1/notices" Department &[JSON], api => notices::issue;
    POST "/v1/notices:bulk-issue" Department &[JSON], api => notices::issue_many;
    GET "/v1/notices" Department &[JSON], api => notices::list;
    GET "/v1/notices/{id}" Department &[JSON], api => notices::read;
    GET "/v1/notices/{id}/document" Department &[PDF], api => notices::document;
    POST "/v1/notices/{id}:withdraw" Department &[JSON], api => notices::withdraw;
    POST "/v1/notices/{id}:replace" Department &[JSON], api => notices::replace;
    POST "/v1/undertakings" Department &[JSON], api => undertakings::record;
    GET "/v1/undertakings" Department &[JSON], api => undertakings::list;
    GET "/v1/undertakings/{id}" Department &[JSON], api => undertakings::read;
    GET "/v1/undertakings/{id}/document" Department &[PDF], api => undertakings::document;
    POST "/v1/undertakings/{id}:sign" Department &[JSON], api => undertakings::sign;
    POST "/v1/undertakings/{id}:fulfil" Department &[JSON], api => undertakings::fulfil;
    POST "/v1/undertakings/{id}:breach" Department &[JSON], api => undertakings::breach;
    GET "/v1/forms" Anyone &[JSON], api => forms::list;
    GET "/v1/forms/{code}" Anyone &[JSON], api => forms::document;
    POST "/v1/prefill" Department &[JSON], api => forms::prefill;
    POST "/v1/form-documents" Department &[PDF], api => forms::draw;
    POST "/v1/compare" Department &[JSON], api => compare::compare;
    GET "/v1/quality" Department &[JSON], api => quality::score;
    GET "/v1/quality/findings" Department &[JSON], api => quality::findings;
    GET "/v1/targets" Department &[JSON], api => targets::list;
    GET "/v1/targets/{target}/rows" Department &[JSON, CSV], api => targets::rows;
    POST "/v1/quality/findings/{id}:{step}" Department &[JSON], api => quality::step;
    GET "/v1/seals" Department &[JSON], api => seals::list;
    GET "/v1/seals/{id}" Department &[JSON], api => seals::read;
    POST "/v1/time-stamps" Department &[TIME_STAMP], api => time_stamps::stamp;
    POST "/v1/verifications" Anyone &[JSON], api => verifications::verify;
    GET "/v1/verifications/{id}" Anyone &[JSON], api => verifications::read;
    GET "/v1/verifications/{id}/receipt" Anyone &[JSON], api => verifications::receipt;
    GET "/v1/log/checkpoint" Anyone &[TEXT], api => log::checkpoint;
    POST "/v1/log/cosignatures" Anyone &[JSON], api => log::cosign;
    GET "/v1/log/keys" Anyone &[JSON], api => log::keys;
    GET "/v1/log/proof" Anyone &[JSON], api => log::proof;
    GET "/v1/log/consistency" Anyone &[JSON], api => log::consistency;
    GET "/v1/log/tile/{tile}*" Anyone &[OCTETS], api => log::tile;
    GET "/v1/receipt-keys" Anyone &[JSON], api => verifications::receipt_keys;
    POST "/oauth2/token" Anyone &[JSON], api => oauth::token;
    POST "/oauth2/revoke" Anyone &[JSON], api => oauth::revoke;
    GET "/.well-known/oauth-authorization-server" Anyone &[JSON], api => oauth::metadata;
    POST "/v1/webhook-endpoints" Department &[JSON], api => webhooks::create;
    GET "/v1/webhook-endpoints" Department &[JSON], api => webhooks::list;
    GET "/v1/webhook-endpoints/{id}" Department &[JSON], api => webhooks::read;
    DELETE "/v1/webhook-endpoints/{id}" Department &[JSON], api => webhooks::delete;
    POST "/v1/webhook-endpoints/{id}:rotate-secret" Department &[JSON], api => webhooks::rotate_secret;
    POST "/v1/webhook-endpoints/{id}:test" Department &[JSON], api => webhooks::test;
    GET "/v1/webhook-endpoints/{id}/deliveries" Department &[JSON], api => webhooks::deliveries;
    POST "/v1/webhook-endpoints/{id}/deliveries/{event}:replay" Department &[JSON], api => webhooks::replay;
    GET "/v/{code}" Anyone &[HTML, JSON], api => pages::code::show;
    GET "/" Anyone &[HTML], page => pages::home::show;
    POST "/verify" Anyone &[HTML], page => pages::home::verify;
    GET "/verifications/{id}" Anyone &[HTML], page => pages::result::show;
    GET "/sign-in" Anyone &[HTML], page => pages::sign_in::show;
    POST "/sign-in/certificate" Anyone &[HTML], page => pages::sign_in::certificate;
    POST "/sign-in" Anyone &[HTML], page => pages::sign_in::password;
    GET "/sign-in/code" Anyone &[HTML], page => pages::sign_in::code_form;
    POST "/sign-in/code" Anyone &[HTML], page => pages::sign_in::code;
    GET "/sign-in/setup" Anyone &[HTML], page => pages::sign_in::setup_form;
    POST "/sign-in/setup" Anyone &[HTML], page => pages::sign_in::setup;
    GET "/sign-in/with/{provider}" Anyone &[HTML], page => pages::identity::begin;
    GET "/sign-in/back/{provider}" Anyone &[HTML], page => pages::identity::back;
    GET "/me" Citizen &[HTML], page => pages::me::show;
    GET "/me/materials" Citizen &[HTML], page => pages::library::own;
    POST "/me/materials" Citizen &[HTML], page => pages::library::keep;
    GET "/me/materials/{id}/file" Citizen OWN_MATERIAL, page => pages::library::own_file;
    POST "/me/materials/{id}:erase" Citizen &[HTML], page => pages::library::erase;
    GET "/materials" Clerk &[HTML], page => pages::library::show;
    POST "/materials" Clerk &[HTML], page => pages::library::search;
    POST "/materials/{id}:file" Clerk &[HTML], page => pages::library::file;
    POST "/materials/{id}:check" Clerk &[HTML], page => pages::library::check;
    POST "/me/sign-out" Citizen &[HTML], page => pages::me::sign_out;
    GET "/test-identity/.well-known/openid-configuration" Anyone &[JSON], page => pages::test_identity::configuration;
    GET "/test-identity/keys" Anyone &[JSON], page => pages::test_identity::keys;
    GET "/test-identity/authorize" Anyone &[HTML], page => pages::test_identity::authorize;
    POST "/test-identity/authorize" Anyone &[HTML], page => pages::test_identity::choose;
    POST "/test-identity/token" Anyone &[JSON], page => pages::test_identity::token;
    POST "/sign-out" Person &[HTML], page => pages::sign_in::sign_out;
    GET "/certificates" Person &[HTML], page => pages::certificates::list;
    POST "/certificates" Person &[HTML], page => pages::certificates::add;
    POST "/certificates/withdraw" Person &[HTML], page => pages::certificates::withdraw;
    GET "/work" Person &[HTML], page => pages::work::show;
    GET "/organizations" SecurityAdmin &[HTML], page => pages::organizations::list;
    POST "/organizations" SecurityAdmin &[HTML], page => pages::organizations::add;
    POST "/organizations/{id}:close" SecurityAdmin &[HTML], page => pages::organizations::close;
    GET "/accounts" SecurityAdmin &[HTML], page => pages::accounts::list;
    POST "/accounts" SecurityAdmin &[HTML], page => pages::accounts::add;
    GET "/accounts/{id}" SecurityAdmin &[HTML], page => pages::accounts::show;
    POST "/accounts/{id}:roles" SecurityAdmin &[HTML], page => pages::accounts::roles;
    POST "/accounts/{id}:reset" SecurityAdmin &[HTML], page => pages::accounts::reset;
    POST "/accounts/{id}:certificate" SecurityAdmin &[HTML], page => pages::accounts::certificate;
    POST "/accounts/{id}:certificate-withdraw" SecurityAdmin &[HTML], page => pages::accounts::certificate_withdraw;
    POST "/accounts/{id}:close" SecurityAdmin &[HTML], page => pages::accounts::close;
    GET "/batches" Clerk &[HTML], page => pages::batches::list;
    POST "/batches" Clerk &[HTML], page => pages::batches::receive;
    GET "/batches/{id}" Clerk &[HTML], page => pages::batches::show;
    GET "/batches/{id}/failed" Clerk OPENED, page => pages::batches::failed;
    POST "/batches/{id}:start" Clerk &[HTML], page => pages::batches::start;
    POST "/batches/{id}:pause" Clerk &[HTML], page => pages::batches::pause;
    POST "/batches/{id}:resume" Clerk &[HTML], page => pages::batches::resume;
    POST "/batches/{id}:cancel" Clerk &[HTML], page => pages::batches::cancel;
    POST "/batches/{id}:retry_failed" Clerk &[HTML], page => pages::batches::retry_failed;
    GET "/counts" Clerk &[HTML], page => pages::counts::show;
    POST "/counts" Clerk &[HTML], page => pages::counts::declare;
    GET "/orders" SealApprover &[HTML], page => pages::orders::list;
    POST "/orders" SealApprover &[HTML], page => pages::orders::choose;
    GET "/orders/{id}/document" SealApprover OPENED, page => pages::orders::document;
    GET "/manifests/{id}" SealApprover &[HTML], page => pages::manifest::show;
    GET "/manifests/{id}/manifest.json" SealApprover OPENED, page => pages::manifest::download;
    POST "/manifests/{id}:approve" SealApprover &[HTML], page => pages::manifest::approve;
    POST "/manifests/{id}:refuse" SealApprover &[HTML], page => pages::manifest::refuse;
    GET "/approver-keys" SealApprover &[HTML], page => pages::approver_keys::list;
    POST "/approver-keys" SealApprover &[HTML], page => pages::approver_keys::add;
    POST "/approver-keys/{id}:revoke" SealApprover &[HTML], page => pages::approver_keys::revoke;
    GET "/seals/{id}/uses" SealAnswerer &[HTML], page => pages::ledger::show;
    GET "/seals/{id}/uses.csv" SealAnswerer OPENED, page => pages::ledger::csv;
    GET "/clients" SecurityAdmin &[HTML], page => pages::clients::list;
    POST "/clients" SecurityAdmin &[HTML], page => pages::clients::add;
    GET "/clients/{id}" SecurityAdmin &[HTML], page => pages::clients::show;
    POST "/clients/{id}:change" SecurityAdmin &[HTML], page => pages::clients::amend;
    POST "/clients/{id}:close" SecurityAdmin &[HTML], page => pages::clients::close;
    POST "/clients/{id}:rotate" SecurityAdmin &[HTML], page => pages::clients::rotate;
    POST "/clients/{id}:end" SecurityAdmin &[HTML], page => pages::clients::end;
    POST "/clients/{id}:webhook" SecurityAdmin &[HTML], page => pages::clients::webhook;
    GET "/bulk-changes" Clerk &[HTML], page => pages::bulk::show;
    POST "/bulk-changes" Clerk &[HTML], page => pages::bulk::act;
    GET "/licenses" LicenseReader &[HTML], page => pages::licenses::list;
    POST "/licenses" LicenseReader &[HTML], page => pages::licenses::search;
    GET "/licenses/{id}" LicenseReader &[HTML], page => pages::license::show;
    GET "/licenses/{id}/file" Clerk OPENED, page => pages::license::original;
    POST "/licenses/{id}:suspend" Clerk &[HTML], page => pages::license::suspend;
    POST "/licenses/{id}:resume" Clerk &[HTML], page => pages::license::resume;
    POST "/licenses/{id}:revoke" Clerk &[HTML], page => pages::license::revoke;
    POST "/licenses/{id}:renew" Clerk &[HTML], page => pages::license::renew;
    POST "/licenses/{id}:change" Clerk &[HTML], page => pages::license::change;
    GET "/trail" Auditor &[HTML], page => pages::trail::show;
    GET "/seals" SealReader &[HTML], page => pages::seals::list;
    POST "/seals" SealKeeper &[HTML], page => pages::seals::ask;
    GET "/notices" Clerk &[HTML], page => pages::notices::list;
    GET "/notices/new" Clerk &[HTML], page => pages::notices::new;
    POST "/notices" Clerk &[HTML], page => pages::notices::issue;
    GET "/notices/{id}" Clerk &[HTML], page => pages::notices::show;
    GET "/notices/{id}/file" Clerk OPENED, page => pages::notices::document;
    POST "/notices/{id}:withdraw" Clerk &[HTML], page => pages::notices::withdraw;
    GET "/undertakings" Clerk &[HTML], page => pages::undertakings::list;
    GET "/undertakings/{id}/file" Clerk OPENED, page => pages::undertakings::document;
    POST "/undertakings/{id}:end" Clerk &[HTML], page => pages::undertakings::end;
    GET "/seals/new" SealKeeper &[HTML], page => pages::seals::new;
    GET "/seals/{id}" SealReader &[HTML], page => pages::seal::show;
    POST "/seals/{id}:approve" SealApprover &[HTML], page => pages::seal::approve;
    POST "/seals/{id}:reject" SealConfirmer &[HTML], page => pages::seal::reject;
    POST "/seals/{id}:withdraw" SealKeeper &[HTML], page => pages::seal::withdraw;
    POST "/seals/{id}:keys" SecurityAdmin &[HTML], page => pages::seal::keys;
    POST "/seals/{id}:key-request" SecurityAdmin &[HTML], page => pages::seal::key_request;
    POST "/seals/{id}:key-certify" SecurityAdmin &[HTML], page => pages::seal::key_certify;
    POST "/seals/{id}:demo-certify" SecurityAdmin &[HTML], page => pages::seal::demo_certify;
    POST "/seals/{id}:make" SecurityAdmin &[HTML], page => pages::seal::make;
    POST "/seals/{id}:file" SealFiler &[HTML], page => pages::seal::file;
    POST "/seals/{id}:activate" SealDepartment &[HTML], page => pages::seal::activate;
    POST "/seals/{id}:suspend" SealStaff &[HTML], page => pages::seal::suspend;
    POST "/seals/{id}:propose" SealStaff &[HTML], page => pages::seal::propose;
    POST "/seals/{id}:confirm" SealConfirmer &[HTML], page => pages::seal::confirm;
    POST "/seals/{id}:refuse" SealStaff &[HTML], page => pages::seal::refuse;
    GET "/access" Auditor &[HTML], page => pages::access::show;
    GET "/access/export" Auditor &[HTML, CSV, LINES], page => pages::access::export;
    GET "/health" SystemAdmin &[HTML, JSON], page => pages::health::show;
    GET "/alerts" Auditor &[HTML], page => pages::alerts::show;
    POST "/alerts/{id}:look" Auditor &[HTML], page => pages::alerts::look;
    GET "/service-items" Clerk &[HTML], page => pages::mappings::list;
    POST "/service-items" Clerk &[HTML], page => pages::mappings::import;
    GET "/service-items/{code}/mapping" Clerk &[HTML], page => pages::mappings::edit;
    POST "/service-items/{code}/mapping" Clerk &[HTML], page => pages::mappings::change;
    GET "/workbench" Clerk &[HTML], page => pages::workbench::search;
    GET "/workbench/{code}" Clerk &[HTML], page => pages::case::begin;
    POST "/workbench/{code}" Clerk &[HTML], page => pages::case::act;
    GET "/workbench/decisions/{id}" Clerk &[HTML], page => pages::decision::show;
    POST "/workbench/decisions/{id}:submit" Clerk &[HTML], page => pages::decision::submit;
    GET "/workbench/decisions/{id}/bundle" Clerk OPENED, page => pages::decision::bundle;
    GET "/workbench/decisions/{id}/copies/{license}" Clerk OPENED, page => pages::decision::copy;
    GET "/assistance" Clerk &[HTML], page => pages::assistance::list;
    GET "/assistance/{id}" Clerk &[HTML], page => pages::assistance::show;
    POST "/assistance/{id}:answer" Clerk &[HTML], page => pages::assistance::answer;
    POST "/assistance/{id}:withdraw" Clerk &[HTML], page => pages::assistance::withdraw;
    GET "/marked-copies" LicenseStaff &[HTML], page => pages::marked_copies::show;
    POST "/marked-copies" LicenseStaff &[HTML], page => pages::marked_copies::trace;
    GET "/items" Anyone &[HTML], page => pages::items::list;
    GET "/items/{code}" Anyone &[HTML, JSON], page => pages::items::show;
    GET "/license-types" Clerk &[HTML], page => pages::types::list;
    POST "/license-types" Clerk &[HTML], page => pages::types::add;
    GET "/license-types/{code}" Clerk &[HTML], page => pages::types::show;
    POST "/license-types/{code}" Clerk &[HTML], page => pages::types::act;
    GET "/license-types/{code}/draft" Clerk &[HTML], page => pages::types::edit;
    POST "/license-types/{code}/draft" Clerk &[HTML], page => pages::types::change;
    GET "/quality" Clerk &[HTML], page => pages::quality::show;
    POST "/quality/{id}" Clerk &[HTML], page => pages::quality::step;
    GET "/targets" Overseer &[HTML], page => pages::targets::list;
    GET "/targets/{target}" Overseer &[HTML], page => pages::targets::show;
    GET "/targets/{target}/rows.csv" Overseer OPENED, page => pages::targets::table;
    GET "/styleguide" Anyone &[HTML], page => pages::style_guide::show;
    GET "/log" Anyone &[HTML], page => pages::log::show;
    GET "/docs" Anyone &[HTML], page => pages::docs::show;
    GET "/docs/types" Anyone &[HTML], page => pages::docs::types;
    GET "/assets/{name}" Anyone ANY, page => pages::assets::read;
    GET "/sandbox" Anyone &[JSON], api => sandbox::list;
    GET "/openapi.json" Anyone &[JSON], api => operations::openapi;
    GET "/healthz" Anyone &[JSON], api => operations::alive;
    GET "/readyz" Anyone &[JSON], api => operations::ready;
    GET "/metrics" Anyone &[TEXT], api => operations::metrics;
};

/// A file that a link of a page leads to: whoever may not have it gets a page.
const OPENED: &[&str] = &[HTML, PDF, JSON, CSV, XLSX, LINES, ZIP];

/// A file in the format in which its batch came.
const ROWS: &[&str] = &[CSV, XLSX, LINES, ZIP];
/// Files of the material library.
const MATERIAL: &[&str] = &[PDF, JPEG, PNG];
/// The same behind a link of a page.
const OWN_MATERIAL: &[&str] = &[HTML, PDF, JPEG, PNG];

/// Assets have a media type each, and browsers ask for them as they like.
const ANY: &[&str] = &["text/css", "text/javascript", "image/svg+xml"];

/// Adds every endpoint to the server: one resource a path, with an answer to other methods.
pub(crate) fn configure(config: &mut web::ServiceConfig) {
    let mut paths: BTreeMap<&str, Vec<&Endpoint>> = BTreeMap::new();
    for endpoint in ENDPOINTS {
        paths.entry(endpoint.path).or_default().push(endpoint);
    }
    // Addresses without a pattern first: to compare them costs nothing. What is asked of a thing
    // (`{id}:test`) before the thing itself, whose pattern fits it too.
    let (patterns, plain): (Vec<_>, Vec<_>) =
        paths.into_iter().rev().partition(|(path, _)| path.contains('{'));
    for (path, endpoints) in plain.into_iter().chain(patterns) {
        let mut resource = web::resource(path);
        for endpoint in endpoints {
            let route = web::route().guard(method_guard(&endpoint.method));
            resource = resource.route((endpoint.route)(route));
        }
        config.service(resource.default_service(web::to(wrong_method)));
    }
    config.default_service(web::to(nothing_here));
}

fn method_guard(method: &Method) -> impl guard::Guard + use<> {
    let method = method.clone();
    guard::fn_guard(move |context| {
        let asked = &context.head().method;
        *asked == method || (method == Method::GET && *asked == Method::HEAD)
    })
}

async fn wrong_method(request: HttpRequest) -> Result<HttpResponse, Problem> {
    let path = pattern(&request);
    let mut methods: Vec<&str> = Vec::new();
    for endpoint in ENDPOINTS.iter().filter(|endpoint| endpoint.path == path) {
        methods.push(endpoint.method.as_str());
        if endpoint.method == Method::GET {
            methods.push("HEAD");
        }
    }
    let allow = methods.join(", ");
    let detail = format!("this address answers {allow}");
    Err(Problem { allow: Some(allow.into()), ..Problem::new("method_not_allowed").detail(detail) })
}

async fn nothing_here() -> Result<HttpResponse, Problem> {
    Err(Problem::new("not_found").detail("there is nothing at this address"))
}

/// The pattern that the path of a request fits, or a fixed word.
pub(crate) fn pattern(request: &HttpRequest) -> &'static str {
    let pattern = request.match_pattern().unwrap_or_default();
    let known = ENDPOINTS.iter().find(|endpoint| endpoint.path == pattern);
    known.map_or(UNKNOWN, |endpoint| endpoint.path)
}

/// The endpoint that a request is for.
pub(crate) fn find(request: &ServiceRequest) -> Option<&'static Endpoint> {
    let pattern = request.match_pattern()?;
    let method = if request.method() == Method::HEAD { &Method::GET } else { request.method() };
    ENDPOINTS.iter().find(|endpoint| endpoint.path == pattern && endpoint.method == *method)
}
