//! The store from outside: what is written is read back, after a restart too.

use diesel::connection::SimpleConnection as _;
use domain::access::{ApiKey, Role};
use domain::audit::{Broken, Subject};
use domain::digest::{Sha256, Sm3};
use domain::id::{ApiKeyId, OrganizationId, VerificationId};
use domain::license::{Change, Event, License, LicenseState, Reason};
use domain::seal::{Limits, Scope, SealEvent, SealRevocation, SealRevocationReason};
use domain::sealing::KeyPurpose;
use domain::webhook::EventType;
use time::Duration;

use crate::fixtures::{
    NOW, World, entropy, entry, key, license_type, owed, seal, seal_change, step, world,
    world_in_file,
};
use crate::*;

#[test]
fn every_connection_is_durable() {
    let World { store, .. } = world_in_file();
    let settings = store.durability().unwrap();
    assert_eq!(settings.len(), 9);
    for (place, one) in settings.iter().enumerate() {
        let expected = Durability::Sqlite {
            journal_mode: "wal".into(),
            synchronous: 2,
            foreign_keys: 1,
            busy_timeout_ms: 5000,
            query_only: i32::from(place > 0),
        };
        assert_eq!(*one, expected, "connection {place}");
    }
}

#[test]
fn readers_cannot_write() {
    let World { store, .. } = world();
    let written = store.read("writing by a reader", |connection| {
        connection
            .batch_execute("DELETE FROM license")
            .map_err(|cause| StoreError::database("writing by a reader", cause))
    });
    assert!(written.is_err());
}

#[test]
fn all_is_there_after_a_restart() {
    let World { folder, store, organization, key, seal } = world();
    let location = store.location().clone();
    drop(store);
    let store = Store::open(&location).unwrap();
    assert_eq!(store.organization_read(organization.id).unwrap(), organization);
    assert_eq!(store.organization_by_code(&organization.code).unwrap(), Some(organization.clone()));
    assert!(store.organization_list().unwrap().iter().eq([&organization]));
    let key_id = key.id;
    assert_eq!(store.signing_key_read(key.id).unwrap(), key);
    assert_eq!(store.signing_key_list(KeyPurpose::Sealer).unwrap(), [key]);
    assert_eq!(store.signing_key_list(KeyPurpose::Ca).unwrap(), []);
    assert!(matches!(
        store.signing_key_certify(key_id, &[vec![1]]),
        Err(StoreError::Exists { .. })
    ));
    assert_eq!(store.seal_read(seal.id()).unwrap(), seal);
    assert_eq!(store.seal_by_code(seal.properties().code).unwrap(), Some(seal.clone()));
    assert_eq!(store.seal_list(organization.id).unwrap(), [seal]);
    assert_eq!(store.license_type_list().unwrap(), [license_type()]);
    drop(folder);
}

#[test]
fn a_database_of_a_newer_program_is_refused_by_name() {
    let World { store, folder, .. } = world();
    let location = store.location().clone();
    store
        .write("pretending", |connection| {
            connection
                .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('9999')")
                .map_err(|cause| StoreError::database("pretending", cause))
        })
        .unwrap();
    drop(store);
    let refused = Store::open(&location).unwrap_err();
    assert!(
        matches!(&refused, StoreError::Newer { migration } if migration == "9999"),
        "{refused}"
    );
    drop(folder);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("yinzheng.db");
    std::fs::write(&path, "not a database, but long enough to be taken for one".repeat(20))
        .unwrap();
    assert!(matches!(Store::open_file(&path), Err(StoreError::Open { .. })));
    assert!(matches!(Store::open_file(folder.path()), Err(StoreError::Open { .. })));
}

#[test]
fn paths_that_sqlite_would_read_as_something_else_are_refused() {
    for path in [":memory:", "file:register.db?mode=memory"] {
        assert!(matches!(Store::open_file(path.as_ref()), Err(StoreError::Open { .. })), "{path}");
        assert!(!std::path::Path::new(path).exists(), "nothing is made");
    }
}

