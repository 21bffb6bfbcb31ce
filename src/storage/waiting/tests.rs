use std::slice;
use std::sync::Barrier;
use std::thread;

use domain::access::{Staff, StaffStatus};
use domain::audit::Actor;
use domain::id::{ApproverKeyId, KeyUseId, OrderId, StaffId, StatusEntryId};
use domain::license::{Change, Event, LicenseState};
use domain::seal::ApprovalRule;
use domain::sealing::{
    Approval, ApproverKey, Cause, KeyOrigin, KeyUse, Level, Manifest, ManifestState, OrderState,
    SealForm,
};
use domain::webhook::EventType;
use time::{Duration, OffsetDateTime};

use super::*;
use crate::fixtures::{Issue, NOW, World, entropy, entry, owed, step, world};
use crate::manifests::{Approved, Refusal};
use crate::{Abandoned, Commit, Ended, Response, SealStep};

/// A seal whose orders a person approves, an approver with a key, and what was asked for.
struct Office {
    world: World,
    approver: Actor,
    key: ApproverKey,
}

/// A license that waits.
struct Asked {
    issue: Issue,
    request: SealingRequest,
}

fn office() -> Office {
    let mut world = world();
    world.seal.approve_by(ApprovalRule::Person, NOW);
    world.store.seal_change(&SealStep { seals: &[&world.seal], ..SealStep::default() }).unwrap();
    let staff = Staff {
        id: StaffId::mint(NOW, entropy()),
        organization: world.organization.id,
        login: "approver".parse().unwrap(),
        name: "样例审批人".into(),
        roles: "seal_approver".parse().unwrap(),
        status: StaffStatus::Active,
        password: "$argon2id$".into(),
        password_at: NOW,
        one_time: Some(vec![1]),
        one_time_step: 0,
        guesses: 0,
        rests_until: None,
        created_at: NOW,
        version: 1,
    };
    let license = world.draft("0", NOW).id();
    world.store.staff_insert(&staff, &entry("staff.add", license)).unwrap();
    let key = ApproverKey {
        id: ApproverKeyId::mint(NOW, entropy()),
        staff: staff.id,
        label: "样例".into(),
        origin: KeyOrigin::Browser,
        public_key: vec![4; 65],
        created_at: NOW,
        revoked_at: None,
    };
    world.store.approver_key_insert(&key, &entry("approver_key.add", license)).unwrap();
    assert_eq!(world.store.approver_key_list(staff.id).unwrap(), slice::from_ref(&key));
    Office { world, approver: Actor::Staff(staff.id), key }
}

impl Office {
    fn store(&self) -> &Store {
        &self.world.store
    }

    fn ask(&self, number: &str) -> Asked {
        self.ask_under(number, number)
    }

    fn ask_under(&self, number: &str, key: &str) -> Asked {
        let issue = self.world.issue(number, key);
        let request = SealingRequest {
            id: SealingRequestId::mint(NOW, entropy()),
            license: issue.draft.id(),
            organization: self.world.organization.id,
            seal: self.world.seal.id(),
            document: Sm3::from([2; 32]),
            form: SealForm::Sm2,
            level: Level::B,
            placements: vec![Placement::At { page: 1, x_um: 1, y_um: 2 }],
            requested_by: Actor::Console,
            requested_at: NOW,
            state: RequestState::Waiting,
            decision: None,
            trouble: None,
        };
        let answer = Response { status: 202, body: b"waits".to_vec() };
        let begun = self.store().issue_wait(&Wait {
            row: None,
            request: Some(&issue.request),
            draft: &issue.draft,
            ordered: (&issue.ordered.0, &issue.ordered.1),
            waiting: &request,
            events: &[],
            answer: Some((issue.request.id, &answer)),
        });
        assert_eq!(begun.unwrap(), Begun::Fresh);
        Asked { issue, request }
    }

    fn manifest(&self) -> ManifestId {
        let manifest = Manifest {
            id: ManifestId::mint(NOW, entropy()),
            organization: self.world.organization.id,
            seal: self.world.seal.id(),
            text: "{}".into(),
            orders: 1,
            made_by: self.approver.clone(),
            made_at: NOW,
            state: ManifestState::Open,
            decided: None,
            approval: None,
            reason: None,
        };
        self.store().manifest_insert(&manifest).unwrap();
        assert_eq!(self.store().manifest_read(manifest.id).unwrap(), manifest);
        manifest.id
    }

