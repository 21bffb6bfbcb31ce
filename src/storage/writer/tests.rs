use std::sync::Barrier;
use std::thread;

use domain::id::OrganizationId;
use domain::identifier::UnifiedCode;
use domain::party::Organization;

use super::*;
use crate::Store;
use crate::fixtures::{NOW, entropy, location, organization, world_in_file};

fn numbered(number: u32) -> Organization {
    Organization {
        id: OrganizationId::mint(NOW, entropy()),
        code: UnifiedCode::with_check(&format!("12430000{number:08}0")).unwrap(),
        ..organization()
    }
}

fn fresh() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&location(&folder)).unwrap();
    (folder, store)
}

/// For what only the one writer of a file does.
fn in_file() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open_file(&folder.path().join("yinzheng.db")).unwrap();
    (folder, store)
}

#[test]
fn what_many_threads_write_is_all_there() {
    let (_folder, store) = fresh();
    thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for number in 0..25 {
                    let one = numbered(thread * 1000 + number);
                    store.organization_insert(&one).unwrap();
                    assert_eq!(store.organization_read(one.id).unwrap(), one, "seen at once");
                }
            });
        }
    });
    assert_eq!(store.organization_list().unwrap().len(), 200);
}

#[test]
fn one_refused_write_does_not_harm_its_neighbors() {
    let (_folder, store) = fresh();
    let taken = numbered(1);
    store.organization_insert(&taken).unwrap();
    let start = Barrier::new(8);
    let inserted = thread::scope(|scope| {
        let run = |number: u32| {
            let (store, start, taken) = (&store, &start, &taken);
            scope.spawn(move || {
                start.wait();
                let results = (0..20).map(|round| {
                    let one = numbered(100 + number * 100 + round);
                    let one = if number.is_multiple_of(2) { one } else { taken.clone() };
                    store.organization_insert(&one)
                });
                results.filter(Result::is_ok).count()
            })
        };
        let threads: Vec<_> = (0..8).map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum::<usize>()
    });
    assert_eq!(inserted, 80);
    assert_eq!(store.organization_list().unwrap().len(), 81);
}

#[test]
fn a_panic_inside_a_write_is_the_writers_own() {
    let (_folder, store) = fresh();
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.write("panicking", |_| -> Result<(), StoreError> { panic!("on purpose") })
    }));
    assert!(panicked.is_err());
    store.organization_insert(&numbered(1)).unwrap();
    assert_eq!(store.organization_list().unwrap().len(), 1);
}

/// A failure of the database inside a batch fails all of it: nobody is told of a success that
/// was not committed.
#[test]
fn a_failed_batch_fails_for_all_its_members() {
    let (_folder, store) = in_file();
    let first_is_in = Barrier::new(2);
    let (first, second) = thread::scope(|scope| {
        let (store, first_is_in) = (&store, &first_is_in);
        let first = scope.spawn(move || {
            store.write("writing", |connection| {
                crate::connection::transact(connection, "writing", |_| Ok(()))?;
                first_is_in.wait();
                // The second is on its way to the lock before this ends, and joins.
                while store.writer_waiting() == 0 {
                    thread::yield_now();
                }
                Ok(())
            })
        });
        let second = scope.spawn(move || {
            first_is_in.wait();
            store.write("failing", |_| -> Result<(), StoreError> {
                Err(StoreError::Full { operation: "failing" })
            })
        });
        (first.join().unwrap(), second.join().unwrap())
    });
    assert!(matches!(second, Err(StoreError::Full { operation: "failing" })));
    assert!(matches!(first, Err(StoreError::Full { operation: "writing" })));
    store.organization_insert(&numbered(1)).unwrap();
}

#[test]
fn a_full_disk_loses_nothing_and_is_named() {
    let world = world_in_file();
    let limited = world.store.write("limiting", |connection| {
        use diesel::connection::SimpleConnection as _;
        connection
            .batch_execute("PRAGMA max_page_count = 1")
            .map_err(|cause| StoreError::database("limiting", cause))
    });
    limited.unwrap();
    let before = world.store.organization_list().unwrap().len();
    let mut kept = 0;
    let refused = (0..2000).find_map(|number| {
        let one = Organization { name: "示".repeat(2000), ..numbered(number) };
        match world.store.organization_insert(&one) {
            Ok(()) => {
                kept += 1;
                None
            }
            Err(error) => Some(error),
        }
    });
    assert!(matches!(refused, Some(StoreError::Full { .. })), "{refused:?}");
    assert_eq!(world.store.organization_list().unwrap().len(), before + kept);
    // The connection was replaced, and with it the limit is gone: it recovers by itself.
    world.store.organization_insert(&numbered(5000)).unwrap();
}

#[test]
fn after_a_failed_disk_nothing_is_written_any_more() {
    let (_folder, store) = in_file();
    store.organization_insert(&numbered(1)).unwrap();
    assert!(store.is_sound());
    let failed = store.write("writing", |_| -> Result<(), StoreError> {
        Err(StoreError::Disk { operation: "writing", cause: "on purpose".into() })
    });
    assert!(matches!(failed, Err(StoreError::Disk { .. })));
    assert!(!store.is_sound());
    assert!(matches!(store.organization_insert(&numbered(2)), Err(StoreError::Disk { .. })));
    assert_eq!(store.organization_list().unwrap().len(), 1, "what was written before is read");
}
