//! One license: what it says, what happened to it, and what can be done with it.

use super::frame::Frame;
use super::license_words::Words;
use super::{page, see_other};
use crate::answer::{encoded, file};
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{LicenseFieldView, LicensePageView, RenewalEvidenceView, RenewalNeedView};
use app::{App, AppError, Caller, Errand, LicenseMove, Role, Seen, SuccessionKind, Typed};
use askama::Template;

#[derive(Template)]
#[template(path = "license.html")]
pub(crate) struct LicensePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) shown: &'a LicensePageView,
    /// The reader changes licenses.
    pub(crate) acts: bool,
    pub(crate) tag: String,
    /// What was typed into a form that was refused, and which.
    pub(crate) typed: &'a Typed,
    pub(crate) open: &'a str,
    pub(crate) error: Option<&'a Refusal>,
}

/// Why a form was refused.
pub(crate) struct Refusal {
    pub(crate) said: &'static str,
    /// The fields, by name, and what is wrong with each.
    pub(crate) fields: Vec<(String, String)>,
}

impl LicensePage<'_> {
    /// Whether this can be done now.
    fn may(&self, verb: &str) -> bool {
        self.acts && self.shown.history.allowed.iter().any(|one| one == verb)
    }

    /// What was typed under a name of the form that was refused.
    fn typed(&self, form: &str, name: &str) -> &str {
        if self.open == form { self.typed.text(name) } else { "" }
    }

    /// What a field of a form begins with: what was typed, or what the license says.
    fn begins<'a>(&'a self, form: &str, field: &'a LicenseFieldView, part: &str) -> &'a str {
        if self.open == form {
            return self.typed.text(&format!("field.{}{part}", field.key));
        }
        let value = if form == "renew" { &field.suggested } else { &field.value };
        let (from, to) = value.split_once(' ').unwrap_or((value, ""));
        match part {
            ".from" => from,
            ".to" if to == "long_term" => "",
            ".to" => to,
            _ => value,
        }
    }

    /// A field that a form of this name asks for.
    fn asks(&self, form: &str, field: &LicenseFieldView) -> bool {
        field.editable && (form == "change" || field.anew)
    }

    /// A value in words.
    fn value(&self, field: &LicenseFieldView) -> String {
        let until = |day: &str| match day {
            "" | "long_term" => self.words.unlimited.to_owned(),
            day => self.frame.day(day),
        };
        match (field.kind.as_str(), field.value.split_once(' ')) {
            ("photo", _) => self.words.not_shown.to_owned(),
            ("date", _) => self.frame.day(&field.value),
            ("period", Some((from, to))) => format!("{} — {}", self.frame.day(from), until(to)),
            ("choice", _) => {
                let chosen = field.choices.iter().find(|(word, _)| *word == field.value);
                chosen.map_or_else(|| field.value.clone(), |(_, name)| name.clone())
            }
            _ => field.value.clone(),
        }
    }

    /// How what a renewal rests on verifies, in a word.
    fn outcome(&self, evidence: &RenewalEvidenceView) -> &'static str {
        match evidence.outcome.as_deref() {
            Some("VALID") => self.frame.text("有效", "valid"),
            Some("INVALID") => self.frame.text("无效", "not valid"),
            _ => self.frame.text("无法判定", "cannot be told"),
        }
    }

    /// What keeps the license from being renewed, in words.
    fn need(&self, need: &RenewalNeedView) -> String {
        let key = need.pointer.as_deref().and_then(|pointer| pointer.strip_prefix("/fields/"));
        let field = key.and_then(|key| self.shown.fields.iter().find(|field| field.key == key));
        match (need.code.as_str(), field) {
            (_, Some(field)) => {
                let name = self.frame.text(&field.name, &field.name_en);
                format!("{name}: {}", need.detail)
            }
            ("illegal_transition", _) => self.words.problem_state.to_owned(),
            ("successor_exists", _) => self.words.problem_successor.to_owned(),
            ("part_not_in_force", _) => self.words.need_part.to_owned(),
            _ => format!("{} ({})", self.words.need_seal, need.detail),
        }
    }

    fn succession(&self, word: &Option<String>) -> &'static str {
        match word.as_deref() {
            Some("renewal") => self.words.succession_renewal,
            Some(_) => self.words.succession_change,
            None => self.words.succession_first,
        }
    }
}

/// Permission: who works with licenses or seals of the department, or auditor.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, HttpResponse::Ok(), &id, None).await
}

