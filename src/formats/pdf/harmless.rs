//! Whether a document of a stranger may be kept as it is: shown alike by every reader, and inert.
//! Nothing is taken out of a PDF: what could be is seldom all, and a signature in it would break.

use super::active::{self, ActiveContent};
use super::file::{File, Indirect};
use super::sign::{SignRefused, admit_reading};
use super::syntax::{Dictionary, Object, Value, count_decoded};
use super::{Exhausted, Limits, PdfError, revision};
use std::collections::HashSet;

/// Decoded bytes of one picture: an A4 page in color at 600 dpi has 104 MB.
const PICTURE_BYTES_MAX: usize = 128 << 20;
/// Decoded bytes of all streams, which are measured and not kept: a second of inflating or two.
const STREAMS_BYTES_MAX: usize = 512 << 20;
/// Pixels that a picture says it has: an A3 page at 1,200 dpi stays below.
const PICTURE_PIXELS_MAX: u64 = 300_000_000;
/// Where a link may lead; readers ask before they follow one.
const SCHEMES: [&str; 4] = ["http", "https", "mailto", "tel"];

/// Why a document is not kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Harm {
    /// Nobody can look inside.
    #[error("the document is encrypted")]
    Encrypted,
    /// It would do something by itself, or when somebody clicks.
    #[error("the document has active content: {0}")]
    Active(ActiveContent),
    /// It leads to programs, files or scripts.
    #[error("the document has a link to a program, a file or a script")]
    OddLink,
    /// It shows what is not in it.
    #[error("the document shows content from elsewhere")]
    Elsewhere,
    /// More than white space follows its end.
    #[error("{0} bytes follow the end of the document")]
    Trailing(usize),
    /// It needs repair, so readers show different things.
    #[error("the document cannot be read strictly")]
    Damaged(#[source] PdfError),
    /// More than a reader should have to do.
    #[error("the document is too involved: {0}")]
    Exhausted(Exhausted),
}

impl From<PdfError> for Harm {
    fn from(error: PdfError) -> Self {
        match error {
            PdfError::Encrypted => Self::Encrypted,
            PdfError::Exhausted(exhausted) => Self::Exhausted(exhausted),
            other => Self::Damaged(other),
        }
    }
}

impl From<SignRefused> for Harm {
    fn from(refused: SignRefused) -> Self {
        match refused {
            SignRefused::Encrypted => Self::Encrypted,
            SignRefused::TrailingBytes(count) => Self::Trailing(count),
            SignRefused::Unreadable(error) | SignRefused::DamagedSigned(error) => error.into(),
            // Nothing else is asked of a document that nobody signs.
            _ => Self::Damaged(PdfError::Structure("it cannot be read")),
        }
    }
}

/// How many pages the document has.
///
/// # Errors
/// The first reason not to keep it. Every revision is looked at: what a later one hides is still there.
pub fn require_harmless(bytes: &[u8], limits: &Limits) -> Result<usize, Harm> {
    let file = File::read(bytes, limits)?;
    let pages = admit_reading(&file)?;
    let mut streams = Streams { left: STREAMS_BYTES_MAX, measured: HashSet::new() };
    for revision in revision::revisions(&file)? {
        let view = file.view(revision.section);
        let mut harm = None;
        active::walk(&view, usize::MAX, &mut |indirect, entries| {
            harm = match active::kinds(&view, entries)?.first() {
                Some(kind) => Some(Harm::Active(*kind)),
                None => foreign(entries),
            };
            streams.measure(&file, indirect, entries)?;
            Ok(harm.is_none())
        })?;
        if let Some(harm) = harm {
            return Err(harm);
        }
    }
    Ok(pages)
}

/// Links and contents that lead outside.
fn foreign(entries: &Dictionary) -> Option<Harm> {
    entries.iter().find_map(|(key, object)| match &*key.0 {
        b"URI" | b"Base" => is_odd(object).then_some(Harm::OddLink),
        b"OPI" | b"FFilter" => Some(Harm::Elsewhere),
        // A reference XObject (8.10.4) and a file specification of an address (7.11.5).
        b"Ref" => object.dictionary().map(|_| Harm::Elsewhere),
        b"FS" => object.is_name("URL").then_some(Harm::Elsewhere),
        b"Collection" => object.dictionary().map(|_| Harm::Active(ActiveContent::EmbeddedFile)),
        b"S" if object.is_name("Thread") && entries.get("F").is_some() => Some(Harm::Elsewhere),
        // PostScript for printers (8.8.2).
        b"Subtype" | b"Subtype2" => object.is_name("PS").then_some(Harm::Elsewhere),
        b"Filter" => names(object).any(|name| name.is_name("Crypt")).then_some(Harm::Encrypted),
        _ => None,
    })
}

