use super::*;
use crate::signed::SUITE;
use formats::algorithm::{PrivateKey, Random, RandomFailed, SM2_DEFAULT_ID};
use formats::x509::pem_blocks;
use time::macros::datetime;

struct Zeros;

impl Random for Zeros {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        bytes.fill(0);
        Ok(())
    }
}

/// A file of the test PKI, whose keys are public.
fn read(role: &str, name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../certs-test");
    std::fs::read_to_string(format!("{folder}/{role}/{name}.pem")).expect("a file of certs-test")
}

fn certificate(role: &str) -> Certificate {
    Certificate::from_pem(&read(role, "certificate")).expect("a certificate")
}

fn words(text: &str) -> Words {
    Words { zh: text.to_owned(), en: text.to_owned() }
}

fn list() -> TrustList {
    let entry = |role: &str, uses: &[Purpose], mandate| Entry {
        certificate: certificate(role),
        name: words(role),
        uses: uses.to_vec(),
        mandate,
    };
    let mandate = Mandate {
        withdrawn: false,
        from: Some(datetime!(2026-01-01 0:00 UTC)),
        to: Some(datetime!(2027-01-01 0:00 UTC)),
        seal_kinds: Some(vec![4, 6]),
        license_types: Some(vec!["11100000000013338W001".to_owned()]),
    };
    TrustList {
        name: words("样例"),
        version: 41,
        issued: datetime!(2026-03-01 0:00 UTC),
        next_update: datetime!(2026-09-01 0:00 UTC),
        revocation_required: true,
        entries: vec![
            entry("root-sm2", &Purpose::ALL, Mandate::default()),
            entry("seal-maker", &[Purpose::SealMaker], mandate),
            entry(
                "root-rsa",
                &[Purpose::DocumentSigner],
                Mandate { withdrawn: true, ..Mandate::default() },
            ),
        ],
        certificates: vec![certificate("ca-sm2")],
        responders: vec!["http://ocsp.example.cn:8080/".to_owned()],
    }
}

fn signed(list: &TrustList) -> Vec<u8> {
    let key = pem_blocks(&read("staff", "key"), "PRIVATE KEY").expect("PEM");
    let key = PrivateKey::from_pkcs8(&key[0]).expect("a key");
    let prepared = list.prepare().expect("prepared");
    let value = key.sign(SUITE, SM2_DEFAULT_ID, prepared.message(), &mut Zeros);
    prepared.complete(&[certificate("staff")], &value.expect("a signature"))
}

#[test]
fn what_is_made_is_read() {
    let (list, bytes) = (list(), signed(&list()));
    let signer = certificate("staff");
    let key = signer.public_key().expect("a key");
    assert_eq!(TrustList::read(&bytes, key), Ok(list.clone()));
    let (claimed, opened) = TrustList::claimed(&bytes).expect("a list");
    assert_eq!((claimed, opened.certificates()), (list.clone(), &[signer.clone()][..]));
    assert_eq!(list.source().to_string(), "2026-03-01#41");
    assert_eq!((list.policy().anchors.len(), list.policy().intermediates.len()), (3, 1));
    // The list names its signer, but whose key counts is not for the list to say.
    let other = certificate("seal-signer");
    let refused = TrustList::read(&bytes, other.public_key().expect("a key"));
    assert_eq!(refused, Err(TrustListError::Signed(SignedError::Signature)));
}

#[test]
fn values_that_make_no_sense_are_named() {
    let check = |change: fn(&mut TrustList), place: &str| {
        let mut list = list();
        change(&mut list);
        match list.prepare() {
            Err(TrustListError::Value { what, .. }) => assert!(what.starts_with(place), "{what}"),
            other => panic!("{place}: {other:?}"),
        }
    };
    check(|list| list.version = 0, "version");
    check(|list| list.next_update = list.issued, "next_update");
    check(|list| list.entries.clear(), "entries");
    check(|list| list.name.en.clear(), "name");
    check(|list| list.entries[1].name.zh = " ".to_owned(), "entries[1].name");
    check(|list| list.entries[1].uses.clear(), "entries[1].uses");
    check(|list| list.entries[1].mandate.to = list.entries[1].mandate.from, "entries[1].to");
    check(|list| list.entries[1].mandate.seal_kinds = Some(vec![]), "entries[1].seal_kinds");
    check(|list| list.entries[2].mandate.license_types = Some(vec![]), "entries[2].license_types");
    for address in ["https://a/", "http://", "http://user@a/", "http://a/?x", "http://a b/", "a"] {
        let mut list = list();
        list.responders = vec![address.to_owned()];
        assert!(list.prepare().is_err(), "{address}");
    }
}

#[test]
fn a_draft_names_certificates_as_it_likes() {
    let json = br#"{"name":{"zh":"a","en":"a"},"version":1,"issued":"2026-03-01T08:00:00+08:00",
        "next_update":"2026-09-01T00:00:00Z","revocation":"when_available","entries":[{"certificate":
        "root-sm2","name":{"zh":"a","en":"a"},"uses":["sealer"],"status":"in_force"}]}"#;
    let read = TrustList::draft(json, &mut |name| Ok(certificate(name))).expect("a draft");
    assert_eq!(read.entries[0].certificate, certificate("root-sm2"));
    assert_eq!(read.issued, datetime!(2026-03-01 0:00 UTC));
    let missing = TrustList::draft(json, &mut |_| Err("not there".to_owned()));
    assert!(
        matches!(missing, Err(TrustListError::Value { what, .. }) if what == "entries[0].certificate")
    );
    assert!(TrustList::draft(b"{}", &mut |_| unreachable!("no certificate")).is_err());
}

#[test]
fn an_older_list_is_not_taken_again() {
    let first = list();
    let bytes = signed(&first);
    let seen = Seen::of(&first, digest(&bytes));
    assert_eq!(Seen::parse(&seen.to_string()), Some(seen.clone()));
    assert_eq!(seen.then(seen.clone()), Ok(seen.clone()));
    let next = Seen::of(&TrustList { version: 42, ..first.clone() }, "0".repeat(64));
    assert_eq!(seen.then(next.clone()), Ok(next.clone()));
    assert_eq!(next.then(seen.clone()), Err(TrustListError::Rollback { found: 41, seen: 42 }));
    let twin = Seen::of(&first, "0".repeat(64));
    assert_eq!(seen.then(twin), Err(TrustListError::Rollback { found: 41, seen: 41 }));
    for broken in ["", "41", "41 00", "x 00", &format!("41 {}", "z".repeat(64))] {
        assert_eq!(Seen::parse(broken), None, "{broken}");
    }
}
