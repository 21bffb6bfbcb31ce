use super::*;
use crate::files::Stored;
use crate::pour::CHUNK_BYTES;
use domain::digest::Sha256;
use std::time::Duration;

fn store() -> (tempfile::TempDir, Folder) {
    let folder = tempfile::tempdir().unwrap();
    let store = Folder::open(&folder.path().join("files")).unwrap();
    (folder, store)
}

fn put(store: &Folder, bytes: &[u8]) -> Result<Stored, FileError> {
    let stored = Stored { sm3: Sm3::of(bytes), sha256: Sha256::of(bytes) };
    store.put(stored.sm3, bytes).map(|()| stored)
}

fn soon() -> SystemTime {
    SystemTime::now() + Duration::from_secs(60)
}

#[test]
fn a_file_is_named_by_its_digest() {
    let (_folder, store) = store();
    let stored = put(&store, b"abc").unwrap();
    assert_eq!(
        stored.sm3.to_string(),
        "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    );
    assert_eq!(
        stored.sha256.to_string(),
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    );
    assert!(store.path(stored.sm3).ends_with(format!("66/{}", stored.sm3)));
    assert_eq!(store.names().unwrap(), [stored.sm3]);
}

#[test]
fn what_is_stored_is_read_and_a_changed_file_is_not() {
    let (_folder, store) = store();
    let stored = put(&store, b"sealed").unwrap();
    assert_eq!(put(&store, b"sealed").unwrap(), stored, "stored once");
    assert_eq!(store.read(stored.sm3).unwrap(), b"sealed");
    store.check(stored.sm3).unwrap();
    for damage in [&b"forged"[..], b"seale", b"sealed!", b""] {
        fs::write(store.path(stored.sm3), damage).unwrap();
        assert!(matches!(store.read(stored.sm3), Err(FileError::Changed { .. })));
        assert!(matches!(store.check(stored.sm3), Err(FileError::Changed { .. })));
        let mut out = Vec::new();
        let copied = store.copy_to(stored.sm3, &mut out);
        assert!(matches!(copied, Err(FileError::Changed { .. })));
        assert_eq!(out, b"", "not one changed byte leaves");
    }
    put(&store, b"sealed").unwrap();
    assert_eq!(store.read(stored.sm3).unwrap(), b"sealed", "stored again over the damage");
    fs::write(store.path(stored.sm3), b"half").unwrap();
    store.put_new(stored.sm3, b"sealed").unwrap();
    assert_eq!(store.read(stored.sm3).unwrap(), b"sealed", "also by who thinks it is new");
    let new = Sm3::of(b"new");
    store.put_new(new, b"new").unwrap();
    assert_eq!(store.read(new).unwrap(), b"new");
    assert!(matches!(store.read([7; 32].into()), Err(FileError::Missing { .. })));
}

#[test]
fn large_files_are_streamed() {
    let (_folder, store) = store();
    let large: Vec<u8> = (0..CHUNK_BYTES * 3 + 17).map(|at| (at % 251) as u8).collect();
    let stored = put(&store, &large).unwrap();
    let mut out = Vec::new();
    assert_eq!(store.copy_to(stored.sm3, &mut out).unwrap(), large.len() as u64);
    assert_eq!(out, large);
    let empty = put(&store, b"").unwrap();
    assert_eq!(store.read(empty.sm3).unwrap(), b"");
}

#[test]
fn the_same_bytes_from_many_threads_are_stored_once() {
    let (_folder, store) = store();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| put(&store, b"sealed").unwrap());
        }
    });
    let below = store.path(store.names().unwrap()[0]);
    assert_eq!(fs::read_dir(below.parent().unwrap()).unwrap().count(), 1);
}

#[test]
fn what_nobody_wants_is_swept_when_it_is_old() {
    let (_folder, store) = store();
    let kept = put(&store, b"kept").unwrap().sm3;
    let orphan = put(&store, b"orphan").unwrap().sm3;
    let half = store.path(kept).with_file_name(".0011223344556677.tmp");
    fs::write(&half, b"half").unwrap();
    let wanted = |sm3: Sm3| Ok::<bool, FileError>(sm3 == kept);
    let epoch = SystemTime::UNIX_EPOCH;
    let young = store.sweep(epoch..epoch, wanted).unwrap();
    assert_eq!(young, Swept::default());
    let seen_before = store.sweep(soon()..soon() + Duration::from_secs(1), wanted).unwrap();
    assert_eq!(seen_before, Swept { temporary: 1, orphans: 0 });
    let swept = store.sweep(epoch..soon(), wanted).unwrap();
    assert_eq!(swept, Swept { temporary: 0, orphans: 1 });
    assert_eq!(store.names().unwrap(), [kept]);
    assert!(!half.exists());
    assert!(matches!(store.read(orphan), Err(FileError::Missing { .. })));
}

#[test]
fn a_sweep_that_cannot_ask_takes_nothing_away() {
    let (_folder, store) = store();
    let stored = put(&store, b"sealed").unwrap();
    let unknown = |sm3: Sm3| Err(FileError::Missing { name: sm3.to_string() });
    assert!(store.sweep(SystemTime::UNIX_EPOCH..soon(), unknown).is_err());
    store.check(stored.sm3).unwrap();
}

#[test]
fn after_a_loss_nothing_more_is_promised() {
    let (_folder, store) = store();
    let stored = put(&store, b"before").unwrap();
    let other = store.clone();
    other.lost.store(true, Ordering::SeqCst);
    assert!(!store.is_sound());
    assert!(matches!(put(&store, b"after"), Err(FileError::Unsynced { .. })));
    assert_eq!(store.read(stored.sm3).unwrap(), b"before");
    assert_eq!(store.names().unwrap(), [stored.sm3]);
}

#[test]
fn a_store_where_nothing_can_be_made_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("files");
    fs::write(&path, b"a file in the way").unwrap();
    assert!(matches!(Folder::open(&path), Err(FileError::Io { .. })));
}
