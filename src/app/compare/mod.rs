//! Comparing what forms and licenses say: the pairs of a request, and the answers in words. Values
//! come with the request; none of them is kept, logged or said again.

mod words;

use crate::error::problem;
use crate::view::{ComparedPairView, ComparedReasonView, ComparedView};
use crate::{App, AppError, Caller, FieldProblem};
use domain::access::Permission;
use domain::compare::{
    Answer, Comparison, Kind, REGION_CHARACTERS_MAX, Renamed, VALUE_CHARACTERS_MAX, compare,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A form has fewer fields than this.
const PAIRS_MAX: usize = 300;
/// More regions were never renamed at once.
const RENAMED_MAX: usize = 100;
const NAME_CHARACTERS_MAX: usize = 100;

/// Two values that are compared.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PairAsked {
    /// What it is, said again in the answer. At most 100 characters.
    pub name: String,
    /// `text`, `person_name`, `organization_name`, `address`, `date`, `number` or `identifier`.
    pub kind: String,
    /// The one value, such as what a form says. At most 1000 characters.
    pub ours: String,
    /// The other, such as what a license says. At most 1000 characters.
    pub theirs: String,
}

/// A region that has another name today.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RenamedAsked {
    /// The name before, such as 示例县.
    pub from: String,
    /// The name today, such as 示例区.
    pub to: String,
}

/// What is compared.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompareAsked {
    /// 1 to 300 pairs.
    pub pairs: Vec<PairAsked>,
    /// Regions that were renamed (县改区): they count as the same only if they are named here. At
    /// most 100.
    #[serde(default)]
    pub renamed: Vec<RenamedAsked>,
}

impl App {
    /// Compares pairs of values for a department that decides about what is handed in.
    ///
    /// # Errors
    /// As [`compare_pairs`]; a caller without `exempt`.
    pub fn compare(&self, caller: &Caller, asked: &CompareAsked) -> Result<ComparedView, AppError> {
        caller.require(Permission::ExemptionDecide)?;
        compare_pairs(asked)
    }
}

/// Compares pairs of values.
///
/// # Errors
/// One problem for each kind that there is not and each value that is too long; too many pairs.
pub fn compare_pairs(asked: &CompareAsked) -> Result<ComparedView, AppError> {
    let mut problems = Vec::new();
    let mut count = |pointer: &str, found: usize, least: usize, most: usize| {
        if !(least..=most).contains(&found) {
            problems.push(problem(pointer, "bad_count", format!("{least} to {most}")));
        }
    };
    count("/pairs", asked.pairs.len(), 1, PAIRS_MAX);
    count("/renamed", asked.renamed.len(), 0, RENAMED_MAX);
    for (place, one) in asked.renamed.iter().enumerate() {
        for (end, name) in [("from", &one.from), ("to", &one.to)] {
            let characters = name.chars().take(REGION_CHARACTERS_MAX + 1).count();
            count(&format!("/renamed/{place}/{end}"), characters, 1, REGION_CHARACTERS_MAX);
        }
    }
    if !problems.is_empty() {
        return Err(AppError::Fields(problems));
    }
    let renamed: Vec<Renamed> = asked
        .renamed
        .iter()
        .map(|one| Renamed { from: one.from.clone(), to: one.to.clone() })
        .collect();
    let mut results = Vec::new();
    for (place, pair) in asked.pairs.iter().enumerate() {
        match compared(place, pair, &renamed) {
            Ok(view) => results.push(view),
            Err(problem) => problems.push(problem),
        }
    }
    if !problems.is_empty() {
        return Err(AppError::Fields(problems));
    }
    let mut counts: BTreeMap<String, usize> =
        Answer::ALL.iter().map(|answer| (answer.to_string(), 0)).collect();
    for one in &results {
        *counts.entry(one.answer.clone()).or_default() += 1;
    }
    Ok(ComparedView { results, counts })
}

fn compared(
    place: usize,
    pair: &PairAsked,
    renamed: &[Renamed],
) -> Result<ComparedPairView, FieldProblem> {
    let at = |member: &str| format!("/pairs/{place}/{member}");
    if pair.name.chars().count() > NAME_CHARACTERS_MAX {
        let message = format!("at most {NAME_CHARACTERS_MAX} characters");
        return Err(problem(&at("name"), "too_long", message));
    }
    for (member, value) in [("ours", &pair.ours), ("theirs", &pair.theirs)] {
        if value.chars().count() > VALUE_CHARACTERS_MAX {
            let message = format!("at most {VALUE_CHARACTERS_MAX} characters");
            return Err(problem(&at(member), "too_long", message));
        }
    }
    let kind: Kind = pair.kind.parse().map_err(|cause: domain::word::UnknownWord| {
        problem(&at("kind"), "not_a_choice", format!("one of {}", cause.known))
    })?;
    let comparison = compare(kind, &pair.ours, &pair.theirs, renamed)
        .map_err(|cause| problem(&at("ours"), "too_long", cause.to_string()))?;
    Ok(ComparedPairView {
        name: pair.name.clone(),
        kind: kind.to_string(),
        answer: comparison.answer.to_string(),
        reasons: reasons(&comparison),
    })
}

/// The reasons of a comparison in words.
pub(crate) fn reasons(comparison: &Comparison) -> Vec<ComparedReasonView> {
    let reason = |found: &domain::compare::Found| {
        let (text, text_en) = words::of(found.reason);
        ComparedReasonView {
            code: found.reason.to_string(),
            leaves: found.reason.leaves().to_string(),
            text: text.to_owned(),
            text_en: text_en.to_owned(),
            ours: found.ours,
            theirs: found.theirs,
        }
    };
    comparison.reasons.iter().map(reason).collect()
}
