//! What departments are asked by others: the list, one request, its answer, and taking it back.

use super::asking::of_case;
use super::assistance::state_word;
use super::{App, AppError, Errand, id_of, refused};
use crate::once::{Asked, Named, Once, asked};
use crate::view::time::instant;
use crate::view::{ApplicantView, AssistanceRequestView};
use crate::{Caller, FieldProblem, IdempotencyKey, Page, parsed};
use domain::access::Permission;
use domain::audit::Subject;
use domain::exemption::{
    AssistanceAnswer, AssistanceEnd, AssistanceMove, AssistanceOutcome, AssistanceRequest,
    AssistanceState,
};
use domain::id::OrganizationId;
use domain::time::{china_date, day, day_text};
use domain::webhook::EventType;
use std::collections::BTreeMap;
use storage::{AssistanceFilter, AssistanceSide, EndedAssistance, PageRequest, StoreError};
use time::Date;

/// Of a page where nobody says how many.
const PAGE_ITEMS: u32 = 50;
const STATEMENT_CHARACTERS_MAX: usize = 500;
const DOCUMENT_CHARACTERS_MAX: usize = 100;

/// Which requests are listed.
#[derive(Clone, Debug, Default)]
pub struct AssistanceQuery {
    /// `asked`, what the department is asked, unless this says `asking`.
    pub side: Option<String>,
    /// Only in this state; `open` has the overdue ones too.
    pub state: Option<String>,
    /// Where the page before ended.
    pub cursor: Option<String>,
    /// At most so many.
    pub limit: Option<usize>,
}

/// An answer as it was typed; an empty text is none.
#[derive(Clone, Debug, Default)]
pub struct AssistanceSaid {
    /// `confirmed`, `denied` or `unable`.
    pub outcome: String,
    /// By what, in words.
    pub statement: String,
    /// The number of the department's document.
    pub document_number: Option<String>,
    /// The last day for which it says so.
    pub valid_until: Option<String>,
}

