//! Whoever seals races whoever takes the seal away: on one order of things both agree.

use std::sync::atomic::{AtomicI64, Ordering};
use std::thread;

use domain::seal::SealEvent;
use time::{Duration, OffsetDateTime};

use super::*;
use crate::SealStep;
use crate::fixtures::{Issue, NOW, World, world};

/// Sealing calls that race one suspension, from so many threads.
const CALLS: usize = 1000;
const THREADS: usize = 20;
/// The seal is taken away when so many calls have come through.
const BEFORE: usize = 200;

/// A clock that never stands still and never goes back, for all threads.
#[derive(Default)]
struct Ticks(AtomicI64);

impl Ticks {
    fn now(&self) -> OffsetDateTime {
        NOW + Duration::microseconds(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

fn seal_with(world: &World, issue: &Issue, clock: &Ticks) -> Result<Begun, StoreError> {
    world.store.issue_begin(&Begin {
        row: None,
        request: Some(&issue.request),
        draft: &issue.draft,
        ordered: (&issue.ordered.0, &issue.ordered.1),
        order: &issue.order,
        key_uses: std::slice::from_ref(&issue.key_use),
        events: &[],
        now: &|| clock.now(),
    })
}

/// Takes the seal away while others seal; how many came through, and how many did not.
fn race(event: SealEvent) -> (usize, usize) {
    let world = world();
    let issue = |place: usize| world.issue(&format!("{place}"), &format!("key-{place}"));
    let issues: Vec<Issue> = (0..CALLS).map(issue).collect();
    let clock = Ticks::default();
    let mut changed = world.seal.clone();
    let mut sealed = 0;
    thread::scope(|scope| {
        let calls = |part: &[Issue]| {
            let part = part.to_vec();
            let (world, clock) = (&world, &clock);
            scope.spawn(move || {
                let through = part.iter().filter(|one| match seal_with(world, one, clock) {
                    Ok(begun) => begun == Begun::Fresh,
                    Err(StoreError::SealNotApplicable { .. }) => false,
                    Err(other) => panic!("{other:?}"),
                });
                through.count()
            })
        };
        let callers: Vec<_> = issues.chunks(CALLS / THREADS).map(calls).collect();
        while world.store.key_use_open().unwrap().len() < BEFORE {
            thread::yield_now();
        }
        changed.apply(event, clock.now()).unwrap();
        world.store.seal_change(&SealStep { seals: &[&changed], ..SealStep::default() }).unwrap();
        let committed_at = clock.now();
        let ledger = world.store.key_use_open().unwrap();
        sealed = callers.into_iter().map(|caller| caller.join().unwrap()).sum();
        for one in &ledger {
            assert!(one.intended_at < committed_at, "{event}: {}", one.id);
        }
        assert_eq!(ledger, world.store.key_use_open().unwrap(), "{event}: a use behind the commit");
        assert_eq!(ledger.len(), sealed);
    });
    (sealed, CALLS - sealed)
}

#[test]
fn nothing_is_sealed_behind_the_commit_of_a_suspension_or_revocation() {
    for event in [SealEvent::Suspend, SealEvent::Revoke] {
        let (sealed, refused) = race(event);
        assert!(sealed >= BEFORE && refused > 0, "{event}: {sealed} sealed, {refused} refused");
    }
}
