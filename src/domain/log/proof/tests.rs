use super::*;
use crate::log::Tree;
use crate::log::leaf_hash;
use crate::shared::shared;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// How many vectors there are, and how many of them must be refused.
const VECTORS: (usize, usize) = (518, 482);

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|end| end == "json") {
            found.push(path);
        }
    }
}

/// What is no digest stands for itself as one: some vectors compare such roots. A leaf that is none
/// stands for no root.
fn digest(name: &str, value: &Value) -> Sha256 {
    let bytes = value.as_str().map(|text| STANDARD.decode(text).unwrap()).unwrap_or_default();
    let other =
        || leaf_hash(&[if name == "leafHash" { b"leaf" } else { b"root" }, &bytes[..]].concat());
    Sha256::try_from(&bytes[..]).unwrap_or_else(|_| other())
}

fn judge(kind: &str, case: &Value) -> Result<(), BadProof> {
    let number = |name: &str| case[name].as_u64().unwrap_or_else(|| panic!("{name} of {case}"));
    let hashes = case["proof"]
        .as_array()
        .map(|proof| proof.iter().map(|hash| digest("proof", hash)).collect());
    let path: Vec<Sha256> = hashes.unwrap_or_default();
    let of = |name: &str| digest(name, &case[name]);
    // A range that ends before it begins is one of the cases.
    let part = || Range { start: number("start"), end: number("end") };
    match kind {
        "inclusion" => {
            let tree = (number("treeSize"), of("root"));
            verify_inclusion(of("leafHash"), number("leafIdx"), tree, &path)
        }
        "consistency" => {
            let (from, to) = ((number("size1"), of("root1")), (number("size2"), of("root2")));
            verify_consistency(from, to, &path)
        }
        "subtreeinclusion" => {
            let (leaf, index) = (of("leafHash"), number("leafIdx"));
            verify_subtree_inclusion(leaf, index, (part(), of("root")), &path)
        }
        "subtreeconsistency" => {
            let tree = (number("size"), of("root2"));
            verify_subtree_consistency((part(), of("root1")), tree, &path)
        }
        other => panic!("no such vectors: {other}"),
    }
}

#[test]
fn proofs_of_others_are_judged_as_they_judge_them() {
    let folder = "vectors/third-party/merkle/testdata";
    let Some(folder) = shared("the vectors of proofs", folder) else { return };
    let mut found = Vec::new();
    files(&folder, &mut found);
    let mut refused = 0;
    for path in &found {
        let case: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let kind = path.strip_prefix(&folder).unwrap().iter().next().unwrap().to_str().unwrap();
        let judged = judge(kind, &case);
        let bad = case["wantErr"].as_bool().unwrap();
        assert_eq!(judged.is_err(), bad, "{}: {judged:?}", path.display());
        refused += usize::from(bad);
    }
    assert_eq!((found.len(), refused), VECTORS);
}

/// A tree and its tiles, as a log keeps them.
struct Forest {
    levels: Vec<Vec<Sha256>>,
    roots: Vec<Sha256>,
}

