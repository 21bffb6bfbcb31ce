//! One value of a license, read from JSON by the kind of its field.

use super::characters::first_unprintable;
use super::field::{Column, FieldKind};
use crate::identifier::{BadIdentifier, CitizenId, UnifiedCode};
use crate::time::{day, day_text};
use base64::Engine;
use serde_json::Value as Json;
use time::Date;

/// A period of days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub from: Date,
    /// The last day; none means long term (长期).
    pub to: Option<Date>,
}

/// The kind of a photo's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhotographKind {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

/// A photo as it was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photograph {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its kind, by its first bytes.
    pub kind: PhotographKind,
}

/// Cells of one row, in the order of the columns; none where the row has no value.
pub type Row = Vec<Option<Value>>;

/// A value that fits its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text; lines are parted by `\n`.
    Text(String),
    /// A day.
    Date(Date),
    /// A period.
    Period(Period),
    /// A citizen identity number with the right check character.
    CitizenId(CitizenId),
    /// A unified social credit code with the right check character.
    Uscc(UnifiedCode),
    /// A decimal number as written, without needless zeros in front.
    Number(String),
    /// Yuan as a decimal with at most two places.
    Money(String),
    /// The value of a choice.
    Choice(String),
    /// A photo.
    Photo(Photograph),
    /// Rows of a table.
    Table(Vec<Row>),
}

/// Why a value does not fit: a stable code and a sentence. The path within the value is empty
/// except in tables.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misfit {
    pub(super) path: String,
    pub(super) code: &'static str,
    pub(super) message: String,
}

impl Misfit {
    pub(super) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { path: String::new(), code, message: message.into() }
    }
}

impl From<BadIdentifier> for Misfit {
    fn from(cause: BadIdentifier) -> Self {
        let code = match cause {
            BadIdentifier::CheckCharacter { .. } => "check_character",
            _ => "bad_identifier",
        };
        Self::new(code, cause.to_string())
    }
}

/// Photos of licenses are portraits of some 30 KB; a megabyte is a camera's picture.
const PHOTO_BYTES_MAX: usize = 1_000_000;
/// No quantity on a license has more digits, and all of them print.
const NUMBER_LENGTH_MAX: usize = 24;
/// Amounts in words go up to 万亿.
const MONEY_DIGITS_MAX: usize = 16;

impl Value {
    /// Reads `json` as `kind` asks.
    pub(super) fn read(kind: &FieldKind, json: &Json) -> Result<Self, Misfit> {
        match kind {
            FieldKind::Text { length_max } => {
                text(string(json)?, *length_max, false).map(Self::Text)
            }
            FieldKind::LongText { length_max } => {
                text(string(json)?, *length_max, true).map(Self::Text)
            }
            FieldKind::Date => date(string(json)?).map(Self::Date),
            FieldKind::Period => period(json).map(Self::Period),
            FieldKind::CitizenId => {
                string(json)?.parse().map(Self::CitizenId).map_err(Misfit::from)
            }
            FieldKind::Uscc => string(json)?.parse().map(Self::Uscc).map_err(Misfit::from),
            FieldKind::Number { decimals_max, .. } => {
                decimal(json, NUMBER_LENGTH_MAX, *decimals_max).map(Self::Number)
            }
            FieldKind::Money { .. } => decimal(json, MONEY_DIGITS_MAX + 3, 2).map(Self::Money),
            FieldKind::Choice { choices } => {
                let text = string(json)?;
                if choices.iter().any(|choice| choice.value == text) {
                    return Ok(Self::Choice(text.to_owned()));
                }
                let values: Vec<&str> =
                    choices.iter().map(|choice| choice.value.as_str()).collect();
                Err(Misfit::new("not_a_choice", format!("one of {}", values.join(", "))))
            }
            FieldKind::Photo => photo(string(json)?).map(Self::Photo),
            FieldKind::Table { columns, rows_max } => table(json, columns, *rows_max),
        }
    }

    /// The JSON that reads back as this value.
    #[must_use]
    pub fn to_json(&self, kind: &FieldKind) -> Json {
        match (self, kind) {
            (Self::Text(text), _)
            | (Self::Number(text), _)
            | (Self::Money(text), _)
            | (Self::Choice(text), _) => Json::from(text.as_str()),
            (Self::CitizenId(id), _) => Json::from(id.as_str()),
            (Self::Uscc(code), _) => Json::from(code.as_str()),
            (Self::Date(date), _) => Json::from(day_text(*date)),
            (Self::Period(period), _) => {
                let to = period.to.map_or_else(|| LONG_TERM.to_owned(), day_text);
                serde_json::json!({ "from": day_text(period.from), "to": to })
            }
            (Self::Photo(photo), _) => {
                Json::from(base64::engine::general_purpose::STANDARD.encode(&photo.bytes))
            }
            (Self::Table(rows), FieldKind::Table { columns, .. }) => {
                Json::from_iter(rows.iter().map(|row| row_json(columns, row)))
            }
            (Self::Table(_), _) => Json::Null,
        }
    }
}

fn row_json(columns: &[Column], row: &Row) -> Json {
    let cells = columns.iter().zip(row).filter_map(|(column, cell)| {
        cell.as_ref().map(|cell| (column.key.clone(), cell.to_json(&column.kind)))
    });
    Json::Object(cells.collect())
}

