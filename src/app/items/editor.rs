//! The mapping of an item as a form has it: a material at a time, each value a text.

use super::mapping::Mapped;
use crate::error::id_of;
use crate::view::{
    EvidenceTyped, ItemEditorView, MappedMaterialView, MappingTyped, TitleView, asked_source,
};
use crate::{App, AppError, Caller};
use domain::access::Permission;
use domain::exemption::{AGENT, APPLICANT, Alternative, CoveredBy, Evidence, Material};
use serde_json::{Map, Value, json};

fn evidence_typed(one: &Evidence) -> EvidenceTyped {
    let predicates: Vec<String> = one.predicates.iter().map(ToString::to_string).collect();
    EvidenceTyped {
        license_type: one.license_type.to_string(),
        holder: one.holder.to_string(),
        predicates: predicates.join("\n"),
    }
}

/// In front of the license type of another item's output, among what covers a material.
const OUTPUT: &str = "output:";

fn typed(material: &Material) -> MappingTyped {
    let alternative = |one: &Alternative| one.all.iter().map(evidence_typed).collect();
    let cover = |one: &CoveredBy| match one {
        CoveredBy::Material(key) => key.to_string(),
        CoveredBy::Output(code) => format!("{OUTPUT}{code}"),
    };
    let covers: Vec<String> = material.covered_by.iter().map(cover).collect();
    let days = |days: Option<u16>| days.map(|days| days.to_string()).unwrap_or_default();
    let text = |text: Option<&String>| text.cloned().unwrap_or_default();
    MappingTyped {
        alternatives: material.waived_by.iter().map(alternative).collect(),
        connector: material
            .data_check
            .as_ref()
            .map(|one| one.connector.to_string())
            .unwrap_or_default(),
        covered_by: covers.join(" "),
        cancelled: text(material.cancelled.as_ref().map(|one| &one.basis)),
        commitment: text(material.commitment.as_ref().map(|one| &one.basis)),
        commitment_days: days(material.commitment.as_ref().map(|one| one.days)),
        deferrable_days: days(material.deferrable.as_ref().map(|one| one.days)),
        assistance: material
            .assistance
            .as_ref()
            .map(|one| one.department.to_string())
            .unwrap_or_default(),
        assistance_days: days(material.assistance.as_ref().map(|one| one.days)),
    }
}

/// A number that was typed; another text is kept, so that reading refuses it by its place.
fn number(text: &str) -> Value {
    text.trim().parse::<u16>().map_or_else(|_| text.into(), Value::from)
}

impl MappingTyped {
    /// The document of a mapping of this one material; parts that are empty are left out.
    fn document(&self, material: &str) -> Value {
        let mut one = Map::from_iter([("key".to_owned(), Value::from(material))]);
        let mut put = |key: &str, there: bool, value: Value| {
            if there {
                one.insert(key.to_owned(), value);
            }
        };
        let alternatives: Vec<Value> = self
            .alternatives
            .iter()
            .map(|all| alternative(all))
            .filter(|one| *one != json!({ "all": [] }))
            .collect();
        put("waived_by", !alternatives.is_empty(), alternatives.into());
        let said = |text: &str| !text.trim().is_empty();
        put("data_check", said(&self.connector), json!({ "connector": self.connector.trim() }));
        let covers: Vec<Value> = self.covered_by.split_whitespace().map(cover).collect();
        put("covered_by", !covers.is_empty(), covers.into());
        put("cancelled", said(&self.cancelled), json!({ "basis": self.cancelled.trim() }));
        let commitment = said(&self.commitment) || said(&self.commitment_days);
        let promised =
            json!({ "basis": self.commitment.trim(), "days": number(&self.commitment_days) });
        put("commitment", commitment, promised);
        put(
            "deferrable",
            said(&self.deferrable_days),
            json!({ "days": number(&self.deferrable_days) }),
        );
        let assisted = said(&self.assistance) || said(&self.assistance_days);
        let office =
            json!({ "department": self.assistance.trim(), "days": number(&self.assistance_days) });
        put("assistance", assisted, office);
        json!({ "materials": [one] })
    }
}

fn cover(text: &str) -> Value {
    match text.strip_prefix(OUTPUT) {
        Some(code) => json!({ "output": code }),
        None => json!({ "material": text }),
    }
}

