//! The own vector files of `fixtures/vectors/sm2`, each in full.

use super::nonce::Nonces;
use super::*;
use crate::algorithm::{
    KeyKind, PrivateKey as AnyPrivateKey, PublicKey as AnyPublicKey, Random, RandomFailed,
    SM2_DEFAULT_ID, Suite, sm2_raw_to_der, verify,
};
use crate::shared;
use elliptic_curve::PrimeField;
use serde_json::Value;
use sm2_curve::{FieldBytes, NonZeroScalar, Scalar};

fn vectors(file: &str) -> Value {
    let path = format!("{}/../../fixtures/vectors/sm2/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).expect("JSON")
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("text")).expect("hex")
}

fn items(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

/// Both answers are allowed for `acceptable`; ours is written down in the test.
#[track_caller]
fn check(file: &str, case: &Value, accepted: bool, acceptable: bool) {
    let expected = match case["result"].as_str().expect("text") {
        "valid" => true,
        "invalid" => false,
        "acceptable" => acceptable,
        other => panic!("unknown result {other}"),
    };
    assert_eq!(accepted, expected, "{file} {} {}", case["tcId"], case["comment"]);
}

fn any_key(point: &Value) -> AnyPublicKey {
    AnyPublicKey::of_sm2(&PublicKey::from_point(&bytes(point)).expect("a key"))
}

/// Our answers to "either": identifiers of 0 and of 8,191 bytes are identifiers.
#[test]
fn verify_der() {
    let file = vectors("sm2_sm3_verify_test.json");
    let mut count = 0;
    for group in items(&file["testGroups"]) {
        let key = AnyPublicKey::from_spki(&bytes(&group["publicKeyDer"])).expect("a key");
        for case in items(&group["tests"]) {
            let id = bytes(case.get("id").unwrap_or(&group["id"]));
            let (message, signature) = (bytes(&case["msg"]), bytes(&case["sig"]));
            let (left, right) = message.split_at(message.len() / 2);
            let answer = verify(Suite::Sm2Sm3, &key, &id, &[left, right], &signature);
            check("verify", case, answer.is_ok(), true);
            count += 1;
        }
    }
    assert_eq!(count, 333);
}

#[test]
fn verify_raw() {
    let file = vectors("sm2_sm3_verify_p1363_test.json");
    let (key, id) = (any_key(&file["publicKey"]), bytes(&file["id"]));
    for case in items(&file["tests"]) {
        let accepted = sm2_raw_to_der(&bytes(&case["sig"])).is_some_and(|der| {
            verify(Suite::Sm2Sm3, &key, &id, &[&bytes(&case["msg"])], &der).is_ok()
        });
        check("raw", case, accepted, false);
    }
    assert_eq!(items(&file["tests"]).len(), 19);
}

fn scalar(bytes: &[u8]) -> Scalar {
    let bytes: [u8; 32] = bytes.try_into().expect("32 bytes");
    Scalar::from_repr(FieldBytes::from(bytes)).into_option().expect("reduced")
}

#[test]
fn sign_with_known_nonce() {
    let file = vectors("sm2_sm3_sign_kat.json");
    for case in items(&file["tests"]) {
        let key = PrivateKey::from_scalar(&bytes(&case["d"])).expect("in range");
        let (id, message) = (bytes(&case["id"]), bytes(&case["msg"]));
        assert_eq!(key.public().to_point().to_vec(), bytes(&case["publicKey"]));
        assert_eq!(key.public().z(&id).expect("short").to_vec(), bytes(&case["z"]));
        let e = key.public().e(&id, &[&message]).expect("short");
        let k = NonZeroScalar::new(scalar(&bytes(&case["k"]))).into_option().expect("not zero");
        let signature = key.sign_with_nonce(&e, &k).expect("a usable nonce");
        assert_eq!(signature.to_der(), bytes(&case["der"]), "{}", case["source"]);
        assert_eq!(Signature::from_der(&bytes(&case["der"])), Ok(signature));
    }
    assert_eq!(items(&file["tests"]).len(), 22);
}

/// Our answer to "either": the compressed form is refused.
#[test]
fn public_keys() {
    let file = vectors("sm2_public_key_test.json");
    for case in items(&file["tests"]) {
        let key = AnyPublicKey::from_spki(&bytes(&case["hex"]));
        check("public key", case, key.is_ok_and(|key| key.kind() == KeyKind::Sm2), false);
    }
    assert_eq!(items(&file["tests"]).len(), 21);
}

/// Our answer to "either": a number of 31 bytes is refused, the length is fixed.
#[test]
fn private_keys() {
    let file = vectors("sm2_private_key_test.json");
    for case in items(&file["tests"]) {
        let key = PrivateKey::from_scalar(&bytes(&case["d"]));
        check("private key", case, key.is_ok(), false);
    }
    assert_eq!(items(&file["tests"]).len(), 9);
}

#[test]
fn shared_nonces_are_found_and_give_the_key_away() {
    let file = vectors("sm2_nonce_reuse.json");
    for case in items(&file["tests"]) {
        let key = PublicKey::from_point(&bytes(&case["publicKey"])).expect("a key");
        let read = |message: &str, signature: &str| {
            let signature = Signature::from_der(&bytes(&case[signature])).expect("DER");
            let message = bytes(&case[message]);
            assert_eq!(key.verify(SM2_DEFAULT_ID, &[&message], &signature), Ok(true));
            (nonce_mark(&key, SM2_DEFAULT_ID, &[&message], &signature), signature)
        };
        let (mark1, one) = read("msg1", "sig1");
        let (mark2, two) = read("msg2", "sig2");
        assert_eq!(mark1, mark2);
        let divisor = (*one.s - *two.s + *one.r - *two.r).invert().into_option();
        let d = (*two.s - *one.s) * divisor.expect("different messages");
        assert_eq!(d.to_repr().to_vec(), bytes(&case["recovered_d"]));
    }
    assert_eq!(items(&file["tests"]).len(), 10);
}

#[test]
fn forgeries_over_bare_digests_are_no_messages() {
    let file = vectors("sm2_bare_digest_forgery.json");
    for case in items(&file["tests"]) {
        let (digest, signature) = (bytes(&case["digest"]), bytes(&case["sig"]));
        let answer = verify(
            Suite::Sm2Sm3,
            &any_key(&case["publicKey"]),
            SM2_DEFAULT_ID,
            &[&digest],
            &signature,
        );
        assert!(answer.is_err());
        // They are forgeries of the digest, so the test has teeth.
        let key = PublicKey::from_point(&bytes(&case["publicKey"])).expect("a key");
        let signature = Signature::from_der(&signature).expect("DER");
        assert!(key.verify_e(&scalar_reduced(&digest), &signature));
    }
    assert_eq!(items(&file["tests"]).len(), 10);
}

fn scalar_reduced(digest: &[u8]) -> Scalar {
    let digest: [u8; 32] = digest.try_into().expect("32 bytes");
    elliptic_curve::ops::Reduce::reduce(&FieldBytes::from(digest))
}

/// A source that answers zeros, as a broken or replayed one might.
struct Stuck;

impl Random for Stuck {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), RandomFailed> {
        bytes.fill(0);
        Ok(())
    }
}

