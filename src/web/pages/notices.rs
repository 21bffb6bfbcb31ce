//! Notices of a case for clerks: the list, one notice, the form by which one is issued.

use super::frame::Frame;
use super::notice_words::Words;
use super::{page, see_other};
use crate::answer::{encoded, file};
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::{LicenseFieldView, LicensePageView, NoticeFormView, NoticeView};
use app::{App, AppError, IdempotencyKey, NoticeAsked, NoticeQuery, Page, Role};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

#[derive(Template)]
#[template(path = "notices.html")]
pub(crate) struct NoticesPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) asked: &'a Asked,
    pub(crate) found: &'a Page<NoticeView>,
}

impl NoticesPage<'_> {
    fn kinds(&self) -> [(&'static str, &'static str); 6] {
        self.words.kinds(self.frame)
    }

    fn name<'v>(&self, one: &'v NoticeView) -> &'v str {
        let kinds = self.kinds();
        kinds.iter().find(|(kind, _)| *kind == one.kind).map_or(&one.title, |(_, name)| name)
    }

    /// Where the next page is.
    fn next(&self) -> Option<String> {
        let cursor = self.found.next_cursor.as_deref()?;
        let [kind, case_no, cursor] =
            [self.asked.kind.as_str(), self.asked.case_no.as_str(), cursor].map(encoded);
        Some(format!("/notices?kind={kind}&case_no={case_no}&cursor={cursor}"))
    }
}

#[derive(Template)]
#[template(path = "notice.html")]
pub(crate) struct NoticePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) shown: &'a LicensePageView,
    /// Why it was not withdrawn.
    pub(crate) fault: Option<&'static str>,
}

impl NoticePage<'_> {
    /// What is printed on it, in order.
    fn said(&self) -> impl Iterator<Item = &LicenseFieldView> {
        let printed = |one: &&LicenseFieldView| !one.value.is_empty() && one.key != "decision";
        self.shown.fields.iter().filter(printed)
    }

    fn lines(&self, field: &LicenseFieldView) -> Vec<String> {
        match field.kind.as_str() {
            "date" => vec![self.frame.day(&field.value)],
            _ => field.value.lines().map(str::to_owned).collect(),
        }
    }

    fn decision(&self) -> Option<&str> {
        let field = self.shown.fields.iter().find(|one| one.key == "decision")?;
        Some(field.value.as_str()).filter(|id| !id.is_empty())
    }

    fn may_withdraw(&self) -> bool {
        self.shown.history.allowed.iter().any(|one| one == "revoke")
    }
}

#[derive(Template)]
#[template(path = "notice_new.html")]
pub(crate) struct NewNoticePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) form: &'a NoticeFormView,
    /// Names the page, so that it issues once.
    pub(crate) key: &'a str,
    /// The key of a field, and what is wrong with it.
    pub(crate) faults: &'a [(String, &'static str)],
}

impl NewNoticePage<'_> {
    fn fault(&self, key: &str) -> Option<&'static str> {
        self.faults.iter().find(|(field, _)| field == key).map(|(_, words)| *words)
    }

    fn label(&self, key: &str) -> &str {
        let field = self.form.fields.iter().find(|field| field.key == key);
        field.map_or("", |field| self.frame.text(&field.name, &field.name_en))
    }

    fn in_lines(&self, key: &str) -> bool {
        ["materials", "waived"].contains(&key)
    }
}

/// Which notices are shown.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) kind: String,
    #[serde(default)]
    pub(crate) case_no: String,
    #[serde(default)]
    pub(crate) cursor: String,
}

/// Permission: clerk, for notices of the own department.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let query = NoticeQuery {
        kind: some(&asked.kind),
        case_no: some(&asked.case_no),
        cursor: some(&asked.cursor),
        ..NoticeQuery::default()
    };
    let (caller, errand) = (signed_in.person.caller.clone(), why(&request)?);
    let found = &site.read(move |app| app.notices(&caller, &errand, &query)).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    let drawn = NoticesPage { frame, words: Words::of(frame), asked: &asked, found };
    page(HttpResponse::Ok(), frame, &drawn)
}

/// Permission: clerk, for notices of the own department.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    draw(&site, &signed_in, &request, HttpResponse::Ok(), (&id, None)).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    (id, fault): (&str, Option<&'static str>),
) -> Result<HttpResponse, Problem> {
    let (caller, errand, id) = (signed_in.person.caller.clone(), why(request)?, id.to_owned());
    let shown = &site.read(move |app| app.notice_page(&caller, &errand, &id)).await?;
    let frame = &Frame::of_reader(request, signed_in);
    page(response, frame, &NoticePage { frame, words: Words::of(frame), shown, fault })
}

