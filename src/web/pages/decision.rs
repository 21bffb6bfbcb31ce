//! The notice of what is needed (一次性告知单): what was decided about a case, and what goes on from it.

use super::assistance_words::Words as AssistanceWords;
use super::frame::Frame;
use super::item_words::Words as ItemWords;
use super::notice_words::Words as NoticeWords;
use super::show::Sign;
use super::workbench_words::Words;
use super::{page, see_other};
use crate::answer::file;
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{
    AssistanceRequestView, DecidedAssistanceView, DecidedEvidenceView, DecidedMaterialView,
    ExemptionDecisionView,
};
use app::{App, AppError, Caller, ItemSign, Role};
use askama::Template;

#[derive(Template)]
#[template(path = "decision.html")]
pub(crate) struct DecisionPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) items: &'static ItemWords,
    pub(crate) decision: &'a ExemptionDecisionView,
    /// Whether the case was submitted: its bundle is there.
    pub(crate) submitted: bool,
    /// What other departments are asked, as it stands now.
    pub(crate) asked: &'a [AssistanceRequestView],
    /// Where the page of each item is.
    pub(crate) signs: &'a [ItemSign],
}

/// Materials that belong together.
struct Group<'a> {
    /// The item that alone asks for them, or that several do; none where there is one item.
    title: Option<&'a str>,
    materials: Vec<&'a DecidedMaterialView>,
}

/// A request as the notice shows it.
struct AskedLine<'a> {
    id: &'a str,
    text: String,
    sign: Sign,
}

impl DecisionPage<'_> {
    fn sign(&self, material: &DecidedMaterialView) -> Sign {
        let optional = material.verdict == "required" && material.reason == "optional";
        self.items.sign(if optional { "optional" } else { material.verdict.as_str() }, true)
    }

    fn evidence(&self, one: &DecidedEvidenceView) -> String {
        let holder = self.words.relation(&one.holder);
        let until = one.valid_to.as_deref().map(|day| format!(" · {}", self.frame.day(day)));
        format!("{} {} · {holder}{}", one.type_name, one.number, until.unwrap_or_default())
    }

    /// What other departments are asked about a material, and how that stands now.
    fn assistance<'m>(&self, material: &'m DecidedMaterialView) -> Vec<AskedLine<'m>> {
        let line = |one: &'m DecidedAssistanceView| {
            let now = self.asked.iter().find(|now| now.id == one.request_id);
            let state = now.map_or(one.state.as_str(), |now| now.state.as_str());
            let outcome = now.map_or(&one.outcome, |now| &now.outcome);
            let due = self.frame.day(&one.due);
            let text = match self.frame.zh() {
                true => format!("已向{}发出协助请求，应于{due}前答复", one.department),
                false => format!("{} was asked and is to answer by {due}", one.department),
            };
            let sign = AssistanceWords::of(self.frame).sign(state, outcome.as_deref());
            AskedLine { id: &one.request_id, text, sign }
        };
        material.assistance.iter().map(line).collect()
    }

    /// Whether an answer came since it was decided.
    fn answered_since(&self) -> bool {
        let all = self.decision.materials.iter().flat_map(|one| &one.assistance);
        let open = |id: &str| all.clone().any(|one| one.request_id == id && one.outcome.is_none());
        self.asked.iter().any(|now| now.outcome.is_some() && open(&now.id))
    }

    /// What is still to be brought, now.
    fn still(&self) -> Vec<&DecidedMaterialView> {
        let needed = self.decision.materials.iter();
        needed.filter(|one| one.verdict == "required" && one.reason != "optional").collect()
    }

    /// Kinds of notices that are issued from here.
    fn kinds(&self) -> [(&'static str, &'static str); 6] {
        NoticeWords::of(self.frame).kinds(self.frame)
    }

    /// Whether the case has several items.
    fn several(&self) -> bool {
        self.decision.items.len() > 1
    }

    /// The names of the items that ask for a material, by their order in the case.
    fn askers(&self, material: &DecidedMaterialView) -> Vec<&str> {
        let asks = |code: &str| material.asked_by.iter().any(|one| one.item == code);
        let asking = self.decision.items.iter().filter(|one| asks(&one.code));
        asking.map(|one| self.frame.text(&one.name, &one.name_en)).collect()
    }

    /// The items for which a material is, in a row.
    fn shared_by(&self, material: &DecidedMaterialView) -> String {
        self.askers(material).join(if self.frame.zh() { "、" } else { ", " })
    }

    /// What several items ask for, then what each asks for alone.
    fn groups(&self) -> Vec<Group<'_>> {
        let all = &self.decision.materials;
        if !self.several() {
            return vec![Group { title: None, materials: all.iter().collect() }];
        }
        let shared = all.iter().filter(|one| self.askers(one).len() > 1).collect();
        let mut groups = vec![Group { title: Some(self.words.shared), materials: shared }];
        for item in &self.decision.items {
            let own = |one: &&DecidedMaterialView| {
                one.asked_by.iter().all(|asker| asker.item == item.code)
            };
            let title = Some(self.frame.text(&item.name, &item.name_en));
            groups.push(Group { title, materials: all.iter().filter(own).collect() });
        }
        groups.retain(|group| !group.materials.is_empty());
        groups
    }

    /// Whether values of licenses are at hand, which only the first answer has.
    fn has_values(&self) -> bool {
        self.decision.filled.iter().any(|one| one.value.is_some())
    }
}

