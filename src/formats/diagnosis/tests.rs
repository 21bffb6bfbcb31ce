//! Signatures made wrongly on purpose, and what is said of them.

use super::*;
use crate::algorithm::{Digest, KeyKind, PrivateKey, SM2_DEFAULT_ID, Suite};
use crate::cms::{self, GmContent, GmDraft};
use crate::der::{tag, write};
use crate::examine::examine;
use crate::pdf::Limits;
use crate::sample::{TestRandom, signer};
use crate::ses::{self, Edition, SealDraft, SignatureDraft};
use crate::sm::Habit;
use crate::x509::Certificate;
use crate::x509::profile::Profile;
use crate::x509::testpki::Entity;
use time::macros::datetime;

const ORIGINAL: &[u8] = b"%what is sealed, and is longer than its digest%";

fn sign(key: &PrivateKey, id: &[u8], message: &[u8]) -> Vec<u8> {
    key.sign(key.default_suite(), id, message, &mut TestRandom).expect("signs")
}

/// What is said of a signed message over [`ORIGINAL`] with this signature value.
fn message(value: impl Fn(&PrivateKey, &[u8]) -> Vec<u8>, kind: KeyKind) -> Option<Missigned> {
    let (key, certificate) = signer(kind, 7);
    let digest = key.default_suite().digest();
    let draft = cms::PadesDraft {
        signer: &certificate,
        chain: &[],
        suite: key.default_suite(),
        document_digest: &digest.hash(&[ORIGINAL]),
    };
    let prepared = cms::prepare_pades(&draft).expect("prepared");
    let der = prepared.complete(&value(&key, prepared.message()), None);
    explained(&der)
}

fn explained(der: &[u8]) -> Option<Missigned> {
    let facts = examine(der, Some(ORIGINAL), &Limits::default());
    let found = explain(der, Some(ORIGINAL), &facts, &mut Effort::default()).remove(0);
    found.signature.reason().cloned()
}

fn raw(der: &[u8]) -> Vec<u8> {
    let mut numbers = crate::der::Reader::only(der, tag::SEQUENCE).expect("DER").reader();
    let mut number = || {
        let digits = numbers.any().expect("r, s").unsigned_bytes().expect("positive").to_vec();
        [vec![0; 32 - digits.len()], digits].concat()
    };
    [number(), number()].concat()
}

