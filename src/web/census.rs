//! The list of endpoints. The server is assembled from it, so what is listed is what is served;
//! tests compare it with the OpenAPI document.

use crate::api::{
    license_types, licenses, log, operations, seals, time_stamps, verifications, webhooks,
};
use crate::negotiate::{HTML, JSON, OCTETS, PDF, TEXT, TIME_STAMP};
use crate::pages;
use crate::problem::Problem;
use actix_web::dev::ServiceRequest;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, Route, guard, web};
use std::collections::BTreeMap;

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Anyone; verification is limited by address.
    Anyone,
    /// A department with an API key, for its own things.
    Department,
    /// Whoever is signed in.
    Person,
    /// A security administrator who is signed in.
    SecurityAdmin,
    /// An auditor who is signed in.
    Auditor,
}

impl Permission {
    /// Whether it is given by signing in.
    #[must_use]
    pub fn is_of_people(self) -> bool {
        matches!(self, Self::Person | Self::SecurityAdmin | Self::Auditor)
    }
}

/// One endpoint.
pub struct Endpoint {
    /// `GET` (which answers `HEAD` too), `POST` or `DELETE`.
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
    GET "/v1/licenses/{id}/renditions/original" Department &[PDF], api => licenses::original;
    GET "/v1/license-types" Anyone &[JSON], api => license_types::list;
    GET "/v1/license-types/{code}" Anyone &[JSON], api => license_types::read;
    GET "/v1/seals" Department &[JSON], api => seals::list;
    POST "/v1/time-stamps" Department &[TIME_STAMP], api => time_stamps::stamp;
    POST "/v1/verifications" Anyone &[JSON], api => verifications::verify;
    GET "/v1/verifications/{id}" Anyone &[JSON], api => verifications::read;
    GET "/v1/verifications/{id}/receipt" Anyone &[JSON], api => verifications::receipt;
    GET "/v1/log/checkpoint" Anyone &[TEXT], api => log::checkpoint;
    GET "/v1/log/keys" Anyone &[JSON], api => log::keys;
    GET "/v1/log/proof" Anyone &[JSON], api => log::proof;
    GET "/v1/log/consistency" Anyone &[JSON], api => log::consistency;
    GET "/v1/log/tile/{tile}*" Anyone &[OCTETS], api => log::tile;
    GET "/v1/receipt-keys" Anyone &[JSON], api => verifications::receipt_keys;
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
    POST "/sign-in" Anyone &[HTML], page => pages::sign_in::password;
    GET "/sign-in/code" Anyone &[HTML], page => pages::sign_in::code_form;
    POST "/sign-in/code" Anyone &[HTML], page => pages::sign_in::code;
    GET "/sign-in/setup" Anyone &[HTML], page => pages::sign_in::setup_form;
    POST "/sign-in/setup" Anyone &[HTML], page => pages::sign_in::setup;
    POST "/sign-out" Person &[HTML], page => pages::sign_in::sign_out;
    GET "/work" Person &[HTML], page => pages::work::show;
    GET "/organizations" SecurityAdmin &[HTML], page => pages::organizations::list;
    POST "/organizations" SecurityAdmin &[HTML], page => pages::organizations::add;
    POST "/organizations/{id}:close" SecurityAdmin &[HTML], page => pages::organizations::close;
    GET "/accounts" SecurityAdmin &[HTML], page => pages::accounts::list;
    POST "/accounts" SecurityAdmin &[HTML], page => pages::accounts::add;
    GET "/accounts/{id}" SecurityAdmin &[HTML], page => pages::accounts::show;
    POST "/accounts/{id}:roles" SecurityAdmin &[HTML], page => pages::accounts::roles;
    POST "/accounts/{id}:reset" SecurityAdmin &[HTML], page => pages::accounts::reset;
    POST "/accounts/{id}:close" SecurityAdmin &[HTML], page => pages::accounts::close;
    GET "/trail" Auditor &[HTML], page => pages::trail::show;
    GET "/styleguide" Anyone &[HTML], page => pages::style_guide::show;
    GET "/log" Anyone &[HTML], page => pages::log::show;
    GET "/docs" Anyone &[HTML], page => pages::docs::show;
    GET "/docs/types" Anyone &[HTML], page => pages::docs::types;
    GET "/assets/{name}" Anyone ANY, page => pages::assets::read;
    GET "/openapi.json" Anyone &[JSON], api => operations::openapi;
    GET "/healthz" Anyone &[JSON], api => operations::alive;
    GET "/readyz" Anyone &[JSON], api => operations::ready;
    GET "/metrics" Anyone &[TEXT], api => operations::metrics;
};

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
