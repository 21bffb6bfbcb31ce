use super::*;
use crate::algorithm::{Digest, KeyKind, SM2_DEFAULT_ID};
use crate::cms::BuildError;
use crate::der::write;
use crate::proof::SignatureFact;
use crate::sample::{TestRandom, sample};
use crate::shared;
use crate::x509::profile::Profile;
use crate::x509::testpki::{AT, Entity};
use std::process::Command;
use time::Duration;

/// The token over the signature value of a sample with one.
fn stamped() -> Option<CmsFacts> {
    let pdf = sample("tsp", "pdf/signed/pades-lta-dss-indirect-arrs-test.pdf")?;
    // The page has /Contents too: a reference, not a hexadecimal string.
    let open = pdf.windows(11).position(|w| w == b"/Contents <" && w[10] == b'<')? + 10;
    let close = open + pdf[open..].iter().position(|byte| *byte == b'>')?;
    let contents = hex::decode(&pdf[open + 1..close]).expect("hexadecimal");
    let der = crate::container::payload(&contents).expect("an element").der;
    Some(cms::examine(der, None).expect("a message"))
}

#[test]
fn a_real_token_over_a_signature_value() {
    let Some(facts) = stamped() else { return };
    let token = &facts.time_stamps[0];
    assert!(is_token(token));
    let own = examine(token, Some(&[&facts.signature_value])).expect("a token");
    assert!(matches!(own.imprint, DigestFact::Equal(_)));
    assert!(matches!(own.message.data, DigestFact::Equal(_)));
    assert!(matches!(own.message.signature, SignatureFact::Verified { .. }));
    assert_eq!(own.time.year(), 2020);
    let other = examine(token, Some(&[b"another value"])).expect("a token");
    assert!(matches!(other.imprint, DigestFact::Different(_)));
}

static POLICY: Oid = oid::ANY_POLICY;

/// An authority that stamps.
struct Authority {
    root: Entity,
    own: Entity,
}

impl Authority {
    fn of(kind: &KeyKind) -> Self {
        let root = Entity::root(kind, "Root");
        let own = root.issue(&Profile::TimeStamper, "Stamper");
        Self { root, own }
    }

    fn draft<'a>(&'a self, request: &'a TimeStampRequest) -> TokenDraft<'a> {
        TokenDraft {
            signer: &self.own.certificate,
            chain: &[],
            certificates: request.certificates,
            suite: self.own.key.default_suite(),
            policy: request.policy.as_ref().unwrap_or(&POLICY),
            digest: request.digest,
            imprint: &request.imprint,
            serial: &[0x91, 2, 3],
            time: AT,
            accuracy: Some(Duration::milliseconds(1_500) + Duration::microseconds(250)),
            ordering: true,
            nonce: request.nonce.as_deref(),
        }
    }

    fn token(&self, draft: &TokenDraft<'_>) -> Vec<u8> {
        let prepared = prepare_token(draft).expect("a token");
        let message = prepared.message();
        let value = self.own.key.sign(draft.suite, SM2_DEFAULT_ID, message, &mut TestRandom);
        let token = prepared.complete(&value.expect("a signature"), None);
        let max = token_bytes_max(draft.signer, draft.chain, draft.suite).expect("a bound");
        let room = if draft.certificates { 400 } else { usize::MAX - token.len() };
        assert!((token.len()..token.len() + room).contains(&max), "{} in {max}", token.len());
        token
    }

    fn answer(&self, request: &TimeStampRequest) -> Vec<u8> {
        granted(&self.token(&self.draft(request)))
    }
}

fn request(digest: Digest) -> TimeStampRequest {
    TimeStampRequest::new(digest, &[b"a ", b"value"], Some(&[0, 0x80, 7]))
}

#[test]
fn what_is_asked_is_answered() {
    for (kind, digest) in [
        (KeyKind::Sm2, Digest::Sm3),
        (KeyKind::P256, Digest::Sha256),
        (KeyKind::Rsa { bits: 2048 }, Digest::Sha512),
    ] {
        let authority = Authority::of(&kind);
        let asked = request(digest);
        assert_eq!(TimeStampRequest::parse(&asked.to_der()), Ok(asked.clone()));
        let (token, facts) = open(&authority.answer(&asked), &asked).expect("a token");
        assert_eq!((facts.time, facts.nonce.as_deref()), (AT, Some(&[0, 0x80, 7][..])));
        assert_eq!(facts.accuracy, Some(Duration::microseconds(1_500_250)));
        assert_eq!((facts.serial, facts.policy), (vec![0, 0x91, 2, 3], oid::ANY_POLICY));
        let read = examine(&token, Some(&[b"a value"])).expect("a token");
        assert_eq!(read.imprint, DigestFact::Equal(digest));
        assert_eq!(read.message.irregular, []);
    }
}

fn sm2() -> &'static Authority {
    static AUTHORITY: std::sync::OnceLock<Authority> = std::sync::OnceLock::new();
    AUTHORITY.get_or_init(|| Authority::of(&KeyKind::Sm2))
}

