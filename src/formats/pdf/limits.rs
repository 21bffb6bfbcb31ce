//! Budgets for reading a PDF, each with the reason of its figure.

use std::cell::Cell;

/// What reading one file may cost at most. One value serves a whole examination.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Containers inside containers. Real files stay below 15; ISO 32000-1 Annex C allowed 28 levels of `q`.
    pub depth_max: usize,
    /// Values (numbers, names, arrays, …) parsed in all, besides one for every 16 bytes of the file. A
    /// license has some hundreds, a scanned 1,000-page file about 100,000; at about 100 bytes each the
    /// limit for small files stays below 30 MiB.
    pub values_max: u64,
    /// Decoded bytes of one stream: a page full of vector drawing stays below 10 MiB.
    pub stream_bytes_max: usize,
    /// Decoded bytes of all page contents that are only measured, not kept.
    pub contents_bytes_max: usize,
    /// Decoded bytes kept in all (strings, cross-reference and object streams, contents), besides half
    /// the length of the file.
    pub decoded_bytes_max: u64,
    /// Cross-reference sections: one a save; some hundreds in a long-lived form.
    pub sections_max: usize,
    /// Cross-reference entries in all sections, 64 bytes each in memory, besides one for every 50 bytes
    /// of the file.
    pub entries_max: u64,
    /// Pages, the ones of a bound volume.
    pub pages_max: usize,
    /// Longest side of a page in default units: ISO 32000-1 Annex C, 14,400.
    pub page_side_max: f64,
    /// Signature fields of one file; a form with more is not one that people signed.
    pub signatures_max: usize,
    /// Pixels of a seal picture: 4 megapixels is a 40 mm seal at 1,270 dpi.
    pub picture_pixels_max: u64,
    /// Objects visited while revisions are compared and trees are walked, besides one for every 64 bytes
    /// of the file; a visit takes about a microsecond.
    pub visits_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth_max: 64,
            values_max: 250_000,
            stream_bytes_max: 32 << 20,
            contents_bytes_max: 128 << 20,
            decoded_bytes_max: 24 << 20,
            sections_max: 1_000,
            entries_max: 250_000,
            pages_max: 10_000,
            page_side_max: 14_400.0,
            signatures_max: 500,
            picture_pixels_max: 4_000_000,
            visits_max: 400_000,
        }
    }
}

/// Which budget ran out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Exhausted {
    /// [`Limits::depth_max`]
    #[error("values nested too deeply")]
    Depth,
    /// [`Limits::values_max`]
    #[error("too many values")]
    Values,
    /// [`Limits::stream_bytes_max`] or [`Limits::decoded_bytes_max`]
    #[error("too many decoded bytes")]
    DecodedBytes,
    /// [`Limits::sections_max`]
    #[error("too many cross-reference sections")]
    Sections,
    /// [`Limits::entries_max`]
    #[error("too many cross-reference entries")]
    Entries,
    /// [`Limits::pages_max`]
    #[error("too many pages")]
    Pages,
    /// [`Limits::signatures_max`]
    #[error("too many signature fields")]
    Signatures,
    /// [`Limits::visits_max`]
    #[error("too many objects to visit")]
    Visits,
}

/// What is left of the budgets while one file is read.
#[derive(Debug)]
pub(crate) struct Budget {
    values: Cell<u64>,
    decoded: Cell<u64>,
    entries: Cell<u64>,
    visits: Cell<u64>,
    pub(crate) depth_max: usize,
    pub(crate) stream_bytes_max: usize,
}

impl Budget {
    /// The budget for a file of `length` bytes.
    pub(crate) fn new(limits: &Limits, length: usize) -> Self {
        let length = length as u64;
        Self {
            values: Cell::new(limits.values_max.saturating_add(length / 16)),
            decoded: Cell::new(limits.decoded_bytes_max.saturating_add(length / 2)),
            entries: Cell::new(limits.entries_max.saturating_add(length / 50)),
            visits: Cell::new(limits.visits_max.saturating_add(length / 64)),
            depth_max: limits.depth_max,
            stream_bytes_max: limits.stream_bytes_max,
        }
    }

    pub(crate) fn value(&self) -> Result<(), Exhausted> {
        spend(&self.values, 1, Exhausted::Values)
    }

    pub(crate) fn entries(&self, count: usize) -> Result<(), Exhausted> {
        spend(&self.entries, count as u64, Exhausted::Entries)
    }

    pub(crate) fn decoded(&self, bytes: usize) -> Result<(), Exhausted> {
        spend(&self.decoded, bytes as u64, Exhausted::DecodedBytes)
    }

    pub(crate) fn visit(&self) -> Result<(), Exhausted> {
        self.visits(1)
    }

    pub(crate) fn visits(&self, count: usize) -> Result<(), Exhausted> {
        spend(&self.visits, count as u64, Exhausted::Visits)
    }

    /// How many bytes one more stream may decode to.
    pub(crate) fn stream_allowance(&self) -> usize {
        usize::try_from(self.decoded.get()).unwrap_or(usize::MAX).min(self.stream_bytes_max)
    }
}

fn spend(left: &Cell<u64>, amount: u64, error: Exhausted) -> Result<(), Exhausted> {
    left.set(left.get().checked_sub(amount).ok_or(error)?);
    Ok(())
}
