//! What waits for an approver, put together as manifests; the manifests of before.

use super::frame::Frame;
use super::{page, see_other};
use crate::answer::file;
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{OrdersView, WaitingOrderView};
use askama::Template;

#[derive(Template)]
#[template(path = "orders.html")]
pub(crate) struct OrdersPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) orders: &'a OrdersView,
    pub(crate) seals: Vec<OfSeal<'a>>,
    pub(crate) error: Option<&'a str>,
}

/// What waits for one seal.
pub(crate) struct OfSeal<'a> {
    pub(crate) name: &'a str,
    pub(crate) orders: Vec<&'a WaitingOrderView>,
}

impl<'a> OrdersPage<'a> {
    pub(crate) fn of(frame: &'a Frame, orders: &'a OrdersView, error: Option<&'a str>) -> Self {
        let mut seals: Vec<OfSeal<'a>> = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for one in &orders.waiting {
            let place = known.iter().position(|seal| *seal == one.seal).unwrap_or_else(|| {
                known.push(&one.seal);
                seals.push(OfSeal { name: &one.seal_name, orders: Vec::new() });
                seals.len() - 1
            });
            seals[place].orders.push(one);
        }
        Self { frame, orders, seals, error }
    }
}

/// Permission: seal approver.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let (caller, why) = (signed_in.person.caller.clone(), why(request)?);
    let orders = &site.read(move |app| app.orders(&caller, &why)).await?;
    let status = if error.is_some() { HttpResponse::BadRequest() } else { HttpResponse::Ok() };
    page(status, frame, &OrdersPage::of(frame, orders, error))
}

/// Permission: seal approver. Puts a manifest of the chosen orders together.
pub(crate) async fn choose(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    let orders = match form.text("only") {
        "" => form.all("order"),
        only => vec![only.to_owned()],
    };
    let caller = signed_in.person.caller.clone();
    let make = move |app: &app::App| app.manifest_make(&caller, &orders);
    let words = Frame::of(&request).words;
    match site.work(Lane::Department, make).await {
        Ok(id) => Ok(see_other(&format!("/manifests/{id}"))),
        Err(error) => {
            let said = match error.code {
                "manifest_refused" => words.problem_manifest,
                "order_decided" => words.problem_decided,
                _ => return Err(error),
            };
            draw(&site, &signed_in, &request, Some(said)).await
        }
    }
}

/// Permission: seal approver. The document of an order, byte for byte as it will be sealed.
pub(crate) async fn document(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (caller, why) = (signed_in.person.caller.clone(), why(&request)?);
    let document = site.read(move |app| app.order_document(&caller, &why, &id)).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}
