//! The quality of a department's licenses as JSON.

use super::NumberGapView;
use serde::Serialize;
use utoipa::ToSchema;

/// How the licenses stand that a department has in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QualityScoreView {
    /// In use.
    pub total: u64,
    /// Examined, with nothing open.
    pub good: u64,
    /// With a fault that is not corrected.
    pub faulty: u64,
    /// Not examined yet, or with something of which nobody can tell: not counted as good.
    pub uncertain: u64,
    /// Good ones of a hundred; absent where there is no license.
    pub percent: Option<u64>,
    /// Stored a day after their day of issue at the latest.
    pub fresh: u64,
    /// Stored later.
    pub late: u64,
    /// Those of a hundred that were stored in time; what is not known is not in time.
    pub fresh_percent: Option<u64>,
}

/// What was stored in one week.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QualityWeekView {
    /// Its Monday.
    pub week: String,
    /// The score of what was stored in it.
    pub score: QualityScoreView,
}

/// The quality of a department's licenses of the last twelve weeks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct QualityView {
    /// As of when.
    pub as_of: String,
    /// All weeks together.
    pub score: QualityScoreView,
    /// The weeks, oldest first.
    pub weeks: Vec<QualityWeekView>,
    /// Numbers that are missing in sequences of licenses that were issued in these weeks: licenses
    /// that are not here, or numbers that were never given. They are not in the score.
    pub missing: u64,
    /// Where they are missing.
    pub gaps: Vec<NumberGapView>,
    /// Findings that are not closed; at most 200 are counted.
    pub open: usize,
    /// Those of them that are overdue.
    pub overdue: usize,
}

/// Something that a rule found in a license.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct QualityFindingView {
    /// Its id.
    pub id: String,
    /// Id of the license.
    pub license: String,
    /// Code of the license type.
    pub license_type: String,
    /// Name of the license type.
    pub type_name: String,
    /// The rule: `content`, `fields`, `number_form`, `issued_later`, `no_issue_date`,
    /// `holder_code`, `placeholder` or `unknown_type`.
    pub rule: &'static str,
    /// Key of the field to correct first; empty for the license as a whole.
    pub field: String,
    /// Its name.
    pub field_name: String,
    /// The rule across fields, or the code of the misfit; never a value.
    pub detail: String,
    /// Whether it is a fault; otherwise nobody can tell.
    pub certain: bool,
    /// `open`, `in_work`, `answered` or `closed`.
    pub state: &'static str,
    /// When it was found.
    pub found_at: String,
    /// When it should be corrected.
    pub due_at: String,
    /// Whether that is over.
    pub overdue: bool,
    /// Who changed it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<String>,
    /// What was said about it.
    pub answer: String,
}
