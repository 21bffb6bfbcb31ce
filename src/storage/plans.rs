//! How SQLite finds what is asked for at start, by the hour and with each license: not by going
//! through a table that grows with every license.

use std::sync::{Mutex, PoisonError};

use diesel::connection::{Instrumentation, InstrumentationEvent, set_default_instrumentation};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::sqlite::Sqlite;
use domain::audit::{Actor, Subject};
use domain::digest::Sm3;
use domain::license::Event;
use domain::log::{LeafSubject, Tile};
use domain::notice::NoticeKind;
use domain::sealing::KeyPurpose;
use std::collections::BTreeMap;
use time::Duration;

use crate::access::tests::look;
use crate::fixtures::{NOW, entry, step, world_at};
use crate::tests::{begin, issued};
use crate::{
    Abandoned, AccessQuery, AssistanceFilter, AssistanceSide, AuditQuery, Claim, Examined,
    FindingFilter, LedgerFilter, Location, NoticeFilter, PageRequest, UndertakingFilter,
};

/// Tables that grow with every license.
const LARGE: [&str; 29] = [
    "access_log",
    "access_license",
    "license",
    "rendition",
    "status_entry",
    "sealing_order",
    "key_use",
    "sealing_request",
    "request",
    "verification",
    "audit_event",
    "webhook_event",
    "webhook_delivery",
    "log_leaf",
    "log_node",
    "quality_check",
    "quality_finding",
    "license_holder",
    "exemption_decision",
    "reliance",
    "marked_copy",
    "proof_bundle",
    "assistance_request",
    "signing_request",
    "notice",
    "undertaking",
    "undertaking_reminder",
    "library_material",
    "library_use",
];
/// Indexes over the few rows of a large table about which something is still to be done.
const SHORT: [&str; 9] = [
    "license_unfinished",
    "key_use_open",
    "sealing_request_waiting",
    "sealing_request_due",
    "webhook_delivery_due",
    "log_leaf_waiting",
    "log_leaf_unhashed",
    "signing_request_waiting",
    "signing_request_kept",
];

/// What is asked of registers in folders of this name.
const WATCHED: &str = "plans-of-";
static ASKED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Notes what one connection is asked.
#[derive(Default)]
struct Watch(bool);

impl Instrumentation for Watch {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartEstablishConnection { url, .. } => {
                self.0 = url.contains(WATCHED);
            }
            InstrumentationEvent::StartQuery { query, .. } if self.0 => {
                let mut asked = ASKED.lock().unwrap_or_else(PoisonError::into_inner);
                asked.push(query.to_string());
            }
            _ => {}
        }
    }
}

#[derive(QueryableByName)]
struct Step {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// What was bound, one by one; bytes are a list in the list.
fn values(bound: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0;
    let inside = bound.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let parted = inside.unwrap_or_default().split(move |c| {
        depth += i32::from(c == '[') - i32::from(c == ']');
        c == ',' && depth == 0
    });
    parted.map(str::trim).filter(|value| !value.is_empty())
}

/// The plan for a query as it was asked, with what was bound to it.
fn plan(connection: &mut SqliteConnection, asked: &str) -> Vec<String> {
    let (sql, bound) = asked.split_once(" -- binds: ").unwrap_or((asked, "[]"));
    let mut query = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).into_boxed::<Sqlite>();
    for value in values(bound) {
        query = match value.parse::<i64>() {
            Ok(number) => query.bind::<BigInt, _>(number),
            Err(_) => query.bind::<Text, _>(value.trim_matches('"').to_owned()),
        };
    }
    let steps: Vec<Step> =
        query.load(connection).unwrap_or_else(|cause| panic!("{asked}: {cause}"));
    steps.into_iter().map(|step| step.detail).collect()
}

/// The step that goes through a large table, if one does.
fn goes_through(sql: &str, plan: &[String]) -> Option<String> {
    // Rows of an empty list: nothing is looked at.
    if sql.contains("(1=0)") {
        return None;
    }
    // The first of an order that is at hand, such as the end of the audit trail.
    let sorted = plan.iter().any(|step| step.contains("TEMP B-TREE"));
    if sql.contains(" LIMIT ") && !sql.contains(" WHERE ") && !sorted {
        return None;
    }
    let long = |step: &&String| {
        let Some(rest) = step.strip_prefix("SCAN ") else { return false };
        let table = rest.split(' ').next().unwrap_or_default();
        LARGE.contains(&table) && !SHORT.iter().any(|index| rest.ends_with(index))
    };
    plan.iter().find(long).cloned()
}

