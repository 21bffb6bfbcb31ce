//! What pages are made of, side by side; shown where everything is a sample.

use super::frame::Frame;
use super::page;
use crate::problem::Problem;
use crate::site::Site;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

#[derive(Template)]
#[template(path = "style_guide.html")]
pub(crate) struct StyleGuide<'a> {
    pub(crate) frame: &'a Frame,
}

/// Permission: anyone, in a demonstration.
pub(crate) async fn show(site: Data<Site>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if !site.app.settings().sample_mark {
        return Err(Problem::new("not_found"));
    }
    let frame = Frame::of(&request);
    page(HttpResponse::Ok(), &frame, &StyleGuide { frame: &frame })
}
