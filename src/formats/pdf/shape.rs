//! What other readers stumble over in a document that can be read.

use super::file::File;
use super::form;
use super::page;
use super::syntax::Object;
use super::{Limits, PdfError};

/// The shape of a document, as far as it matters to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Whether it was laid out for the web, and updated since or not (ISO 32000-2, annex F).
    pub linearized: bool,
    /// Names of signature fields without a signature.
    pub empty_fields: Vec<String>,
    /// Pictures and stamps that its pages name: one of them may look like a seal.
    pub pictures: usize,
}

/// Looks at the newest revision.
///
/// # Errors
/// When the file itself cannot be read strictly.
pub fn shape(bytes: &[u8], limits: &Limits) -> Result<Shape, PdfError> {
    let file = File::read(bytes, limits)?;
    let view = file.newest();
    let form = form::read(&view)?;
    let fields = form.iter().flat_map(|form| &form.fields);
    let empty = fields.filter(|field| field.is_signature() && field.value.is_none());
    Ok(Shape {
        linearized: file.linearized,
        empty_fields: empty.map(|field| field.name.clone()).collect(),
        // A page that cannot be read shows no picture.
        pictures: pictures(&file).unwrap_or(0),
    })
}

fn pictures(file: &File<'_>) -> Result<usize, PdfError> {
    let view = file.newest();
    let mut count = 0;
    for page in page::tree(&view)?.0 {
        let Some(entries) = page.dictionary() else { continue };
        let resources = page.resources.as_ref().map(|object| view.resolve(object)).transpose()?;
        let named = match resources.as_ref().and_then(|found| found.dictionary()) {
            Some(resources) => view.entry_of(resources, "XObject")?,
            None => None,
        };
        let named = named.iter().flat_map(|named| named.dictionary());
        let named = named.flat_map(|named| named.iter().map(|(_, object)| object.clone()));
        let annotations = view.entry_of(entries, "Annots")?;
        let annotations = annotations.iter().flat_map(|list| list.array().unwrap_or_default());
        let all: Vec<Object> = named.chain(annotations.cloned()).collect();
        file.reading.budget.visits(all.len())?;
        for object in &all {
            let found = view.resolve(object)?;
            let subtype = found.dictionary().and_then(|entries| entries.get("Subtype"));
            count += usize::from(
                subtype.is_some_and(|name| name.is_name("Image") || name.is_name("Stamp")),
            );
        }
    }
    Ok(count)
}
