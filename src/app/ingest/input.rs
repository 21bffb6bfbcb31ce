//! The file of a batch as rows, whatever it was sent as.

use super::FILE_BYTES_MAX;
use domain::catalogue::LicenseType;
use domain::ingest::{BadColumn, Columns, Format, Problem, Read};
use formats::sheet::{Charset, SheetError, SheetLimits, SheetRow, decode, read_csv, read_xlsx};
use formats::zip::{Zip, ZipError, ZipLimits};
use serde_json::{Map, Value as Json};

/// What a file of rows may cost. A cell may be a photo.
const LIMITS: SheetLimits = SheetLimits {
    rows_max: 200_001,
    columns_max: 256,
    // 40 columns in each of as many rows; held empty, they take 200 MB.
    cells_max: 8_000_000,
    cell_bytes_max: 1_400_000,
    total_bytes_max: FILE_BYTES_MAX,
};
/// Documents of an archive, with their list.
const DOCUMENTS_MAX: usize = 5_000;
/// All of them together, inflated one at a time.
const ARCHIVE_BYTES_MAX: u64 = 2 << 30;
/// How a list of documents is called.
const LISTS: [&str; 6] =
    ["manifest.csv", "manifest.xlsx", "manifest.jsonl", "清单.csv", "清单.xlsx", "清单.jsonl"];

/// Why a file is no batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// Stable code.
    pub(super) code: &'static str,
    /// What to do.
    pub(super) detail: String,
}

impl Unreadable {
    fn new(code: &'static str, detail: impl ToString) -> Self {
        Self { code, detail: detail.to_string() }
    }
}

impl From<SheetError> for Unreadable {
    fn from(error: SheetError) -> Self {
        let code = match &error {
            SheetError::Limit(_) => "table_too_large",
            SheetError::Zip(_) => "archive_refused",
            SheetError::Encoding => "unknown_encoding",
            SheetError::Malformed { .. } => "not_a_table",
        };
        Self::new(code, error)
    }
}

impl From<ZipError> for Unreadable {
    fn from(error: ZipError) -> Self {
        Self::new("archive_refused", error)
    }
}

impl From<BadColumn> for Unreadable {
    fn from(error: BadColumn) -> Self {
        Self::new("unknown_column", error)
    }
}

/// The rows of a file.
pub(crate) enum Table {
    /// A head and rows below it.
    Sheet {
        /// How a text was encoded; none of a workbook.
        charset: Option<Charset>,
        /// The names of the columns.
        head: Vec<String>,
        /// The rows below.
        rows: Vec<SheetRow>,
    },
    /// An object on each line; its number, and its text.
    Lines(Vec<(u32, String)>),
}

/// A file of rows, and the archive that it is in.
pub(super) struct Input<'a> {
    pub(super) format: Format,
    pub(super) table: Table,
    /// The name of the list in the archive, and the archive.
    pub(super) archive: Option<(String, Zip<'a>)>,
}

impl<'a> Input<'a> {
    /// Reads a file; `document_bytes_max` is for each document of an archive.
    pub(super) fn read(bytes: &'a [u8], document_bytes_max: usize) -> Result<Self, Unreadable> {
        let limits = ZipLimits {
            entries_max: DOCUMENTS_MAX + 1,
            entry_bytes_max: document_bytes_max.max(FILE_BYTES_MAX),
            total_bytes_max: ARCHIVE_BYTES_MAX,
        };
        if !bytes.starts_with(b"PK") {
            let (format, table) = text_table(bytes)?;
            return Ok(Self { format, table, archive: None });
        }
        // A workbook is an archive too, of many more and smaller parts.
        let zip = Zip::read(bytes, &ZipLimits { entries_max: 10_000, ..limits })?;
        if zip.file("xl/workbook.xml").is_some() {
            return Ok(Self { format: Format::Xlsx, table: workbook(bytes)?, archive: None });
        }
        if zip.files().count() > DOCUMENTS_MAX + 1 {
            return Err(Unreadable::new("archive_refused", "more documents than 5000"));
        }
        let mut lists = zip.files().filter(|entry| LISTS.contains(&entry.name.as_str()));
        let (Some(list), None) = (lists.next(), lists.next()) else {
            let detail = format!("an archive of documents has one list: {}", LISTS.join(", "));
            return Err(Unreadable::new("archive_without_list", detail));
        };
        let (name, plain) = (list.name.clone(), zip.inflate(list)?);
        drop(lists);
        let table =
            if plain.starts_with(b"PK") { workbook(&plain)? } else { text_table(&plain)?.1 };
        Ok(Self { format: Format::Zip, table, archive: Some((name, zip)) })
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        match &self.table {
            Table::Sheet { rows, .. } => rows.len(),
            Table::Lines(lines) => lines.len(),
        }
    }

