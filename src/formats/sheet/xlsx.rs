//! The first sheet of a workbook (ECMA-376, SpreadsheetML): values, never formulas.
//!
//! Days are numbers there, told apart only by the style of their cell; they become `YYYY-MM-DD`.
//! A number keeps 15 digits in a spreadsheet, so a citizen's number that was typed as one is lost.

use super::xml::{Token, Tokens, attribute, escaped, text_of};
use super::{Rows, SheetError, SheetLimits, SheetRow};
use crate::text::date_iso;
use crate::zip::{Zip, ZipLimits, zip};
use std::collections::BTreeSet;
use time::{Date, Duration, Month};

/// Files of a workbook: a sheet each, styles, themes, pictures.
const ENTRIES_MAX: usize = 500;
/// What a spreadsheet keeps of a number.
const EXACT_MAX: f64 = 1e15;
/// A sheet has 16,384 columns.
const COLUMN_MAX: usize = 16_384;
/// Cell styles of a workbook, and formats of its own, as spreadsheets allow.
const STYLES_MAX: usize = 65_490;
/// So many styles, each with its borders and fonts, take less.
const STYLES_BYTES_MAX: usize = 8 << 20;

/// The first sheet of a workbook.
///
/// # Errors
/// See [`SheetError`].
pub fn read_xlsx(bytes: &[u8], limits: &SheetLimits) -> Result<Vec<SheetRow>, SheetError> {
    // Markup around each cell is some ten times its text.
    let entry_bytes_max = limits.total_bytes_max.saturating_mul(8);
    let zip_limits = ZipLimits {
        entries_max: ENTRIES_MAX,
        entry_bytes_max,
        total_bytes_max: entry_bytes_max as u64 * 2,
    };
    let book = Zip::read(bytes, &zip_limits)?;
    let part = |name: &str| book.file(name).map(|entry| book.inflate(entry)).transpose();
    let needed = |name| part(name)?.ok_or(malformed(0, "no workbook: a part of it is missing"));
    let (sheet, from_1904) = first_sheet(&needed("xl/workbook.xml")?)?;
    let target = target(&needed("xl/_rels/workbook.xml.rels")?, &sheet)?;
    let texts = part("xl/sharedStrings.xml")?;
    let texts = texts.map_or(Ok(Vec::new()), |part| shared_texts(&part, limits))?;
    let styles = "xl/styles.xml";
    if book.file(styles).is_some_and(|entry| entry.bytes > STYLES_BYTES_MAX) {
        return Err(SheetError::Limit("too many styles"));
    }
    let days = part(styles)?.map_or(Ok(Vec::new()), |part| styles_of_days(&part))?;
    let known = Known { texts, days, from_1904 };
    known.rows(&needed(&target)?, limits)
}

fn malformed(row: u32, reason: &'static str) -> SheetError {
    SheetError::Malformed { row, reason }
}

/// The relation of the first sheet, and whether days count from 1904.
fn first_sheet(part: &[u8]) -> Result<(String, bool), SheetError> {
    let mut tokens = Tokens::new(part)?;
    let mut from_1904 = false;
    while let Some(token) = tokens.next()? {
        match token {
            Token::Open { name: "workbookPr", attributes, .. } => {
                let word = attribute(attributes, "date1904")?;
                from_1904 = word.is_some_and(|word| word == "1" || word == "true");
            }
            Token::Open { name: "sheet", attributes, .. } => {
                let id = attribute(attributes, "id")?;
                return Ok((id.ok_or(malformed(0, "a sheet without its part"))?, from_1904));
            }
            _ => {}
        }
    }
    Err(malformed(0, "a workbook without a sheet"))
}

/// The part that a relation leads to.
fn target(part: &[u8], id: &str) -> Result<String, SheetError> {
    let mut tokens = Tokens::new(part)?;
    while let Some(token) = tokens.next()? {
        let Token::Open { name: "Relationship", attributes, .. } = token else { continue };
        if attribute(attributes, "Id")?.as_deref() == Some(id) {
            let target = attribute(attributes, "Target")?.unwrap_or_default();
            return Ok(match target.strip_prefix('/') {
                Some(absolute) => absolute.to_owned(),
                None => format!("xl/{target}"),
            });
        }
    }
    Err(malformed(0, "a sheet without its part"))
}

/// The texts that cells name by number; readings (`rPh`) are no part of them.
fn shared_texts(part: &[u8], limits: &SheetLimits) -> Result<Vec<String>, SheetError> {
    let mut tokens = Tokens::new(part)?;
    let (mut texts, mut bytes) = (Vec::new(), 0);
    while let Some(token) = tokens.next()? {
        let Token::Open { name: "si", empty, .. } = token else { continue };
        let text = if empty { String::new() } else { rich_text(&mut tokens, "si")? };
        bytes += text.len() + size_of::<String>();
        if text.len() > limits.cell_bytes_max || bytes > limits.total_bytes_max {
            return Err(SheetError::Limit("too much text"));
        }
        texts.push(text);
    }
    Ok(texts)
}