/// Permission: clerk, for licenses of the own department. The sealed file, byte for byte as issued.
pub(crate) async fn original(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let (caller, why) = (signed_in.person.caller.clone(), why(&request)?);
    let document = site.read(move |app| app.rendition_for_clerks(&caller, &why, &id)).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    id: &str,
    refused: Option<(&str, Typed, Refusal)>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let (caller, id, why) = (signed_in.person.caller.clone(), id.to_owned(), why(request)?);
    let shown = &site.read(move |app| app.license_page(&caller, &why, &id)).await?;
    let nothing = Typed::default();
    let (open, typed, error) = match &refused {
        Some((form, typed, error)) => (*form, typed, Some(error)),
        None => ("", &nothing, None),
    };
    let template = LicensePage {
        frame,
        words: frame.licenses(),
        shown,
        acts: signed_in.person.is(Role::Clerk),
        tag: shown.license.tag(),
        typed,
        open,
        error,
    };
    page(response, frame, &template)
}

/// What is done with a license; the id of the license to look at next.
type Step = fn(&App, &Caller, &Errand, &str, &Seen, &Typed) -> Result<String, AppError>;

/// Takes a step, and leads back to the license, or to the one that takes its place; or else the page
/// says why not.
async fn take(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    payload: Payload,
    id: &str,
    name: &str,
    step: Step,
) -> Result<HttpResponse, Problem> {
    let form = Form::with_file(site, request, payload, &signed_in.token).await?;
    let (caller, why, of) = (signed_in.person.caller.clone(), why(request)?, id.to_owned());
    let seen = Seen::Tags(vec![form.text("tag").to_owned()]);
    let typed: Typed = form.pairs().collect();
    let kept = typed.clone();
    let work = move |app: &App| step(app, &caller, &why, &of, &seen, &typed);
    match site.work(Lane::Department, work).await {
        Ok(next) => Ok(see_other(&format!("/licenses/{}", encoded(&next)))),
        Err(problem) => {
            let status = problem.status;
            let refusal = refusal(problem, &Frame::of(request))?;
            let response = HttpResponseBuilder::new(status);
            draw(site, signed_in, request, response, id, Some((name, kept, refusal))).await
        }
    }
}

fn refusal(problem: Problem, frame: &Frame) -> Result<Refusal, Problem> {
    let words = frame.licenses();
    let said = match problem.code {
        "illegal_transition" => words.problem_state,
        "version_mismatch" => words.problem_changed,
        "renewal_changed" => words.problem_confirmed,
        "reason_needed" => words.problem_reason,
        "unknown_reason" => words.problem_class,
        "legal_document_needed" => words.problem_document,
        "corrected_license_refused" => words.problem_corrected,
        "effective_time_refused" => words.problem_effective,
        "successor_exists" => words.problem_successor,
        "schema_violation" => words.problem_content,
        "duplicate_license_number" => words.problem_number,
        _ => return Err(problem),
    };
    let field = |one: &app::FieldProblem| {
        let key = one.pointer.trim_start_matches("/fields/").to_owned();
        (key, one.message.clone())
    };
    Ok(Refusal { said, fields: problem.errors.iter().map(field).collect() })
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
            let name = stringify!($name);
            take(&site, &signed_in, &request, payload, &id, name, $step).await
        }
    )*};
}

steps! {
    /// Permission: clerk, for licenses of the own department.
    suspend => |app, caller, _, id, seen, typed| {
        app.license_move_typed(caller, id, seen, LicenseMove::Suspend, typed)
    };
    /// Permission: clerk, for licenses of the own department.
    resume => |app, caller, _, id, seen, typed| {
        app.license_move_typed(caller, id, seen, LicenseMove::Resume, typed)
    };
    /// Permission: clerk, for licenses of the own department.
    revoke => |app, caller, _, id, seen, typed| {
        app.license_move_typed(caller, id, seen, LicenseMove::Revoke, typed)
    };
    /// Permission: clerk, for licenses of the own department.
    renew => |app, caller, why, id, seen, typed| {
        app.license_succeed_typed(caller, why, id, seen, SuccessionKind::Renewal, typed)
    };
    /// Permission: clerk, for licenses of the own department.
    change => |app, caller, why, id, seen, typed| {
        app.license_succeed_typed(caller, why, id, seen, SuccessionKind::Change, typed)
    };
}
