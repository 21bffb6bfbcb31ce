//! What a rule found in a license, and how far its correction is.

use crate::audit::Actor;
use crate::id::{LicenseId, OrganizationId, QualityFindingId};
use crate::identifier::LicenseTypeCode;
use crate::word::words;
use time::{Duration, OffsetDateTime};

words! { "quality rule";
    /// What a license is held to.
    pub enum QualityRule {
        /// The content fits the version of the type by which it was drawn.
        Content = "content",
        /// A rule across fields, of the newest version of the type.
        Fields = "fields",
        /// The number has the form that the newest version of the type asks.
        NumberForm = "number_form",
        /// Nothing was issued after it was stored.
        IssuedLater = "issued_later",
        /// There is a day of issue.
        NoIssueDate = "no_issue_date",
        /// The holder is named by a code that can be checked.
        HolderCode = "holder_code",
        /// No value stands for one that was not known.
        Placeholder = "placeholder",
        /// The type is known here.
        UnknownType = "unknown_type",
    }
}

words! { "state of a finding";
    /// How far the correction of a finding is.
    pub enum FindingState {
        /// Nobody has taken it.
        Open = "open",
        /// Somebody works on it.
        InWork = "in_work",
        /// Somebody said what was done; it is looked at once more.
        Answered = "answered",
        /// It is corrected, or was found to be right as it is.
        Closed = "closed",
    }
}

/// What somebody does with a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Takes it.
    Take,
    /// Says what was done about it.
    Answer,
    /// Gives it back as not done.
    Reopen,
    /// Ends it.
    Close,
}

impl FindingState {
    /// The state after a step.
    ///
    /// # Errors
    /// The states from which the step is possible.
    pub fn after(self, step: Step) -> Result<Self, &'static [Self]> {
        use FindingState::{Answered, Closed, InWork, Open};
        let (from, to): (&'static [Self], Self) = match step {
            Step::Take => (&[Open], InWork),
            Step::Answer => (&[Open, InWork], Answered),
            Step::Reopen => (&[InWork, Answered], Open),
            Step::Close => (&[Answered], Closed),
        };
        if from.contains(&self) { Ok(to) } else { Err(from) }
    }
}

/// Days in which what is certain is corrected, and what is not is looked at.
const DUE_AFTER: [Duration; 2] = [Duration::days(10), Duration::days(30)];

/// Something that a rule found in a license.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityFinding {
    /// Its id.
    pub id: QualityFindingId,
    /// The license.
    pub license: LicenseId,
    /// Its type.
    pub type_code: LicenseTypeCode,
    /// The department that issued it.
    pub organization: OrganizationId,
    /// The rule.
    pub rule: QualityRule,
    /// The key of the field to correct first; empty for the license as a whole.
    pub field: String,
    /// The rule across fields, or the code of the misfit; never a value.
    pub detail: String,
    /// Whether it is a fault; otherwise nobody can tell.
    pub certain: bool,
    /// How far it is.
    pub state: FindingState,
    /// When it was found.
    pub found_at: OffsetDateTime,
    /// When it should be corrected.
    pub due_at: OffsetDateTime,
    /// Who changed it last, and when.
    pub changed: Option<(Actor, OffsetDateTime)>,
    /// What was said about it.
    pub answer: String,
    /// Counts its changes.
    pub version: u32,
}

impl QualityFinding {
    /// Whether it should have been corrected.
    #[must_use]
    pub fn is_overdue(&self, now: OffsetDateTime) -> bool {
        self.state != FindingState::Closed && now > self.due_at
    }

    /// When what was found at a time is due.
    #[must_use]
    pub fn due(certain: bool, found_at: OffsetDateTime) -> OffsetDateTime {
        found_at + DUE_AFTER[usize::from(!certain)]
    }
}

#[cfg(test)]
mod tests {
    use super::FindingState::{Answered, Closed, InWork, Open};
    use super::*;

    #[test]
    fn every_step_from_every_state() {
        for (step, expected) in [
            (Step::Take, [Some(InWork), None, None, None]),
            (Step::Answer, [Some(Answered), Some(Answered), None, None]),
            (Step::Reopen, [None, Some(Open), Some(Open), None]),
            (Step::Close, [None, None, Some(Closed), None]),
        ] {
            for (state, expected) in [Open, InWork, Answered, Closed].into_iter().zip(expected) {
                assert_eq!(state.after(step).ok(), expected, "{step:?} from {state}");
            }
        }
    }
}
