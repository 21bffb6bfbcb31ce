//! What a holder keeps: leaves of one license, how they are in the tree, and the signed root.
//!
//! A document of canonical JSON, `yinzheng/log-proof/1`, that is checked with nothing but the key
//! of the log. Whoever has the opening of a leaf can show of which license it is.

use super::checkpoint::Checkpoint;
use super::leaf::{Salt, blinded};
use super::proof::{BadProof, PROOF_HASHES_MAX, verify_inclusion};
use super::tree::leaf_hash;
use crate::digest::{Sha256, Sm3};
use crate::signed::canonical;
use serde::Deserialize;
use serde_json::{Value, json};

const TYPE: &str = "yinzheng/log-proof/1";
/// Some hundred changes of a license.
const BYTES_MAX: usize = 1 << 20;

/// Why a document proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadEvidence {
    /// Not a document of this kind, in the one form that it has.
    #[error("not a proof of the log: {0}")]
    Form(&'static str),
    /// A leaf is not in the tree.
    #[error("leaf {index}: {cause}")]
    Leaf {
        /// Which.
        index: u64,
        /// Why.
        #[source]
        cause: BadProof,
    },
    /// A leaf is of another license, or of another file, than is said.
    #[error("leaf {index} is not of the license that is said")]
    Opening {
        /// Which.
        index: u64,
    },
}

/// Leaves and the checkpoint that covers them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// The signed note.
    pub checkpoint: String,
    /// In the order of the tree.
    pub leaves: Vec<Logged>,
}

/// A leaf with its way to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// Its place in the tree, from 0.
    pub index: u64,
    /// What is logged.
    pub entry: String,
    /// The hashes beside its way to the root, from below.
    pub path: Vec<Sha256>,
    /// Of what it is, for those who may know.
    pub opening: Option<Opening>,
}

