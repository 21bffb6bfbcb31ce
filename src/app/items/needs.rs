//! What an item asks for in a situation, for whoever wants to know before anybody is named: what may be
//! left out at best, and by what.

use crate::view::{ChoiceView, ItemNeedsView, NeedView, QuestionView, TitleView, item_handling};
use crate::{App, AppError};
use domain::catalogue::{HolderKind, Kept, Names};
use domain::exemption::{
    Answers, Condition, Key, Material, MaterialForm, Necessity, ServiceItem, Situation,
};
use std::collections::BTreeSet;

/// Where the page of an item is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemSign {
    /// Its address.
    pub address: String,
    /// The address as a picture to scan, SVG.
    pub picture: String,
}

fn title(names: &Names) -> TitleView {
    TitleView { zh: names.zh.clone(), en: names.en.clone() }
}

fn kept(when: Option<&Condition>, answers: &Answers) -> Kept {
    when.map_or(Kept::Yes, |when| when.holds(answers))
}

/// What was answered, without what the item does not ask or know.
pub(crate) fn answers_of(item: &ServiceItem, typed: &[(String, String)]) -> Answers {
    item.answered(|situation| {
        let said = typed.iter().find(|(question, _)| question == situation.key.as_str());
        said.and_then(|(_, answer)| {
            situation.answers.iter().find(|choice| choice.key.as_str() == answer)
        })
    })
}

/// The questions that are still to be asked, with what was answered.
pub(crate) fn questions(item: &ServiceItem, answers: &Answers) -> Vec<QuestionView> {
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
    item.situations.iter().filter(|one| one.is_asked(answers)).map(question).collect()
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
    let or_else = match material.necessity {
        Necessity::Required => "required",
        Necessity::Optional => "optional",
    };
    let first = material.grounds().first().copied();
    first.map_or((or_else, None), |(ground, days)| (ground.as_str(), days))
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

    /// The address of the page of an item, and the code that leads to it when it is scanned.
    ///
    /// # Errors
    /// The address is too long for a code.
    pub fn item_sign(&self, code: &str) -> Result<ItemSign, AppError> {
        let address = format!("{}/items/{code}", self.settings.public_url.trim_end_matches('/'));
        let picture = render::code_svg(&address)
            .map_err(|cause| AppError::internal(format!("drawing the code of {code}"), cause))?;
        Ok(ItemSign { address, picture })
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