impl App {
    /// Requests that the caller's organization is asked, or asks, newest first; names are masked.
    ///
    /// # Errors
    /// Not allowed; a malformed side, state or cursor; the register's.
    pub fn assistance_requests(
        &self,
        caller: &Caller,
        query: &AssistanceQuery,
    ) -> Result<Page<AssistanceRequestView>, AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let side = match query.side.as_deref() {
            None | Some("asked") => AssistanceSide::Asked(own),
            Some("asking") => AssistanceSide::Asking(own),
            Some(_) => return Err(refused("unsupported_parameter", "side: asked or asking")),
        };
        let today = china_date(self.clock.now());
        let (state, due_before) = match query.state.as_deref() {
            Some("overdue") => (Some(AssistanceState::Open), Some(today)),
            word => (parsed("state", word)?, None),
        };
        let limit = query.limit.and_then(|limit| u32::try_from(limit).ok()).unwrap_or(PAGE_ITEMS);
        let page = PageRequest { limit, after: parsed("cursor", query.cursor.as_deref())? };
        let filter = AssistanceFilter { side, state, due_before };
        let page = self.store.assistance_list(&filter, &page)?;
        // A client that serves some items alone has a shorter page.
        let served = page.items.iter().filter(|one| caller.serves(Some(one.item.as_str())));
        let names = self.organization_names()?;
        Ok(Page {
            items: served.map(|one| self.assistance_view(one, own, &names)).collect(),
            next_cursor: page.next.map(|cursor| cursor.to_string()),
        })
    }

    /// One request that the caller's organization is asked, or asks. Who is asked sees whom an open one
    /// is about; that it was shown is written down first.
    ///
    /// # Errors
    /// [`AppError::NotFound`], also for one of other organizations; `operator_missing`.
    pub fn assistance_request(
        &self,
        caller: &Caller,
        errand: &Errand,
        id: &str,
    ) -> Result<AssistanceRequestView, AppError> {
        let (own, request) = self.own_assistance(caller, id)?;
        let mut view = self.assistance_view(&request, own, &self.organization_names()?);
        if let Some((name, code)) = request.applicant.named.filter(|_| request.asked == own) {
            of_case(errand, &request.case_no, "X-Case-No is of another case than the request")?;
            let about = Errand { item: request.item.to_string(), ..errand.clone() };
            let errand = Errand { case_no: request.case_no.clone(), ..about };
            self.require_errand(caller, &errand)?;
            self.note_party_shown(caller, &errand)?;
            view.applicant.name = name;
            view.applicant_code = Some(code);
        }
        Ok(view)
    }

    /// Answers a request that the caller's organization is asked. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `assistance_state` for one that has ended; one problem for each value
    /// that is not acceptable.
    pub fn answer_assistance(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
        said: &AssistanceSaid,
    ) -> Result<Once<AssistanceRequestView>, AppError> {
        let (own, request) = self.own_assistance(caller, id)?;
        if request.asked != own {
            return Err(AppError::NotFound);
        }
        let texts = [&said.outcome, &said.statement].map(String::as_bytes);
        let more = [&said.document_number, &said.valid_until];
        let more = more.map(|text| text.as_deref().unwrap_or_default().as_bytes());
        let what =
            asked("assistance.answer", &[id.as_bytes(), texts[0], texts[1], more[0], more[1]]);
        let named = Named { caller: own.to_string(), key, asked: what };
        // What was answered before is repeated whatever day it is.
        self.once(named, |asked| {
            let at = self.clock.now();
            let answer = Some(answered(said, china_date(at))?);
            let end = AssistanceEnd { answer, by: caller.actor(), at };
            self.assistance_ended(own, request, end, asked)
        })
    }

    /// Takes back a request of the caller's organization. Once per idempotency key.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; `assistance_state` for one that has ended.
    pub fn withdraw_assistance(
        &self,
        caller: &Caller,
        key: Option<&IdempotencyKey>,
        id: &str,
    ) -> Result<Once<AssistanceRequestView>, AppError> {
        let (own, request) = self.own_assistance(caller, id)?;
        if request.asking != own {
            return Err(AppError::NotFound);
        }
        let what = asked("assistance.withdraw", &[id.as_bytes()]);
        let named = Named { caller: own.to_string(), key, asked: what };
        let end = || AssistanceEnd { answer: None, by: caller.actor(), at: self.clock.now() };
        self.once(named, |asked| self.assistance_ended(own, request, end(), asked))
    }

    /// How requests stand now, by id, as pages of their decisions show them; those of other
    /// organizations are left out.
    ///
    /// # Errors
    /// Not allowed; the register's.
    pub fn assistance_now(
        &self,
        caller: &Caller,
        ids: &[String],
    ) -> Result<Vec<AssistanceRequestView>, AppError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let names = self.organization_names()?;
        let one = |id: &String| {
            let (own, request) = self.own_assistance(caller, id)?;
            Ok(self.assistance_view(&request, own, &names))
        };
        let found = ids.iter().map(one).filter(|one| !matches!(one, Err(AppError::NotFound)));
        found.collect()
    }

    /// A request that the caller's organization is asked, or asks; which organization that is.
    fn own_assistance(
        &self,
        caller: &Caller,
        id: &str,
    ) -> Result<(OrganizationId, AssistanceRequest), AppError> {
        let own = caller.require_whole(Permission::ExemptionDecide)?;
        let request = self.store.assistance_read(id_of(id)?)?;
        let concerned = [request.asked, request.asking].contains(&own)
            && caller.serves(Some(request.item.as_str()));
        concerned.then_some((own, request)).ok_or(AppError::NotFound)
    }

    fn assistance_ended(
        &self,
        own: OrganizationId,
        mut request: AssistanceRequest,
        end: AssistanceEnd,
        asked: &Asked<'_>,
    ) -> Result<AssistanceRequestView, AppError> {
        let wanted = match end.answer {
            Some(_) => AssistanceMove::Answer,
            None => AssistanceMove::Withdraw,
        };
        allowed(request.state(), wanted)?;
        let subject = Subject::new("assistance", request.id);
        let detail = ended_detail(&request, &end);
        let action = format!("assistance.{wanted}");
        let told = self.clock.entry(&end.by, &action, subject, &detail)?;
        request.applicant.named = None;
        request.end = Some(end.clone());
        let owed = match wanted {
            AssistanceMove::Answer => {
                Some(self.assistance_event(&request, EventType::AssistanceAnswered)?)
            }
            AssistanceMove::Withdraw => None,
        };
        let view = self.assistance_view(&request, own, &self.organization_names()?);
        let kept = asked.kept(200, &view)?;
        let ended = EndedAssistance { id: request.id, end: &end, owed: owed.as_ref(), told: &told };
        match self.store.assistance_end(ended, kept.answer()) {
            // Somebody else was quicker.
            Err(StoreError::Conflict { .. }) => {
                allowed(self.store.assistance_read(request.id)?.state(), wanted)?;
                Err(AppError::VersionMismatch)
            }
            Err(error) => Err(error.into()),
            Ok(()) => {
                self.outbox.wake();
                Ok(view)
            }
        }
    }

    fn assistance_view(
        &self,
        request: &AssistanceRequest,
        own: OrganizationId,
        names: &BTreeMap<OrganizationId, String>,
    ) -> AssistanceRequestView {
        let name = |id| names.get(&id).cloned().unwrap_or_default();
        let today = china_date(self.clock.now());
        let end = request.end.as_ref();
        let answer = end.and_then(|end| end.answer.as_ref());
        let mine = |one: &&AssistanceMove| {
            let side = match one {
                AssistanceMove::Answer => request.asked,
                AssistanceMove::Withdraw => request.asking,
            };
            side == own && request.state().after(**one).is_ok()
        };
        AssistanceRequestView {
            id: request.id.to_string(),
            state: state_word(request, today).to_owned(),
            allowed: AssistanceMove::ALL.iter().filter(mine).map(ToString::to_string).collect(),
            asking: name(request.asking),
            asked: name(request.asked),
            item: request.item.to_string(),
            material: request.material.to_string(),
            material_name: request.material_name.clone(),
            question: request.question.clone(),
            case_no: request.case_no.clone(),
            applicant: ApplicantView {
                kind: request.applicant.kind.name().to_owned(),
                name: request.applicant.shown.clone(),
            },
            applicant_code: None,
            due: day_text(request.due),
            requested_at: instant(request.at),
            decision_id: (request.asking == own).then(|| request.decision.to_string()),
            outcome: answer.map(|one| one.outcome.to_string()),
            statement: answer.map(|one| one.statement.clone()),
            document_number: answer.and_then(|one| one.document.clone()),
            holds_until: request.holds_until(self.settings.exemption.days).map(day_text),
            ended_at: end.map(|end| instant(end.at)),
        }
    }
}

