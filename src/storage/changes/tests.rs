use super::*;
use crate::Moved;
use crate::fixtures::{NOW, TYPE, World, organization, step, world};
use crate::tests::{begin, commit, issued};
use domain::license::Event;
use domain::webhook::EventType;
use std::sync::atomic::{AtomicBool, Ordering};

fn filter(world: &World) -> ChangeFilter {
    ChangeFilter { issuer: world.organization.id, types: None }
}

fn shown(changes: &Changes) -> Vec<(u64, Event)> {
    changes.items.iter().map(|one| (one.place, one.entry.change.event())).collect()
}

#[test]
fn changes_come_in_their_order_page_by_page() {
    let world = world();
    let own = filter(&world);
    let nothing = world.store.change_list(0, &own, 10).unwrap();
    assert_eq!((shown(&nothing), nothing.next, nothing.more), (vec![], 0, false));
    let licenses = issued(&world, 3);
    assert_eq!(world.store.change_list(0, &own, 10).unwrap().items.len(), 0, "no place yet");
    world.store.log_grow(NOW).unwrap();
    let (suspended, entry) = step(&licenses[1], Event::Suspend);
    let leaf = crate::log::tests::leaf(&suspended, &entry);
    let owed = crate::fixtures::owed(&suspended, EventType::LicenseSuspended);
    let changed = (&suspended, &entry);
    let moved = Moved { changed, leaf: &leaf, owed: &owed, told: &[], events: &[] };
    world.store.license_change(&moved, None).unwrap();
    world.store.log_grow(NOW).unwrap();

    let first = world.store.change_list(0, &own, 2).unwrap();
    assert_eq!(shown(&first), [(0, Event::Issue), (1, Event::Issue)]);
    assert_eq!((first.next, first.more), (2, true));
    let second = world.store.change_list(first.next, &own, 2).unwrap();
    assert_eq!(shown(&second), [(2, Event::Issue), (3, Event::Suspend)]);
    assert_eq!((second.next, second.more), (4, false));
    assert_eq!(second.items[1].entry.license, licenses[1].id());
    let third = world.store.change_list(second.next, &own, 2).unwrap();
    assert_eq!((shown(&third), third.next, third.more), (vec![], 4, false));
    // Who is ahead of the log, as after an older register was put back, waits for it.
    let ahead = world.store.change_list(99, &own, 2).unwrap();
    assert_eq!((shown(&ahead), ahead.next, ahead.more), (vec![], 99, false));
}

#[test]
fn nobody_sees_changes_of_others() {
    let world = world();
    issued(&world, 2);
    world.store.log_grow(NOW).unwrap();
    let other = ChangeFilter { issuer: organization().id, types: None };
    let found = world.store.change_list(0, &other, 10).unwrap();
    assert_eq!((shown(&found), found.next, found.more), (vec![], 2, false));
    for (types, count) in [(vec![], 0), (vec![TYPE], 2), (vec!["11100000000013338W011"], 0)] {
        let types = types.into_iter().map(|code: &str| code.parse().unwrap()).collect();
        let own = ChangeFilter { types: Some(types), ..filter(&world) };
        assert_eq!(world.store.change_list(0, &own, 10).unwrap().items.len(), count);
    }
}

/// Several write, one lets the log grow, one follows: each change once, none left out.
#[test]
fn whoever_follows_misses_nothing_that_is_committed_meanwhile() {
    const EACH: usize = 8;
    let world = world();
    let (own, done) = (filter(&world), AtomicBool::new(false));
    let follow = || {
        let (mut from, mut seen) = (0, Vec::new());
        loop {
            let last = done.load(Ordering::SeqCst);
            let found = world.store.change_list(from, &own, 3).unwrap();
            seen.extend(found.items.iter().map(|one| one.entry.id));
            from = found.next;
            if last && !found.more {
                return seen;
            }
        }
    };
    let write = |name: &str| {
        for number in 0..EACH {
            let issue =
                world.issue(&format!("示照{name}〔2026〕{number}号"), &format!("{name}{number}"));
            begin(&world.store, &issue).unwrap();
            commit(&world.store, &issue).unwrap();
        }
    };
    let seen = std::thread::scope(|scope| {
        let following = scope.spawn(follow);
        let growing = scope.spawn(|| {
            while !done.load(Ordering::SeqCst) {
                world.store.log_grow(NOW).unwrap();
            }
        });
        let writing = ["甲", "乙"].map(|name| scope.spawn(move || write(name)));
        writing.into_iter().for_each(|one| one.join().unwrap());
        world.store.log_grow(NOW).unwrap();
        done.store(true, Ordering::SeqCst);
        growing.join().unwrap();
        following.join().unwrap()
    });
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!((seen.len(), once.len()), (2 * EACH, 2 * EACH));
}
