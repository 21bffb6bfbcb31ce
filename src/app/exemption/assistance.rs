//! Asking other departments about materials of a decision: what was asked before counts, and what is
//! open is not asked again.

use super::asking::Checked;
use super::{App, AppError, Decider};
use crate::view::time::instant;
use crate::view::{AssistanceEventView, DecidedAssistanceView};
use domain::audit::Subject;
use domain::catalogue::HolderKind;
use domain::exemption::{
    AssistanceRequest, Assisted, AssistedParty, Decision, Ground, ItemCode, Key, Line, Material,
    Party, Verdict,
};
use domain::id::{AssistanceRequestId, ExemptionDecisionId};
use domain::identifier::UnifiedCode;
use domain::mask;
use domain::party::{Organization, OrganizationStatus};
use domain::time::{china_date, day_text};
use domain::webhook::{EventType, OwedEvent};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use storage::NewAssistance;
use time::{Date, OffsetDateTime};

/// A material of an item.
type Of = (ItemCode, Key);

/// Whom a decision may ask, and what it has asked.
#[derive(Default)]
pub(super) struct Assistance {
    /// Departments that may be asked.
    departments: BTreeMap<Of, Organization>,
    /// What is known; of what was never asked, or counts no longer, nothing.
    pub(super) facts: BTreeMap<Of, Assisted>,
    /// The requests that say so, and new ones.
    requests: BTreeMap<Of, AssistanceRequest>,
}

impl App {
    /// What the case knows of asking other departments.
    pub(super) fn assistance_known(
        &self,
        decider: &Decider<'_>,
        checked: &Checked,
        now: OffsetDateTime,
    ) -> Result<Assistance, AppError> {
        let mut known = Assistance::default();
        let mut seen = BTreeMap::new();
        for (of, code) in askable(checked) {
            let found = match seen.entry(code) {
                Entry::Occupied(found) => found.into_mut(),
                Entry::Vacant(place) => place.insert(self.department_to_ask(code)?),
            };
            match found {
                Some(department) => drop(known.departments.insert(of, department.clone())),
                None => drop(known.facts.insert(of, Assisted::Unreachable)),
            }
        }
        if known.departments.is_empty() {
            return Ok(known);
        }
        let applicant = self.holder(&checked.applicant().code)?;
        let case_no = &decider.errand.case_no;
        let before = self.store.assistance_of_case(decider.organization, case_no, applicant)?;
        let (days, today) = (self.settings.exemption.days, china_date(now));
        // The newest of them counts.
        for request in before {
            let of = (request.item.clone(), request.material.clone());
            let same = known.departments.get(&of).is_some_and(|one| one.id == request.asked);
            if let Some(fact) = request.fact(days, today).filter(|_| same) {
                known.facts.insert(of.clone(), fact);
                known.requests.insert(of, request);
            }
        }
        Ok(known)
    }

    /// The department of this code, if it is here and somebody may answer.
    fn department_to_ask(&self, code: &UnifiedCode) -> Result<Option<Organization>, AppError> {
        let found = self.store.organization_by_code(code)?;
        Ok(found.filter(|one| one.status == OrganizationStatus::Active))
    }

    /// The requests that a decision makes: one for each material that nothing but an answer decides,
    /// and that was not asked about before.
    pub(super) fn assistance_needed(
        &self,
        decider: &Decider<'_>,
        checked: &Checked,
        (id, decision): (ExemptionDecisionId, &Decision),
        known: &mut Assistance,
        now: OffsetDateTime,
    ) -> Result<Vec<NewAssistance>, AppError> {
        let mut new = Vec::new();
        for verdict in decision.lines.iter().flat_map(pending) {
            let of = (verdict.item.clone(), verdict.material.clone());
            let department = known.departments.get(&of).filter(|_| !known.facts.contains_key(&of));
            let material = checked.item(&of.0).and_then(|one| one.filed.item.material(&of.1));
            let (Some(asked), Some(material), Some(due)) = (department, material, verdict.due)
            else {
                continue;
            };
            let request = AssistanceRequest {
                id: self.clock.id(AssistanceRequestId::mint)?,
                decision: id,
                asking: decider.organization,
                actor: decider.caller.actor(),
                asked: asked.id,
                item: of.0.clone(),
                material: of.1.clone(),
                material_name: material.name.zh.clone(),
                question: question(material),
                case_no: decider.errand.case_no.clone(),
                applicant: self.assisted_party(checked.applicant())?,
                due,
                at: now,
                end: None,
            };
            new.push(self.assistance_asked(&request)?);
            known.requests.insert(of, request);
        }
        Ok(new)
    }

