use super::*;
use crate::fixtures::{NOW, World, endpoint, entropy, entry, owed, step, world};
use crate::tests::issued;
use crate::{Moved, PageRequest, RelianceTold};
use domain::audit::Actor;
use domain::digest::Sha256;
use domain::id::RelianceId;
use domain::license::{Event, License, LicenseState};
use domain::webhook::EventType;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use time::macros::date;

pub(crate) fn recorded(world: &World) -> RecordedDecision {
    RecordedDecision {
        id: ExemptionDecisionId::mint(NOW, entropy()),
        organization: world.organization.id,
        actor: Actor::Console,
        case_no: "示免〔2026〕1号".to_owned(),
        items: vec![("11999900MB000003530057".parse().unwrap(), 3)],
        applicant: Sha256::of(b"a code"),
        until: date!(2026 - 06 - 01),
        answer: "{}".to_owned(),
        saved: Saved { asked: 8, waived: 6, filled: 3 },
        at: NOW,
    }
}

pub(crate) fn relied(decision: &RecordedDecision, license: &License, version: u32) -> Reliance {
    Reliance {
        id: RelianceId::mint(NOW, entropy()),
        decision: decision.id,
        license: license.id(),
        version,
        organization: decision.organization,
        case_no: decision.case_no.clone(),
        until: decision.until,
        at: NOW,
        changed: None,
    }
}

pub(crate) fn record(
    world: &World,
    decision: &RecordedDecision,
    one: Reliance,
) -> Result<(), StoreError> {
    let told = entry("exemption.decide", decision.id);
    world.store.exemption_record(decision, &[one], &[], &[], &told, None)
}

/// Suspends a license, as an issuing department does.
fn suspended(world: &World, license: &License) -> License {
    let (changed, status) = step(license, Event::Suspend);
    let leaf = crate::log::tests::leaf(&changed, &status);
    let event = owed(&changed, EventType::LicenseSuspended);
    let events = &[entry("license.suspend", changed.id())];
    let changed_by = (&changed, &status);
    let moved = Moved { changed: changed_by, leaf: &leaf, owed: &event, told: &[], events };
    world.store.license_change(&moved, None).unwrap();
    changed
}

#[test]
fn a_decision_is_recorded_by_licenses_as_they_are_and_stays() {
    let world = world();
    let license = issued(&world, 1).remove(0);
    let version = license.version();
    let decision = recorded(&world);
    let stale = record(&world, &decision, relied(&decision, &license, version - 1));
    assert!(matches!(stale, Err(StoreError::Conflict { .. })), "{stale:?}");
    assert!(matches!(world.store.exemption_read(decision.id), Err(StoreError::Missing { .. })));
    record(&world, &decision, relied(&decision, &license, version)).unwrap();
    assert_eq!(world.store.exemption_read(decision.id).unwrap(), decision);
    let saved = |since| world.store.saved(since).unwrap();
    assert_eq!(saved(NOW), BTreeMap::from([(decision.organization, decision.saved)]));
    assert_eq!(saved(NOW + time::Duration::SECOND), BTreeMap::new());
}

