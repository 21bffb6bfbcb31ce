//! License types: what there is, their versions, and the editor of the next one. For clerks of the
//! department that keeps a type; others see.

use super::frame::Frame;
use super::type_form::{ElementTyped, FieldTyped, Typed, Wrong, input_of};
use super::type_words::Words;
use super::{page, see_other};
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{LicenseTypeView, TypeDraftView, TypeFindingView, TypeRowView, TypeVersionView};
use app::{App, AppError, Caller, FieldProblem, NewType, TypePreview};
use askama::Template;

#[derive(Template)]
#[template(path = "types.html")]
pub(crate) struct TypesPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) types: &'a [TypeRowView],
    pub(crate) typed: &'a NewType,
    pub(crate) error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "type.html")]
pub(crate) struct TypePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) row: &'a TypeRowView,
    pub(crate) fields: &'a [app::view::FieldView],
    pub(crate) versions: &'a [TypeVersionView],
    pub(crate) preview: &'a TypePreview,
    pub(crate) error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "type_edit.html")]
pub(crate) struct EditPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) draft: &'a TypeDraftView,
    pub(crate) typed: &'a Typed,
    pub(crate) wrong: &'a Wrong,
    pub(crate) findings: &'a [TypeFindingView],
    pub(crate) preview: &'a TypePreview,
    pub(crate) saved: bool,
}

#[derive(Template)]
#[template(path = "type_preview.html")]
pub(crate) struct PreviewPart<'a> {
    pub(crate) words: &'static Words,
    pub(crate) preview: &'a TypePreview,
}

/// The choices of the form, as the catalogue document names them.
pub(crate) const KINDS: [&str; 11] = [
    "text",
    "long_text",
    "date",
    "period",
    "citizen_id",
    "uscc",
    "number",
    "money",
    "choice",
    "photo",
    "table",
];
const ROLES: [&str; 9] = [
    "",
    "license_number",
    "holder_name",
    "holder_code",
    "issue_date",
    "valid_from",
    "valid_to",
    "valid_period",
    "parts",
];
const SENSITIVITIES: [&str; 3] = ["public", "masked", "private"];
const CATEGORIES: [&str; 5] = ["license", "proof", "approval", "appraisal", "outcome"];

impl EditPage<'_> {
    fn script(&self) -> String {
        super::assets::TYPES.address()
    }

    /// What is wrong with an input.
    fn wrong(&self, id: impl AsRef<str>) -> Option<&str> {
        self.wrong.get(id.as_ref()).map(String::as_str)
    }

    /// Whether a row of the form has something wrong, and so stands open.
    fn open(&self, prefix: impl std::fmt::Display) -> bool {
        let prefix = format!("{prefix}_");
        self.wrong.keys().any(|id| id.starts_with(&prefix))
    }

    /// The name of the input at which a finding is.
    fn place(&self, finding: &TypeFindingView) -> String {
        input_of(&finding.pointer)
    }

    fn kinds(&self) -> &'static [&'static str] {
        &KINDS
    }

    fn roles(&self) -> &'static [&'static str] {
        &ROLES
    }

    fn sensitivities(&self) -> &'static [&'static str] {
        &SENSITIVITIES
    }

    fn categories(&self) -> &'static [&'static str] {
        &CATEGORIES
    }

    /// What a row is called in its head.
    fn field_name<'a>(&self, field: &'a FieldTyped) -> &'a str {
        if field.zh.is_empty() { self.words.new_field } else { &field.zh }
    }

    /// The first words of an element.
    fn element_about(&self, element: &ElementTyped) -> String {
        element.text.as_deref().unwrap_or_default().chars().take(24).collect()
    }
}

/// Why something was not done, as its page says it; what is no matter of typing is a problem.
fn said(error: Problem, words: &'static Words) -> Result<&'static str, Problem> {
    match error.code {
        "version_mismatch" => Ok(words.changed),
        "license_type_state" => Ok(words.wrong_state),
        "reason_needed" => Ok(words.reason_needed),
        "not_the_keeper" => Ok(words.not_keeper),
        "type_number_refused" => Ok(words.number_refused),
        "unknown_license_type" => Ok(words.model_refused),
        "name_refused" => Ok(words.name_refused),
        _ => Err(error),
    }
}

/// Permission: clerk.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let frame = Frame::of_reader(&request, &signed_in);
    draw_list(&site, &signed_in, &frame, HttpResponse::Ok(), None, &NewType::default()).await
}

