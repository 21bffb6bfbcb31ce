//! Comma-separated values (RFC 4180), in UTF-8 or GB 18030.
//!
//! What is written never begins a formula: before a cell that a spreadsheet would compute stands an
//! apostrophe, which reading takes away again. So what was written reads back as it was.

use super::{Rows, SheetError, SheetLimits, SheetRow};
use crate::text::{gb18030, to_gb18030};
use std::borrow::Cow;

/// How a text was encoded, and is again when it is given back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charset {
    /// UTF-8.
    Utf8,
    /// UTF-8 behind a byte order mark, as spreadsheets write it.
    Utf8Marked,
    /// GB 18030.
    Gb18030,
}

const MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a file, and how it was encoded.
///
/// # Errors
/// [`SheetError::Encoding`].
pub fn decode(bytes: &[u8]) -> Result<(Charset, Cow<'_, str>), SheetError> {
    if let Some(text) = bytes.strip_prefix(MARK) {
        let text = std::str::from_utf8(text).map_err(|_| SheetError::Encoding)?;
        return Ok((Charset::Utf8Marked, text.into()));
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((Charset::Utf8, text.into()));
    }
    let text = gb18030(bytes).ok_or(SheetError::Encoding)?;
    Ok((Charset::Gb18030, text.into()))
}

/// The rows of a text.
///
/// # Errors
/// See [`SheetError`].
pub fn read_csv(text: &str, limits: &SheetLimits) -> Result<Vec<SheetRow>, SheetError> {
    let mut rows = Rows::new(limits);
    let mut rest = text;
    let mut number = 0;
    while !rest.is_empty() {
        number += 1;
        let mut row = SheetRow { number, ..SheetRow::default() };
        loop {
            if row.cells.len() > limits.columns_max {
                return Err(SheetError::Limit("a row with too many cells"));
            }
            let (cell, behind) = cell(rest, number)?;
            row.cells.push(cell);
            match behind.strip_prefix(',') {
                Some(more) => rest = more,
                None => {
                    rest = behind
                        .strip_prefix("\r\n")
                        .unwrap_or_else(|| behind.strip_prefix(['\n', '\r']).unwrap_or(behind));
                    break;
                }
            }
        }
        rows.push(row)?;
    }
    Ok(rows.rows)
}

/// The first cell of what is left, and what follows it.
fn cell(rest: &str, row: u32) -> Result<(String, &str), SheetError> {
    let malformed = |reason| SheetError::Malformed { row, reason };
    let (text, behind) = match rest.strip_prefix('"') {
        Some(quoted) => {
            let (text, behind) = unquoted(quoted).ok_or(malformed("a quote is left open"))?;
            if !(behind.is_empty() || behind.starts_with([',', '\n', '\r'])) {
                return Err(malformed("text behind a closing quote"));
            }
            (text, behind)
        }
        None => {
            let end = rest.find([',', '\n', '\r']).unwrap_or(rest.len());
            let (text, behind) = rest.split_at(end);
            if text.contains('"') {
                return Err(malformed("a quote in the middle of a cell"));
            }
            (text.to_owned(), behind)
        }
    };
    if text.contains('\0') {
        return Err(malformed("a zero byte"));
    }
    let plain = match text.strip_prefix('\'') {
        Some(computed) if is_computed(computed) => computed.to_owned(),
        _ => text,
    };
    Ok((plain, behind))
}

fn unquoted(quoted: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut rest = quoted;
    loop {
        let end = rest.find('"')?;
        text.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        match rest.strip_prefix('"') {
            Some(more) => {
                text.push('"');
                rest = more;
            }
            None => return Some((text, rest)),
        }
    }
}

/// Whether a spreadsheet would compute a cell instead of showing it, any apostrophes before left out.
fn is_computed(text: &str) -> bool {
    text.trim_start_matches('\'')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// The rows as a file; UTF-8 with its mark where GB 18030 has no place for a character.
#[must_use]
pub fn write_csv<'r>(rows: impl IntoIterator<Item = &'r [String]>, charset: Charset) -> Vec<u8> {
    let mut text = String::new();
    for row in rows {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push(',');
            }
            push(&mut text, cell);
        }
        text.push_str("\r\n");
    }
    match charset {
        Charset::Utf8 => text.into_bytes(),
        Charset::Utf8Marked => [MARK, text.as_bytes()].concat(),
        Charset::Gb18030 => to_gb18030(&text).unwrap_or_else(|| [MARK, text.as_bytes()].concat()),
    }
}

fn push(out: &mut String, cell: &str) {
    let guard = if is_computed(cell) { "'" } else { "" };
    if cell.contains(['"', ',', '\n', '\r', '\t']) || cell.starts_with(' ') || cell.ends_with(' ') {
        out.push('"');
        out.push_str(guard);
        out.push_str(&cell.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(guard);
        out.push_str(cell);
    }
}
