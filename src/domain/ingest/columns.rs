//! From the columns of a table to the fields of a license type.

use serde_json::{Map, Value as Json, json};

use super::batch::Problem;
use super::day;
use crate::catalogue::{Field, FieldKind, LicenseType, Role};

/// The column that is added to rows that are given back; it is passed over when they come again.
pub const PROBLEMS_COLUMN: &str = "失败原因";

/// A column that leads to no field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadColumn {
    /// No field has this key or name.
    #[error(
        "column “{0}” is no field of the license type; name it by the key or the Chinese name of a field, or take it away"
    )]
    Unknown(String),
    /// Two columns are one field.
    #[error("column “{0}” is there twice")]
    Twice(String),
    /// A column without a head has cells.
    #[error("column {0} has no name")]
    Unnamed(usize),
    /// There is a list of PDFs without the column that names them.
    #[error("a list of documents needs a column “文件” (or document) with their names")]
    NoDocument,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Column {
    Field(usize),
    From(usize),
    To(usize),
    Document,
    PassedOver,
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub struct Columns<'t> {
    license_type: &'t LicenseType,
    columns: Vec<Column>,
    names: Vec<String>,
}

/// A row as the license type reads it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Fields by key, as a request to issue has them.
    pub content: Map<String, Json>,
    /// The name of its document.
    pub document: Option<String>,
    /// What is wrong with the row as a row.
    pub problems: Vec<Problem>,
}

impl<'t> Columns<'t> {
    /// The columns of these heads; `documents` says that rows name PDFs.
    ///
    /// # Errors
    /// See [`BadColumn`].
    pub fn of<'h>(
        license_type: &'t LicenseType,
        heads: impl IntoIterator<Item = &'h str>,
        documents: bool,
    ) -> Result<Self, BadColumn> {
        let (mut columns, mut names): (Vec<Column>, Vec<String>) = (Vec::new(), Vec::new());
        for (place, head) in heads.into_iter().enumerate() {
            let name = head.trim();
            let column = match name {
                "" => return Err(BadColumn::Unnamed(place + 1)),
                PROBLEMS_COLUMN => Column::PassedOver,
                "文件" | "文件名" | "document" if documents => Column::Document,
                _ => of_field(license_type, name)
                    .ok_or_else(|| BadColumn::Unknown(name.to_owned()))?,
            };
            if columns.contains(&column) && column != Column::PassedOver {
                return Err(BadColumn::Twice(name.to_owned()));
            }
            columns.push(column);
            names.push(name.to_owned());
        }
        if documents && !columns.contains(&Column::Document) {
            return Err(BadColumn::NoDocument);
        }
        Ok(Self { license_type, columns, names })
    }

    /// A row of cells; `lost` are places of numbers whose digits a spreadsheet has lost.
    #[must_use]
    pub fn read(&self, cells: &[String], lost: &[usize]) -> Read {
        let mut read = Read::default();
        for (place, cell) in cells.iter().enumerate() {
            let Some(column) = self.columns.get(place) else {
                if !cell.trim().is_empty() {
                    read.problems.push(problem("", "too_many_cells", "a cell under no head"));
                }
                continue;
            };
            if lost.contains(&place) {
                let message = "a number of more than 15 digits, of which the spreadsheet has lost \
                               some; make the column text and type it again";
                read.problems.push(problem(&self.names[place], "digits_lost", message));
            } else if !cell.trim().is_empty() {
                self.put(&mut read, column, Json::from(cell.trim()));
            }
        }
        read
    }

    /// A row of values by name, as a line of JSON has them.
    ///
    /// # Errors
    /// The first name that leads to no field.
    pub fn read_object(
        license_type: &'t LicenseType,
        object: Map<String, Json>,
    ) -> Result<Read, BadColumn> {
        let columns = Self::of(license_type, object.keys().map(String::as_str), false)?;
        let mut read = Read::default();
        for (column, (_, value)) in columns.columns.iter().zip(object) {
            columns.put(&mut read, column, value);
        }
        Ok(read)
    }

    fn put(&self, read: &mut Read, column: &Column, value: Json) {
        let fields = self.license_type.fields();
        match column {
            Column::Field(at) => {
                let field = &fields[*at];
                read.content.insert(field.key.clone(), converted(field, value));
            }
            Column::From(at) => put_day(read, &fields[*at].key, "from", &value, day::iso),
            Column::To(at) => put_day(read, &fields[*at].key, "to", &value, day::last),
            Column::Document => read.document = value.as_str().map(str::to_owned),
            Column::PassedOver => {}
        }
    }
}

