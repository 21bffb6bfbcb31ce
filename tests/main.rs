//! The one integration executable.

mod artefacts;
mod catalogue;
mod codes;
pub mod support;
mod tidy;
