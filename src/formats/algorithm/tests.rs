//! Wycheproof (third party, read from `../shared`) and the rules of the allow-list.

use super::*;
use crate::sample::TestRandom;
use crate::shared;
use serde_json::Value;

fn wycheproof(file: &str) -> Option<Value> {
    let path = shared::shared(file, &format!("vectors/third-party/wycheproof/{file}"))?;
    let text = std::fs::read_to_string(path).expect("text");
    Some(serde_json::from_str(&text).expect("JSON"))
}

fn bytes(value: &Value) -> Vec<u8> {
    hex::decode(value.as_str().expect("text")).expect("hex")
}

/// Every test of every group; `answer` says whether the signature is accepted. `acceptable` is
/// our one answer to cases where both are allowed.
fn run(file: &str, acceptable: bool, answer: impl Fn(&Value, &Value) -> bool) {
    let Some(suite) = wycheproof(file) else { return };
    for group in suite["testGroups"].as_array().expect("groups") {
        for case in group["tests"].as_array().expect("tests") {
            let expected = match case["result"].as_str() {
                Some("valid") => true,
                Some("invalid") => false,
                _ => acceptable,
            };
            assert_eq!(
                answer(group, case),
                expected,
                "{file} {} {}",
                case["tcId"],
                case["comment"]
            );
        }
    }
}

fn verifies(suite: Suite, spki: &Value, case: &Value) -> bool {
    let key = PublicKey::from_spki(&bytes(spki)).expect("a key");
    let (message, signature) = (bytes(&case["msg"]), bytes(&case["sig"]));
    let (left, right) = message.split_at(message.len() / 3);
    verify(suite, &key, SM2_DEFAULT_ID, &[left, right], &signature).is_ok()
}

#[test]
fn wycheproof_ecdsa() {
    let p256 = Suite::EcdsaP256(Digest::Sha256);
    let p384 = Suite::EcdsaP384(Digest::Sha384);
    for (file, suite) in
        [("ecdsa_secp256r1_sha256_test.json", p256), ("ecdsa_secp384r1_sha384_test.json", p384)]
    {
        run(file, false, |group, case| verifies(suite, &group["publicKeyDer"], case));
    }
}

/// Acceptable: a PKCS#1 block whose DigestInfo lacks its NULL is refused.
#[test]
fn wycheproof_rsa_pkcs1() {
    let files = [
        ("rsa_signature_2048_sha256_test.json", Digest::Sha256),
        ("rsa_signature_2048_sha384_test.json", Digest::Sha384),
        ("rsa_signature_2048_sha512_test.json", Digest::Sha512),
        ("rsa_signature_3072_sha256_test.json", Digest::Sha256),
        ("rsa_signature_4096_sha256_test.json", Digest::Sha256),
    ];
    for (file, digest) in files {
        run(file, false, |group, case| {
            verifies(Suite::RsaPkcs1(digest), &group["publicKeyDer"], case)
        });
    }
}

#[test]
fn wycheproof_rsa_pss() {
    let standard = Suite::RsaPss(Digest::Sha256);
    let files = [
        ("rsa_pss_2048_sha256_mgf1_0_test.json", Suite::RsaPssSalt(Digest::Sha256, 0)),
        ("rsa_pss_2048_sha256_mgf1_32_test.json", standard),
        ("rsa_pss_2048_sha256_mgf1_32_params_test.json", standard),
        ("rsa_pss_3072_sha256_mgf1_32_test.json", standard),
        ("rsa_pss_4096_sha256_mgf1_32_test.json", standard),
    ];
    for (file, suite) in files {
        run(file, false, |group, case| verifies(suite, &group["publicKeyDer"], case));
    }
}

