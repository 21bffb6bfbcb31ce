//! What is asked, and whether it can be decided at all.

use super::{App, AppError, Errand, FiledItem, refused};
use crate::FieldProblem;
use crate::error::problem;
use domain::canonical::number_key;
use domain::catalogue::HolderKind;
use domain::exemption::{AGENT, APPLICANT, Answers, ItemCode, Key, Party};
use domain::identifier::{CitizenId, UnifiedCode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// More items are no one thing any more.
const ITEMS_MAX: usize = 20;
const NAME_CHARACTERS_MAX: usize = 200;
const CODE_CHARACTERS_MAX: usize = 64;

/// One item that is applied for.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ItemAsked {
    /// Its code.
    pub code: String,
    /// Its version; the newest when absent.
    pub version: Option<u32>,
    /// Answers to its questions, before those that count for all items.
    pub answers: BTreeMap<String, String>,
}

/// Somebody in an application.
#[derive(Clone, Default, Deserialize, Serialize)]
pub struct PartyAsked {
    /// The name.
    pub name: String,
    /// Citizen number, social credit code, or another code.
    pub code: String,
    /// `person` or `organization`; needed where the code does not tell.
    pub kind: Option<String>,
}

/// Without name and code.
impl std::fmt::Debug for PartyAsked {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "PartyAsked({:?})", self.kind)
    }
}

/// A question what need not be handed in.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ExemptionAsked {
    /// The items.
    pub items: Vec<ItemAsked>,
    /// Answers that count for all items.
    pub answers: BTreeMap<String, String>,
    /// Who applies.
    pub applicant: PartyAsked,
    /// Who acts for the applicant.
    pub agent: Option<PartyAsked>,
    /// Others whose licenses may count, by their relation to the applicant.
    pub relations: BTreeMap<String, PartyAsked>,
    /// The number of the case.
    pub case_no: String,
}

/// An item with its answers.
pub(super) struct ItemChecked {
    pub(super) filed: Arc<FiledItem>,
    pub(super) answers: Answers,
}

/// What can be decided.
pub(super) struct Checked {
    pub(super) items: Vec<ItemChecked>,
    pub(super) parties: BTreeMap<Key, Party>,
}

impl Checked {
    /// Who applies.
    pub(super) fn applicant(&self) -> &Party {
        let (_, applicant) = self
            .parties
            .iter()
            .find(|(role, _)| role.as_str() == APPLICANT)
            // Whoever is checked has an applicant: `App::exemption_checked`.
            .expect("there is an applicant");
        applicant
    }

    /// The item of this code.
    pub(super) fn item(&self, code: &ItemCode) -> Option<&ItemChecked> {
        self.items.iter().find(|one| one.filed.item.code == *code)
    }
}

impl ExemptionAsked {
    /// Why it is asked: the case, and the items unless one is named.
    pub(super) fn errand(&self, said: &Errand) -> Result<Errand, AppError> {
        let case_no = Errand::said(&self.case_no)
            .map_err(|reason| AppError::Fields(vec![problem("/case_no", "bad_text", reason)]))?;
        of_case(said, &case_no, "X-Case-No and case_no are of different cases")?;
        Ok(errand_for(said, case_no, self.items.iter().map(|item| item.code.as_str())))
    }
}

/// Whoever names a case names this one.
pub(crate) fn of_case(said: &Errand, case_no: &str, other: &'static str) -> Result<(), AppError> {
    let same = said.case_no.is_empty() || said.case_no == case_no;
    if same { Ok(()) } else { Err(refused("ambiguous_input", other)) }
}

/// The errand of a case: what was said, and the items unless one was named.
pub(super) fn errand_for<'a>(
    said: &Errand,
    case_no: String,
    codes: impl Iterator<Item = &'a str>,
) -> Errand {
    let all = || codes.collect::<Vec<_>>().join(" ");
    let item = if said.item.is_empty() { all() } else { said.item.clone() };
    Errand { case_no, item: Errand::said(&item).unwrap_or_default(), ..said.clone() }
}

impl App {
    /// Everything that is wrong with what is asked, or what can be decided.
    pub(super) fn exemption_checked(&self, request: &ExemptionAsked) -> Result<Checked, AppError> {
        let mut problems = Vec::new();
        let items = self.items_checked(request, &mut problems)?;
        let mut parties = BTreeMap::new();
        let mut add = |role: &str, pointer: &str, asked: &PartyAsked| {
            match party(pointer, asked) {
                // The words of roles are keys.
                Ok(party) => drop(role.parse::<Key>().map(|role| parties.insert(role, party))),
                Err(problem) => problems.push(problem),
            }
        };
        add(APPLICANT, "/applicant", &request.applicant);
        if let Some(agent) = &request.agent {
            add(AGENT, "/agent", agent);
        }
        let known = self.settings.exemption.relations();
        for (relation, asked) in &request.relations {
            add(relation, &format!("/relations/{}", relation.replace('/', "~1")), asked);
        }
        for relation in request.relations.keys() {
            if !known.iter().any(|known| known.as_str() == relation) {
                let words: Vec<&str> = known.iter().map(|known| known.as_str()).collect();
                let message = format!("known relations: {}", words.join(", "));
                problems.push(problem("/relations", "unknown_relation", message));
            }
        }
        let checked = Checked { items, parties };
        if problems.is_empty() {
            admitted(&checked, request, &mut problems);
        }
        if problems.is_empty() { Ok(checked) } else { Err(AppError::Fields(problems)) }
    }

