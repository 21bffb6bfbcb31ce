//! Pages for people: HTML of the same answers. They work without script, and load nothing from
//! elsewhere.

pub(crate) mod access;
pub(crate) mod accounts;
pub(crate) mod alerts;
pub(crate) mod approver_keys;
pub(crate) mod assets;
pub(crate) mod assistance;
mod assistance_words;
mod batch_words;
pub(crate) mod batches;
pub(crate) mod bulk;
mod bulk_words;
pub(crate) mod case;
pub(crate) mod certificates;
pub(crate) mod clients;
pub(crate) mod code;
pub(crate) mod counts;
pub(crate) mod decision;
pub(crate) mod docs;
pub(crate) mod frame;
#[cfg(test)]
mod gallery;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod identity;
mod item_words;
pub(crate) mod items;
pub(crate) mod ledger;
pub(crate) mod library;
mod library_words;
pub(crate) mod license;
mod license_words;
pub(crate) mod licenses;
pub(crate) mod log;
pub(crate) mod manifest;
mod mapping_words;
pub(crate) mod mappings;
pub(crate) mod marked_copies;
mod marked_copy_words;
pub(crate) mod me;
mod notice_words;
pub(crate) mod notices;
pub(crate) mod orders;
pub(crate) mod organizations;
pub(crate) mod problem;
pub(crate) mod quality;
mod quality_words;
pub(crate) mod result;
pub(crate) mod seal;
mod seal_words;
pub(crate) mod seals;
mod show;
pub(crate) mod sign_in;
pub(crate) mod style_guide;
mod target_words;
pub(crate) mod targets;
pub(crate) mod test_identity;
mod topics;
pub(crate) mod trail;
mod type_form;
mod type_words;
pub(crate) mod types;
mod undertaking_words;
pub(crate) mod undertakings;
mod words;
pub(crate) mod work;
pub(crate) mod workbench;
mod workbench_words;

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
