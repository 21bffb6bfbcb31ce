use super::*;
use crate::log::Witness;
use crate::log::witness::{Breach, Seen};
use domain::log::{NoteKey, bundle};
use formats::algorithm::{KeyKind, PrivateKey, SM2_DEFAULT_ID};
use gateway::log_place::LogPlace;
use gateway::random::SystemRandom;
use std::fs;
use std::path::Path;
use time::macros::datetime;

pub(in crate::log) const ORIGIN: &str = "licenses.example/v1/log";

/// A log in a folder, as a service has it.
pub(in crate::log) struct Written {
    pub(in crate::log) files: BTreeMap<String, Vec<u8>>,
    pub(in crate::log) keys: LogKeys,
    signers: Vec<PrivateKey>,
}

pub(in crate::log) fn signers() -> Vec<PrivateKey> {
    let make = |kind| PrivateKey::generate(&kind, &mut SystemRandom).unwrap();
    [KeyKind::Sm2, KeyKind::Ed25519].map(make).into()
}

impl Written {
    pub(in crate::log) fn new(entries: &[String]) -> Self {
        let keys = LogKeys(Vec::new());
        let mut log = Self { files: BTreeMap::new(), keys, signers: signers() };
        log.keys = LogKeys(log.signers.iter().map(|key| key.public_key().clone()).collect());
        log.write(entries);
        log
    }

    /// Another state under the same keys.
    pub(in crate::log) fn write(&mut self, entries: &[String]) {
        self.files.clear();
        let mut row: Vec<Sha256> = entries.iter().map(|e| leaf_hash(e.as_bytes())).collect();
        let (size, mut tree) = (entries.len() as u64, Tree::default());
        row.iter().for_each(|hash| tree.append(*hash));
        let mut level = 0;
        while !row.is_empty() {
            for place in (0..row.len()).step_by(256) {
                let tile = Tile::holding(level, place as u64, size).unwrap();
                let end = place + usize::from(tile.width);
                let hashes = row[place..end].iter().flat_map(|hash| *hash.as_bytes()).collect();
                self.files.insert(format!("tile/{}", TilePath::Hashes(tile)), hashes);
                if level == 0 {
                    let path = format!("tile/{}", TilePath::Entries(tile));
                    let entries = entries[place..end].iter().map(String::as_str);
                    self.files.insert(path, bundle(entries).unwrap());
                }
            }
            row = row.as_chunks::<256>().0.iter().map(|below| root_of(below.to_vec())).collect();
            level += 1;
        }
        let checkpoint = Checkpoint::new(ORIGIN, size, tree.root()).unwrap();
        let note = self.signed(&checkpoint);
        self.files.insert("checkpoint".to_owned(), note.into_bytes());
    }

    pub(in crate::log) fn signed(&self, checkpoint: &Checkpoint) -> String {
        let line = |key: &PrivateKey| {
            let by = NoteKey::of_log(&checkpoint.origin, key.public_key().clone()).unwrap();
            let message = by.message(&checkpoint.to_string(), 0);
            let signed = key.sign(by.suite(), SM2_DEFAULT_ID, &message, &mut SystemRandom);
            by.line(&signed.unwrap(), 0)
        };
        checkpoint.complete(&self.signers.iter().map(line).collect::<Vec<_>>())
    }

    pub(in crate::log) fn put(&self, folder: &Path) {
        let _ = fs::remove_dir_all(folder);
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }

    fn check(&self, kept: &[(String, Vec<u8>)]) -> CheckedLog {
        let read = |path: &str| self.files.get(path).cloned().ok_or(format!("{path}: absent"));
        Audit::of(LogSource(&read), &self.keys, kept)
    }
}

