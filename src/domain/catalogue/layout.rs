//! How a license type is drawn: places in mm from the top left corner of the page.
//!
//! A layout is plain data. `render` draws it; [`super::reading`] checks that its parts fit together.

use super::template::Template;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A place on a page: left, top, width and height in mm.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(from = "[f32; 4]", into = "[f32; 4]")]
pub struct Area {
    /// Distance of the left edge.
    pub x: f32,
    /// Distance of the top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl From<[f32; 4]> for Area {
    fn from([x, y, width, height]: [f32; 4]) -> Self {
        Self { x, y, width, height }
    }
}

impl From<Area> for [f32; 4] {
    fn from(area: Area) -> Self {
        [area.x, area.y, area.width, area.height]
    }
}

/// A point in mm.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(from = "[f32; 2]", into = "[f32; 2]")]
pub struct Point {
    /// Distance from the left edge of the page.
    pub x: f32,
    /// Distance from the top edge of the page.
    pub y: f32,
}

impl From<[f32; 2]> for Point {
    fn from([x, y]: [f32; 2]) -> Self {
        Self { x, y }
    }
}

impl From<Point> for [f32; 2] {
    fn from(point: Point) -> Self {
        [point.x, point.y]
    }
}

/// A color as `#RRGGBB`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Color {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl TryFrom<String> for Color {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut bytes = [0; 3];
        let digits = text.strip_prefix('#').unwrap_or_default();
        hex::decode_to_slice(digits, &mut bytes)
            .map_err(|_| format!("`{text}` is not a color such as #B8860B"))?;
        Ok(Self { red: bytes[0], green: bytes[1], blue: bytes[2] })
    }
}

impl From<Color> for String {
    fn from(color: Color) -> Self {
        format!("#{:02X}{:02X}{:02X}", color.red, color.green, color.blue)
    }
}

/// A role that a font of the renderer plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Font {
    /// Bold Song style, for titles.
    Title,
    /// Song style (宋体), for labels and values.
    Song,
    /// Sans (黑体), for small print and figures.
    Sans,
}

/// Where the lines of a text stand across their box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
    /// Filling the width, the last line of a paragraph apart.
    Justify,
    /// Every line spread over the whole width (营 业 执 照).
    Spread,
}

/// Where a text stands in the height of its box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerticalAlign {
    /// At the top.
    #[default]
    Top,
    /// In the middle.
    Middle,
    /// At the bottom.
    Bottom,
}

/// How a text that is wider than its box is broken into lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Wrap {
    /// As few lines as possible, of even length, broken after a clause where there is a choice.
    #[default]
    Clause,
    /// Each line as full as possible, for paragraphs.
    Fill,
    /// One line.
    None,
}

/// How a text looks.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TextStyle {
    /// The font.
    pub font: Font,
    /// Size in points.
    pub size: f32,
    /// The size in points down to which the text may shrink to fit; `size` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size_min: Option<f32>,
    /// The color of the text.
    pub color: Color,
    /// Where lines stand.
    #[serde(default)]
    pub align: Align,
    /// How lines break.
    #[serde(default)]
    pub wrap: Wrap,
    /// Space between characters, in em.
    #[serde(default)]
    pub tracking: f32,
    /// Distance of baselines, in em.
    #[serde(default = "leading")]
    pub leading: f32,
}

fn leading() -> f32 {
    1.45
}

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

/// Paper, ground and border of every page.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PageLayout {
    /// Width in mm.
    pub width: f32,
    /// Height in mm.
    pub height: f32,
    /// Color of the paper; white when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Color>,
    /// The faint pattern under everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<Ground>,
    /// The frame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub border: Option<Border>,
}

/// A guilloche ground: waves over the whole page and a rosette in its middle.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Ground {
    /// Color of the lines; choose a light one.
    pub color: Color,
    /// Where the waves are.
    pub area: Area,
    /// Radius of the rosette in mm; none when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rosette: Option<f32>,
}

/// A frame of vectors.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Border {
    /// Its pattern.
    pub style: BorderStyle,
    /// Its color.
    pub color: Color,
    /// The outer edge.
    pub area: Area,
    /// Breadth of the pattern in mm.
    pub breadth: f32,
}

/// Patterns of frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BorderStyle {
    /// A thick and a thin line.
    Double,
    /// Meanders (回纹) between lines.
    Meander,
    /// Interlaced waves between lines, with corner rosettes.
    Guilloche,
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

/// A text in a box.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct TextBox {
    /// The box.
    pub at: Area,
    /// The text.
    pub text: Template,
    /// Its look.
    pub style: String,
    /// Where it stands in the height.
    #[serde(default)]
    pub vertical: VerticalAlign,
    /// Drawn only when this field has a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// Drawn on every page, not only on the first.
    #[serde(default)]
    pub every_page: bool,
}

/// Labelled values under each other, each as high as its text, together within the box.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Fields {
    /// The box.
    pub at: Area,
    /// Width of the labels; each label is spread over it.
    pub label_width: f32,
    /// Between label and value.
    pub gap: f32,
    /// Between two rows.
    pub row_gap: f32,
    /// Look of the labels.
    pub label_style: String,
    /// Look of the values.
    pub value_style: String,
    /// A hairline under each value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hairline: Option<Color>,
    /// The rows.
    pub rows: Vec<FieldRow>,
}

/// A label and its value.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FieldRow {
    /// The label.
    pub label: String,
    /// The value.
    pub text: Template,
    /// Look of this value, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
    /// Left out, label and all, when this field has no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

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

/// A photo, fitted whole into its box.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Photo {
    /// The box.
    pub at: Area,
    /// The field.
    pub field: String,
    /// A thin frame around it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frame: Option<Color>,
}

/// The two-dimensional code.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Top left corner, quiet zone included.
    pub at: Point,
    /// Length of a side in mm, quiet zone included.
    pub size: f32,
    /// A line under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Look of the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<String>,
}

/// Where the seal goes.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SealPlace {
    /// Its middle.
    pub center: Point,
    /// Width and height in mm.
    pub size: f32,
}

/// A straight line.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// One end.
    pub from: Point,
    /// The other end.
    pub to: Point,
    /// Thickness in mm.
    pub thickness: f32,
    /// Its color.
    pub color: Color,
}

/// Paragraphs that continue on further pages, and a closing that carries the seal.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Flow {
    /// The box on the first page.
    pub at: Area,
    /// The box on further pages.
    pub next: Area,
    /// The paragraphs.
    pub blocks: Vec<Block>,
    /// What stands at the end, never parted.
    pub closing: Closing,
}

/// A paragraph, or several when its text has line ends.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The text.
    pub text: Template,
    /// Its look.
    pub style: String,
    /// Indent of each paragraph's first line, in em.
    #[serde(default)]
    pub indent: f32,
    /// Space before it in mm.
    #[serde(default)]
    pub before: f32,
    /// Left out when this field has no value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
}

/// The lines at the end of a flow, with the seal over the last of them.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// The lines, each centered in the closing's width.
    pub lines: Vec<Template>,
    /// Their look.
    pub style: String,
    /// Width in mm, at the right edge of the flow.
    pub width: f32,
    /// Space before it in mm.
    pub before: f32,
    /// Width and height of the seal in mm, centered on the last line.
    pub seal_size: f32,
}
