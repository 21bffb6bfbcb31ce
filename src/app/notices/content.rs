//! What a notice says: what was asked for, and what the register knows of the case.

use crate::view::{DecidedMaterialView, ExemptionDecisionView};
use crate::{App, AppError, Caller, FieldProblem, IssueRequest, SealForm};
use domain::access::Permission;
use domain::id::OrganizationId;
use domain::notice::NoticeKind;
use domain::time::{china_date, day, day_text};
use serde::Serialize;
use serde_json::{Map, Value};

/// Where the part of a credit code begins that is of the body alone (GB 32100).
const OWN_PART: usize = 8;

/// A notice to issue.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NoticeAsked {
    /// Which kind.
    pub kind: String,
    /// The case; that of the decision when absent.
    pub case_no: Option<String>,
    /// Whom it is for; of a decision about an organization that one when absent.
    pub party: Option<String>,
    /// Their citizen identity number or social credit code.
    pub party_code: Option<String>,
    /// Code of the service item; that of the decision when absent.
    pub item: Option<String>,
    /// A decision about what need not be handed in: what it says of the case is filled in.
    pub decision: Option<String>,
    /// Its number; the next one of its kind in the case when absent.
    pub number: Option<String>,
    /// Materials, each a line; of a one-time notice those of the decision when there are none.
    pub materials: Vec<String>,
    /// What else it says, by the keys of its type.
    pub fields: Map<String, Value>,
    /// The seal by name or id; the organization's seal for notices of this kind when absent.
    pub seal: Option<String>,
    /// The form; the seal's best when absent.
    #[serde(serialize_with = "form_word")]
    pub form: Option<SealForm>,
}

fn form_word<S: serde::Serializer>(
    form: &Option<SealForm>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    form.map(SealForm::word).serialize(serializer)
}

/// The kind of this name.
pub(super) fn kind_of(text: &str) -> Result<NoticeKind, AppError> {
    text.parse::<NoticeKind>().map_err(|cause| {
        AppError::Fields(vec![FieldProblem {
            pointer: "/kind".to_owned(),
            code: "unknown_value",
            message: cause.to_string(),
        }])
    })
}

impl App {
    /// The license that a notice is, with everything that is known of its case.
    pub(super) fn notice_request(
        &self,
        caller: &Caller,
        kind: NoticeKind,
        (asked, tried): (&NoticeAsked, u64),
    ) -> Result<IssueRequest, AppError> {
        let organization = caller.require(Permission::LicenseIssue)?;
        let mut fields = self.notice_content(caller, kind, asked)?;
        let today = || day_text(china_date(self.clock.now())).into();
        fields.entry("issue_date").or_insert_with(today);
        if !fields.contains_key("number")
            && let Some(case_no) = fields.get("case_no").and_then(Value::as_str)
        {
            let number = self.next_number(organization, kind, case_no, tried)?;
            fields.insert("number".to_owned(), number.into());
        }
        Ok(IssueRequest {
            seal: asked.seal.clone(),
            form: asked.form,
            ..IssueRequest::drawn(kind.type_code(), fields)
        })
    }

    /// Everything a notice is to say, but for its number and date: what was said goes before what a
    /// decision says.
    pub(super) fn notice_content(
        &self,
        caller: &Caller,
        kind: NoticeKind,
        asked: &NoticeAsked,
    ) -> Result<Map<String, Value>, AppError> {
        let decision = asked.decision.as_deref().map(|id| self.exemption_decision(caller, id));
        let decision = decision.transpose()?;
        let mut fields = decision.map_or_else(Map::new, |decision| of_decision(kind, &decision));
        fields.extend(asked.fields.clone());
        let mut said = |key: &str, value: Option<String>| {
            if let Some(value) = value.filter(|text| !text.is_empty()) {
                fields.insert(key.to_owned(), value.into());
            }
        };
        if let Some(code) = &asked.item {
            said("item_code", Some(code.clone()));
            said("item", Some(self.service_item(code, None)?.item.name.zh.clone()));
        }
        said("case_no", asked.case_no.clone());
        said("party", asked.party.clone());
        said("party_code", asked.party_code.clone());
        said("materials", lines(asked.materials.iter().map(String::as_str)));
        said("number", asked.number.clone());
        Ok(fields)
    }

    /// The next number of a kind in a case. Numbers are of all departments, and their cases may have
    /// the same, so it ends with the own part of the department's code.
    fn next_number(
        &self,
        organization: OrganizationId,
        kind: NoticeKind,
        case_no: &str,
        tried: u64,
    ) -> Result<String, AppError> {
        let next = self.store.notice_count(organization, kind, case_no)? + tried;
        let code = self.store.organization_read(organization)?.code;
        let own = code.as_str().get(OWN_PART..).unwrap_or_default();
        Ok(format!("{case_no}-{}{next}-{own}", kind.number_word()))
    }
}

/// What a decision says of its case. The name of a person it has masked alone, so that is asked for.
fn of_decision(kind: NoticeKind, decision: &ExemptionDecisionView) -> Map<String, Value> {
    let names: Vec<&str> = decision.items.iter().map(|item| item.name.as_str()).collect();
    let mut said = vec![
        ("decision", Some(decision.id.clone())),
        ("case_no", Some(decision.case_no.clone())),
        ("item", Some(names.join("、"))),
    ];
    if let [only] = decision.items.as_slice() {
        said.push(("item_code", Some(only.code.clone())));
    }
    if decision.applicant.kind == "organization" {
        said.push(("party", Some(decision.applicant.name.clone())));
    }
    if kind == NoticeKind::OneTime {
        let (brought, others): (Vec<_>, Vec<_>) =
            decision.materials.iter().filter(|one| applies(one)).partition(|one| is_brought(one));
        let other = |one: &&DecidedMaterialView| format!("{}（{}）", one.name, in_words(one));
        let others: Vec<String> = others.iter().map(other).collect();
        said.push(("due", Some(decision.valid_until.clone())));
        said.push(("materials", lines(brought.iter().map(|one| one.name.as_str()))));
        said.push(("waived", lines(others.iter().map(String::as_str))));
    }
    let text = |(key, text): (&str, Option<String>)| Some((key.to_owned(), text?.into()));
    said.into_iter().filter_map(text).collect()
}

/// What becomes of a material, with its day as it is printed.
fn in_words(one: &DecidedMaterialView) -> String {
    let text = one.text.trim_end_matches('。');
    match one.due.as_deref().and_then(|due| Some((due, day(due)?))) {
        Some((due, day)) => {
            let words = format!("{}年{}月{}日", day.year(), u8::from(day.month()), day.day());
            text.replace(due, &words)
        }
        None => text.to_owned(),
    }
}

fn applies(one: &DecidedMaterialView) -> bool {
    let optional = one.verdict == "required" && one.reason == "optional";
    !optional && one.verdict != "not_applicable"
}

fn is_brought(one: &DecidedMaterialView) -> bool {
    one.verdict == "required"
}

/// Numbered lines; none of nothing.
fn lines<'a>(texts: impl Iterator<Item = &'a str>) -> Option<String> {
    let line = |(place, text): (usize, &str)| format!("{}．{}", place + 1, text.trim());
    let lines: Vec<String> = texts.enumerate().map(line).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}