    fn approve(
        &self,
        manifest: ManifestId,
        asked: &[&Asked],
        by: &Actor,
    ) -> Result<(), StoreError> {
        let approval = Approval { key: self.key.id, signature: vec![1, 2, 3] };
        let orders: Vec<_> =
            asked.iter().map(|one| (one.request.id, one.request.document)).collect();
        let event = entry("sealing.approve", asked[0].issue.draft.id());
        let (approval, orders, event) = (&approval, &orders[..], &event);
        self.store().manifest_approve(&Approved { manifest, approval, by, at: NOW, orders, event })
    }

    fn approved(&self, number: &str) -> Asked {
        let asked = self.ask(number);
        self.approve(self.manifest(), &[&asked], &self.approver).unwrap();
        asked
    }

    fn claim(&self, at: OffsetDateTime) -> Vec<ClaimedRequest> {
        self.store().sealing_claim(at, Duration::minutes(3), 100).unwrap()
    }

    /// The order under which a claimed request is sealed, with its first use of the key.
    fn order(&self, asked: &Asked) -> (SealingOrder, KeyUse) {
        let order = SealingOrder {
            request: Some(asked.request.id),
            approved_by: self.approver.clone(),
            state: OrderState::Spending,
            ..self.world.order(Some(asked.request.license))
        };
        let cause = Cause::Order { order: order.id, license: order.license };
        let id = KeyUseId::mint(NOW, entropy());
        let first = KeyUse::intend(id, self.world.key.id, Sm3::from([9; 32]), cause, NOW);
        (order, first)
    }

    fn spend(
        &self,
        claimed: &ClaimedRequest,
        order: &SealingOrder,
        first: &KeyUse,
    ) -> Result<(), StoreError> {
        self.store().sealing_spend(claimed, order, first, &|| NOW)
    }

    fn commit(
        &self,
        claimed: &ClaimedRequest,
        asked: &Asked,
        order: OrderId,
    ) -> Result<(), StoreError> {
        let (issued, change) = &asked.issue.issued;
        self.store().issue_commit(&Commit {
            issued: (issued, change),
            superseded: None,
            leaf: &crate::log::tests::leaf(issued, change),
            renditions: slice::from_ref(&asked.issue.rendition),
            owed: &owed(issued, EventType::LicenseIssued),
            ended: Ended { order, events: &[], at: NOW },
            answer: None,
            claimed: Some(claimed),
        })
    }

    fn sql(&self, query: &str) -> Result<usize, StoreError> {
        self.store().write("by hand", |connection| {
            diesel::sql_query(query).execute(connection).map_err(failed("by hand"))
        })
    }
}

#[test]
fn from_asking_to_sealed() {
    let office = office();
    let asked = office.ask("1");
    let store = office.store();
    assert_eq!(store.sealing_request_read(asked.request.id).unwrap(), asked.request);
    assert_eq!(
        store.sealing_request_of(asked.request.license).unwrap(),
        Some(asked.request.clone())
    );
    assert_eq!(store.license_unfinished().unwrap(), [], "recovery leaves it alone");
    assert_eq!(store.sealing_request_count(office.world.organization.id).unwrap(), 1);
    assert!(store.sealing_request_knows(asked.request.document).unwrap());
    assert_eq!(office.claim(NOW).len(), 0, "nobody approved it");
    let digest = asked.issue.request.digest;
    let answer = store.request_answer("api-key:1", "1", digest).unwrap().unwrap();
    assert_eq!((answer.status, &answer.body[..]), (202, &b"waits"[..]));

    let manifest = office.manifest();
    office.approve(manifest, &[&asked], &office.approver).unwrap();
    let kept = store.manifest_read(manifest).unwrap();
    assert_eq!(
        (kept.state, kept.decided),
        (ManifestState::Approved, Some((office.approver.clone(), NOW)))
    );
    let claimed = office.claim(NOW).remove(0);
    assert_eq!(office.claim(NOW).len(), 0, "in one hand at a time");
    let (order, first) = office.order(&asked);
    office.spend(&claimed, &order, &first).unwrap();
    office.commit(&claimed, &asked, order.id).unwrap();
    assert_eq!(store.license_read(asked.request.license).unwrap().state(), LicenseState::Issued);
    let orders = store.sealing_requests_of(manifest).unwrap();
    assert_eq!(orders[0].state, RequestState::Sealed);
    assert!(!store.sealing_request_knows(asked.request.document).unwrap());
    let ledger =
        store.ledger_list(office.world.seal.id(), &crate::LedgerFilter::default(), 10).unwrap();
    let number = ledger[0].license.as_ref().map(|(_, _, number)| number.as_str());
    assert_eq!((ledger[0].manifest, number), (Some(manifest), Some("1")));
    assert_eq!(ledger[0].uses.len(), 1);
    assert_eq!(store.seal_keys_used(office.world.seal.id()).unwrap(), [first.key]);
}

