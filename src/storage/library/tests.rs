use super::*;
use crate::exemptions::tests::recorded;
use crate::fixtures::{NOW, World, entropy, entry, world};
use domain::audit::Actor;
use domain::exemption::Grade;
use domain::id::OrganizationId;
use domain::library::LibrarySource;

fn kept(world: &World, operator: &str) -> LibraryMaterial {
    let file =
        KeptFile { sm3: Sm3::of(b"written anew"), sha256: Sha256::of(b"written anew"), bytes: 12 };
    let one = LibraryMaterial {
        id: LibraryMaterialId::mint(NOW, entropy()),
        holder: Sha256::of(b"a holder"),
        name: "租赁合同".to_owned(),
        source: LibrarySource::Copy,
        handed: HandedIn {
            by: Actor::Console,
            organization: Some(world.organization.id),
            operator: operator.to_owned(),
            case_no: "示办〔2026〕1号".to_owned(),
        },
        media_type: "image/png".to_owned(),
        pages: 1,
        file,
        original: KeptFile { sm3: Sm3::of(b"as it came"), ..file },
        last_day: None,
        at: NOW,
        check: None,
        erased: None,
    };
    world.store.library_keep(&one, &entry("material.keep", one.id), None).unwrap();
    one
}

fn check_by(operator: &str, organization: OrganizationId) -> LibraryCheck {
    LibraryCheck {
        by: Actor::Console,
        organization,
        operator: operator.to_owned(),
        window: "3号窗口".to_owned(),
        case_no: "示办〔2026〕2号".to_owned(),
        at: NOW,
    }
}

fn used(world: &World, one: &LibraryMaterial) -> LibraryUse {
    LibraryUse {
        material: one.id,
        organization: world.organization.id,
        case_no: "示办〔2026〕3号".to_owned(),
        item: "A1".to_owned(),
        decision: None,
        at: NOW,
    }
}

#[test]
fn a_material_is_checked_once_by_somebody_else() {
    let world = world();
    let one = kept(&world, "甲");
    assert_eq!(world.store.library_read(one.id).unwrap(), one);
    let told = entry("material.check", one.id);
    let own = check_by("甲", world.organization.id);
    assert!(world.store.library_check(one.id, &own, &told, None).is_err(), "the database's own");
    let other = check_by("乙", world.organization.id);
    let told = entry("material.check", one.id);
    world.store.library_check(one.id, &other, &told, None).unwrap();
    let again = world.store.library_check(one.id, &other, &entry("material.check", one.id), None);
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    let read = world.store.library_read(one.id).unwrap();
    assert_eq!((read.grade(), read.check), (Grade::B, Some(other)));
}

#[test]
fn what_is_erased_stays_so_and_is_used_by_nobody() {
    let world = world();
    let (one, same) = (kept(&world, "甲"), kept(&world, "甲"));
    world.store.library_use(&used(&world, &one)).unwrap();
    world.store.library_use(&used(&world, &one)).unwrap();
    assert_eq!(world.store.library_uses(&[one.id, same.id]).unwrap(), [used(&world, &one)]);
    let erasure = LibraryErasure { by: Actor::Anonymous, organization: None, at: NOW };
    let told = || entry("material.erase", one.id);
    world.store.library_erase(one.id, &erasure, &told(), None).unwrap();
    let again = world.store.library_erase(one.id, &erasure, &told(), None);
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    let late = world.store.library_use(&LibraryUse { item: "B2".to_owned(), ..used(&world, &one) });
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    let check = check_by("乙", world.organization.id);
    assert!(world.store.library_check(one.id, &check, &told(), None).is_err());
    assert!(world.store.library_knows(one.file.sm3).unwrap(), "the other material has the same");
    world.store.library_erase(same.id, &erasure, &entry("material.erase", same.id), None).unwrap();
    assert!(!world.store.library_knows(one.file.sm3).unwrap());
    let all = world.store.library_of(one.holder).unwrap();
    assert!(all.len() == 2 && all.iter().all(|one| one.erased == Some(erasure.clone())));
    assert_eq!(world.store.library_after(None, 10).unwrap().len(), 2);
}

#[test]
fn a_decision_that_relies_on_an_erased_material_is_not_recorded() {
    let world = world();
    let one = kept(&world, "甲");
    let decision = recorded(&world);
    let uses = [LibraryUse { decision: Some(decision.id), ..used(&world, &one) }];
    let erasure = LibraryErasure { by: Actor::Anonymous, organization: None, at: NOW };
    world.store.library_erase(one.id, &erasure, &entry("material.erase", one.id), None).unwrap();
    let told = entry("exemption.decide", decision.id);
    let refused = world.store.exemption_record(&decision, &[], &[], &uses, &told, None);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert!(world.store.exemption_read(decision.id).is_err());
}
