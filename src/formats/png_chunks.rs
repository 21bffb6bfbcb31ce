//! The chunks of a PNG (ISO/IEC 15948, 5.3), as far as they must be looked at before it is decoded.

/// The number of 32 bits that stands here.
pub(crate) fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// Whether a palette before the picture has whole colors: three bytes each (ISO/IEC 15948, 11.2.2), which
/// the decoder takes for granted and panics over.
#[must_use]
pub fn has_whole_colors(bytes: &[u8]) -> bool {
    // The signature has eight bytes.
    let mut at = Some(8);
    while let Some((length, kind)) = at.and_then(|at| chunk(bytes, at)) {
        match kind {
            b"PLTE" if !length.is_multiple_of(3) => return false,
            b"IDAT" => return true,
            // Eight bytes begin each, and a sum of four ends it.
            _ => at = at.and_then(|at| at.checked_add(length)?.checked_add(12)),
        }
    }
    true
}

/// The length and the kind of the chunk that begins here.
fn chunk(bytes: &[u8], at: usize) -> Option<(usize, &[u8])> {
    let length = usize::try_from(number(bytes, at)?).ok()?;
    Some((length, bytes.get(at.checked_add(4)?..at.checked_add(8)?)?))
}
