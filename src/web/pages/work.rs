//! Where work begins after signing in: what this person may do.

use super::frame::Frame;
use super::page;
use crate::problem::Problem;
use crate::session::SignedIn;
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;

#[derive(Template)]
#[template(path = "work.html")]
pub(crate) struct WorkPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) name: &'a str,
    pub(crate) organization: &'a str,
    pub(crate) roles: Vec<&'static str>,
}

/// Permission: whoever is signed in.
pub(crate) async fn show(
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_reader(&request, &signed_in);
    let person = &signed_in.person;
    let roles = person.roles.iter().map(|role| frame.role(role.as_str())).collect();
    let (name, organization) = (&*person.name, &*person.organization);
    page(HttpResponse::Ok(), &frame, &WorkPage { frame: &frame, name, organization, roles })
}
