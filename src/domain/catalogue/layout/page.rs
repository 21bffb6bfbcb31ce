//! Paper, ground and border.

use super::{Area, Color};
use serde::{Deserialize, Serialize};

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