struct Broken;

impl Random for Broken {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomFailed> {
        Err(RandomFailed)
    }
}

#[test]
fn a_stuck_source_does_not_repeat_nonces() {
    let key = PrivateKey::from_scalar(&[7; 32]).expect("in range");
    let mark = |message: &[u8]| {
        let signature = key.sign(SM2_DEFAULT_ID, &[message], &mut Stuck).expect("signs");
        assert_eq!(key.public().verify(SM2_DEFAULT_ID, &[message], &signature), Ok(true));
        nonce_mark(key.public(), SM2_DEFAULT_ID, &[message], &signature).expect("short")
    };
    let marks: std::collections::HashSet<_> = (0..64u8).map(|n| mark(&[n])).collect();
    assert_eq!(marks.len(), 64);
    let (e, zeros) = ([1; 32], [0; 32]);
    let mut nonces = Nonces::new(&[7; 32], &e, &zeros);
    assert_ne!(*nonces.next(), *nonces.next());
    assert_ne!(
        *Nonces::new(&[7; 32], &e, &zeros).next(),
        *Nonces::new(&[7; 32], &e, &[1; 32]).next()
    );
}

#[test]
fn a_failing_source_is_an_error() {
    assert!(AnyPrivateKey::generate(&KeyKind::Sm2, &mut Broken).is_err());
    assert!(AnyPrivateKey::generate(&KeyKind::Sm2, &mut Stuck).is_err());
    let key = PrivateKey::from_scalar(&[7; 32]).expect("in range");
    assert!(key.sign(SM2_DEFAULT_ID, &[b"m"], &mut Broken).is_err());
}

#[test]
fn long_identifiers_are_refused_and_not_wrapped() {
    let key = PrivateKey::from_scalar(&[7; 32]).expect("in range");
    assert!(key.public().z(&[0; ID_BYTES_MAX]).is_ok());
    for len in [ID_BYTES_MAX + 1, 8192 + 16, 65536 + 16] {
        assert_eq!(key.public().z(&vec![0; len]), Err(IdTooLong(len)));
    }
}

/// The stanzas of OpenSSL's `evp_test` files: blocks of `Name = value`, apart by empty lines.
fn stanzas(test: &str, file: &str) -> Vec<Vec<(String, String)>> {
    let Some(path) = shared::shared(test, &format!("vectors/third-party/kat/{file}")) else {
        return Vec::new();
    };
    let text = std::fs::read_to_string(path).expect("text");
    let block = |block: &str| {
        let lines = block.lines().filter(|line| !line.starts_with('#'));
        let pairs = lines.filter_map(|line| line.split_once('='));
        pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
    };
    text.split("\n\n").map(block).collect()
}

fn field<'a>(stanza: &'a [(String, String)], name: &str) -> Option<&'a str> {
    stanza.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

