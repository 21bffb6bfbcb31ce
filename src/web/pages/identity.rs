//! To an identity provider and back.

use super::see_other;
use super::sign_in::{Refused, sign_in_page};
use crate::problem::Problem;
use crate::session::{self, Place};
use crate::site::Site;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::{App, Return};

/// Permission: anyone, limited by address. To the provider.
pub(crate) async fn begin(
    site: Data<Site>,
    provider: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    site.admit_guess(&request)?;
    let provider = provider.into_inner();
    match site.read(move |app| app.identity_begin(&provider)).await {
        Ok(begun) => {
            let mut response = see_other(&begun.address);
            let cookie = session::cookie_at(&site, Place::Identity, begun.kept);
            // A cookie that we made is a header value.
            let _ = response.add_cookie(&cookie);
            Ok(response)
        }
        Err(error) => refused(&site, &request, error).await,
    }
}

/// Permission: anyone, limited by address; the browser that was sent.
pub(crate) async fn back(
    site: Data<Site>,
    provider: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    site.admit_guess(&request)?;
    let came = Query::<Return>::from_query(request.query_string());
    let came = came.map_err(|_| Problem::malformed("the query cannot be read"))?.into_inner();
    let kept = session::value(&site, Place::Identity, &request).unwrap_or_default();
    let provider = provider.into_inner();
    let finish = move |app: &App| app.identity_finish(&provider, &kept, &came);
    let done = site.ask(&site.providers, finish).await;
    let mut response = match done {
        Ok(token) => {
            let mut response = see_other("/me");
            let value = token.reveal().to_string();
            let _ = response.add_cookie(&session::cookie_at(&site, Place::Citizen, value));
            response
        }
        Err(error) => refused(&site, &request, error).await?,
    };
    // What was kept served once.
    let _ = response.add_cookie(&session::removal(&site, Place::Identity));
    Ok(response)
}

async fn refused(
    site: &Site,
    request: &HttpRequest,
    error: Problem,
) -> Result<HttpResponse, Problem> {
    let status = error.status;
    let said = super::certificates::Said::of(error, super::frame::Frame::of(request).words)?;
    sign_in_page(site, request, HttpResponse::build(status), Refused::Other(said), "").await
}
