//! The annotations of a page.

use super::{ChangeKind, ChangeLevel, Step};
use crate::pdf::PdfError;
use crate::pdf::syntax::{Id, Object};
use std::collections::HashSet;

impl Step<'_, '_, '_> {
    pub(super) fn annotations(
        &mut self,
        page: Id,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<(), PdfError> {
        let place = format!("page {page}/Annots");
        let (old_id, new_id) = (old.and_then(Object::reference), new.and_then(Object::reference));
        if !self.may_refer(old_id, new_id) {
            self.reject(ChangeKind::Repointed, new_id, &place);
        }
        let resolved = |value: Option<&Object>, view: &crate::pdf::view::View<'_, '_>| {
            let value = value.map(|value| view.resolve(value)).transpose()?;
            Ok::<Vec<Object>, PdfError>(
                value.and_then(|value| value.array().map(<[Object]>::to_vec)).unwrap_or_default(),
            )
        };
        let (old_items, new_items) = (resolved(old, &self.old)?, resolved(new, &self.new)?);
        if let Some(id) = new_id {
            self.explain(id);
        }
        self.old.file.reading.budget.visits(old_items.len() + new_items.len())?;
        let known: HashSet<Id> = old_items.iter().filter_map(Object::reference).collect();
        // Direct annotations have no number: the old ones come first, as they were.
        let direct = |items: &[Object]| -> Vec<Object> {
            items.iter().filter(|item| item.reference().is_none()).cloned().collect()
        };
        let (old_direct, new_direct) = (direct(&old_items), direct(&new_items));
        let new_references = new_items.iter().filter_map(Object::reference);
        let kept = new_references.clone().filter(|id| known.contains(id));
        if !new_direct.starts_with(&old_direct)
            || !kept.eq(old_items.iter().filter_map(Object::reference))
        {
            self.reject(ChangeKind::AnnotationRemoved, Some(page), &place);
        }
        for item in &old_items {
            self.old_annotation(item, &place)?;
        }
        for id in new_references.filter(|id| !known.contains(id)) {
            self.new_annotation(id, &place)?;
        }
        for item in new_direct.iter().skip(old_direct.len()) {
            self.report(ChangeLevel::Annotations, ChangeKind::Annotation, Some(page), &place);
            self.account(item)?;
        }
        Ok(())
    }

    /// An annotation that was there before; widgets of fields are judged with their fields.
    fn old_annotation(&mut self, item: &Object, place: &str) -> Result<(), PdfError> {
        let Some(id) = item.reference() else { return self.unchanged(item, place) };
        if self.explained.contains(&id.number) || !self.seen.insert(id) {
            return Ok(());
        }
        let Some(object) = self.old.object(id)? else { return Ok(()) };
        let is_widget =
            object.object.dictionary().is_some_and(|entries| is_subtype(entries, "Widget"));
        if !self.differs(id)? {
            return self.unchanged(&object.object, place);
        }
        if is_widget {
            self.reject(ChangeKind::ObjectChanged, Some(id), place);
            return Ok(());
        }
        self.report(ChangeLevel::Annotations, ChangeKind::Annotation, Some(id), place);
        self.explain(id);
        match self.new.object(id)? {
            Some(new) => self.account(&new.object),
            None => Ok(()),
        }
    }

    fn new_annotation(&mut self, id: Id, place: &str) -> Result<(), PdfError> {
        if self.new_widgets.contains(&id) {
            return Ok(());
        }
        let object = self.new.object(id)?;
        let entries = object.as_ref().and_then(|object| object.object.dictionary());
        let comment = entries.is_some_and(|entries| {
            let active = ["A", "AA", "PA"].iter().any(|key| entries.get(key).is_some());
            !is_subtype(entries, "Widget") && !active
        });
        if !comment || !self.fresh(id) {
            self.reject(ChangeKind::Annotation, Some(id), place);
            return Ok(());
        }
        self.report(ChangeLevel::Annotations, ChangeKind::Annotation, Some(id), place);
        self.explain(id);
        match &object {
            Some(object) => self.account(&object.object),
            None => Ok(()),
        }
    }
}

fn is_subtype(entries: &crate::pdf::syntax::Dictionary, subtype: &str) -> bool {
    entries.get("Subtype").is_some_and(|value| value.is_name(subtype))
}
