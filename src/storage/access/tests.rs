use std::collections::BTreeSet;
use std::sync::Arc;
use std::thread;

use diesel::connection::SimpleConnection as _;
use domain::audit::{Basis, Fields, Outcome};
use domain::id::{AccessId, ApiKeyId};
use time::Duration;

use super::*;
use crate::fixtures::{NOW, World, entropy, world};

/// A look at these licenses, so many seconds after the beginning.
pub(crate) fn look(actor: &Actor, licenses: &[LicenseId], seconds: i64) -> Access {
    let at = NOW + Duration::seconds(seconds);
    Access {
        id: AccessId::mint(at, entropy()),
        at,
        actor: actor.clone(),
        organization: None,
        errand: Errand { case_no: "示2026-1".into(), ..Errand::by("GET /v1/licenses/{id}") },
        basis: Basis::Issuer,
        licenses: licenses.to_vec(),
        fields: Fields::Content,
        outcome: Outcome::Shown,
    }
}

pub(crate) fn licenses(count: usize) -> Vec<LicenseId> {
    (0..count).map(|_| LicenseId::mint(NOW, entropy())).collect()
}

pub(crate) fn key() -> Actor {
    Actor::ApiKey(ApiKeyId::mint(NOW, entropy()))
}

fn by_hand(store: &Store, change: &str) -> Result<(), StoreError> {
    store.write("by hand", |connection| {
        let changed = connection.batch_execute(change);
        changed.map_err(|cause| StoreError::database("by hand", cause))
    })
}

#[test]
fn what_was_looked_at_is_found_each_way() {
    let World { store, folder: _folder, organization, .. } = world();
    let (one, other, ids) = (key(), key(), licenses(3));
    let own = Access { organization: Some(organization.id), ..look(&one, &ids, 0) };
    store.access_append(own.clone()).unwrap();
    // The same license twice in one look is found once.
    store.access_append(look(&other, &[ids[0], ids[0]], 60)).unwrap();
    let none = Access { outcome: Outcome::Nothing, ..look(&other, &[], 120) };
    store.access_append(none).unwrap();
    assert_eq!(store.access_verify().unwrap().unwrap().sequence, 3);
    assert_eq!(store.access_list(0, 1).unwrap()[0].entry, own);
    let query = AccessQuery::default;
    for (asked, expected) in [
        (query(), vec![3, 2, 1]),
        (AccessQuery { before: Some(3), ..query() }, vec![2, 1]),
        (AccessQuery { license: Some(ids[0]), ..query() }, vec![2, 1]),
        (AccessQuery { license: Some(ids[2]), ..query() }, vec![1]),
        (AccessQuery { actor: Some(other.clone()), ..query() }, vec![3, 2]),
        (AccessQuery { organization: Some(organization.id), ..query() }, vec![1]),
        (AccessQuery { case_no: Some("示2026-1".into()), ..query() }, vec![3, 2, 1]),
        (AccessQuery { case_no: Some("2".into()), ..query() }, vec![]),
        (AccessQuery { from: Some(NOW + Duration::MINUTE), ..query() }, vec![3, 2]),
        (AccessQuery { until: Some(NOW + Duration::MINUTE), ..query() }, vec![1]),
        (AccessQuery { actor: Some(other), license: Some(ids[0]), ..query() }, vec![2]),
    ] {
        let found = store.access_search(&asked, 10).unwrap();
        let found: Vec<u64> = found.iter().map(|row| row.sequence).collect();
        assert_eq!(found, expected, "{asked:?}");
    }
    assert_eq!(store.access_verify().unwrap().unwrap().sequence, 3);
}

#[test]
fn many_threads_make_one_chain() {
    let World { store, folder: _folder, .. } = world();
    let store = Arc::new(store);
    let ids: Vec<AccessId> = thread::scope(|scope| {
        let write = |_| {
            scope.spawn(|| {
                let mine = key();
                let looks = (0..20).map(|second| look(&mine, &licenses(2), second));
                looks
                    .map(|look| {
                        let id = look.id;
                        store.access_append(look).unwrap();
                        id
                    })
                    .collect::<Vec<_>>()
            })
        };
        let threads: Vec<_> = (0..8).map(write).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(store.access_verify().unwrap().unwrap().sequence, 160);
    let kept: BTreeSet<AccessId> =
        store.access_list(0, 200).unwrap().iter().map(|row| row.entry.id).collect();
    assert_eq!(kept, ids.into_iter().collect());
}

#[test]
fn no_statement_changes_what_happened() {
    let World { store, folder: _folder, .. } = world();
    store.access_append(look(&key(), &licenses(2), 0)).unwrap();
    store.audit_append(&[crate::fixtures::entry("test", 1)]).unwrap();
    for statement in [
        "UPDATE access_log SET case_no = 'x'",
        "DELETE FROM access_log",
        "UPDATE access_license SET actor = 'x'",
        "DELETE FROM access_license",
        "UPDATE audit_event SET detail = '{}'",
        "DELETE FROM audit_event",
    ] {
        let refused = by_hand(&store, statement).unwrap_err();
        let cause = std::error::Error::source(&refused).map(ToString::to_string);
        assert!(cause.is_some_and(|cause| cause.contains("only added to")), "{statement}");
    }
    for statement in [
        "INSERT OR REPLACE INTO access_log SELECT * FROM access_log",
        "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event",
        "TRUNCATE access_log CASCADE",
        "TRUNCATE audit_event",
    ] {
        assert!(by_hand(&store, statement).is_err(), "{statement}");
    }
    assert_eq!(store.access_verify().unwrap().unwrap().sequence, 1);
}

/// Takes away what stands in the way of whoever owns the database.
pub(crate) fn without_triggers(store: &Store, change: &str) {
    let drop = if store.is_shared() {
        "DROP FUNCTION only_added_to() CASCADE".to_owned()
    } else {
        let tables = ["access_log", "access_license", "audit_event"];
        let both = |table| format!("DROP TRIGGER {table}_update; DROP TRIGGER {table}_delete;");
        tables.map(both).concat()
    };
    by_hand(store, &drop).unwrap();
    by_hand(store, change).unwrap();
}

#[test]
fn a_hand_on_the_log_is_named() {
    for (change, place) in [
        ("UPDATE access_log SET case_no = '' WHERE sequence = 2", 2),
        ("UPDATE access_log SET licenses = '' WHERE sequence = 3", 3),
        ("DELETE FROM access_license WHERE sequence = 3", 3),
        (
            "DELETE FROM access_license WHERE sequence = 2; DELETE FROM access_log WHERE sequence = 2",
            2,
        ),
        ("UPDATE access_license SET sequence = 1 WHERE sequence = 4", 1),
    ] {
        let World { store, folder: _folder, .. } = world();
        for second in 0..4 {
            store.access_append(look(&key(), &licenses(2), second)).unwrap();
        }
        without_triggers(&store, change);
        assert_eq!(store.access_verify().unwrap(), Err(Broken { sequence: place }), "{change}");
    }
}
