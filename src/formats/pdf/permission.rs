//! What signatures allow to change afterwards: DocMDP and FieldMDP (ISO 32000-2, 12.8.2).

use super::PdfError;
use super::form::Form;
use super::syntax::{Dictionary, Object};
use super::text_string;
use super::view::View;

/// Which fields a signature locks (12.8.2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldLock {
    /// Every field.
    All,
    /// These fields and the fields below them.
    Include(Vec<String>),
    /// Every field but these and the fields below them.
    Exclude(Vec<String>),
}

impl FieldLock {
    /// Whether the field with this full name is locked.
    #[must_use]
    pub fn locks(&self, name: &str) -> bool {
        let listed = |names: &[String]| {
            names.iter().any(|listed| {
                name.strip_prefix(listed.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match self {
            Self::All => true,
            Self::Include(names) => listed(names),
            Self::Exclude(names) => !listed(names),
        }
    }
}

/// What one signature says about later changes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Permission {
    /// `/P` of a DocMDP transform: 1 nothing, 2 form filling and signing, 3 annotations too (12.8.2.2).
    pub doc_mdp: Option<u8>,
    /// FieldMDP transforms.
    pub locks: Vec<FieldLock>,
}

impl Permission {
    /// Adds another signature's restrictions to this one's.
    pub(crate) fn join(&mut self, other: Self) {
        self.doc_mdp = match (self.doc_mdp, other.doc_mdp) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.locks.extend(other.locks);
    }

    pub(crate) fn locks(&self, name: &str) -> bool {
        self.locks.iter().any(|lock| lock.locks(name))
    }
}

/// The transforms in `/Reference` of a signature dictionary.
pub(crate) fn of_signature(
    view: &View<'_, '_>,
    signature: &Dictionary,
) -> Result<Permission, PdfError> {
    let mut permission = Permission::default();
    let Some(references) = view.entry_of(signature, "Reference")? else { return Ok(permission) };
    let malformed = PdfError::Structure("malformed signature reference");
    for reference in references.array().ok_or(malformed.clone())?.iter().take(16) {
        let reference = view.resolve(reference)?;
        let Some(entries) = reference.dictionary() else { return Err(malformed) };
        let parameters = view.entry_of(entries, "TransformParams")?;
        let parameters = parameters.as_ref().and_then(|parameters| parameters.dictionary());
        let method = view.entry_of(entries, "TransformMethod")?;
        match method.as_ref().and_then(|method| method.object()?.name()) {
            Some(name) if *name == *"DocMDP" => {
                permission
                    .join(Permission { doc_mdp: Some(level(view, parameters)?), locks: vec![] });
            }
            Some(name) if *name == *"FieldMDP" => {
                let lock = parameters.map_or(Ok(None), |entries| field_lock(view, entries))?;
                permission.locks.push(lock.ok_or(malformed.clone())?);
            }
            _ => {}
        }
    }
    Ok(permission)
}

/// `/P`, 2 when absent; anything but 1, 2, 3 is read as the strictest.
fn level(view: &View<'_, '_>, parameters: Option<&Dictionary>) -> Result<u8, PdfError> {
    let Some(value) = parameters.map_or(Ok(None), |entries| view.entry_of(entries, "P"))? else {
        return Ok(2);
    };
    let level = value.object().and_then(Object::integer);
    Ok(level
        .and_then(|level| u8::try_from(level).ok())
        .filter(|p| (1..=3).contains(p))
        .unwrap_or(1))
}

/// Names in one lock; as many as fields are read.
const LOCKED_NAMES_MAX: usize = 10_000;

/// `/Action` and `/Fields` of a FieldMDP transform or of a field's `/Lock` (12.7.5.5).
pub(crate) fn field_lock(
    view: &View<'_, '_>,
    entries: &Dictionary,
) -> Result<Option<FieldLock>, PdfError> {
    let action = view.entry_of(entries, "Action")?;
    let mut names = Vec::new();
    if let Some(fields) = view.entry_of(entries, "Fields")? {
        let listed = fields.array().unwrap_or_default();
        if listed.len() > LOCKED_NAMES_MAX {
            return Ok(None);
        }
        for field in listed {
            let field = view.resolve(field)?;
            let Some(name) = field.object().and_then(Object::string) else { return Ok(None) };
            names.push(text_string::decode(name));
        }
    }
    Ok(action.as_ref().and_then(|action| action.object()?.name()).and_then(
        |action| match &*action.0 {
            b"All" => Some(FieldLock::All),
            b"Include" => Some(FieldLock::Include(names)),
            b"Exclude" => Some(FieldLock::Exclude(names)),
            _ => None,
        },
    ))
}

/// What all signatures in the form together allow.
pub(crate) fn of_form(view: &View<'_, '_>, form: Option<&Form>) -> Result<Permission, PdfError> {
    let mut permission = Permission::default();
    for field in form.into_iter().flat_map(|form| &form.fields).filter(|field| field.is_signature())
    {
        let Some(value) = &field.value else { continue };
        if let Some(signature) = view.resolve(value)?.dictionary() {
            permission.join(of_signature(view, signature)?);
        }
    }
    Ok(permission)
}

#[cfg(test)]
mod tests {
    use super::FieldLock::{All, Exclude, Include};

    #[test]
    fn locks_cover_descendants() {
        let names = || vec!["a".to_owned(), "b.c".to_owned()];
        for (name, included) in
            [("a", true), ("a.x", true), ("ab", false), ("b", false), ("b.c.d", true)]
        {
            assert_eq!(Include(names()).locks(name), included, "{name}");
            assert_eq!(Exclude(names()).locks(name), !included, "{name}");
            assert!(All.locks(name));
        }
    }
}
