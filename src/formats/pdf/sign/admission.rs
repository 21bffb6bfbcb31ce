//! Which documents and fields may be signed.

use super::{SignRefused, SignatureKind, SignatureRequest};
use crate::pdf::file::{File, Indirect};
use crate::pdf::form::{self, Field, Form};
use crate::pdf::page::{self, Geometry, Page};
use crate::pdf::permission::{self, FieldLock};
use crate::pdf::syntax::{Dictionary, Object, count_decoded, is_space};
use crate::pdf::{PdfError, active, revision, text_string};
use std::collections::HashSet;
use std::rc::Rc;

/// A document that may be signed, and what the writing needs to know of it.
pub(super) struct Admitted<'f, 'a> {
    pub(super) file: &'f File<'a>,
    pub(super) catalog: Rc<Indirect>,
    pub(super) form: Option<Form>,
    pub(super) pages: Vec<(Page, Geometry)>,
    /// The existing empty field of the requested name.
    pub(super) field: Option<Field>,
    /// The parameters of the FieldMDP transform that the field's `/Lock` demands.
    pub(super) lock: Option<String>,
}

pub(super) fn admit<'f, 'a>(
    file: &'f File<'a>,
    request: &SignatureRequest,
) -> Result<Admitted<'f, 'a>, SignRefused> {
    let Sound { catalog, form, signed } = Sound::check(file)?;
    let view = file.newest();
    if request.doc_mdp.is_some() && signed {
        return Err(SignRefused::NotFirst);
    }
    let permission = permission::of_form(&view, form.as_ref())?;
    // Time stamps and validation material always may follow (ISO 32000-2, 12.8.2.2).
    if permission.doc_mdp == Some(1) && request.kind != SignatureKind::TimeStamp {
        return Err(SignRefused::Certified);
    }
    if permission.locks(&request.field_name) {
        return Err(SignRefused::FieldLocked(request.field_name.clone()));
    }
    if request.refuse_active_content {
        let findings = active::search(&view)?;
        if !findings.is_empty() {
            return Err(SignRefused::ActiveContent(findings));
        }
    }
    let pages = admit_pages(file)?;
    let (field, lock) = target(file, form.as_ref(), &request.field_name)?;
    Ok(Admitted { file, catalog, form, pages, field, lock })
}

/// How many pages a document has that every reader shows alike, and shows to the end.
pub(in crate::pdf) fn admit_reading(file: &File<'_>) -> Result<usize, SignRefused> {
    Sound::check(file)?;
    Ok(admit_pages(file)?.len())
}

/// Whether validation material may be added: where the structure is sound, always.
pub(super) fn admit_material(file: &File<'_>) -> Result<Rc<Indirect>, SignRefused> {
    Sound::check(file).map(|sound| sound.catalog)
}

/// A document whose structure every reader understands alike.
struct Sound {
    catalog: Rc<Indirect>,
    form: Option<Form>,
    signed: bool,
}

impl Sound {
    fn check(file: &File<'_>) -> Result<Self, SignRefused> {
        let view = file.newest();
        let catalog = view.catalog()?;
        let form = form::read(&view)?;
        let signed = form.iter().flat_map(|form| &form.fields).any(is_signed);
        let damaged = if signed { SignRefused::DamagedSigned } else { SignRefused::Unreadable };
        let revisions = revision::revisions(file).map_err(damaged)?;
        let trailing = &file.bytes()[revision::trailing(file, &revisions)];
        if !trailing.iter().all(|&byte| is_space(byte)) {
            return Err(SignRefused::TrailingBytes(trailing.len()));
        }
        revision::check_strictly(file, &revisions).map_err(damaged)?;
        Ok(Self { catalog, form, signed })
    }
}

fn is_signed(field: &Field) -> bool {
    field.is_signature() && field.value.is_some()
}

/// All pages, each with a sound size and contents that decode within the budget: a seal is not put
/// on what no reader can show.
fn admit_pages(file: &File<'_>) -> Result<Vec<(Page, Geometry)>, SignRefused> {
    let view = file.newest();
    let mut admitted = Vec::new();
    let mut contents = Contents { left: file.limits.contents_bytes_max, measured: HashSet::new() };
    for page in page::pages(&view)? {
        let geometry = page.geometry(&view)?;
        contents.measure(file, &page)?;
        admitted.push((page, geometry));
    }
    if admitted.is_empty() {
        return Err(PdfError::Structure("no pages").into());
    }
    Ok(admitted)
}