/// Permission: clerk, for decisions of the own department. The notice again, without values of licenses.
pub(crate) async fn show(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    let caller = signed_in.person.caller.clone();
    let read = move |app: &App| {
        let decision = app.exemption_decision(&caller, &id)?;
        let (submitted, asked) = standing(app, &caller, &decision)?;
        Ok((decision, submitted, asked))
    };
    let (decision, submitted, asked) = site.read(read).await?;
    draw(&site, &signed_in, &request, (&decision, submitted, &asked))
}

/// Whether the case of a decision was submitted, and how what other departments are asked stands now.
pub(super) fn standing(
    app: &App,
    caller: &Caller,
    decision: &ExemptionDecisionView,
) -> Result<(bool, Vec<AssistanceRequestView>), AppError> {
    let asked = decision.materials.iter().flat_map(|one| &one.assistance);
    let asked: Vec<String> = asked.map(|one| one.request_id.clone()).collect();
    Ok((app.has_proof_bundle(caller, &decision.id)?, app.assistance_now(caller, &asked)?))
}

/// The notice of a decision: whether its case was submitted, and how what other departments are asked
/// stands now.
pub(super) fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    (decision, submitted, asked): (&ExemptionDecisionView, bool, &[AssistanceRequestView]),
) -> Result<HttpResponse, Problem> {
    let sign = decision.items.iter().map(|item| site.app.item_sign(&item.code));
    let signs = &sign.collect::<Result<Vec<_>, AppError>>().map_err(Problem::from)?;
    let frame = &Frame::of_reader(request, signed_in);
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let drawn = DecisionPage { frame, words, items, decision, submitted, asked, signs };
    page(HttpResponse::Ok(), frame, &drawn)
}

/// Permission: clerk, for decisions of the own department. Makes the bundle that goes to the system
/// in which the case is handled, and shows where it is.
pub(crate) async fn submit(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    Form::of_session(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let (caller, errand) = (signed_in.person.caller.clone(), why(&request)?);
    let page = format!("/workbench/decisions/{id}#submitted");
    let make = move |app: &App| app.proof_bundle(&caller, &errand, &id);
    site.work(Lane::Department, make).await?;
    Ok(see_other(&page))
}

/// Permission: clerk, for decisions of the own department. The proof bundle.
pub(crate) async fn bundle(
    site: Data<Site>,
    signed_in: SignedIn,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let (caller, errand) = (signed_in.person.caller.clone(), why(&request)?);
    let make = move |app: &App| app.proof_bundle(&caller, &errand, &id);
    Ok(file(&request, HttpResponse::Ok(), site.work(Lane::Department, make).await?))
}

/// Permission: clerk, for decisions of the own department. The marked copy of a license relied on.
pub(crate) async fn copy(
    site: Data<Site>,
    signed_in: SignedIn,
    named: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let (caller, errand) = (signed_in.person.caller.clone(), why(&request)?);
    let make = move |app: &App| app.marked_copy(&caller, &errand, &named.0, &named.1);
    Ok(file(&request, HttpResponse::Ok(), site.work(Lane::Department, make).await?))
}