/// The text of all `t` until `end` closes.
fn rich_text(tokens: &mut Tokens<'_>, end: &str) -> Result<String, SheetError> {
    let (mut text, mut inside, mut reading) = (String::new(), false, false);
    while let Some(token) = tokens.next()? {
        match token {
            Token::Open { name: "t", empty, .. } => inside = !empty,
            Token::Close("t") => inside = false,
            Token::Open { name: "rPh", empty, .. } => reading = !empty,
            Token::Close("rPh") => reading = false,
            Token::Text(part) if inside && !reading => text.push_str(&text_of(part)?),
            Token::Literal(part) if inside && !reading => text.push_str(part),
            Token::Close(name) if name == end => return Ok(text),
            _ => {}
        }
    }
    Err(malformed(0, "a text that is left open"))
}

/// Of each cell style, whether it shows a day.
fn styles_of_days(part: &[u8]) -> Result<Vec<bool>, SheetError> {
    let mut tokens = Tokens::new(part)?;
    let (mut own, mut days, mut of_cells) = (BTreeSet::new(), Vec::new(), false);
    while let Some(token) = tokens.next()? {
        if own.len().max(days.len()) > STYLES_MAX {
            return Err(SheetError::Limit("too many styles"));
        }
        match token {
            Token::Open { name: "numFmt", attributes, .. } => {
                let code = attribute(attributes, "formatCode")?.unwrap_or_default();
                if is_day_format(&code) {
                    own.extend(attribute(attributes, "numFmtId")?);
                }
            }
            Token::Open { name: "cellXfs", empty, .. } => of_cells = !empty,
            Token::Close("cellXfs") => of_cells = false,
            Token::Open { name: "xf", attributes, .. } if of_cells => {
                let format = attribute(attributes, "numFmtId")?.unwrap_or_default();
                // Those that every spreadsheet knows: days, and days in East Asia.
                let known = matches!(format.parse(), Ok(14..=17 | 22 | 27..=31 | 36 | 50..=58));
                days.push(known || own.contains(&format));
            }
            _ => {}
        }
    }
    Ok(days)
}

