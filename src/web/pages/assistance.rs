//! What departments ask each other about materials of a case: the queue, one request, its answer.

use super::assistance_words::Words;
use super::frame::Frame;
use super::show::Sign;
use super::{page, see_other};
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use app::view::AssistanceRequestView;
use app::{App, AppError, AssistanceQuery, AssistanceSaid, Page, Role};
use askama::Template;
use serde::Deserialize;

/// One list of the page.
pub(crate) struct Listed {
    /// Its name in addresses.
    pub(crate) name: &'static str,
    pub(crate) page: Page<AssistanceRequestView>,
}

#[derive(Template)]
#[template(path = "assistance.html")]
pub(crate) struct AssistancePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) lists: &'a [Listed],
    /// Whether it is one list alone, further on.
    pub(crate) alone: bool,
}

impl AssistancePage<'_> {
    fn heading(&self, list: &Listed) -> &'static str {
        match list.name {
            "to_answer" => self.words.to_answer,
            "answered" => self.words.answered,
            _ => self.words.sent,
        }
    }

    fn empty(&self, list: &Listed) -> &'static str {
        if list.name == "to_answer" { self.words.to_answer_none } else { self.words.none }
    }

    /// The other department of a request.
    fn other<'v>(&self, list: &Listed, one: &'v AssistanceRequestView) -> &'v str {
        if list.name == "sent" { &one.asked } else { &one.asking }
    }

    fn sign(&self, one: &AssistanceRequestView) -> Sign {
        self.words.sign(&one.state, one.outcome.as_deref())
    }
}

#[derive(Template)]
#[template(path = "assistance_request.html")]
pub(crate) struct RequestPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) one: &'a AssistanceRequestView,
    pub(crate) typed: &'a AssistanceSaid,
    /// The name of an input, and what is wrong with it.
    pub(crate) faults: &'a [(String, &'static str)],
}

impl RequestPage<'_> {
    fn sign(&self) -> Sign {
        self.words.sign(&self.one.state, self.one.outcome.as_deref())
    }

    fn may(&self, act: &str) -> bool {
        self.one.allowed.iter().any(|one| one == act)
    }

    fn outcomes(&self) -> [(&'static str, &'static str); 3] {
        let words = self.words;
        [("confirmed", words.confirmed), ("denied", words.denied), ("unable", words.unable)]
    }

    fn fault(&self, input: &str) -> Option<&'static str> {
        self.faults.iter().find(|(name, _)| name == input).map(|(_, words)| *words)
    }

    fn typed<'t>(&self, text: &'t Option<String>) -> &'t str {
        text.as_deref().unwrap_or_default()
    }
}

/// Which list goes on, and from where.
#[derive(Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    list: String,
    cursor: Option<String>,
}

/// The lists by name: whose requests, and in which state.
const LISTS: [(&str, &str, Option<&str>); 3] = [
    ("to_answer", "asked", Some("open")),
    ("answered", "asked", Some("answered")),
    ("sent", "asking", None),
];

/// Permission: clerk, for requests of the own department.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let asked = asked.into_inner();
    let alone = LISTS.iter().any(|(name, ..)| *name == asked.list);
    let caller = signed_in.person.caller.clone();
    let read = move |app: &App| -> Result<Vec<Listed>, AppError> {
        let wanted = LISTS.iter().filter(|(name, ..)| !alone || *name == asked.list);
        let listed = |(name, side, state): &(&'static str, &str, Option<&str>)| {
            let query = AssistanceQuery {
                side: Some((*side).to_owned()),
                state: state.map(str::to_owned),
                cursor: asked.cursor.clone().filter(|_| alone),
                limit: None,
            };
            Ok(Listed { name, page: app.assistance_requests(&caller, &query)? })
        };
        wanted.map(listed).collect()
    };
    let lists = &site.read(read).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    page(
        HttpResponse::Ok(),
        frame,
        &AssistancePage { frame, words: Words::of(frame), lists, alone },
    )
}

/// Permission: clerk, for requests of the own department. Who is asked sees whom an open one is about.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let typed = AssistanceSaid::default();
    draw(&site, &signed_in, &request, HttpResponse::Ok(), (&id, &typed, &[])).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    response: HttpResponseBuilder,
    (id, typed, faults): (&str, &AssistanceSaid, &[(String, &'static str)]),
) -> Result<HttpResponse, Problem> {
    let (caller, errand, id) = (signed_in.person.caller.clone(), why(request)?, id.to_owned());
    let read = move |app: &App| app.assistance_request(&caller, &errand, &id);
    let one = &site.work(Lane::Department, read).await?;
    let frame = &Frame::of_reader(request, signed_in);
    page(response, frame, &RequestPage { frame, words: Words::of(frame), one, typed, faults })
}

/// Permission: clerk of the department that is asked.
pub(crate) async fn answer(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let words = Words::of(&Frame::of(&request));
    let text = |name: &str| form.text(name).trim().to_owned();
    let said = AssistanceSaid {
        outcome: text("outcome"),
        statement: text("statement"),
        document_number: Some(text("document_number")),
        valid_until: Some(text("valid_until")),
    };
    let (caller, of, asked) = (signed_in.person.caller.clone(), id.clone(), said.clone());
    let work = move |app: &App| match app.answer_assistance(&caller, None, &of, &asked) {
        Ok(_) => Ok(Vec::new()),
        Err(error) => faults(error, words),
    };
    let wrong = site.work(Lane::Department, work).await?;
    if wrong.is_empty() {
        return Ok(see_other(&format!("/assistance/{id}")));
    }
    draw(&site, &signed_in, &request, HttpResponse::BadRequest(), (&id, &said, &wrong)).await
}

/// Permission: clerk of the department that asks.
pub(crate) async fn withdraw(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    Form::of_session(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let (caller, of) = (signed_in.person.caller.clone(), id.clone());
    let work = move |app: &App| app.withdraw_assistance(&caller, None, &of);
    site.work(Lane::Department, work).await?;
    Ok(see_other(&format!("/assistance/{id}")))
}

/// What is wrong with an answer, at its inputs; other errors stay errors.
fn faults(error: AppError, words: &Words) -> Result<Vec<(String, &'static str)>, AppError> {
    match error {
        AppError::Fields(problems) => Ok(problems
            .into_iter()
            .map(|one| {
                let words = words.fault(&one.pointer);
                (one.pointer.trim_start_matches('/').to_owned(), words)
            })
            .collect()),
        AppError::Refused { code: "assistance_state", .. } => {
            Ok(vec![("main".to_owned(), words.ended)])
        }
        other => Err(other),
    }
}
