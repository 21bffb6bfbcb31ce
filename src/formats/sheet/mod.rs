//! Tables as departments keep them: CSV, and the first sheet of a workbook (XLSX).
//!
//! Cells are texts. What a spreadsheet has lost before the file was written (digits of long numbers)
//! is told beside them, because nobody sees it in the text.

mod csv;
mod xlsx;
mod xml;

pub use csv::{Charset, decode, read_csv, write_csv};
pub use xlsx::{read_xlsx, write_xlsx};

use crate::zip::ZipError;

/// What a table may cost.
#[derive(Clone, Copy, Debug)]
pub struct SheetLimits {
    /// Most rows, the head included.
    pub rows_max: usize,
    /// Most cells of a row.
    pub columns_max: usize,
    /// Most cells in all, those left empty before the last of a row included: a file writes them for
    /// nothing, and each is held.
    pub cells_max: usize,
    /// Most bytes of a cell.
    pub cell_bytes_max: usize,
    /// Most bytes of all cells together.
    pub total_bytes_max: usize,
}

/// One row that is not empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SheetRow {
    /// Its number as a spreadsheet shows it, from 1.
    pub number: u32,
    /// Its cells; rows end behind their last cell.
    pub cells: Vec<String>,
    /// Places of numbers that had more digits than a spreadsheet keeps.
    pub lost: Vec<usize>,
}

/// Why a table is not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// The bytes are no such table; the row is the last that was begun.
    #[error("row {row}: {reason}")]
    Malformed {
        /// The row, from 1; 0 before the first.
        row: u32,
        /// What is wrong.
        reason: &'static str,
    },
    /// Neither UTF-8 nor GB 18030.
    #[error("the text is neither UTF-8 nor GB 18030")]
    Encoding,
    /// It would cost more than is allowed.
    #[error("the table has {0}")]
    Limit(&'static str),
    /// The archive of a workbook is not read.
    #[error(transparent)]
    Zip(#[from] ZipError),
}

/// Rows as they come, within their limits.
struct Rows<'l> {
    limits: &'l SheetLimits,
    rows: Vec<SheetRow>,
    cells: usize,
    bytes: usize,
    begun: usize,
}

impl<'l> Rows<'l> {
    fn new(limits: &'l SheetLimits) -> Self {
        Self { limits, rows: Vec::new(), cells: 0, bytes: 0, begun: 0 }
    }

    /// Adds a row; rows without any text are passed over.
    fn push(&mut self, mut row: SheetRow) -> Result<(), SheetError> {
        let SheetLimits { rows_max, columns_max, cells_max, cell_bytes_max, total_bytes_max } =
            *self.limits;
        // Empty rows cost nothing to write, so there may be no end of them.
        self.begun += 1;
        if self.begun > rows_max.saturating_mul(2) {
            return Err(SheetError::Limit("too many empty rows"));
        }
        while row.cells.last().is_some_and(|cell| cell.trim().is_empty()) {
            row.cells.pop();
        }
        if row.cells.is_empty() {
            return Ok(());
        }
        if row.cells.len() > columns_max {
            return Err(SheetError::Limit("a row with too many cells"));
        }
        self.cells += row.cells.len();
        if self.cells > cells_max {
            return Err(SheetError::Limit("too many cells"));
        }
        if row.cells.iter().any(|cell| cell.len() > cell_bytes_max) {
            return Err(SheetError::Limit("a cell that is too long"));
        }
        self.bytes += row.cells.iter().map(String::len).sum::<usize>();
        if self.bytes > total_bytes_max {
            return Err(SheetError::Limit("too much text"));
        }
        if self.rows.len() == rows_max {
            return Err(SheetError::Limit("too many rows"));
        }
        // What grew cell by cell has room for twice as many.
        row.cells.shrink_to_fit();
        self.rows.push(row);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
