//! Texts in boxes, and labelled values.

use super::{Area, Color, VerticalAlign};
use crate::catalogue::template::Template;
use serde::{Deserialize, Serialize};

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
