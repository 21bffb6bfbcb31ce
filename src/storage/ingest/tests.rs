use domain::audit::Actor;
use domain::id::KeyUseId;
use domain::ingest::{BatchEvent, BatchState, Format, Problem, ProblemCount, Row, RowState};
use domain::license::Event;
use domain::webhook::EventType;

use super::*;
use crate::fixtures::{Issue, NOW, TYPE, World, entropy, entry, owed, step, world};
use crate::{Abandoned, Begin, Begun, Commit, Ended};

const LEASE: Duration = Duration::seconds(60);

fn batch(world: &World) -> Batch {
    let new = Batch {
        id: IngestBatchId::mint(NOW, entropy()),
        organization: world.organization.id,
        license_type: TYPE.parse().unwrap(),
        format: Some(Format::Csv),
        file_name: "三月.csv".into(),
        file: Sm3::from([5; 32]),
        bytes: 1234,
        declared: Some(3),
        seal: None,
        form: None,
        level: None,
        state: BatchState::Received,
        trouble: Some("seal_not_applicable: …".into()),
        problems: vec![ProblemCount { field: "a".into(), code: "required".into(), rows: 1 }],
        requested_by: Actor::Console,
        created_at: NOW,
        started_at: None,
        started_with: 0,
        ended_at: None,
        file_gone_at: None,
        version: 1,
    };
    world.store.ingest_receive(&new, &[entry("ingest.receive", new.id)], None).unwrap();
    new
}

