//! Reading the document of a service item: JSON, then whether its parts fit together.

use super::condition::Condition;
use super::item::{ServiceItem, Situation};
use super::key::Key;
use super::material::{CoveredBy, Material};
use crate::catalogue::Names;
use std::collections::BTreeSet;

/// The longest lists of materials of real items, a hundred, stay far below this.
const DOCUMENT_BYTES_MAX: usize = 512 * 1024;
/// More than these are more than anybody answers at a window.
const SITUATIONS_MAX: usize = 5;
const ANSWERS_MAX: usize = 30;
const MATERIALS_MAX: usize = 100;
const ALTERNATIVES_MAX: usize = 20;
/// Licenses of one alternative, and what must hold of each.
const EVIDENCE_MAX: usize = 10;
const OUTPUTS_MAX: usize = 30;
const FORM_FIELDS_MAX: usize = 300;
/// Characters of one text.
const TEXT_MAX: usize = 500;
/// Days of a promise or a delay: no office waits longer than ten years.
const DAYS_MAX: u16 = 3660;

/// Why a document is not a service item.
#[derive(Debug, thiserror::Error)]
pub enum ItemError {
    /// Larger than any item.
    #[error("the document has {0} bytes; a service item has at most {DOCUMENT_BYTES_MAX}")]
    TooLarge(usize),
    /// Not JSON, or not of the form of an item.
    #[error("line {}, column {}", .0.line(), .0.column())]
    Form(#[source] serde_json::Error),
    /// The parts contradict each other, or one is out of bounds.
    #[error("{pointer}: {problem}")]
    Inconsistent {
        /// JSON pointer to the part (RFC 6901).
        pointer: String,
        /// What is wrong with it.
        problem: String,
    },
}

type Checked = Result<(), ItemError>;

fn wrong<T>(pointer: impl Into<String>, problem: impl Into<String>) -> Result<T, ItemError> {
    Err(ItemError::Inconsistent { pointer: pointer.into(), problem: problem.into() })
}

impl ServiceItem {
    /// Reads the document of one version of an item.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn read(document: &[u8]) -> Result<Self, ItemError> {
        if document.len() > DOCUMENT_BYTES_MAX {
            return Err(ItemError::TooLarge(document.len()));
        }
        let item: Self = serde_json::from_slice(document).map_err(ItemError::Form)?;
        item.check()?;
        Ok(item)
    }

    /// Whether its parts fit together; whoever changes one asks again.
    ///
    /// # Errors
    /// The first thing that is wrong, and where.
    pub fn check(&self) -> Checked {
        if self.version == 0 {
            return wrong("/version", "versions begin with 1");
        }
        named("/name", &self.name)?;
        if self.applicants.is_empty() {
            return wrong("/applicants", "somebody must be allowed to apply");
        }
        at_most("/situations", self.situations.len(), SITUATIONS_MAX)?;
        at_most("/materials", self.materials.len(), MATERIALS_MAX)?;
        at_most("/outputs", self.outputs.len(), OUTPUTS_MAX)?;
        at_most("/form", self.form.len(), FORM_FIELDS_MAX)?;
        once("/situations", self.situations.iter().map(|one| &one.key))?;
        once("/materials", self.materials.iter().map(|one| &one.key))?;
        once("/form", self.form.iter().map(|one| &one.key))?;
        for (place, situation) in self.situations.iter().enumerate() {
            self.check_situation(place, situation)?;
        }
        for (place, material) in self.materials.iter().enumerate() {
            self.check_material(&format!("/materials/{place}"), material)?;
        }
        for (place, output) in self.outputs.iter().enumerate() {
            named(&format!("/outputs/{place}/name"), &output.name)?;
        }
        for (place, field) in self.form.iter().enumerate() {
            named(&format!("/form/{place}/label"), &field.label)?;
            at_most(&format!("/form/{place}/from"), field.from.len(), ALTERNATIVES_MAX)?;
        }
        self.check_covers()
    }

    fn check_situation(&self, place: usize, situation: &Situation) -> Checked {
        let pointer = format!("/situations/{place}");
        named(&format!("{pointer}/question"), &situation.question)?;
        if !(2..=ANSWERS_MAX).contains(&situation.answers.len()) {
            return wrong(format!("{pointer}/answers"), format!("2 to {ANSWERS_MAX} are needed"));
        }
        once(&format!("{pointer}/answers"), situation.answers.iter().map(|one| &one.key))?;
        for (place, answer) in situation.answers.iter().enumerate() {
            named(&format!("{pointer}/answers/{place}/label"), &answer.label)?;
        }
        let earlier = self.situations.get(..place).unwrap_or_default();
        condition(&format!("{pointer}/when"), situation.when.as_ref(), earlier)
    }

    fn check_material(&self, pointer: &str, material: &Material) -> Checked {
        named(&format!("{pointer}/name"), &material.name)?;
        condition(&format!("{pointer}/when"), material.when.as_ref(), &self.situations)?;
        if material.copies == 0 {
            return wrong(format!("{pointer}/copies"), "at least one");
        }
        if let Some(note) = &material.note {
            named(&format!("{pointer}/note"), note)?;
        }
        if let Some(issuer) = &material.issuer {
            text(&format!("{pointer}/issuer"), issuer)?;
        }
        check_alternatives(&format!("{pointer}/waived_by"), material)?;
        check_grounds(pointer, material)
    }

