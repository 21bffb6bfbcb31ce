//! Asking another department (行政协助): it says whether what a material would show is so.

use super::key::{ItemCode, Key};
use crate::audit::Actor;
use crate::catalogue::HolderKind;
use crate::digest::Sha256;
use crate::id::{AssistanceRequestId, ExemptionDecisionId, OrganizationId};
use crate::time::china_date;
use crate::word::words;
use time::{Date, Duration, OffsetDateTime};

words! { "assistance state";
    /// Where a request is; overdue is computed and never stored.
    pub enum AssistanceState {
        /// Asked and not answered.
        Open = "open",
        /// Answered.
        Answered = "answered",
        /// Whoever asked needs it no longer.
        Withdrawn = "withdrawn",
    }
}

words! { "assistance outcome";
    /// What the asked department says.
    pub enum AssistanceOutcome {
        /// It is so.
        Confirmed = "confirmed",
        /// It is not so.
        Denied = "denied",
        /// The department cannot tell.
        Unable = "unable",
    }
}

words! { "assistance move";
    /// What may be done with a request.
    pub enum AssistanceMove {
        /// By the asked department.
        Answer = "answer",
        /// By the asking one.
        Withdraw = "withdraw",
    }
}

/// The state does not allow the move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a request that is {state} cannot {asked}; allowed: {}", self.allowed())]
pub struct AssistanceRefused {
    /// Where the request is.
    pub state: AssistanceState,
    /// What was asked for.
    pub asked: AssistanceMove,
}

impl AssistanceRefused {
    fn allowed(self) -> String {
        let possible = AssistanceMove::ALL.iter().filter(|one| self.state.after(**one).is_ok());
        let words: Vec<&str> = possible.map(|one| one.as_str()).collect();
        if words.is_empty() { "nothing".to_owned() } else { words.join(", ") }
    }
}

impl AssistanceState {
    /// The state after a move; what is answered or withdrawn stays so.
    ///
    /// # Errors
    /// [`AssistanceRefused`] from a final state.
    pub fn after(self, asked: AssistanceMove) -> Result<Self, AssistanceRefused> {
        match (self, asked) {
            (Self::Open, AssistanceMove::Answer) => Ok(Self::Answered),
            (Self::Open, AssistanceMove::Withdraw) => Ok(Self::Withdrawn),
            (state, asked) => Err(AssistanceRefused { state, asked }),
        }
    }
}

/// Who the question is about.
#[derive(Clone, PartialEq, Eq)]
pub struct AssistedParty {
    /// A person or an organization.
    pub kind: HolderKind,
    /// What is kept of the code.
    pub code_kept: Sha256,
    /// The name as anybody may read it: of a person masked.
    pub shown: String,
    /// Name and code, as long as the asked department needs them for its answer.
    pub named: Option<(String, String)>,
}

/// Without name and code.
impl std::fmt::Debug for AssistedParty {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "AssistedParty({})", self.kind.name())
    }
}

/// What the asked department answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssistanceAnswer {
    /// What it says.
    pub outcome: AssistanceOutcome,
    /// By what, in words.
    pub statement: String,
    /// The number of its document, if there is one.
    pub document: Option<String>,
    /// The last day for which it says so, if it says one.
    pub until: Option<Date>,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssistanceEnd {
    /// The answer; none when it was withdrawn.
    pub answer: Option<AssistanceAnswer>,
    /// Who ended it.
    pub by: Actor,
    /// When.
    pub at: OffsetDateTime,
}

/// One question to another department about one material of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssistanceRequest {
    /// Its id.
    pub id: AssistanceRequestId,
    /// The decision with which it was asked.
    pub decision: ExemptionDecisionId,
    /// Who asks.
    pub asking: OrganizationId,
    /// On whose behalf there.
    pub actor: Actor,
    /// Who is asked.
    pub asked: OrganizationId,
    /// The item.
    pub item: ItemCode,
    /// The material.
    pub material: Key,
    /// The name of the material.
    pub material_name: String,
    /// What is to be confirmed, in words.
    pub question: String,
    /// For which case.
    pub case_no: String,
    /// About whom.
    pub applicant: AssistedParty,
    /// The last day for the answer.
    pub due: Date,
    /// When it was asked.
    pub at: OffsetDateTime,
    /// How it ended; none while it is open.
    pub end: Option<AssistanceEnd>,
}

impl AssistanceRequest {
    /// Where it is.
    #[must_use]
    pub fn state(&self) -> AssistanceState {
        match &self.end {
            None => AssistanceState::Open,
            Some(AssistanceEnd { answer: Some(_), .. }) => AssistanceState::Answered,
            Some(AssistanceEnd { answer: None, .. }) => AssistanceState::Withdrawn,
        }
    }

    /// Whether it should have been answered before this day.
    #[must_use]
    pub fn is_overdue(&self, today: Date) -> bool {
        self.end.is_none() && self.due < today
    }

    /// The last day on which its answer counts: that of the answer, and at most so many days after it
    /// was given. It counts for its own case alone.
    #[must_use]
    pub fn holds_until(&self, days: u16) -> Option<Date> {
        let end = self.end.as_ref()?;
        let said = end.answer.as_ref()?.until.unwrap_or(Date::MAX);
        let most = china_date(end.at).checked_add(Duration::days(days.into()));
        Some(said.min(most.unwrap_or(Date::MAX)))
    }

