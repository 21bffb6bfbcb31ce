//! The interactive form and its signature fields (ISO 32000-2, 12.7).

use super::file::Indirect;
use super::syntax::{Dictionary, Id, Name, Object};
use super::view::{Resolved, View};
use super::{Exhausted, PdfError, text_string};
use std::collections::HashSet;
use std::rc::Rc;

/// A terminal field: one that holds a value and widgets, not other fields.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    /// Fully qualified (12.7.4.2).
    pub(crate) name: String,
    pub(crate) id: Id,
    pub(crate) object: Rc<Indirect>,
    /// `/FT`, inherited.
    pub(crate) kind: Option<Name>,
    /// `/Ff`, own or inherited (12.7.4.1).
    pub(crate) flags: i64,
    /// `/V`, own or inherited.
    pub(crate) value: Option<Object>,
    /// The field itself when merged with its widget, else its kids.
    pub(crate) widgets: Vec<Id>,
}

impl Field {
    pub(crate) fn dictionary(&self) -> Option<&Dictionary> {
        self.object.object.dictionary()
    }

    pub(crate) fn is_signature(&self) -> bool {
        self.is("Sig")
    }

    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kind.as_ref().is_some_and(|known| *known == *kind)
    }

    /// A button that is pushed: it has no value to be filled (12.7.5.2.2).
    pub(crate) fn is_push_button(&self) -> bool {
        const PUSH_BUTTON: i64 = 1 << 16;
        self.is("Btn") && self.flags & PUSH_BUTTON != 0
    }
}

/// The form: where it is and its terminal fields in order of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) dictionary: Resolved,
    pub(crate) fields: Vec<Field>,
    /// All names with a node in the field tree, terminal or not.
    pub(crate) names: HashSet<String>,
    /// Fields that hold fields.
    pub(crate) parents: Vec<Id>,
}

/// The form of the document; `None` without `/AcroForm`.
pub(crate) fn read(view: &View<'_, '_>) -> Result<Option<Form>, PdfError> {
    let catalog = view.catalog()?;
    // catalog() has checked that it is a dictionary.
    let Some(entries) = catalog.object.dictionary() else { return Ok(None) };
    let Some(form) = view.entry_of(entries, "AcroForm")? else { return Ok(None) };
    let fields = match form.dictionary() {
        Some(entries) => view.entry_of(entries, "Fields")?,
        None => return Err(PdfError::Structure("/AcroForm is not a dictionary")),
    };
    let mut walk = Walk {
        view,
        visited: HashSet::new(),
        fields: Vec::new(),
        names: HashSet::new(),
        parents: Vec::new(),
    };
    if let Some(fields) = fields {
        let items = fields.array().ok_or(PdfError::Structure("/Fields is not an array"))?;
        walk.all(items)?;
    }
    Ok(Some(Form {
        dictionary: form,
        fields: walk.fields,
        names: walk.names,
        parents: walk.parents,
    }))
}

struct Walk<'v, 'f, 'a> {
    view: &'v View<'f, 'a>,
    visited: HashSet<Id>,
    fields: Vec<Field>,
    names: HashSet<String>,
    parents: Vec<Id>,
}

/// A field waiting to be visited, with what it inherits.
struct Waiting {
    id: Id,
    prefix: String,
    kind: Option<Name>,
    flags: i64,
    value: Option<Object>,
    depth: usize,
}

/// Longest full name; forms made by programs stay below 300 bytes.
const NAME_BYTES_MAX: usize = 4096;

impl Walk<'_, '_, '_> {
    fn all(&mut self, roots: &[Object]) -> Result<(), PdfError> {
        let mut waiting = Vec::new();
        for root in roots.iter().rev() {
            let id =
                root.reference().ok_or(PdfError::Structure("a field is not an indirect object"))?;
            let (prefix, kind, value) = Default::default();
            waiting.push(Waiting { id, prefix, kind, flags: 0, value, depth: 0 });
        }
        while let Some(next) = waiting.pop() {
            self.one(next, &mut waiting)?;
        }
        Ok(())
    }

    fn one(&mut self, next: Waiting, waiting: &mut Vec<Waiting>) -> Result<(), PdfError> {
        let id = next.id;
        let wrong = |reason| PdfError::Object { id, reason };
        if !self.visited.insert(id) {
            return Err(wrong("the field tree holds it twice"));
        }
        self.view.file.reading.budget.visit()?;
        if next.depth > self.view.file.limits.depth_max {
            return Err(Exhausted::Depth.into());
        }
        // A reference to nothing is null: no field.
        let Some(object) = self.view.object(id)? else { return Ok(()) };
        let entries = object.object.dictionary().filter(|_| object.stream.is_none());
        let entries = entries.ok_or_else(|| wrong("a field is not a dictionary"))?;
        let kind = entries.get("FT").and_then(Object::name).cloned().or(next.kind);
        let value = entries.get("V").cloned().or(next.value);
        let flags = entries.get("Ff").map_or(Some(next.flags), Object::integer).unwrap_or(0);
        let partial = match self.view.entry_of(entries, "T")? {
            None => None,
            Some(text) => {
                let bytes = text.object().and_then(Object::string);
                Some(text_string::decode(bytes.ok_or_else(|| wrong("/T is not a string"))?))
            }
        };
        let name = match (&partial, next.prefix.is_empty()) {
            (None, _) => next.prefix,
            (Some(partial), true) => partial.clone(),
            (Some(partial), false) => format!("{}.{partial}", next.prefix),
        };
        if name.len() > NAME_BYTES_MAX {
            return Err(wrong("field name too long"));
        }
        self.names.insert(name.clone());
        let (children, widgets) = self.kids(id, entries)?;
        if children.is_empty() {
            if self.fields.len() >= self.view.file.limits.signatures_max * 20 {
                return Err(Exhausted::Signatures.into());
            }
            self.visited.extend(widgets.iter().copied());
            let widgets = if widgets.is_empty() { vec![id] } else { widgets };
            let object = Rc::clone(&object);
            self.fields.push(Field { name, id, object, kind, flags, value, widgets });
            return Ok(());
        }
        self.parents.push(id);
        let depth = next.depth + 1;
        for child in children.into_iter().rev() {
            let (prefix, kind, value) = (name.clone(), kind.clone(), value.clone());
            waiting.push(Waiting { id: child, prefix, kind, flags, value, depth });
        }
        Ok(())
    }

    /// Kids that are fields (they have `/T`) and kids that are widgets.
    fn kids(&self, id: Id, entries: &Dictionary) -> Result<(Vec<Id>, Vec<Id>), PdfError> {
        let mut split = (Vec::new(), Vec::new());
        let Some(kids) = self.view.entry_of(entries, "Kids")? else { return Ok(split) };
        let wrong = |reason| PdfError::Object { id, reason };
        for kid in kids.array().ok_or_else(|| wrong("/Kids is not an array"))? {
            let kid = kid.reference().ok_or_else(|| wrong("a kid is not an indirect object"))?;
            let Some(object) = self.view.object(kid)? else { continue };
            let entries = object.object.dictionary();
            match entries.is_some_and(|entries| entries.get("T").is_some()) {
                true => split.0.push(kid),
                false => split.1.push(kid),
            }
        }
        if !split.0.is_empty() && !split.1.is_empty() {
            return Err(wrong("kids are both fields and widgets"));
        }
        Ok(split)
    }
}
