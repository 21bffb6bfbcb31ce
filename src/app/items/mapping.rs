//! What may stand in the place of an item's materials, and who says so: the office that handles it.

use crate::view::ServiceItemView;
use crate::{App, AppError, Caller, FieldProblem};
use domain::access::Permission;
use domain::exemption::{Evidence, ItemError, Key, Mapping, Material, MaterialSource, ServiceItem};
use std::collections::BTreeSet;
use storage::StoreError;

/// What somebody has said of an item's mapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mapped {
    /// What may stand in the place of the materials that are named.
    WhatIsNamed,
    /// That of all of them it is right as it is.
    Everything,
}

/// A mapping of a hundred materials stays below this.
const MAPPING_BYTES_MAX: usize = 512 * 1024;

/// What is wrong with the document of an item, and where.
pub(super) fn fault(error: &ItemError) -> FieldProblem {
    let code = "not_a_service_item";
    match error {
        ItemError::TooLarge(_) => {
            FieldProblem { pointer: String::new(), code, message: error.to_string() }
        }
        ItemError::Form(cause) => {
            FieldProblem { pointer: String::new(), code, message: cause.to_string() }
        }
        ItemError::Inconsistent { pointer, problem } => {
            FieldProblem { pointer: pointer.clone(), code, message: problem.clone() }
        }
    }
}

pub(super) fn changed_meanwhile(error: StoreError) -> AppError {
    match error {
        StoreError::Conflict { .. } => AppError::VersionMismatch,
        other => other.into(),
    }
}

/// License types and fields that an item names and the catalogue does not have.
pub(super) fn references(app: &App, item: &ServiceItem) -> Vec<FieldProblem> {
    let mut faults = Vec::new();
    for (place, material) in item.materials.iter().enumerate() {
        for (or, alternative) in material.waived_by.iter().enumerate() {
            for (and, evidence) in alternative.all.iter().enumerate() {
                let pointer = format!("/materials/{place}/waived_by/{or}/all/{and}");
                of_evidence(app, evidence, &pointer, &mut faults);
            }
        }
    }
    for (place, field) in item.form.iter().enumerate() {
        for (at, source) in field.from.iter().enumerate() {
            let pointer = format!("/form/{place}/from/{at}");
            match app.catalogue.find(source.license_type.as_str()) {
                None => faults.push(unknown_type(&pointer, source.license_type.as_str())),
                Some(found) if found.field(source.field.as_str()).is_none() => {
                    let message = format!("the type has no field `{}`", source.field);
                    let pointer = format!("{pointer}/field");
                    faults.push(FieldProblem { pointer, code: "unknown_field", message });
                }
                Some(_) => {}
            }
        }
    }
    faults
}

fn unknown_type(pointer: &str, code: &str) -> FieldProblem {
    let message = format!("there is no license type {code}");
    let pointer = format!("{pointer}/license_type");
    FieldProblem { pointer, code: "unknown_license_type", message }
}

fn of_evidence(app: &App, evidence: &Evidence, pointer: &str, faults: &mut Vec<FieldProblem>) {
    let Some(found) = app.catalogue.find(evidence.license_type.as_str()) else {
        faults.push(unknown_type(pointer, evidence.license_type.as_str()));
        return;
    };
    for (place, predicate) in evidence.predicates.iter().enumerate() {
        if let Err(message) = predicate.check(&found) {
            let pointer = format!("{pointer}/where/{place}");
            faults.push(FieldProblem { pointer, code: "predicate_refused", message });
        }
    }
}

impl App {
    /// What may stand in the place of an item's materials, and the version of the item.
    ///
    /// # Errors
    /// [`AppError::NotFound`]; the register's.
    pub fn item_mapping(&self, code: &str) -> Result<(u32, Mapping), AppError> {
        let filed = self.service_item(code, None)?;
        Ok((filed.item.version, filed.item.mapping()))
    }

    /// Whether the caller says what may stand in the place of an item's materials.
    #[must_use]
    pub fn maps_item(&self, caller: &Caller, code: &str) -> bool {
        let found = self.service_item(code, None);
        found.is_ok_and(|filed| self.require_mapper(caller, &filed.item).is_ok())
    }

    fn require_mapper(&self, caller: &Caller, item: &ServiceItem) -> Result<(), AppError> {
        let own = caller.require_whole(Permission::CatalogueWrite)?;
        let office = self.store.organization_by_code(&item.department)?;
        if matches!(caller, Caller::Console { .. }) || office.is_some_and(|one| one.id == own) {
            return Ok(());
        }
        let detail = format!("item {} is handled by another department", item.code);
        Err(AppError::Forbidden { code: "not_the_department", detail })
    }

    /// Says what may stand in the place of materials of an item that is at `version`: its next version.
    /// Materials that are not named stay as they are; the item counts as mapped once something was said
    /// of every paper that changed.
    ///
    /// # Errors
    /// [`AppError::ItemRefused`] with what is wrong where; [`AppError::VersionMismatch`],
    /// `not_the_department`.
    pub fn item_map(
        &self,
        caller: &Caller,
        code: &str,
        version: u32,
        document: &[u8],
    ) -> Result<ServiceItemView, AppError> {
        let mapped = Mapped::WhatIsNamed;
        self.item_mapped(caller, code, version, document, mapped)?;
        self.service_item_view(code)
    }

    /// Publishes an item with this mapping.
    pub(super) fn item_mapped(
        &self,
        caller: &Caller,
        code: &str,
        version: u32,
        document: &[u8],
        mapped: Mapped,
    ) -> Result<(), AppError> {
        let newest = self.service_item(code, None)?;
        self.require_mapper(caller, &newest.item)?;
        if document.len() > MAPPING_BYTES_MAX {
            return Err(AppError::TooLarge { limit: MAPPING_BYTES_MAX });
        }
        if newest.item.version != version {
            return Err(AppError::VersionMismatch);
        }
        let mapping: Mapping = serde_json::from_slice(document)
            .map_err(|cause| AppError::ItemRefused(vec![fault(&ItemError::Form(cause))]))?;
        let named: BTreeSet<Key> = mapping.materials.iter().map(|one| one.key.clone()).collect();
        let next = newest
            .item
            .remapped(mapping)
            .map_err(|error| AppError::ItemRefused(vec![fault(&error)]))?;
        let faults = references(self, &next);
        if !faults.is_empty() {
            return Err(AppError::ItemRefused(faults));
        }
        let mapped_version = match mapped {
            Mapped::Everything => next.version,
            Mapped::WhatIsNamed => self.mapped_version_of(&next, &named)?,
        };
        let (head, stored) = self.item_version(caller, &next, mapped_version)?;
        let told = self.item_told(caller, "service_item.map", &stored)?;
        let new = [(head, stored)];
        self.store.items_publish(&new, &[told]).map_err(changed_meanwhile)
    }

    /// The version that counts as mapped once these materials of an item were named: itself, unless
    /// there is another paper of which nobody said anything as it is asked for.
    fn mapped_version_of(
        &self,
        next: &ServiceItem,
        named: &BTreeSet<Key>,
    ) -> Result<u32, AppError> {
        let head = self.store.item_head(&next.code)?;
        if head.mapped_version == head.version {
            return Ok(next.version);
        }
        let mapped = self.mapped(&head)?;
        let mut unsaid = next.unsaid_since(mapped.as_deref().map(|filed| &filed.item));
        let open =
            |one: &Material| one.source == MaterialSource::Issued && !named.contains(&one.key);
        Ok(if unsaid.any(open) { head.mapped_version } else { next.version })
    }
}
