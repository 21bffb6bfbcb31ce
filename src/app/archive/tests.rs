//! A package from the service to somebody who has only its key.

use super::*;
use crate::offline::Trust;
use crate::package::MANIFEST;
use crate::{App, Settings};
use formats::package;
use gateway::receipt_keys;
use time::{Duration, OffsetDateTime};

struct World {
    _folder: tempfile::TempDir,
    app: App,
    keys: ArchiveKeys,
}

fn world() -> World {
    let folder = tempfile::tempdir().expect("a folder");
    let app = App::open(Settings::in_folder(folder.path())).expect("opened");
    let trust = tempfile::tempdir().expect("a folder");
    let receipts = trust.path().join(receipt_keys::FOLDER);
    std::fs::create_dir(&receipts).expect("made");
    for key in app.receipt_keys().expect("keys") {
        std::fs::write(receipts.join("service.pem"), key.pem).expect("written");
    }
    let keys = ArchiveKeys::load(trust.path()).expect("loaded");
    World { _folder: folder, app, keys }
}

impl World {
    fn packed(&self) -> Vec<u8> {
        let said = self.app.empty_manifest().expect("a manifest");
        let file = |name: &str, bytes: &[u8]| (name.to_owned(), bytes.to_vec());
        let files = vec![file(LICENSE, b"words"), file("trust/other.txt", b"more")];
        self.app.packed(said, files).expect("packed")
    }

    fn check(&self, package: &[u8]) -> CheckedArchive {
        check(package, &self.keys, &Trust::none(), OffsetDateTime::now_utc())
    }
}

/// The same package with other entries.
fn repacked(package: &[u8], change: impl FnOnce(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let entries = package::read(package).expect("a package").into_iter();
    let mut entries = entries.map(|one| (one.name.to_owned(), one.bytes.to_vec())).collect();
    change(&mut entries);
    package::write(&entries).expect("a package")
}

/// How it stands, and what is named.
fn summary(checked: &CheckedArchive) -> (ArchiveStanding, Vec<&str>) {
    (checked.standing, checked.faults.iter().map(|one| one.path.as_str()).collect())
}

#[test]
fn whole_and_nothing_proves_its_time() {
    let world = world();
    let package = world.packed();
    let checked = world.check(&package);
    // A service with neither an authority nor a log that had the file.
    assert_eq!(summary(&checked), (ArchiveStanding::TimeNotProven, vec![]));
    assert_eq!((checked.outcome.as_str(), checked.restored()), ("INDETERMINATE", None));
    let nobody = ArchiveKeys::default();
    let checked = check(&package, &nobody, &Trust::none(), OffsetDateTime::now_utc());
    assert_eq!(summary(&checked), (ArchiveStanding::UnknownKey, vec![MANIFEST]));
    let earlier = OffsetDateTime::now_utc() - Duration::days(1);
    let checked = check(&package, &world.keys, &Trust::none(), earlier);
    assert_eq!(summary(&checked), (ArchiveStanding::TimeNotProven, vec![MANIFEST]));
}

#[test]
fn a_change_in_any_byte_is_named() {
    let world = world();
    let package = world.packed();
    for at in 0..package.len() {
        let mut changed = package.clone();
        changed[at] ^= 1 << (at % 8);
        let checked = world.check(&changed);
        let standing = checked.standing;
        let refused = [ArchiveStanding::Altered, ArchiveStanding::NotAnArchive];
        assert!(refused.contains(&standing), "byte {at}: {standing:?}");
        assert!(!checked.faults.is_empty(), "byte {at}");
    }
}

#[test]
fn what_was_done_to_a_package_is_named() {
    use ArchiveStanding::{Altered, NotAnArchive, UnknownKey};
    type Change = fn(&mut Vec<(String, Vec<u8>)>);
    let (world, other) = (world(), self::world());
    let package = world.packed();
    let cases: [(Change, ArchiveStanding, &str); 6] = [
        (|all| all[0].1 = b"WORDS".to_vec(), Altered, LICENSE),
        (|all| drop(all.remove(0)), Altered, LICENSE),
        (|all| all.push(("more.txt".to_owned(), Vec::new())), Altered, "more.txt"),
        (|all| all.push((STAMP.to_owned(), Vec::new())), Altered, STAMP),
        (|all| drop(all.pop()), NotAnArchive, MANIFEST),
        (|all| all.last_mut().expect("one").1 = b"{}".to_vec(), NotAnArchive, MANIFEST),
    ];
    for (change, standing, path) in cases {
        let checked = world.check(&repacked(&package, change));
        assert_eq!(summary(&checked), (standing, vec![path]));
    }
    assert_eq!(summary(&world.check(&other.packed())), (UnknownKey, vec![MANIFEST]));
    for nothing in [&b""[..], b"PK\x03\x04", b"words", &[0; 100]] {
        assert_eq!(summary(&world.check(nothing)), (NotAnArchive, vec![""]));
    }
}
