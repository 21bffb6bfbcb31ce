//! The register of seals: which there are, what waits, and asking for one.

use super::frame::Frame;
use super::seal_words::Words;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{LicenseTypeView, SealTaskView, SealView};
use app::{App, AppError, Caller, Role, SealAsked, SealLook, SealTermsAsked};
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "seals.html")]
pub(crate) struct SealsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) seals: &'a [SealView],
    pub(crate) waiting: &'a [SealTaskView],
    pub(crate) state: &'a str,
    pub(crate) may_ask: bool,
}

#[derive(Template)]
#[template(path = "seal_new.html")]
pub(crate) struct NewPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) typed: &'a Typed,
    pub(crate) designs: Vec<(String, String)>,
    pub(crate) types: &'a [LicenseTypeView],
    pub(crate) replaceable: &'a [SealView],
    pub(crate) preview: Option<&'a str>,
    pub(crate) error: Option<&'a str>,
}

/// What was typed into the form for a new seal.
#[derive(Clone, Default)]
pub(crate) struct Typed {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) look: String,
    /// Outline and size, such as `round 42x42`.
    pub(crate) design: String,
    pub(crate) text: String,
    pub(crate) line: String,
    pub(crate) code: String,
    /// A picture that was sent before, in base 64.
    pub(crate) kept: String,
    pub(crate) size: String,
    pub(crate) types: Vec<String>,
    pub(crate) per_hour: String,
    pub(crate) per_day: String,
    pub(crate) hours: String,
    pub(crate) from: String,
    pub(crate) until: String,
    pub(crate) replaces: String,
    pub(crate) reason: String,
}

impl Typed {
    /// What was typed; a picture that came with it is kept for the next time.
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let picture = form.file("picture");
        let kept = if picture.is_empty() { text("kept") } else { app::picture_text(picture) };
        Self {
            name: text("name"),
            kind: text("kind"),
            look: text("look"),
            design: text("design"),
            text: text("text"),
            line: text("line"),
            code: text("code"),
            kept,
            size: text("size"),
            types: form.all("type"),
            per_hour: text("per_hour"),
            per_day: text("per_day"),
            hours: text("hours"),
            from: text("from"),
            until: text("until"),
            replaces: text("replaces"),
            reason: text("reason"),
        }
    }

    fn look(&self) -> SealLook {
        if self.look == "uploaded" {
            return SealLook::Uploaded {
                png: app::picture_bytes(&self.kept),
                size: self.size.clone(),
            };
        }
        let (shape, size) = self.design.split_once(' ').unwrap_or((&self.design, ""));
        SealLook::Designed {
            shape: shape.to_owned(),
            name: self.text.clone(),
            line: self.line.clone(),
            size: size.to_owned(),
        }
    }

    fn asked(&self) -> SealAsked {
        SealAsked {
            name: self.name.clone(),
            kind: self.kind.clone(),
            code: self.code.clone(),
            look: self.look(),
            terms: SealTermsAsked {
                license_types: self.types.clone(),
                per_hour: self.per_hour.clone(),
                per_day: self.per_day.clone(),
                hours: self.hours.clone(),
            },
            from: self.from.clone(),
            until: self.until.clone(),
            replaces: self.replaces.clone(),
            reason: self.reason.clone(),
        }
    }
}

/// Which seals are shown.
#[derive(Deserialize)]
pub(crate) struct Shown {
    #[serde(default)]
    state: String,
}

/// Permission: who reads seals; those of the own department, or all for administrators.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let shown = Query::<Shown>::from_query(request.query_string());
    let state = shown.map(|shown| shown.into_inner().state).unwrap_or_default();
    let caller = signed_in.person.caller.clone();
    let both = move |app: &App| Ok((app.seals(&caller)?, app.seals_waiting(&caller)?));
    let (mut seals, waiting) = site.read(both).await?;
    seals.retain(|one| state.is_empty() || one.state == state);
    let frame = &Frame::of_reader(&request, &signed_in);
    let may_ask = signed_in.person.is(Role::SealKeeper);
    let (seals, waiting, state, words) = (&seals[..], &waiting[..], &*state, frame.seals());
    page(HttpResponse::Ok(), frame, &SealsPage { frame, words, seals, waiting, state, may_ask })
}

