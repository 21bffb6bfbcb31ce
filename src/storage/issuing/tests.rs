use std::slice;
use std::sync::Barrier;
use std::thread;

use domain::id::{KeyId, KeyUseId, RequestId};
use domain::license::{Change, Event, LicenseState, Particulars, Succession, SuccessionKind};
use domain::seal::{NotApplicable, SealEvent, SealStatus};
use domain::sealing::Cause;
use domain::webhook::EventType;
use time::Duration;

use super::*;
use crate::Rule;
use crate::fixtures::{Issue, NOW, World, entropy, entry, owed, seal_change, step, world};
use crate::tests::{begin, commit, issued};

fn abandon(world: &World, issue: &Issue) -> Result<(), StoreError> {
    let (void, entry) = step(&issue.ordered.0, Event::Abandon);
    world.store.issue_abandon(&Abandoned {
        void: (&void, &entry),
        order: Some(issue.order.id),
        events: &[],
        at: NOW,
    })
}

#[test]
fn an_issue_from_request_to_answer() {
    let world = world();
    let one = world.issue("1", "key-1");
    let store = &world.store;
    assert_eq!(begin(&world.store, &one).unwrap(), Begun::Fresh);
    let unfinished = store.license_unfinished().unwrap();
    assert!(unfinished.iter().eq([&one.ordered.0]));
    assert_eq!(store.order_read(one.order.id).unwrap().state, OrderState::Spending);
    assert!(store.key_use_open().unwrap().iter().eq([&one.key_use]));
    assert_eq!(store.request_of_license(one.draft.id()).unwrap(), Some(one.request.id));
    commit(&world.store, &one).unwrap();
    assert_eq!(store.license_read(one.draft.id()).unwrap(), one.issued.0);
    assert!(store.rendition_list(one.draft.id()).unwrap().iter().eq([&one.rendition]));
    assert_eq!(store.shown_by_file(one.rendition.sm3).unwrap().unwrap().file, one.rendition);
    let order = store.order_list(one.draft.id()).unwrap().remove(0);
    assert_eq!(order, SealingOrder { state: OrderState::Spent, ..one.order.clone() });
    let ledger = store.key_use_list(one.order.id).unwrap();
    assert_eq!((ledger[0].state, ledger[0].ended_at), (KeyUseState::Done, Some(NOW)));
    assert_eq!(store.license_unfinished().unwrap(), []);
    assert_eq!(store.audit_verify().unwrap().unwrap().sequence, 1);
    assert_eq!(store.key_use_count(world.key.id).unwrap(), 1);
}

#[test]
fn the_same_request_has_the_same_answer() {
    let world = world();
    let one = world.issue("1", "key-1");
    begin(&world.store, &one).unwrap();
    commit(&world.store, &one).unwrap();
    let again = world.issue("1", "key-1");
    let answer = Response { status: 201, body: one.draft.id().to_string().into() };
    assert_eq!(begin(&world.store, &again).unwrap(), Begun::Answered(answer.clone()));
    let digest = one.request.digest;
    let found = world.store.request_answer("api-key:1", "key-1", digest).unwrap();
    assert_eq!(found, Some(answer));
    assert_eq!(world.store.request_answer("api-key:2", "key-1", digest).unwrap(), None);
    let mut other = world.issue("2", "key-1");
    other.request.digest = domain::digest::Sm3::from([0xee; 32]);
    assert!(matches!(begin(&world.store, &other), Err(StoreError::KeyReused)));
    let looked = world.store.request_answer("api-key:1", "key-1", other.request.digest);
    assert!(matches!(looked, Err(StoreError::KeyReused)));
    assert_eq!(world.store.request_expire(NOW + Duration::DAY).unwrap(), 1);
    assert_eq!(world.store.request_answer("api-key:1", "key-1", digest).unwrap(), None);
}

#[test]
fn a_request_under_way_is_not_begun_again_until_its_worker_is_dead() {
    let world = world();
    let one = world.issue("1", "key-1");
    begin(&world.store, &one).unwrap();
    let mut again = world.issue("1", "key-1");
    assert!(matches!(begin(&world.store, &again), Err(StoreError::InProgress)));
    again.request.at = NOW + Duration::seconds(31);
    let resumed = Begun::Resumed { request: one.request.id, license: Some(one.draft.id()) };
    assert_eq!(begin(&world.store, &again).unwrap(), resumed);
    assert!(matches!(begin(&world.store, &again), Err(StoreError::InProgress)));
    assert_eq!(world.store.request_expire(NOW + Duration::DAY).unwrap(), 0);
    commit(&world.store, &one).unwrap();
}

