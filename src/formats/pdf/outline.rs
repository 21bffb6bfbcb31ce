//! What a file is at a glance: version, pages, conformance, revisions.

use super::file::File;
use super::page;
use super::revision::{Revision, revisions};
use super::syntax::Object;
use super::{ActiveFinding, PdfError, active};

/// A file at a glance.
#[derive(Clone, Debug)]
pub struct Outline {
    /// The header's version, or the catalog's where that is higher.
    pub version: String,
    /// Oldest first.
    pub revisions: Vec<Revision>,
    /// Width and height of each visible page in millimetres; `None` when it has no sound size.
    pub pages: Vec<Option<(f64, f64)>>,
    /// What the XMP metadata claims, such as `PDF/A-2B`.
    pub conformance: Option<String>,
    /// What the document would do by itself.
    pub active: Vec<ActiveFinding>,
}

/// Outlines a file.
///
/// # Errors
/// When its structure cannot be read.
pub fn outline(file: &File<'_>) -> Result<Outline, PdfError> {
    let view = file.newest();
    let catalog = view.catalog()?;
    let entries = catalog.object.dictionary();
    // File::read has checked the header's shape.
    let header = String::from_utf8_lossy(&file.bytes()[5..8]).into_owned();
    let version =
        entries.and_then(|entries| entries.get("Version")?.name().map(|name| name.text()));
    let pages = page::pages(&view)?;
    let metadata = entries.map(|entries| view.entry_of(entries, "Metadata")).transpose()?.flatten();
    let metadata = metadata.and_then(|metadata| view.decoded(metadata.indirect.as_ref()?).ok()?);
    Ok(Outline {
        version: version.filter(|version| *version > header).unwrap_or(header),
        revisions: revisions(file)?,
        pages: pages
            .iter()
            .map(|page| page.geometry(&view).ok().map(|page| page.size_mm()))
            .collect(),
        conformance: metadata.and_then(|xmp| conformance(&String::from_utf8_lossy(&xmp))),
        active: active::search(&view)?,
    })
}

/// `pdfaid:part` and `pdfaid:conformance`, as attributes or as elements (ISO 19005-2, 6.6.4).
fn conformance(xmp: &str) -> Option<String> {
    let value = |key: &str| {
        let after = &xmp[xmp.find(key)? + key.len()..];
        let after = after.trim_start_matches(['=', '"', '\'', '>', ' ']);
        let end = after.find(|character: char| !character.is_ascii_alphanumeric())?;
        Some(after[..end].to_owned()).filter(|value| (1..=4).contains(&value.len()))
    };
    let part = value("pdfaid:part")?;
    Some(format!("PDF/A-{part}{}", value("pdfaid:conformance").unwrap_or_default()))
}

impl File<'_> {
    /// Number of pages.
    ///
    /// # Errors
    /// When the page tree cannot be read.
    pub fn page_count(&self) -> Result<usize, PdfError> {
        page::pages(&self.newest()).map(|pages| pages.len())
    }

    /// The value of an entry of the information dictionary (`Title`, `Producer`, …), as text.
    #[must_use]
    pub fn information(&self, key: &str) -> Option<String> {
        let view = self.newest();
        let entries = view.entry_of(view.trailer(), "Info").ok()??;
        let value = view.entry_of(entries.dictionary()?, key).ok()??;
        value.object().and_then(Object::string).map(super::text_string::decode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::samples::two_pages_with;
    use crate::pdf::{Limits, SectionKind};

    #[test]
    fn at_a_glance() {
        let xmp = "<rdf pdfaid:part='2' pdfaid:conformance=\"B\"/>";
        let metadata =
            format!("<< /Type /Metadata /Length {} >>\nstream\n{xmp}\nendstream", xmp.len());
        let bytes = two_pages_with(
            SectionKind::Stream,
            &[
                (1, "<< /Type /Catalog /Pages 2 0 R /Version /2.0 /Metadata 7 0 R >>"),
                (7, &metadata),
            ],
        );
        let file = File::read(&bytes, &Limits::default()).expect("reads");
        let outline = outline(&file).expect("outlines");
        assert_eq!((&*outline.version, outline.conformance.as_deref()), ("2.0", Some("PDF/A-2B")));
        assert_eq!((outline.pages.len(), outline.revisions.len()), (2, 1));
        let (width, height) = outline.pages[0].expect("size");
        assert!((width - 209.9).abs() < 0.1 && (height - 297.0).abs() < 0.1);
        assert!(outline.active.is_empty());
        assert_eq!(conformance("<pdfaid:part>3</pdfaid:part>"), Some("PDF/A-3".into()));
    }
}
