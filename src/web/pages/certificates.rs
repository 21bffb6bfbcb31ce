//! The certificates by which somebody who is signed in signs in.

use super::frame::Frame;
use super::words::Words;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::StaffCertificateView;
use askama::Template;

#[derive(Template)]
#[template(path = "certificates.html")]
pub(crate) struct CertificatesPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) certificates: &'a [StaffCertificateView],
    /// Whom the certificate names that is shown now.
    pub(crate) shown: Option<String>,
    pub(crate) error: Option<Said>,
}

impl CertificatesPage<'_> {
    fn withdraw_action(&self) -> &'static str {
        "/certificates/withdraw"
    }
}

/// Why somebody was not let in, or a certificate not taken: in words, and its code.
#[derive(Clone, Copy)]
pub(crate) struct Said {
    pub(crate) words: &'static str,
    pub(crate) code: &'static str,
}

impl Said {
    /// # Errors
    /// What is no matter of certificates is the problem itself.
    pub(crate) fn of(error: Problem, words: &Words) -> Result<Self, Problem> {
        let said = match error.code {
            "certificate_needed" => words.certificate_needed,
            "certificate_unreadable" => words.certificate_unreadable,
            "certificate_untrusted" => words.certificate_untrusted,
            "certificate_expired" => words.certificate_expired,
            "certificate_not_for_clients" => words.certificate_not_for_clients,
            "certificate_revoked" => words.certificate_revoked,
            "certificate_status_unknown" => words.certificate_status_unknown,
            "certificate_unregistered" => words.certificate_unregistered,
            "certificate_withdrawn" => words.certificate_withdrawn,
            "certificate_taken" => words.certificate_taken,
            "too_many_certificates" => words.certificate_too_many,
            "account_not_active" => words.account_not_active,
            "identity_begin_again" => words.identity_begin_again,
            "identity_refused" => words.identity_refused,
            "identity_not_believed" => words.identity_not_believed,
            "identity_assurance" => words.identity_assurance,
            "identity_incomplete" => words.identity_incomplete,
            "identity_unavailable" => words.identity_unavailable,
            "password_needed" => words.certificate_password_needed,
            _ => return Err(error),
        };
        Ok(Self { words: said, code: error.code })
    }
}

/// Permission: whoever is signed in.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, HttpResponse::Ok(), None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    error: Option<Said>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let caller = signed_in.person.caller.clone();
    let certificates = &site.read(move |app| app.own_certificates(&caller)).await?;
    let shown = site.app.shown_name(&site.visitor(request));
    page(response, frame, &CertificatesPage { frame, certificates, shown, error })
}

/// Permission: whoever is signed in; the certificate that is shown now.
pub(crate) async fn add(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (person, visitor) = (signed_in.person.clone(), site.visitor(&request));
    match site.read(move |app| app.own_certificate_add(&person, &visitor)).await {
        Ok(()) => Ok(see_other("/certificates")),
        Err(error) => {
            let said = Said::of(error, Frame::of(&request).words)?;
            draw(&site, &signed_in, &request, HttpResponse::BadRequest(), Some(said)).await
        }
    }
}

/// Permission: whoever is signed in; an own certificate.
pub(crate) async fn withdraw(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (caller, which) = (signed_in.person.caller.clone(), form.text("fingerprint").to_owned());
    site.read(move |app| app.own_certificate_withdraw(&caller, &which)).await?;
    Ok(see_other("/certificates"))
}
