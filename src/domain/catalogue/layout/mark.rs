//! What is not text: photo, code, seal, line.

use super::{Area, Color, Point};
use serde::{Deserialize, Serialize};

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
