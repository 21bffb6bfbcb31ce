//! A case at the workbench (一件事): its items, the questions of all of them on one page, and who is in
//! it. One form does everything, so that what was typed stays while items are added and taken away.

use super::frame::Frame;
use super::item_words::Words as ItemWords;
use super::items::ANSWER;
use super::workbench::{Found, find};
use super::workbench_words::Words;
use super::{decision, page, see_other};
use crate::errand::why;
use crate::form::Form;
use crate::problem::Problem;
use crate::session::SignedIn;
use crate::site::Site;
use crate::work::Lane;
use actix_web::rt::time::sleep;
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use app::view::{
    AssistanceRequestView, ExemptionDecisionView, ItemNeedsView, QuestionView, ServiceItemsView,
    TitleView,
};
use app::{
    App, AppError, ExemptionAsked, FieldProblem, IdempotencyKey, ItemAsked, ItemQuery, PartyAsked,
    Role,
};
use askama::Template;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// As many items as a decision takes.
const ITEMS_MAX: usize = 20;
/// Who clicked twice waits for the answer to the first click, so often and so long.
const WAITS: usize = 40;
const WAIT: Duration = Duration::from_millis(250);

/// What is wrong with what was typed.
pub(crate) struct Fault {
    /// The input where it is.
    pub(crate) input: String,
    /// The place of the item that it is about.
    pub(crate) item: Option<usize>,
    pub(crate) words: &'static str,
}

/// What a keyboard is for first.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Focus {
    /// The first question.
    Questions,
    /// The next item, because the one before was scanned or added.
    Items,
}

#[derive(Template)]
#[template(path = "case.html")]
pub(crate) struct CasePage<'a> {
    pub(crate) frame: &'a Frame,
    pub(crate) words: &'static Words,
    pub(crate) items: &'static ItemWords,
    /// What each item of the case asks, in the order in which they were added.
    pub(crate) needs: &'a [ItemNeedsView],
    pub(crate) typed: &'a ExemptionAsked,
    pub(crate) faults: &'a [Fault],
    /// What was looked for to be added, and found none or several times.
    pub(crate) found: Option<(&'a str, &'a ServiceItemsView)>,
    /// There are questions that only the answers made necessary.
    pub(crate) more: bool,
    /// Names the page, so that it decides once.
    pub(crate) key: &'a str,
    pub(crate) focus: Focus,
}

/// A question of one item, or of several that ask the same.
pub(crate) struct Asking<'a> {
    /// The name of its input, without [`ANSWER`].
    name: String,
    view: &'a QuestionView,
    of: Vec<&'a ItemNeedsView>,
}

impl Asking<'_> {
    /// Name of the input and codes of the items, as the form says whom an answer is for.
    fn said(&self) -> String {
        let codes = self.of.iter().map(|item| item.code.as_str());
        std::iter::once(self.name.as_str()).chain(codes).collect::<Vec<_>>().join(" ")
    }
}

/// The questions of a case, each once.
fn questions(needs: &[ItemNeedsView]) -> Vec<Asking<'_>> {
    let mut all: Vec<Asking<'_>> = Vec::new();
    for item in needs {
        for question in &item.questions {
            if let Some(known) = all.iter_mut().find(|one| same(one.view, question)) {
                known.of.push(item);
                continue;
            }
            let key = &question.key;
            let taken = all.iter().any(|one| one.view.key == *key);
            let name = if taken { format!("{key}.{}", item.code) } else { key.clone() };
            all.push(Asking { name, view: question, of: vec![item] });
        }
    }
    all
}

/// Whether two items ask the same in the same words.
fn same(one: &QuestionView, other: &QuestionView) -> bool {
    let choices = |question: &QuestionView| -> Vec<(String, TitleView)> {
        question.choices.iter().map(|choice| (choice.key.clone(), choice.label.clone())).collect()
    };
    one.key == other.key && one.text == other.text && choices(one) == choices(other)
}

