//! Texts: measured, broken into lines, fitted into boxes, and set as runs of glyphs.

mod fit;
mod line_break;
mod set;

pub(crate) use fit::{Fitted, fitted, single_line, sizes};
pub(crate) use set::{Typesetter, Words, set_turned};
