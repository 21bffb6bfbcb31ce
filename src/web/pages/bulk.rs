//! One change for many licenses of the department: listed or chosen, tried first, then done.

use super::bulk_words::Words;
use super::frame::Frame;
use super::page;
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{BulkMoveView, LicenseTypeView};
use app::{App, IdempotencyKey, Typed};
use askama::Template;

#[derive(Template)]
#[template(path = "bulk.html")]
pub(crate) struct BulkPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) types: &'a [LicenseTypeView],
    pub(crate) typed: &'a Typed,
    /// What would become of each license, or became of it.
    pub(crate) rows: Option<&'a BulkMoveView>,
    /// Names the request, so that a form that is sent twice changes once.
    pub(crate) key: &'a str,
    pub(crate) error: Option<&'a str>,
}

impl BulkPage<'_> {
    fn chosen(&self, name: &str, word: &str) -> bool {
        self.typed.text(name) == word
    }

    /// What is to happen to each.
    fn acts(&self) -> [(&'static str, &'static str); 3] {
        let words = self.frame.licenses();
        [("suspend", words.suspend), ("resume", words.resume), ("revoke", words.revoke)]
    }

    /// Why a license is not changed, in words.
    fn said(&self, code: &str, detail: &Option<String>) -> String {
        let (words, of_one) = (self.words, self.frame.licenses());
        let said = match code {
            "not_found" => words.not_found,
            "listed_twice" => words.listed_twice,
            "ambiguous_number" => words.ambiguous,
            "illegal_transition" => words.illegal,
            "effective_time_refused" => of_one.problem_effective,
            _ => return detail.clone().unwrap_or_else(|| code.to_owned()),
        };
        said.to_owned()
    }

    /// The licenses that are left after a dry run, with blanks between.
    fn left(&self) -> String {
        let rows = self.rows.iter().flat_map(|view| &view.rows);
        let ids = rows.filter(|row| row.code.is_none()).filter_map(|row| row.license_id.as_deref());
        ids.collect::<Vec<_>>().join(" ")
    }
}

/// Permission: clerk.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, (&Typed::default(), ""), Ok(None)).await
}

/// Permission: clerk, for licenses of the own department. First what would become of each, then, when
/// the form that this answers with is sent, it is done.
pub(crate) async fn act(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    let file = form.file("file").to_vec();
    let key = Some(form.text("key")).filter(|key| !key.is_empty());
    let key = key.map(|key| key.parse::<IdempotencyKey>()).transpose();
    let key = key.map_err(|cause| Problem::malformed_at("/key", cause))?;
    let typed: Typed = form.pairs().collect();
    let (caller, why) = (signed_in.person.caller.clone(), why(&request)?);
    let asked = typed.clone();
    let work =
        move |app: &App| app.license_move_all_typed(&caller, &why, key.as_ref(), &asked, &file);
    let done = site.work(Lane::Department, work).await;
    let fresh = App::form_key().map_err(Problem::from)?;
    draw(&site, &signed_in, &request, (&typed, &fresh), done.map(Some)).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    (typed, key): (&Typed, &str),
    done: Result<Option<BulkMoveView>, Problem>,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let (words, of_one) = (frame.bulk(), frame.licenses());
    let (rows, error) = match done {
        Ok(rows) => (rows, None),
        Err(problem) => {
            let said = match problem.code {
                "bulk_size" => words.problem_size,
                "unsupported_parameter" => of_one.problem_query,
                "effective_time_refused" => of_one.problem_effective,
                _ => return Err(problem),
            };
            (None, Some(said))
        }
    };
    let caller = signed_in.person.caller.clone();
    let types = &site.read(move |app| app.license_move_types(&caller)).await?;
    let status =
        if error.is_some() { HttpResponse::UnprocessableEntity() } else { HttpResponse::Ok() };
    let template = BulkPage { frame, words, types, typed, rows: rows.as_ref(), key, error };
    page(status, frame, &template)
}
