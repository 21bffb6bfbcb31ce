//! A field as it stands in a catalogue document: one flat object, so that an unknown or misplaced
//! property is named.

use super::field::{Choice, Column, Field, FieldKind, MoneyFormat, Names, Role, Sensitivity};
use super::number::NumberPattern;
use serde::{Deserialize, Serialize};

/// The longest one-line text of real licenses, a joint holder's name, is below this.
const TEXT_LENGTH_MAX: usize = 200;
/// Business scopes reach about 2,000 characters; a type whose texts are longer says so.
const LONG_TEXT_LENGTH_MAX: usize = 4000;
/// Annexed lists (rooms, vehicles) stay well below this.
const TABLE_ROWS_MAX: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum KindWord {
    Text,
    LongText,
    Date,
    Period,
    CitizenId,
    Uscc,
    Number,
    Money,
    Choice,
    Photo,
    Table,
}

/// All that a field may say.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FieldDocument {
    key: String,
    name: Names,
    kind: KindWord,
    #[serde(default)]
    required: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sensitivity: Option<Sensitivity>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pattern: Option<NumberPattern>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    printed: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    length_max: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decimals_max: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    format: Option<MoneyFormat>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    choices: Option<Vec<Choice>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    columns: Option<Vec<Column>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rows_max: Option<usize>,
}

impl FieldDocument {
    fn empty(key: String, name: Names, kind: KindWord, required: bool) -> Self {
        Self {
            key,
            name,
            kind,
            required,
            sensitivity: None,
            role: None,
            pattern: None,
            printed: None,
            length_max: None,
            unit: None,
            decimals_max: None,
            format: None,
            choices: None,
            columns: None,
            rows_max: None,
        }
    }

    fn taken_kind(&mut self) -> Result<FieldKind, String> {
        let kind = match self.kind {
            KindWord::Text => {
                FieldKind::Text { length_max: self.length_max.take().unwrap_or(TEXT_LENGTH_MAX) }
            }
            KindWord::LongText => FieldKind::LongText {
                length_max: self.length_max.take().unwrap_or(LONG_TEXT_LENGTH_MAX),
            },
            KindWord::Date => FieldKind::Date,
            KindWord::Period => FieldKind::Period,
            KindWord::CitizenId => FieldKind::CitizenId,
            KindWord::Uscc => FieldKind::Uscc,
            KindWord::Number => FieldKind::Number {
                unit: self.unit.take(),
                decimals_max: self.decimals_max.take().unwrap_or(0),
            },
            KindWord::Money => FieldKind::Money { format: self.format.take().unwrap_or_default() },
            KindWord::Choice => {
                FieldKind::Choice { choices: self.choices.take().ok_or("`choices` is missing")? }
            }
            KindWord::Photo => FieldKind::Photo,
            KindWord::Table => FieldKind::Table {
                columns: self.columns.take().ok_or("`columns` is missing")?,
                rows_max: self.rows_max.take().unwrap_or(TABLE_ROWS_MAX),
            },
        };
        self.refuse_misplaced()?;
        Ok(kind)
    }

    /// What the kind did not take does not belong to it.
    fn refuse_misplaced(&self) -> Result<(), String> {
        let left = [
            ("length_max", self.length_max.is_some()),
            ("unit", self.unit.is_some()),
            ("decimals_max", self.decimals_max.is_some()),
            ("format", self.format.is_some()),
            ("choices", self.choices.is_some()),
            ("columns", self.columns.is_some()),
            ("rows_max", self.rows_max.is_some()),
        ];
        match left.iter().find(|(_, present)| *present) {
            Some((name, _)) => Err(format!("`{name}` does not belong to a field of this kind")),
            None => Ok(()),
        }
    }
}

impl TryFrom<FieldDocument> for Field {
    type Error = String;

    fn try_from(mut document: FieldDocument) -> Result<Self, String> {
        let kind = document
            .taken_kind()
            .map_err(|problem| format!("field `{}`: {problem}", document.key))?;
        let sensitivity = document
            .sensitivity
            .ok_or_else(|| format!("field `{}`: `sensitivity` is missing", document.key))?;
        Ok(Self {
            key: document.key,
            name: document.name,
            kind,
            required: document.required,
            sensitivity,
            role: document.role,
            pattern: document.pattern,
            printed: document.printed.unwrap_or(true),
        })
    }
}

impl From<Field> for FieldDocument {
    fn from(field: Field) -> Self {
        Self {
            sensitivity: Some(field.sensitivity),
            role: field.role,
            pattern: field.pattern,
            printed: (!field.printed).then_some(false),
            ..with_kind(field.key, field.name, field.kind, field.required)
        }
    }
}

impl TryFrom<FieldDocument> for Column {
    type Error = String;

    fn try_from(mut document: FieldDocument) -> Result<Self, String> {
        let kind = document
            .taken_kind()
            .map_err(|problem| format!("column `{}`: {problem}", document.key))?;
        let misplaced = document.sensitivity.is_some()
            || document.role.is_some()
            || document.pattern.is_some()
            || document.printed.is_some();
        if misplaced {
            return Err(format!(
                "column `{}`: a column has only `key`, `name`, `kind`, its limits and `required`",
                document.key
            ));
        }
        if matches!(kind, FieldKind::Table { .. } | FieldKind::Photo) {
            return Err(format!("column `{}`: a cell is not a table or a photo", document.key));
        }
        Ok(Self { key: document.key, name: document.name, kind, required: document.required })
    }
}

impl From<Column> for FieldDocument {
    fn from(column: Column) -> Self {
        with_kind(column.key, column.name, column.kind, column.required)
    }
}

fn with_kind(key: String, name: Names, kind: FieldKind, required: bool) -> FieldDocument {
    let mut document = FieldDocument::empty(key, name, KindWord::Text, required);
    document.kind = match kind {
        FieldKind::Text { length_max } => {
            document.length_max = Some(length_max);
            KindWord::Text
        }
        FieldKind::LongText { length_max } => {
            document.length_max = Some(length_max);
            KindWord::LongText
        }
        FieldKind::Date => KindWord::Date,
        FieldKind::Period => KindWord::Period,
        FieldKind::CitizenId => KindWord::CitizenId,
        FieldKind::Uscc => KindWord::Uscc,
        FieldKind::Number { unit, decimals_max } => {
            (document.unit, document.decimals_max) = (unit, Some(decimals_max));
            KindWord::Number
        }
        FieldKind::Money { format } => {
            document.format = Some(format);
            KindWord::Money
        }
        FieldKind::Choice { choices } => {
            document.choices = Some(choices);
            KindWord::Choice
        }
        FieldKind::Photo => KindWord::Photo,
        FieldKind::Table { columns, rows_max } => {
            (document.columns, document.rows_max) = (Some(columns), Some(rows_max));
            KindWord::Table
        }
    };
    document
}
