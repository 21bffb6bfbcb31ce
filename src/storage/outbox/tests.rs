use std::collections::BTreeMap;

use domain::license::Event;
use domain::webhook::{EventType, OldSecret};

use super::*;
use crate::fixtures::{NOW, World, endpoint, entropy, entry, owed, step, world};
use crate::tests::{begin, commit};
use crate::{Abandoned, NewRequest, Response};

const LEASE: Duration = Duration::minutes(2);

/// A world with an endpoint that asked for everything.
fn subscribed() -> (World, Endpoint) {
    let world = world();
    let one = endpoint(&world.organization);
    world.store.webhook_endpoint_insert(&one, &[], None).unwrap();
    (world, one)
}

fn claim(world: &World, at: OffsetDateTime, count: usize) -> Vec<Claimed> {
    let under_way = BTreeMap::new();
    let claim = Claim { at, lease: LEASE, count, each: 3, under_way: &under_way };
    world.store.delivery_claim(&claim).unwrap()
}

fn tried(world: &World, claimed: &Claimed, answered: Answered, at: OffsetDateTime) {
    let (status, trouble) = (Some(500), Some(Trouble::Status));
    let tried = Tried { claimed, answered, status, trouble, at, chance: 0 };
    world.store.delivery_tried(&tried).unwrap();
}

/// Events of so many licenses, owed one after the other.
fn owe_many(world: &World, count: i64) -> Vec<WebhookEventId> {
    let license = world.issue("many", "key").issued.0;
    (0..count)
        .map(|number| {
            let at = NOW + Duration::seconds(number);
            let event = OwedEvent {
                id: WebhookEventId::mint(at, entropy()),
                at,
                ..owed(&license, EventType::LicenseIssued)
            };
            world.store.write("owing", |connection| owe(connection, &event)).unwrap();
            event.id
        })
        .collect()
}

fn states(world: &World, of: &Endpoint) -> Vec<(DeliveryState, u32, Option<Trouble>)> {
    let page = PageRequest { limit: 200, after: None };
    let all = world.store.delivery_list(of.id, &page).unwrap().items;
    all.iter().map(|one| (one.state, one.attempts, one.trouble)).collect()
}

#[test]
fn what_is_committed_is_owed_to_those_who_asked_and_nothing_else() {
    let (world, all) = subscribed();
    let store = &world.store;
    let only = |events: &str, state| Endpoint {
        events: events.parse().unwrap(),
        state,
        ..endpoint(&world.organization)
    };
    let revoked = only("license.revoked", EndpointState::Enabled);
    let disabled = only("license.issued", EndpointState::Disabled);
    store.webhook_endpoint_insert(&revoked, &[], None).unwrap();
    store.webhook_endpoint_insert(&disabled, &[], None).unwrap();

    let one = world.issue("1", "key-1");
    begin(store, &one).unwrap();
    assert!(states(&world, &all).is_empty(), "nothing is owed before the commit");
    commit(store, &one).unwrap();
    let fresh = (DeliveryState::Pending, 0, None);
    assert_eq!(states(&world, &all), [fresh]);
    // A commit that is refused owes nothing.
    assert!(commit(store, &one).is_err());
    let given_up = world.issue("2", "key-2");
    begin(store, &given_up).unwrap();
    let (void, entry_of_void) = step(&given_up.ordered.0, Event::Abandon);
    let order = Some(given_up.order.id);
    let abandoned = Abandoned { void: (&void, &entry_of_void), order, events: &[], at: NOW };
    store.issue_abandon(&abandoned).unwrap();
    assert_eq!(states(&world, &all), [fresh]);

    let (suspended, entry_of_change) = step(&one.issued.0, Event::Suspend);
    let event = owed(&suspended, EventType::LicenseSuspended);
    let leaf = crate::log::tests::leaf(&suspended, &entry_of_change);
    let changed = (&suspended, &entry_of_change);
    let moved = crate::Moved { changed, leaf: &leaf, owed: &event, told: &[], events: &[] };
    store.license_change(&moved, None).unwrap();
    let again = OwedEvent { id: WebhookEventId::mint(NOW, entropy()), ..event.clone() };
    assert!(store.license_change(&crate::Moved { owed: &again, ..moved }, None).is_err());
    assert_eq!(states(&world, &all), [fresh, fresh]);
    assert!(states(&world, &revoked).is_empty() && states(&world, &disabled).is_empty());
}

