//! The workbench of a clerk at a general window: the item, the situation, the applicant, and what need
//! not be handed in, as the notice that is printed.

use super::assistance_words::Words as AssistanceWords;
use super::frame::Frame;
use super::item_words::Words as ItemWords;
use super::items::{ANSWER, Asked};
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
use actix_web::web::{Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{
    AssistanceRequestView, DecidedAssistanceView, DecidedEvidenceView, DecidedMaterialView,
    ExemptionDecisionView, ItemNeedsView, ServiceItemsView, TitleView,
};
use app::{App, AppError, ExemptionAsked, FieldProblem, ItemAsked, PartyAsked, Role};
use askama::Template;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "workbench.html")]
pub(crate) struct WorkbenchPage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) items: &'static ItemWords,
    /// Nothing before something is looked for.
    pub(crate) found: Option<&'a ServiceItemsView>,
    pub(crate) text: &'a str,
}

#[derive(Template)]
#[template(path = "case.html")]
pub(crate) struct CasePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) items: &'static ItemWords,
    pub(crate) item: &'a ItemNeedsView,
    pub(crate) typed: &'a ExemptionAsked,
    /// The name of an input, and what is wrong with it.
    pub(crate) faults: &'a [(String, &'static str)],
}

impl CasePage<'_> {
    fn title<'t>(&self, title: &'t TitleView) -> &'t str {
        self.frame.text(&title.zh, &title.en)
    }

    fn fault(&self, input: &str) -> Option<&'static str> {
        self.faults.iter().find(|(name, _)| name == input).map(|(_, words)| *words)
    }

    /// Whoever may be named, the applicant first.
    fn parties(&self) -> Vec<PartyInputs<'_>> {
        let relations = self.item.relations.iter().map(String::as_str);
        let agent = self.item.agents.then_some("agent");
        let roles = std::iter::once("applicant").chain(relations).chain(agent);
        roles.map(|role| self.party(role)).collect()
    }

    fn party<'p>(&'p self, role: &'p str) -> PartyInputs<'p> {
        let found = match role {
            "applicant" => Some(&self.typed.applicant),
            "agent" => self.typed.agent.as_ref(),
            role => self.typed.relations.get(role),
        };
        let text = |text: fn(&PartyAsked) -> &str| found.map_or("", text);
        let help = match role {
            "applicant" => "",
            "agent" => self.words.agent_help,
            _ => self.words.relation_help,
        };
        PartyInputs {
            role,
            label: self.words.relation(role),
            help,
            name: text(|one| &one.name),
            code: text(|one| &one.code),
            name_fault: self.fault(&format!("{role}.name")),
            code_fault: self.fault(&format!("{role}.code")),
            named: found.is_some(),
        }
    }

    fn chosen(&self, question: &str, answer: &str) -> bool {
        self.typed.answers.get(question).is_some_and(|given| given == answer)
    }
}

/// The inputs for somebody in a case.
struct PartyInputs<'a> {
    role: &'a str,
    label: &'a str,
    help: &'static str,
    name: &'a str,
    code: &'a str,
    name_fault: Option<&'static str>,
    code_fault: Option<&'static str>,
    named: bool,
}

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
    fn still(&self) -> Vec<&str> {
        let needed = self.decision.materials.iter();
        let needed = needed.filter(|one| one.verdict == "required" && one.reason != "optional");
        needed.map(|one| self.frame.text(&one.name, &one.name_en)).collect()
    }

    /// Whether values of licenses are at hand, which only the first answer has.
    fn has_values(&self) -> bool {
        self.decision.filled.iter().any(|one| one.value.is_some())
    }
}

/// Permission: clerk. Leads on when one item alone is found.
pub(crate) async fn search(
    site: Data<Site>,
    signed_in: SignedIn,
    request: HttpRequest,
    asked: Query<Asked>,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let query = asked.query();
    let found = match query.text.trim().is_empty() {
        true => None,
        false => Some(site.read(move |app| app.service_items(&query)).await?),
    };
    if let Some(ServiceItemsView { items, next_cursor: None }) = &found
        && let [one] = items.as_slice()
    {
        return Ok(see_other(&format!("/workbench/{}", one.code)));
    }
    let frame = &Frame::of_reader(&request, &signed_in);
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let drawn = WorkbenchPage { frame, words, items, found: found.as_ref(), text: &asked.q };
    page(HttpResponse::Ok(), frame, &drawn)
}