/// Permission: clerk, for notices of the own department. The sealed file, byte for byte as issued.
pub(crate) async fn document(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let (caller, errand) = (signed_in.person.caller.clone(), why(&request)?);
    let document = site.read(move |app| app.notice_document(&caller, &errand, &id)).await?;
    Ok(file(&request, HttpResponse::Ok(), document))
}

/// Permission: clerk, for notices of the own department.
pub(crate) async fn withdraw(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let (caller, of) = (signed_in.person.caller.clone(), id.clone());
    let reason = form.text("reason").to_owned();
    let work = move |app: &App| app.withdraw_notice(&caller, None, &of, (&reason, None));
    let words = Words::of(&Frame::of(&request));
    let fault = match site.work(Lane::Department, work).await {
        Ok(_) => return Ok(see_other(&format!("/notices/{}", encoded(&id)))),
        Err(problem) if problem.code == "reason_needed" => words.fault_reason,
        Err(problem) if problem.code == "illegal_transition" => words.fault_state,
        Err(problem) => return Err(problem),
    };
    draw(&site, &signed_in, &request, HttpResponse::BadRequest(), (&id, Some(fault))).await
}

/// Of which kind, and from which decision.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Begun {
    #[serde(default)]
    kind: String,
    decision: Option<String>,
}

/// Permission: clerk, for the own department.
pub(crate) async fn new(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    begun: Query<Begun>,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let key = &App::form_key().map_err(Problem::from)?;
    let form = &form_of(&site, &signed_in, begun.into_inner()).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    let drawn = NewNoticePage { frame, words: Words::of(frame), form, key, faults: &[] };
    page(HttpResponse::Ok(), frame, &drawn)
}

async fn form_of(
    site: &Site,
    signed_in: &SignedIn,
    begun: Begun,
) -> Result<NoticeFormView, Problem> {
    let caller = signed_in.person.caller.clone();
    let read = move |app: &App| app.notice_form(&caller, &begun.kind, begun.decision.as_deref());
    site.read(read).await
}

/// Permission: clerk, for the own department. Once for a page and what was typed into it.
pub(crate) async fn issue(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    // A long decision is more than a small form.
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let key = form.text("key").parse::<IdempotencyKey>();
    let key = key.map_err(|cause| Problem::malformed_at("/key", cause))?;
    let decision = Some(form.text("decision").to_owned()).filter(|id| !id.is_empty());
    let begun = Begun { kind: form.text("kind").to_owned(), decision };
    let typed = form.named("f.");
    let asked = NoticeAsked {
        kind: begun.kind.clone(),
        decision: begun.decision.clone(),
        fields: typed.iter().filter_map(said).collect(),
        ..NoticeAsked::default()
    };
    let words = Words::of(&Frame::of(&request));
    let caller = signed_in.person.caller.clone();
    let sent = key.clone();
    let work = move |app: &App| match app.issue_notice_typed(&caller, &sent, &asked) {
        Ok(issued) => Ok(Ok(issued.value.id)),
        Err(error) => faults(error, words).map(Err),
    };
    let faults = match site.work(Lane::Department, work).await? {
        Ok(id) => return Ok(see_other(&format!("/notices/{}", encoded(&id)))),
        Err(faults) => faults,
    };
    let mut asks = form_of(&site, &signed_in, begun).await?;
    for field in &mut asks.fields {
        let text = typed.iter().find(|(name, _)| *name == field.key);
        field.value = text.map_or_else(String::new, |(_, text)| text.clone());
    }
    let frame = &Frame::of_reader(&request, &signed_in);
    let drawn = NewNoticePage { frame, words, form: &asks, key: key.as_str(), faults: &faults };
    page(HttpResponse::BadRequest(), frame, &drawn)
}

/// A field as it was typed. What was emptied is left out, also where a decision says it; where no number is
/// typed the next one is given.
fn said((name, text): &(String, String)) -> Option<(String, Value)> {
    let text = text.replace("\r\n", "\n");
    let value = match text.trim() {
        "" if name == "number" => return None,
        "" => Value::Null,
        text => text.into(),
    };
    Some((name.clone(), value))
}

/// What is wrong with a notice, at its fields; other errors stay errors.
fn faults(error: AppError, words: &Words) -> Result<Vec<(String, &'static str)>, AppError> {
    let number = "number".to_owned();
    match error {
        AppError::Fields(problems) => Ok(problems
            .into_iter()
            .map(|one| (one.pointer.trim_start_matches("/fields/").to_owned(), words.fault))
            .collect()),
        AppError::Duplicate { .. } => Ok(vec![(number, words.fault_number)]),
        AppError::Refused { code: "seal_not_applicable", .. } => {
            Ok(vec![(number, words.fault_seal)])
        }
        other => Err(other),
    }
}
