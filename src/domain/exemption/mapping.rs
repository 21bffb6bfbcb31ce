//! What may stand in the place of an item's materials: kept apart from what the item asks for, because
//! the one comes from a register of items and the other is worked out here.

use super::item::ServiceItem;
use super::key::Key;
use super::material::{
    Alternative, Assistance, Cancelled, Commitment, CoveredBy, DataCheck, Deferral, Material,
    MaterialSource,
};
use super::reading::ItemError;
use super::verdict::Ground;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What may stand in the place of one material.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct MaterialMapping {
    /// The material.
    pub key: Key,
    /// Alternatives, one of which is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub waived_by: Vec<Alternative>,
    /// A question to another system.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_check: Option<DataCheck>,
    /// What covers it; one is enough.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub covered_by: Vec<CoveredBy>,
    /// It is not asked for any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancelled: Option<Cancelled>,
    /// A promise may stand in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commitment: Option<Commitment>,
    /// It may come later.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deferrable: Option<Deferral>,
    /// Another department may be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assistance: Option<Assistance>,
}

/// What may stand in the place of materials of an item; those that it does not name stay as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The materials.
    pub materials: Vec<MaterialMapping>,
}

impl Material {
    /// What may stand in its place.
    #[must_use]
    pub fn mapping(&self) -> MaterialMapping {
        MaterialMapping {
            key: self.key.clone(),
            waived_by: self.waived_by.clone(),
            data_check: self.data_check.clone(),
            covered_by: self.covered_by.clone(),
            cancelled: self.cancelled.clone(),
            commitment: self.commitment.clone(),
            deferrable: self.deferrable.clone(),
            assistance: self.assistance.clone(),
        }
    }

    fn take(&mut self, mapping: MaterialMapping) {
        self.waived_by = mapping.waived_by;
        self.data_check = mapping.data_check;
        self.covered_by = mapping.covered_by;
        self.cancelled = mapping.cancelled;
        self.commitment = mapping.commitment;
        self.deferrable = mapping.deferrable;
        self.assistance = mapping.assistance;
    }

    /// The same without anything that may stand in its place: what is asked for.
    #[must_use]
    pub fn demand(&self) -> Self {
        let mut bare = self.clone();
        bare.take(MaterialMapping {
            key: self.key.clone(),
            waived_by: Vec::new(),
            data_check: None,
            covered_by: Vec::new(),
            cancelled: None,
            commitment: None,
            deferrable: None,
            assistance: None,
        });
        bare
    }

    /// Whether another version of its item asks for the same.
    fn is_asked_as_in(&self, other: &ServiceItem) -> bool {
        other.material(&self.key).is_some_and(|known| known.demand() == self.demand())
    }

    /// What may stand in its place, the least trouble for the applicant first, and within how many days
    /// of a promise, an answer or a delay.
    #[must_use]
    pub fn grounds(&self) -> Vec<(Ground, Option<u16>)> {
        let there = |ground, there: bool| there.then_some((ground, None));
        let within = |ground, days: Option<u16>| days.map(|days| (ground, Some(days)));
        let all = [
            there(Ground::Cancelled, self.cancelled.is_some()),
            there(Ground::WaivedByLicense, !self.waived_by.is_empty()),
            there(Ground::WaivedByData, self.data_check.is_some()),
            there(Ground::CoveredByOther, !self.covered_by.is_empty()),
            within(Ground::ByCommitment, self.commitment.as_ref().map(|one| one.days)),
            within(Ground::PendingAssistance, self.assistance.as_ref().map(|one| one.days)),
            within(Ground::Deferrable, self.deferrable.as_ref().map(|one| one.days)),
        ];
        all.into_iter().flatten().collect()
    }

