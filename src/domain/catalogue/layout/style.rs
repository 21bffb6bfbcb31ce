//! How texts look.

use super::Color;
use serde::{Deserialize, Serialize};

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
