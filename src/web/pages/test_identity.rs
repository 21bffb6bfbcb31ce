//! The demo's identity provider as browsers and this service see it. Outside the demo there is
//! nothing at these addresses.

use super::frame::Frame;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::site::Site;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::{AuthorizeRequest, TestPerson, TestTokenRequest};
use askama::Template;

#[derive(Template)]
#[template(path = "test_identity.html")]
pub(crate) struct TestIdentityPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) people: &'a [TestPerson],
    pub(crate) asked: &'a AuthorizeRequest,
}

/// Permission: anyone.
pub(crate) async fn configuration(site: Data<Site>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(site.app.test_identity_configuration()?))
}

/// Permission: anyone.
pub(crate) async fn keys(site: Data<Site>) -> Result<HttpResponse, Problem> {
    Ok(HttpResponse::Ok().json(site.app.test_identity_keys()?))
}

/// Permission: anyone.
pub(crate) async fn authorize(
    site: Data<Site>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let asked = Query::<AuthorizeRequest>::from_query(request.query_string());
    let asked = &asked.map_err(|_| Problem::malformed("the query cannot be read"))?.into_inner();
    let (frame, people) = (&Frame::of(&request), site.app.test_identity_people(asked)?);
    page(HttpResponse::Ok(), frame, &TestIdentityPage { frame, people, asked })
}

/// Permission: anyone.
pub(crate) async fn choose(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_anyone(&site, &request, payload).await?;
    let text = |name: &str| form.text(name).to_owned();
    let asked = AuthorizeRequest {
        response_type: text("response_type"),
        client_id: text("client_id"),
        redirect_uri: text("redirect_uri"),
        state: text("state"),
        nonce: text("nonce"),
        code_challenge: text("code_challenge"),
        code_challenge_method: text("code_challenge_method"),
    };
    let person = text("person").parse().map_err(|_| Problem::malformed("choose a person"))?;
    Ok(see_other(&site.app.test_identity_choose(&asked, person)?))
}

/// Permission: anyone with a code.
pub(crate) async fn token(
    site: Data<Site>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_anyone(&site, &request, payload).await?;
    let text = |name: &str| form.text(name).to_owned();
    let asked = TestTokenRequest {
        grant_type: text("grant_type"),
        client_id: text("client_id"),
        code: text("code"),
        redirect_uri: text("redirect_uri"),
        code_verifier: text("code_verifier"),
    };
    Ok(HttpResponse::Ok().json(site.app.test_identity_token(&asked)?))
}