#[test]
fn whoever_relied_on_a_license_is_told_once_that_it_changed() {
    let world = world();
    let license = issued(&world, 1).remove(0);
    let (store, organization) = (&world.store, world.organization.id);
    let (receiver, made) = (endpoint(&world.organization), [entry("webhook.create", "x")]);
    store.webhook_endpoint_insert(&receiver, &made, None).unwrap();
    let decision = recorded(&world);
    let one = relied(&decision, &license, license.version());
    record(&world, &decision, one.clone()).unwrap();
    let begun = store.reliance_next(100).unwrap();
    assert!(store.reliance_untold(&license).unwrap().is_empty());
    store.reliance_tell(&[], begun.reached).unwrap();

    let changed = suspended(&world, &license);
    let next = store.reliance_next(100).unwrap();
    assert!(next.licenses.contains(&license.id()));
    assert_eq!(store.reliance_untold(&changed).unwrap(), [organization].into());
    let events = || vec![owed(&changed, EventType::RelianceChanged)];
    let told = |events| RelianceTold { license: changed.clone(), events, at: NOW };
    store.reliance_tell(&[told(events())], next.reached).unwrap();
    // Another process that looked at the same time changes nothing any more, and tells nobody.
    store.reliance_tell(&[told(events())], next.reached).unwrap();
    let all = PageRequest { limit: 10, after: None };
    let owed_now = store.delivery_list(receiver.id, &all).unwrap().items;
    let told_of = owed_now.iter().filter(|one| one.kind == EventType::RelianceChanged);
    assert_eq!(told_of.count(), 1, "{owed_now:?}");
    assert!(store.reliance_untold(&changed).unwrap().is_empty());

    let page = |since, after| {
        let page = PageRequest { limit: 10, after };
        store.reliance_changed(organization, since, &page).unwrap().items
    };
    let found = page(None, None);
    let changed = found[0].changed.expect("a change");
    assert_eq!((changed.state, changed.at), (LicenseState::Suspended, NOW));
    assert_eq!(Reliance { changed: None, ..found[0].clone() }, one);
    assert!(page(Some(NOW + time::Duration::SECOND), None).is_empty());
}

#[test]
fn licenses_are_found_by_their_holders_and_by_nothing_else() {
    let world = world();
    let license = issued(&world, 2).remove(0);
    let store = &world.store;
    let followed = store.holder_next(100).unwrap();
    assert!(followed.licenses.contains(&license.id()));
    let whose = Sha256::of(b"keyed");
    // Kept twice it is there once.
    for _ in 0..2 {
        store.holder_keep(&[(whose, license.id())], followed.reached).unwrap();
    }
    assert_eq!(store.holder_next(100).unwrap().events, 0);
    let types = BTreeSet::from([license.particulars().type_code]);
    let found = store.holder_licenses(whose, &types, 10).unwrap();
    let ids: Vec<_> = found.iter().map(|one| one.license.id()).collect();
    assert_eq!(ids, [license.id()]);
    assert!(store.holder_licenses(Sha256::of(b"other"), &types, 10).unwrap().is_empty());
    let others = BTreeSet::from(["11100000000013338W032".parse().unwrap()]);
    assert!(store.holder_licenses(whose, &others, 10).unwrap().is_empty());
    assert!(store.holder_licenses(whose, &BTreeSet::new(), 10).unwrap().is_empty());
}

#[test]
fn whoever_holds_many_is_asked_about_by_type() {
    let world = world();
    let licenses = issued(&world, 50);
    let (whose, store) = (Sha256::of(b"many"), &world.store);
    let kept: Vec<_> = licenses.iter().map(|one| (whose, one.id())).collect();
    store.holder_keep(&kept, 1).unwrap();
    let types = licenses.iter().map(|one| one.particulars().type_code).collect();
    assert_eq!(store.holder_licenses(whose, &types, 100).unwrap().len(), 50);
    assert_eq!(store.holder_licenses(whose, &types, 49).unwrap().len(), 49);
    let others = BTreeSet::from(["11100000000013338W032".parse().unwrap()]);
    assert!(store.holder_licenses(whose, &others, 100).unwrap().is_empty());
}

#[test]
fn of_two_who_find_the_same_holder_at_once_both_go_on() {
    let world = world();
    let licenses = issued(&world, 8);
    let (whose, store) = (Sha256::of(b"a holder"), &world.store);
    let together = std::sync::Barrier::new(2);
    let keep = || {
        for license in &licenses {
            together.wait();
            store.holder_keep(&[(whose, license.id())], 1).unwrap();
        }
    };
    std::thread::scope(|threads| {
        threads.spawn(keep);
        keep();
    });
    let types = licenses.iter().map(|one| one.particulars().type_code).collect();
    assert_eq!(store.holder_licenses(whose, &types, 10).unwrap().len(), licenses.len());
}
