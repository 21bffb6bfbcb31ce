//! What an item asks for in a situation, for whoever wants to know before anybody is named: what may be
//! left out at best, and by what.

use crate::view::{ChoiceView, ItemNeedsView, NeedView, QuestionView, TitleView, item_handling};
use crate::{App, AppError};
use domain::catalogue::{HolderKind, Kept, Names};
use domain::exemption::{
    Answers, Condition, Key, Material, MaterialForm, Necessity, ServiceItem, Situation,
};
use std::collections::BTreeSet;

fn title(names: &Names) -> TitleView {
    TitleView { zh: names.zh.clone(), en: names.en.clone() }
}

fn kept(when: Option<&Condition>, answers: &Answers) -> Kept {
    when.map_or(Kept::Yes, |when| when.holds(answers))
}

/// What was answered, without what the item does not ask or know.
pub(crate) fn answers_of(item: &ServiceItem, typed: &[(String, String)]) -> Answers {
    let mut answers = Answers::new();
    for situation in &item.situations {
        let said = typed.iter().find(|(question, _)| question == situation.key.as_str());
        let known = said.and_then(|(_, answer)| {
            situation.answers.iter().find(|choice| choice.key.as_str() == answer)
        });
        // What is not asked in this situation was answered in another.
        if let Some(choice) = known
            && kept(situation.when.as_ref(), &answers) != Kept::No
        {
            answers.insert(situation.key.clone(), choice.key.clone());
        }
    }
    answers
}

/// The questions that are still to be asked, with what was answered.
pub(crate) fn questions(item: &ServiceItem, answers: &Answers) -> Vec<QuestionView> {
    let asked = |one: &&Situation| kept(one.when.as_ref(), answers) != Kept::No;
    let question = |one: &Situation| {
        let chosen = answers.get(&one.key);
        let choices = one.answers.iter().map(|choice| ChoiceView {
            key: choice.key.to_string(),
            label: title(&choice.label),
            chosen: chosen == Some(&choice.key),
        });
        let key: &Key = &one.key;
        QuestionView {
            key: key.to_string(),
            text: title(&one.question),
            choices: choices.collect(),
        }
    };
    item.situations.iter().filter(asked).map(question).collect()
}

/// Others than the applicant whose licenses may count, as the item names them.
fn relations(item: &ServiceItem) -> Vec<String> {
    let evidence = item.materials.iter().flat_map(|one| &one.waived_by).flat_map(|one| &one.all);
    let filled = item.form.iter().flat_map(|field| &field.from);
    let holders = evidence.map(|one| &one.holder).chain(filled.map(|one| &one.holder));
    let others = holders.filter(|holder| !["applicant", "agent"].contains(&holder.as_str()));
    let others: BTreeSet<String> = others.map(ToString::to_string).collect();
    others.into_iter().collect()
}

/// The best that may become of a material, and within how many days.
fn best(material: &Material) -> (&'static str, Option<u16>) {
    let days = |days: u16| Some(days);
    if material.cancelled.is_some() {
        ("cancelled", None)
    } else if !material.waived_by.is_empty() {
        ("waived_by_license", None)
    } else if material.data_check.is_some() {
        ("waived_by_data", None)
    } else if !material.covered_by.is_empty() {
        ("covered_by_other", None)
    } else if let Some(commitment) = &material.commitment {
        ("by_commitment", days(commitment.days))
    } else if let Some(assistance) = &material.assistance {
        ("pending_assistance", days(assistance.days))
    } else if let Some(deferrable) = &material.deferrable {
        ("deferrable", days(deferrable.days))
    } else {
        match material.necessity {
            Necessity::Required => ("required", None),
            Necessity::Optional => ("optional", None),
        }
    }
}

impl App {
    /// What an item asks for when its questions are answered so.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the register's.
    pub fn item_needs(
        &self,
        code: &str,
        typed: &[(String, String)],
    ) -> Result<ItemNeedsView, AppError> {
        let filed = self.service_item(code, None)?;
        let item = &filed.item;
        let answers = answers_of(item, typed);
        let needs: Vec<NeedView> = (item.materials.iter())
            .filter_map(|material| match kept(material.when.as_ref(), &answers) {
                Kept::No => None,
                sure => Some(self.need(material, sure == Kept::Yes)),
            })
            .collect();
        let office = self.store.organization_by_code(&item.department)?;
        let applicants = item.applicants.iter().map(|kind| HolderKind::name(*kind));
        Ok(ItemNeedsView {
            code: item.code.to_string(),
            version: item.version,
            name: title(&item.name),
            department: office.map(|office| office.name),
            handling: item_handling(item.handling),
            applicants: applicants.collect(),
            days: item.days,
            example: item.example,
            questions: questions(item, &answers),
            relations: relations(item),
            agents: item.agents,
            spared: needs.iter().filter(|need| need.is_spared()).count(),
            needs,
        })
    }

    fn need(&self, material: &Material, sure: bool) -> NeedView {
        let (ground, days) = best(material);
        let evidence = material.waived_by.iter().flat_map(|one| &one.all);
        let types: BTreeSet<&str> = evidence.map(|one| one.license_type.as_str()).collect();
        let named = |code: &str| self.catalogue.find(code).map(|found| title(found.name()));
        NeedView {
            key: material.key.to_string(),
            name: title(&material.name),
            ground,
            days,
            sure,
            form: match material.form {
                MaterialForm::Original => "original",
                MaterialForm::Copy => "copy",
                MaterialForm::Either => "either",
            },
            copies: material.copies,
            issuer: self.issuer_name(material),
            note: material.note.as_ref().map(title),
            license_types: types.into_iter().filter_map(named).collect(),
        }
    }

    /// Who issues a material: words, or the name of the office whose code it is.
    fn issuer_name(&self, material: &Material) -> Option<String> {
        let issuer = material.issuer.as_deref()?;
        let office =
            issuer.parse().ok().and_then(|code| self.store.organization_by_code(&code).ok());
        Some(office.flatten().map_or_else(|| issuer.to_owned(), |office| office.name))
    }
}
