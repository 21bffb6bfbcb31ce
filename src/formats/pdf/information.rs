//! What a document said about itself when it was made: its information dictionary (ISO 32000-2,
//! 14.3.3), as its first revision has it, so that whatever signs the document signs that too.

use super::file::File;
use super::syntax::Object;
use super::text_string;

/// Entries that are read; documents have about ten.
const ENTRIES_MAX: usize = 64;
/// Bytes of one text; the longest that anybody writes there are keywords.
const TEXT_BYTES_MAX: usize = 8 << 10;

/// Names and texts; empty where there are none, or none that can be read.
pub(crate) fn first(file: &File<'_>) -> Vec<(String, String)> {
    let view = file.view(file.sections.len() - 1);
    let found = view.entry_of(view.trailer(), "Info").ok().flatten();
    let Some(entries) = found.as_ref().and_then(|found| found.dictionary()) else {
        return Vec::new();
    };
    let text = |object: &Object| {
        let value = view.resolve(object).ok()?;
        let bytes = value.object()?.string()?;
        (bytes.len() <= TEXT_BYTES_MAX).then(|| text_string::decode(bytes))
    };
    let read = entries.iter().take(ENTRIES_MAX);
    read.filter_map(|(name, object)| Some((name.text(), text(object)?))).collect()
}
