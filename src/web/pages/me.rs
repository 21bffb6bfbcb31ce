//! The page of a citizen who is signed in.

use super::frame::Frame;
use super::page;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::{self, Citizen, Place};
use crate::site::Site;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::CitizenView;
use askama::Template;

#[derive(Template)]
#[template(path = "me.html")]
pub(crate) struct MePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) citizen: &'a CitizenView,
    pub(crate) form_token: String,
}

#[derive(Template)]
#[template(path = "signed_out.html")]
pub(crate) struct SignedOutPage<'a> {
    pub(crate) frame: &'a Frame,
    /// Where one signs out of the provider too.
    pub(crate) elsewhere: Option<String>,
}

/// Permission: a citizen who is signed in.
pub(crate) async fn show(
    signed_in: Citizen,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of(&request);
    let (citizen, form_token) = (&signed_in.citizen, signed_in.token.form_token());
    page(HttpResponse::Ok(), frame, &MePage { frame, citizen, form_token })
}

/// Permission: a citizen who is signed in.
pub(crate) async fn sign_out(
    site: Data<Site>,
    signed_in: Citizen,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let elsewhere = site.read(move |app| app.citizen_sign_out(&signed_in.token)).await?;
    let frame = &Frame::of(&request);
    let mut response = page(HttpResponse::Ok(), frame, &SignedOutPage { frame, elsewhere })?;
    let _ = response.add_cookie(&session::removal(&site, Place::Citizen));
    Ok(response)
}