#[test]
fn an_sm2_signer_is_told_what_it_did() {
    let hex = |bytes: &[u8]| crate::text::hex(&Digest::Sm3.hash(&[bytes])).into_bytes();
    let digest = |bytes: &[u8]| Digest::Sm3.hash(&[bytes]);
    type Value<'a> = &'a dyn Fn(&PrivateKey, &[u8]) -> Vec<u8>;
    let right = |key: &PrivateKey, message: &[u8]| sign(key, SM2_DEFAULT_ID, message);
    let id = |id: &[u8]| (Over::Right, Method::Sm2(Habit::Id(id.to_vec())), Spelling::Standard);
    let by = |habit| (Over::Right, Method::Sm2(habit), Spelling::Standard);
    let over = |over| (over, Method::Right, Spelling::Standard);
    let spelled = |spelling| (Over::Right, Method::Right, spelling);
    let tagged = |message: &[u8]| [&[0xa0], &message[1..]].concat();
    let cases: [(&str, Value<'_>, _); 10] = [
        ("no id", &|key, message| sign(key, b"", message), id(b"")),
        (
            "the id of the standard's example",
            &|key, message| sign(key, b"ALICE123@YAHOO.COM", message),
            id(b"ALICE123@YAHOO.COM"),
        ),
        (
            "the subject's name",
            &|key, message| sign(key, "测试".as_bytes(), message),
            id("测试".as_bytes()),
        ),
        (
            "a digest of the digest",
            &|key, message| right(key, &digest(message)),
            by(Habit::OverDigest),
        ),
        ("the digest as text", &|key, message| right(key, &hex(message)), by(Habit::OverHex)),
        (
            "attributes with their own tag",
            &|key, message| right(key, &tagged(message)),
            over(Over::TaggedAttributes),
        ),
        ("the document", &|key, _| right(key, ORIGINAL), over(Over::Original)),
        (
            "the document's digest",
            &|key, _| right(key, &digest(ORIGINAL)),
            over(Over::StoredDigest),
        ),
        (
            "s before r",
            &|key, message| {
                let value = raw(&right(key, message));
                [&value[32..], &value[..32]].concat()
            },
            spelled(Spelling::Swapped),
        ),
        (
            "within a string",
            &|key, message| write::octet_string(&right(key, message)),
            spelled(Spelling::Wrapped),
        ),
    ];
    for (case, value, expected) in cases {
        let found = message(value, KeyKind::Sm2).unwrap_or_else(|| panic!("{case}"));
        assert_eq!((found.over, found.method, found.spelling), expected, "{case}");
        assert_eq!(found.other_key, None, "{case}");
    }
    assert_eq!(message(|key, _| right(key, b"something else"), KeyKind::Sm2), None);
}

#[test]
fn rsa_and_ecdsa_signers_are_told_too() {
    let rsa = || KeyKind::Rsa { bits: 2048 };
    let with = |suite| {
        move |key: &PrivateKey, message: &[u8]| {
            key.sign(suite, b"", message, &mut TestRandom).expect("signs")
        }
    };
    let reversed = |key: &PrivateKey, message: &[u8]| {
        with(Suite::RsaPkcs1(Digest::Sha256))(key, message).into_iter().rev().collect()
    };
    let default = PrivateKey::generate(&rsa(), &mut TestRandom).expect("a key").default_suite();
    let other = match default {
        Suite::RsaPss(_) => Suite::RsaPkcs1(Digest::Sha256),
        _ => Suite::RsaPss(Digest::Sha256),
    };
    let found = message(with(other), rsa()).expect("an explanation");
    assert_eq!((found.method, found.spelling), (Method::Suite(other), Spelling::Standard));
    let found = message(reversed, rsa()).expect("an explanation");
    assert_eq!(found.spelling, Spelling::Reversed);
    let bare = |key: &PrivateKey, message: &[u8]| raw(&sign(key, b"", message));
    let found = message(bare, KeyKind::P256).expect("an explanation");
    assert_eq!((found.method, found.spelling), (Method::Right, Spelling::Raw));
}

#[test]
fn a_message_without_attributes_is_searched_too() {
    let (key, certificate) = signer(KeyKind::Sm2, 7);
    let draft =
        GmDraft { signer: &certificate, chain: &[], content: GmContent::Attached(ORIGINAL) };
    let prepared = cms::prepare_gm(&draft).expect("prepared");
    let digest = Digest::Sm3.hash(&[ORIGINAL]);
    let der = prepared.complete(&sign(&key, SM2_DEFAULT_ID, &digest), None);
    let found = explained(&der).expect("an explanation");
    assert_eq!((found.over, found.method), (Over::StoredDigest, Method::Right));
}

#[test]
fn a_digest_is_told_from_others() {
    let (key, certificate) = signer(KeyKind::Sm2, 7);
    let digest = |bytes: &[u8]| -> [u8; 32] { Digest::Sm3.hash(&[bytes]).try_into().expect("32") };
    let hex = |bytes: &[u8]| crate::text::hex(bytes).into_bytes();
    let right = digest(ORIGINAL);
    let mut reversed = right;
    reversed.reverse();
    let sha256 = Digest::Sha256.hash(&[ORIGINAL]).try_into().expect("32");
    for (stated, expected) in [
        (digest(&right), Some((Region::Declared, DigestHabit::Twice))),
        (digest(&hex(&right)), Some((Region::Declared, DigestHabit::OfHex))),
        (reversed, Some((Region::Declared, DigestHabit::Reversed))),
        (sha256, Some((Region::Declared, DigestHabit::Algorithm(Digest::Sha256)))),
        (digest(b"a\r\nb"), None),
        (digest(b"%what\r\nis\r\nsealed%"), Some((Region::CarriageReturns, DigestHabit::Right))),
        (digest(b"something else"), None),
    ] {
        let original: &[u8] = match expected {
            Some((Region::CarriageReturns, _)) => b"%what\nis\nsealed%",
            _ => ORIGINAL,
        };
        let content = GmContent::Detached { digest: &stated, signing_time: None };
        let draft = GmDraft { signer: &certificate, chain: &[], content };
        let prepared = cms::prepare_gm(&draft).expect("prepared");
        let der = prepared.complete(&sign(&key, SM2_DEFAULT_ID, prepared.message()), None);
        let facts = examine(&der, Some(original), &Limits::default());
        let found = explain(&der, Some(original), &facts, &mut Effort::default()).remove(0);
        let found = found.digest.reason().map(|found| (found.region, found.habit));
        assert_eq!(found, expected);
    }
}

struct Stamp {
    key: PrivateKey,
    certificate: Certificate,
    maker: (PrivateKey, Certificate),
}

impl Stamp {
    fn new() -> Self {
        let (key, certificate) = signer(KeyKind::Sm2, 7);
        Self { key, certificate, maker: signer(KeyKind::Sm2, 8) }
    }

    fn seal(&self, edition: Edition, made: impl Fn(&PrivateKey, &[u8]) -> Vec<u8>) -> Vec<u8> {
        let at = datetime!(2026-01-02 0:00 UTC);
        let draft = SealDraft {
            edition,
            vendor: "test",
            id: "99990000000001",
            kind: 1,
            name: "测试章",
            signers: std::slice::from_ref(&self.certificate),
            by_digest: false,
            created: at,
            valid_from: at,
            valid_to: datetime!(2040-01-01 0:00 UTC),
            picture_kind: "PNG",
            picture: b"a picture",
            width_mm: 20,
            height_mm: 20,
            maker: &self.maker.1,
        };
        let prepared = ses::prepare_seal(&draft).expect("prepared");
        prepared.complete(&made(&self.maker.0, prepared.message()))
    }

    fn signature(&self, seal: &[u8], made: impl Fn(&PrivateKey, &[u8]) -> Vec<u8>) -> Explanation {
        let draft = SignatureDraft {
            seal,
            signer: &self.certificate,
            at: datetime!(2026-03-02 0:00 UTC),
            property_info: "1",
        };
        let prepared = ses::prepare_signature(&draft, &[ORIGINAL]).expect("prepared");
        let der = prepared.complete(&made(&self.key, prepared.message()), None);
        let facts = examine(&der, Some(ORIGINAL), &Limits::default());
        explain(&der, Some(ORIGINAL), &facts, &mut Effort::default()).remove(0)
    }
}

#[test]
fn seals_and_seal_signatures_are_searched() {
    let stamp = Stamp::new();
    let right = |key: &PrivateKey, message: &[u8]| sign(key, SM2_DEFAULT_ID, message);
    let seal = stamp.seal(Edition::V4, right);
    let honest = stamp.signature(&seal, right);
    assert_eq!((honest.signature, honest.seal), (Found::NotAsked, Found::NotAsked));
    let over_digest = stamp
        .signature(&seal, |key, _| right(key, &Digest::Sm3.hash(&[ORIGINAL])))
        .signature
        .reason()
        .cloned();
    assert_eq!(over_digest.expect("an explanation").over, Over::StoredDigest);
    let by_maker = stamp.signature(&seal, |_, message| right(&stamp.maker.0, message));
    let by_maker = by_maker.signature.reason().cloned().expect("an explanation");
    assert!(by_maker.other_key.is_some(), "{by_maker:?}");
    let wrong = stamp.seal(Edition::V4, |key, message| sign(key, b"", message));
    let found = stamp.signature(&wrong, right).seal.reason().cloned().expect("an explanation");
    assert_eq!(found.method, Method::Sm2(Habit::Id(Vec::new())));
    let stranger = stamp.signature(&seal, |key, _| right(key, b"something else"));
    assert_eq!(stranger.signature, Found::Nothing);
}

#[test]
fn a_certificate_made_with_another_id_is_known() {
    let root = Entity::root(&KeyKind::Sm2, "root");
    let leaf = root.issue(&Profile::SealMaker, "leaf").certificate;
    let mut effort = Effort::default();
    assert_eq!(made_by(&leaf, &root.certificate, &mut effort), Found::NotAsked);
    let der = |value: &[u8]| {
        let algorithm = Suite::Sm2Sm3.algorithm_identifier();
        write::sequence(&[leaf.tbs(), &algorithm, &write::bit_string(value)])
    };
    let wrong = Certificate::parse(&der(&sign(&root.key, b"", leaf.tbs()))).expect("a certificate");
    let found = made_by(&wrong, &root.certificate, &mut effort);
    let found = found.reason().expect("an explanation");
    assert_eq!(found.method, Method::Sm2(Habit::Id(Vec::new())));
    let stranger = Entity::root(&KeyKind::Sm2, "root");
    assert_eq!(made_by(&leaf, &stranger.certificate, &mut effort), Found::Nothing);
}

#[test]
fn an_effort_ends() {
    let mut effort = Effort { tries: 1, bytes: 10 };
    assert!(effort.try_one() && !effort.try_one() && effort.is_spent());
    assert!(effort.digest(10) && !effort.digest(1));
    let (key, certificate) = signer(KeyKind::Sm2, 7);
    let draft =
        GmDraft { signer: &certificate, chain: &[], content: GmContent::Attached(ORIGINAL) };
    let prepared = cms::prepare_gm(&draft).expect("prepared");
    let der = prepared.complete(&sign(&key, b"", ORIGINAL), None);
    let facts = examine(&der, Some(ORIGINAL), &Limits::default());
    let mut none = Effort { tries: 0, bytes: 0 };
    assert_eq!(explain(&der, None, &facts, &mut none)[0].signature, Found::Nothing);
}

#[test]
fn what_is_no_signed_file_is_named() {
    let pdf = b"%PDF-1.7\n";
    let of = |bytes: &[u8]| arrival(bytes, &Limits::default());
    let wrapped = |one| vec![Arrival::Wrapped(one)];
    let base64 = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, pdf);
    let request = ["-----BEGIN CERTIFICATE REQUEST", "-----\nMA==\n"].concat();
    for (bytes, expected) in [
        (&b""[..], wrapped(Wrapping::Empty)),
        (b" \r\n", wrapped(Wrapping::Empty)),
        (b"\n<!DOCTYPE HTML><title>404</title>", wrapped(Wrapping::WebPage)),
        (b"{\"code\":404}", wrapped(Wrapping::Json)),
        (b"\x1f\x8b\x08", wrapped(Wrapping::Gzip)),
        (b"\x89PNG\r\n", wrapped(Wrapping::Image)),
        (base64.as_bytes(), wrapped(Wrapping::Base64(Kind::Pdf))),
        (
            format!("data:application/pdf;base64,{base64}").as_bytes(),
            wrapped(Wrapping::Base64(Kind::Pdf)),
        ),
        (crate::text::hex(pdf).as_bytes(), wrapped(Wrapping::Hex(Kind::Pdf))),
        (request.as_bytes(), wrapped(Wrapping::CertificateRequest)),
        (b"\xef\xbb\xbf%PDF-1.7\n", vec![Arrival::BeforeHeader(3), Arrival::Truncated(None)]),
        (
            b"--b\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7\n%%EOF\r\n--b--",
            wrapped(Wrapping::Multipart),
        ),
        (pdf, vec![Arrival::Truncated(None)]),
        (b"some words", vec![]),
    ] {
        assert_eq!(of(bytes), expected, "{}", String::from_utf8_lossy(bytes));
    }
    let text = "\u{fffd}".repeat(20);
    let decoded = format!("%PDF-1.7\n{text}\n%%EOF\n");
    assert_eq!(of(decoded.as_bytes()), [Arrival::DecodedAsText(20)]);
}

/// README.md of the samples: the signature was made with e = dataHash, and the original changed.
#[test]
fn the_stated_fault_of_a_strangers_seal_is_named() {
    let name = "Doc_0/Signs/Sign_0/SignedValue.dat";
    let test = "the_stated_fault_of_a_strangers_seal_is_named";
    let Some(der) = crate::sample::member(test, "ofd/n.ofd", name) else { return };
    let facts = examine(&der, None, &Limits::default());
    let found = explain(&der, None, &facts, &mut Effort::default()).remove(0);
    let found = found.signature.reason().expect("an explanation");
    assert_eq!((found.over, &found.method), (Over::StoredDigest, &Method::Sm2(Habit::Itself)));
}
