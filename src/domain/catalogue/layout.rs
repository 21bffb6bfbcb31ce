//! How a license type is drawn: places in mm from the top left corner of the page.
//!
//! A layout is plain data. `render` draws it; [`super::reading`] checks that its parts fit together.

mod flow;
mod grid;
mod mark;
mod measure;
mod page;
mod style;
mod text;

pub use flow::{Block, Closing, Flow};
pub use grid::{Cell, Grid, GridRow, Table, TableColumn};
pub use mark::{Code, Line, Photo, SealPlace};
pub use measure::{Area, Color, Point};
pub use page::{Border, BorderStyle, Ground, PageLayout};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
pub use style::{Align, Font, TextStyle, VerticalAlign, Wrap};
pub use text::{FieldRow, Fields, TextBox};

/// The whole drawing of a type.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Paper, ground and border.
    pub page: PageLayout,
    /// Looks of texts by name.
    pub styles: BTreeMap<String, TextStyle>,
    /// What is drawn, in order.
    pub elements: Vec<Element>,
}

/// Something drawn.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Element {
    /// A text in a box.
    Text(TextBox),
    /// Labelled values under each other.
    Fields(Fields),
    /// A form of ruled cells.
    Grid(Grid),
    /// The rows of a table field.
    Table(Table),
    /// A photo.
    Photo(Photo),
    /// The two-dimensional code.
    Code(Code),
    /// Where the seal goes; nothing is drawn.
    Seal(SealPlace),
    /// A straight line.
    Line(Line),
    /// Paragraphs that continue on further pages.
    Flow(Flow),
}