#[cfg(unix)]
#[test]
fn the_register_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let world = world_in_file();
    for entry in std::fs::read_dir(world.folder.path()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
}

#[test]
fn missing_and_doubled_things_are_named() {
    let World { store, organization, key: known_key, seal: known_seal, folder: _folder } = world();
    let unknown = OrganizationId::mint(NOW, entropy());
    let missing = store.organization_read(unknown).unwrap_err().to_string();
    assert_eq!(missing, format!("organization {unknown} does not exist"));
    let doubled = store.organization_insert(&organization).unwrap_err().to_string();
    assert_eq!(doubled, format!("organization {} is already there", organization.id));
    assert!(matches!(store.signing_key_insert(&known_key), Err(StoreError::Exists { .. })));
    assert!(matches!(store.seal_insert(&known_seal), Err(StoreError::Exists { .. })));
    let mut stranger = organization.clone();
    stranger.id = unknown;
    let orphan = seal(&stranger, &known_key, 2);
    assert!(matches!(store.seal_insert(&orphan), Err(StoreError::Violation { .. })));
    let orphan = key(&stranger);
    assert!(matches!(store.signing_key_insert(&orphan), Err(StoreError::Violation { .. })));
}

#[test]
fn a_published_license_type_never_changes() {
    let World { store, .. } = world();
    store.license_type_publish(&license_type()).unwrap();
    let changed = StoredLicenseType { digest: Sm3::from([8; 32]), ..license_type() };
    let refused = store.license_type_publish(&changed).unwrap_err().to_string();
    assert_eq!(refused, "license type 11100000MB0143028R001 version 1 is already there");
    let second = StoredLicenseType { version: 2, ..changed };
    store.license_type_publish(&second).unwrap();
    assert_eq!(store.license_type_read(&second.code, 2).unwrap(), second);
    assert_eq!(store.license_type_read(&second.code, 1).unwrap(), license_type());
    assert!(matches!(store.license_type_read(&second.code, 3), Err(StoreError::Missing { .. })));
}

#[test]
fn seals_are_changed_by_whoever_read_them_last() {
    let World { store, seal, organization, key, .. } = world();
    let mut suspended = seal.clone();
    suspended.apply(SealEvent::Suspend, NOW + Duration::HOUR).unwrap();
    seal_change(&store, &suspended).unwrap();
    assert_eq!(store.seal_read(seal.id()).unwrap(), suspended);
    let stolen = SealRevocationReason::KeyCompromise;
    let stolen = SealRevocation::new(stolen, Some(NOW - Duration::DAY), NOW).unwrap();
    let mut revoked = seal.clone();
    revoked.revoke(stolen, NOW).unwrap();
    let late = seal_change(&store, &revoked);
    assert!(matches!(late, Err(StoreError::Conflict { .. })));
    revoked = suspended.clone();
    revoked.revoke(stolen, NOW + Duration::HOUR).unwrap();
    seal_change(&store, &revoked).unwrap();
    assert_eq!(store.seal_read(seal.id()).unwrap(), revoked);
    let mut properties = crate::fixtures::seal(&organization, &key, 7).properties().clone();
    properties.scope = Scope::Any;
    properties.limits = Limits {
        per_hour: std::num::NonZeroU32::new(7),
        per_day: std::num::NonZeroU32::new(40),
        hours: "8-18".parse().ok(),
    };
    let anywhere = domain::seal::Seal::registered(properties);
    store.seal_insert(&anywhere).unwrap();
    assert_eq!(store.seal_read(anywhere.id()).unwrap(), anywhere);
}

