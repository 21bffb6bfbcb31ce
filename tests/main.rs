//! The one integration executable.

pub mod support;
mod tidy;