const LONG_TERM: &str = "long_term";

fn string(json: &Json) -> Result<&str, Misfit> {
    json.as_str().ok_or_else(|| Misfit::new("wrong_kind", "a JSON string is needed"))
}

fn text(raw: &str, length_max: usize, lines: bool) -> Result<String, Misfit> {
    let text = if lines { raw.replace("\r\n", "\n") } else { raw.to_owned() };
    if let Some(character) = first_unprintable(&text, lines) {
        let code = u32::from(character);
        let message = format!("the character U+{code:04X} cannot be printed");
        return Err(Misfit::new("control_character", message));
    }
    let length = text.chars().count();
    if length > length_max {
        let message = format!("{length} characters; at most {length_max} are allowed");
        return Err(Misfit::new("too_long", message));
    }
    Ok(text)
}

fn date(text: &str) -> Result<Date, Misfit> {
    day(text)
        .filter(|date| (1900..2200).contains(&date.year()))
        .ok_or_else(|| Misfit::new("bad_date", "a day from 1900 to 2199 as YYYY-MM-DD is needed"))
}

fn period(json: &Json) -> Result<Period, Misfit> {
    let form = || Misfit::new("wrong_kind", r#"{"from": day, "to": day or "long_term"} is needed"#);
    let object = json.as_object().filter(|object| object.len() == 2).ok_or_else(form)?;
    let day = |key: &str| object.get(key).and_then(Json::as_str).ok_or_else(form);
    let from = date(day("from")?)?;
    let to = match day("to")? {
        LONG_TERM => None,
        text => Some(date(text)?),
    };
    if to.is_some_and(|to| to < from) {
        return Err(Misfit::new("period_reversed", "the last day is before the first"));
    }
    Ok(Period { from, to })
}

/// A decimal from a JSON string, or from a JSON integer (a JSON fraction has no exact digits).
fn decimal(json: &Json, length_max: usize, decimals_max: usize) -> Result<String, Misfit> {
    let text = match json {
        Json::String(text) => text.clone(),
        Json::Number(number) if number.is_u64() => number.to_string(),
        _ => {
            let message = "a decimal in a JSON string, or a whole number not below 0, is needed";
            return Err(Misfit::new("wrong_kind", message));
        }
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) {
        return Err(Misfit::new("not_a_number", "digits, and a point before decimals, are needed"));
    }
    let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    if decimals > decimals_max {
        let message = format!("{decimals} decimal places; at most {decimals_max} are allowed");
        return Err(Misfit::new("too_precise", message));
    }
    if text.len() > length_max {
        let message = format!("{} characters; at most {length_max} are allowed", text.len());
        return Err(Misfit::new("too_long", message));
    }
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    Ok(if decimals == 0 { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

fn photo(text: &str) -> Result<Photograph, Misfit> {
    if text.len() > PHOTO_BYTES_MAX / 3 * 4 + 4 {
        let message = format!("larger than {PHOTO_BYTES_MAX} bytes");
        return Err(Misfit::new("photo_too_large", message));
    }
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text)
        .map_err(|_| Misfit::new("wrong_kind", "a picture in base64 is needed"))?;
    let kind = match bytes.as_slice() {
        [0xFF, 0xD8, 0xFF, ..] => PhotographKind::Jpeg,
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => PhotographKind::Png,
        _ => return Err(Misfit::new("not_a_photo", "a JPEG or PNG picture is needed")),
    };
    Ok(Photograph { bytes, kind })
}

fn table(json: &Json, columns: &[Column], rows_max: usize) -> Result<Value, Misfit> {
    let rows =
        json.as_array().ok_or_else(|| Misfit::new("wrong_kind", "an array of rows is needed"))?;
    if rows.len() > rows_max {
        let message = format!("{} rows; at most {rows_max} are allowed", rows.len());
        return Err(Misfit::new("too_long", message));
    }
    let rows = rows.iter().enumerate().map(|(index, row)| {
        table_row(row, columns)
            .map_err(|misfit| Misfit { path: format!("/{index}{}", misfit.path), ..misfit })
    });
    rows.collect::<Result<_, _>>().map(Value::Table)
}

fn table_row(json: &Json, columns: &[Column]) -> Result<Row, Misfit> {
    let object =
        json.as_object().ok_or_else(|| Misfit::new("wrong_kind", "a row is a JSON object"))?;
    let known = |key: &String| columns.iter().any(|column| column.key == *key);
    if object.keys().any(|key| !known(key)) {
        return Err(Misfit::new("unknown_field", "the row has a value of no column"));
    }
    let cells = columns.iter().map(|column| {
        let at_cell = |misfit: Misfit| Misfit { path: format!("/{}", column.key), ..misfit };
        match object.get(&column.key).filter(|json| !is_absent(json)) {
            Some(json) => Value::read(&column.kind, json).map(Some).map_err(at_cell),
            None if column.required => Err(at_cell(Misfit::new("required", "a value is needed"))),
            None => Ok(None),
        }
    });
    cells.collect()
}

/// Whether a form leaves this where nothing was entered.
pub(super) fn is_absent(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.chars().all(char::is_whitespace),
        Json::Array(rows) => rows.is_empty(),
        Json::Bool(_) | Json::Number(_) | Json::Object(_) => false,
    }
}
