//! The form: fields may be filled, signature fields signed and added; nothing else.

use super::{ChangeKind, ChangeLevel, Forms, Step, agree_but, differing_keys};
use crate::pdf::PdfError;
use crate::pdf::file::Indirect;
use crate::pdf::form::{Field, Form};
use crate::pdf::page::Rectangle;
use crate::pdf::syntax::{Dictionary, Id, Object};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// What filling a field may set (and `/Type /Annot`, which says nothing new).
const VALUE_KEYS: [&str; 6] = ["V", "AP", "AS", "M", "Type", "F"];

/// What a new signature field or its widget may consist of.
const NEW_KEYS: [&str; 24] = [
    "AP", "AS", "BS", "Border", "DA", "F", "FT", "Ff", "H", "Kids", "Lock", "M", "MK", "NM", "P",
    "Parent", "Q", "Rect", "SV", "Subtype", "T", "TU", "Type", "V",
];

impl Step<'_, '_, '_> {
    /// The form dictionary itself; its fields are judged by [`Step::form_fields`].
    pub(super) fn form(
        &mut self,
        old: &Dictionary,
        new: &Dictionary,
        forms: &Forms<'_>,
    ) -> Result<(), PdfError> {
        const PLACE: &str = "Root/AcroForm";
        let (old_value, new_value) = (old.get("AcroForm"), new.get("AcroForm"));
        let Some(new_value) = new_value else {
            if old_value.is_some() {
                self.reject(ChangeKind::Form, None, PLACE);
            }
            return Ok(());
        };
        let (old_id, new_id) = (old_value.and_then(Object::reference), new_value.reference());
        if !self.may_refer(old_id, new_id) {
            self.reject(ChangeKind::Repointed, new_id, PLACE);
        }
        let empty = Dictionary::default();
        let old_entries = forms.old.and_then(|form| form.dictionary.dictionary()).unwrap_or(&empty);
        let new_entries = forms.new.and_then(|form| form.dictionary.dictionary()).unwrap_or(&empty);
        for key in differing_keys(old_entries, new_entries) {
            let allowed = match &*key {
                "Fields" => true,
                "SigFlags" => flags_grew(old_entries, new_entries),
                "DR" => self.resources_grew(old_entries.get("DR"), new_entries.get("DR"))?,
                // The default look of fields without one.
                "DA" => old_entries.get("DA").is_none(),
                _ => false,
            };
            let place = format!("{PLACE}/{key}");
            match &*key {
                _ if !allowed => self.reject(ChangeKind::Form, new_id, &place),
                // Both decide how values look.
                "DR" | "DA" => {
                    self.report(ChangeLevel::FormFilling, ChangeKind::Form, new_id, &place);
                }
                _ => {}
            }
        }
        let (old_fields, new_fields) = (old_entries.get("Fields"), new_entries.get("Fields"));
        let array = new_fields.and_then(Object::reference);
        if !self.may_refer(old_fields.and_then(Object::reference), array) {
            self.reject(ChangeKind::Repointed, array, PLACE);
        }
        for id in [new_id, array].into_iter().flatten() {
            self.explain(id);
        }
        for (key, value) in old_entries.iter() {
            if !["Fields", "DR"].iter().any(|known| *key == **known) {
                self.entry_unchanged(key, value, &format!("{PLACE}/{}", key.text()))?;
            }
        }
        match old_entries.get("DR").filter(|_| old_entries.get("DR") == new_entries.get("DR")) {
            Some(resources) => self.unchanged(resources, "Root/AcroForm/DR"),
            None => Ok(()),
        }
    }

    /// Default resources: every old entry of every category stays what it was.
    fn resources_grew(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<bool, PdfError> {
        let Some(new) = new else { return Ok(false) };
        if !self.may_refer(old.and_then(Object::reference), new.reference()) {
            return Ok(false);
        }
        let old = old.map(|old| self.old.resolve(old)).transpose()?;
        let resolved = self.new.resolve(new)?;
        let empty = Dictionary::default();
        let old_entries = old.as_ref().and_then(|old| old.dictionary()).unwrap_or(&empty);
        let Some(new_entries) = resolved.dictionary() else { return Ok(false) };
        for key in differing_keys(old_entries, new_entries) {
            let (Some(new), old) = (new_entries.get(&key), old_entries.get(&key)) else {
                return Ok(false);
            };
            if !self.may_refer(old.and_then(Object::reference), new.reference()) {
                return Ok(false);
            }
            if let Some(id) = new.reference() {
                self.explain(id);
            }
            let (old, new) =
                (old.map(|old| self.old.resolve(old)).transpose()?, self.new.resolve(new)?);
            let old = old.as_ref().and_then(|old| old.dictionary()).unwrap_or(&empty);
            let Some(new) = new.dictionary() else { return Ok(false) };
            if differing_keys(old, new).iter().any(|key| old.get(key).is_some()) {
                return Ok(false);
            }
        }
        for (key, value) in old_entries.iter() {
            self.unchanged(value, &format!("Root/AcroForm/DR/{}", key.text()))?;
        }
        if let Some(id) = new.reference() {
            self.explain(id);
        }
        match resolved.object() {
            Some(resources) => self.account(resources).map(|()| true),
            None => Ok(false),
        }
    }

    /// All fields of both revisions, matched by name.
    pub(super) fn form_fields(&mut self, forms: &Forms<'_>) -> Result<(), PdfError> {
        let fields = |form: Option<&Form>| form.map_or_else(Vec::new, |form| form.fields.clone());
        let (old_fields, new_fields) = (fields(forms.old), fields(forms.new));
        for parent in forms.old.iter().flat_map(|form| &form.parents) {
            if self.differs(*parent)? {
                self.reject(ChangeKind::FieldChanged, Some(*parent), "Root/AcroForm/Fields");
            }
            if let Some(object) = self.old.object(*parent)? {
                self.unchanged(&object.object, "Root/AcroForm/Fields")?;
            }
        }
        let by_name: HashMap<(&str, Id), &Field> =
            new_fields.iter().map(|field| ((&*field.name, field.id), field)).collect();
        let old_names: HashSet<&str> = old_fields.iter().map(|field| &*field.name).collect();
        for old in &old_fields {
            match by_name.get(&(&*old.name, old.id)) {
                Some(new) => self.existing_field(old, new)?,
                None => self.reject(ChangeKind::FieldSet, Some(old.id), &place_of(old)),
            }
        }
        for new in new_fields.iter().filter(|new| !old_names.contains(&*new.name)) {
            self.new_field(new)?;
        }
        Ok(())
    }

    fn existing_field(&mut self, old: &Field, new: &Field) -> Result<(), PdfError> {
        let place = place_of(old);
        let mut parts = vec![(Rc::clone(&old.object), Rc::clone(&new.object))];
        for &widget in old.widgets.iter().filter(|widget| **widget != old.id) {
            match (self.old.object(widget)?, self.new.object(widget)?) {
                (Some(old), Some(new)) => parts.push((old, new)),
                _ => self.reject(ChangeKind::FieldChanged, Some(widget), &place),
            }
        }
        let signed_before = old.is_signature() && old.value.is_some();
        let value_changed = old.value != new.value;
        let mut written = value_changed;
        for (old_part, new_part) in &parts {
            let differs = !self.same(old_part, new_part);
            written |= differs;
            let exempt: &[&str] = if signed_before { &[] } else { &VALUE_KEYS };
            let agree = match (old_part.object.dictionary(), new_part.object.dictionary()) {
                (Some(old), Some(new)) => {
                    agree_but(old, new, exempt)
                        && flags_agree(old, new)
                        && new_part.stream.is_none()
                }
                _ => false,
            };
            if differs && !agree {
                let kind = if signed_before {
                    ChangeKind::SignedFieldChanged
                } else {
                    ChangeKind::FieldChanged
                };
                self.reject(kind, Some(new_part.id), &place);
            }
            self.explain(new_part.id);
        }
        if !written {
            return self.untouched(&parts, &place);
        }
        if signed_before {
            // Reported above; what it leads to is not looked at any further.
            return Ok(());
        }
        if self.permission.locks(&old.name) {
            self.reject(ChangeKind::FieldLocked, Some(new.id), &place);
        }
        if old.is_push_button() {
            self.reject(ChangeKind::FieldChanged, Some(new.id), &place);
        }
        for (old_part, new_part) in &parts {
            self.filled_part(old_part, new_part, value_changed, &place)?;
        }
        match (old.is_signature(), value_changed) {
            (true, true) => self.signature_value(new, &place),
            (true, false) => {
                // An empty signature field stays as it is.
                self.reject(ChangeKind::FieldChanged, Some(new.id), &place);
                Ok(())
            }
            (false, _) => {
                self.report(
                    ChangeLevel::FormFilling,
                    ChangeKind::FieldFilled,
                    Some(new.id),
                    &place,
                );
                self.filled.push(new.clone());
                let Some(value) = &new.value else { return Ok(()) };
                let old_value = old.value.as_ref().and_then(Object::reference);
                if !self.may_refer(old_value, value.reference()) {
                    self.reject(ChangeKind::Repointed, value.reference(), &place);
                }
                self.account(value)
            }
        }
    }

    /// A field that was not written: only a stream of its appearance may have been replaced in place,
    /// which is a change of what is shown without a change of value.
    fn untouched(
        &mut self,
        parts: &[(Rc<Indirect>, Rc<Indirect>)],
        place: &str,
    ) -> Result<(), PdfError> {
        for (part, _) in parts {
            self.unchanged(&part.object, place)?;
        }
        Ok(())
    }

    /// A field or widget dictionary that was filled: the appearance is judged leniently, the rest strictly.
    fn filled_part(
        &mut self,
        old: &Rc<Indirect>,
        new: &Rc<Indirect>,
        value_changed: bool,
        place: &str,
    ) -> Result<(), PdfError> {
        let (Some(old_entries), Some(new_entries)) =
            (old.object.dictionary(), new.object.dictionary())
        else {
            return Ok(());
        };
        for (key, value) in old_entries.iter() {
            if !["AP", "V"].iter().any(|known| *key == **known) {
                self.entry_unchanged(key, value, place)?;
            }
        }
        let (old_shown, new_shown) = (old_entries.get("AP"), new_entries.get("AP"));
        if !value_changed {
            if old_shown != new_shown {
                self.reject(ChangeKind::FieldChanged, Some(new.id), place);
            }
            return old_shown.map_or(Ok(()), |shown| self.unchanged(shown, place));
        }
        self.appearance(old_shown, new_shown, place)
    }

    /// `/AP`: its streams are new, or those that this very field had.
    fn appearance(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
        place: &str,
    ) -> Result<(), PdfError> {
        let Some(new) = new else { return Ok(()) };
        let (mut own, mut streams) = (HashSet::new(), HashSet::new());
        if let Some(old) = old {
            // An appearance dictionary that something else uses too must stay out of it.
            self.own_appearances.extend(old.reference().map(|id| (id, place.to_owned())));
            own = self.belongings(old)?;
            streams.extend(old.reference());
            streams.extend(self.old.resolve(old)?.object().into_iter().flat_map(states));
        }
        let resolved = self.new.resolve(new)?;
        let shown = resolved.object().map(states).unwrap_or_default();
        for id in new.reference().into_iter().chain(shown) {
            if !self.fresh(id) && !streams.contains(&id) {
                self.reject(ChangeKind::Repointed, Some(id), place);
            }
        }
        self.account_within(new, &own)?;
        resolved.object().map_or(Ok(()), |appearance| self.account_within(appearance, &own))
    }

    /// `/V` of a field that was signed in this revision.
    fn signature_value(&mut self, field: &Field, place: &str) -> Result<(), PdfError> {
        let id = field.value.as_ref().and_then(Object::reference);
        let object = id.map(|id| self.new.object(id)).transpose()?.flatten();
        let (Some(id), Some(object)) = (id, object) else {
            self.reject(ChangeKind::FieldSet, Some(field.id), place);
            return Ok(());
        };
        if !self.fresh(id) {
            self.reject(ChangeKind::Repointed, Some(id), place);
            return Ok(());
        }
        if self.permission.locks(&field.name) {
            self.reject(ChangeKind::FieldLocked, Some(field.id), place);
        }
        let stamp = object.object.dictionary().is_some_and(|entries| {
            let token = entries.get("SubFilter");
            entries.is_type("DocTimeStamp") && token.is_some_and(|one| one.is_name("ETSI.RFC3161"))
        });
        let invisible = self.invisible(field)?;
        let level =
            if stamp && invisible { ChangeLevel::LtaUpdates } else { ChangeLevel::FormFilling };
        self.explain(id);
        self.account(&object.object)?;
        self.outcome.relies_on.push(field.name.clone());
        self.report(level, ChangeKind::Signature, Some(id), place);
        Ok(())
    }

    fn invisible(&self, field: &Field) -> Result<bool, PdfError> {
        for &widget in &field.widgets {
            let Some(object) = self.new.object(widget)? else { continue };
            let rectangle = object.object.dictionary().and_then(|entries| entries.get("Rect"));
            let Some(rectangle) = rectangle else { continue };
            // What we cannot read, somebody else may.
            let empty = Rectangle::read(&self.new, rectangle)?
                .is_some_and(|shown| shown.width() <= 0.0 || shown.height() <= 0.0);
            if !empty {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// A new field: a signature field at the root of the form, signed in this revision.
    fn new_field(&mut self, field: &Field) -> Result<(), PdfError> {
        let place = place_of(field);
        let ids: Vec<Id> = std::iter::once(field.id).chain(field.widgets.iter().copied()).collect();
        let mut sound = field.is_signature() && field.value.is_some();
        for &id in &ids {
            let object = self.new.object(id)?.filter(|object| object.stream.is_none());
            let entries = object.as_ref().and_then(|object| object.object.dictionary());
            let known = entries.is_some_and(|entries| {
                entries.iter().all(|(key, _)| NEW_KEYS.iter().any(|known| *key == **known))
            });
            let at_root =
                id != field.id || entries.is_some_and(|entries| entries.get("Parent").is_none());
            sound &= known && at_root && self.fresh(id);
        }
        if !sound {
            self.reject(ChangeKind::FieldSet, Some(field.id), &place);
            return Ok(());
        }
        for id in ids {
            self.explain(id);
            self.new_widgets.insert(id);
            let Some(object) = self.new.object(id)? else { continue };
            let Some(entries) = object.object.dictionary() else { continue };
            self.appearance(None, entries.get("AP"), &place)?;
            for (_, value) in entries.iter().filter(|(key, _)| **key != *"V" && **key != *"AP") {
                self.account(value)?;
            }
        }
        self.signature_value(field, &place)
    }
}

/// Whether `/SigFlags` keeps every bit it had and takes on none but the two known (12.7.3).
fn flags_grew(old: &Dictionary, new: &Dictionary) -> bool {
    let flags = |entries: &Dictionary| entries.get("SigFlags").map_or(Some(0), Object::integer);
    matches!((flags(old), flags(new)), (Some(old), Some(new)) if new & old == old && new & !old & !3 == 0)
}

/// Whether annotation flags (12.5.3) agree but for print, locked and locked contents.
fn flags_agree(old: &Dictionary, new: &Dictionary) -> bool {
    const FREE: i64 = 4 | 128 | 512;
    let flags = |entries: &Dictionary| entries.get("F").map_or(Some(0), Object::integer);
    matches!((flags(old), flags(new)), (Some(old), Some(new)) if (old ^ new) & !FREE == 0)
}

fn place_of(field: &Field) -> String {
    format!("field {:?}", field.name)
}

/// References in an appearance dictionary: streams, and dictionaries of states (12.5.5).
fn states(appearance: &Object) -> Vec<Id> {
    let mut ids = Vec::new();
    for (_, value) in appearance.dictionary().into_iter().flat_map(|entries| entries.iter()) {
        ids.extend(value.reference());
        let states = value.dictionary().into_iter().flat_map(|entries| entries.iter());
        ids.extend(states.filter_map(|(_, state)| state.reference()));
    }
    ids
}
