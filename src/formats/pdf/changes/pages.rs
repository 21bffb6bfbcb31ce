//! The page tree: nothing may change but the annotations that pages list.

use super::{ChangeKind, Step, agree_but};
use crate::pdf::PdfError;
use crate::pdf::syntax::{Dictionary, Id, Object};
use std::collections::HashSet;

impl Step<'_, '_, '_> {
    pub(super) fn page_tree(&mut self, catalog: &Dictionary) -> Result<(), PdfError> {
        let mut visited = HashSet::new();
        let mut waiting: Vec<Id> =
            catalog.get("Pages").and_then(Object::reference).into_iter().collect();
        while let Some(id) = waiting.pop() {
            if !visited.insert(id) {
                return Err(PdfError::Object { id, reason: "the page tree holds it twice" });
            }
            self.old.file.reading.budget.visit()?;
            self.page_node(id, &mut waiting)?;
        }
        Ok(())
    }

    fn page_node(&mut self, id: Id, waiting: &mut Vec<Id>) -> Result<(), PdfError> {
        let (old, new) = (self.old.object(id)?, self.new.object(id)?);
        let (Some(old), Some(new)) = (old, new) else {
            self.reject(ChangeKind::Page, Some(id), "Root/Pages");
            return Ok(());
        };
        let entries = old.object.dictionary().zip(new.object.dictionary());
        let Some((old_entries, new_entries)) = entries.filter(|_| new.stream.is_none()) else {
            self.reject(ChangeKind::Page, Some(id), "Root/Pages");
            return Ok(());
        };
        let leaf = old_entries.is_type("Page");
        if !agree_but(old_entries, new_entries, if leaf { &["Annots"] } else { &[] }) {
            self.reject(ChangeKind::Page, Some(id), "Root/Pages");
        }
        self.explain(id);
        for (key, value) in old_entries.iter() {
            match &*key.0 {
                b"Parent" => {}
                b"Annots" if leaf => {}
                b"Kids" if !leaf => {
                    self.seen.extend(value.reference());
                    if let Some(array) = value.reference()
                        && self.differs(array)?
                    {
                        self.reject(ChangeKind::Page, Some(array), "Root/Pages/Kids");
                    }
                    let kids = self.old.resolve(value)?;
                    waiting.extend(
                        kids.array().unwrap_or_default().iter().filter_map(Object::reference),
                    );
                }
                _ => self.entry_unchanged(key, value, &format!("page {id}/{}", key.text()))?,
            }
        }
        if leaf {
            self.annotations(id, old_entries.get("Annots"), new_entries.get("Annots"))?;
        }
        Ok(())
    }
}
