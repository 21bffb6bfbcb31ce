//! Pages for people: HTML of the same answers. They work without script, and load nothing from
//! elsewhere.

pub(crate) mod accounts;
pub(crate) mod assets;
pub(crate) mod code;
pub(crate) mod docs;
pub(crate) mod frame;
#[cfg(test)]
mod gallery;
pub(crate) mod home;
pub(crate) mod log;
pub(crate) mod organizations;
pub(crate) mod problem;
pub(crate) mod result;
mod show;
pub(crate) mod sign_in;
pub(crate) mod style_guide;
mod topics;
pub(crate) mod trail;
mod words;
pub(crate) mod work;

use crate::problem::Problem;
use actix_web::http::header::{CONTENT_LANGUAGE, CONTENT_TYPE, LOCATION, VARY};
use actix_web::{HttpResponse, HttpResponseBuilder};
use askama::Template;
use frame::Frame;

/// Sends a page.
fn page(
    mut response: HttpResponseBuilder,
    frame: &Frame,
    template: &impl Template,
) -> Result<HttpResponse, Problem> {
    let html = template.render().map_err(|error| Problem::internal(&error))?;
    response.insert_header((CONTENT_TYPE, "text/html; charset=utf-8"));
    response.insert_header((CONTENT_LANGUAGE, frame.language.tag()));
    response.insert_header((VARY, "Accept, Accept-Language, Cookie"));
    for cookie in frame.cookies() {
        response.cookie(cookie);
    }
    Ok(response.body(html))
}

/// Leads to another page, so that reloading does nothing again.
fn see_other(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}