#[test]
fn nothing_goes_through_all_licenses() {
    set_default_instrumentation(|| Some(Box::new(Watch::default()))).unwrap();
    let folder = tempfile::Builder::new().prefix(WATCHED).tempdir().unwrap();
    let path = folder.path().join("register.db");
    let world = world_at(folder, &Location::File(path.clone()));
    let license = issued(&world, 1).remove(0);
    let store = &world.store;
    // At start.
    store.license_type_list().unwrap();
    store.license_unfinished().unwrap();
    store.log_newest().unwrap();
    store.audit_newest().unwrap();
    store.log_checkpoints(0, 1).unwrap();
    store.signing_key_list(KeyPurpose::Log).unwrap();
    store.audit_append(&[entry("start", license.id())]).unwrap();
    // Every few seconds.
    let grown = store.log_grow(NOW).unwrap().expect("a leaf was waiting");
    store.log_sign(grown.size, "note").unwrap();
    store.log_raise().unwrap();
    let under_way = BTreeMap::new();
    let lease = Duration::MINUTE;
    store
        .delivery_claim(&Claim { at: NOW, lease, count: 8, each: 2, under_way: &under_way })
        .unwrap();
    store.sealing_claim(NOW, lease, 4).unwrap();
    store.type_stand().unwrap();
    let (changed, reached) = store.quality_next(10).unwrap();
    assert!(changed.contains(&license.id()));
    // What a clerk looks at.
    let examined = Examined {
        license: license.id(),
        organization: world.organization.id,
        at: NOW,
        delay: None,
        findings: Vec::new(),
    };
    store.quality_keep(&[examined], reached).unwrap();
    let week = domain::quality::week_of(license.particulars().created_at);
    assert_eq!(store.quality_weeks(world.organization.id, week, 1).unwrap().len(), 1);
    let due_before = Some(NOW);
    let own = FindingFilter { organization: world.organization.id, state: None, due_before };
    store.quality_list(&own, 10).unwrap();
    // What an approver looks at.
    let organization = world.organization.id;
    store.sealing_requests_waiting(organization, 10).unwrap();
    store.sealing_request_count(organization).unwrap();
    store.sealing_request_of(license.id()).unwrap();
    let ledger = LedgerFilter { approved_by: Some(Actor::Console), ..LedgerFilter::default() };
    store.ledger_list(world.seal.id(), &ledger, 10).unwrap();
    store.ledger_list(world.seal.id(), &LedgerFilter::default(), 10).unwrap();
    store.seal_keys_used(world.seal.id()).unwrap();
    // What a crash left is given up.
    let left = world.issue("示照〔2026〕99号", "key-99");
    begin(store, &left).unwrap();
    let void = step(&left.ordered.0, Event::Abandon);
    let order = Some(left.order.id);
    store
        .issue_abandon(&Abandoned { void: (&void.0, &void.1), order, events: &[], at: NOW })
        .unwrap();
    // By the hour.
    store.rendition_knows(Sm3::from([3; 32])).unwrap();
    store.sealing_request_knows(Sm3::from([3; 32])).unwrap();
    store.request_expire(NOW).unwrap();
    store.verification_expire(NOW).unwrap();
    store.delivery_overdue(NOW).unwrap();
    store.delivery_expire(NOW).unwrap();
    store.sessions_forget(NOW).unwrap();
    store.signing_let_go(NOW).unwrap();
    store.signing_knows(Sm3::from([3; 32])).unwrap();
    store.library_knows(Sm3::from([3; 32])).unwrap();
    // What an auditor asks.
    let (actor, subject) = (Actor::Console, Subject::new("license", license.id()));
    for query in [
        AuditQuery { actor: Some(actor), ..AuditQuery::default() },
        AuditQuery { subject: Some(subject), before: Some(99), ..AuditQuery::default() },
    ] {
        assert!(!store.audit_search(&query, 10).unwrap().is_empty());
    }
    // With each look at what is personal, and what is asked of them.
    store.access_append(look(&Actor::Console, &[license.id()], 0)).unwrap();
    store.access_append(look(&Actor::Console, &[license.id()], 1)).unwrap();
    for query in [
        AccessQuery { actor: Some(Actor::Console), ..AccessQuery::default() },
        AccessQuery { license: Some(license.id()), ..AccessQuery::default() },
        AccessQuery { case_no: Some("示2026-1".into()), ..AccessQuery::default() },
        AccessQuery { from: Some(NOW), until: Some(NOW + Duration::DAY), ..AccessQuery::default() },
    ] {
        assert_eq!(store.access_search(&query, 10).unwrap().len(), 2);
    }
    let vigilance = domain::audit::Vigilance::default();
    assert!(store.alerts_watch(&vigilance).unwrap().rows > 0);
    // With each question.
    store.license_read(license.id()).unwrap();
    store.shown_by_id(license.id()).unwrap();
    store.shown_by_code(license.particulars().public_code).unwrap();
    store.shown_by_identifier(&license.particulars().identifier).unwrap();
    store.shown_by_file(Sm3::from([3; 32])).unwrap();
    let types = [license.particulars().type_code].into();
    store.holder_licenses(domain::digest::Sha256::of(b"keyed"), &types, 10).unwrap();
    store.marked_copies_after(None, 10).unwrap();
    store.proof_bundles_after(None, 10).unwrap();
    store.signing_after(None, 10).unwrap();
    store.library_of(domain::digest::Sha256::of(b"keyed")).unwrap();
    store.library_after(None, 10).unwrap();
    store.rendition_list(license.id()).unwrap();
    store.order_list(license.id()).unwrap();
    store.status_entry_list(license.id()).unwrap();
    let code = domain::digest::Sha256::of(b"a code");
    store.assistance_of_case(organization, "示2026-1", code).unwrap();
    for side in [AssistanceSide::Asked(organization), AssistanceSide::Asking(organization)] {
        let own = AssistanceFilter { side, state: None, due_before: None };
        store.assistance_list(&own, &PageRequest { limit: 10, after: None }).unwrap();
    }
    for (kind, case_no) in [(None, None), (Some(NoticeKind::Acceptance), Some("示2026-1".into()))]
    {
        let own = NoticeFilter { issuer: organization, kind, case_no, state: None, types: None };
        store.notice_list(&own, &PageRequest { limit: 10, after: None }).unwrap();
    }
    store.notice_count(organization, NoticeKind::Acceptance, "示2026-1").unwrap();
    let own = UndertakingFilter { organization, state: None, due_before: None };
    store.undertaking_list(&own, &PageRequest { limit: 10, after: None }).unwrap();
    store.undertakings_after(None, 10).unwrap();
    store.undertaking_knows(Sm3::from([3; 32])).unwrap();
    store.undertaking_due((None, NOW.date()), 0, 10).unwrap();
    // With each proof.
    store.log_tile(Tile { level: 0, number: 0, width: 1 }).unwrap();
    // A log of one license has none.
    store.log_tile(Tile { level: 1, number: 0, width: 1 }).unwrap_err();
    store.log_leaves(0, 1).unwrap();
    store.log_leaves_of(license.id()).unwrap();
    store.log_at(grown.size).unwrap();
    store.log_has(&LeafSubject::TrustList(Sm3::from([3; 32]))).unwrap();

    let asked = std::mem::take(&mut *ASKED.lock().unwrap_or_else(PoisonError::into_inner));
    let mut connection = SqliteConnection::establish(path.to_str().unwrap()).unwrap();
    let mut planned = 0;
    for query in asked
        .iter()
        .filter(|query| ["SELECT", "UPDATE", "DELETE"].iter().any(|word| query.starts_with(word)))
    {
        let plan = plan(&mut connection, query);
        planned += plan.len();
        assert_eq!(goes_through(query, &plan), None, "{query}\n{plan:#?}");
    }
    assert!(planned > 40, "{planned} steps of {asked:#?}");
    // With parameters the index of what is unfinished is not seen to fit, nor is one for counting.
    for query in [
        r#"SELECT id FROM license WHERE state IN (?, ?) -- binds: ["DRAFT", "PENDING_SEAL"]"#,
        "SELECT COUNT(*) FROM status_entry WHERE to_state <> 'VOID'",
        "SELECT id FROM webhook_event WHERE id NOT IN (SELECT event_id FROM webhook_delivery)",
    ] {
        let plan = plan(&mut connection, query);
        assert!(goes_through(query, &plan).is_some(), "{query}\n{plan:#?}");
    }
}