async fn draw_list(
    site: &Site,
    signed_in: &SignedIn,
    frame: &Frame,
    response: HttpResponseBuilder,
    error: Option<&str>,
    typed: &NewType,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let types = &site.read(move |app| app.type_rows(&caller)).await?;
    let words = Words::of(frame);
    page(response, frame, &TypesPage { frame, words, types, typed, error })
}

/// Permission: clerk. Begins a type of the own department after another.
pub(crate) async fn add(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let text = |name: &str| form.text(name).to_owned();
    let typed =
        NewType { number: text("number"), zh: text("zh"), en: text("en"), model: text("model") };
    let (caller, asked) = (signed_in.person.caller.clone(), typed.clone());
    let begin = move |app: &App| app.type_begin(&caller, &asked);
    match site.work(Lane::Department, begin).await {
        Ok(draft) => Ok(see_other(&format!("/license-types/{}/draft", draft.code))),
        Err(error) => {
            let frame = Frame::of_reader(&request, &signed_in);
            let words = Some(said(error, Words::of(&frame))?);
            let response = HttpResponse::BadRequest();
            draw_list(&site, &signed_in, &frame, response, words, &typed).await
        }
    }
}

/// Permission: clerk.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw_one(&site, &signed_in, &request, HttpResponse::Ok(), &code, None).await
}

async fn draw_one(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    code: &str,
    error: Option<&str>,
) -> Result<HttpResponse, Problem> {
    let (caller, code) = (signed_in.person.caller.clone(), code.to_owned());
    let ask = move |app: &App| {
        let newest: LicenseTypeView = app.license_type(&code)?;
        let row = app.type_row(&caller, &code)?;
        let document = app.type_document(&code, newest.version)?;
        let preview = app.type_preview(document.json.as_bytes())?;
        Ok((row, newest.fields, app.type_versions(&code)?, preview))
    };
    let (row, fields, versions, preview) = &site.work(Lane::Department, ask).await?;
    let frame = &Frame::of_reader(request, signed_in);
    let words = Words::of(frame);
    page(response, frame, &TypePage { frame, words, row, fields, versions, preview, error })
}

/// Permission: clerk. Begins the next version, withdraws the type or brings it back.
pub(crate) async fn act(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (caller, asked) = (signed_in.person.caller.clone(), code.clone());
    let (act, reason) = (form.text("act").to_owned(), form.text("reason").to_owned());
    let work = move |app: &App| {
        match act.as_str() {
            "withdraw" => app.type_withdraw(&caller, &asked, &reason).map(drop)?,
            "reinstate" => app.type_reinstate(&caller, &asked).map(drop)?,
            "next" => {
                app.type_next(&caller, &asked)?;
                return Ok(format!("/license-types/{asked}/draft"));
            }
            _ => drop(app.type_row(&caller, &asked)?),
        }
        Ok(format!("/license-types/{asked}"))
    };
    match site.work(Lane::Department, work).await {
        Ok(address) => Ok(see_other(&address)),
        Err(error) => {
            let words = Some(said(error, Words::of(&Frame::of(&request)))?);
            let response = HttpResponse::BadRequest();
            draw_one(&site, &signed_in, &request, response, &code, words).await
        }
    }
}

/// Permission: clerk. The editor of the next version.
pub(crate) async fn edit(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let ask = move |app: &App| {
        let draft = app.type_draft(&caller, &code)?;
        let preview = app.type_preview(draft.document.to_string().as_bytes())?;
        Ok((draft, preview))
    };
    let (draft, preview) = &site.work(Lane::Department, ask).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    let edit = EditPage {
        frame,
        words: Words::of(frame),
        draft,
        typed: &Typed::of(&draft.document),
        wrong: &Wrong::new(),
        findings: &draft.findings,
        preview,
        saved: request.query_string() == "saved",
    };
    page(HttpResponse::Ok(), frame, &edit)
}