fn alternative(all: &[EvidenceTyped]) -> Value {
    let there = all.iter().filter(|one| !one.license_type.trim().is_empty());
    let one = there.map(|one| {
        let predicates: Vec<&str> =
            one.predicates.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        json!({ "license_type": one.license_type.trim(), "holder": one.holder.trim(), "where": predicates })
    });
    json!({ "all": one.collect::<Vec<Value>>() })
}

/// Relations that lists of materials name, whether or not the policy knows yet how to prove them.
const USUAL_RELATIONS: [&str; 3] = ["spouse", "child", "legal_representative"];

impl App {
    /// Whose licenses may stand in a material's place: the applicant, relations, first the usual ones and
    /// then all that the policy can prove, and the agent.
    #[must_use]
    pub fn license_holders(&self) -> Vec<String> {
        let proved = self.settings.exemption.relations();
        let others = proved.iter().map(|one| one.as_str());
        let others = others.filter(|one| !USUAL_RELATIONS.contains(one));
        let relations = USUAL_RELATIONS.into_iter().chain(others);
        let all = std::iter::once(APPLICANT).chain(relations).chain([AGENT]);
        all.map(str::to_owned).collect()
    }

    /// The social credit code of the caller's organization.
    ///
    /// # Errors
    /// `scope_missing`; the register's.
    pub fn own_code(&self, caller: &Caller) -> Result<Option<String>, AppError> {
        let own = caller.require(Permission::CatalogueRead)?;
        Ok(Some(self.store.organization_read(own)?.code.to_string()))
    }

    /// An item as its office edits what may stand in the place of its materials.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the register's.
    pub fn item_editor(&self, caller: &Caller, code: &str) -> Result<ItemEditorView, AppError> {
        let head = self.store.item_head(&id_of(code)?)?;
        let filed = self.service_item(code, Some(head.version))?;
        let changed = self.changed_materials(&head, &filed.item)?;
        let office = self.store.organization_by_code(&filed.item.department)?;
        let materials = filed.item.materials.iter().map(|material| MappedMaterialView {
            key: material.key.to_string(),
            name: TitleView { zh: material.name.zh.clone(), en: material.name.en.clone() },
            source: asked_source(material.source),
            grounds: material.parts_said().collect(),
            changed: changed.iter().any(|key| *key == material.key.as_str()),
            still_asked: material.still_asks(),
            suggested: self.asked_paper(material).license_type.filter(|_| material.still_asks()),
            typed: typed(material),
        });
        Ok(ItemEditorView {
            code: head.code.to_string(),
            version: head.version,
            name: TitleView { zh: filed.item.name.zh.clone(), en: filed.item.name.en.clone() },
            department: office.map(|office| office.name),
            own: self.maps_item(caller, code),
            drifted: head.mapped_version < head.version,
            mapped_version: head.mapped_version,
            materials: materials.collect(),
        })
    }

    /// Says what may stand in the place of one material, as a form has it.
    ///
    /// # Errors
    /// As [`App::item_map`].
    pub fn item_map_typed(
        &self,
        caller: &Caller,
        code: &str,
        version: u32,
        material: &str,
        typed: &MappingTyped,
    ) -> Result<(), AppError> {
        let document = typed.document(material).to_string();
        self.item_mapped(caller, code, version, document.as_bytes(), Mapped::WhatIsNamed)
    }

    /// Says that what stands in the place of an item's materials is right as it is.
    ///
    /// # Errors
    /// As [`App::item_map`].
    pub fn item_map_confirm(
        &self,
        caller: &Caller,
        code: &str,
        version: u32,
    ) -> Result<(), AppError> {
        self.item_mapped(caller, code, version, br#"{"materials":[]}"#, Mapped::Everything)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::exemption::ServiceItem;

    #[test]
    fn what_is_typed_is_what_is_shown() {
        for document in [
            include_str!("../../../schema/items/approval.json"),
            include_str!("../../../schema/items/health.json"),
        ] {
            let items: Vec<Value> = serde_json::from_str(document).expect("items");
            for item in items {
                let item = ServiceItem::read(item.to_string().as_bytes()).expect("an item");
                for material in &item.materials {
                    let again = typed(material).document(material.key.as_str()).to_string();
                    let again = item.remapped(serde_json::from_str(&again).expect("a mapping"));
                    assert_eq!(again.expect("an item").materials, item.materials);
                }
            }
        }
    }
}