/// Of which license and file a blinded leaf is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// What blinds it.
    pub salt: Salt,
    /// The id of the license.
    pub license: String,
    /// The sealed file, where the change made one.
    pub file: Option<Sm3>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[serde(rename = "type")]
    kind: String,
    checkpoint: String,
    leaves: Vec<LeafDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LeafDocument {
    index: u64,
    entry: String,
    path: Vec<String>,
    opening: Option<OpeningDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpeningDocument {
    salt: String,
    license: String,
    file: Option<String>,
}

impl Evidence {
    /// The document: canonical JSON and a line feed.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        // Texts and places below 2^53: no log is that long.
        let mut bytes = canonical(&self.value()).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    fn value(&self) -> Value {
        let leaves: Vec<Value> = self.leaves.iter().map(Logged::value).collect();
        json!({ "type": TYPE, "checkpoint": self.checkpoint, "leaves": leaves })
    }

    /// Reads a document, in exactly the form that [`Evidence::to_json`] gives it.
    ///
    /// # Errors
    /// It is none; nothing was checked yet.
    pub fn read(bytes: &[u8]) -> Result<Self, BadEvidence> {
        let form = BadEvidence::Form;
        if bytes.len() > BYTES_MAX {
            return Err(form("it is too long"));
        }
        let read: Document = serde_json::from_slice(bytes).map_err(|_| form("another form"))?;
        if read.kind != TYPE {
            return Err(form("a document of another type"));
        }
        let leaves = read.leaves.into_iter().map(Logged::read).collect::<Option<Vec<_>>>();
        let leaves = leaves.ok_or(form("a leaf has another form"))?;
        let read = Self { checkpoint: read.checkpoint, leaves };
        if read.leaves.is_empty() {
            return Err(form("it has no leaf"));
        }
        // Not a byte that nothing vouches for.
        match read.to_json() == bytes {
            true => Ok(read),
            false => Err(form("not its canonical form")),
        }
    }

    /// Checks that every leaf is in the tree of a checkpoint, and of what is said.
    ///
    /// # Errors
    /// The first that is not.
    pub fn check(&self, checkpoint: &Checkpoint) -> Result<(), BadEvidence> {
        self.leaves.iter().try_for_each(|leaf| leaf.check(checkpoint))
    }
}

impl Logged {
    fn value(&self) -> Value {
        let path: Vec<String> = self.path.iter().map(Sha256::to_string).collect();
        let mut value = json!({ "index": self.index, "entry": self.entry, "path": path });
        if let Some(opening) = &self.opening {
            let mut opened =
                json!({ "salt": hex::encode(opening.salt.as_bytes()), "license": opening.license });
            if let Some(file) = opening.file {
                opened["file"] = file.to_string().into();
            }
            value["opening"] = opened;
        }
        value
    }

    fn read(read: LeafDocument) -> Option<Self> {
        let path = read.path.iter().map(|hash| hash.parse().ok()).collect::<Option<Vec<_>>>()?;
        let opening = match read.opening {
            Some(opening) => Some(Opening::read(opening)?),
            None => None,
        };
        (path.len() <= PROOF_HASHES_MAX).then_some(Self {
            index: read.index,
            entry: read.entry,
            path,
            opening,
        })
    }

    fn check(&self, checkpoint: &Checkpoint) -> Result<(), BadEvidence> {
        let (index, hash) = (self.index, leaf_hash(self.entry.as_bytes()));
        verify_inclusion(hash, index, (checkpoint.size, checkpoint.root), &self.path)
            .map_err(|cause| BadEvidence::Leaf { index, cause })?;
        let opened = self.opening.as_ref().is_none_or(|opening| opening.opens(&self.entry));
        opened.then_some(()).ok_or(BadEvidence::Opening { index })
    }
}

impl Opening {
    fn read(read: OpeningDocument) -> Option<Self> {
        let mut salt = [0; 32];
        hex::decode_to_slice(&read.salt, &mut salt).ok()?;
        let file = match read.file {
            Some(file) => Some(file.parse().ok()?),
            None => None,
        };
        Some(Self { salt: Salt::new(salt), license: read.license, file })
    }

    /// Whether an entry is of this license, and of this file when it is of one.
    #[must_use]
    pub fn opens(&self, entry: &str) -> bool {
        let Ok(entry) = serde_json::from_str::<Value>(entry) else { return false };
        let said = |name: &str, value: Option<&[u8]>| {
            entry[name].as_str().map(str::to_owned)
                == value.map(|value| blinded(&self.salt, name, value))
        };
        said("license", Some(self.license.as_bytes()))
            && said("file", self.file.as_ref().map(|file| &file.as_bytes()[..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Tree;

    fn evidence() -> (Evidence, Checkpoint) {
        let salt = Salt::new([7; 32]);
        let file = Sm3::of(b"file");
        let entry = format!(
            r#"{{"event":"issue","file":"{}","license":"{}","v":1}}"#,
            blinded(&salt, "file", file.as_bytes()),
            blinded(&salt, "license", b"lic_1")
        );
        let mut tree = Tree::default();
        let other = leaf_hash(b"other");
        tree.append(other);
        tree.append(leaf_hash(entry.as_bytes()));
        let checkpoint = Checkpoint::new("licenses.example/log", 2, tree.root()).unwrap();
        let opening = Some(Opening { salt, license: "lic_1".to_owned(), file: Some(file) });
        let leaf = Logged { index: 1, entry, path: vec![other], opening };
        (Evidence { checkpoint: checkpoint.to_string(), leaves: vec![leaf] }, checkpoint)
    }

    #[test]
    fn what_is_kept_is_read_and_proves() {
        let (evidence, checkpoint) = evidence();
        let read = Evidence::read(&evidence.to_json()).unwrap();
        assert_eq!(read, evidence);
        assert_eq!(read.check(&checkpoint), Ok(()));
    }

    /// But for the checkpoint, which is signed, and is compared here with what it should be.
    #[test]
    fn no_byte_of_a_proof_can_change() {
        let (evidence, checkpoint) = evidence();
        let document = evidence.to_json();
        for at in 0..document.len() {
            let mut bent = document.clone();
            bent[at] ^= 1;
            let read = Evidence::read(&bent);
            let proves = read.is_ok_and(|read| {
                read.checkpoint == evidence.checkpoint && read.check(&checkpoint).is_ok()
            });
            assert!(!proves, "byte {at}");
            assert!(Evidence::read(&document[..at]).is_err(), "{at} bytes");
        }
        assert!(Evidence::read(&[&document[..], b" "].concat()).is_err());
    }

    #[test]
    fn an_opening_is_of_one_license_and_file() {
        let (evidence, checkpoint) = evidence();
        for bend in [
            |opening: &mut Opening| opening.license = "lic_2".to_owned(),
            |opening: &mut Opening| opening.file = None,
            |opening: &mut Opening| opening.file = Some(Sm3::of(b"another")),
            |opening: &mut Opening| opening.salt = Salt::new([8; 32]),
        ] {
            let mut bent = evidence.clone();
            bend(bent.leaves[0].opening.as_mut().unwrap());
            assert_eq!(bent.check(&checkpoint), Err(BadEvidence::Opening { index: 1 }));
        }
    }
}
