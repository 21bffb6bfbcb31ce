//! The material library: the citizen's own page, and that of a clerk at a window.

use super::frame::Frame;
use super::library_words::Words;
use super::show::Sign;
use super::{page, see_other};
use crate::api::materials::inert;
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::{Citizen, SignedIn};
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::LibraryMaterialView;
use app::{App, CheckAsked, Errand, IdempotencyKey, MaterialAsked, MaterialSearch, Role, SentFile};
use askama::Template;

#[derive(Template)]
#[template(path = "my_materials.html")]
pub(crate) struct MyMaterialsPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) form_token: String,
    /// Names what is sent, so that a form that is sent twice keeps once.
    pub(crate) key: String,
    pub(crate) materials: &'a [LibraryMaterialView],
    /// What was typed, when it was refused.
    pub(crate) typed: &'a MaterialAsked,
    pub(crate) error: Option<&'a str>,
    pub(crate) limit_mib: usize,
}

impl MyMaterialsPage<'_> {
    fn sign(&self, one: &LibraryMaterialView) -> Sign {
        sign(self.words, one)
    }
}

#[derive(Template)]
#[template(path = "library.html")]
pub(crate) struct LibraryPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) typed: &'a Typed,
    /// Nothing before something is looked for.
    pub(crate) found: Option<&'a [LibraryMaterialView]>,
    /// A check was just recorded.
    pub(crate) checked: bool,
    pub(crate) error: Option<&'a str>,
}

impl LibraryPage<'_> {
    fn sign(&self, one: &LibraryMaterialView) -> Sign {
        sign(self.words, one)
    }

    /// Whether there is something to compare.
    fn is_open(&self, one: &LibraryMaterialView) -> bool {
        one.grade == "C" && !one.expired
    }
}

/// What a clerk typed.
#[derive(Clone, Default)]
pub(crate) struct Typed {
    pub(crate) holder: String,
    pub(crate) case_no: String,
    pub(crate) item: String,
}

/// How far a material is of use: shape, colour and word.
fn sign(words: &Words, one: &LibraryMaterialView) -> Sign {
    let (shape, tone, word) = if one.erased_at.is_some() {
        ("dash", "quiet", words.erased)
    } else if one.expired {
        ("clock", "invalid", words.over)
    } else {
        match one.grade.as_str() {
            "A" => ("tick", "valid", words.grade_a),
            "B" => ("tick", "valid", words.grade_b),
            "C" => ("paper", "unknown", words.grade_c),
            _ => ("pen", "quiet", words.grade_d),
        }
    };
    Sign { shape, tone, word }
}

