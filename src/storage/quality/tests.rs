use super::*;
use crate::fixtures::{NOW, World, entropy, entry, world};
use crate::tests::issued;
use domain::audit::Actor;
use domain::license::License;
use domain::quality::{QualityRule, Step, week_of};
use time::Duration;

fn found(license: &License, field: &str, certain: bool) -> QualityFinding {
    QualityFinding {
        id: QualityFindingId::mint(NOW, entropy()),
        license: license.id(),
        type_code: license.particulars().type_code,
        organization: license.particulars().issuer,
        rule: QualityRule::Placeholder,
        field: field.to_owned(),
        detail: String::new(),
        certain,
        state: FindingState::Open,
        found_at: NOW,
        due_at: QualityFinding::due(certain, NOW),
        changed: None,
        answer: String::new(),
        version: 1,
    }
}

fn examined(license: &License, findings: Vec<QualityFinding>) -> Examined {
    let organization = license.particulars().issuer;
    Examined { license: license.id(), organization, at: NOW, delay: Some(0), findings }
}

fn open(world: &World) -> FindingFilter {
    FindingFilter { organization: world.organization.id, state: None, due_before: None }
}

#[test]
fn what_is_issued_is_examined_once() {
    let world = world();
    let license = issued(&world, 1).remove(0);
    let store = &world.store;
    let (ids, reached) = store.quality_next(100).unwrap();
    assert!(ids.contains(&license.id()), "{ids:?}");
    let one = examined(&license, vec![found(&license, "name", true)]);
    assert!(store.quality_keep(std::slice::from_ref(&one), reached).unwrap());
    assert!(!store.quality_keep(&[], reached).unwrap(), "nothing new");
    assert!(store.quality_next(100).unwrap().0.is_empty());
    // The same again stays one; what is gone is closed.
    store.quality_keep(&[examined(&license, vec![found(&license, "name", true)])], 0).unwrap();
    assert_eq!(store.quality_list(&open(&world), 10).unwrap(), one.findings);
    store.quality_keep(&[examined(&license, Vec::new())], 0).unwrap();
    assert!(store.quality_list(&open(&world), 10).unwrap().is_empty());
}

#[test]
fn weeks_count_what_is_good_and_nothing_else() {
    let world = world();
    let licenses = issued(&world, 4);
    let store = &world.store;
    let [good, faulty, doubtful, _unexamined] = &licenses[..] else { panic!("four") };
    store
        .quality_keep(
            &[
                examined(good, Vec::new()),
                examined(faulty, vec![found(faulty, "a", true), found(faulty, "b", false)]),
                Examined { delay: None, ..examined(doubtful, vec![found(doubtful, "a", false)]) },
            ],
            0,
        )
        .unwrap();
    let number = week_of(good.particulars().created_at);
    let weeks = store.quality_weeks(world.organization.id, number, 1).unwrap();
    let score = Score { total: 4, good: 1, faulty: 1, fresh: 2, late: 0 };
    assert_eq!(weeks, [Week { number, score }]);
    assert_eq!(score.uncertain(), 2);
    assert!(store.quality_weeks(world.organization.id, number + 1, 1).unwrap().is_empty());
}

#[test]
fn a_finding_is_worked_off_by_one_at_a_time() {
    let world = world();
    let license = issued(&world, 1).remove(0);
    let store = &world.store;
    let mut one = found(&license, "name", true);
    store.quality_keep(&[examined(&license, vec![one.clone()])], 0).unwrap();
    let late = FindingFilter { due_before: Some(NOW + Duration::days(60)), ..open(&world) };
    assert_eq!(store.quality_list(&late, 10).unwrap().len(), 1);
    let early = FindingFilter { due_before: Some(NOW), ..open(&world) };
    assert!(store.quality_list(&early, 10).unwrap().is_empty());
    for step in [Step::Take, Step::Answer, Step::Close] {
        one.state = one.state.after(step).unwrap();
        one.changed = Some((Actor::Console, NOW));
        one.version += 1;
        store.quality_step(&one, &entry("quality.step", license.id())).unwrap();
        assert_eq!(store.quality_read(one.id).unwrap(), one);
        let again = store.quality_step(&one, &entry("quality.step", license.id()));
        assert!(matches!(again, Err(StoreError::Conflict { .. })));
    }
    assert!(store.quality_list(&open(&world), 10).unwrap().is_empty());
    let closed = FindingFilter { state: Some(FindingState::Closed), ..open(&world) };
    assert_eq!(store.quality_list(&closed, 10).unwrap(), [one]);
}
