//! A service item (政务服务事项): what an office does for an applicant, and what it asks for.

use super::condition::{Answers, Condition};
use super::key::{ItemCode, Key};
use super::material::Material;
use crate::catalogue::{HolderKind, Kept, Names};
use crate::identifier::{LicenseTypeCode, UnifiedCode};
use serde::{Deserialize, Serialize};

/// How an item is handled, as lists of items for towns and villages say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Handling {
    /// 直办: decided where it is handed in.
    Direct,
    /// 受理: taken in here, decided above.
    Accepted,
    /// 网办: on the network.
    Online,
    /// 委托受理: taken in for another office.
    Entrusted,
}

/// One answer to the question of a situation.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its name in conditions.
    pub key: Key,
    /// Its words.
    pub label: Names,
}

/// A question whose answer decides which materials are needed (情形).
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Situation {
    /// Its name in conditions.
    pub key: Key,
    /// What is asked.
    pub question: Names,
    /// What may be answered.
    pub answers: Vec<Choice>,
    /// When it is asked, by earlier answers; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
}

/// What seals an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputSeal {
    /// An electronic seal.
    Electronic,
    /// A stamp on paper.
    Physical,
    /// No seal.
    None,
}

/// How an output is signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutputSignature {
    /// By electronic signature.
    Electronic,
    /// By hand.
    Wet,
    /// Not at all.
    None,
}

/// What the applicant gets.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// Its name.
    pub name: Names,
    /// The license type that it is, if it is one.
    #[serde(default, with = "optional_code", skip_serializing_if = "Option::is_none")]
    pub license_type: Option<LicenseTypeCode>,
    /// What seals it.
    pub seal: OutputSeal,
    /// How it is signed for.
    pub signature: OutputSignature,
}

/// Where the value of a form field stands already.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The license type.
    #[serde(with = "crate::as_text")]
    pub license_type: LicenseTypeCode,
    /// The key of its field.
    pub field: Key,
    /// Whose license: `applicant`, `agent`, or a relation of the policy.
    pub holder: Key,
}

/// A field of the application form.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// Its name.
    pub key: Key,
    /// Its words.
    pub label: Names,
    /// Where its value can be taken from, best first; nothing means that it has to be filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Source>,
}

/// One version of a service item. Read with [`ServiceItem::read`], so that every value of this type
/// is consistent.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServiceItem {
    /// Its code.
    pub code: ItemCode,
    /// Which version of it, from 1.
    pub version: u32,
    /// Its name.
    pub name: Names,
    /// The office that handles it.
    #[serde(with = "crate::as_text")]
    pub department: UnifiedCode,
    /// How it is handled.
    pub handling: Handling,
    /// Who may apply.
    pub applicants: Vec<HolderKind>,
    /// Whether an agent may apply for somebody.
    #[serde(default, skip_serializing_if = "is_false")]
    pub agents: bool,
    /// Made up to show how it works (示例), which every page says.
    #[serde(default, skip_serializing_if = "is_false")]
    pub example: bool,
    /// Working days within which it is promised (承诺时限).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub days: Option<u16>,
    /// Questions in the order in which they are asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub situations: Vec<Situation>,
    /// What is asked for, in the order of the list.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub materials: Vec<Material>,
    /// What the applicant gets.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<Output>,
    /// The application form.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<FormField>,
}

impl Situation {
    /// Whether it is asked, by earlier answers; also where these leave it open.
    #[must_use]
    pub fn is_asked(&self, answers: &Answers) -> bool {
        self.when.as_ref().is_none_or(|when| when.holds(answers) != Kept::No)
    }
}

impl ServiceItem {
    /// The answers to its questions, of which `said` tells each in their order. What is not asked in a
    /// situation was answered in another and does not count: `said` is not asked for it.
    pub fn answered<'s>(
        &'s self,
        mut said: impl FnMut(&'s Situation) -> Option<&'s Choice>,
    ) -> Answers {
        let mut answers = Answers::new();
        for situation in &self.situations {
            if situation.is_asked(&answers)
                && let Some(choice) = said(situation)
            {
                answers.insert(situation.key.clone(), choice.key.clone());
            }
        }
        answers
    }

    /// The material of this name.
    #[must_use]
    pub fn material(&self, key: &Key) -> Option<&Material> {
        self.materials.iter().find(|material| material.key == *key)
    }

    /// The question of this name.
    #[must_use]
    pub fn situation(&self, key: &Key) -> Option<&Situation> {
        self.situations.iter().find(|situation| situation.key == *key)
    }
}

pub(super) fn is_false(value: &bool) -> bool {
    !value
}

/// A type code that may be absent.
mod optional_code {
    use crate::identifier::LicenseTypeCode;
    use serde::{Deserializer, Serializer};

    #[allow(clippy::ref_option, reason = "serde asks so")]
    pub(super) fn serialize<S: Serializer>(
        code: &Option<LicenseTypeCode>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        match code {
            Some(code) => crate::as_text::serialize(code, to),
            None => to.serialize_none(),
        }
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<LicenseTypeCode>, D::Error> {
        crate::as_text::deserialize(from).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_counts_where_its_question_is_asked() {
        let choices = json!([{ "key": "yes", "label": { "zh": "是", "en": "Yes" } },
            { "key": "no", "label": { "zh": "否", "en": "No" } }]);
        let question = |key: &str| json!({ "key": key, "question": { "zh": key, "en": key }, "answers": choices });
        let (first, mut second) = (question("rented"), question("from_the_state"));
        second["when"] = json!({ "answer": { "rented": ["yes"] } });
        let mut document = crate::exemption::reading::tests::document();
        document["situations"] = json!([first, second]);
        document["materials"] = json!([]);
        let item = ServiceItem::read(document.to_string().as_bytes()).expect("an item");
        let counted = |given: &[(&str, usize)]| {
            let answers = item.answered(|situation| {
                let said = given.iter().find(|(key, _)| *key == situation.key.as_str());
                said.map(|(_, place)| &situation.answers[*place])
            });
            answers.keys().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(counted(&[("rented", 0), ("from_the_state", 0)]), ["from_the_state", "rented"]);
        assert_eq!(counted(&[("rented", 1), ("from_the_state", 0)]), ["rented"]);
        assert_eq!(counted(&[("from_the_state", 0)]), ["from_the_state"], "it may yet be asked");
    }
}
