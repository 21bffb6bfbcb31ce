use domain::audit::{Actor, OfficeHours, Rule, Subject};
use domain::id::AuditEventId;
use time::Duration;

use super::*;
use crate::access::tests::{key, licenses, look};
use crate::fixtures::{NOW, World, entropy, world};

/// Three of everything within ten minutes; nobody works at night.
fn vigilance() -> Vigilance {
    let three = Count { at_least: 3, within: Duration::minutes(10) };
    let hours = Vigilance::default().hours.map(|hours| OfficeHours { from: 0, ..hours });
    Vigilance { bulk: three, same_license: three, guesses: three, hours, without_case: true }
}

/// Looks through everything.
fn watch_all(store: &Store) -> Watched {
    let mut all = Watched::default();
    loop {
        let round = store.alerts_watch(&vigilance()).unwrap();
        if round.rows == 0 {
            return all;
        }
        all = Watched { rows: all.rows + round.rows, opened: all.opened + round.opened };
    }
}

fn rules(store: &Store) -> Vec<(Rule, AlertState, u32)> {
    let all = store.alert_list(None, 100).unwrap();
    let mut rules: Vec<_> = all.iter().map(|one| (one.rule, one.state, one.times)).collect();
    rules.sort_by_key(|(rule, ..)| *rule);
    rules
}

fn guess(staff: &str, seconds: i64) -> Entry {
    let at = NOW + Duration::seconds(seconds);
    Entry {
        id: AuditEventId::mint(at, entropy()),
        at,
        actor: Actor::Anonymous,
        action: "session.guess".into(),
        subject: Subject::new("staff", staff),
        detail: std::collections::BTreeMap::new(),
    }
}

#[test]
fn three_different_licenses_are_many_and_one_again_is_not() {
    let World { store, folder: _folder, .. } = world();
    let (one, ids) = (key(), licenses(4));
    // Within ten minutes; the third is another rule's.
    for second in [0, 60] {
        store.access_append(look(&one, &ids[..1], second)).unwrap();
        store.access_append(look(&one, &ids[1..2], second + 1)).unwrap();
    }
    assert_eq!(watch_all(&store).rows, 4);
    assert_eq!(rules(&store), []);
    store.access_append(look(&one, &ids[2..3], 120)).unwrap();
    assert_eq!(watch_all(&store), Watched { rows: 1, opened: 1 });
    assert_eq!(rules(&store), [(Rule::Bulk, AlertState::Open, 1)]);
    // What was told is not told again; another three are.
    store.access_append(look(&one, &ids[3..], 121)).unwrap();
    assert_eq!(watch_all(&store).opened, 0);
    store.access_append(look(&one, &licenses(2), 122)).unwrap();
    watch_all(&store);
    assert_eq!(rules(&store), [(Rule::Bulk, AlertState::Open, 2)]);
    // Of another actor, too far apart.
    let other = key();
    for (place, id) in licenses(3).into_iter().enumerate() {
        store.access_append(look(&other, &[id], 1000 + 600 * place as i64)).unwrap();
    }
    assert_eq!(watch_all(&store), Watched { rows: 3, opened: 0 });
}

#[test]
fn one_license_again_and_again_and_guesses() {
    let World { store, folder: _folder, .. } = world();
    let (one, ids) = (key(), licenses(1));
    for second in 0..3 {
        store.access_append(look(&one, &ids, second)).unwrap();
        store.audit_append(&[guess("1", second), guess(&format!("{second}0"), second)]).unwrap();
    }
    assert_eq!(watch_all(&store), Watched { rows: 9, opened: 2 });
    let all = store.alert_list(Some(AlertState::Open), 10).unwrap();
    let mut subjects: Vec<(Rule, &str)> =
        all.iter().map(|one| (one.rule, one.subject.as_str())).collect();
    subjects.sort_unstable();
    let license = format!("license {}", ids[0]);
    assert_eq!(subjects, [(Rule::SameLicense, license.as_str()), (Rule::SignIn, "staff 1")]);
    assert_eq!(store.alert_open_count().unwrap(), 2);
}

#[test]
fn rows_are_looked_through_once_however_many_look() {
    let World { store, folder: _folder, .. } = world();
    let one = key();
    for second in 0..450 {
        let mut look = look(&one, &[], second);
        look.errand.case_no = String::new();
        store.access_append(look).unwrap();
    }
    let rows: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| watch_all(&store).rows)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(rows, 450);
    assert_eq!(rules(&store), [(Rule::NoCaseNumber, AlertState::Open, 450)]);
}

#[test]
fn an_alert_is_looked_at_once_and_what_comes_after_is_new() {
    let World { store, folder: _folder, organization, .. } = world();
    let staff = crate::fixtures::staff(&organization, "auditor", "auditor");
    store.staff_insert(&staff, &crate::fixtures::entry("staff.add", 1)).unwrap();
    let one = key();
    let mut without = look(&one, &[], 0);
    without.errand.case_no = String::new();
    store.access_append(without).unwrap();
    watch_all(&store);
    let id = store.alert_list(None, 1).unwrap()[0].id;
    let told = crate::fixtures::entry("alert.look", id);
    store.alert_look(id, staff.id, NOW, "演练", &told).unwrap();
    let again = store.alert_look(id, staff.id, NOW, "再看", &told);
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    let nobody = store.alert_look(AlertId::mint(NOW, [9; 10]), staff.id, NOW, "", &told);
    assert!(matches!(nobody, Err(StoreError::Missing { .. })));
    let looked = &store.alert_list(Some(AlertState::Looked), 9).unwrap()[0];
    assert_eq!((looked.looked, looked.note.as_str()), (Some((staff.id, NOW)), "演练"));
    let mut without = look(&one, &[], 60);
    without.errand.case_no = String::new();
    store.access_append(without).unwrap();
    watch_all(&store);
    let states: Vec<AlertState> = rules(&store).iter().map(|(_, state, _)| *state).collect();
    assert_eq!(states.len(), 2);
    assert_eq!(store.alert_open_count().unwrap(), 1);
}