pub(in crate::log) fn entries(range: std::ops::Range<u32>) -> Vec<String> {
    range.map(|number| format!(r#"{{"event":"issue","n":{number},"v":1}}"#)).collect()
}

#[test]
fn a_whole_log_is_proved() {
    for count in [1, 2, 7, 255, 256, 257, 600] {
        let checked = Written::new(&entries(0..count)).check(&[]);
        assert_eq!(checked.standing, LogStanding::Proved, "{count}: {:?}", checked.faults);
        assert_eq!(checked.size, Some(count.into()));
    }
}

/// Which leaf a byte of a tile or of a bundle belongs to.
fn leaf_at(path: &str, bytes: &[u8], at: usize) -> Option<usize> {
    if path.starts_with("tile/0/") {
        return Some(at / 32);
    }
    let mut end = 0;
    path.starts_with("tile/entries/").then(|| {
        (0..)
            .find(|_| {
                end += 2 + usize::from(u16::from_be_bytes([bytes[end], bytes[end + 1]]));
                at < end
            })
            .unwrap()
    })
}

#[test]
fn every_flipped_byte_is_named() {
    let mut log = Written::new(&entries(0..9));
    let mut flips = 0;
    for (path, whole) in log.files.clone() {
        for at in 0..whole.len() {
            log.files.get_mut(&path).unwrap()[at] ^= 1;
            let checked = log.check(&[]);
            log.files.get_mut(&path).unwrap()[at] ^= 1;
            flips += 1;
            if let Some(leaf) = leaf_at(&path, &whole, at) {
                assert_eq!(checked.standing, LogStanding::Altered, "byte {at} of {path}");
                let named = format!("leaf {leaf}: ");
                assert!(checked.faults[0].starts_with(&named), "byte {at} of {path}: {checked:?}");
            } else if checked.standing == LogStanding::Proved {
                // In the name or the id of one of the two signatures: a line of somebody else.
                let text = String::from_utf8_lossy(&whole);
                assert!(at > text.find('—').unwrap(), "byte {at} of {path}");
                assert_eq!(checked.size, Some(9));
            }
        }
    }
    assert!(flips > 800, "{flips}");
    let cut = |log: &mut Written, path: &str| {
        let whole = log.files.remove(path).unwrap();
        log.files.insert(path.to_owned(), whole[..whole.len() - 1].to_vec());
    };
    for path in ["tile/0/000.p/9", "tile/entries/000.p/9"] {
        let mut log = Written::new(&entries(0..9));
        cut(&mut log, path);
        assert_eq!(log.check(&[]).standing, LogStanding::Altered);
        log.files.remove(path);
        assert_eq!(log.check(&[]).standing, LogStanding::Unread);
    }
}

#[test]
fn hashes_of_higher_tiles_are_named_by_their_leaves() {
    let mut log = Written::new(&entries(0..600));
    log.files.get_mut("tile/1/000.p/2").unwrap()[40] ^= 1;
    let checked = log.check(&[]);
    assert_eq!(checked.standing, LogStanding::Altered);
    assert_eq!(checked.faults, ["tile 1/000.p/2: the hash over leaves 256 to 511 is another"]);
}

#[test]
fn what_was_kept_tells_of_another_history() {
    let mut log = Written::new(&entries(0..5));
    let kept = ("kept".to_owned(), log.files["checkpoint"].clone());
    log.write(&entries(0..9));
    assert_eq!(log.check(std::slice::from_ref(&kept)).standing, LogStanding::Proved);
    log.write(&entries(1..10));
    let forked = log.check(std::slice::from_ref(&kept));
    assert_eq!(forked.faults, ["kept: with 5 leaves the log had another root"]);
    log.write(&entries(0..3));
    let older = log.check(std::slice::from_ref(&kept));
    assert_eq!(older.faults, ["kept: the log had 5 leaves, now it has 3"]);
    let stranger = Written::new(&entries(0..5));
    let unknown = log.check(&[("other".to_owned(), stranger.files["checkpoint"].clone())]);
    assert_eq!(unknown.standing, LogStanding::UnknownKey);
}

#[test]
fn a_witness_signs_what_grows_and_refuses_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let (files, state) = (folder.path().join("log"), folder.path().join("state"));
    let place = LogPlace::named(files.to_str().unwrap()).unwrap();
    let at = datetime!(2026-03-02 09:15 +8);
    let mut log = Written::new(&entries(0..5));
    log.put(&files);
    let witness = Witness::open(&state, "witness.example/w1").unwrap();
    let busy = Witness::open(&state, "witness.example/w1");
    assert!(busy.is_err(), "one process at a time");
    let key = NoteKey::parse(&witness.note_key()).unwrap();
    let Seen::Grew(note) = witness.look(&place, &log.keys, at).unwrap() else { panic!("new") };
    let read = domain::log::Note::read(note.as_bytes()).unwrap();
    let signed = read.signed_by(&key).unwrap().unwrap();
    assert_eq!(signed.at, Some(at.unix_timestamp() as u64));
    assert_eq!(witness.look(&place, &log.keys, at).unwrap(), Seen::Same(note));

    log.write(&entries(0..700));
    log.put(&files);
    let grew = witness.look(&place, &log.keys, at).unwrap();
    assert!(matches!(grew, Seen::Grew(_)), "{grew:?}");
    drop(witness);
    // What it has seen outlives it.
    let witness = Witness::open(&state, "witness.example/w1").unwrap();
    for (entries, breach) in [
        (entries(0..5), Breach::RolledBack),
        (entries(1..701), Breach::Forked),
        (entries(1..900), Breach::Forked),
    ] {
        log.write(&entries);
        log.put(&files);
        let Seen::Refused(found, evidence) = witness.look(&place, &log.keys, at).unwrap() else {
            panic!("{breach}")
        };
        assert_eq!(found, breach);
        let evidence = fs::read_to_string(evidence).unwrap();
        assert!(evidence.contains("\n700\n"), "{evidence}");
        let shown = String::from_utf8(log.files["checkpoint"].clone()).unwrap();
        assert!(evidence.contains(&shown), "both notes");
    }
    // The history that it knows may go on; the evidence stays.
    log.write(&entries(0..701));
    log.put(&files);
    assert!(matches!(witness.look(&place, &log.keys, at).unwrap(), Seen::Grew(_)));

    // Wrong tiles accuse nobody, and sign nothing; nor does a stranger's key.
    log.write(&entries(0..800));
    log.files.get_mut("tile/0/002").unwrap()[0] ^= 1;
    log.put(&files);
    assert!(witness.look(&place, &log.keys, at).is_err());
    let stranger = Written::new(&entries(0..900));
    stranger.put(&files);
    assert!(matches!(witness.look(&place, &log.keys, at).unwrap(), Seen::Unbelieved(_)));
    // A log of these keys by another name.
    let renamed = Checkpoint::new("other.example/log", 800, Sha256::of(b"")).unwrap();
    fs::write(files.join("checkpoint"), log.signed(&renamed)).unwrap();
    let seen = witness.look(&place, &log.keys, at).unwrap();
    assert!(matches!(seen, Seen::Refused(Breach::Renamed, _)), "{seen:?}");
    // Damage of what is kept is no reason to begin anew.
    drop(witness);
    let kept = state.join("seen.checkpoint");
    let bent = fs::read_to_string(&kept).unwrap().replacen("701", "702", 1);
    fs::write(&kept, bent).unwrap();
    let witness = Witness::open(&state, "witness.example/w1").unwrap();
    assert!(witness.look(&place, &log.keys, at).is_err());
    #[cfg(unix)]
    {
        let mode =
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&kept).unwrap().permissions());
        assert_eq!(mode & 0o077, 0, "for its owner alone");
    }
}