#[test]
fn a_number_is_taken_once_in_any_spelling() {
    let world = world();
    let one = world.issue("示照〔2026〕1号", "key-1");
    begin(&world.store, &one).unwrap();
    let two = world.issue("示照【２０２６】 1 号", "key-2");
    match begin(&world.store, &two) {
        Err(StoreError::NumberTaken { by }) => assert_eq!(by, one.draft.id()),
        other => panic!("{other:?}"),
    }
    let nothing = world.store.request_of_license(two.draft.id()).unwrap();
    assert_eq!(nothing, None, "a refused request leaves nothing behind");
    assert_eq!(
        begin(&world.store, &world.issue("示照〔2026〕2号", "key-2")).unwrap(),
        Begun::Fresh
    );
}

#[test]
fn what_is_given_up_frees_number_and_request_and_stays_in_the_ledger() {
    let world = world();
    let one = world.issue("1", "key-1");
    begin(&world.store, &one).unwrap();
    abandon(&world, &one).unwrap();
    let store = &world.store;
    assert_eq!(store.license_read(one.draft.id()).unwrap().state(), LicenseState::Void);
    assert_eq!(store.key_use_list(one.order.id).unwrap()[0].state, KeyUseState::Failed);
    assert_eq!(store.order_read(one.order.id).unwrap().state, OrderState::Failed);
    assert!(matches!(commit(&world.store, &one), Err(StoreError::Conflict { .. })));
    assert!(matches!(abandon(&world, &one), Err(StoreError::Conflict { .. })));
    let again = world.issue("1", "key-1");
    assert_eq!(begin(&world.store, &again).unwrap(), Begun::Fresh);
    commit(&world.store, &again).unwrap();
}

#[test]
fn a_commit_is_whole_or_nothing() {
    let world = world();
    let one = world.issue("1", "key-1");
    begin(&world.store, &one).unwrap();
    let mut broken = one.clone();
    broken.request.id = RequestId::mint(NOW, entropy());
    assert!(matches!(commit(&world.store, &broken), Err(StoreError::Conflict { .. })));
    assert_eq!(world.store.license_read(one.draft.id()).unwrap(), one.ordered.0);
    assert_eq!(world.store.rendition_list(one.draft.id()).unwrap(), []);
    assert_eq!(world.store.key_use_open().unwrap().len(), 1);
    assert_eq!(world.store.audit_list(0, 10).unwrap(), []);
    commit(&world.store, &one).unwrap();
    assert!(matches!(commit(&world.store, &one), Err(StoreError::Conflict { .. })));
}

#[test]
fn no_key_is_used_without_an_order_that_stands() {
    let world = world();
    let mut foreign_key = world.issue("1", "key-1");
    foreign_key.key_use.key = KeyId::mint(NOW, entropy());
    assert!(matches!(begin(&world.store, &foreign_key), Err(StoreError::Conflict { .. })));
    let mut foreign_license = world.issue("1", "key-1");
    foreign_license.key_use.cause = Cause::Order { order: foreign_license.order.id, license: None };
    assert!(matches!(begin(&world.store, &foreign_license), Err(StoreError::Conflict { .. })));
    let spent = world.issue("1", "key-1");
    begin(&world.store, &spent).unwrap();
    commit(&world.store, &spent).unwrap();
    let mut late = spent.key_use.clone();
    late.id = KeyUseId::mint(NOW, entropy());
    late.to_be_signed = domain::digest::Sm3::from([0xaa; 32]);
    assert!(matches!(
        world.store.key_use_intend(&[late], &|| NOW),
        Err(StoreError::Conflict { .. })
    ));
    assert_eq!(world.store.key_use_count(world.key.id).unwrap(), 1);
}

#[test]
fn an_order_without_a_key_use_is_not_spent() {
    let world = world();
    let order = world.order(None);
    world.store.sealing_begin(&order, &[], &[], &|| NOW).unwrap();
    let ended = Ended { order: order.id, events: &[], at: NOW };
    assert!(matches!(world.store.sealing_commit(&ended), Err(StoreError::Conflict { .. })));
    world.store.sealing_abandon(&ended).unwrap();
    assert_eq!(world.store.order_read(order.id).unwrap().state, OrderState::Failed);
}

#[test]
fn a_document_that_is_no_license_is_sealed_under_an_order_too() {
    let world = world();
    let order = world.order(None);
    let cause = Cause::Order { order: order.id, license: None };
    let message = domain::digest::Sm3::from([1; 32]);
    let one = KeyUse::intend(KeyUseId::mint(NOW, entropy()), world.key.id, message, cause, NOW);
    world.store.sealing_begin(&order, slice::from_ref(&one), &[], &|| NOW).unwrap();
    let mut again = one.clone();
    again.id = KeyUseId::mint(NOW, entropy());
    let doubled = world.store.key_use_intend(&[again], &|| NOW);
    assert!(matches!(doubled, Err(StoreError::Exists { .. })), "one message, one row");
    let repeated = world.store.key_use_repeat(one.id).unwrap();
    assert_eq!(repeated, KeyUse { attempt: 2, ..one.clone() });
    assert_eq!(world.store.key_use_count(world.key.id).unwrap(), 2);
    let events = [entry("document.seal", world.draft("1", NOW).id())];
    let ended = Ended { order: order.id, events: &events, at: NOW };
    world.store.sealing_commit(&ended).unwrap();
    assert!(matches!(world.store.key_use_repeat(one.id), Err(StoreError::Conflict { .. })));
}