    fn items_checked(
        &self,
        request: &ExemptionAsked,
        problems: &mut Vec<FieldProblem>,
    ) -> Result<Vec<ItemChecked>, AppError> {
        if !(1..=ITEMS_MAX).contains(&request.items.len()) {
            problems.push(problem("/items", "bad_count", format!("1 to {ITEMS_MAX} items")));
            return Ok(Vec::new());
        }
        let mut items: Vec<ItemChecked> = Vec::new();
        for (place, asked) in request.items.iter().enumerate() {
            let pointer = format!("/items/{place}");
            match self.service_item(asked.code.trim(), asked.version) {
                Ok(filed) if items.iter().any(|one| one.filed.item.code == filed.item.code) => {
                    problems.push(problem(&pointer, "named_twice", "each item once"));
                }
                Ok(filed) => {
                    let answers = answers(&filed, asked, request, &pointer, problems);
                    items.push(ItemChecked { filed, answers });
                }
                Err(AppError::NotFound) => {
                    let message = "there is no such item, or no such version";
                    problems.push(problem(&pointer, "unknown_item", message));
                }
                Err(other) => return Err(other),
            }
        }
        for question in request.answers.keys() {
            let asks = |one: &ItemChecked| {
                one.filed.item.situations.iter().any(|one| one.key.as_str() == question)
            };
            if problems.is_empty() && !items.iter().any(asks) {
                let message = "none of the items asks this";
                problems.push(problem("/answers", "unknown_question", message));
            }
        }
        Ok(items)
    }
}

/// The answers to an item's questions that are asked: its own before those for all.
fn answers(
    filed: &FiledItem,
    asked: &ItemAsked,
    request: &ExemptionAsked,
    pointer: &str,
    problems: &mut Vec<FieldProblem>,
) -> Answers {
    let answers = filed.item.answered(|situation| {
        let question = situation.key.as_str();
        let own = asked.answers.get(question);
        let given = own.or_else(|| request.answers.get(question))?;
        let answer = situation.answers.iter().find(|answer| answer.key.as_str() == given);
        if answer.is_none() {
            let keys: Vec<&str> =
                situation.answers.iter().map(|answer| answer.key.as_str()).collect();
            let place = if own.is_some() { pointer } else { "" };
            let at = format!("{place}/answers/{question}");
            problems.push(problem(&at, "unknown_answer", format!("one of {}", keys.join(", "))));
        }
        answer
    });
    let asks =
        |question: &&String| filed.item.situations.iter().any(|one| one.key.as_str() == **question);
    if asked.answers.keys().any(|question| !asks(&question)) {
        let message = "the item has no such question";
        problems.push(problem(&format!("{pointer}/answers"), "unknown_question", message));
    }
    answers
}

fn party(pointer: &str, asked: &PartyAsked) -> Result<Party, FieldProblem> {
    let name = asked.name.trim();
    if name.is_empty()
        || name.chars().count() > NAME_CHARACTERS_MAX
        || name.chars().any(char::is_control)
    {
        let message = format!("1 to {NAME_CHARACTERS_MAX} characters of one line");
        return Err(problem(&format!("{pointer}/name"), "bad_text", message));
    }
    let code = number_key(&asked.code);
    let bad = |message: &str| problem(&format!("{pointer}/code"), "bad_identifier", message);
    if code.is_empty() || code.chars().count() > CODE_CHARACTERS_MAX {
        return Err(bad("a citizen number, a social credit code, or another code of the party"));
    }
    let told = match asked.kind.as_deref() {
        Some("person") => Some(HolderKind::Person),
        Some("organization") => Some(HolderKind::Organization),
        Some(_) => {
            let at = format!("{pointer}/kind");
            return Err(problem(&at, "not_a_choice", "one of person, organization"));
        }
        None => None,
    };
    let kind = if code.parse::<CitizenId>().is_ok() {
        HolderKind::Person
    } else if code.parse::<UnifiedCode>().is_ok() {
        HolderKind::Organization
    } else {
        told.ok_or_else(|| {
            bad("neither a citizen number nor a social credit code; for another code say kind")
        })?
    };
    if told.is_some_and(|told| told != kind) {
        return Err(bad("the code is of the other kind"));
    }
    Ok(Party { kind, name: name.to_owned(), code })
}

/// Whether the items take this applicant, and an agent.
fn admitted(checked: &Checked, request: &ExemptionAsked, problems: &mut Vec<FieldProblem>) {
    let kind = checked.applicant().kind;
    for (place, one) in checked.items.iter().enumerate() {
        let pointer = format!("/items/{place}");
        if !one.filed.item.applicants.contains(&kind) {
            let message = format!("a {} cannot apply for it", kind.name());
            problems.push(problem(&pointer, "applicant_not_admitted", message));
        }
        if request.agent.is_some() && !one.filed.item.agents {
            problems.push(problem(&pointer, "agent_not_admitted", "an agent cannot apply for it"));
        }
    }
}
