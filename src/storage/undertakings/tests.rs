use super::*;
use crate::exemptions::tests::recorded;
use crate::fixtures::{NOW, World, endpoint, entropy, entry, world};
use domain::audit::Actor;
use domain::digest::Sha256;
use domain::id::WebhookEventId;
use domain::undertaking::UndertakingKind;
use domain::webhook::EventType;
use time::macros::date;

fn undertaken(world: &World, material: &str, due: Date) -> Result<Undertaking, StoreError> {
    let decision = recorded(world);
    let told = entry("exemption.decide", decision.id);
    world.store.exemption_record(&decision, &[], &[], &[], &told, None).unwrap();
    let one = Undertaking {
        id: UndertakingId::mint(NOW, entropy()),
        organization: world.organization.id,
        actor: Actor::Console,
        kind: UndertakingKind::Commitment,
        case_no: decision.case_no,
        decision: decision.id,
        item: "11999900MB000003530057".parse().unwrap(),
        material: material.parse().unwrap(),
        material_name: "经营场所租赁合同".to_owned(),
        party: "周**".to_owned(),
        due,
        file: KeptFile { sm3: Sm3::of(b"a"), sha256: Sha256::of(b"a"), bytes: 1000 },
        at: NOW,
        signing: None,
        end: None,
    };
    world.store.undertaking_record(&one, &entry("undertaking.record", one.id), None)?;
    Ok(one)
}

fn owed(world: &World, kind: EventType) -> OwedEvent {
    let id = WebhookEventId::mint(NOW, entropy());
    OwedEvent { id, organization: world.organization.id, kind, body: "{}".to_owned(), at: NOW }
}

fn end(state: UndertakingState) -> UndertakingEnd {
    UndertakingEnd { state, reason: "已核查".to_owned(), by: Actor::Console, at: NOW }
}

#[test]
fn an_undertaking_ends_once_and_its_decision_has_one_for_a_material() {
    let world = world();
    let one = undertaken(&world, "lease", date!(2026 - 03 - 09)).unwrap();
    assert_eq!(world.store.undertaking_read(one.id).unwrap(), one);
    let again = Undertaking { id: UndertakingId::mint(NOW, entropy()), ..one.clone() };
    let told = entry("undertaking.record", again.id);
    let second = world.store.undertaking_record(&again, &told, None);
    assert!(matches!(second, Err(StoreError::Exists { .. })), "{second:?}");
    let ended = |state: UndertakingState| {
        let told = entry("undertaking.fulfil", one.id);
        let owed = owed(&world, EventType::UndertakingFulfilled);
        world.store.undertaking_end(one.id, &end(state), (&told, &owed), None)
    };
    ended(UndertakingState::Fulfilled).unwrap();
    let second = ended(UndertakingState::Breached);
    assert!(matches!(second, Err(StoreError::Conflict { .. })), "{second:?}");
    let kept = world.store.undertaking_read(one.id).unwrap();
    assert_eq!(kept.end, Some(end(UndertakingState::Fulfilled)));
    assert!(world.store.undertaking_knows(Sm3::of(b"a")).unwrap());
    assert!(!world.store.undertaking_knows(Sm3::of(b"b")).unwrap());
    assert_eq!(world.store.undertakings_after(None, 10).unwrap(), [kept]);
    // Nor by direct SQL.
    let by_hand = |query: &'static str| {
        world.store.write("by hand", |connection| {
            let done = diesel::sql_query(query).execute(connection);
            done.map(drop).map_err(|cause| StoreError::database("by hand", cause))
        })
    };
    by_hand("UPDATE undertaking SET reason = 'x'").unwrap_err();
    by_hand("DELETE FROM undertaking").unwrap_err();
}

#[test]
fn each_mark_of_an_open_one_is_told_once() {
    let world = world();
    let store = &world.store;
    let all = endpoint(&world.organization);
    store.webhook_endpoint_insert(&all, &[], None).unwrap();
    let soon = undertaken(&world, "lease", date!(2026 - 03 - 05)).unwrap();
    let late = undertaken(&world, "lease", date!(2026 - 03 - 01)).unwrap();
    undertaken(&world, "lease", date!(2026 - 06 - 01)).unwrap();
    let week = (Some(date!(2026 - 03 - 02)), date!(2026 - 03 - 09));
    let over = (None, date!(2026 - 03 - 01));
    let found = |between, days| -> Vec<UndertakingId> {
        let due = store.undertaking_due(between, days, 10).unwrap();
        due.iter().map(|one| one.id).collect()
    };
    assert_eq!((found(week, 7), found(over, 0)), (vec![soon.id], vec![late.id]));
    let reminder = || UndertakingReminder {
        undertaking: soon.id,
        days: 7,
        owed: owed(&world, EventType::UndertakingDue),
        at: NOW,
    };
    let owed_now = || {
        let page = PageRequest { limit: 200, after: None };
        store.delivery_list(all.id, &page).unwrap().items.len()
    };
    let before = owed_now();
    store.undertaking_remind(&[reminder()]).unwrap();
    assert_eq!((found(week, 7), owed_now()), (vec![], before + 1));
    // Whoever comes second tells nobody.
    let second = store.undertaking_remind(&[reminder()]);
    assert!(matches!(second, Err(StoreError::Exists { .. })));
    assert_eq!((found(week, 3), owed_now()), (vec![soon.id], before + 1), "another mark");
    let told = entry("undertaking.breach", late.id);
    let event = owed(&world, EventType::UndertakingBreached);
    let breached = end(UndertakingState::Breached);
    store.undertaking_end(late.id, &breached, (&told, &event), None).unwrap();
    assert_eq!(found(over, 0), vec![], "what has ended is not due");
    let list = |state, due_before| {
        let filter = UndertakingFilter { organization: world.organization.id, state, due_before };
        let page = PageRequest { limit: 10, after: None };
        store.undertaking_list(&filter, &page).unwrap().items.len()
    };
    assert_eq!(list(None, None), 3);
    assert_eq!(list(Some(UndertakingState::Open), Some(date!(2026 - 03 - 06))), 1);
}
