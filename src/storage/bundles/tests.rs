use super::*;
use crate::exemptions::tests::{record, recorded, relied};
use crate::fixtures::{NOW, World, entry, world};
use crate::tests::issued;
use domain::audit::Actor;
use domain::digest::Sha256;
use domain::exemption::RecordedDecision;
use domain::license::License;
use time::macros::date;

fn file(bytes: &[u8]) -> KeptFile {
    KeptFile { sm3: Sm3::of(bytes), sha256: Sha256::of(bytes), bytes: bytes.len() as u64 }
}

/// A decision that relied on a license.
fn decided(world: &World) -> (RecordedDecision, License) {
    let license = issued(world, 1).remove(0);
    let decision = recorded(world);
    record(world, &decision, relied(&decision, &license, license.version())).unwrap();
    (decision, license)
}

fn copy(decision: &RecordedDecision, license: &License, id: u8) -> RecordedCopy {
    RecordedCopy {
        id: CopyId::mint([id; 16]),
        decision: decision.id,
        license: license.id(),
        organization: decision.organization,
        actor: Actor::Console,
        case_no: decision.case_no.clone(),
        original: Sm3::of(b"original"),
        file: file(b"copy"),
        until: date!(2026 - 06 - 01),
        at: NOW,
    }
}

#[test]
fn a_copy_is_kept_once_for_a_decision_and_found_by_what_is_inside_it() {
    let world = world();
    let (decision, license) = decided(&world);
    let (one, told) = (copy(&decision, &license, 1), entry("exemption.copy", decision.id));
    let insert = |copy: &RecordedCopy, relied| {
        world.store.marked_copy_insert(NewCopy { copy, relied }, &told)
    };
    let stale = insert(&one, license.version() + 1);
    assert!(matches!(stale, Err(StoreError::Conflict { .. })), "{stale:?}");
    assert!(matches!(world.store.marked_copy_read(one.id), Err(StoreError::Missing { .. })));
    insert(&one, license.version()).unwrap();
    let other = insert(&copy(&decision, &license, 2), license.version());
    assert!(matches!(other, Err(StoreError::Exists { .. })), "{other:?}");
    assert_eq!(world.store.marked_copy_read(one.id).unwrap(), one);
    assert_eq!(world.store.marked_copy_list(decision.id).unwrap(), [one]);
    assert!(world.store.bundles_know(Sm3::of(b"copy")).unwrap());
    assert!(!world.store.bundles_know(Sm3::of(b"original")).unwrap());
}

#[test]
fn a_decision_has_one_bundle() {
    let world = world();
    let (decision, license) = decided(&world);
    assert_eq!(world.store.proof_bundle_find(decision.id).unwrap(), None);
    let bundle = |bytes: &[u8]| RecordedBundle {
        decision: decision.id,
        organization: decision.organization,
        actor: Actor::Console,
        file: file(bytes),
        at: NOW,
    };
    let told = entry("exemption.bundle", decision.id);
    let insert = |bytes, version| {
        let relied = [(license.id(), version)];
        world.store.proof_bundle_insert(&bundle(bytes), &relied, &told)
    };
    let stale = insert(b"one", license.version() + 1);
    assert!(matches!(stale, Err(StoreError::Conflict { .. })), "{stale:?}");
    insert(b"one", license.version()).unwrap();
    let second = insert(b"two", license.version());
    assert!(matches!(second, Err(StoreError::Exists { .. })), "{second:?}");
    assert_eq!(world.store.proof_bundle_find(decision.id).unwrap(), Some(bundle(b"one")));
    assert!(world.store.bundles_know(Sm3::of(b"one")).unwrap());
}