    /// Every cover is there, and none covers itself by way of others.
    fn check_covers(&self) -> Checked {
        let covers = |material: &Material| -> Vec<Key> {
            let keys = material.covered_by.iter().filter_map(|cover| match cover {
                CoveredBy::Material(key) => Some(key.clone()),
                CoveredBy::Output(_) => None,
            });
            keys.collect()
        };
        for (place, material) in self.materials.iter().enumerate() {
            let pointer = format!("/materials/{place}/covered_by");
            let mut met = BTreeSet::new();
            let mut open = covers(material);
            while let Some(key) = open.pop() {
                if key == material.key {
                    return wrong(pointer, "the material covers itself");
                }
                let Some(cover) = self.material(&key) else {
                    return wrong(pointer, format!("there is no material `{key}`"));
                };
                if met.insert(key) {
                    open.extend(covers(cover));
                }
            }
        }
        Ok(())
    }
}

fn check_alternatives(pointer: &str, material: &Material) -> Checked {
    at_most(pointer, material.waived_by.len(), ALTERNATIVES_MAX)?;
    for (place, alternative) in material.waived_by.iter().enumerate() {
        let pointer = format!("{pointer}/{place}/all");
        if alternative.all.is_empty() {
            return wrong(pointer, "an alternative without a license would waive for everybody");
        }
        at_most(&pointer, alternative.all.len(), EVIDENCE_MAX)?;
        for (place, evidence) in alternative.all.iter().enumerate() {
            let pointer = format!("{pointer}/{place}/where");
            at_most(&pointer, evidence.predicates.len(), EVIDENCE_MAX)?;
        }
    }
    Ok(())
}

fn check_grounds(pointer: &str, material: &Material) -> Checked {
    at_most(&format!("{pointer}/covered_by"), material.covered_by.len(), ALTERNATIVES_MAX)?;
    if let Some(cancelled) = &material.cancelled {
        text(&format!("{pointer}/cancelled/basis"), &cancelled.basis)?;
    }
    if let Some(commitment) = &material.commitment {
        text(&format!("{pointer}/commitment/basis"), &commitment.basis)?;
    }
    let days = [
        ("commitment", material.commitment.as_ref().map(|one| one.days)),
        ("deferrable", material.deferrable.as_ref().map(|one| one.days)),
        ("assistance", material.assistance.as_ref().map(|one| one.days)),
    ];
    for (ground, days) in days {
        if days.is_some_and(|days| days == 0 || days > DAYS_MAX) {
            return wrong(format!("{pointer}/{ground}/days"), format!("1 to {DAYS_MAX}"));
        }
    }
    Ok(())
}

fn at_most(pointer: &str, found: usize, most: usize) -> Checked {
    if found > most {
        return wrong(pointer, format!("{found} entries; at most {most} are allowed"));
    }
    Ok(())
}

fn once<'a>(pointer: &str, keys: impl Iterator<Item = &'a Key>) -> Checked {
    let mut met = BTreeSet::new();
    for (place, key) in keys.enumerate() {
        if !met.insert(key) {
            return wrong(format!("{pointer}/{place}/key"), format!("`{key}` occurs twice"));
        }
    }
    Ok(())
}

fn named(pointer: &str, names: &Names) -> Checked {
    text(&format!("{pointer}/zh"), &names.zh)?;
    text(&format!("{pointer}/en"), &names.en)
}

fn text(pointer: &str, text: &str) -> Checked {
    let bad = text.trim().is_empty()
        || text.chars().count() > TEXT_MAX
        || text.chars().any(char::is_control);
    if bad {
        return wrong(pointer, format!("1 to {TEXT_MAX} characters of one line are needed"));
    }
    Ok(())
}

/// Every question of a condition is there, and has the answers that it is compared with.
fn condition(pointer: &str, condition: Option<&Condition>, asked: &[Situation]) -> Checked {
    let Some(condition) = condition else { return Ok(()) };
    if condition.is_too_deep() {
        return wrong(pointer, "conditions within conditions within conditions: too deep");
    }
    let mut asks = Vec::new();
    condition.asks(&mut asks);
    for (question, answers) in asks {
        let Some(situation) = asked.iter().find(|one| one.key == *question) else {
            return wrong(pointer, format!("there is no earlier question `{question}`"));
        };
        let known = |key: &&Key| situation.answers.iter().any(|answer| answer.key == **key);
        if let Some(answer) = answers.iter().find(|key| !known(key)) {
            return wrong(pointer, format!("`{question}` has no answer `{answer}`"));
        }
        if answers.is_empty() {
            return wrong(pointer, format!("`{question}` is compared with no answer"));
        }
    }
    Ok(())
}

#[cfg(test)]
pub(in crate::exemption) mod tests;