#[test]
fn api_keys_are_kept_and_ended() {
    let World { store, organization, .. } = world();
    let api_key = ApiKey {
        id: ApiKeyId::mint(NOW, entropy()),
        organization: organization.id,
        label: "一号窗口".into(),
        secret_digest: Sha256::from([5; 32]),
        permissions: Role::Issuer.permissions(),
        created_at: NOW,
        expires_at: Some(NOW + Duration::DAY),
        revoked_at: None,
    };
    store.api_key_insert(&api_key).unwrap();
    assert_eq!(store.api_key_find(api_key.id).unwrap(), Some(api_key.clone()));
    assert!(store.api_key_list(organization.id).unwrap().iter().eq([&api_key]));
    store.api_key_revoke(api_key.id, NOW).unwrap();
    store.api_key_revoke(api_key.id, NOW + Duration::HOUR).unwrap();
    assert_eq!(store.api_key_find(api_key.id).unwrap().unwrap().revoked_at, Some(NOW));
    let unknown = ApiKeyId::mint(NOW, entropy());
    assert_eq!(store.api_key_find(unknown).unwrap(), None);
    assert!(matches!(store.api_key_revoke(unknown, NOW), Err(StoreError::Missing { .. })));
}

#[test]
fn verifications_are_kept() {
    let World { store, .. } = world();
    let one = StoredVerification {
        id: VerificationId::mint(NOW, entropy()),
        outcome: "VALID".into(),
        input_sm3: Some(domain::digest::Sm3::from([1; 32])),
        license: None,
        report: r#"{"outcome":"VALID"}"#.into(),
        created_at: NOW,
        receipt: None,
        organization: Some(domain::id::OrganizationId::mint(NOW, entropy())),
    };
    store.verification_insert(&one, None).unwrap();
    assert_eq!(store.verification_read(one.id).unwrap(), one);
    assert_eq!(store.verification_receipt_keep(one.id, "first").unwrap(), "first");
    assert_eq!(store.verification_receipt_keep(one.id, "second").unwrap(), "first");
    assert_eq!(store.verification_read(one.id).unwrap().receipt.as_deref(), Some("first"));
    let unknown = VerificationId::mint(NOW, entropy());
    assert!(matches!(store.verification_read(unknown), Err(StoreError::Missing { .. })));
    let missing = store.verification_receipt_keep(unknown, "first");
    assert!(matches!(missing, Err(StoreError::Missing { .. })));
    assert_eq!(store.verification_expire(NOW).unwrap(), 0);
    assert_eq!(store.verification_expire(NOW + Duration::MICROSECOND).unwrap(), 1);
    assert!(matches!(store.verification_read(one.id), Err(StoreError::Missing { .. })));
}

/// `count` licenses in force, oldest first, made two at an instant.
pub(crate) fn issued(world: &World, count: u32) -> Vec<License> {
    let make = |number: u32| {
        let mut one = world.issue(&format!("示照〔2026〕{number}号"), &format!("key-{number}"));
        one.draft = world.draft(
            &format!("示照〔2026〕{number}号"),
            NOW + Duration::hours(i64::from(number / 2)),
        );
        one.ordered = step(&one.draft, Event::Order);
        one.issued = step(&one.ordered.0, Event::Issue);
        one.order.license = Some(one.draft.id());
        one.key_use.cause =
            domain::sealing::Cause::Order { order: one.order.id, license: Some(one.draft.id()) };
        one.rendition.license = one.draft.id();
        one.event = entry("license.issue", one.draft.id());
        begin(&world.store, &one).unwrap();
        commit(&world.store, &one).unwrap();
        one.issued.0
    };
    (0..count).map(make).collect()
}

pub(crate) fn begin(store: &Store, issue: &crate::fixtures::Issue) -> Result<Begun, StoreError> {
    store.issue_begin(&Begin {
        row: None,
        request: Some(&issue.request),
        draft: &issue.draft,
        ordered: (&issue.ordered.0, &issue.ordered.1),
        order: &issue.order,
        key_uses: std::slice::from_ref(&issue.key_use),
        events: &[],
        now: &|| issue.key_use.intended_at,
    })
}

