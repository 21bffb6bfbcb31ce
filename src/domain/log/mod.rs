//! The log of what was issued and what became of it: blinded leaves in a hash tree (RFC 9162).
//!
//! Who keeps an old checkpoint can tell later whether anything that it covers was taken away,
//! added in between or changed.

mod checkpoint;
mod leaf;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError, SUITE};
pub use leaf::{Leaf, Salt, is_logged};
pub use tree::{BadPeaks, Tree, leaf_hash};