    /// The rows as fields of the type.
    pub(super) fn reader<'t>(
        &'t self,
        license_type: &'t LicenseType,
    ) -> Result<Reader<'t>, Unreadable> {
        let columns = match &self.table {
            Table::Sheet { head, .. } => {
                let heads = head.iter().map(String::as_str);
                Some(Columns::of(license_type, heads, self.archive.is_some())?)
            }
            Table::Lines(_) => None,
        };
        Ok(Reader { input: self, license_type, columns })
    }
}

fn workbook(bytes: &[u8]) -> Result<Table, Unreadable> {
    headed(None, read_xlsx(bytes, &LIMITS)?)
}

fn text_table(bytes: &[u8]) -> Result<(Format, Table), Unreadable> {
    let (charset, text) = decode(bytes)?;
    if text.trim_start().starts_with('{') {
        return Ok((Format::JsonLines, lines(&text)?));
    }
    Ok((Format::Csv, headed(Some(charset), read_csv(&text, &LIMITS)?)?))
}

fn headed(charset: Option<Charset>, mut rows: Vec<SheetRow>) -> Result<Table, Unreadable> {
    if rows.len() < 2 {
        return Err(Unreadable::new(
            "no_rows",
            "the table has a head and no row below it, or neither",
        ));
    }
    let head = rows.remove(0).cells;
    Ok(Table::Sheet { charset, head, rows })
}

fn lines(text: &str) -> Result<Table, Unreadable> {
    let mut lines = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        if lines.len() == LIMITS.rows_max || line.len() > LIMITS.cell_bytes_max * 2 {
            return Err(SheetError::Limit("too many lines, or one that is too long").into());
        }
        if !line.trim().is_empty() {
            lines.push((number, line.to_owned()));
        }
    }
    Ok(Table::Lines(lines))
}

/// Rows of a file as fields of a license type.
pub(super) struct Reader<'t> {
    input: &'t Input<'t>,
    license_type: &'t LicenseType,
    columns: Option<Columns<'t>>,
}

impl Reader<'_> {
    /// The row at this place: its number in the file, and what it says.
    pub(super) fn row(&self, place: usize) -> Option<(u32, Read)> {
        match (&self.input.table, &self.columns) {
            (Table::Sheet { rows, .. }, Some(columns)) => {
                let row = rows.get(place)?;
                Some((row.number, columns.read(&row.cells, &row.lost)))
            }
            (Table::Lines(lines), _) => {
                let (number, text) = lines.get(place)?;
                Some((*number, self.line(text)))
            }
            (Table::Sheet { .. }, None) => None,
        }
    }

    fn line(&self, text: &str) -> Read {
        let failed = |code: &str, message: String| Read {
            problems: vec![Problem { field: String::new(), code: code.to_owned(), message }],
            ..Read::default()
        };
        let mut object: Map<String, Json> = match serde_json::from_str(text) {
            Ok(object) => object,
            Err(_) => return failed("not_an_object", "the line is no JSON object".to_owned()),
        };
        let document = match self.input.archive {
            Some(_) => ["文件", "document"].iter().find_map(|name| object.shift_remove(*name)),
            None => None,
        };
        match Columns::read_object(self.license_type, object) {
            Ok(read) => {
                let document = document.and_then(|name| name.as_str().map(str::to_owned));
                Read { document, ..read }
            }
            Err(bad) => failed("unknown_column", bad.to_string()),
        }
    }
}
