//! Revisions by bytes, and the strict checks of a file that carries signatures.

use super::PdfError;
use super::file::File;
use super::xref::Entry;

/// Every entry of every section points at an object of its number and generation.
pub(crate) fn check_strictly(file: &File<'_>) -> Result<(), PdfError> {
    for section in &file.sections {
        for &(number, entry) in &section.entries {
            let Entry::InFile { offset, generation } = entry else { continue };
            let (id, _) = file.reading.heading(offset)?;
            if (id.number, id.generation) != (number, generation) {
                return Err(PdfError::Object { id, reason: "another object stands at its offset" });
            }
        }
    }
    Ok(())
}
