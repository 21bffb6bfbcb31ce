use std::num::NonZeroU32;
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use domain::seal::{Limits, Seal, SealProperties};
use time::Duration;

use super::*;
use crate::Begin;
use crate::fixtures::{Issue, NOW, World, world};
use crate::schema::seal;

fn limited(limits: Limits) -> World {
    let mut world = world();
    let properties = SealProperties { limits, ..world.seal.properties().clone() };
    let (per_hour, per_day) = (limits.per_hour, limits.per_day);
    let number = |most: Option<NonZeroU32>| most.map(|most| i32::try_from(most.get()).unwrap());
    let (from, until) = (limits.hours.map(|h| h.from()), limits.hours.map(|h| h.until()));
    world
        .store
        .write("limiting a seal", |connection| {
            diesel::update(seal::table.find(world.seal.id().to_string()))
                .set((
                    seal::per_hour.eq(number(per_hour)),
                    seal::per_day.eq(number(per_day)),
                    seal::hour_from.eq(from.map(i32::from)),
                    seal::hour_until.eq(until.map(i32::from)),
                ))
                .execute(connection)
                .map_err(failed)
        })
        .unwrap();
    world.seal = Seal::registered(properties);
    world
}

fn most(number: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(number)
}

fn begin(world: &World, one: &Issue, at: OffsetDateTime) -> Result<(), StoreError> {
    let begin = Begin {
        row: None,
        request: None,
        draft: &one.draft,
        ordered: (&one.ordered.0, &one.ordered.1),
        order: &one.order,
        key_uses: std::slice::from_ref(&one.key_use),
        events: &[],
        now: &|| at,
    };
    world.store.issue_begin(&begin).map(drop)
}

/// How long to wait, in seconds, when the limit is reached.
fn tried(world: &World, number: &str, at: OffsetDateTime) -> Option<u64> {
    match begin(world, &world.issue(number, number), at) {
        Ok(()) => None,
        Err(StoreError::SealLimit { wait, .. }) => Some(wait.as_secs()),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn of_twenty_at_once_exactly_so_many_come_through() {
    let world = limited(Limits { per_hour: most(7), per_day: most(100), hours: None });
    let issues: Vec<Issue> = (0..20).map(|n| world.issue(&n.to_string(), "")).collect();
    let (start, through) = (Barrier::new(issues.len()), AtomicUsize::new(0));
    thread::scope(|scope| {
        for one in &issues {
            let (world, start, through) = (&world, &start, &through);
            scope.spawn(move || {
                start.wait();
                match begin(world, one, NOW) {
                    Ok(()) => through.fetch_add(1, Ordering::SeqCst),
                    Err(StoreError::SealLimit { reached: LimitReached::PerHour(_), .. }) => 0,
                    Err(other) => panic!("{other:?}"),
                };
            });
        }
    });
    assert_eq!(through.into_inner(), 7);
    assert_eq!(
        world.store.key_use_open().unwrap().len(),
        7,
        "what was refused is not in the ledger"
    );
}

#[test]
fn an_hour_passes_and_a_day_too() {
    let world = limited(Limits { per_hour: most(2), per_day: most(3), hours: None });
    // NOW is 16:00 in China.
    assert_eq!(tried(&world, "1", NOW), None);
    assert_eq!(tried(&world, "2", NOW + Duration::minutes(30)), None);
    assert_eq!(tried(&world, "3", NOW + Duration::minutes(40)), Some(21 * 60));
    assert_eq!(tried(&world, "3", NOW + Duration::minutes(60)), Some(60));
    assert_eq!(tried(&world, "3", NOW + Duration::minutes(61)), None);
    let later = NOW + Duration::hours(4);
    assert_eq!(tried(&world, "4", later), Some(4 * 3600), "the day's");
    assert_eq!(world.store.seal_count_expire(later).unwrap(), 3);
    assert_eq!(tried(&world, "4", later), Some(4 * 3600));
    assert_eq!(tried(&world, "4", NOW + Duration::hours(8)), None);
}

#[test]
fn nothing_is_sealed_at_night() {
    let world = limited(Limits { per_hour: None, per_day: None, hours: Hours::new(8, 18).ok() });
    assert_eq!(tried(&world, "1", NOW), None);
    assert_eq!(tried(&world, "2", NOW + Duration::hours(2)), Some(14 * 3600));
    assert_eq!(tried(&world, "2", NOW - Duration::hours(9)), Some(3600));
    assert_eq!(tried(&world, "2", NOW + Duration::hours(16)), None);
}