/// Deterministic padding: the signature itself is the expected value. SHA-1, SHA-224 and others
/// are not in the allow-list and are passed over.
#[test]
fn wycheproof_rsa_signing() {
    for file in ["rsa_pkcs1_2048_sig_gen_test.json", "rsa_pkcs1_3072_sig_gen_test.json"] {
        let Some(suite) = wycheproof(file) else { return };
        let mut signed = 0;
        for group in suite["testGroups"].as_array().expect("groups") {
            let digest = Digest::ALL.into_iter().find(|digest| group["sha"] == digest.name());
            let Some(digest) = digest else { continue };
            let key = PrivateKey::from_pkcs8(&bytes(&group["privateKeyPkcs8"])).expect("a key");
            for case in group["tests"].as_array().expect("tests") {
                let signature = key.sign(
                    Suite::RsaPkcs1(digest),
                    SM2_DEFAULT_ID,
                    &bytes(&case["msg"]),
                    &mut NoRandom,
                );
                assert_eq!(signature.ok(), Some(bytes(&case["sig"])), "{file} {}", case["tcId"]);
                signed += 1;
            }
        }
        assert!(signed >= 10, "{file}: {signed}");
    }
}

#[test]
fn wycheproof_hmac_sm3() {
    run("hmac_sm3_test.json", false, |group, case| {
        let tag_bytes = group["tagSize"].as_u64().expect("bits") / 8;
        let tag = crate::sm::hmac_sm3(&bytes(&case["key"]), &[&bytes(&case["msg"])]);
        tag[..usize::try_from(tag_bytes).expect("small")] == bytes(&case["tag"])
    });
}

struct NoRandom;

impl Random for NoRandom {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomFailed> {
        Err(RandomFailed)
    }
}

fn key(kind: &KeyKind) -> PrivateKey {
    PrivateKey::generate(kind, &mut TestRandom).expect("a key")
}

#[test]
fn every_kind_signs_what_it_verifies() {
    let suites = [
        (KeyKind::Sm2, Suite::Sm2Sm3),
        (KeyKind::P256, Suite::EcdsaP256(Digest::Sha256)),
        (KeyKind::Rsa { bits: 2048 }, Suite::RsaPkcs1(Digest::Sha256)),
        (KeyKind::Rsa { bits: 2048 }, Suite::RsaPss(Digest::Sha384)),
    ];
    for (kind, suite) in suites {
        let key = key(&kind);
        assert_eq!(key.kind(), kind);
        let signature = key.sign(suite, b"id", b"message", &mut TestRandom).expect("signs");
        let public = PublicKey::from_spki(key.public_key().to_spki()).expect("own key");
        assert_eq!(&public, key.public_key());
        let check = |id: &[u8], message: &[u8]| verify(suite, &public, id, &[message], &signature);
        assert_eq!(check(b"id", b"message"), Ok(()), "{}", suite.name());
        assert_eq!(check(b"id", b"massage"), Err(SignatureError::Mismatch));
        assert_eq!(check(b"other", b"message").is_ok(), suite != Suite::Sm2Sm3);
        let again = PrivateKey::from_pkcs8(&key.to_pkcs8()).expect("own PKCS#8");
        assert_eq!(again.public_key(), key.public_key());
        let read = suite_of(&suite.algorithm_identifier(), &public, None);
        assert_eq!(read, Ok(suite));
        let named = suite_of(&suite.algorithm_identifier(), &public, Some(suite.digest()));
        assert_eq!(named, Ok(suite));
    }
}

#[test]
fn a_suite_needs_its_own_kind_of_key() {
    let (sm2, p256) = (key(&KeyKind::Sm2), key(&KeyKind::P256));
    let identifier = Suite::Sm2Sm3.algorithm_identifier();
    assert!(matches!(
        suite_of(&identifier, p256.public_key(), None),
        Err(AlgorithmError::KeyMismatch { .. })
    ));
    assert!(matches!(
        suite_of(&identifier, sm2.public_key(), Some(Digest::Sha256)),
        Err(AlgorithmError::DigestMismatch { .. })
    ));
    let signature = sm2.sign(Suite::Sm2Sm3, b"", b"m", &mut TestRandom).expect("signs");
    for suite in [Suite::EcdsaP256(Digest::Sha256), Suite::RsaPkcs1(Digest::Sha256)] {
        let answer = verify(suite, sm2.public_key(), b"", &[b"m"], &signature);
        assert_eq!(answer, Err(SignatureError::KeyMismatch));
        assert_eq!(sm2.sign(suite, b"", b"m", &mut TestRandom), Err(SignError::KeyMismatch));
    }
}