    /// The parts of its document that say so.
    pub fn parts_said(&self) -> impl Iterator<Item = &'static str> {
        self.grounds().into_iter().map(|(ground, _)| match ground {
            Ground::WaivedByLicense => "waived_by",
            Ground::WaivedByData => "data_check",
            Ground::CoveredByOther => "covered_by",
            Ground::ByCommitment => "commitment",
            Ground::PendingAssistance => "assistance",
            Ground::NotApplicable
            | Ground::Cancelled
            | Ground::WaivedByMaterial
            | Ground::Deferrable
            | Ground::Required => ground.as_str(),
        })
    }

    /// Whether an authority issued it and nothing here makes it unnecessary: a promise or a delay is
    /// still asking.
    #[must_use]
    pub fn still_asks(&self) -> bool {
        self.source == MaterialSource::Issued
            && !self.grounds().iter().any(|(ground, _)| ground.is_waiver())
    }
}

impl ServiceItem {
    /// What may stand in the place of each of its materials.
    #[must_use]
    pub fn mapping(&self) -> Mapping {
        Mapping { materials: self.materials.iter().map(Material::mapping).collect() }
    }

    /// Whether anything may stand in the place of any of its materials.
    #[must_use]
    pub fn is_mapped(&self) -> bool {
        self.materials.iter().any(|material| *material != material.demand())
    }

    /// The next version, with this mapping.
    ///
    /// # Errors
    /// A material that the item does not have, or twice; parts that do not fit.
    pub fn remapped(&self, mapping: Mapping) -> Result<Self, ItemError> {
        let mut next = self.clone();
        next.version = self.version.saturating_add(1);
        let mut met = BTreeSet::new();
        for (place, one) in mapping.materials.into_iter().enumerate() {
            let wrong = |problem: &str| ItemError::Inconsistent {
                pointer: format!("/materials/{place}/key"),
                problem: format!("{problem} `{}`", one.key),
            };
            if !met.insert(one.key.clone()) {
                return Err(wrong("there is twice"));
            }
            let found = next.materials.iter_mut().find(|material| material.key == one.key);
            found.ok_or_else(|| wrong("the item has no material"))?.take(one);
        }
        next.check()?;
        Ok(next)
    }

    /// This item as the version behind `before`. Where nobody said what may stand in the place of its
    /// materials, those that are asked for as before keep what stood there; what changed keeps nothing,
    /// so that no paper is waived on the word of another list.
    #[must_use]
    pub fn following(mut self, before: &Self) -> Self {
        self.version = before.version.saturating_add(1);
        if self.is_mapped() {
            return self;
        }
        for material in &mut self.materials {
            let known = before.material(&material.key);
            if let Some(known) = known.filter(|_| material.is_asked_as_in(before)) {
                material.take(known.mapping());
            }
        }
        // A cover that is not asked for any more covers nothing, nor does one that is another paper now.
        let same = self.materials.iter().filter(|material| material.is_asked_as_in(before));
        let same: BTreeSet<Key> = same.map(|material| material.key.clone()).collect();
        for material in &mut self.materials {
            material.covered_by.retain(|cover| match cover {
                CoveredBy::Material(key) => same.contains(key),
                CoveredBy::Output(_) => true,
            });
        }
        self
    }