#[test]
fn fsck_finds_who_is_not_told() {
    let world = world();
    let store = &world.store;
    let created_at = NOW - Duration::HOUR;
    let one = Endpoint { created_at, ..endpoint(&world.organization) };
    store.webhook_endpoint_insert(&one, &[], None).unwrap();
    let issue = world.issue("1", "key-1");
    begin(store, &issue).unwrap();
    commit(store, &issue).unwrap();
    let since = NOW - Duration::DAY;
    let owed = |untold: &[String]| crate::Owed { looked_at: 1, untold: untold.to_vec() };
    assert_eq!(store.fsck_owed(since).unwrap(), owed(&[]));
    store
        .write("forgetting", |connection| {
            diesel::delete(crate::schema::webhook_delivery::table)
                .execute(connection)
                .map_err(|cause| crate::StoreError::database("forgetting", cause))
        })
        .unwrap();
    assert_eq!(store.fsck_owed(since).unwrap(), owed(&[issue.issued.1.id.to_string()]));
    assert_eq!(store.fsck_owed(NOW).unwrap().looked_at, 0, "what is older may be forgotten");
    // Somebody changed the endpoint since: what it asked for then is not known.
    let mut touched = entry("webhook.rotate", issue.draft.id());
    touched.subject = domain::audit::Subject::new("webhook endpoint", one.id);
    store.audit_append(&[touched]).unwrap();
    assert_eq!(store.fsck_owed(since).unwrap(), owed(&[]));
}

#[test]
fn a_claim_is_a_lease_and_a_dead_sender_only_repeats() {
    let (world, one) = subscribed();
    let events = owe_many(&world, 1);
    let first = claim(&world, NOW, 8).remove(0);
    assert_eq!((first.delivery.event, first.endpoint.id), (events[0], one.id));
    assert!(first.body.contains("license_id"));
    assert!(claim(&world, NOW + LEASE - Duration::SECOND, 8).is_empty(), "it is leased");
    let second = claim(&world, NOW + LEASE, 8).remove(0);
    assert_eq!(second.delivery, first.delivery, "the same again");
    tried(&world, &first, Answered::Accepted, NOW + LEASE);
    assert_eq!(states(&world, &one)[0].0, DeliveryState::Pending, "too late to count");
    tried(&world, &second, Answered::Accepted, NOW + LEASE);
    assert_eq!(states(&world, &one), [(DeliveryState::Delivered, 1, Some(Trouble::Status))]);
    assert!(claim(&world, NOW + Duration::DAY, 8).is_empty());
}

#[test]
fn a_crash_loses_nothing_that_is_owed() {
    let (world, _) = subscribed();
    let events = owe_many(&world, 2);
    let taken = claim(&world, NOW + Duration::MINUTE, 1);
    assert_eq!(taken[0].delivery.event, events[0]);
    let location = world.store.location().clone();
    let World { store, folder: _folder, .. } = world;
    drop(store);
    let store = Store::open(&location).unwrap();
    let under_way = BTreeMap::new();
    let at = NOW + Duration::MINUTE + LEASE;
    let claim = Claim { at, lease: LEASE, count: 8, each: 3, under_way: &under_way };
    let found: Vec<_> = store.delivery_claim(&claim).unwrap();
    assert!(found.iter().map(|one| one.delivery.event).eq(events));
}

#[test]
fn no_endpoint_takes_all_senders() {
    let (world, one) = subscribed();
    let other = endpoint(&world.organization);
    owe_many(&world, 5);
    world.store.webhook_endpoint_insert(&other, &[], None).unwrap();
    owe_many(&world, 1);
    let at = NOW + Duration::MINUTE;
    let claimed = claim(&world, at, 8);
    assert_eq!(claimed.iter().filter(|claimed| claimed.endpoint.id == one.id).count(), 3);
    assert_eq!(claimed.len(), 4);
    let under_way = BTreeMap::from([(one.id, 3), (other.id, 1)]);
    let more = Claim { at, lease: LEASE, count: 8, each: 3, under_way: &under_way };
    assert!(world.store.delivery_claim(&more).unwrap().is_empty());
    assert_eq!(claim(&world, at, 2).len(), 2, "the rest of the first");
}

#[test]
fn an_endpoint_that_does_not_answer_rests() {
    let (world, one) = subscribed();
    owe_many(&world, 2);
    let at = NOW + Duration::MINUTE;
    let claimed = claim(&world, at, 1).remove(0);
    tried(&world, &claimed, Answered::Silent, at);
    assert!(claim(&world, at + Duration::seconds(4), 8).is_empty(), "both wait");
    assert_eq!(claim(&world, at + Duration::seconds(5), 8).len(), 1, "one to see how it fares");
    assert_eq!(world.store.webhook_endpoint_read(one.id).unwrap().failures, 1);
    let under_way = BTreeMap::from([(one.id, 1)]);
    let at_once = at + Duration::seconds(5);
    let more = Claim { at: at_once, lease: LEASE, count: 8, each: 3, under_way: &under_way };
    assert!(world.store.delivery_claim(&more).unwrap().is_empty());
    // Long after, what never had its turn is given up too.
    let late = at + Duration::hours(72);
    assert_eq!(world.store.delivery_overdue(late).unwrap(), 0);
    assert_eq!(world.store.delivery_overdue(late + Duration::hours(1)).unwrap(), 2);
}

