//! One seal: its life, and the step that comes next.

use super::frame::Frame;
use super::seal_words::Words;
use super::seals::said;
use super::{page, see_other};
use crate::answer::attachment;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::http::header::CONTENT_DISPOSITION;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{LicenseTypeView, SealLifeView, SealProposalView};
use app::{App, AppError, Caller, SealDuty, SealProposed, SealTermsAsked};
use askama::Template;

#[derive(Template)]
#[template(path = "seal.html")]
pub(crate) struct SealPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) life: &'a SealLifeView,
    pub(crate) duties: &'a [SealDuty],
    pub(crate) types: &'a [LicenseTypeView],
    pub(crate) picture: &'a str,
    pub(crate) open: Option<&'a SealProposalView>,
    /// Codes of the types on which it may stand.
    pub(crate) chosen: &'a [String],
    /// Something was proposed and decided.
    pub(crate) decided: bool,
    /// Its keys have their certificates.
    pub(crate) certified: bool,
    /// The demo's own authority is here.
    pub(crate) demo: bool,
    /// The reader may take back or refuse what is open.
    pub(crate) acts: bool,
    pub(crate) error: Option<&'a str>,
}

impl SealPage<'_> {
    /// Whether the step waits for the reader.
    fn may(&self, duty: &str) -> bool {
        self.duties.iter().any(|one| one.as_str() == duty)
    }

    /// License types in words.
    #[allow(clippy::ref_option, reason = "as the template has it")]
    fn type_names(&self, codes: &Option<Vec<String>>) -> String {
        let Some(codes) = codes else { return self.words.any_type.to_owned() };
        let name = |code: &String| {
            let known = self.types.iter().find(|one| one.code == *code);
            known.map_or_else(|| code.clone(), |one| one.name.clone())
        };
        codes.iter().map(name).collect::<Vec<_>>().join(self.frame.text("、", ", "))
    }
}

/// Permission: who reads seals; those of the own department, or all for administrators.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, HttpResponse::Ok(), &id, None).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    id: &str,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let (caller, id) = (signed_in.person.caller.clone(), id.to_owned());
    let asked = move |app: &App| {
        let life = app.seal(&caller, &id)?;
        let duties = app.seal_duties(&caller, &id)?;
        Ok((life, duties, app.seal_image(&caller, &id)?, app.license_types(), app.demo_certifies()))
    };
    let (life, duties, picture, types, demo) = site.read(asked).await?;
    let frame = &Frame::of_reader(request, signed_in);
    let open = life.proposals.iter().find(|one| one.state == "open");
    let no_types = Vec::new();
    let shown = SealPage {
        frame,
        words: frame.seals(),
        life: &life,
        duties: &duties,
        types: &types,
        picture: &picture,
        open,
        chosen: life.seal.license_types.as_ref().unwrap_or(&no_types),
        decided: life.proposals.iter().any(|one| one.state != "open"),
        certified: life.keys.iter().all(|key| key.certificate.is_some()),
        demo,
        acts: acts(signed_in),
        error,
    };
    page(response, frame, &shown)
}

/// Whether the reader takes steps with seals at all.
fn acts(signed_in: &SignedIn) -> bool {
    use app::Role::{SealApprover, SealKeeper, SecurityAdmin};
    [SealKeeper, SealApprover, SecurityAdmin].into_iter().any(|role| signed_in.person.is(role))
}

/// Takes a step, and leads back to the seal; or else its page says why not.
async fn take(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    payload: Payload,
    id: &str,
    step: impl FnOnce(&App, &Caller, &str, &Form) -> Result<(), AppError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(site, request, payload, &signed_in.token).await?;
    take_by(site, signed_in, request, form, id, step).await
}

async fn take_by(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    form: Form,
    id: &str,
    step: impl FnOnce(&App, &Caller, &str, &Form) -> Result<(), AppError> + Send + 'static,
) -> Result<HttpResponse, Problem> {
    let (caller, asked) = (signed_in.person.caller.clone(), id.to_owned());
    match site.work(Lane::Department, move |app| step(app, &caller, &asked, &form)).await {
        Ok(()) => Ok(see_other(&format!("/seals/{}", crate::answer::encoded(id)))),
        Err(error) => refused(site, signed_in, request, id, error).await,
    }
}