fn forest(size: u32) -> Forest {
    let leaves: Vec<Sha256> = (0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect();
    let mut tree = Tree::default();
    let mut roots = vec![tree.root()];
    for leaf in &leaves {
        tree.append(*leaf);
        roots.push(tree.root());
    }
    let mut levels = vec![leaves];
    while levels.last().is_some_and(|below| below.len() >= 256) {
        let below = levels.last().unwrap();
        levels.push(below.as_chunks::<256>().0.iter().map(|row| root_of(row.to_vec())).collect());
    }
    Forest { levels, roots }
}

impl Forest {
    fn hashes(&self, size: u64) -> Hashes<impl FnMut(Tile) -> Result<Vec<Sha256>, BadTile>> {
        Hashes::new(size, move |tile: Tile| {
            assert!(tile.is_in(size), "{tile:?} of {size}");
            let first = tile.first() as usize;
            Ok(self.levels[usize::from(tile.level)][first..first + usize::from(tile.width)]
                .to_vec())
        })
    }

    fn check_inclusion(&self, index: u64, size: u64) {
        let path = self.hashes(size).of_all(inclusion_path(index, size).unwrap()).unwrap();
        let (leaf, root) = (self.levels[0][index as usize], self.roots[size as usize]);
        let verify = |path: &[Sha256]| verify_inclusion(leaf, index, (size, root), path);
        assert_eq!(verify(&path), Ok(()), "{index} of {size}");
        for at in 0..path.len() {
            let mut bent = path.clone();
            bent[at] = leaf_hash(b"another");
            assert_eq!(verify(&bent), Err(BadProof::Root), "{index} of {size}");
            assert!(verify(&path[..at]).is_err());
        }
        assert!(verify(&[&path[..], &[leaf]].concat()).is_err());
    }

    fn check_consistency(&self, from: u64, to: u64) {
        let path = self.hashes(to).of_all(consistency_path(from, to).unwrap()).unwrap();
        assert!(path.len() <= PROOF_HASHES_MAX);
        let (before, after) = (self.roots[from as usize], self.roots[to as usize]);
        let verify =
            |before, path: &[Sha256]| verify_consistency((from, before), (to, after), path);
        assert_eq!(verify(before, &path), Ok(()), "{from} to {to}");
        assert!(verify(leaf_hash(b"another"), &path).is_err(), "{from} to {to}");
        for at in 0..path.len() {
            let mut bent = path.clone();
            bent[at] = leaf_hash(b"another");
            assert!(verify(before, &bent).is_err(), "{from} to {to}");
            assert!(verify(before, &path[..at]).is_err());
        }
    }
}

#[test]
fn every_place_of_small_trees_is_proved() {
    let forest = forest(40);
    for size in 1..=40 {
        assert_eq!(forest.hashes(size).root(), Ok(forest.roots[size as usize]));
        (0..size).for_each(|index| forest.check_inclusion(index, size));
        (1..=size).for_each(|from| forest.check_consistency(from, size));
        assert_eq!(inclusion_path(size, size), None);
        assert_eq!(consistency_path(size + 1, size), None);
    }
    assert_eq!((inclusion_path(0, 0), consistency_path(0, 3)), (None, None));
}

/// Sizes about those at which tiles of higher levels begin.
#[test]
fn proofs_cross_tiles() {
    let forest = forest(66_000);
    for size in [255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 66_000] {
        assert_eq!(forest.hashes(size).root(), Ok(forest.roots[size as usize]), "{size}");
        for place in [0, 1, size / 3, size / 2, size - 2, size - 1] {
            forest.check_inclusion(place, size);
            forest.check_consistency(place + 1, size);
        }
    }
}

/// A proof in a log of a province reads a handful of tiles.
#[test]
fn few_tiles_are_read_of_a_large_tree() {
    let size = 100_000_000;
    let mut read = 0;
    let mut hashes = Hashes::new(size, |tile: Tile| {
        read += 1;
        Ok::<_, BadTile>(vec![Sha256::from([0; 32]); tile.width.into()])
    });
    let path = hashes.of_all(inclusion_path(12_345_678, size).unwrap()).unwrap();
    let _ = hashes.of_all(consistency_path(77_777_777, size).unwrap()).unwrap();
    assert_eq!(path.len(), 27);
    assert!(read <= 12, "{read} tiles");
}

#[test]
fn sizes_at_the_end_of_numbers_are_no_panic() {
    let hash = Sha256::of(b"");
    let path = vec![hash; PROOF_HASHES_MAX];
    for size in [u64::MAX, u64::MAX - 1, 1 << 63, (1 << 63) + 1] {
        for index in [0, 1, size / 2, size - 1, size] {
            for len in [0, 1, 63, 64, 65] {
                let _ = verify_inclusion(hash, index, (size, hash), &path[..len]);
                let _ = verify_consistency((index, hash), (size, hash), &path[..len]);
                let part = index..size;
                let _ =
                    verify_subtree_consistency((part.clone(), hash), (size, hash), &path[..len]);
                let _ = verify_subtree_inclusion(hash, index, (part, hash), &path[..len]);
            }
            let _ = (inclusion_path(index, size), consistency_path(index, size));
        }
    }
}
