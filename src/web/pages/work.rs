//! Where work begins after signing in: what this person may do.

use super::frame::Frame;
use super::page;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use app::view::SealTaskView;
use app::{App, Role};
use askama::Template;

#[derive(Template)]
#[template(path = "work.html")]
pub(crate) struct WorkPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) name: &'a str,
    pub(crate) organization: &'a str,
    pub(crate) roles: Vec<&'static str>,
    /// Seals for which this person is to do something.
    pub(crate) seals: &'a [SealTaskView],
    /// How many orders wait, for whoever approves some.
    pub(crate) waiting: Option<u64>,
    /// How many alerts wait for this auditor.
    pub(crate) alerts: Option<u64>,
}

/// Permission: whoever is signed in.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_reader(&request, &signed_in);
    let person = &signed_in.person;
    let roles = person.roles.iter().map(|role| frame.role(role.as_str())).collect();
    let (name, organization) = (&*person.name, &*person.organization);
    let caller = person.caller.clone();
    let asked = move |app: &App| Ok((app.seals_waiting(&caller)?, app.orders_waiting(&caller)?));
    let (seals, waiting) = site.read(asked).await?;
    let seals = &seals[..];
    let alerts = site.app.alerts_open().filter(|open| person.is(Role::Auditor) && *open > 0);
    let shown = WorkPage { frame: &frame, name, organization, roles, seals, waiting, alerts };
    page(HttpResponse::Ok(), &frame, &shown)
}