async fn refused(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    id: &str,
    error: Problem,
) -> Result<HttpResponse, Problem> {
    let status = if error.status.is_client_error() { error.status } else { return Err(error) };
    let words = said(error, &Frame::of(request))?;
    draw(site, signed_in, request, HttpResponseBuilder::new(status), id, Some(words)).await
}

macro_rules! steps {
    ($($(#[$permission:meta])* $name:ident => $step:expr;)*) => {$(
        $(#[$permission])*
        pub(crate) async fn $name(
            site: Data<Site>,
            signed_in: SignedIn,
            id: Path<String>,
            request: HttpRequest,
            payload: Payload,
        ) -> Result<HttpResponse, Problem> {
            let step: fn(&App, &Caller, &str, &Form) -> Result<(), AppError> = $step;
            take(&site, &signed_in, &request, payload, &id, step).await
        }
    )*};
}

steps! {
    /// Permission: seal approver of the department; not whoever asked.
    approve => |app, caller, id, form| app.seal_approve(caller, id, form.text("reason"));
    /// Permission: seal approver of the department, or a security administrator once approved.
    reject => |app, caller, id, form| app.seal_reject(caller, id, form.text("reason"));
    /// Permission: seal keeper of the department.
    withdraw => |app, caller, id, form| app.seal_withdraw(caller, id, form.text("reason"));
    /// Permission: security administrator.
    keys => |app, caller, id, form| app.seal_keys_make(caller, id, form.text("kind"));
    /// Permission: security administrator; only in the demo.
    demo_certify => |app, caller, id, _| app.seal_certify_in_demo(caller, id);
    /// Permission: security administrator; not whoever asked or approved.
    make => |app, caller, id, form| app.seal_make(caller, id, form.text("reason"));
    /// Permission: seal keeper of the department, or a security administrator who did not make it.
    file => |app, caller, id, form| app.seal_file(caller, id, form.text("number"));
    /// Permission: seal keeper or approver of the department.
    activate => |app, caller, id, _| app.seal_activate(caller, id);
    /// Permission: seal keeper or approver of the department, or a security administrator.
    suspend => |app, caller, id, form| app.seal_suspend(caller, id, form.text("reason"));
    /// Permission: seal keeper or approver of the department, or a security administrator.
    propose => |app, caller, id, form| app.seal_propose(caller, id, &proposed(form));
    /// Permission: seal approver of the department or a security administrator; not whoever proposed.
    confirm => |app, caller, id, form| app.seal_confirm(caller, id, form.text("proposal"));
    /// Permission: the same, or whoever proposed it.
    refuse => |app, caller, id, form| app.seal_refuse(caller, id, form.text("proposal"));
}

/// Permission: security administrator. A path of certificates is longer than other forms.
pub(crate) async fn key_certify(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    let step = |app: &App, caller: &Caller, id: &str, form: &Form| {
        app.seal_key_certify(caller, id, form.text("key"), form.text("chain"))
    };
    take_by(&site, &signed_in, &request, form, &id, step).await
}

fn proposed(form: &Form) -> SealProposed {
    let text = |name: &str| form.text(name).to_owned();
    SealProposed {
        change: text("change"),
        reason: text("reason"),
        revocation: text("revocation"),
        invalid_from: text("invalid_from"),
        terms: SealTermsAsked {
            license_types: form.all("type"),
            per_hour: text("per_hour"),
            per_day: text("per_day"),
            hours: text("hours"),
        },
    }
}

/// Permission: security administrator. A file for the authority that certifies.
pub(crate) async fn key_request(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (caller, asked) = (signed_in.person.caller.clone(), id.to_string());
    let key = form.text("key").to_owned();
    let step = move |app: &App| app.seal_key_request(&caller, &asked, &key);
    match site.work(Lane::Department, step).await {
        Ok(pem) => Ok(HttpResponse::Ok()
            .content_type("application/pkcs10")
            .insert_header((CONTENT_DISPOSITION, attachment("seal-key.csr")))
            .body(pem)),
        Err(error) => refused(&site, &signed_in, &request, &id, error).await,
    }
}
