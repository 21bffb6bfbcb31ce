//! Paragraphs that continue on further pages.

use super::Area;
use crate::catalogue::template::Template;
use serde::{Deserialize, Serialize};

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
