//! The licenses of a department, to be found; for auditors those of all.

use super::frame::Frame;
use super::license_words::Words;
use super::page;
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{LicenseTypeView, LicenseView};
use app::{LicenseQuery, Page, Role};
use askama::Template;
use serde::Deserialize;

/// Licenses on one page.
const LICENSES_A_PAGE: usize = 50;

#[derive(Template)]
#[template(path = "licenses.html")]
pub(crate) struct LicensesPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) found: &'a Page<LicenseView>,
    pub(crate) types: &'a [LicenseTypeView],
    pub(crate) asked: &'a Asked,
    /// The reader changes licenses.
    pub(crate) acts: bool,
    pub(crate) error: Option<&'a str>,
}

impl LicensesPage<'_> {
    /// Licenses that end soon, as they are searched for.
    fn ending(&self) -> [(&'static str, &'static str); 3] {
        let words = [self.words.ending, self.words.ending_30, self.words.ending_7];
        std::array::from_fn(|place| (ENDING[place].0, words[place]))
    }
}

/// What was typed into the search.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    pub(crate) kind: String,
    /// A state, or one of [`ENDING`].
    #[serde(default)]
    pub(crate) state: String,
    /// Personal, so it comes in a form and never in an address.
    #[serde(skip)]
    pub(crate) number: String,
    #[serde(default)]
    pub(crate) cursor: String,
}

/// Licenses that end within so many days.
const ENDING: [(&str, u16); 3] = [("ENDING", 90), ("ENDING_30", 30), ("ENDING_7", 7)];

impl Asked {
    fn query(&self) -> LicenseQuery {
        let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let ending = ENDING.iter().find(|(word, _)| *word == self.state).map(|(_, days)| *days);
        LicenseQuery {
            license_type: some(&self.kind),
            number: some(&self.number),
            holder: None,
            state: some(&self.state).filter(|_| ending.is_none()),
            ending_within: ending,
            limit: Some(LICENSES_A_PAGE),
            cursor: some(&self.cursor),
        }
    }
}

/// Permission: who works with licenses or seals of the department, or auditor.
pub(crate) async fn list(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    draw(&site, &signed_in, &request, &asked).await
}

/// Permission: who works with licenses or seals of the department, or auditor. A number in a form, because
/// addresses are kept in places of all kinds.
pub(crate) async fn search(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let text = |name: &str| form.text(name).to_owned();
    let asked = Asked {
        kind: text("kind"),
        state: text("state"),
        number: text("number"),
        cursor: text("cursor"),
    };
    draw(&site, &signed_in, &request, &asked).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    asked: &Asked,
) -> Result<HttpResponse, Problem> {
    let frame = &Frame::of_reader(request, signed_in);
    let words = frame.licenses();
    let (caller, why, query) = (signed_in.person.caller.clone(), why(request)?, asked.query());
    let ask = move |app: &app::App| Ok((app.licenses(&caller, &why, &query)?, app.license_types()));
    let (found, types, error) = match site.read(ask).await {
        Ok((found, types)) => (found, types, None),
        Err(problem) if problem.code == "unsupported_parameter" => {
            let nothing = Page { items: Vec::new(), next_cursor: None };
            (nothing, Vec::new(), Some(words.problem_query))
        }
        Err(problem) => return Err(problem),
    };
    let status = if error.is_some() { HttpResponse::BadRequest() } else { HttpResponse::Ok() };
    let acts = signed_in.person.is(Role::Clerk);
    let (found, types) = (&found, &types);
    page(status, frame, &LicensesPage { frame, words, found, types, asked, acts, error })
}