fn names(object: &Object) -> impl Iterator<Item = &Object> {
    object.array().unwrap_or(std::slice::from_ref(object)).iter()
}

/// Whether an address has a scheme that is none of the usual ones, however it is spaced.
fn is_odd(address: &Object) -> bool {
    let Value::String(text) = &address.value else { return false };
    let text: Vec<u8> = text.iter().copied().filter(u8::is_ascii_graphic).collect();
    // A path that leads to another machine.
    if text.starts_with(b"\\\\") || text.starts_with(b"//") {
        return true;
    }
    let Some(end) = text.iter().position(|byte| b":/?#".contains(byte)) else { return false };
    if text[end] != b':' {
        return false;
    }
    let scheme = String::from_utf8_lossy(&text[..end]).to_ascii_lowercase();
    !SCHEMES.contains(&scheme.as_str())
}

/// What all streams may still decode to.
struct Streams {
    left: usize,
    /// Streams measured, by where their data starts.
    measured: HashSet<usize>,
}

impl Streams {
    fn measure(
        &mut self,
        file: &File<'_>,
        indirect: &Indirect,
        entries: &Dictionary,
    ) -> Result<(), PdfError> {
        let own = indirect.object.dictionary().is_some_and(|own| std::ptr::eq(own, entries));
        let Some(data) = indirect.stream.clone().filter(|_| own) else { return Ok(()) };
        if !self.measured.insert(data.start) {
            return Ok(());
        }
        let is_picture = entries.get("Subtype").is_some_and(|kind| kind.is_name("Image"));
        let side = |key: &str| entries.get(key).and_then(Object::size).unwrap_or(1) as u64;
        if is_picture && side("Width").saturating_mul(side("Height")) > PICTURE_PIXELS_MAX {
            return Err(Exhausted::DecodedBytes.into());
        }
        let most = if is_picture { PICTURE_BYTES_MAX } else { file.limits.stream_bytes_max };
        let decoded = count_decoded(entries, &file.bytes()[data.clone()], most.min(self.left))
            .map_err(|error| file.reading.filter_error(data.start, error))?;
        self.left -= decoded;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::SectionKind;
    use super::super::samples::two_pages_with;
    use super::*;

    fn judged(catalog: &str) -> Result<usize, Harm> {
        let catalog = format!("<< /Type /Catalog /Pages 2 0 R {catalog} >>");
        let file = two_pages_with(SectionKind::Table, &[(1, &catalog)]);
        require_harmless(&file, &Limits::default())
    }

    #[test]
    fn what_acts_or_leads_outside_is_named() {
        assert_eq!(judged(""), Ok(2));
        for (address, odd) in [
            ("https://example.test/a:b", false),
            ("mailto:a@example.test", false),
            ("page.html", false),
            ("javascript:alert(1)", true),
            ("java\\nscript:alert(1)", true),
            ("FILE:///etc/passwd", true),
            ("\\\\\\\\host\\\\share", true),
            ("data:text/html,x", true),
        ] {
            let found = judged(&format!("/X << /S /URI /URI ({address}) >>"));
            assert_eq!(found, if odd { Err(Harm::OddLink) } else { Ok(2) }, "{address}");
        }
        for (entry, harm) in [
            ("/X << /S /JavaScript >>", Harm::Active(ActiveContent::JavaScript)),
            ("/X << /Ref << /F (other.pdf) >> >>", Harm::Elsewhere),
            ("/X << /FS /URL /F (http://example.test) >>", Harm::Elsewhere),
            ("/X << /Subtype /PS >>", Harm::Elsewhere),
            ("/Collection << >>", Harm::Active(ActiveContent::EmbeddedFile)),
        ] {
            assert_eq!(judged(entry), Err(harm), "{entry}");
        }
    }
}
