//! What people see of a later revision that no rule forbids (stage S10): a new widget over what was
//! signed, and a field that shows something else than its value.

use super::{Forms, Step};
use crate::pdf::PdfError;
use crate::pdf::appearance::{self, PagesOfWidgets};
use crate::pdf::form::Field;
use crate::pdf::page::{self, Page, Rectangle};
use crate::pdf::syntax::{Dictionary, Id, Object, Value};
use crate::pdf::text::{self, Known};
use crate::pdf::text_string;

/// Something about a later revision that people should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The revision, from 0, the oldest.
    pub revision: usize,
    /// The widget or field.
    pub object: Id,
    /// What it is.
    pub kind: RemarkKind,
    /// The page from 1, or the field.
    pub place: String,
}

/// The kinds of [`Remark`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RemarkKind {
    /// A new widget may hide text that was signed.
    CoversText,
    /// A new widget may hide a picture that was signed.
    CoversPicture,
    /// A new widget may hide another annotation.
    CoversAnnotation,
    /// A field was filled, and does not show its value, as far as that can be read.
    OtherThanValue,
    /// What a new widget may hide could not be found out.
    NotSeen,
}

/// Remarks kept of one revision; one is enough to make people look.
const REMARKS_MAX: usize = 20;

impl Step<'_, '_, '_> {
    /// Looks at new widgets and filled fields; what cannot be read is remarked on, not skipped.
    pub(super) fn look(&mut self, forms: &Forms<'_>) {
        let mut known = text::brief();
        for field in std::mem::take(&mut self.filled) {
            if !self.shows_value(&field, forms, &mut known).unwrap_or(false) {
                self.remark(RemarkKind::OtherThanValue, field.id, format!("{:?}", field.name));
            }
        }
        if self.covers(&mut known).is_err()
            && let Some(&id) = self.new_widgets.iter().min()
        {
            self.remark(RemarkKind::NotSeen, id, "a page".to_owned());
        }
    }

    fn remark(&mut self, kind: RemarkKind, object: Id, place: String) {
        if self.outcome.remarks.len() < REMARKS_MAX {
            let revision = self.revision;
            self.outcome.remarks.push(Remark { revision, object, kind, place });
        }
    }

    /// What new widgets stand over. A picture that only darkens hides nothing.
    fn covers(&mut self, known: &mut Known) -> Result<(), PdfError> {
        let mut new: Vec<Id> = self.new_widgets.iter().copied().collect();
        new.sort_unstable();
        if new.is_empty() {
            return Ok(());
        }
        let pages_of = PagesOfWidgets::new(&self.new, &new.iter().copied().collect());
        let hides = |&id: &Id| {
            let shown = appearance::one(&self.new, id, &pages_of);
            (!shown.darkens).then_some((id, shown.page?))
        };
        let hiding: Vec<(Id, usize)> = new.iter().filter_map(hides).collect();
        if hiding.is_empty() {
            return Ok(());
        }
        let pages = page::pages(&self.old)?;
        for (id, index) in hiding {
            let Some(page) = pages.get(index) else { continue };
            let object = self.new.object(id)?;
            let entries = object.as_ref().and_then(|object| object.object.dictionary());
            let Some(rectangle) = entries.and_then(|entries| entries.get("Rect")) else { continue };
            let Some(over) = Rectangle::read(&self.new, rectangle)? else { continue };
            for kind in self.below(page, &over, known)? {
                self.remark(kind, id, format!("page {}", index + 1));
            }
        }
        Ok(())
    }

    /// What stood on a page where `over` is now.
    fn below(
        &self,
        page: &Page,
        over: &Rectangle,
        known: &mut Known,
    ) -> Result<Vec<RemarkKind>, PdfError> {
        let shown = text::page(&self.old, page, known)?;
        let mut glyphs = shown.glyphs.iter();
        let text = glyphs.any(|one| !one.text.trim().is_empty() && over.covers(&one.bounds));
        let picture = shown.pictures.iter().any(|one| over.covers(one));
        let annotation = self.annotation_boxes(page)?.iter().any(|one| over.covers(one));
        let found = [
            (text, RemarkKind::CoversText),
            (picture, RemarkKind::CoversPicture),
            (annotation, RemarkKind::CoversAnnotation),
        ];
        Ok(found.into_iter().filter_map(|(is, kind)| is.then_some(kind)).collect())
    }

    fn annotation_boxes(&self, page: &Page) -> Result<Vec<Rectangle>, PdfError> {
        let entries = page.dictionary();
        let listed = entries.map(|entries| self.old.entry_of(entries, "Annots")).transpose()?;
        let listed = listed.flatten();
        let mut boxes = Vec::new();
        for item in listed.as_ref().and_then(|listed| listed.array()).unwrap_or_default() {
            let annotation = self.old.resolve(item)?;
            let rectangle = annotation.dictionary().and_then(|entries| entries.get("Rect"));
            let rectangle = rectangle.map_or(Ok(None), |one| Rectangle::read(&self.old, one))?;
            boxes.extend(rectangle);
        }
        Ok(boxes)
    }

    /// Whether every widget of a filled field that shows anything shows its value.
    fn shows_value(
        &self,
        field: &Field,
        forms: &Forms<'_>,
        known: &mut Known,
    ) -> Result<bool, PdfError> {
        const PASSWORD: i64 = 1 << 13;
        let value = field.value.as_ref().map(|value| self.new.resolve(value)).transpose()?;
        let Some(value) = value.as_ref().and_then(|value| value.object()) else { return Ok(true) };
        let form = forms.new.and_then(|form| form.dictionary.dictionary());
        let resources = form.map(|form| self.new.entry_of(form, "DR")).transpose()?.flatten();
        let empty = Dictionary::default();
        let resources = resources.as_ref().and_then(|one| one.dictionary()).unwrap_or(&empty);
        for &id in &field.widgets {
            let object = self.new.object(id)?;
            let Some(entries) = object.as_ref().and_then(|one| one.object.dictionary()) else {
                continue;
            };
            let shows = match () {
                () if field.is("Btn") => state_fits(entries, value),
                // A password is shown as something else by design.
                () if field.flags & PASSWORD != 0 && field.is("Tx") => true,
                () => match self.shown_text(entries, resources, known)? {
                    Some(shown) => words(value).iter().all(|word| shown.contains(word)),
                    None => true,
                },
            };
            if !shows {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The text of the normal appearance, white space apart; `None` when nothing is shown.
    fn shown_text(
        &self,
        widget: &Dictionary,
        resources: &Dictionary,
        known: &mut Known,
    ) -> Result<Option<String>, PdfError> {
        let Some(shown) = self.new.entry_of(widget, "AP")? else { return Ok(None) };
        let Some(entries) = shown.dictionary() else { return Ok(None) };
        let Some(normal) = self.new.entry_of(entries, "N")? else { return Ok(None) };
        let Some(form) = normal.indirect.filter(|one| one.stream.is_some()) else {
            return Ok(None);
        };
        let shown = text::form(&self.new, &form, resources, known)?;
        let text: String = shown.glyphs.iter().map(|glyph| &*glyph.text).collect();
        Ok(Some(without_space(&text)))
    }
}

/// Whether a button is in the state that its value names, or off (12.7.5.2.3).
fn state_fits(widget: &Dictionary, value: &Object) -> bool {
    let state = widget.get("AS").and_then(Object::name);
    state.is_none_or(|state| *state == *"Off" || Some(state) == value.name())
}

/// The texts of a value: one, or those chosen from a list.
fn words(value: &Object) -> Vec<String> {
    let text = |value: &Object| match &value.value {
        Value::String(bytes) => Some(without_space(&text_string::decode(bytes))),
        _ => None,
    };
    match value.array() {
        Some(items) => items.iter().filter_map(text).collect(),
        None => text(value).into_iter().collect(),
    }
}

fn without_space(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}
