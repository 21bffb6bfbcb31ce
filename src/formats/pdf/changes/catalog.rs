//! The trailer and the catalog.

use super::{ChangeKind, ChangeLevel, Forms, Step, differing_keys};
use crate::pdf::PdfError;
use crate::pdf::syntax::{Dictionary, Object};

/// Trailer entries about the file, not the document, and those with rules of their own.
const STRUCTURAL: [&str; 12] = [
    "Size",
    "Prev",
    "XRefStm",
    "ID",
    "Info",
    "Root",
    "Type",
    "W",
    "Index",
    "Length",
    "Filter",
    "DecodeParms",
];

/// Catalog entries with rules of their own.
const RULED: [&str; 6] = ["Pages", "AcroForm", "DSS", "Extensions", "Metadata", "Version"];

impl Step<'_, '_, '_> {
    pub(super) fn trailer(&mut self) -> Result<(), PdfError> {
        let (old, new) = (self.old.trailer(), self.new.trailer());
        let first_id = |trailer: &Dictionary| {
            trailer.get("ID").and_then(Object::array).and_then(|id| id.first().cloned())
        };
        if old.get("Root") != new.get("Root")
            || first_id(old).is_some_and(|id| Some(id) != first_id(new))
        {
            self.reject(ChangeKind::Trailer, None, "trailer");
        }
        for (key, value) in
            old.iter().filter(|(key, _)| !STRUCTURAL.iter().any(|known| **key == **known))
        {
            self.entry_unchanged(key, value, &format!("trailer/{}", key.text()))?;
        }
        for key in differing_keys(old, new) {
            // An entry may be dropped: the older trailer still has it.
            if !STRUCTURAL.contains(&key.as_str()) && new.get(&key).is_some() {
                self.reject(ChangeKind::Trailer, None, &format!("trailer/{key}"));
            }
        }
        self.information(old.get("Info"), new.get("Info"))
    }

    pub(super) fn catalog(&mut self, forms: &Forms<'_>) -> Result<(), PdfError> {
        let (old_object, new_object) = (self.old.catalog()?, self.new.catalog()?);
        let (Some(old), Some(new)) =
            (old_object.object.dictionary(), new_object.object.dictionary())
        else {
            return Ok(());
        };
        let id = new_object.id;
        if new_object.stream.is_some() || old_object.id != id {
            self.reject(ChangeKind::Catalog, Some(id), "Root");
            return Ok(());
        }
        for key in differing_keys(old, new) {
            if !RULED.contains(&key.as_str()) || key == "Pages" {
                self.reject(ChangeKind::Catalog, Some(id), &format!("Root/{key}"));
            }
        }
        self.explain(id);
        for (key, value) in
            old.iter().filter(|(key, _)| !RULED.iter().any(|known| **key == **known))
        {
            self.entry_unchanged(key, value, &format!("Root/{}", key.text()))?;
        }
        self.page_tree(old)?;
        self.form(old, new, forms)?;
        self.security_store(old.get("DSS"), new.get("DSS"))?;
        self.metadata(old.get("Metadata"), new.get("Metadata"))?;
        self.extensions(old, new)
    }

    /// `/Extensions` (7.12) and `/Version` may grow.
    fn extensions(&mut self, old: &Dictionary, new: &Dictionary) -> Result<(), PdfError> {
        let name = |entries: &Dictionary| {
            entries.get("Version").and_then(Object::name).map(|name| name.text())
        };
        let (old_version, new_version) = (name(old), name(new));
        if new_version < old_version {
            self.reject(ChangeKind::Catalog, None, "Root/Version");
        } else if new_version != old_version {
            self.report(ChangeLevel::LtaUpdates, ChangeKind::Extensions, None, "Root/Version");
        }
        let place = "Root/Extensions";
        let (old_value, new_value) = (old.get("Extensions"), new.get("Extensions"));
        let Some(new_value) = new_value else {
            if old_value.is_some() {
                self.reject(ChangeKind::Catalog, None, place);
            }
            return Ok(());
        };
        let old_resolved = old_value.map(|value| self.old.resolve(value)).transpose()?;
        let new_resolved = self.new.resolve(new_value)?;
        let empty = Dictionary::default();
        let old_entries =
            old_resolved.as_ref().and_then(|value| value.dictionary()).unwrap_or(&empty);
        let Some(new_entries) = new_resolved.dictionary() else {
            self.reject(ChangeKind::Catalog, new_value.reference(), place);
            return Ok(());
        };
        let keys = differing_keys(old_entries, new_entries);
        let grown = keys.iter().all(|key| {
            let level = |entries: &Dictionary| extension_level(entries.get(key));
            new_entries.get(key).is_some_and(is_plain) && level(new_entries) >= level(old_entries)
        });
        if !grown || !self.may_refer(old_value.and_then(Object::reference), new_value.reference()) {
            self.reject(ChangeKind::Catalog, new_value.reference(), place);
        } else if !keys.is_empty() {
            self.report(
                ChangeLevel::LtaUpdates,
                ChangeKind::Extensions,
                new_value.reference(),
                place,
            );
        }
        if let Some(id) = new_value.reference() {
            self.explain(id);
        }
        Ok(())
    }
}

/// The highest `/ExtensionLevel` of a developer extensions dictionary, or of an array of them.
fn extension_level(value: Option<&Object>) -> Option<i64> {
    let level = |object: &Object| object.dictionary()?.get("ExtensionLevel")?.integer();
    let value = value?;
    value.array().map_or_else(|| level(value), |items| items.iter().filter_map(level).max())
}

/// Whether a value is made of direct values only.
pub(super) fn is_plain(object: &Object) -> bool {
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        if object.reference().is_some() {
            return false;
        }
        waiting.extend(object.array().unwrap_or_default());
        waiting.extend(
            object
                .dictionary()
                .into_iter()
                .flat_map(|entries| entries.iter().map(|(_, value)| value)),
        );
    }
    true
}