    fn assisted_party(&self, of: &Party) -> Result<AssistedParty, AppError> {
        Ok(AssistedParty {
            kind: of.kind,
            code_kept: self.holder(&of.code)?,
            shown: match of.kind {
                HolderKind::Person => mask::person_name(&of.name),
                HolderKind::Organization => of.name.clone(),
            },
            named: Some((of.name.clone(), of.code.clone())),
        })
    }

    /// A new request with what its department is told, and the audit trail.
    fn assistance_asked(&self, request: &AssistanceRequest) -> Result<NewAssistance, AppError> {
        let detail = [
            ("item", request.item.to_string()),
            ("material", request.material.to_string()),
            ("case", request.case_no.clone()),
            ("decision", request.decision.to_string()),
            ("department", request.asked.to_string()),
            ("due", day_text(request.due)),
        ];
        let subject = Subject::new("assistance", request.id);
        Ok(NewAssistance {
            owed: self.assistance_event(request, EventType::AssistanceRequested)?,
            told: self.clock.entry(&request.actor, "assistance.request", subject, &detail)?,
            request: request.clone(),
        })
    }

    /// What a department is told of a request: the asked one that it is asked, the asking one that it
    /// was answered.
    pub(super) fn assistance_event(
        &self,
        request: &AssistanceRequest,
        kind: EventType,
    ) -> Result<OwedEvent, AppError> {
        let answer = request.end.as_ref().and_then(|end| end.answer.as_ref());
        let data = AssistanceEventView {
            request_id: request.id.to_string(),
            item: request.item.to_string(),
            material: request.material.to_string(),
            state: request.state().to_string(),
            outcome: answer.map(|one| one.outcome.to_string()),
            due: day_text(request.due),
        };
        let to = if request.end.is_none() { request.asked } else { request.asking };
        self.event(to, kind, data)
    }
}

impl Assistance {
    /// The requests about a material, for each item that asks for it.
    pub(super) fn shown(
        &self,
        line: &Line,
        (days, today): (u16, Date),
    ) -> Vec<DecidedAssistanceView> {
        let of = |one: &Verdict| (one.item.clone(), one.material.clone());
        let requests = line.askers.iter().filter_map(|one| {
            let of = of(one);
            Some((self.requests.get(&of)?, self.departments.get(&of)?))
        });
        requests
            .map(|(request, department)| {
                let end = request.end.as_ref();
                let answer = end.and_then(|end| end.answer.as_ref());
                DecidedAssistanceView {
                    request_id: request.id.to_string(),
                    item: request.item.to_string(),
                    department: department.name.clone(),
                    due: day_text(request.due),
                    state: state_word(request, today).to_owned(),
                    outcome: answer.map(|one| one.outcome.to_string()),
                    answered_at: end.map(|end| instant(end.at)),
                    holds_until: request.holds_until(days).map(day_text),
                }
            })
            .collect()
    }
}

/// The state, with what is overdue apart.
pub(super) fn state_word(request: &AssistanceRequest, today: Date) -> &'static str {
    if request.is_overdue(today) { "overdue" } else { request.state().as_str() }
}

/// Materials about which another department may be asked, and its code.
fn askable(checked: &Checked) -> impl Iterator<Item = (Of, &UnifiedCode)> {
    checked.items.iter().flat_map(|one| {
        let item = &one.filed.item;
        item.materials.iter().filter_map(|material| {
            let department = &material.assistance.as_ref()?.department;
            Some(((item.code.clone(), material.key.clone()), department))
        })
    })
}

/// Verdicts that wait for an answer; none where the applicant brings the material anyway, so that
/// nobody hears of an applicant without need.
fn pending(line: &Line) -> impl Iterator<Item = &Verdict> {
    let waits = line.verdict.ground == Ground::PendingAssistance;
    let askers = line.askers.iter().filter(move |_| waits);
    askers.filter(|one| one.ground == Ground::PendingAssistance)
}

fn question(material: &Material) -> String {
    format!("请核实申请人是否具备“{}”所证明的情况，并说明核实依据。", material.name.zh)
}
