//! The HTTP layer: the JSON interface under `/v1`, pages for people, and what surrounds them.
//!
//! Handlers extract, ask [`app::App`], and show. What is served is listed in [`census`]; errors
//! become problems in [`problem`] and nowhere else.

mod answer;
mod api;
mod body;
mod caller;
mod connector;
mod errand;
mod fields;
mod form;
mod language;
mod limiter;
mod metrics;
mod multipart;
mod negotiate;
mod observe;
mod pages;
mod peer_certificate;
mod session;
mod work;

pub mod census;
pub mod openapi;
pub mod personal;
pub mod problem;
pub mod server;
pub mod settings;
mod signature;
pub mod site;

pub use connector::serve_connector;
pub use server::serve;
pub use settings::{AnonymousLimit, ServerSettings, TlsFiles};
pub use site::Site;
