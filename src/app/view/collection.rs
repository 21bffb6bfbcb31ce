//! Declared counts against what is here, and missing numbers.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One license type on one day.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CollectionView {
    /// Code of the license type.
    pub license_type: String,
    /// Name of the license type.
    pub type_name: String,
    /// The day of issue.
    pub day: String,
    /// How many licenses the department says it issued; absent when nobody said it.
    pub declared: Option<u32>,
    /// How many with this day of issue are here.
    pub stored: u32,
    /// How many of them were here by the end of the next day.
    pub on_time: u32,
    /// `on_time` of `declared`, in percent; absent without a declared count.
    pub rate_percent: Option<f64>,
    /// `denominator_missing` or `more_than_declared`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remark: Option<String>,
}

/// Numbers that are missing in a sequence.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct NumberGapView {
    /// Code of the license type.
    pub license_type: String,
    /// Name of the license type.
    pub type_name: String,
    /// The first number that is missing.
    pub from: String,
    /// The last one.
    pub to: String,
    /// How many.
    pub count: u64,
}

/// Declared and stored by type and day.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub struct CollectionsView {
    /// The first day.
    pub from: String,
    /// The last day.
    pub to: String,
    /// By day, newest first, then by type.
    pub items: Vec<CollectionView>,
    /// Gaps in the numbers of these days.
    pub gaps: Vec<NumberGapView>,
}