#[test]
fn nobody_approves_what_they_asked_for_also_by_direct_sql() {
    let office = office();
    let asked = office.ask("1");
    let (id, manifest) = (asked.request.id, office.manifest());
    let refused = office.approve(manifest, &[&asked], &Actor::Console);
    assert!(matches!(refused, Err(StoreError::Violation { .. })), "{refused:?}");
    for query in [
        format!(
            "UPDATE sealing_request SET state = 'approved', decided_by = requested_by, \
             decided_at = 1, manifest_id = '{manifest}' WHERE id = '{id}'"
        ),
        format!("UPDATE sealing_request SET requested_by = 'anonymous' WHERE id = '{id}'"),
    ] {
        assert!(office.sql(&query).is_err(), "{query}");
    }
    office.approve(manifest, &[&asked], &office.approver).unwrap();
    let approver = &office.approver;
    let swapped = format!("UPDATE sealing_request SET decided_by = 'console' WHERE id = '{id}'");
    assert!(office.sql(&swapped).is_err());
    let claimed = office.claim(NOW).remove(0);
    let (order, first) = office.order(&asked);
    office.spend(&claimed, &order, &first).unwrap();
    for change in [format!("requested_by = '{approver}'"), "approved_by = 'console'".to_owned()] {
        let query = format!("UPDATE sealing_order SET {change} WHERE id = '{}'", order.id);
        assert!(office.sql(&query).is_err(), "{query}");
    }
    let inserted = format!(
        "INSERT INTO sealing_order (id, license_id, seal_id, document, form, placements, \
         requested_by, approved_by, approved_at, state) SELECT '{}', license_id, seal_id, document, \
         form, placements, 'console', 'console', 1, 'approved' FROM sealing_order WHERE id = '{}'",
        StatusEntryId::mint(NOW, entropy()),
        order.id
    );
    assert!(office.sql(&inserted).is_err());
}

#[test]
fn without_an_approval_no_key_is_used() {
    let office = office();
    let policy = office.world.issue("1", "1");
    let refused = crate::tests::begin(office.store(), &policy);
    assert!(matches!(refused, Err(StoreError::SealNotApplicable { .. })), "{refused:?}");
    let asked = office.approved("2");
    let claimed = office.claim(NOW).remove(0);
    let (order, first) = office.order(&asked);
    let other_bytes = SealingOrder { document: Sm3::from([3; 32]), ..order.clone() };
    let other_person = SealingOrder { approved_by: Actor::Anonymous, ..order.clone() };
    for wrong in [&other_bytes, &other_person] {
        let refused = office.spend(&claimed, wrong, &first);
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    }
    assert_eq!(office.store().key_use_count(office.world.key.id).unwrap(), 0);
    office.spend(&claimed, &order, &first).unwrap();
    let (again, second) = office.order(&asked);
    let twice = office.spend(&claimed, &again, &second);
    assert!(twice.is_err(), "an approval is spent once");
}

#[test]
fn who_died_is_followed_and_whoever_lives_on_stores_nothing() {
    let office = office();
    let asked = office.approved("1");
    let dead = office.claim(NOW).remove(0);
    let (left, first) = office.order(&asked);
    office.spend(&dead, &left, &first).unwrap();
    let later = NOW + Duration::minutes(3);
    assert_eq!(office.claim(later - Duration::SECOND).len(), 0);
    let claimed = office.claim(later).remove(0);
    assert_eq!(claimed.attempts, 2);
    let given_up = office.store().order_read(left.id).unwrap();
    assert_eq!(given_up.state, OrderState::Failed);
    let late = office.commit(&dead, &asked, left.id);
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert!(office.store().sealing_pause(&dead, ("late", later), later).is_err());

    office
        .store()
        .sealing_pause(&claimed, ("signing_key_unavailable", later + Duration::MINUTE), later)
        .unwrap();
    assert_eq!(office.claim(later).len(), 0, "not before it is due");
    let claimed = office.claim(later + Duration::MINUTE).remove(0);
    assert_eq!(office.store().sealing_release(later).unwrap(), 1, "at a start, alone");
    let again = office.claim(later).remove(0);
    let (order, first) = office.order(&asked);
    assert!(office.spend(&claimed, &order, &first).is_err());
    office.spend(&again, &order, &first).unwrap();
    office.commit(&again, &asked, order.id).unwrap();
}