fn rows() -> Vec<Row> {
    let problem = Problem { field: "a".into(), code: "required".into(), message: "…".into() };
    let row = |number, state, problems| Row {
        number,
        state,
        content: (state == RowState::Ready).then(|| r#"{"a":"1"}"#.to_owned()),
        document: None,
        problems,
        license: None,
    };
    vec![
        row(2, RowState::Ready, vec![]),
        row(3, RowState::Failed, vec![problem]),
        row(4, RowState::Ready, vec![]),
    ]
}

/// A running batch with rows 2 and 4 ready and row 3 failed.
fn running(world: &World) -> Batch {
    let new = batch(world);
    world.store.ingest_rows_add(new.id, &rows()).unwrap();
    let checked = new.changed(BatchEvent::Check, 0, NOW).unwrap();
    world.store.ingest_change(&checked, &[], None).unwrap();
    let running = checked.changed(BatchEvent::Start, 0, NOW).unwrap();
    world.store.ingest_change(&running, &[], None).unwrap();
    running
}

fn begin(world: &World, issue: &Issue, row: RowOf) -> Result<Begun, StoreError> {
    world.store.issue_begin(&Begin {
        request: None,
        row: Some(row),
        draft: &issue.draft,
        ordered: (&issue.ordered.0, &issue.ordered.1),
        order: &issue.order,
        key_uses: std::slice::from_ref(&issue.key_use),
        events: &[],
        now: &|| NOW,
    })
}

fn give_up(world: &World, issue: &Issue) {
    let (void, entry) = step(&issue.ordered.0, Event::Abandon);
    let order = Some(issue.order.id);
    let abandoned = Abandoned { void: (&void, &entry), order, events: &[], at: NOW };
    world.store.issue_abandon(&abandoned).unwrap();
}

fn states(world: &World, batch: &Batch) -> Vec<(u32, RowState)> {
    world.store.ingest_states(batch.id, 0, 100).unwrap().into_iter().collect()
}

#[test]
fn batches_and_rows_read_back() {
    let world = world();
    let (one, two) = (batch(&world), batch(&world));
    assert_eq!(world.store.ingest_read(one.id).unwrap(), one);
    let filter = BatchFilter { organization: world.organization.id, types: None };
    let first = world.store.ingest_list(&filter, &PageRequest { limit: 1, after: None }).unwrap();
    assert_eq!(first.items, [two]);
    let rest = PageRequest { limit: 5, after: first.next };
    assert_eq!(world.store.ingest_list(&filter, &rest).unwrap().items, std::slice::from_ref(&one));
    let none = BatchFilter { types: Some(Vec::new()), ..filter };
    assert_eq!(world.store.ingest_list(&none, &rest).unwrap().items, []);
    assert!(world.store.ingest_knows(one.file).unwrap());
    assert!(!world.store.ingest_knows(Sm3::from([6; 32])).unwrap());
    world.store.ingest_rows_add(one.id, &rows()).unwrap();
    assert_eq!(world.store.ingest_rows(one.id, None, 0, 9).unwrap(), rows());
    let failed = world.store.ingest_rows(one.id, Some(RowState::Failed), 0, 9).unwrap();
    assert_eq!(failed, rows()[1..2]);
    assert_eq!(world.store.ingest_rows(one.id, None, 2, 1).unwrap(), rows()[1..2]);
    let counts = world.store.ingest_counts(one.id).unwrap();
    assert_eq!((counts.ready, counts.failed, counts.all()), (2, 1, 3));
    let again = world.store.ingest_rows_add(one.id, &rows());
    assert!(matches!(again, Err(StoreError::Exists { .. })));
}

#[test]
fn of_two_who_claim_a_batch_one_has_it_and_a_change_ends_the_claim() {
    let world = world();
    let batch = running(&world);
    let mut claimed = world.store.ingest_claim(None, NOW, LEASE).unwrap().expect("it is due");
    assert_eq!(claimed.batch, batch);
    assert!(world.store.ingest_claim(None, NOW, LEASE).unwrap().is_none());
    assert!(world.store.ingest_renew(&mut claimed, NOW + LEASE).unwrap());
    // Whoever dies is followed.
    let later = NOW + LEASE + Duration::SECOND;
    let next = world.store.ingest_claim(Some(batch.id), later, LEASE).unwrap().expect("due again");
    assert!(!world.store.ingest_renew(&mut claimed, later + LEASE).unwrap());
    // A pause ends the claim at once, and of two changes at a time one counts.
    let paused = batch.changed(BatchEvent::Pause, 0, NOW).unwrap();
    world.store.ingest_change(&paused, &[], None).unwrap();
    let other = batch.changed(BatchEvent::Complete, 0, NOW).unwrap();
    let refused = world.store.ingest_change(&other, &[], None);
    assert!(matches!(refused, Err(StoreError::Conflict { .. })));
    let mut next = next;
    assert!(!world.store.ingest_renew(&mut next, later + LEASE).unwrap());
    assert!(world.store.ingest_claim(None, later + LEASE, LEASE).unwrap().is_none());
}

#[test]
fn a_row_is_one_license_or_none() {
    let world = world();
    let batch = running(&world);
    let of = |number| RowOf { batch: batch.id, number };
    let one = world.issue("1", "");
    begin(&world, &one, of(2)).unwrap();
    assert_eq!(states(&world, &batch)[0], (2, RowState::Sealing));
    // Whoever comes second with the same row has nothing, not even the number.
    let second = world.issue("2", "");
    assert!(matches!(begin(&world, &second, of(2)), Err(StoreError::Conflict { .. })));
    assert!(matches!(world.store.license_read(second.draft.id()), Err(StoreError::Missing { .. })));
    // Given up, it is free again; a failed row never is.
    give_up(&world, &one);
    assert_eq!(states(&world, &batch)[0], (2, RowState::Ready));
    assert!(begin(&world, &second, of(3)).is_err());
    let key_use = KeyUseId::mint(NOW, entropy());
    let third = world.issue("1", "");
    let third =
        Issue { key_use: domain::sealing::KeyUse { id: key_use, ..third.key_use }, ..third };
    begin(&world, &third, of(2)).unwrap();
    commit(&world, &third);
    let issued = world.store.ingest_rows(batch.id, Some(RowState::Issued), 0, 9).unwrap();
    assert_eq!((issued[0].number, issued[0].license), (2, Some(third.draft.id())));
    assert_eq!(issued[0].content, None);
    // What failed meanwhile stays failed, what was issued is not touched.
    world.store.ingest_row_fail(of(2), &[]).unwrap();
    assert_eq!(states(&world, &batch)[0], (2, RowState::Issued));
    let taken = world.store.license_numbers_taken(batch.license_type, &["1".into(), "9".into()]);
    assert_eq!(taken.unwrap().into_values().collect::<Vec<_>>(), [third.draft.id()]);
}

fn commit(world: &World, issue: &Issue) {
    let (issued, entry) = (&issue.issued.0, &issue.issued.1);
    let commit = Commit {
        issued: (issued, entry),
        superseded: None,
        leaf: &crate::log::tests::leaf(issued, entry),
        renditions: std::slice::from_ref(&issue.rendition),
        owed: &owed(issued, EventType::LicenseIssued),
        ended: Ended { order: issue.order.id, events: &[], at: NOW },
        answer: None,
        claimed: None,
    };
    world.store.issue_commit(&commit).unwrap();
}

#[test]
fn the_file_of_a_batch_goes_some_time_after_its_end_and_once() {
    let world = world();
    let (ended, other) = (running(&world), batch(&world));
    let cancelled = ended.changed(BatchEvent::Cancel, 0, NOW).unwrap();
    world.store.ingest_change(&cancelled, &[], None).unwrap();
    let let_go = |until| world.store.ingest_let_files_go(until, NOW + LEASE).unwrap();
    assert_eq!(let_go(NOW), [], "not before its time");
    assert_eq!(let_go(NOW + Duration::SECOND), [ended.file]);
    assert_eq!(let_go(NOW + LEASE), [], "once");
    let gone = world.store.ingest_read(ended.id).unwrap();
    assert_eq!(gone.file_gone_at, Some(NOW + LEASE));
    // Whoever read it with its file does not write it back so.
    let stale = Batch { version: cancelled.version + 1, ..cancelled };
    let written = world.store.ingest_change(&stale, &[], None);
    assert!(matches!(written, Err(StoreError::Conflict { .. })), "{written:?}");
    let rows = world.store.ingest_rows(ended.id, None, 0, 9).unwrap();
    assert!(rows.iter().all(|row| row.content.is_none()), "{rows:?}");
    assert!(world.store.ingest_knows(other.file).unwrap(), "another batch has the same file");
    let cancelled = other.changed(BatchEvent::Cancel, 0, NOW).unwrap();
    world.store.ingest_change(&cancelled, &[], None).unwrap();
    let_go(NOW + LEASE);
    assert!(!world.store.ingest_knows(other.file).unwrap());
}
