//! Ruled forms and tables.

use super::{Area, Color, Point};
use crate::catalogue::template::Template;
use serde::{Deserialize, Serialize};

/// A form of ruled cells.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Its top left corner.
    pub at: Point,
    /// Widths of the columns in mm.
    pub columns: Vec<f32>,
    /// The rows.
    pub rows: Vec<GridRow>,
    /// Color of the rules.
    pub color: Color,
    /// Look of cells that name none.
    pub style: String,
    /// Look of label cells.
    pub label_style: String,
}

/// A row of cells.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct GridRow {
    /// Height in mm.
    pub height: f32,
    /// The cells; their spans add up to the columns.
    pub cells: Vec<Cell>,
}

/// A ruled cell: a label or a text.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// A label, spread and centered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// A text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<Template>,
    /// How many columns it covers.
    #[serde(default = "one")]
    pub span: usize,
    /// Its look, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
}

fn one() -> usize {
    1
}

/// The rows of a table field.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// The box.
    pub at: Area,
    /// The field.
    pub field: String,
    /// Columns shown.
    pub columns: Vec<TableColumn>,
    /// Height of a row that holds one line, in mm.
    pub row_height: f32,
    /// Color of the rules.
    pub color: Color,
    /// Look of the heads.
    pub head_style: String,
    /// Look of the cells.
    pub style: String,
}

/// A column of a drawn table.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TableColumn {
    /// Key of the column.
    pub key: String,
    /// Width in mm.
    pub width: f32,
}