#[test]
fn a_manifest_is_decided_once_and_as_a_whole() {
    let office = office();
    let (one, two) = (office.ask("1"), office.ask("2"));
    let (first, second) = (office.manifest(), office.manifest());
    office.approve(first, &[&one], &office.approver).unwrap();
    let overlapping = office.approve(second, &[&two, &one], &office.approver);
    assert!(matches!(overlapping, Err(StoreError::Conflict { .. })));
    let state =
        |asked: &Asked| office.store().sealing_request_read(asked.request.id).unwrap().state;
    assert_eq!(state(&two), RequestState::Waiting, "all of it, or nothing");
    assert!(office.approve(first, &[&two], &office.approver).is_err(), "decided before");
    let other = Asked {
        request: SealingRequest { document: Sm3::from([8; 32]), ..two.request.clone() },
        issue: two.issue.clone(),
    };
    assert!(office.approve(second, &[&other], &office.approver).is_err(), "another document");
    let license = two.issue.draft.id();
    let told = entry("approver_key.revoke", license);
    office.store().approver_key_revoke(office.key.id, NOW, &told).unwrap();
    assert!(office.store().approver_key_revoke(office.key.id, NOW, &told).is_err());
    let refused = office.approve(second, &[&two], &office.approver);
    assert!(
        matches!(refused, Err(StoreError::Conflict { what: "approver key", .. })),
        "{refused:?}"
    );
    let mut void = two.issue.ordered.0.clone();
    let change = Change::plain(Event::Abandon, office.approver.clone(), NOW).unwrap();
    let change = void.apply(StatusEntryId::mint(NOW, entropy()), change).unwrap();
    let told = owed(&void, EventType::LicenseRefused);
    office
        .store()
        .manifest_refuse(&Refusal {
            manifest: second,
            reason: "样例：内容有误",
            by: &office.approver,
            at: NOW,
            orders: &[(two.request.id, two.request.document)],
            given_up: &[(void, change, told)],
            event: &entry("sealing.refuse", license),
        })
        .unwrap();
    assert_eq!(office.store().license_read(license).unwrap().state(), LicenseState::Void);
    let decision = office.store().sealing_request_read(two.request.id).unwrap().decision.unwrap();
    assert_eq!(decision.reason.as_deref(), Some("样例：内容有误"));
    assert_eq!(
        office.ask_under("2", "again").request.state,
        RequestState::Waiting,
        "its number is free"
    );
    assert_eq!(office.store().manifest_expire(NOW + Duration::DAY).unwrap(), 0);
    office.manifest();
    assert_eq!(office.store().manifest_expire(NOW + Duration::DAY).unwrap(), 1);
}

#[test]
fn each_order_is_in_one_hand() {
    let office = office();
    let asked: Vec<Asked> = (0..20).map(|number| office.ask(&number.to_string())).collect();
    office.approve(office.manifest(), &asked.iter().collect::<Vec<_>>(), &office.approver).unwrap();
    let start = Barrier::new(4);
    let claimed = thread::scope(|scope| {
        let run = |_| {
            scope.spawn(|| {
                start.wait();
                let mut own = Vec::new();
                loop {
                    let some = office.store().sealing_claim(NOW, Duration::minutes(3), 3).unwrap();
                    if some.is_empty() {
                        return own;
                    }
                    own.extend(some.into_iter().map(|one| one.request.id));
                }
            })
        };
        let threads: Vec<_> = (0..4).map(run).collect();
        threads.into_iter().flat_map(|one| one.join().unwrap()).collect::<Vec<_>>()
    });
    // On a server somebody may look while all that is due is in the hands of others.
    let rest = office.claim(NOW).into_iter().map(|one| one.request.id);
    let mut claimed: Vec<_> = claimed.into_iter().chain(rest).collect();
    claimed.sort_unstable();
    let mut all: Vec<_> = asked.iter().map(|one| one.request.id).collect();
    all.sort_unstable();
    assert_eq!(claimed, all);
}

#[test]
fn what_can_never_be_sealed_never_was() {
    let office = office();
    let asked = office.approved("1");
    let claimed = office.claim(NOW).remove(0);
    let (void, entry) = step(&asked.issue.ordered.0, Event::Abandon);
    let owed = owed(&void, EventType::LicenseRefused);
    let unsealable = Unsealable {
        claimed: &claimed,
        trouble: "digest_changed",
        abandoned: Abandoned { void: (&void, &entry), order: None, events: &[], at: NOW },
        owed: &owed,
    };
    office.store().sealing_fail(&unsealable).unwrap();
    assert!(office.store().sealing_fail(&unsealable).is_err());
    let request = office.store().sealing_request_read(asked.request.id).unwrap();
    assert_eq!(
        (request.state, request.trouble.as_deref()),
        (RequestState::Failed, Some("digest_changed"))
    );
    assert_eq!(office.claim(NOW + Duration::DAY).len(), 0);
}
