use super::*;
use crate::fixtures::{NOW, World, step, world};
use crate::tests::{begin, commit, issued};
use domain::license::{Event, License, StatusEntry};
use domain::log::is_logged;
use domain::webhook::EventType;

pub(crate) fn leaf(license: &License, entry: &StatusEntry) -> Leaf {
    let (issuer, salt) = ("11430000006122244L".parse().unwrap(), Salt::new([7; 32]));
    Leaf::of(license, entry, &issuer, None, salt).expect("a logged change")
}

#[test]
fn a_leaf_comes_with_its_change_and_gets_its_place_later() {
    let world = world();
    assert_eq!(world.store.log_grow(NOW).unwrap(), None);
    let licenses = issued(&world, 3);
    assert_eq!(world.store.log_newest().unwrap(), None, "no place yet");
    let grown = world.store.log_grow(NOW).unwrap().expect("it grew");
    assert_eq!((grown.size, &grown.note), (3, &None));
    assert_eq!(world.store.log_grow(NOW).unwrap(), None, "nothing waits");

    let (revoked, entry) = step(&licenses[0], Event::Suspend);
    let suspended = leaf(&revoked, &entry);
    let owed = crate::fixtures::owed(&revoked, EventType::LicenseSuspended);
    let changed = (&revoked, &entry);
    let moved = crate::Moved { changed, leaf: &suspended, owed: &owed, told: &[], events: &[] };
    world.store.license_change(&moved, None).unwrap();
    let again = world.store.log_grow(NOW).unwrap().expect("it grew");
    let leaves = world.store.log_leaves(0, 10).unwrap();
    assert_eq!(leaves.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [0, 1, 2, 3]);
    assert_eq!(leaves[3].1, suspended);
    let mut tree = Tree::default();
    leaves.iter().for_each(|(_, leaf)| tree.append(leaf.hash()));
    assert_eq!((again.size, again.root), (4, tree.root()));
    let all = world.store.log_checkpoints(0, 10).unwrap();
    assert_eq!(all, [grown, again.clone()]);
    assert_eq!(world.store.log_checkpoints(3, 10).unwrap(), [again]);
}

#[test]
fn a_checkpoint_is_signed_once() {
    let world = world();
    issued(&world, 1);
    world.store.log_grow(NOW).unwrap();
    world.store.log_sign(1, "first").unwrap();
    world.store.log_sign(1, "second").unwrap();
    let newest = world.store.log_newest().unwrap().expect("a checkpoint");
    assert_eq!(newest.note.as_deref(), Some("first"));
}

#[test]
fn what_is_undone_leaves_no_leaf() {
    let world = world();
    let one = world.issue("示照〔2026〕1号", "one");
    begin(&world.store, &one).unwrap();
    commit(&world.store, &one).unwrap();
    // The same change again is a conflict, whatever else was asked with it.
    assert!(commit(&world.store, &one).is_err());
    let two = world.issue("示照〔2026〕2号", "two");
    assert!(commit(&world.store, &two).is_err(), "it was not begun");
    assert_eq!(world.store.log_grow(NOW).unwrap().map(|grown| grown.size), Some(1));
}

#[test]
fn changes_from_before_the_log_are_found() {
    let world = world();
    issued(&world, 2);
    assert_eq!(world.store.status_entry_unlogged(10).unwrap(), []);
    let forgotten = world.store.write("forgetting", |connection| {
        let gone = diesel::delete(log_leaf::table).execute(connection);
        gone.map_err(|cause| StoreError::database("forgetting", cause))
    });
    assert_eq!(forgotten.unwrap(), 2);
    let found = world.store.status_entry_unlogged(10).unwrap();
    assert!(found.len() == 2 && found.iter().all(|entry| is_logged(entry.to)), "{found:?}");
    assert_eq!(world.store.status_entry_unlogged(1).unwrap(), found[..1]);
    let leaves: Vec<Leaf> = found
        .iter()
        .map(|entry| leaf(&world.store.license_read(entry.license).unwrap(), entry))
        .collect();
    world.store.log_append(&leaves).unwrap();
    assert!(matches!(world.store.log_append(&leaves), Err(StoreError::Exists { .. })));
    assert_eq!(world.store.status_entry_unlogged(10).unwrap(), []);
}

#[test]
fn a_bent_checkpoint_is_damage() {
    let world = world();
    issued(&world, 1);
    world.store.log_grow(NOW).unwrap();
    let bent = world.store.write("bending", |connection| {
        let bent = diesel::update(log_checkpoint::table).set(log_checkpoint::peaks.eq(vec![0; 32]));
        bent.execute(connection).map_err(|cause| StoreError::database("bending", cause))
    });
    assert_eq!(bent.unwrap(), 1);
    assert!(matches!(world.store.log_newest(), Err(StoreError::Corrupt { .. })));
    issued_again(&world);
    assert!(matches!(world.store.log_grow(NOW), Err(StoreError::Corrupt { .. })));
}

fn issued_again(world: &World) {
    let one = world.issue("示照〔2026〕9号", "nine");
    begin(&world.store, &one).unwrap();
    commit(&world.store, &one).unwrap();
}
