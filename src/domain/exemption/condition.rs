//! When a question is asked or a material is needed, by the answers so far.

use super::key::Key;
use crate::catalogue::Kept;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What the applicant answered: question → answer.
pub type Answers = BTreeMap<Key, Key>;

/// Conditions within conditions that a person can still read.
const DEPTH_MAX: usize = 6;

/// A condition on answers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// Each of these questions has one of these answers.
    Answer(BTreeMap<Key, BTreeSet<Key>>),
    /// All hold.
    All(Vec<Condition>),
    /// One holds.
    Any(Vec<Condition>),
    /// It does not hold.
    Not(Box<Condition>),
}

impl Condition {
    /// Whether it holds; unknown where what is not answered would decide.
    #[must_use]
    pub fn holds(&self, answers: &Answers) -> Kept {
        match self {
            Self::Answer(wanted) => {
                all(wanted.iter().map(|(question, wanted)| match answers.get(question) {
                    None => Kept::Unknown,
                    Some(given) if wanted.contains(given) => Kept::Yes,
                    Some(_) => Kept::No,
                }))
            }
            Self::All(parts) => all(parts.iter().map(|part| part.holds(answers))),
            Self::Any(parts) => not(all(parts.iter().map(|part| not(part.holds(answers))))),
            Self::Not(part) => not(part.holds(answers)),
        }
    }

    /// Every question with the answers that it is compared with.
    pub(super) fn asks<'a>(&'a self, found: &mut Vec<(&'a Key, &'a BTreeSet<Key>)>) {
        match self {
            Self::Answer(wanted) => found.extend(wanted),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.asks(found)),
            Self::Not(part) => part.asks(found),
        }
    }

    pub(super) fn is_too_deep(&self) -> bool {
        self.depth() > DEPTH_MAX
    }

    fn depth(&self) -> usize {
        match self {
            Self::Answer(_) => 1,
            Self::All(parts) | Self::Any(parts) => {
                1 + parts.iter().map(Self::depth).max().unwrap_or_default()
            }
            Self::Not(part) => 1 + part.depth(),
        }
    }
}

fn not(kept: Kept) -> Kept {
    match kept {
        Kept::Yes => Kept::No,
        Kept::No => Kept::Yes,
        Kept::Unknown => Kept::Unknown,
    }
}

/// All of them, as three values: one that fails decides, then one that nobody can tell.
pub(super) fn all(parts: impl Iterator<Item = Kept>) -> Kept {
    let mut worst = Kept::Yes;
    for part in parts {
        match part {
            Kept::No => return Kept::No,
            Kept::Unknown => worst = Kept::Unknown,
            Kept::Yes => {}
        }
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    #[track_caller]
    fn check(condition: Json, answers: &[(&str, &str)], expected: Kept) {
        let read: Condition = serde_json::from_value(condition.clone()).expect("a condition");
        let key = |text: &str| text.parse::<Key>().expect("a key");
        let answers = answers.iter().map(|(q, a)| (key(q), key(a))).collect();
        assert_eq!(read.holds(&answers), expected, "{condition}");
        assert_eq!(serde_json::to_value(read).expect("JSON"), condition);
    }

    #[test]
    fn conditions_hold_or_not_or_nobody_can_tell() {
        let rented = json!({ "answer": { "premises": ["lent", "rented"] } });
        let (yes, no): (&[_], &[_]) = (&[("premises", "rented")], &[("premises", "owned")]);
        check(rented.clone(), yes, Kept::Yes);
        check(rented.clone(), no, Kept::No);
        check(rented.clone(), &[], Kept::Unknown);
        check(json!({ "not": rented }), yes, Kept::No);
        check(json!({ "not": rented }), &[], Kept::Unknown);
        let staff = json!({ "answer": { "staff": ["yes"] } });
        check(json!({ "all": [rented, staff] }), yes, Kept::Unknown);
        check(json!({ "all": [rented, staff] }), no, Kept::No);
        check(json!({ "any": [rented, staff] }), yes, Kept::Yes);
        check(json!({ "any": [rented, staff] }), no, Kept::Unknown);
        check(json!({ "answer": { "premises": ["rented"], "staff": ["yes"] } }), no, Kept::No);
        check(json!({ "all": [] }), no, Kept::Yes);
        check(json!({ "any": [] }), no, Kept::No);
    }
}