/// A value is hex, or text in quotes.
fn value(stanza: &[(String, String)], name: &str) -> Vec<u8> {
    let text = field(stanza, name).unwrap_or_else(|| panic!("{name} in {stanza:?}"));
    match text.strip_prefix('"') {
        Some(quoted) => quoted.trim_end_matches('"').as_bytes().to_vec(),
        None => hex::decode(text).expect("hex"),
    }
}

#[test]
fn third_party_sm3() {
    let blocks = stanzas("third_party_sm3", "evpmd_sm3.txt");
    let cases: Vec<_> =
        blocks.iter().filter(|block| field(block, "Digest") == Some("SM3")).collect();
    for case in &cases {
        assert_eq!(sm3(&[&value(case, "Input")]).to_vec(), value(case, "Output"));
    }
    assert!(blocks.is_empty() || cases.len() == 8, "{} cases", cases.len());
}

#[test]
fn third_party_hmac_sm3() {
    let blocks = stanzas("third_party_hmac_sm3", "evpmac_sm3.txt");
    let cases: Vec<_> = blocks.iter().filter(|block| field(block, "MAC").is_some()).collect();
    for case in &cases {
        let tag = hmac_sm3(&value(case, "Key"), &[&value(case, "Input")]);
        assert_eq!(tag.to_vec(), value(case, "Output"));
    }
    assert!(blocks.is_empty() || cases.len() == 4, "{} cases", cases.len());
}

/// The `evp_test` stanzas give digests that OpenSSL signs as they are (without Z); the messages
/// behind them are not known, so they are checked below the message interface.
#[test]
fn third_party_sm2() {
    let blocks = stanzas("third_party_sm2", "evppkey_sm2.txt");
    let mut count = 0;
    for case in blocks.iter().filter(|block| field(block, "Verify").is_some()) {
        let key = AnyPrivateKey::from_pkcs8(&first_pem()).expect("the key of the file");
        let key = *key.public_key().sm2().expect("SM2");
        let signature = Signature::from_der(&value(case, "Output")).expect("DER");
        if field(case, "Result").is_none() {
            assert!(key.verify_e(&scalar_reduced(&value(case, "Input")), &signature));
            count += 1;
        }
    }
    assert!(blocks.is_empty() || count == 2, "{count} cases");
}

fn first_pem() -> Vec<u8> {
    use base64::Engine;
    let path = shared::shared("third_party_sm2", "vectors/third-party/kat/evppkey_sm2.txt");
    let text = std::fs::read_to_string(path.expect("read before")).expect("text");
    let body = text.split("-----BEGIN PRIVATE KEY-----").nth(1).expect("a key");
    let body = body.split("-----END").next().expect("an end").replace('\n', "");
    base64::engine::general_purpose::STANDARD.decode(body).expect("base64")
}

#[test]
fn keys_out_of_range_are_refused_in_pkcs8() {
    use base64::Engine;
    for file in ["sm2_bad_0.pem", "sm2_bad_1.pem", "sm2_bad_neg1.pem"] {
        let name = format!("vectors/third-party/kat/{file}");
        let Some(path) = shared::shared("keys_out_of_range", &name) else { return };
        let text = std::fs::read_to_string(path).expect("text");
        let body: String = text.lines().filter(|line| !line.starts_with('-')).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(body).expect("base64");
        assert!(AnyPrivateKey::from_pkcs8(&der).is_err(), "{file}");
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn signatures_verify_and_nothing_else_does(
            d in any::<[u8; 32]>(),
            message in proptest::collection::vec(any::<u8>(), 1..80),
            id in proptest::collection::vec(any::<u8>(), 0..40),
            flip in any::<prop::sample::Index>(),
        ) {
            let Ok(key) = PrivateKey::from_scalar(&d) else { return Ok(()) };
            let signature = key.sign(&id, &[&message], &mut Stuck).expect("signs");
            prop_assert_eq!(key.public().verify(&id, &[&message], &signature), Ok(true));
            let der = signature.to_der();
            prop_assert_eq!(Signature::from_der(&der), Ok(signature));
            let mut other = message.clone();
            other[flip.index(message.len())] ^= 1;
            prop_assert_eq!(key.public().verify(&id, &[&other], &signature), Ok(false));
            let mut damaged = der.clone();
            damaged[flip.index(der.len())] ^= 1;
            if let Ok(damaged) = Signature::from_der(&damaged) {
                prop_assert_eq!(key.public().verify(&id, &[&message], &damaged), Ok(false));
            }
        }

        #[test]
        fn keys_survive_pkcs8(d in any::<[u8; 32]>()) {
            let Ok(key) = PrivateKey::from_scalar(&d) else { return Ok(()) };
            let key = AnyPrivateKey::of_sm2(key);
            let back = AnyPrivateKey::from_pkcs8(&key.to_pkcs8()).expect("own PKCS#8");
            prop_assert_eq!(back.public_key(), key.public_key());
            let read = AnyPublicKey::from_spki(key.public_key().to_spki());
            prop_assert_eq!(read.as_ref(), Ok(key.public_key()));
        }
    }
}
