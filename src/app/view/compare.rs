//! What came of comparing values, as JSON: never the values.

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A difference that was found.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedReasonView {
    /// Which difference, for programs.
    pub code: String,
    /// The best answer that it leaves possible: `same_after`, `unclear` or `different`.
    pub leaves: String,
    /// In Chinese.
    pub text: String,
    /// In English.
    pub text_en: String,
    /// Where it was met first in our value: characters from 0. Of what is not there, where it would be.
    pub ours: usize,
    /// Where in theirs.
    pub theirs: usize,
}

/// What came of one pair.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedPairView {
    /// Its name, as it was sent.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// `same`; `same_after` harmless differences, which are named; `unclear` where nobody can tell;
    /// `different`.
    pub answer: String,
    /// Every difference once, the weightiest first.
    pub reasons: Vec<ComparedReasonView>,
}

/// What came of comparing.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct ComparedView {
    /// One for each pair, in their order.
    pub results: Vec<ComparedPairView>,
    /// How many of each answer.
    pub counts: BTreeMap<String, usize>,
}