/// What became of what was typed.
enum Done {
    /// It led to another page.
    Elsewhere(String),
    /// It is drawn again.
    Again(Box<Again>),
}

/// What the form shows when it is drawn again.
struct Again {
    draft: TypeDraftView,
    wrong: Wrong,
    findings: Vec<TypeFindingView>,
    preview: TypePreview,
}

/// The refusals of a definition, each at its input; what else went wrong stays an error.
fn at_inputs<T>(done: Result<T, AppError>, wrong: &mut Wrong) -> Result<Option<T>, AppError> {
    match done {
        Err(AppError::TypeRefused(problems)) => {
            let at = |one: FieldProblem| (input_of(&one.pointer), one.message);
            wrong.extend(problems.into_iter().map(at));
            Ok(None)
        }
        Err(AppError::Refused { code: "version_mismatch", detail }) => {
            wrong.insert(input_of(""), detail);
            Ok(None)
        }
        other => other.map(Some),
    }
}

/// What a button of the editor asks for.
struct Change {
    code: String,
    act: String,
    revision: u32,
    typed: Typed,
}

impl Change {
    fn done(&self, app: &App, caller: &Caller) -> Result<Done, AppError> {
        let Self { code, act, revision, typed } = self;
        let draft = app.type_draft(caller, code)?;
        if act == "drop" {
            app.type_draft_drop(caller, code, *revision)?;
            return Ok(Done::Elsewhere("/license-types".to_owned()));
        }
        let (mut wrong, document) = match typed.document(&draft.document) {
            Ok(document) => (Wrong::new(), document.to_string()),
            Err(wrong) => (wrong, String::new()),
        };
        if wrong.is_empty() && ["save", "publish"].contains(&act.as_str()) {
            let put = app.type_draft_put(caller, code, document.as_bytes(), Some(*revision));
            if let Some(kept) = at_inputs(put, &mut wrong)? {
                if act == "save" {
                    return Ok(Done::Elsewhere(format!("/license-types/{code}/draft?saved")));
                }
                let published = app.type_publish(caller, code, kept.revision);
                if at_inputs(published, &mut wrong)?.is_some() {
                    return Ok(Done::Elsewhere(format!("/license-types/{code}")));
                }
                return Ok(again(app, kept, wrong, &document));
            }
        }
        Ok(again(app, TypeDraftView { findings: Vec::new(), ..draft }, wrong, &document))
    }
}

/// The form again, with a picture where one can be drawn.
fn again(app: &App, draft: TypeDraftView, mut wrong: Wrong, document: &str) -> Done {
    let mut preview = TypePreview::default();
    if !document.is_empty() {
        match at_inputs(app.type_preview(document.as_bytes()), &mut wrong) {
            Ok(drawn) => preview = drawn.unwrap_or_default(),
            Err(error) => tracing::error!(error = &error as &dyn std::error::Error, "a preview"),
        }
    }
    let findings = draft.findings.clone();
    Done::Again(Box::new(Again { draft, wrong, findings, preview }))
}

/// Permission: clerk. Draws what was typed, keeps it, or publishes it.
pub(crate) async fn change(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    let words = Words::of(frame);
    let (typed, act) = (Typed::read(&form), form.text("act").to_owned());
    let picture = act == "picture";
    let caller = signed_in.person.caller.clone();
    let revision = form.text("revision").parse().unwrap_or(0);
    let change = Change { code: code.into_inner(), act, revision, typed: typed.clone() };
    let work = move |app: &App| change.done(app, &caller);
    let again = match site.work(Lane::Department, work).await? {
        Done::Elsewhere(address) => return Ok(see_other(&address)),
        Done::Again(again) => again,
    };
    let preview = &again.preview;
    if picture {
        return page(HttpResponse::Ok(), frame, &PreviewPart { words, preview });
    }
    let wrong: &Wrong =
        &again.wrong.iter().map(|(id, text)| (id.clone(), words.problem(text))).collect();
    let response = match wrong.is_empty() {
        true => HttpResponse::Ok(),
        false => HttpResponse::BadRequest(),
    };
    let (draft, findings) = (&again.draft, &again.findings[..]);
    let edit =
        EditPage { frame, words, draft, typed: &typed, wrong, findings, preview, saved: false };
    page(response, frame, &edit)
}
