//! Seals from the day somebody asks for them, on both databases.

use diesel::connection::SimpleConnection as _;
use domain::audit::Actor;
use domain::id::{SealEntryId, SealId, SealProposalId, StaffId};
use domain::seal::{
    Limits, ProposalState, Scope, Seal, SealApplication, SealChange, SealEntry, SealEvent,
    SealProposal, SealRevocation, SealRevocationReason, SealStatus,
};
use time::Duration;

use crate::fixtures::{NOW, World, entropy, seal_change, world};
use crate::{SealStep, StoreError};

fn person(number: u8) -> Actor {
    Actor::Staff(StaffId::mint(NOW, [number; 10]))
}

/// A seal like the one of the world, with another code, asked for by the first person.
fn application(world: &World, number: u32) -> SealApplication {
    let one = crate::fixtures::seal(&world.organization, &world.key, number).properties().clone();
    SealApplication {
        id: SealId::mint(NOW, entropy()),
        organization: one.organization,
        code: one.code,
        name: one.name,
        kind: one.kind,
        picture: one.picture,
        scope: one.scope,
        limits: Limits { per_hour: std::num::NonZeroU32::new(5), ..Limits::default() },
        not_before: one.not_before,
        not_after: one.not_after,
        replaces: Some(world.seal.id()),
        sm2_key: None,
        pades_key: None,
        requested_by: person(1),
        requested_at: NOW,
        approved_by: None,
        made_by: None,
        status: SealStatus::Requested,
        version: 1,
    }
}

fn step(seal: SealId, from: Option<SealStatus>, to: SealStatus) -> SealEntry {
    let id = SealEntryId::mint(NOW, entropy());
    SealEntry { id, seal, from, to, by: person(1), reason: "启用新系统".into(), at: NOW }
}

/// Asked for by the first person, approved by the second, made by the third.
fn made(world: &World, number: u32) -> (SealApplication, Seal) {
    let store = &world.store;
    let mut asked = application(world, number);
    store.seal_apply(&asked, &step(asked.id, None, asked.status), &[]).unwrap();
    asked.step(SealEvent::Approve, &person(2)).unwrap();
    let approved = step(asked.id, Some(SealStatus::Requested), asked.status);
    store.seal_application_replace(&asked, Some(&approved), &[]).unwrap();
    asked.step(SealEvent::Make, &person(3)).unwrap();
    let mut properties = crate::fixtures::seal(&world.organization, &world.key, number);
    properties = Seal::made(
        domain::seal::SealProperties { id: asked.id, ..properties.properties().clone() },
        person(3),
    );
    let step = step(asked.id, Some(SealStatus::Approved), SealStatus::Made);
    store.seal_make(&properties, &asked, &step, &[]).unwrap();
    (asked, properties)
}

fn proposal(seal: SealId, change: SealChange) -> SealProposal {
    SealProposal {
        id: SealProposalId::mint(NOW, entropy()),
        seal,
        change,
        reason: "查明无异常".into(),
        proposed_by: person(1),
        proposed_at: NOW,
        state: ProposalState::Open,
        decided_by: None,
        decided_at: None,
    }
}

/// Whether the database takes a statement.
fn takes(world: &World, sql: &str) -> bool {
    let done = world.store.write("a hand on the register", |connection| {
        connection
            .batch_execute(sql)
            .map_err(|cause| StoreError::database("a hand on the register", cause))
    });
    done.is_ok()
}

#[test]
fn a_seal_is_kept_from_the_day_it_is_asked_for() {
    let world = world();
    let (asked, mut seal) = made(&world, 7);
    assert_eq!(world.store.seal_application_find(asked.id).unwrap(), Some(asked.clone()));
    assert_eq!(world.store.seal_application_list(None).unwrap(), std::slice::from_ref(&asked));
    seal.file("示备 2026-7", &person(4), NOW).unwrap();
    seal_change(&world.store, &seal).unwrap();
    seal.apply(SealEvent::Activate, NOW).unwrap();
    let mut old = world.seal.clone();
    old.replace(seal.id(), NOW).unwrap();
    let history = [step(seal.id(), Some(SealStatus::Filed), SealStatus::Active)];
    let both = SealStep { seals: &[&seal, &old], decided: None, history: &history, said: &[] };
    world.store.seal_change(&both).unwrap();
    assert_eq!(world.store.seal_read(seal.id()).unwrap(), seal);
    assert_eq!(world.store.seal_read(old.id()).unwrap().replaced_by(), Some(seal.id()));
    assert!(matches!(world.store.seal_change(&both), Err(StoreError::Conflict { .. })));
    let steps: Vec<_> =
        world.store.seal_history(seal.id()).unwrap().into_iter().map(|one| one.to).collect();
    let whole = [SealStatus::Requested, SealStatus::Approved, SealStatus::Made, SealStatus::Active];
    assert_eq!(steps, whole, "a change that failed left nothing");
}