/// What the contents of all pages may still decode to.
struct Contents {
    left: usize,
    /// Streams measured, by where their data starts.
    measured: HashSet<usize>,
}

impl Contents {
    fn measure(&mut self, file: &File<'_>, page: &Page) -> Result<(), PdfError> {
        let view = file.newest();
        let Some(contents) = page.dictionary().and_then(|entries| entries.get("Contents")) else {
            return Ok(());
        };
        let contents = view.resolve(contents)?;
        let streams = match contents.array() {
            Some(items) => {
                file.reading.budget.visits(items.len())?;
                items.iter().map(|item| view.resolve(item)).collect::<Result<_, _>>()?
            }
            None => vec![contents],
        };
        for stream in streams.iter().filter_map(|stream| stream.indirect.as_ref()) {
            let (Some(entries), Some(data)) = (stream.object.dictionary(), &stream.stream) else {
                continue;
            };
            if !self.measured.insert(data.start) {
                continue;
            }
            let limit = file.limits.stream_bytes_max.min(self.left);
            let bytes = &file.bytes()[data.clone()];
            let decoded = count_decoded(entries, bytes, limit)
                .map_err(|error| file.reading.filter_error(data.start, error))?;
            self.left -= decoded;
        }
        Ok(())
    }
}

/// The existing field called `name`, if it is an empty signature field that we can serve; `None` when
/// the name is free.
fn target(
    file: &File<'_>,
    form: Option<&Form>,
    name: &str,
) -> Result<(Option<Field>, Option<String>), SignRefused> {
    let refused = || SignRefused::FieldName(name.to_owned());
    let existing = form.and_then(|form| form.fields.iter().find(|field| field.name == name));
    let Some(field) = existing else {
        let taken = form.is_some_and(|form| form.names.contains(name));
        return if taken || name.is_empty() || name.contains('.') {
            Err(refused())
        } else {
            Ok((None, None))
        };
    };
    if !field.is_signature() {
        return Err(refused());
    }
    if field.value.is_some() {
        return Err(SignRefused::FieldSigned(name.to_owned()));
    }
    let lock = demands(file, field)?;
    Ok((Some(field.clone()), lock))
}

/// Seed values that are binding, and locks with a permission, are refused; a plain lock is taken over.
fn demands(file: &File<'_>, field: &Field) -> Result<Option<String>, SignRefused> {
    let view = file.newest();
    let refused = || SignRefused::FieldDemands(field.name.clone());
    let Some(entries) = field.dictionary() else { return Ok(None) };
    if let Some(seed) = view.entry_of(entries, "SV")? {
        let flags = seed.dictionary().and_then(|seed| seed.get("Ff"));
        if flags.is_some_and(|flags| flags.integer() != Some(0)) {
            return Err(refused());
        }
    }
    let Some(lock) = view.entry_of(entries, "Lock")? else { return Ok(None) };
    let lock = lock.dictionary().ok_or_else(refused)?;
    if lock.get("P").is_some() {
        return Err(refused());
    }
    let lock = permission::field_lock(&view, lock)?.ok_or_else(refused)?;
    Ok(Some(match lock {
        FieldLock::All => "/Action /All".to_owned(),
        FieldLock::Include(names) => format!("/Action /Include /Fields {}", list(&names)),
        FieldLock::Exclude(names) => format!("/Action /Exclude /Fields {}", list(&names)),
    }))
}

fn list(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| text_string::encode(name)).collect();
    format!("[{}]", names.join(" "))
}

/// A dictionary's array under `key`: where it stands and its holder.
pub(super) fn array_holder(
    file: &File<'_>,
    holder: &Rc<Indirect>,
    entries: &Dictionary,
    key: &str,
) -> Result<Option<(Rc<Indirect>, Object)>, PdfError> {
    let Some(value) = file.newest().entry_of(entries, key)? else { return Ok(None) };
    let wrong = PdfError::Object { id: holder.id, reason: "not an array where one belongs" };
    let array = value.object().filter(|object| object.array().is_some()).ok_or(wrong)?.clone();
    Ok(Some((value.indirect.unwrap_or_else(|| Rc::clone(holder)), array)))
}