pub(crate) fn commit(store: &Store, issue: &crate::fixtures::Issue) -> Result<(), StoreError> {
    let answer = Response { status: 201, body: issue.draft.id().to_string().into() };
    let leaf = crate::log::tests::leaf(&issue.issued.0, &issue.issued.1);
    store.issue_commit(&Commit {
        issued: (&issue.issued.0, &issue.issued.1),
        superseded: None,
        leaf: &leaf,
        renditions: std::slice::from_ref(&issue.rendition),
        owed: &owed(&issue.issued.0, EventType::LicenseIssued),
        ended: Ended { order: issue.order.id, events: std::slice::from_ref(&issue.event), at: NOW },
        answer: Some((issue.request.id, &answer)),
        claimed: None,
    })
}

#[test]
fn lists_are_paged_without_gap_or_repetition() {
    let world = world();
    let mut expected = issued(&world, 9);
    expected.sort_by_key(|one| (one.particulars().created_at, one.id()));
    expected.reverse();
    for limit in [1, 2, 3, 4, 8, 9, 10] {
        let mut found = Vec::new();
        let mut after = None;
        loop {
            let request = PageRequest { limit, after };
            let page = world.store.license_list(&LicenseFilter::default(), &request).unwrap();
            assert!(page.items.len() <= limit as usize);
            found.extend(page.items);
            let Some(next) = page.next else { break };
            after = Some(next.to_string().parse().unwrap());
        }
        assert_eq!(found, expected, "pages of {limit}");
    }
}

#[test]
fn licenses_are_found_by_what_people_type() {
    let world = world();
    let licenses = issued(&world, 3);
    let one = &licenses[1];
    let store = &world.store;
    assert_eq!(store.license_read(one.id()).unwrap(), *one);
    let fixed = one.particulars();
    let file = store.rendition_list(one.id()).unwrap().remove(0);
    for shown in [
        store.shown_by_id(one.id()),
        store.shown_by_code(fixed.public_code),
        store.shown_by_identifier(&fixed.identifier),
    ] {
        let shown = shown.unwrap().unwrap();
        assert_eq!((&shown.license, &shown.file), (one, &file));
        assert_eq!(shown.issuer, store.organization_read(fixed.issuer).unwrap().name);
    }
    // The same bytes are several licenses' here: the oldest is meant.
    let first = store.shown_by_file(file.sm3).unwrap().unwrap().license;
    assert_eq!(
        (first.id(), file.sm3),
        (licenses[0].id(), store.rendition_list(first.id()).unwrap()[0].sm3)
    );
    assert!(store.shown_by_file(Sm3::from([9; 32])).unwrap().is_none());
    let page = PageRequest { limit: 50, after: None };
    let count = |filter: LicenseFilter| store.license_list(&filter, &page).unwrap().items.len();
    let any = LicenseFilter::default;
    assert_eq!(count(LicenseFilter { number: "示照[2026] 1 号".parse().ok(), ..any() }), 1);
    let name = Some("示例(东区) 公司".to_owned());
    assert_eq!(count(LicenseFilter { holder_name: name, ..any() }), 3);
    assert_eq!(count(LicenseFilter { holder_name: Some("示例".into()), ..any() }), 0);
    assert_eq!(count(LicenseFilter { state: Some(LicenseState::Revoked), ..any() }), 0);
    assert_eq!(count(LicenseFilter { issuer: Some(world.organization.id), ..any() }), 3);
    let stranger = OrganizationId::mint(NOW, entropy());
    assert_eq!(count(LicenseFilter { issuer: Some(stranger), ..any() }), 0);
    let other_type = "11100000000013338W011".parse().ok();
    assert_eq!(count(LicenseFilter { type_code: other_type, ..any() }), 0);
    assert_eq!(count(LicenseFilter { types: other_type.map(|one| vec![one]), ..any() }), 0);
    assert_eq!(count(LicenseFilter { types: Some(Vec::new()), ..any() }), 0);
    assert_eq!(
        count(LicenseFilter { types: Some(vec![crate::fixtures::TYPE.parse().unwrap()]), ..any() }),
        3
    );
    assert_eq!(store.license_count().unwrap(), [(license_type().code, 3)]);
}

