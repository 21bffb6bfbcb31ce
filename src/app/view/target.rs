//! Targets as JSON.

use serde::Serialize;
use utoipa::ToSchema;

/// How far a target was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TargetView {
    /// `license_mapping`, `new_collection`, `seal_coverage`, `free_items`, `materials_saved`,
    /// `timely_storing` or `faults`.
    pub target: &'static str,
    /// The numerator; absent without a denominator.
    pub part: Option<u64>,
    /// The denominator; absent when nobody knows it, which is never read as reached.
    pub whole: Option<u64>,
    /// The share in `unit`, rounded down; absent without a denominator.
    pub value: Option<u64>,
    /// `percent` or `per_thousand`.
    pub unit: &'static str,
    /// What plans ask for, in the unit.
    pub goal: Option<u64>,
    /// Whether it is reached; absent without a goal or a value.
    pub reached: Option<bool>,
    /// `denominator_missing` where some or all of the rows have none.
    pub remark: Option<&'static str>,
    /// Rows that count.
    pub counted: usize,
    /// Rows that the definition leaves out.
    pub excluded: usize,
    /// Rows without a denominator.
    pub missing: usize,
    /// Days from issue to being stored, in the middle; of `timely_storing`.
    pub median_days: Option<i64>,
    /// Fields of forms that were filled from licenses; of `materials_saved`.
    pub fields_filled: Option<u64>,
    /// Departments that are furthest behind.
    pub laggards: Vec<TargetDepartmentView>,
    /// The days of the last twelve weeks, oldest first.
    pub trend: Vec<TargetDayView>,
}

/// One department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TargetDepartmentView {
    /// Its name.
    pub department: String,
    /// The numerator.
    pub part: u64,
    /// The denominator.
    pub whole: u64,
    /// The share in the unit of the target.
    pub value: u64,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TargetDayView {
    /// The day.
    pub day: String,
    /// The numerator; absent without a denominator.
    pub part: Option<u64>,
    /// The denominator.
    pub whole: Option<u64>,
    /// The share in the unit of the target.
    pub value: Option<u64>,
}

/// All targets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TargetsView {
    /// As of when.
    pub as_of: String,
    /// First day of what is counted by day: the last thirty.
    pub from: String,
    /// Last day.
    pub to: String,
    /// The targets.
    pub targets: Vec<TargetView>,
}

/// What a target is made of: an item, a department, or a license type of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct TargetRowView {
    /// Code of the item, of the department, or of the license type.
    pub key: String,
    /// Its name.
    pub name: String,
    /// The department that answers for it.
    pub department: String,
    /// The numerator; absent when the row is left out.
    pub part: Option<u64>,
    /// The denominator.
    pub whole: Option<u64>,
    /// Why it is left out, or not reached: `nothing_issued`, `denominator_missing`,
    /// `nothing_stored`, `not_mapped`, `not_live`, `no_seal`, `seal_not_usable`, `hands_in`,
    /// `fills_in`, `stamped`, `signed_by_hand`.
    pub why: Vec<&'static str>,
}
