//! The fields of a license type.

use super::field_document::FieldDocument;
use super::number::NumberPattern;
use serde::{Deserialize, Serialize};

/// A name in Chinese and in English.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Names {
    /// Chinese, as printed.
    pub zh: String,
    /// English, for programs and readers of the interface.
    pub en: String,
}

/// Who may see a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensitivity {
    /// Anyone.
    Public,
    /// Anyone in masked form; whole with the holder's grant.
    Masked,
    /// Only with the holder's grant.
    Private,
}

impl Sensitivity {
    /// The word of the catalogue document.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Masked => "masked",
            Self::Private => "private",
        }
    }
}

/// What a field is in the metadata of a license (GB/T 36903).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 证照编号.
    LicenseNumber,
    /// 持证主体; several fields may carry it, and their values are joined.
    HolderName,
    /// 持证主体代码.
    HolderCode,
    /// 证照颁发日期.
    IssueDate,
    /// 证照有效期起始日期.
    ValidFrom,
    /// 证照有效期截止日期.
    ValidTo,
    /// Both dates in one period.
    ValidPeriod,
    /// The licenses of which it is made (一业一证), one a line: filled in by the service.
    Parts,
}

/// One of the values of a choice.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The value in the content, such as `female`.
    pub value: String,
    /// How it is printed.
    pub name: Names,
}

/// One column of a table field.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "FieldDocument", into = "FieldDocument")]
pub struct Column {
    /// Key in each row.
    pub key: String,
    /// Head of the column.
    pub name: Names,
    /// What the cells hold; not a table or a photo.
    pub kind: FieldKind,
    /// Whether each row needs it.
    pub required: bool,
}

/// How an amount of money is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MoneyFormat {
    /// 1,000,000.00元.
    #[default]
    Figures,
    /// 壹佰万元整.
    Words,
}

/// What a field holds, with the limits of that kind.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// One line of text.
    Text {
        /// Most characters.
        length_max: usize,
    },
    /// Text with paragraphs.
    LongText {
        /// Most characters.
        length_max: usize,
    },
    /// A day, `YYYY-MM-DD`.
    Date,
    /// `{"from": day, "to": day or "long_term"}`.
    Period,
    /// Citizen identity number (GB 11643).
    CitizenId,
    /// Unified social credit code (GB 32100).
    Uscc,
    /// A decimal number.
    Number {
        /// Printed after the number.
        unit: Option<String>,
        /// Most decimal places.
        decimals_max: usize,
    },
    /// Yuan, as a decimal with at most two places.
    Money {
        /// Figures or words.
        format: MoneyFormat,
    },
    /// One of a list.
    Choice {
        /// The list.
        choices: Vec<Choice>,
    },
    /// A JPEG or PNG picture in base64.
    Photo,
    /// Rows of cells.
    Table {
        /// The columns in order.
        columns: Vec<Column>,
        /// Most rows.
        rows_max: usize,
    },
}

impl FieldKind {
    /// The word of the catalogue document.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::LongText { .. } => "long_text",
            Self::Date => "date",
            Self::Period => "period",
            Self::CitizenId => "citizen_id",
            Self::Uscc => "uscc",
            Self::Number { .. } => "number",
            Self::Money { .. } => "money",
            Self::Choice { .. } => "choice",
            Self::Photo => "photo",
            Self::Table { .. } => "table",
        }
    }
}

/// One item of a license.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(try_from = "FieldDocument", into = "FieldDocument")]
pub struct Field {
    /// Key in the content: snake case English.
    pub key: String,
    /// Name as people read it.
    pub name: Names,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether a value is needed.
    pub required: bool,
    /// Who may see it.
    pub sensitivity: Sensitivity,
    /// What it is in the license's metadata.
    pub role: Option<Role>,
    /// Form of the text, for numbers that follow a rule.
    pub pattern: Option<NumberPattern>,
    /// False for a field that the layout does not draw.
    pub printed: bool,
}