    /// What it means for a decision of its case today; nothing when it was withdrawn, or its answer
    /// counts no longer.
    #[must_use]
    pub fn fact(&self, days: u16, today: Date) -> Option<Assisted> {
        let Some(end) = &self.end else { return Some(Assisted::Open { due: self.due }) };
        let until = self.holds_until(days).filter(|until| *until >= today)?;
        Some(match end.answer.as_ref()?.outcome {
            AssistanceOutcome::Confirmed => {
                Assisted::Confirmed { reference: self.id.to_string(), until }
            }
            AssistanceOutcome::Denied => Assisted::Denied,
            AssistanceOutcome::Unable => Assisted::Unable,
        })
    }
}

/// What is known of asking another department about a material; of what was never asked nothing is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assisted {
    /// It was asked and has not answered.
    Open {
        /// The last day for the answer.
        due: Date,
    },
    /// It says that it is so.
    Confirmed {
        /// The request.
        reference: String,
        /// The last day on which that counts.
        until: Date,
    },
    /// It says that it is not so.
    Denied,
    /// It cannot tell.
    Unable,
    /// Nobody can be asked: the department is not here.
    Unreachable,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    const DUE: Date = date!(2026 - 11 - 26);
    const DAYS: u16 = 90;

    fn request(answer: Option<(AssistanceOutcome, Option<Date>)>) -> AssistanceRequest {
        let at = datetime!(2026-11-23 10:00 +8);
        let answer = answer.map(|(outcome, until)| AssistanceAnswer {
            outcome,
            statement: "经核对登记记录".to_owned(),
            document: None,
            until,
        });
        AssistanceRequest {
            id: AssistanceRequestId::mint(at, [7; 10]),
            decision: ExemptionDecisionId::mint(at, [7; 10]),
            asking: OrganizationId::mint(at, [1; 10]),
            actor: Actor::Console,
            asked: OrganizationId::mint(at, [2; 10]),
            item: "11999900MB000003530057".parse().expect("an item"),
            material: "health".parse().expect("a key"),
            material_name: "从业人员健康证明".to_owned(),
            question: "？".to_owned(),
            case_no: "示免〔2026〕1号".to_owned(),
            applicant: AssistedParty {
                kind: HolderKind::Organization,
                code_kept: Sha256::of(b"a code"),
                shown: "样例公司".to_owned(),
                named: None,
            },
            due: DUE,
            at,
            end: answer.map(|answer| AssistanceEnd {
                answer: Some(answer),
                by: Actor::Console,
                at: datetime!(2026-11-24 10:00 +8),
            }),
        }
    }

    /// Every state with every move, as ARCHITECTURE.md shows it; a dash is a refusal.
    fn table() -> String {
        let row = |state: &AssistanceState| {
            let after =
                |one: &AssistanceMove| state.after(*one).map_or("—", AssistanceState::as_str);
            let cells: String =
                AssistanceMove::ALL.iter().map(|one| format!(" {} |", after(one))).collect();
            format!("| {state} |{cells}\n")
        };
        let rows: String = AssistanceState::ALL.iter().map(row).collect();
        format!("| state | answer (asked) | withdraw (asking) |\n|---|---|---|\n{rows}")
    }

    #[test]
    fn the_whole_table() {
        let architecture = include_str!("../../../ARCHITECTURE.md");
        let (_, rest) = architecture.split_once("<!-- assistance -->\n").expect("the table");
        let (shown, _) = rest.split_once("<!-- end -->").expect("its end");
        assert_eq!(shown, table(), "ARCHITECTURE.md shows another table");
    }

    #[test]
    fn only_an_open_request_moves_and_what_is_allowed_is_told() {
        for state in AssistanceState::ALL {
            for asked in AssistanceMove::ALL {
                let open = *state == AssistanceState::Open;
                assert_eq!(state.after(*asked).is_ok(), open, "{state} {asked}");
            }
        }
        let refused = AssistanceState::Answered.after(AssistanceMove::Withdraw).expect_err("final");
        let words = "a request that is answered cannot withdraw; allowed: nothing";
        assert_eq!(refused.to_string(), words);
    }

    #[test]
    fn a_request_is_overdue_the_day_after_its_last_one() {
        let open = request(None);
        assert_eq!(open.fact(DAYS, DUE), Some(Assisted::Open { due: DUE }));
        assert!(!open.is_overdue(DUE) && open.is_overdue(date!(2026 - 11 - 27)));
        let answered = request(Some((AssistanceOutcome::Unable, None)));
        assert!(!answered.is_overdue(date!(2027 - 01 - 01)));
    }

    #[test]
    fn an_answer_counts_until_its_day_and_no_longer_than_a_verdict() {
        for (said, last) in [
            (None, date!(2027 - 02 - 22)),
            (Some(date!(2026 - 12 - 31)), date!(2026 - 12 - 31)),
            (Some(date!(2030 - 01 - 01)), date!(2027 - 02 - 22)),
        ] {
            let one = request(Some((AssistanceOutcome::Confirmed, said)));
            let fact = Assisted::Confirmed { reference: one.id.to_string(), until: last };
            assert_eq!(one.fact(DAYS, last), Some(fact));
            assert_eq!(one.fact(DAYS, last.next_day().expect("a day")), None);
        }
    }

    #[test]
    fn what_was_withdrawn_says_nothing() {
        let mut one = request(Some((AssistanceOutcome::Confirmed, None)));
        if let Some(end) = &mut one.end {
            end.answer = None;
        }
        assert_eq!((one.state(), one.fact(DAYS, DUE)), (AssistanceState::Withdrawn, None));
    }
}