impl CasePage<'_> {
    fn title<'t>(&self, title: &'t TitleView) -> &'t str {
        self.frame.text(&title.zh, &title.en)
    }

    fn fault(&self, input: &str) -> Option<&'static str> {
        self.faults.iter().find(|one| one.input == input).map(|one| one.words)
    }

    /// The name of the item that a fault is about, where there are several.
    fn named(&self, fault: &Fault) -> Option<&str> {
        let item = fault.item.filter(|_| self.needs.len() > 1)?;
        self.needs.get(item).map(|one| self.title(&one.name))
    }

    fn questions(&self) -> Vec<Asking<'_>> {
        questions(self.needs)
    }

    /// Of a question that not all items ask, those that do.
    fn askers(&self, asking: &Asking<'_>) -> Option<String> {
        let some = asking.of.len() < self.needs.len();
        let names = asking.of.iter().map(|item| self.title(&item.name)).collect::<Vec<_>>();
        some.then(|| names.join(if self.frame.zh() { "、" } else { ", " }))
    }

    /// The input in which the cursor waits: what is wrong, the next item, or what is not answered yet.
    fn focused(&self) -> String {
        if let Some(fault) = self.faults.first() {
            return fault.input.clone();
        }
        if self.focus == Focus::Items {
            return "q".to_owned();
        }
        let open = |one: &Asking<'_>| one.view.choices.iter().all(|choice| !choice.chosen);
        let first = self.questions().into_iter().find(open);
        first.map_or_else(|| "applicant.name".to_owned(), |one| format!("{ANSWER}{}", one.name))
    }

    /// Whoever may be named, the applicant first.
    fn parties(&self) -> Vec<PartyInputs<'_>> {
        let relations = self.needs.iter().flat_map(|item| &item.relations).map(String::as_str);
        let relations: BTreeSet<&str> = relations.collect();
        let agents = self.typed.agent.is_some() || self.needs.iter().all(|item| item.agents);
        let agent = agents.then_some("agent");
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

/// A case as it stands: what was typed, and what is to be said of it.
struct Standing {
    typed: ExemptionAsked,
    faults: Vec<Fault>,
    found: Option<(String, ServiceItemsView)>,
    more: bool,
    key: String,
    focus: Focus,
}

impl Standing {
    fn of(typed: ExemptionAsked, key: String, focus: Focus) -> Self {
        Self { typed, faults: Vec::new(), found: None, more: false, key, focus }
    }

    fn codes(&self) -> impl Iterator<Item = &str> {
        self.typed.items.iter().map(|item| item.code.as_str())
    }

    /// Adds an item, unless it is there or there are too many.
    fn add(&mut self, code: String, words: &Words) {
        self.focus = Focus::Items;
        if self.codes().any(|known| known == code) {
            return;
        }
        if self.typed.items.len() < ITEMS_MAX {
            self.typed.items.push(ItemAsked { code, ..ItemAsked::default() });
        } else {
            let input = "q".to_owned();
            self.faults.push(Fault { input, item: None, words: words.fault_many });
        }
    }

    /// What its items ask, each by its answers.
    async fn needs(&self, site: &Site) -> Result<Vec<ItemNeedsView>, Problem> {
        let items = self.typed.items.clone();
        let needs = move |app: &App| {
            let of = |item: ItemAsked| {
                let answers: Vec<(String, String)> = item.answers.into_iter().collect();
                app.item_needs(&item.code, &answers)
            };
            items.into_iter().map(of).collect()
        };
        site.read(needs).await
    }
}

