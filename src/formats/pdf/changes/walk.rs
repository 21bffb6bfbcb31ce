//! Following references: strictly, where nothing may change, and leniently, to account for new objects.

use super::{ChangeKind, Step};
use crate::pdf::PdfError;
use crate::pdf::revision::Revision;
use crate::pdf::syntax::{Dictionary, Id, Name, Object, Value};
use crate::pdf::view::View;
use crate::pdf::xref::Entry;
use std::collections::HashSet;

/// Keys under which a page, field or annotation is named as such; it is judged in its own place then.
const NODE_KEYS: [&str; 17] = [
    "Annots",
    "CO",
    "D",
    "Data",
    "Dest",
    "Dests",
    "Fields",
    "IRT",
    "Kids",
    "Names",
    "Nums",
    "Obj",
    "OpenAction",
    "P",
    "Parent",
    "Pg",
    "Popup",
];

/// A reference and whether it stands under a key that names nodes.
struct Found {
    id: Id,
    as_node: bool,
}

fn names_nodes(key: &Name) -> bool {
    NODE_KEYS.iter().any(|listed| *key == **listed)
}

/// All references in `object`; `as_node` holds for those that no dictionary of its own surrounds.
fn references(object: &Object, as_node: bool) -> Vec<Found> {
    let mut found = Vec::new();
    let mut waiting = vec![(object, as_node)];
    while let Some((object, as_node)) = waiting.pop() {
        match &object.value {
            Value::Reference(id) => found.push(Found { id: *id, as_node }),
            Value::Array(items) => waiting.extend(items.iter().map(|item| (item, as_node))),
            Value::Dictionary(entries) => {
                waiting.extend(entries.iter().map(|(key, value)| (value, names_nodes(key))));
            }
            _ => {}
        }
    }
    found
}

impl View<'_, '_> {
    /// Every object that anything in the trailer leads to, by whatever key.
    pub(super) fn reachable(&self) -> Result<HashSet<Id>, PdfError> {
        let mut reachable = HashSet::new();
        let mut waiting: Vec<Id> =
            self.trailer().iter().flat_map(|(_, value)| all_references(value)).collect();
        while let Some(id) = waiting.pop() {
            if reachable.insert(id) {
                self.file.reading.budget.visit()?;
                let object = self.object(id)?;
                waiting.extend(object.iter().flat_map(|object| all_references(&object.object)));
            }
        }
        Ok(reachable)
    }
}

fn all_references(object: &Object) -> Vec<Id> {
    let mut found = Vec::new();
    let mut waiting = vec![object];
    while let Some(object) = waiting.pop() {
        found.extend(object.reference());
        waiting.extend(object.array().unwrap_or_default());
        let entries = object.dictionary().into_iter().flat_map(Dictionary::iter);
        waiting.extend(entries.map(|(_, value)| value));
    }
    found
}

impl Step<'_, '_, '_> {
    /// Everything that the old `value` of `key` leads to must be as it was.
    pub(super) fn entry_unchanged(
        &mut self,
        key: &Name,
        value: &Object,
        place: &str,
    ) -> Result<(), PdfError> {
        self.walk(references(value, names_nodes(key)), place)
    }

    /// Everything that the old `value` leads to must be as it was.
    pub(super) fn unchanged(&mut self, value: &Object, place: &str) -> Result<(), PdfError> {
        self.walk(references(value, false), place)
    }

    fn walk(&mut self, mut waiting: Vec<Found>, place: &str) -> Result<(), PdfError> {
        let root = self.old.trailer().get("Root").and_then(Object::reference);
        while let Some(Found { id, as_node }) = waiting.pop() {
            if Some(id) == root || (as_node && self.nodes.contains(&id)) {
                continue;
            }
            if !self.seen.insert(id) {
                continue;
            }
            self.old.file.reading.budget.visit()?;
            if self.differs(id)? {
                self.reject(ChangeKind::ObjectChanged, Some(id), place);
                continue;
            }
            // A page, field or widget reached by an unusual key: its parts are judged in its place.
            if self.nodes.contains(&id) {
                continue;
            }
            if let Some(object) = self.old.object(id)? {
                waiting.extend(references(&object.object, as_node));
            }
        }
        Ok(())
    }

    /// Accounts for every new object that the new `value` leads to.
    pub(super) fn account(&mut self, value: &Object) -> Result<(), PdfError> {
        self.account_within(value, &HashSet::new())
    }

    /// As [`Step::account`]; objects in `own` may have been replaced, too.
    pub(super) fn account_within(
        &mut self,
        value: &Object,
        own: &HashSet<Id>,
    ) -> Result<(), PdfError> {
        let mut waiting = references(value, false);
        while let Some(Found { id, .. }) = waiting.pop() {
            if self.nodes.contains(&id)
                || !self.changed.contains(&id.number)
                || !(self.fresh(id) || own.contains(&id))
                || !self.explained.insert(id.number)
            {
                continue;
            }
            self.new.file.reading.budget.visit()?;
            if let Some(object) = self.new.object(id)? {
                waiting.extend(references(&object.object, false));
            }
        }
        Ok(())
    }

    /// Every object that the old `value` leads to, pages, fields and annotations excepted.
    pub(super) fn belongings(&self, value: &Object) -> Result<HashSet<Id>, PdfError> {
        let mut own = HashSet::new();
        let mut waiting = all_references(value);
        while let Some(id) = waiting.pop() {
            if self.nodes.contains(&id) || !own.insert(id) {
                continue;
            }
            self.old.file.reading.budget.visit()?;
            let object = self.old.object(id)?;
            waiting.extend(object.iter().flat_map(|object| all_references(&object.object)));
        }
        Ok(own)
    }

    /// Cross-reference and object streams of the revision: new numbers only, and no object stream of
    /// an earlier revision replaced.
    pub(super) fn containers(&mut self, after: &Revision) -> Result<(), PdfError> {
        let file = self.new.file;
        let sections = &file.sections[after.sections.clone()];
        let starts: HashSet<usize> = sections
            .iter()
            .flat_map(|section| [Some(&section.span), section.hybrid.as_ref()])
            .flatten()
            .map(|span| span.start)
            .collect();
        for &id in &after.objects {
            if let Some(old) = self.old.object(id).ok().flatten() {
                let kind = old.object.dictionary();
                if kind.is_some_and(|entries| entries.is_type("ObjStm")) && self.differs(id)? {
                    self.reject(ChangeKind::ContainerReplaced, Some(id), "");
                }
                // A writer may keep one number for all its cross-reference streams.
                if !kind.is_some_and(|entries| entries.is_type("XRef")) {
                    continue;
                }
            }
            let Some((Entry::InFile { offset, .. }, _)) = self.new.entry(id.number) else {
                continue;
            };
            if starts.contains(&offset) {
                self.explain(id);
            }
        }
        for &(number, entry) in sections.iter().flat_map(|section| &section.entries) {
            let Entry::InStream { container, .. } = entry else { continue };
            let id = Id { number: container, generation: 0 };
            if self.fresh(id) {
                self.explain(id);
            } else if self.changed.contains(&number) {
                // An entry into an object stream of the past brings hidden content to light.
                self.reject(ChangeKind::Repointed, Some(Id { number, generation: 0 }), "");
            }
        }
        Ok(())
    }
}