/// Why something was not done, in words; none for what a page has no words for.
fn said(words: &'static Words, problem: &Problem) -> Option<&'static str> {
    let pointer = problem.errors.first().map(|one| one.pointer.as_str());
    Some(match (problem.code, pointer) {
        (_, Some("/name")) => words.wrong_name,
        (_, Some("/valid_to")) => words.wrong_day,
        (_, Some("/holder_code")) => words.wrong_code,
        (_, Some("/window")) => words.wrong_window,
        ("case_number_missing", _) | (_, Some("/case_no")) => words.wrong_case,
        ("material_kind", _) => words.problem_kind,
        ("material_mismatch", _) => words.problem_mismatch,
        ("material_mixed", _) => words.problem_mixed,
        ("material_encrypted", _) => words.problem_encrypted,
        ("material_active", _) => words.problem_active,
        ("material_damaged", _) => words.problem_damaged,
        ("material_too_involved", _) => words.problem_involved,
        ("material_library_full", _) => words.problem_full,
        ("material_self_check", _) => words.problem_self_check,
        ("material_state", _) => words.problem_state,
        ("material_grade", _) => words.problem_grade,
        _ => return None,
    })
}

/// Permission: a citizen who is signed in, for the own materials.
pub(crate) async fn own(
    site: Data<Site>,
    signed_in: Citizen,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw_own(&site, &signed_in, &request, &MaterialAsked::default(), None).await
}

async fn draw_own(
    site: &Site,
    signed_in: &Citizen,
    request: &HttpRequest,
    typed: &MaterialAsked,
    refused: Option<Problem>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of(request);
    let words = Words::of(frame);
    let mut response = HttpResponse::Ok();
    let error = match refused {
        Some(problem) => {
            response.status(problem.status);
            let said = said(words, &problem);
            Some(said.ok_or(problem)?)
        }
        None => None,
    };
    let token = signed_in.token.clone();
    let materials = &site.read(move |app| app.own_materials(&token)).await?;
    let (form_token, key) = (signed_in.token.form_token(), App::form_key().map_err(Problem::from)?);
    let limit_mib = site.settings.file_bytes_max >> 20;
    let drawn =
        MyMaterialsPage { frame, words, form_token, key, materials, typed, error, limit_mib };
    page(response, frame, &drawn)
}

/// Permission: a citizen who is signed in. Keeps a material.
pub(crate) async fn keep(
    site: Data<Site>,
    signed_in: Citizen,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let most = site.settings.file_bytes_max;
    let form = Form::with_upload(&site, &request, payload, &signed_in.token, most).await?;
    let key: IdempotencyKey =
        form.text("key").parse().map_err(|cause| Problem::malformed_at("/key", cause))?;
    let name = Some(form.file_name("file").to_owned()).filter(|name| !name.is_empty());
    let file = SentFile { bytes: form.file("file").to_vec(), name, media_type: None };
    let typed = MaterialAsked {
        name: form.text("name").to_owned(),
        source: form.text("source").to_owned(),
        valid_to: form.text("valid_to").to_owned(),
        ..MaterialAsked::default()
    };
    let (token, sent) = (signed_in.token.clone(), MaterialAsked { file, ..typed.clone() });
    let keep = move |app: &App| {
        // What the file holds of the budget of uploads is given back with the form.
        let _form = form;
        app.keep_own_material(&token, &key, &sent)
    };
    match site.work(Lane::Public, keep).await {
        Ok(_) => Ok(see_other("/me/materials")),
        Err(problem) => draw_own(&site, &signed_in, &request, &typed, Some(problem)).await,
    }
}

/// Permission: a citizen who is signed in, for the own materials.
pub(crate) async fn own_file(
    site: Data<Site>,
    signed_in: Citizen,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let read = move |app: &App| app.own_material_file(&signed_in.token, &id);
    Ok(inert(&request, site.read(read).await?))
}

/// Permission: a citizen who is signed in, for the own materials.
pub(crate) async fn erase(
    site: Data<Site>,
    signed_in: Citizen,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let token = signed_in.token.clone();
    match site.read(move |app| app.erase_own_material(&token, &id)).await {
        // Sent twice.
        Err(problem) if problem.code != "material_state" => Err(problem),
        _ => Ok(see_other("/me/materials")),
    }
}

/// Permission: clerk.
pub(crate) async fn show(
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    draw(&signed_in, &request, (&Typed::default(), false), Ok(None))
}

/// Permission: clerk, for a case. Who looked is written down first.
pub(crate) async fn search(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (typed, errand) = typed(&form, &request)?;
    let caller = signed_in.person.caller.clone();
    let wanted = MaterialSearch { holder_code: typed.holder.clone(), name: None };
    let search = move |app: &App| app.search_materials(&caller, &errand?, &wanted);
    let found = site.work(Lane::Department, search).await;
    draw(&signed_in, &request, (&typed, false), found.map(Some))
}

/// Permission: clerk, for a case; a use, of which the holder learns.
pub(crate) async fn file(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (_, errand) = typed(&form, &request)?;
    let caller = signed_in.person.caller.clone();
    let read = move |app: &App| app.material_file(&caller, &errand?, &id);
    Ok(inert(&request, site.work(Lane::Department, read).await?))
}

/// Permission: clerk, for a case: who compared a material with the original, and did not bring it.
pub(crate) async fn check(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let (typed, errand) = typed(&form, &request)?;
    let caller = signed_in.person.caller.clone();
    let asked = CheckAsked { window: form.text("window").to_owned() };
    let check = move |app: &App| {
        let checked = app.check_material(&caller, &errand?, None, &id, &asked)?;
        Ok(vec![checked.value])
    };
    let found = site.work(Lane::Department, check).await;
    draw(&signed_in, &request, (&typed, found.is_ok()), found.map(Some))
}

/// What was typed, and for which case somebody looks.
fn typed(
    form: &Form,
    request: &HttpRequest,
) -> Result<(Typed, Result<Errand, app::AppError>), Problem> {
    let text = |name: &str| form.text(name).trim().to_owned();
    let typed = Typed { holder: text("holder"), case_no: text("case_no"), item: text("item") };
    let said = |text: &str| match text {
        "" => Ok(String::new()),
        text => Errand::said(text),
    };
    let way = why(request)?;
    let errand = match (said(&typed.case_no), said(&typed.item)) {
        (Ok(case_no), Ok(item)) => Ok(Errand { case_no, item, ..way }),
        _ => Err(App::case_unsaid()),
    };
    Ok((typed, errand))
}

fn draw(
    signed_in: &SignedIn,
    request: &HttpRequest,
    (typed, checked): (&Typed, bool),
    found: Result<Option<Vec<LibraryMaterialView>>, Problem>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let words = Words::of(frame);
    let mut response = HttpResponse::Ok();
    let (found, error) = match found {
        Ok(found) => (found, None),
        Err(problem) => {
            response.status(problem.status);
            let said = said(words, &problem);
            (None, Some(said.ok_or(problem)?))
        }
    };
    let found = found.as_deref();
    page(response, frame, &LibraryPage { frame, words, typed, found, checked, error })
}