/// Permission: clerk. Asks about the situation and the applicant.
pub(crate) async fn begin(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, Problem> {
    signed_in.require(Role::Clerk)?;
    let items = vec![ItemAsked { code: code.into_inner(), ..ItemAsked::default() }];
    let typed = ExemptionAsked { items, ..ExemptionAsked::default() };
    let next = request.query_string().split('&').any(|one| one == "next");
    let focus = if next { Focus::Items } else { Focus::Questions };
    let key = App::form_key().map_err(Problem::from)?;
    draw(&site, &signed_in, &request, &Standing::of(typed, key, focus)).await
}

async fn draw(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    standing: &Standing,
) -> Result<HttpResponse, Problem> {
    let needs = &standing.needs(site).await?;
    let frame = &Frame::of_reader(request, signed_in);
    let (words, items) = (Words::of(frame), ItemWords::of(frame));
    let Standing { typed, faults, found, more, key, focus } = standing;
    let response = if faults.is_empty() { HttpResponse::Ok() } else { HttpResponse::BadRequest() };
    let found = found.as_ref().map(|(text, found)| (text.as_str(), found));
    let (more, focus) = (*more, *focus);
    let drawn = CasePage { frame, words, items, needs, typed, faults, found, more, key, focus };
    page(response, frame, &drawn)
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
    ExemptionAsked {
        items: items(code, form),
        answers: BTreeMap::new(),
        applicant: party("applicant"),
        agent: Some(party("agent")).filter(there),
        relations: relations.filter(|(_, party)| there(party)).collect(),
        case_no: text("case_no"),
    }
}

/// The items of a form with the answers to their questions; without any, that of the address.
fn items(code: &str, form: &Form) -> Vec<ItemAsked> {
    let mut codes = form.all("item");
    if codes.is_empty() {
        codes.push(code.to_owned());
    }
    codes.truncate(ITEMS_MAX + 1);
    let item = |code| ItemAsked { code, ..ItemAsked::default() };
    let mut items: Vec<ItemAsked> = codes.into_iter().map(item).collect();
    let given: BTreeMap<String, String> = form.named(ANSWER).into_iter().collect();
    for (name, key, code) in shown(form) {
        if let Some(answer) = given.get(&name)
            && let Some(item) = items.iter_mut().find(|item| item.code == code)
        {
            item.answers.insert(key, answer.clone());
        }
    }
    items
}

/// The questions that a form showed: the name of the input, the question, and the item that asks it.
fn shown(form: &Form) -> Vec<(String, String, String)> {
    let mut shown = Vec::new();
    for said in form.all("question") {
        let mut parts = said.split(' ');
        let name = parts.next().unwrap_or_default();
        let key = name.split('.').next().unwrap_or_default();
        shown.extend(parts.map(|code| (name.to_owned(), key.to_owned(), code.to_owned())));
    }
    shown
}

/// The input that a pointer is about, and the item.
fn input(pointer: &str) -> (String, Option<usize>) {
    let pointer = pointer.trim_start_matches('/');
    match pointer.split_once('/') {
        Some(("relations", rest)) => (rest.replace('/', "."), None),
        Some(("items", rest)) => {
            let place = rest.split('/').next().unwrap_or_default();
            (format!("item.{place}"), place.parse().ok())
        }
        _ => (pointer.replace('/', "."), None),
    }
}

/// What is wrong with a case, at its inputs; other errors stay errors.
fn faults(error: AppError, words: &Words) -> Result<Vec<Fault>, AppError> {
    match error {
        AppError::Fields(problems) => {
            let fault = |one: FieldProblem| {
                let (input, item) = input(&one.pointer);
                Fault { input, item, words: words.fault(one.code, &one.pointer) }
            };
            Ok(problems.into_iter().map(fault).collect())
        }
        AppError::Refused { code: "case_number_missing", .. } => {
            let input = "case_no".to_owned();
            Ok(vec![Fault { input, item: None, words: words.fault_case }])
        }
        other => Err(other),
    }
}

/// Permission: clerk. Adds an item or takes one away; with neither, decides, and shows what need not be
/// handed in. What is typed where an item is added goes before deciding: a scanner ends with Enter.
pub(crate) async fn act(
    site: Data<Site>,
    signed_in: SignedIn,
    code: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Problem> {
    // Twenty items with their questions are more than a small form.
    let form = Form::with_file(&site, &request, payload, &signed_in.token).await?;
    signed_in.require(Role::Clerk)?;
    let words = Words::of(&Frame::of(&request));
    let key = form.text("key").to_owned();
    let mut standing = Standing::of(typed(&code, &form), key, Focus::Questions);
    let (remove, add, text) = (form.text("remove"), form.text("add"), form.text("q").trim());
    if !remove.is_empty() {
        standing.typed.items.retain(|item| item.code != remove);
        standing.focus = Focus::Items;
    } else if !add.is_empty() {
        standing.add(add.to_owned(), words);
    } else if text.is_empty() {
        let shown = shown(&form).into_iter().map(|(_, key, code)| (key, code)).collect();
        return decide(&site, &signed_in, &request, standing, &shown).await;
    } else {
        let query = ItemQuery { text: text.to_owned(), ..ItemQuery::default() };
        match site.read(move |app| find(app, query)).await? {
            Found::One { code, .. } => standing.add(code, words),
            Found::Several(found) => standing.found = Some((text.to_owned(), found)),
        }
        standing.focus = Focus::Items;
    }
    if standing.typed.items.is_empty() {
        return Ok(see_other("/workbench"));
    }
    draw(&site, &signed_in, &request, &standing).await
}

/// Decides, once whatever the answers made necessary to ask was shown.
async fn decide(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    mut standing: Standing,
    shown: &BTreeSet<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let key = standing.key.parse::<IdempotencyKey>();
    let key = key.map_err(|cause| Problem::malformed_at("/key", cause))?;
    let needs = standing.needs(site).await?;
    let asks = |item: &ItemNeedsView| {
        let unseen = |one: &QuestionView| !shown.contains(&(one.key.clone(), item.code.clone()));
        item.questions.iter().any(unseen)
    };
    if needs.iter().any(asks) {
        standing.more = true;
        return draw(site, signed_in, request, &standing).await;
    }
    match decided(site, signed_in, request, &key, &standing.typed).await? {
        Ok((made, (submitted, asked))) => {
            decision::draw(site, signed_in, request, (&made, submitted, &asked))
        }
        Err(faults) => {
            standing.faults = faults;
            draw(site, signed_in, request, &standing).await
        }
    }
}

/// A decision, whether its case was submitted, and how what other departments are asked stands.
type Decided = (ExemptionDecisionView, (bool, Vec<AssistanceRequestView>));

/// The decision, or what is wrong with the case. Whoever sent the same page twice gets the answer to
/// the first.
async fn decided(
    site: &Site,
    signed_in: &SignedIn,
    request: &HttpRequest,
    key: &IdempotencyKey,
    typed: &ExemptionAsked,
) -> Result<Result<Decided, Vec<Fault>>, Problem> {
    let words = Words::of(&Frame::of(request));
    for wait in 0.. {
        let (caller, errand) = (signed_in.person.caller.clone(), why(request)?);
        let (key, typed) = (key.clone(), typed.clone());
        let work = move |app: &App| match app.decide_exemption_typed(&caller, &errand, &key, &typed)
        {
            // What was decided before has gone on since.
            Ok(made) if made.replayed => {
                let standing = decision::standing(app, &caller, &made.value)?;
                Ok(Ok((made.value, standing)))
            }
            Ok(made) => Ok(Ok((made.value, (false, Vec::new())))),
            Err(error) => faults(error, words).map(Err),
        };
        match site.work(Lane::Department, work).await {
            Err(problem) if problem.code == "request_in_progress" && wait < WAITS => {
                sleep(WAIT).await;
            }
            done => return done,
        }
    }
    Err(Problem::new("request_in_progress"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::view::ChoiceView;

    #[test]
    fn faults_stand_at_their_inputs() {
        for (pointer, expected) in [
            ("/applicant/name", ("applicant.name", None)),
            ("/relations/spouse/code", ("spouse.code", None)),
            ("/items/3", ("item.3", Some(3))),
            ("/items/1/answers/rented", ("item.1", Some(1))),
            ("/case_no", ("case_no", None)),
            ("/agent/name", ("agent.name", None)),
        ] {
            let (input, item) = input(pointer);
            assert_eq!((input.as_str(), item), expected);
        }
    }

    fn title(text: &str) -> TitleView {
        TitleView { zh: text.to_owned(), en: text.to_owned() }
    }

    fn item(code: &str, questions: &[(&str, &str)]) -> ItemNeedsView {
        let choice = ChoiceView { key: "yes".to_owned(), label: title("是"), chosen: false };
        let question = |(key, text): &(&str, &str)| QuestionView {
            key: (*key).to_owned(),
            text: title(text),
            choices: vec![choice.clone()],
        };
        ItemNeedsView {
            code: code.to_owned(),
            version: 1,
            name: title(code),
            department: None,
            handling: "direct",
            applicants: Vec::new(),
            days: None,
            example: false,
            questions: questions.iter().map(question).collect(),
            relations: Vec::new(),
            agents: false,
            needs: Vec::new(),
            spared: 0,
        }
    }

    #[test]
    fn what_several_items_ask_in_the_same_words_is_asked_once() {
        let needs = [
            item("A", &[("rented", "租的吗？"), ("agent", "代办吗？")]),
            item("B", &[("rented", "租的吗？"), ("agent", "谁来办？")]),
        ];
        let said: Vec<String> = questions(&needs).iter().map(Asking::said).collect();
        assert_eq!(said, ["rented A B", "agent A", "agent.B B"]);
    }
}