#[test]
fn identifiers_outside_the_list_are_named() {
    let key = key(&KeyKind::P256);
    for (oid, name) in [(oid::SHA1_WITH_RSA, "sha1WithRSAEncryption"), (oid::ED25519, "Ed25519")] {
        let identifier = write::sequence(&[&write::oid(&oid)]);
        let answer = suite_of(&identifier, key.public_key(), None);
        assert_eq!(answer, Err(AlgorithmError::Unsupported(name.to_owned())));
    }
    let ed25519 = write::sequence(&[
        &write::sequence(&[&write::oid(&oid::ED25519)]),
        &write::bit_string(&[7; 32]),
    ]);
    let public = PublicKey::from_spki(&ed25519).expect("well-formed");
    assert_eq!(public.kind(), KeyKind::Ed25519, "known, and of no certificate");
    let identifier = write::sequence(&[&write::oid(&oid::ED25519)]);
    let answer = suite_of(&identifier, &public, None);
    assert!(matches!(answer, Err(AlgorithmError::Unsupported(_))));
}

#[test]
fn pss_parameters_are_read_strictly() {
    let rsa = key(&KeyKind::Rsa { bits: 2048 });
    let suite = |fields: &[&[u8]]| {
        let identifier =
            write::sequence(&[&write::oid(&oid::RSASSA_PSS), &write::sequence(fields)]);
        suite_of(&identifier, rsa.public_key(), None)
    };
    let hash = |digest: Digest| write::sequence(&[&write::oid(&digest.oid()), &write::null()]);
    let mask = |digest: Digest| write::sequence(&[&write::oid(&oid::MGF1), &hash(digest)]);
    let salt = |len: u64| write::tlv(tag::context(2), &write::integer(len));
    let digest_field = write::tlv(tag::context(0), &hash(Digest::Sha256));
    let mask_field = write::tlv(tag::context(1), &mask(Digest::Sha256));
    let pss = |salt_len: u64| suite(&[&digest_field, &mask_field, &salt(salt_len)]);
    assert_eq!(pss(32), Ok(Suite::RsaPss(Digest::Sha256)));
    assert_eq!(pss(222), Ok(Suite::RsaPssSalt(Digest::Sha256, 222)));
    assert_eq!(
        suite(&[&digest_field, &mask_field]),
        Ok(Suite::RsaPssSalt(Digest::Sha256, 20)),
        "the default of RFC 4055"
    );
    assert_eq!(pss(33), Err(AlgorithmError::PssSaltLength(33)));
    assert_eq!(pss(70_000), Err(AlgorithmError::PssSaltLength(70_000)));
    let other_mask = write::tlv(tag::context(1), &mask(Digest::Sha512));
    assert!(matches!(
        suite(&[&digest_field, &other_mask, &salt(32)]),
        Err(AlgorithmError::PssMaskDigest { .. })
    ));
    assert!(matches!(suite(&[]), Err(AlgorithmError::Unsupported(_))), "SHA-1 by default");
    let trailer = write::tlv(tag::context(3), &write::integer(2));
    assert!(suite(&[&digest_field, &mask_field, &salt(32), &trailer]).is_err());
    assert!(suite(&[&mask_field, &digest_field, &salt(32)]).is_err(), "order");
}