/// Permission: clerk. Asks about the situation and the applicant.
pub(crate) async fn begin(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let typed = ExemptionAsked::default();
    draw(&site, &signed_in, &request, &code, &typed, &[]).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    code: &str,
    typed: &ExemptionAsked,
    faults: &[(String, &'static str)],
) -> Result<HttpResponse, Problem> {
    let code = code.to_owned();
    let item = &site.read(move |app| app.item_needs(&code, &[])).await?;
    let frame = &Frame::of_reader(request, signed_in);
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let response = if faults.is_empty() { HttpResponse::Ok() } else { HttpResponse::BadRequest() };
    page(response, frame, &CasePage { frame, words, items, item, typed, faults })
}

/// What was typed about a case.
fn typed(code: &str, form: &Form) -> ExemptionAsked {
    let text = |name: &str| form.text(name).trim().to_owned();
    let party = |role: &str| PartyAsked {
        name: text(&format!("{role}.name")),
        code: text(&format!("{role}.code")),
        kind: None,
    };
    let there = |one: &PartyAsked| !(one.name.is_empty() && one.code.is_empty());
    let relations = form.all("relation").into_iter().map(|role| {
        let party = party(&role);
        (role, party)
    });
    let answers = form.named(ANSWER);
    ExemptionAsked {
        items: vec![ItemAsked { code: code.to_owned(), ..ItemAsked::default() }],
        answers: answers.into_iter().collect::<BTreeMap<_, _>>(),
        applicant: party("applicant"),
        agent: Some(party("agent")).filter(there),
        relations: relations.filter(|(_, party)| there(party)).collect(),
        case_no: text("case_no"),
    }
}

/// The input that a pointer is about.
fn input(pointer: &str) -> String {
    let pointer = pointer.trim_start_matches('/');
    match pointer.split_once('/') {
        Some(("relations", rest)) => rest.replace('/', "."),
        Some(("items", _)) => "applicant.code".to_owned(),
        _ => pointer.replace('/', "."),
    }
}

/// What is wrong with a case, at its inputs; other errors stay errors.
fn faults(error: AppError, words: &Words) -> Result<Vec<(String, &'static str)>, AppError> {
    match error {
        AppError::Fields(problems) => {
            let fault =
                |one: FieldProblem| (input(&one.pointer), words.fault(one.code, &one.pointer));
            Ok(problems.into_iter().map(fault).collect())
        }
        AppError::Refused { code: "case_number_missing", .. } => {
            Ok(vec![("case_no".to_owned(), words.fault_case)])
        }
        other => Err(other),
    }
}

/// Permission: clerk. Decides, and shows what need not be handed in.
pub(crate) async fn decide(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    let form = Form::of_session(&site, &request, payload, &signed_in.token).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    let words = Words::of(frame);
    let (caller, errand) = (signed_in.person.caller.clone(), why(&request)?);
    let asked = typed(&code, &form);
    let asking = asked.clone();
    let work = move |app: &App| match app.decide_exemption(&caller, &errand, None, &asking) {
        Ok(made) => Ok(Ok(made.value)),
        Err(error) => faults(error, words).map(Err),
    };
    match site.work(Lane::Department, work).await? {
        Ok(decision) => {
            let items = ItemWords::of(frame);
            let decision = &decision;
            let drawn =
                DecisionPage { frame, words, items, decision, submitted: false, asked: &[] };
            page(HttpResponse::Ok(), frame, &drawn)
        }
        Err(faults) => draw(&site, &signed_in, &request, &code, &asked, &faults).await,
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
        let asked = decision.materials.iter().flat_map(|one| &one.assistance);
        let asked: Vec<String> = asked.map(|one| one.request_id.clone()).collect();
        let asked = app.assistance_now(&caller, &asked)?;
        Ok((decision, app.has_proof_bundle(&caller, &id)?, asked))
    };
    let (decision, submitted, asked) = &site.read(read).await?;
    let frame = &Frame::of_reader(&request, &signed_in);
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let submitted = *submitted;
    let drawn = DecisionPage { frame, words, items, decision, submitted, asked };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_stand_at_their_inputs() {
        for (pointer, expected) in [
            ("/applicant/name", "applicant.name"),
            ("/relations/spouse/code", "spouse.code"),
            ("/items/0", "applicant.code"),
            ("/case_no", "case_no"),
            ("/agent/name", "agent.name"),
        ] {
            assert_eq!(input(pointer), expected);
        }
    }
}