#[test]
fn an_answer_to_another_request() {
    let asked = request(Digest::Sm3);
    let answer = sm2().answer(&asked);
    let check = |request: TimeStampRequest, what| {
        assert_eq!(open(&answer, &request).err(), Some(ResponseError::Mismatch(what)));
    };
    check(TimeStampRequest { imprint: vec![0; 32], ..asked.clone() }, "another imprint");
    check(TimeStampRequest { digest: Digest::Sha256, ..asked.clone() }, "another imprint");
    check(TimeStampRequest { nonce: Some(vec![1]), ..asked.clone() }, "another nonce");
    check(TimeStampRequest { nonce: None, ..asked.clone() }, "another nonce");
    check(TimeStampRequest { policy: Some(oid::SM3), ..asked }, "another policy");
}

#[test]
fn a_token_that_is_not_in_order() {
    let asked = request(Digest::Sm3);
    let check = |answer: &[u8], what| {
        assert_eq!(open(answer, &asked).err(), Some(ResponseError::NotInOrder(what)));
    };
    let good = sm2().draft(&asked);
    let without = sm2().token(&TokenDraft { certificates: false, ..good });
    check(&granted(&without), "its signer's certificate is not in it");
    assert!(without.len() + 300 < sm2().token(&good).len());
    let early = sm2().token(&TokenDraft { time: AT - Duration::days(400), ..good });
    let stamping = "its certificate is not for stamping alone, or was not valid then";
    check(&granted(&early), stamping);
    let clerk = Authority {
        own: sm2().root.issue(&Profile::Staff, "Clerk"),
        root: Entity::root(&KeyKind::Sm2, "R"),
    };
    check(&granted(&clerk.token(&clerk.draft(&asked))), stamping);
    let mut forged = sm2().answer(&asked);
    let last = forged.len() - 1;
    forged[last] ^= 1;
    check(&forged, "its signature does not verify");
}

#[test]
fn refusals_say_why() {
    let asked = request(Digest::Sm3);
    for (_, failure, name) in Failure::ALL {
        let answer = rejected(failure, "no");
        let error = open(&answer, &asked).err();
        assert_eq!(error, Some(ResponseError::Refused { status: 2, failure: Some(failure) }));
        assert!(error.expect("refused").to_string().ends_with(name));
    }
    let waiting = write::sequence(&[&write::sequence(&[&write::integer(3)])]);
    let refused = ResponseError::Refused { status: 3, failure: None };
    assert_eq!(open(&waiting, &asked).err(), Some(refused));
    assert!(matches!(open(&[1, 2], &asked), Err(ResponseError::Der(_))));
    assert!(matches!(open(&vec![0; 1 << 20], &asked), Err(ResponseError::TooLarge(_))));
    let nothing = granted(&write::sequence(&[]));
    assert!(matches!(open(&nothing, &asked), Err(ResponseError::Token(_))));
}

#[test]
fn requests_that_are_not_answered() {
    let good = request(Digest::Sm3);
    let der = good.to_der();
    let check = |der: &[u8], failure| {
        let error = TimeStampRequest::parse(der).expect_err("refused");
        assert_eq!(error.failure(), failure, "{error}");
    };
    check(&[der.clone(), vec![0]].concat(), Failure::BadDataFormat);
    check(&vec![0x30; 5000], Failure::BadDataFormat);
    let changed = |from: &[u8], to: &[u8]| {
        let at = der.windows(from.len()).position(|part| part == from).expect("there");
        [&der[..at], to, &der[at + from.len()..]].concat()
    };
    check(&changed(&[2, 1, 1], &[2, 1, 2]), Failure::BadRequest);
    // The last arc of the algorithm becomes one that nobody knows.
    let sm3 = oid::SM3.content().to_vec();
    let mut unknown = sm3.clone();
    unknown[7] ^= 0x40;
    check(&changed(&sm3, &unknown), Failure::BadAlgorithm);
    let short = TimeStampRequest { imprint: vec![1; 31], ..good.clone() };
    check(&short.to_der(), Failure::BadDataFormat);
    let long = TimeStampRequest { nonce: Some(vec![1; NUMBER_BYTES_MAX + 1]), ..good };
    check(&long.to_der(), Failure::BadDataFormat);
    // An extension: [0] at the end, with both lengths grown.
    let mut extended = der.clone();
    extended.extend([0xa0, 2, 0x30, 0]);
    extended[1] += 4;
    check(&extended, Failure::UnacceptedExtension);
}

#[test]
fn a_draft_with_another_imprint_is_not_prepared() {
    let asked = request(Digest::Sm3);
    let short = TokenDraft { imprint: &[0; 20], ..sm2().draft(&asked) };
    assert!(matches!(prepare_token(&short), Err(BuildError::Digest { .. })));
}

#[test]
fn what_is_no_token_is_refused() {
    assert!(matches!(examine(&[1, 2, 3], None), Err(TspError::Message(_))));
    let Some(message) = sample("tsp", "cms/cfca-sadk-attached-noattr.der") else { return };
    assert_eq!(examine(&message, None).err(), Some(TspError::NotATimeStamp));
    assert!(!is_token(&message));
}

