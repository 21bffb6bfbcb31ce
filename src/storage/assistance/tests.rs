use super::*;
use crate::exemptions::tests::recorded;
use crate::fixtures::{NOW, World, entropy, entry, world};
use domain::audit::Actor;
use domain::exemption::{AssistanceOutcome, RecordedDecision};
use domain::id::WebhookEventId;
use domain::webhook::EventType;
use time::macros::date;

pub(crate) fn asked(world: &World, decision: &RecordedDecision) -> NewAssistance {
    let own = world.organization.id;
    let id = AssistanceRequestId::mint(NOW, entropy());
    let request = AssistanceRequest {
        id,
        decision: decision.id,
        asking: own,
        actor: Actor::Console,
        asked: own,
        item: "11999900MB000003530057".parse().unwrap(),
        material: "health".parse().unwrap(),
        material_name: "从业人员健康证明".to_owned(),
        question: "请核实。".to_owned(),
        case_no: decision.case_no.clone(),
        applicant: AssistedParty {
            kind: HolderKind::Organization,
            code_kept: decision.applicant,
            shown: "样例公司".to_owned(),
            named: Some(("样例公司".to_owned(), "91999900MA0000015N".to_owned())),
        },
        due: date!(2026 - 03 - 05),
        at: NOW,
        end: None,
    };
    let owed = OwedEvent {
        id: WebhookEventId::mint(NOW, entropy()),
        organization: own,
        kind: EventType::AssistanceRequested,
        body: "{}".to_owned(),
        at: NOW,
    };
    NewAssistance { request, owed, told: entry("assistance.request", id) }
}

fn record(
    world: &World,
    one: &NewAssistance,
    decision: &RecordedDecision,
) -> Result<(), StoreError> {
    let told = entry("exemption.decide", decision.id);
    world.store.exemption_record(decision, &[], std::slice::from_ref(one), &[], &told, None)
}

fn end(outcome: Option<AssistanceOutcome>) -> AssistanceEnd {
    let answer = outcome.map(|outcome| AssistanceAnswer {
        outcome,
        statement: "经核对登记记录".to_owned(),
        document: Some("示卫函〔2026〕3号".to_owned()),
        until: Some(date!(2026 - 06 - 01)),
    });
    AssistanceEnd { answer, by: Actor::Console, at: NOW }
}

fn ended(world: &World, one: &NewAssistance, end: &AssistanceEnd) -> Result<(), StoreError> {
    let told = &entry("assistance.answer", one.request.id);
    let ended = EndedAssistance { id: one.request.id, end, owed: None, told };
    world.store.assistance_end(ended, None)
}

#[test]
fn a_request_is_kept_with_its_decision_and_asked_once_while_it_is_open() {
    let world = world();
    let (first, again) = (recorded(&world), recorded(&world));
    let one = asked(&world, &first);
    record(&world, &one, &first).unwrap();
    assert_eq!(world.store.assistance_read(one.request.id).unwrap(), one.request);
    // The same of the same case, by a decision that did not know of it: neither is there.
    let second = asked(&world, &again);
    let refused = record(&world, &second, &again);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    assert!(matches!(world.store.exemption_read(again.id), Err(StoreError::Missing { .. })));
    ended(&world, &one, &end(None)).unwrap();
    record(&world, &second, &again).unwrap();
    let of_case = |applicant| {
        let own = world.organization.id;
        world.store.assistance_of_case(own, &first.case_no, applicant).unwrap()
    };
    let ids: Vec<_> = of_case(first.applicant).iter().map(|one| one.id).collect();
    assert_eq!(ids, [one.request.id, second.request.id]);
    assert!(of_case(Sha256::of(b"somebody else")).is_empty());
}

#[test]
fn a_request_ends_once_and_names_nobody_afterwards() {
    let world = world();
    let decision = recorded(&world);
    let one = asked(&world, &decision);
    record(&world, &one, &decision).unwrap();
    let end_of = end(Some(AssistanceOutcome::Confirmed));
    ended(&world, &one, &end_of).unwrap();
    for late in [end(Some(AssistanceOutcome::Denied)), end(None)] {
        let refused = ended(&world, &one, &late);
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    }
    let read = world.store.assistance_read(one.request.id).unwrap();
    assert_eq!((read.end, read.applicant.named), (Some(end_of), None));
}

#[test]
fn requests_are_listed_by_side_state_and_day() {
    let world = world();
    let decision = recorded(&world);
    let one = asked(&world, &decision);
    record(&world, &one, &decision).unwrap();
    let own = world.organization.id;
    let listed = |side, state, due_before| {
        let filter = AssistanceFilter { side, state, due_before };
        let page = PageRequest { limit: 10, after: None };
        world.store.assistance_list(&filter, &page).unwrap().items.len()
    };
    let (asked, asking) = (AssistanceSide::Asked(own), AssistanceSide::Asking(own));
    assert_eq!((listed(asked, None, None), listed(asking, None, None)), (1, 1));
    assert_eq!(listed(asked, Some(AssistanceState::Answered), None), 0);
    let due = one.request.due;
    assert_eq!(listed(asking, Some(AssistanceState::Open), Some(due)), 0, "on its last day");
    assert_eq!(listed(asking, Some(AssistanceState::Open), due.next_day()), 1);
    let stranger = OrganizationId::mint(NOW, entropy());
    assert_eq!(listed(AssistanceSide::Asked(stranger), None, None), 0);
}