fn put_day(read: &mut Read, key: &str, end: &str, value: &Json, of: fn(&str) -> String) {
    let Some(text) = value.as_str() else { return };
    let period = read.content.entry(key).or_insert_with(|| json!({}));
    if let Some(period) = period.as_object_mut() {
        period.insert(end.to_owned(), Json::from(of(text)));
    }
}

fn problem(field: &str, code: &str, message: &str) -> Problem {
    Problem { field: field.to_owned(), code: code.to_owned(), message: message.to_owned() }
}

/// By key, by name, or by what the metadata standard (GB/T 36903) calls its role.
fn of_field(license_type: &LicenseType, name: &str) -> Option<Column> {
    let fields = license_type.fields();
    let named = |field: &Field| field.key == name || field.name.zh == name || field.name.en == name;
    if let Some(at) = fields.iter().position(named) {
        return Some(Column::Field(at));
    }
    for (ends, column) in [
        ([".from", "起始", "起"], Column::From as fn(usize) -> Column),
        ([".to", "截止", "止"], Column::To),
    ] {
        let stem = ends.iter().find_map(|end| name.strip_suffix(end));
        let is_period = |field: &Field| field.kind == FieldKind::Period;
        let at = stem.and_then(|stem| {
            let named = |field: &Field| field.key == stem || field.name.zh == stem;
            fields.iter().position(|field| is_period(field) && named(field))
        });
        if let Some(at) = at {
            return Some(column(at));
        }
    }
    let of_role = |role| fields.iter().position(|field| field.role == Some(role));
    let period = || of_role(Role::ValidPeriod);
    match name {
        "证照编号" | "license_number" => of_role(Role::LicenseNumber).map(Column::Field),
        "持证主体" | "holder_name" => of_role(Role::HolderName).map(Column::Field),
        "持证主体代码" | "holder_code" => of_role(Role::HolderCode).map(Column::Field),
        "证照颁发日期" | "issue_date" => of_role(Role::IssueDate).map(Column::Field),
        "证照有效期起始日期" | "valid_from" => {
            of_role(Role::ValidFrom).map(Column::Field).or_else(|| period().map(Column::From))
        }
        "证照有效期截止日期" | "valid_to" => {
            of_role(Role::ValidTo).map(Column::Field).or_else(|| period().map(Column::To))
        }
        _ => None,
    }
}

/// The text of a cell as its field wants it; what does not fit stays, and the check refuses it.
fn converted(field: &Field, value: Json) -> Json {
    let Some(text) = value.as_str() else { return value };
    match &field.kind {
        FieldKind::Date => Json::from(day::iso(text)),
        FieldKind::Period => match day::period(text) {
            Some((from, to)) => json!({ "from": from, "to": to }),
            None => value,
        },
        FieldKind::Choice { choices } => {
            let named = choices.iter().find(|one| one.name.zh == text || one.name.en == text);
            named.map_or(Json::from(text), |one| Json::from(one.value.as_str()))
        }
        // Rows of rows have one cell: as JSON.
        FieldKind::Table { .. } => serde_json::from_str(text).unwrap_or(value),
        FieldKind::CitizenId | FieldKind::Uscc => Json::from(text.to_ascii_uppercase()),
        FieldKind::Money { .. } | FieldKind::Number { .. } => {
            Json::from(text.replace([',', '，'], ""))
        }
        FieldKind::Text { .. } | FieldKind::LongText { .. } | FieldKind::Photo => value,
    }
}

#[cfg(test)]
mod tests;
