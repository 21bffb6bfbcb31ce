//! For whom a marked copy was made: by the number on it, or by the file. What is refused looks like what
//! is unknown.

use super::frame::{Frame, reads_copies};
use super::marked_copy_words::Words;
use super::page;
use super::show::Sign;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::App;
use app::view::MarkedCopyView;
use askama::Template;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "marked_copies.html")]
pub(crate) struct MarkedCopiesPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    /// The number that was typed.
    pub(crate) id: &'a str,
    /// Nothing before something is asked.
    pub(crate) found: Option<&'a Traced>,
    pub(crate) limit_mib: usize,
}

impl MarkedCopiesPage<'_> {
    /// Whether the copy still stands.
    fn sign(&self, copy: &MarkedCopyView) -> Sign {
        let (tone, shape, word) = match copy.standing.as_str() {
            "stands" => ("valid", "tick", self.words.stands),
            "over" => ("invalid", "clock", self.words.over),
            _ => ("invalid", "cross", self.words.changed),
        };
        Sign { shape, tone, word }
    }

    fn state(&self, copy: &MarkedCopyView) -> Sign {
        Sign::state(&copy.license_state, self.frame)
    }
}

/// What came of it.
pub(crate) enum Traced {
    /// Unknown, or nothing for who asks.
    Nothing,
    /// The copy, and of a file whether it is the one that was made.
    Copy(Box<MarkedCopyView>, Option<bool>),
}

/// What is asked.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    id: String,
}

/// The number as it is kept: on paper it stands in groups.
fn number(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

/// Permission: license staff, for licenses that the own department issued and copies that it had made.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    allowed(&signed_in)?;
    let id = number(&asked.id);
    if id.is_empty() {
        return draw(&site, &signed_in, &request, "", None);
    }
    let (caller, wanted) = (signed_in.person.caller.clone(), id.clone());
    let look = site.read(move |app| app.marked_copy_trace(&caller, &wanted)).await;
    let traced = told(look.map(|copy| (copy, None)))?;
    draw(&site, &signed_in, &request, &id, Some(&traced))
}

/// Permission: as [`show`]. By a file that carries a mark.
pub(crate) async fn trace(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let most = site.settings.file_bytes_max;
    let form = Form::with_upload(&site, &request, payload, &signed_in.token, most).await?;
    allowed(&signed_in)?;
    let (caller, file) = (signed_in.person.caller.clone(), form.file("file").to_vec());
    let look = move |app: &App| app.marked_copy_trace_file(&caller, file);
    let look = site.work(Lane::Department, look).await;
    let traced = told(look.map(|(copy, same)| (copy, Some(same))))?;
    draw(&site, &signed_in, &request, "", Some(&traced))
}

fn allowed(signed_in: &SignedIn) -> Result<(), Problem> {
    let may = reads_copies(&signed_in.person);
    if may { Ok(()) } else { Err(Problem::new("scope_missing")) }
}

fn told(look: Result<(MarkedCopyView, Option<bool>), Problem>) -> Result<Traced, Problem> {
    match look {
        Ok((copy, same)) => Ok(Traced::Copy(Box::new(copy), same)),
        Err(problem) if problem.status.as_u16() == 404 => Ok(Traced::Nothing),
        Err(problem) => Err(problem),
    }
}

fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    id: &str,
    found: Option<&Traced>,
) -> Result<HttpResponse, Problem> {
    let response = match found {
        Some(Traced::Nothing) => HttpResponse::NotFound(),
        _ => HttpResponse::Ok(),
    };
    let frame = &Frame::of_reader(request, signed_in);
    let (words, limit_mib) = (Words::of(frame), site.settings.file_bytes_max / (1024 * 1024));
    page(response, frame, &MarkedCopiesPage { frame, words, id, found, limit_mib })
}