/// Runs `openssl ts` in a folder with these files and a configuration of an authority.
fn openssl(name: &str, files: &[(&str, &[u8])], steps: &[&[&str]]) -> Option<tempfile::TempDir> {
    if Command::new("openssl").arg("version").output().is_err() {
        shared::skip(name, "openssl is absent");
        return None;
    }
    const CONFIG: &str = "[tsa]\ndefault_tsa = t\n[t]\nserial = serial\ndefault_policy = 1.2.3.4.1\n\
        digests = sha256\naccuracy = secs:1\nordering = yes\ness_cert_id_alg = sha256\n\
        signer_digest = sha256\n";
    let folder = tempfile::tempdir().expect("a folder");
    let own = [("config", CONFIG.as_bytes()), ("serial", b"01"), ("data", b"a value")];
    for (name, bytes) in own.iter().copied().chain(files.iter().copied()) {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    for step in steps {
        let output = Command::new("openssl")
            .arg("ts")
            .args(*step)
            .current_dir(folder.path())
            .output()
            .expect("openssl runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{step:?}: {said}");
    }
    Some(folder)
}

#[test]
fn openssl_stamps_for_us() {
    let authority = Authority::of(&KeyKind::Rsa { bits: 2048 });
    let key = crate::x509::to_pem("PRIVATE KEY", &authority.own.key.to_pkcs8());
    let asked = request(Digest::Sha256);
    let (asked_der, certificate) = (asked.to_der(), authority.own.certificate.to_pem());
    let files = [
        ("asked", &asked_der[..]),
        ("key", key.as_bytes()),
        ("certificate", certificate.as_bytes()),
    ];
    let reply: &[&str] = &[
        "-reply",
        "-config",
        "config",
        "-queryfile",
        "asked",
        "-signer",
        "certificate",
        "-inkey",
        "key",
        "-out",
        "answer",
    ];
    let Some(folder) = openssl("openssl_stamps_for_us", &files, &[reply]) else { return };
    let answer = std::fs::read(folder.path().join("answer")).expect("an answer");
    let (token, facts) = open(&answer, &asked).expect("a token");
    assert_eq!(facts.policy.to_string(), "1.2.3.4.1");
    assert_eq!(facts.accuracy, Some(Duration::seconds(1)));
    let read = examine(&token, Some(&[b"a value"])).expect("a token");
    assert!(matches!(read.message.signature, SignatureFact::Verified { .. }));
}

#[test]
fn we_stamp_for_openssl() {
    for kind in [KeyKind::Rsa { bits: 2048 }, KeyKind::P256] {
        let authority = Authority::of(&kind);
        let query: &[&str] = &[
            "-query",
            "-data",
            "data",
            "-sha256",
            "-cert",
            "-tspolicy",
            "1.2.3.4.1",
            "-out",
            "asked",
        ];
        let Some(folder) = openssl("we_stamp_for_openssl", &[], &[query]) else { return };
        let asked = std::fs::read(folder.path().join("asked")).expect("a request");
        let request = TimeStampRequest::parse(&asked).expect("a request");
        assert!(request.certificates && request.nonce.is_some());
        let answer = authority.answer(&request);
        let root = authority.root.certificate.to_pem();
        let verify: &[&str] =
            &["-verify", "-queryfile", "asked", "-in", "answer", "-CAfile", "root"];
        let files = [("asked", &asked[..]), ("answer", &answer), ("root", root.as_bytes())];
        openssl("we_stamp_for_openssl", &files, &[verify]);
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    fn damaged(bytes: &[u8], at: &prop::sample::Index, byte: u8) -> Vec<u8> {
        let mut changed = bytes.to_vec();
        changed[at.index(bytes.len())] = byte;
        changed
    }

    proptest! {
        #[test]
        fn nothing_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            static ANSWER: std::sync::OnceLock<(TimeStampRequest, Vec<u8>)> = std::sync::OnceLock::new();
            let (asked, answer) = ANSWER.get_or_init(|| {
                let asked = request(Digest::Sm3);
                let answer = sm2().answer(&asked);
                (asked, answer)
            });
            let _ = open(&damaged(answer, &at, byte), asked);
            let _ = TimeStampRequest::parse(&damaged(&asked.to_der(), &at, byte));
        }
    }

    #[test]
    fn accuracies_are_read_back() {
        for micros in [0, 1, 127, 128, 999, 1_000, 127_000, 128_000, 999_999, 1_000_000, 61_500_001]
        {
            let accuracy = Duration::microseconds(micros);
            let asked = request(Digest::Sm3);
            let draft = TokenDraft { accuracy: Some(accuracy), ..sm2().draft(&asked) };
            let prepared = prepare_token(&draft).expect("a token");
            let token = prepared.complete(&[0; 70], None);
            assert_eq!(examine(&token, None).expect("a token").accuracy, Some(accuracy));
        }
    }
}