#[test]
fn a_code_is_one_seals_until_it_came_to_nothing() {
    let world = world();
    let mut first = application(&world, 7);
    let begun = |one: &SealApplication| step(one.id, None, SealStatus::Requested);
    world.store.seal_apply(&first, &begun(&first), &[]).unwrap();
    let second = application(&world, 7);
    let taken = world.store.seal_apply(&second, &begun(&second), &[]);
    assert!(matches!(taken, Err(StoreError::Exists { .. })));
    first.step(SealEvent::Withdraw, &person(1)).unwrap();
    world.store.seal_application_replace(&first, None, &[]).unwrap();
    world.store.seal_apply(&second, &begun(&second), &[]).unwrap();
    let late = world.store.seal_application_replace(&first, None, &[]);
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "read before");
}

/// Nobody takes two steps, whoever writes it into the register.
#[test]
fn the_database_refuses_one_person_for_two_steps() {
    let world = world();
    let asked = application(&world, 7);
    world.store.seal_apply(&asked, &step(asked.id, None, asked.status), &[]).unwrap();
    let (one, other) = (person(1), person(2));
    for (set, taken) in [
        (format!("status = 'approved', approved_by = '{one}'"), false),
        ("status = 'approved'".to_owned(), false),
        (format!("status = 'made', made_by = '{other}'"), false),
        (format!("status = 'approved', approved_by = '{other}'"), true),
        (format!("status = 'made', made_by = '{one}'"), false),
        (format!("status = 'made', made_by = '{other}'"), false),
        (format!("status = 'made', made_by = '{}'", person(3)), true),
    ] {
        let sql = format!("UPDATE seal_application SET {set} WHERE id = '{}'", asked.id);
        assert_eq!(takes(&world, &sql), taken, "{set}");
    }
    let inserted = format!(
        "INSERT INTO seal_application SELECT '01890000-0000-7000-8000-000000000000', \
         organization_id, '43000000000099', name, kind, picture_media_type, picture, width_mm, \
         height_mm, scope, per_hour, per_day, hour_from, hour_until, not_before, not_after, \
         replaces_id, sm2_key_id, pades_key_id, 'console', requested_at, 'console', NULL, \
         'approved', 1 FROM seal_application WHERE id = '{}'",
        asked.id
    );
    assert!(!takes(&world, &inserted), "inserted as approved by whoever asked");

    let (_, seal) = made(&world, 8);
    let maker = person(3);
    for (set, taken) in [
        ("status = 'active'".to_owned(), false),
        (format!("status = 'filed', filing = '1', filed_by = '{maker}'"), false),
        (format!("status = 'filed', filing = '1', filed_by = '{other}'"), true),
        ("status = 'active'".to_owned(), true),
    ] {
        let sql = format!("UPDATE seal SET {set} WHERE id = '{}'", seal.id());
        assert_eq!(takes(&world, &sql), taken, "{set}");
    }

    let resume = proposal(world.seal.id(), SealChange::Resume);
    world.store.seal_propose(&resume, &[]).unwrap();
    for (by, taken) in [(&one, false), (&other, true)] {
        let sql = format!(
            "UPDATE seal_proposal SET state = 'confirmed', decided_by = '{by}', decided_at = 1"
        );
        assert_eq!(takes(&world, &sql), taken, "{by}");
    }
}

#[test]
fn the_history_only_grows() {
    let world = world();
    let (asked, _) = made(&world, 7);
    assert!(!takes(&world, "UPDATE seal_entry SET reason = ''"));
    assert!(!takes(&world, "DELETE FROM seal_entry"));
    assert_eq!(world.store.seal_history(asked.id).unwrap().len(), 3);
}

#[test]
fn one_proposal_at_a_time_and_what_it_says_is_kept() {
    let world = world();
    let store = &world.store;
    let id = world.seal.id();
    let compromise = SealRevocationReason::KeyCompromise;
    let since = Some(NOW - Duration::DAY);
    let terms = SealChange::Terms {
        scope: Scope::Any,
        limits: Limits { hours: "8-18".parse().ok(), ..Limits::default() },
    };
    let changes = [
        terms,
        SealChange::Resume,
        SealChange::Revoke(SealRevocation::new(compromise, since, NOW).unwrap()),
    ];
    for change in changes {
        let mut one = proposal(id, change);
        store.seal_propose(&one, &[]).unwrap();
        let second = proposal(id, SealChange::Resume);
        assert!(matches!(store.seal_propose(&second, &[]), Err(StoreError::Exists { .. })));
        let open = store.seal_proposals_open(Some(world.organization.id)).unwrap();
        assert_eq!(open, [one.clone()]);
        one.refuse(&person(2), NOW).unwrap();
        store.seal_refuse(&one, &[]).unwrap();
        assert!(matches!(store.seal_refuse(&one, &[]), Err(StoreError::Conflict { .. })));
        assert!(store.seal_proposals(id).unwrap().contains(&one));
    }
    assert_eq!(store.seal_proposals_open(None).unwrap(), []);
}