/// Whether a format shows a year or a day: texts in quotes and conditions left out.
fn is_day_format(code: &str) -> bool {
    let mut plain = String::new();
    let (mut quoted, mut bracket, mut escaped) = (false, false, false);
    for c in code.chars() {
        match c {
            _ if std::mem::take(&mut escaped) => {}
            '\\' => escaped = true,
            '"' => quoted = !quoted,
            '[' if !quoted => bracket = true,
            ']' if !quoted => bracket = false,
            c if !quoted && !bracket => plain.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    plain.contains(['y', 'd'])
}

/// What a sheet refers to.
struct Known {
    texts: Vec<String>,
    days: Vec<bool>,
    from_1904: bool,
}

/// A cell as its tag says.
#[derive(Default)]
struct Cell {
    place: usize,
    kind: String,
    is_day: bool,
    value: String,
}

impl Known {
    fn rows(&self, part: &[u8], limits: &SheetLimits) -> Result<Vec<SheetRow>, SheetError> {
        let mut tokens = Tokens::new(part)?;
        let mut rows = Rows::new(limits);
        let mut row = SheetRow::default();
        let (mut last, mut next) = (0_u32, 0);
        while let Some(token) = tokens.next()? {
            match token {
                Token::Open { name: "row", attributes, empty } => {
                    let number = match attribute(attributes, "r")? {
                        Some(text) => text.parse().ok(),
                        None => last.checked_add(1),
                    };
                    let number = number.filter(|number| *number > last);
                    last = number.ok_or(malformed(last, "rows out of their order"))?;
                    (row, next) = (SheetRow { number: last, ..SheetRow::default() }, 0);
                    if empty {
                        rows.push(std::mem::take(&mut row))?;
                    }
                }
                Token::Open { name: "c", attributes, empty } => {
                    let mut cell = self.head(attributes, next, row.number)?;
                    next = cell.place + 1;
                    if !empty {
                        cell.value = value(&mut tokens, limits)?;
                    }
                    self.add(&mut row, cell, limits)?;
                }
                Token::Close("row") => rows.push(std::mem::take(&mut row))?,
                _ => {}
            }
        }
        Ok(rows.rows)
    }

    /// A cell as its tag says; `next` is its place when the tag names none.
    fn head(&self, attributes: &str, next: usize, row: u32) -> Result<Cell, SheetError> {
        let place = match attribute(attributes, "r")? {
            None => next,
            Some(name) => column(&name).ok_or(malformed(row, "a cell without its place"))?,
        };
        let style = attribute(attributes, "s")?.and_then(|text| text.parse::<usize>().ok());
        let is_day = style.and_then(|style| self.days.get(style)).copied().unwrap_or(false);
        let kind = attribute(attributes, "t")?.unwrap_or_default();
        Ok(Cell { place, kind, is_day, value: String::new() })
    }

    fn add(&self, row: &mut SheetRow, cell: Cell, limits: &SheetLimits) -> Result<(), SheetError> {
        if cell.place < row.cells.len() {
            return Err(malformed(row.number, "cells out of their order"));
        }
        if cell.value.is_empty() {
            return Ok(());
        }
        if cell.place >= limits.columns_max {
            return Err(SheetError::Limit("a row with too many cells"));
        }
        let text = match cell.kind.as_str() {
            "s" => {
                let text = cell.value.parse().ok().and_then(|at: usize| self.texts.get(at));
                text.ok_or(malformed(row.number, "a cell names a text that is not there"))?.clone()
            }
            "inlineStr" | "str" | "d" => cell.value,
            "b" => if cell.value == "1" { "true" } else { "false" }.to_owned(),
            // What a formula could not compute is no value: the row says so by its absence.
            "e" => return Ok(()),
            _ => {
                let number =
                    cell.value.trim().parse().ok().filter(|number: &f64| number.is_finite());
                let number = number.ok_or(malformed(row.number, "a number that is none"))?;
                if number.abs() >= EXACT_MAX {
                    row.lost.push(cell.place);
                }
                self.shown(number, cell.is_day)
            }
        };
        row.cells.resize(cell.place, String::new());
        row.cells.push(text);
        Ok(())
    }

    /// A number as text, or the day that it stands for.
    fn shown(&self, number: f64, is_day: bool) -> String {
        let day = is_day.then(|| day_of(number, self.from_1904)).flatten();
        day.map_or_else(|| number.to_string(), date_iso)
    }
}

/// The text of a cell until it closes: that of `v`, or of `is`; formulas are passed over.
fn value(tokens: &mut Tokens<'_>, limits: &SheetLimits) -> Result<String, SheetError> {
    let (mut text, mut inside) = (String::new(), false);
    while let Some(token) = tokens.next()? {
        match token {
            Token::Open { name: "v", empty, .. } => inside = !empty,
            Token::Close("v") => inside = false,
            Token::Open { name: "is", empty: false, .. } => text = rich_text(tokens, "is")?,
            Token::Text(part) if inside => text.push_str(&text_of(part)?),
            Token::Literal(part) if inside => text.push_str(part),
            Token::Close("c") => return Ok(text),
            _ => {}
        }
        if text.len() > limits.cell_bytes_max {
            return Err(SheetError::Limit("a cell that is too long"));
        }
    }
    Err(malformed(0, "a cell that is left open"))
}

/// The place of a cell in its row, from 0: `A1` is 0, `AB7` is 27.
fn column(name: &str) -> Option<usize> {
    let letters = name.bytes().take_while(u8::is_ascii_uppercase);
    let mut place = 0_usize;
    for letter in letters {
        place = place * 26 + usize::from(letter - b'A') + 1;
        if place > COLUMN_MAX {
            return None;
        }
    }
    place.checked_sub(1)
}

/// The day of a serial number. 1900 was taken for a leap year once, and so its first days are off.
fn day_of(number: f64, from_1904: bool) -> Option<Date> {
    let serial = number.floor();
    if !(0.0..3_000_000.0).contains(&serial) {
        return None;
    }
    // Within the range above.
    let serial = serial as i64;
    let (year, before) = match (from_1904, serial) {
        (true, _) => (1904, 0),
        (false, 0 | 60) => return None,
        (false, 1..60) => (1900, 1),
        (false, _) => (1900, 2),
    };
    let first = Date::from_calendar_date(year, Month::January, 1).ok()?;
    first.checked_add(Duration::days(serial - before))
}

const TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>"#;
const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const SHEET: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>"#;

/// A workbook with one sheet of these rows, each cell a text: none is ever computed.
///
/// # Errors
/// More than an archive holds.
pub fn write_xlsx<'r>(rows: impl IntoIterator<Item = &'r [String]>) -> Result<Vec<u8>, SheetError> {
    let mut sheet = SHEET.to_owned();
    for row in rows {
        sheet.push_str("<row>");
        for cell in row {
            sheet.push_str("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">");
            sheet.push_str(&escaped(cell));
            sheet.push_str("</t></is></c>");
        }
        sheet.push_str("</row>");
    }
    sheet.push_str("</sheetData></worksheet>");
    Ok(zip([
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELATIONS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELATIONS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])?)
}
