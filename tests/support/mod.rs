//! What the modules of the integration executable share.

pub mod shared;
pub mod tree;
