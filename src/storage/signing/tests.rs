use super::*;
use crate::fixtures::{NOW, World, entropy, entry, world};
use domain::digest::Sha256;
use domain::id::OrderId;
use domain::signing::SigningAlgorithm;
use time::Duration;

fn file(bytes: &[u8]) -> KeptFile {
    KeptFile { sm3: Sm3::of(bytes), sha256: Sha256::of(bytes), bytes: 1000 }
}

fn prepared(world: &World, document: &[u8]) -> SigningRequest {
    let one = SigningRequest {
        id: SigningRequestId::mint(NOW, entropy()),
        organization: world.organization.id,
        actor: Actor::Console,
        case_no: "示签〔2026〕1号".to_owned(),
        item: None,
        signatory: Signatory {
            shown: "样**".to_owned(),
            fingerprint: Sha256::of(b"a certificate"),
            algorithm: SigningAlgorithm::Sm2,
        },
        document: WaitingDocument {
            file: file(document),
            original_bytes: 500,
            gap: 100..200,
            certificates: Some("-----BEGIN".to_owned()),
        },
        message: Sha256::of(b"a message"),
        token: Sha256::of(b"a token"),
        at: NOW,
        expires_at: NOW + Duration::minutes(10),
        end: None,
        countersigned: None,
    };
    world.store.signing_prepare(&one, &entry("signing.prepare", one.id), None).unwrap();
    one
}

fn end(state: SigningState, at: OffsetDateTime) -> SigningEnd {
    let completed = state == SigningState::Completed;
    SigningEnd { state, file: completed.then(|| file(b"signed")), by: Actor::Console, at }
}

fn ended(world: &World, one: &SigningRequest, end: &SigningEnd) -> Result<(), StoreError> {
    world.store.signing_end(one.id, end, &entry("signing.complete", one.id), None)
}

#[test]
fn a_request_is_completed_once_and_its_certificates_go() {
    let world = world();
    let one = prepared(&world, b"waits");
    assert_eq!(world.store.signing_read(one.id).unwrap(), one);
    let done = end(SigningState::Completed, NOW);
    ended(&world, &one, &done).unwrap();
    for again in [SigningState::Completed, SigningState::Cancelled] {
        let refused = ended(&world, &one, &end(again, NOW));
        assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    }
    let read = world.store.signing_read(one.id).unwrap();
    assert_eq!((&read.end, &read.document.certificates), (&Some(done), &None));
    assert!(world.store.signing_knows(Sm3::of(b"signed")).unwrap());
}

#[test]
fn nothing_is_completed_after_its_time() {
    let world = world();
    let one = prepared(&world, b"waits");
    let late = ended(&world, &one, &end(SigningState::Completed, one.expires_at));
    assert!(matches!(late, Err(StoreError::Conflict { .. })), "{late:?}");
    assert_eq!(world.store.signing_let_go(one.expires_at - Duration::SECOND).unwrap(), []);
    assert_eq!(world.store.signing_let_go(one.expires_at).unwrap(), [one.document.file.sm3]);
    assert_eq!(world.store.signing_let_go(one.expires_at).unwrap(), [], "told once");
    let read = world.store.signing_read(one.id).unwrap();
    assert_eq!(
        read.end.map(|end| (end.state, end.at)),
        Some((SigningState::Expired, one.expires_at))
    );
    assert!(!world.store.signing_knows(one.document.file.sm3).unwrap());
}

#[test]
fn a_prepared_file_stays_while_another_request_waits_with_it() {
    let world = world();
    let (one, other) = (prepared(&world, b"same"), prepared(&world, b"same"));
    ended(&world, &one, &end(SigningState::Cancelled, NOW)).unwrap();
    assert_eq!(world.store.signing_let_go(NOW).unwrap(), [one.document.file.sm3]);
    assert!(world.store.signing_knows(other.document.file.sm3).unwrap());
    let all = world.store.signing_after(None, 10).unwrap();
    assert_eq!(all.iter().map(|one| one.id).collect::<Vec<_>>(), {
        let mut ids = vec![one.id, other.id];
        ids.sort_by_key(ToString::to_string);
        ids
    });
}

#[test]
fn one_seal_comes_below_what_was_signed() {
    let world = world();
    let one = prepared(&world, b"waits");
    let order = world.order(None);
    world.store.sealing_begin(&order, &[], &[], &|| NOW).unwrap();
    let seal = Countersigned { order: order.id, file: file(b"sealed"), at: NOW };
    let told = entry("signing.countersign", one.id);
    let early = world.store.signing_countersign(one.id, &seal, &told, None);
    assert!(matches!(early, Err(StoreError::Conflict { .. })), "{early:?}");
    ended(&world, &one, &end(SigningState::Completed, NOW)).unwrap();
    world.store.signing_countersign(one.id, &seal, &told, None).unwrap();
    let again = Countersigned { order: OrderId::mint(NOW, entropy()), ..seal };
    let again = world.store.signing_countersign(one.id, &again, &told, None);
    assert!(matches!(again, Err(StoreError::Conflict { .. })), "{again:?}");
    let read = world.store.signing_read(one.id).unwrap();
    assert_eq!((read.countersigned, read.result()), (Some(seal), Some(&seal.file)));
    assert!(world.store.signing_knows(seal.file.sm3).unwrap());
}