fn allowed(state: AssistanceState, wanted: AssistanceMove) -> Result<(), AppError> {
    state.after(wanted).map(drop).map_err(|cause| refused("assistance_state", cause))
}

fn ended_detail(request: &AssistanceRequest, end: &AssistanceEnd) -> Vec<(&'static str, String)> {
    let mut detail = vec![
        ("item", request.item.to_string()),
        ("material", request.material.to_string()),
        ("case", request.case_no.clone()),
    ];
    if let Some(answer) = &end.answer {
        detail.push(("outcome", answer.outcome.to_string()));
        detail.extend(answer.document.iter().map(|number| ("document", number.clone())));
    }
    detail
}

/// The answer as the domain knows it.
fn answered(said: &AssistanceSaid, today: Date) -> Result<AssistanceAnswer, AppError> {
    let mut problems = Vec::new();
    let mut wrong = |pointer: &str, code: &'static str, message: String| {
        problems.push(FieldProblem { pointer: pointer.to_owned(), code, message });
    };
    let outcome = said.outcome.parse::<AssistanceOutcome>();
    if let Err(cause) = &outcome {
        wrong("/outcome", "not_a_choice", cause.to_string());
    }
    // A browser counts the end of a line as one character, and sends two.
    let statement = said.statement.replace("\r\n", "\n");
    let statement = statement.trim();
    let fits = |text: &str, most: usize, line: bool| {
        let control = |c: char| c.is_control() && (line || !matches!(c, '\n' | '\r'));
        text.chars().count() <= most && !text.contains(control)
    };
    if statement.is_empty() || !fits(statement, STATEMENT_CHARACTERS_MAX, false) {
        wrong("/statement", "bad_text", format!("1 to {STATEMENT_CHARACTERS_MAX} characters"));
    }
    let typed = |text: &Option<String>| -> Option<String> {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let document = typed(&said.document_number);
    if document.as_deref().is_some_and(|text| !fits(text, DOCUMENT_CHARACTERS_MAX, true)) {
        let message = format!("at most {DOCUMENT_CHARACTERS_MAX} characters, on one line");
        wrong("/document_number", "bad_text", message);
    }
    let stated = typed(&said.valid_until);
    let until = stated.as_deref().and_then(day);
    if stated.is_some() && until.is_none_or(|until| until < today) {
        wrong("/valid_until", "bad_date", "a day, YYYY-MM-DD, that is not past".to_owned());
    }
    match outcome {
        Ok(outcome) if problems.is_empty() => {
            Ok(AssistanceAnswer { outcome, statement: statement.to_owned(), document, until })
        }
        _ => Err(AppError::Fields(problems)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    const TODAY: Date = date!(2026 - 11 - 23);

    fn said(outcome: &str, statement: &str, until: &str) -> Result<AssistanceAnswer, Vec<String>> {
        let said = AssistanceSaid {
            outcome: outcome.to_owned(),
            statement: statement.to_owned(),
            document_number: Some(" ".to_owned()),
            valid_until: Some(until.to_owned()),
        };
        answered(&said, TODAY).map_err(|error| match error {
            AppError::Fields(problems) => problems.into_iter().map(|one| one.pointer).collect(),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn an_answer_says_what_by_what_and_perhaps_until_when() {
        let answer = said("confirmed", " 经核对登记记录 ", "").expect("an answer");
        assert_eq!((answer.statement.as_str(), answer.document), ("经核对登记记录", None));
        assert_eq!(said("denied", "无", "2026-11-23").expect("an answer").until, Some(TODAY));
        assert_eq!(
            said("maybe", "", "2026-11-22"),
            Err(vec!["/outcome".to_owned(), "/statement".to_owned(), "/valid_until".to_owned(),])
        );
        let long = "长".repeat(501);
        assert_eq!(said("unable", &long, "soon").expect_err("too long").len(), 2);
    }
}