    /// Materials of which nobody said what may stand in their place as they are asked for: all that
    /// changed since the version that was mapped, none where none was, but those where something stands
    /// there again. What changed loses what stood in its place, so that was said since.
    pub fn unsaid_since<'a>(
        &'a self,
        mapped: Option<&'a Self>,
    ) -> impl Iterator<Item = &'a Material> {
        let known = move |one: &Material| mapped.is_some_and(|mapped| one.is_asked_as_in(mapped));
        self.materials.iter().filter(move |one| !known(one) && one.grounds().is_empty())
    }

    /// Materials that are not asked for as they were in another version, or were not there.
    pub fn changed_since<'a>(&'a self, mapped: &'a Self) -> impl Iterator<Item = &'a Material> {
        self.materials.iter().filter(|material| !material.is_asked_as_in(mapped))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value as Json, json};

    fn material(key: &str, source: &str) -> Json {
        json!({ "key": key, "name": { "zh": key, "en": key }, "source": source, "grade": "A",
            "necessity": "required", "form": "copy" })
    }

    fn item(materials: &[Json]) -> ServiceItem {
        let document = json!({
            "code": "11999900MB00000190001", "version": 1, "name": { "zh": "样例", "en": "Sample" },
            "department": "11999900MB0000019D", "handling": "direct", "applicants": ["person"],
            "materials": materials,
        });
        ServiceItem::read(document.to_string().as_bytes()).expect("an item")
    }

    fn mapping(materials: Json) -> Mapping {
        serde_json::from_value(json!({ "materials": materials })).expect("a mapping")
    }

    fn first() -> ServiceItem {
        let bare = item(&[material("marriage", "issued"), material("form", "form")]);
        let alternative = json!([{ "all": [
            { "license_type": "111000000000131433001", "holder": "applicant" },
        ] }]);
        let said = mapping(json!([{ "key": "marriage", "waived_by": alternative }]));
        bare.remapped(said).expect("a mapped item")
    }

    #[test]
    fn a_mapping_makes_the_next_version() {
        let mapped = first();
        assert_eq!(mapped.version, 2);
        let asks =
            |item: &ServiceItem| item.materials.iter().filter(|one| one.still_asks()).count();
        assert_eq!((asks(&item(&[material("a", "issued")])), asks(&mapped)), (1, 0));
        assert_eq!(mapped.remapped(mapped.mapping()).expect("again").materials, mapped.materials);
        for (bad, pointer) in [
            (json!([{ "key": "other" }]), "/materials/0/key"),
            (json!([{ "key": "form" }, { "key": "form" }]), "/materials/1/key"),
            (json!([{ "key": "form", "waived_by": [{ "all": [] }] }]), "/materials/1/waived_by"),
            (json!([{ "key": "form", "covered_by": [{ "material": "form" }] }]), "/materials/1"),
        ] {
            let error = mapped.remapped(mapping(bad)).expect_err(pointer);
            assert!(error.to_string().starts_with(pointer), "{error}");
        }
    }

    #[test]
    fn an_import_keeps_the_mapping_of_what_is_asked_for_as_before() {
        let mapped = first();
        let again = item(&[material("marriage", "issued"), material("household", "issued")]);
        let again = again.following(&mapped);
        assert_eq!(again.version, 3);
        assert_eq!(again.materials[0], mapped.materials[0]);
        let changed = |item: &ServiceItem| {
            item.changed_since(&mapped).map(|one| one.key.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(changed(&again), ["household"]);
        let mut other = material("marriage", "issued");
        other["grade"] = "B".into();
        let other = item(&[other]).following(&mapped);
        assert!(!other.is_mapped());
        assert_eq!(changed(&other), ["marriage"]);
        // What covered it is another paper now, and may not show the same.
        let papers = |deed: &Json| {
            item(&[material("marriage", "issued"), deed.clone(), material("form", "form")])
        };
        let mut deed = material("deed", "issued");
        let covers = json!([{ "key": "marriage", "covered_by": [{ "material": "deed" }] }]);
        let covered = papers(&deed).remapped(mapping(covers)).expect("a mapped item");
        let kept = |deed: &Json| papers(deed).following(&covered).materials[0].covered_by.len();
        assert_eq!(kept(&deed), 1);
        deed["name"]["zh"] = "deed of another kind".into();
        assert_eq!(kept(&deed), 0);
        let unsaid = |item: &ServiceItem, mapped: Option<&ServiceItem>| {
            item.unsaid_since(mapped).map(|one| one.key.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(unsaid(&again, Some(&mapped)), ["household"]);
        assert_eq!(unsaid(&again, None), ["household"]);
        let said = json!([{ "key": "household", "deferrable": { "days": 3 } }]);
        let said = again.remapped(mapping(said)).expect("a mapped item");
        assert!(unsaid(&said, Some(&mapped)).is_empty());
        // Who says what may stand in its place is believed.
        let own = first().following(&mapped);
        assert_eq!((own.version, &own.materials), (3, &mapped.materials));
    }
}