#[test]
fn weak_and_impossible_rsa_keys() {
    let spki = |modulus: &[u8], exponent: u64| {
        let key = write::sequence(&[&write::unsigned(modulus), &write::integer(exponent)]);
        write::sequence(&[
            &write::sequence(&[&write::oid(&oid::RSA_ENCRYPTION), &write::null()]),
            &write::bit_string(&key),
        ])
    };
    let weak = PublicKey::from_spki(&spki(&[0xff; 128], 65537)).expect("well-formed");
    assert_eq!(weak.kind(), KeyKind::Rsa { bits: 1024 });
    let identifier = Suite::RsaPkcs1(Digest::Sha256).algorithm_identifier();
    assert_eq!(suite_of(&identifier, &weak, None), Err(AlgorithmError::KeySize { bits: 1024 }));
    assert!(verify(Suite::RsaPkcs1(Digest::Sha256), &weak, b"", &[b""], &[0; 128]).is_err());
    for (modulus, exponent) in [(&[0xfe; 256], 65537), (&[0xff; 256], 2), (&[0xff; 256], 1)] {
        assert_eq!(PublicKey::from_spki(&spki(modulus, exponent)), Err(KeyError::RsaNumbers));
    }
}

#[test]
fn private_keys_do_not_print() {
    let key = key(&KeyKind::Sm2);
    assert_eq!(format!("{key:?}"), "PrivateKey(SM2)");
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn nothing_panics(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = (PublicKey::from_spki(&bytes), PrivateKey::from_pkcs8(&bytes).is_ok());
        }

        #[test]
        fn damaged_keys_do_not_panic(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let key = PrivateKey::of_sm2(crate::sm::PrivateKey::from_scalar(&[9; 32]).expect("in range"));
            let mut spki = key.public_key().to_spki().to_vec();
            let at = at.index(spki.len());
            spki[at] = byte;
            let _ = PublicKey::from_spki(&spki).map(|key| suite_of(&spki, &key, None));
        }
    }
}

/// RFC 8032, clause 7.1, tests 1 to 3: secret key, public key, message, signature.
#[test]
fn ed25519_signs_as_the_standard_says() {
    const CASES: [[&str; 4]; 3] = [
        [
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac\
             c61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ],
        [
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e\
             458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ],
        [
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290\
             ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ],
    ];
    for case in CASES {
        let [secret, public, message, signature] = case.map(|hex| hex::decode(hex).expect("hex"));
        let algorithm = write::sequence(&[&write::oid(&oid::ED25519)]);
        let inner = write::octet_string(&write::octet_string(&secret));
        let pkcs8 = write::sequence(&[&write::integer(0), &algorithm, &inner]);
        let key = PrivateKey::from_pkcs8(&pkcs8).expect("a key");
        let known = PublicKey::of_ed25519(public.try_into().expect("32 bytes"));
        assert_eq!(key.public_key(), &known);
        assert_eq!(PublicKey::from_spki(known.to_spki()), Ok(known.clone()));
        let signed = key.sign(Suite::Ed25519, b"", &message, &mut TestRandom).expect("signed");
        assert_eq!(signed, signature);
        let again = PrivateKey::from_pkcs8(&key.to_pkcs8()).expect("written and read");
        assert_eq!(again.public_key(), &known);
        let verified = |message: &[u8], signature: &[u8]| {
            let parts = [&message[..message.len() / 2], &message[message.len() / 2..]];
            verify(Suite::Ed25519, &known, b"", &parts, signature)
        };
        assert_eq!(verified(&message, &signature), Ok(()));
        assert_eq!(verified(b"other", &signature), Err(SignatureError::Mismatch));
        for at in 0..signature.len() {
            let mut bent = signature.clone();
            bent[at] ^= 1;
            assert_eq!(verified(&message, &bent), Err(SignatureError::Mismatch), "byte {at}");
        }
        assert_eq!(verified(&message, &signature[..63]), Err(SignatureError::Mismatch));
    }
}