#[test]
fn the_services_own_duties_are_in_the_ledger() {
    let world = world();
    let cause = Cause::Duty("certificate of a seal".into());
    let message = domain::digest::Sm3::from([1; 32]);
    let one = KeyUse::intend(KeyUseId::mint(NOW, entropy()), world.key.id, message, cause, NOW);
    world.store.key_use_intend(slice::from_ref(&one), &|| NOW).unwrap();
    assert!(world.store.key_use_open().unwrap().iter().eq([&one]));
    world.store.key_use_end(one.id, KeyUseState::Done, NOW).unwrap();
    let again = world.store.key_use_end(one.id, KeyUseState::Failed, NOW);
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
}

#[test]
fn a_suspended_seal_signs_nothing_more() {
    let world = world();
    let mut seal = world.seal.clone();
    seal.apply(SealEvent::Suspend, NOW).unwrap();
    seal_change(&world.store, &seal).unwrap();
    match begin(&world.store, &world.issue("1", "key-1")) {
        Err(StoreError::SealNotApplicable { reason, .. }) => {
            assert_eq!(reason, NotApplicable::Status(SealStatus::Suspended));
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(world.store.license_unfinished().unwrap(), []);
}

/// Eight threads at once, each with its own idea of the same thing.
fn race(issues: &[Issue], world: &World) -> Vec<Result<Begun, StoreError>> {
    let start = Barrier::new(issues.len());
    thread::scope(|scope| {
        let run = |one| {
            let start = &start;
            scope.spawn(move || {
                start.wait();
                begin(&world.store, one)
            })
        };
        let threads: Vec<_> = issues.iter().map(run).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn of_two_racing_for_one_idempotency_key_one_issues() {
    let world = world();
    for round in 0..20 {
        let issue = |number| world.issue(&format!("{round}-{number}"), &format!("key-{round}"));
        let issues: Vec<Issue> = (0..8).map(issue).collect();
        let results = race(&issues, &world);
        let fresh = results.iter().filter(|result| matches!(result, Ok(Begun::Fresh))).count();
        let under_way =
            results.iter().filter(|result| matches!(result, Err(StoreError::InProgress))).count();
        assert_eq!((fresh, under_way), (1, 7), "{results:?}");
    }
    assert_eq!(world.store.license_unfinished().unwrap().len(), 20);
}

#[test]
fn of_two_racing_for_one_number_one_issues() {
    let world = world();
    for round in 0..20 {
        let number = format!("示照〔2026〕{round}号");
        let issue = |place| world.issue(&number, &format!("key-{round}-{place}"));
        let issues: Vec<Issue> = (0..8).map(issue).collect();
        let results = race(&issues, &world);
        let winner = results.iter().position(|result| matches!(result, Ok(Begun::Fresh))).unwrap();
        for (place, result) in results.iter().enumerate().filter(|(place, _)| *place != winner) {
            match result {
                Err(StoreError::NumberTaken { by }) => assert_eq!(*by, issues[winner].draft.id()),
                other => panic!("{place}: {other:?}"),
            }
        }
    }
}

/// The next version of a license, under its number.
fn successor(world: &World, before: &License, key: &str) -> Issue {
    let mut next = world.issue("示照〔2026〕100号", key);
    let kind = SuccessionKind::Renewal;
    let succession = Some(Succession { of: before.id(), kind, keeps_number: true });
    let number = before.particulars().number.clone();
    let fixed = next.draft.particulars().clone();
    next.draft = License::draft(Particulars { number, succession, ..fixed });
    next.ordered = step(&next.draft, Event::Order);
    next.issued = step(&next.ordered.0, Event::Issue);
    next
}

fn leave(store: &Store, from: &License, event: Event, kind: EventType) -> License {
    let (after, entry) = step(from, event);
    let (leaf, owed) = (crate::log::tests::leaf(&after, &entry), owed(&after, kind));
    let moved =
        Moved { changed: (&after, &entry), leaf: &leaf, owed: &owed, told: &[], events: &[] };
    store.license_change(&moved, None).unwrap();
    after
}

#[test]
fn a_license_takes_the_place_of_another_in_one_transaction_or_not_at_all() {
    let world = world();
    let store = &world.store;
    let old = issued(&world, 1).remove(0);
    let next = successor(&world, &old, "key-next");
    assert_eq!(begin(store, &next).unwrap(), Begun::Fresh);
    let other = begin(store, &successor(&world, &old, "key-other"));
    let by = next.draft.id();
    assert!(matches!(other, Err(StoreError::Succeeded { by: open }) if open == by), "{other:?}");

    let take = |old: &License| {
        let mut superseded = old.clone();
        let change = Change::supersede(by, domain::audit::Actor::Console, NOW);
        let id = domain::id::StatusEntryId::mint(NOW, entropy());
        let entry = superseded.apply(id, change).unwrap();
        let said = crate::log::tests::leaf(&superseded, &entry);
        let told = owed(&superseded, EventType::LicenseSuperseded);
        let leaf = crate::log::tests::leaf(&next.issued.0, &next.issued.1);
        let changed = (&superseded, &entry);
        store.issue_commit(&Commit {
            issued: (&next.issued.0, &next.issued.1),
            superseded: Some(Moved { changed, leaf: &said, owed: &told, told: &[], events: &[] }),
            leaf: &leaf,
            renditions: std::slice::from_ref(&next.rendition),
            owed: &owed(&next.issued.0, EventType::LicenseIssued),
            ended: Ended { order: next.order.id, events: &[], at: NOW },
            answer: None,
            claimed: None,
        })
    };
    // Suspended and used again while the new one was sealed: nothing of the commit is there.
    let suspended = leave(store, &old, Event::Suspend, EventType::LicenseSuspended);
    assert!(matches!(take(&old), Err(StoreError::Conflict { .. })));
    assert_eq!(store.license_read(by).unwrap().state(), LicenseState::PendingSeal);
    assert_eq!(store.rendition_list(by).unwrap(), []);
    assert_eq!(store.license_read(old.id()).unwrap(), suspended);
    let again = leave(store, &suspended, Event::Reinstate, EventType::LicenseReinstated);
    take(&again).unwrap();
    let state = |id| store.license_read(id).unwrap().state();
    assert_eq!((state(old.id()), state(by)), (LicenseState::Superseded, LicenseState::Issued));
    for rule in [Rule::NumbersOnce, Rule::SupersededByOne, Rule::StateAsRecorded] {
        assert_eq!(store.fsck_rule(rule).unwrap(), Vec::<String>::new(), "{rule:?}");
    }
    // The number stays taken, by the first of them.
    let fresh = begin(store, &world.issue(old.particulars().number.as_str(), "key-fresh"));
    assert!(matches!(fresh, Err(StoreError::NumberTaken { by }) if by == old.id()), "{fresh:?}");
}

#[test]
fn a_part_finds_what_is_made_of_it_and_its_issuer_is_told() {
    let world = world();
    let store = &world.store;
    let parts: Vec<License> = issued(&world, 2);
    let mut whole = world.issue("示照〔2026〕200号", "key-whole");
    let made_of = parts.iter().map(License::id).collect();
    whole.draft =
        License::draft(Particulars { parts: made_of, ..whole.draft.particulars().clone() });
    whole.ordered = step(&whole.draft, Event::Order);
    whole.issued = step(&whole.ordered.0, Event::Issue);
    begin(store, &whole).unwrap();
    let found = |ids: &[LicenseId]| -> Vec<LicenseId> {
        store.license_made_of(ids, 10).unwrap().iter().map(License::id).collect()
    };
    assert_eq!(found(&[parts[0].id()]), [], "not issued yet");
    commit(store, &whole).unwrap();
    let id = whole.draft.id();
    for part in &parts {
        assert_eq!(found(&[part.id()]), [id]);
    }
    assert_eq!(found(&[id]), []);
    assert_eq!(store.license_read(id).unwrap().particulars().parts.len(), 2);

    let all = crate::fixtures::endpoint(&world.organization);
    store.webhook_endpoint_insert(&all, &[], None).unwrap();
    let (after, entry) = step(&parts[0], Event::Suspend);
    let leaf = crate::log::tests::leaf(&after, &entry);
    let own = owed(&after, EventType::LicenseSuspended);
    let told = [owed(&whole.issued.0, EventType::LicensePartChanged)];
    let moved =
        Moved { changed: (&after, &entry), leaf: &leaf, owed: &own, told: &told, events: &[] };
    store.license_change(&moved, None).unwrap();
    let page = crate::PageRequest { limit: 10, after: None };
    let kinds: Vec<EventType> =
        store.delivery_list(all.id, &page).unwrap().items.iter().map(|one| one.kind).collect();
    assert_eq!(kinds.len(), 2, "{kinds:?}");
    assert!(kinds.contains(&EventType::LicensePartChanged), "{kinds:?}");
}
