//! The log of what was issued and what became of it: blinded leaves in a hash tree (RFC 9162).
//!
//! Who keeps an old checkpoint can tell later whether anything that it covers was taken away,
//! added in between or changed.

mod checkpoint;
mod evidence;
mod leaf;
mod note;
mod proof;
mod tile;
mod tree;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use evidence::{BadEvidence, Evidence, Logged, Opening};
pub use leaf::{Leaf, LeafKind, LeafSubject, Salt, is_logged, recorded_at};
pub use note::{BadNote, Note, NoteKey, NoteSignature, Signed};
pub use proof::{
    BadProof, Hashes, PROOF_HASHES_MAX, consistency_path, inclusion_path, root_of,
    verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};
pub use tile::{BadTile, BadTilePath, TILE_WIDTH, Tile, TilePath, bundle};
pub use tree::{BadPeaks, Tree, leaf_hash};