#[test]
fn a_state_changes_once_and_leaves_its_history() {
    let world = world();
    let licenses = issued(&world, 2);
    let mut revoked = licenses[0].clone();
    let change = Change::revoke(
        Reason::IssuedInError,
        Some(licenses[1].id()),
        domain::audit::Actor::Console,
        NOW + Duration::DAY,
    );
    let change = change.unwrap().effective(NOW).under("示市监撤〔2026〕3号").noted("样例说明");
    let status = domain::id::StatusEntryId::mint(NOW + Duration::DAY, entropy());
    let status = revoked.apply(status, change).unwrap();
    let event = entry("license.revoke", revoked.id());
    let leaf = crate::log::tests::leaf(&revoked, &status);
    let owed = owed(&revoked, EventType::LicenseRevoked);
    let events = std::slice::from_ref(&event);
    let moved = Moved { changed: (&revoked, &status), leaf: &leaf, owed: &owed, told: &[], events };
    world.store.license_change(&moved, None).unwrap();
    assert_eq!(world.store.license_read(revoked.id()).unwrap(), revoked);
    let again = world.store.license_change(&Moved { events: &[], ..moved }, None);
    assert!(matches!(again, Err(StoreError::Conflict { .. })));
    let history = world.store.status_entry_list(revoked.id()).unwrap();
    let events: Vec<Event> = history.iter().map(|entry| entry.change.event()).collect();
    assert_eq!(events, [Event::Order, Event::Issue, Event::Revoke]);
    assert_eq!(history[2], status);
    let subject = Some(Subject::new("license", revoked.id()));
    let trail = world.store.audit_search(&AuditQuery { subject, ..AuditQuery::default() }, 10);
    let actions: Vec<String> = trail.unwrap().into_iter().map(|one| one.entry.action).collect();
    assert_eq!(actions, ["license.revoke", "license.issue"]);
}

#[test]
fn a_hand_on_the_audit_trail_is_seen() {
    let world = world();
    let licenses = issued(&world, 4);
    let head = world.store.audit_verify().unwrap().unwrap();
    assert_eq!(head.sequence, 4);
    assert_eq!(world.store.audit_list(2, 10).unwrap().len(), 2);
    let by_hand =
        format!("UPDATE audit_event SET subject_id = '{}' WHERE sequence = 3", licenses[0].id());
    crate::access::tests::without_triggers(&world.store, &by_hand);
    assert_eq!(world.store.audit_verify().unwrap(), Err(Broken { sequence: 3 }));
}

#[test]
fn a_damaged_row_is_named_and_tells_nothing_personal() {
    for (damage, message) in [
        ("changed_at = 9223372036854775807", "column changed_at: not an instant"),
        ("identifier = 'x'", "column identifier: license identifier: the root must be"),
        ("valid_to = '2026-02-30'", "column valid_to: "),
        ("valid_to = '2020-01-01', valid_from = '2021-01-01'", "the period ends on 2020-01-01"),
        ("holder_code = 'y'", "unified social credit code has 18 characters, not 1"),
    ] {
        let world = world();
        let license = issued(&world, 1).remove(0);
        let store = &world.store;
        store
            .write("damaging", |connection| {
                connection
                    .batch_execute(&format!("UPDATE license SET {damage}"))
                    .map_err(|cause| StoreError::database("damaging", cause))
            })
            .unwrap();
        let error = store.license_read(license.id()).unwrap_err().to_string();
        let expected = format!("license {} is damaged: {message}", license.id());
        assert!(error.starts_with(&expected), "{error}");
        assert!(!error.contains("公司"), "{error}");
    }
}