#[test]
fn gone_ends_everything_and_a_test_begins_again() {
    let (world, one) = subscribed();
    let events = owe_many(&world, 3);
    let at = NOW + Duration::MINUTE;
    let claimed = claim(&world, at, 1).remove(0);
    tried(&world, &claimed, Answered::Gone, at);
    let store = &world.store;
    assert_eq!(store.webhook_endpoint_read(one.id).unwrap().state, EndpointState::Disabled);
    assert!(states(&world, &one).iter().all(|(state, ..)| *state == DeliveryState::Dead));
    let refused = store.delivery_replay(one.id, events[0], at, None);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let license = world.issue("1", "key").issued.0;
    let test = OwedEvent { at, ..owed(&license, EventType::EndpointTest) };
    store.delivery_test(one.id, &test, None).unwrap();
    let claimed = claim(&world, at, 1).remove(0);
    assert_eq!(claimed.delivery.event, test.id);
    tried(&world, &claimed, Answered::Accepted, at);
    assert_eq!(store.webhook_endpoint_read(one.id).unwrap().state, EndpointState::Enabled);

    let later = at + Duration::hours(100);
    store.delivery_replay(one.id, events[1], later, None).unwrap();
    let again = claim(&world, later, 8);
    assert_eq!((again.len(), again[0].delivery.event), (1, events[1]));
    assert_eq!((again[0].delivery.attempts, again[0].delivery.begun_at), (0, later));
    let unknown = WebhookEventId::mint(NOW, entropy());
    let missing = store.delivery_replay(one.id, unknown, later, None);
    assert!(matches!(missing, Err(StoreError::Missing { .. })));
}

#[test]
fn what_ended_is_forgotten_and_what_is_owed_is_not() {
    let (world, one) = subscribed();
    owe_many(&world, 2);
    let claimed = claim(&world, NOW + Duration::MINUTE, 1).remove(0);
    tried(&world, &claimed, Answered::Accepted, NOW + Duration::MINUTE);
    let store = &world.store;
    assert_eq!(store.delivery_expire(NOW).unwrap(), 0);
    assert_eq!(store.delivery_expire(NOW + Duration::HOUR).unwrap(), 1);
    assert_eq!(states(&world, &one), [(DeliveryState::Pending, 0, None)]);
    let gone = entry("webhook.delete", world.issue("gone", "key").draft.id());
    store.webhook_endpoint_delete(one.id, &[gone]).unwrap();
    assert!(matches!(store.webhook_endpoint_read(one.id), Err(StoreError::Missing { .. })));
    assert!(store.webhook_endpoint_list(world.organization.id).unwrap().is_empty());
    let twice = store.webhook_endpoint_delete(one.id, &[]);
    assert!(matches!(twice, Err(StoreError::Missing { .. })));
    assert!(claim(&world, NOW + Duration::DAY, 8).is_empty());
    store.delivery_expire(NOW + Duration::HOUR).unwrap();
    let rows = store.read("counting", |connection| {
        let count = |cause| StoreError::database("counting", cause);
        let events: i64 = event::table.count().get_result(connection).map_err(count)?;
        let endpoints: i64 = endpoint::table.count().get_result(connection).map_err(count)?;
        Ok((events, endpoints))
    });
    assert_eq!(rows.unwrap(), (0, 0));
}

#[test]
fn a_rotation_is_one_of_two_at_once() {
    let (world, one) = subscribed();
    let old = OldSecret { wrapped: one.secret.clone(), until: NOW + Duration::DAY };
    let rotated = Endpoint { secret: vec![9], old_secret: Some(old), ..one.clone() };
    let store = &world.store;
    store.webhook_endpoint_rotate(&rotated, &one.secret, &[], None).unwrap();
    assert_eq!(store.webhook_endpoint_read(one.id).unwrap(), rotated);
    let second = store.webhook_endpoint_rotate(&rotated, &one.secret, &[], None);
    assert!(matches!(second, Err(StoreError::Conflict { .. })));
}

#[test]
fn an_answer_is_kept_with_what_it_answers_or_not_at_all() {
    let world = world();
    let store = &world.store;
    let request = |key: &str| NewRequest { key: key.into(), ..world.issue("1", "k").request };
    let (first, answer) = (request("a"), Response { status: 201, body: vec![7] });
    assert_eq!(store.request_begin(&first).unwrap(), crate::Begun::Fresh);
    assert!(matches!(store.request_begin(&request("a")), Err(StoreError::InProgress)));
    let one = endpoint(&world.organization);
    store.webhook_endpoint_insert(&one, &[], Some((first.id, &answer))).unwrap();
    let again = store.request_begin(&request("a")).unwrap();
    assert_eq!(again, crate::Begun::Answered(answer.clone()));
    // Somebody else answered: nothing of the second is kept.
    let other = endpoint(&world.organization);
    assert!(store.webhook_endpoint_insert(&other, &[], Some((first.id, &answer))).is_err());
    assert!(matches!(store.webhook_endpoint_read(other.id), Err(StoreError::Missing { .. })));

    let dead = request("b");
    store.request_begin(&dead).unwrap();
    let at = dead.at + dead.lease;
    let begun = store.request_begin(&NewRequest { at, ..request("b") }).unwrap();
    assert_eq!(begun, crate::Begun::Resumed { request: dead.id, license: None });
    store.request_forget(dead.id).unwrap();
    assert_eq!(store.request_begin(&request("b")).unwrap(), crate::Begun::Fresh);
}