/// Permission: seal keeper.
pub(crate) async fn new(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let typed = Typed { text: signed_in.person.organization.clone(), ..Typed::default() };
    draw(&site, &signed_in, &request, HttpResponse::Ok(), &typed, (None, None)).await
}

/// Permission: seal keeper. Shows what the seal will look like, or asks for it.
pub(crate) async fn ask(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    let (typed, preview) = (Typed::of(&form), form.text("act") == "preview");
    let (caller, asked) = (signed_in.person.caller.clone(), typed.clone());
    let done = move |app: &App| match preview {
        true => drawn(app, &caller, &asked).map(Answer::Preview),
        false => app.seal_ask(&caller, &asked.asked()).map(Answer::Asked),
    };
    let (response, shown, error) = match site.work(Lane::Department, done).await {
        Ok(Answer::Asked(id)) => return Ok(see_other(&format!("/seals/{id}"))),
        Ok(Answer::Preview(picture)) => (HttpResponse::Ok(), Some(picture), None),
        Err(error) => {
            let words = said(error, &Frame::of(&request))?;
            (HttpResponse::BadRequest(), None, Some(words))
        }
    };
    draw(&site, &signed_in, &request, response, &typed, (shown.as_deref(), error)).await
}

enum Answer {
    Preview(String),
    Asked(String),
}

/// The picture as an address of its own content.
fn drawn(app: &App, caller: &Caller, typed: &Typed) -> Result<String, AppError> {
    let code = app.seal_code_next(caller, &typed.code)?;
    app.seal_preview(caller, &typed.look(), &code)
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    typed: &Typed,
    (preview, error): (Option<&str>, Option<&str>),
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let asked = move |app: &App| {
        app.seal_code_next(&caller, "")?;
        Ok((app.license_types(), app.seals(&caller)?))
    };
    let (types, mut replaceable) = site.read(asked).await?;
    replaceable.retain(|one| ["ACTIVE", "SUSPENDED", "EXPIRED"].contains(&&*one.state));
    let frame = &Frame::of_reader(request, signed_in);
    let (types, replaceable, designs) = (&types[..], &replaceable[..], designs(frame));
    let words = frame.seals();
    let new = NewPage { frame, words, typed, designs, types, replaceable, preview, error };
    page(response, frame, &new)
}

/// Outlines with their sizes.
fn designs(frame: &Frame) -> Vec<(String, String)> {
    let mut all = Vec::new();
    for shape in app::SealShape::ALL {
        let name = match shape {
            app::SealShape::Round => frame.text("圆形", "Round"),
            app::SealShape::Oval => frame.text("椭圆形", "Oval"),
            app::SealShape::Square => frame.text("方形", "Square"),
            app::SealShape::Personal => frame.text("个人名章", "Personal"),
        };
        for (width, height) in shape.sizes_mm() {
            all.push((
                format!("{shape} {width}x{height}"),
                format!("{name} {width} × {height} mm"),
            ));
        }
    }
    all
}

/// Why something was not done, as its page says it; what is no matter of typing is a problem.
pub(super) fn said(error: Problem, frame: &Frame) -> Result<&'static str, Problem> {
    let words = frame.seals();
    Ok(match error.code {
        "self_approval" => words.problem_self,
        "seal_state" => words.problem_state,
        "seal_changed" => words.problem_changed,
        "proposal_open" => words.problem_open,
        "proposal_decided" => words.problem_decided,
        "reason_needed" => words.problem_reason,
        "seal_name" => words.problem_name,
        "seal_code" => words.problem_code,
        "seal_code_taken" => words.problem_code_taken,
        "seal_period" => words.problem_period,
        "seal_limits" => words.problem_limits,
        "unknown_license_type" => words.problem_types,
        "seal_text" | "seal_shape" => words.problem_text,
        "seal_picture" => words.problem_picture,
        "seal_size" => words.problem_size,
        "seal_replaced" => words.problem_replaced,
        "keys_missing" => words.problem_keys,
        "keys_made" => words.problem_keys_made,
        "key_certificate" => words.problem_certificate,
        "certificate_missing" => words.problem_certificate_none,
        "seal_maker_missing" => words.problem_maker,
        "filing_needed" => words.problem_filing,
        "revocation_reason" => words.problem_revocation,
        _ => return Err(error),
    })
}
