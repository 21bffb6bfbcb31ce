use super::*;
use crate::algorithm::{Digest, KeyKind, PrivateKey};
use crate::shared;
use crate::x509::Certificate;
use crate::x509::path::Budget;
use crate::x509::profile::Profile;
use crate::x509::revocation::{Evidence, Revocation, Source, Status, UnknownStatus, answer_status};
use crate::x509::testpki::{AT, Entity, TO, Wish, sign};
use std::process::Command;
use time::Duration;
use time::macros::datetime;

const REVOKED: OffsetDateTime = datetime!(2026-01-05 12:00 UTC);
const DIGESTS: [IdDigest; 3] =
    [IdDigest::Sha1, IdDigest::Listed(Digest::Sha256), IdDigest::Listed(Digest::Sm3)];

/// An authority, its delegate for OCSP, and somebody to ask about.
struct Office {
    root: Entity,
    delegate: Entity,
    leaf: Certificate,
}

impl Office {
    fn of(kind: &KeyKind) -> Self {
        let root = Entity::root(kind, "Root");
        let delegate =
            root.issue_as(&Wish { serial: 7, ..Wish::new(&Profile::OcspResponder, "R") });
        let leaf = root.issue_as(&Wish { serial: 3, ..Wish::new(&Profile::Staff, "Clerk") });
        Self { root, delegate, leaf: leaf.certificate }
    }

    fn id(&self, digest: IdDigest) -> CertId {
        CertId::of(&self.leaf, &self.root.certificate, digest).expect("an identifier")
    }

    fn single(&self, status: CertStatus) -> SingleDraft {
        SingleDraft {
            id: self.id(IdDigest::Sha1),
            status,
            invalid_since: None,
            this_update: AT - Duration::hours(1),
            next_update: Some(AT + Duration::hours(1)),
        }
    }

    fn status(&self, answers: &[Answer], at: OffsetDateTime) -> Status {
        let root = &self.root.certificate;
        let evidence = Evidence { answers, ..Evidence::new(std::slice::from_ref(root), at) };
        answer_status(&self.leaf, root, root, &evidence, &mut Budget::default())
    }

    #[track_caller]
    fn unknown(&self, answer: Answer, expected: &UnknownStatus) {
        assert_eq!(self.status(&[answer], AT), Status::Unknown(expected.clone()));
    }
}

fn office() -> &'static Office {
    static OFFICE: std::sync::OnceLock<Office> = std::sync::OnceLock::new();
    OFFICE.get_or_init(|| Office::of(&KeyKind::Sm2))
}

fn revoked() -> CertStatus {
    CertStatus::Revoked { at: REVOKED, reason: Some(Reason::KeyCompromise) }
}

#[test]
fn good_revoked_and_unknown_by_every_suite_and_digest() {
    for kind in [KeyKind::Sm2, KeyKind::P256, KeyKind::Rsa { bits: 2048 }] {
        let office = Office::of(&kind);
        for (by, digest) in [&office.root, &office.delegate, &office.root].into_iter().zip(DIGESTS)
        {
            let single = |status| SingleDraft { id: office.id(digest), ..office.single(status) };
            let good = by.answer(&[single(CertStatus::Good)], None);
            let expected = Status::Good {
                source: Source::Answer,
                this_update: AT - Duration::hours(1),
                next_update: Some(AT + Duration::hours(1)),
            };
            assert_eq!(office.status(&[good], AT), expected, "{kind}");
            let since = REVOKED - Duration::days(1);
            let bad = SingleDraft { invalid_since: Some(since), ..single(revoked()) };
            let expected = Status::Revoked(Revocation {
                source: Source::Answer,
                at: REVOKED,
                reason: Some(Reason::KeyCompromise),
                invalid_since: Some(since),
                this_update: AT - Duration::hours(1),
            });
            assert_eq!(office.status(&[by.answer(&[bad], None)], AT), expected, "{kind}");
            let unknown = by.answer(&[single(CertStatus::Unknown)], None);
            office.unknown(unknown, &UnknownStatus::NotIssued);
        }
    }
}

#[test]
fn a_question_is_read_back() {
    let ids: Vec<CertId> = DIGESTS.iter().map(|digest| office().id(*digest)).collect();
    let asked = OcspRequest::parse(&request(&ids, Some(&[9; 32]))).expect("a question");
    assert_eq!((&asked.ids, asked.nonce.as_deref()), (&ids, Some(&[9; 32][..])));
    let plain = OcspRequest::parse(&request(&ids[..1], None)).expect("a question");
    assert_eq!((plain.ids.len(), plain.nonce), (1, None));
    assert!(plain.ids[0].fits(&office().leaf, &office().root.certificate));
    assert!(!plain.ids[0].fits(&office().delegate.certificate, &office().root.certificate));
    assert!(OcspRequest::parse(&request(&[], None)).is_err());
    assert!(OcspRequest::parse(&request(&vec![ids[0].clone(); SINGLES_MAX + 1], None)).is_err());
    assert!(OcspRequest::parse(&request(&ids, Some(&[]))).is_err());
    assert!(OcspRequest::parse(&request(&ids, Some(&[1; NONCE_BYTES_MAX + 1]))).is_err());
}

#[test]
fn currency() {
    let office = office();
    let single = office.single(CertStatus::Good);
    let answer = |single: &SingleDraft| office.root.answer(std::slice::from_ref(single), None);
    let late = AT + Duration::hours(2);
    let not_current = |status| matches!(status, Status::Unknown(UnknownStatus::NotCurrent { .. }));
    assert!(not_current(office.status(&[answer(&single)], late)));
    assert!(not_current(office.status(&[answer(&single)], AT - Duration::hours(2))));
    // Without a word about the next one it counts for a day.
    let open = SingleDraft { next_update: None, ..single.clone() };
    let (day, good) =
        (Duration::days(1) - Duration::hours(2), |status| matches!(status, Status::Good { .. }));
    assert!(good(office.status(&[answer(&open)], AT + day)));
    assert!(not_current(office.status(&[answer(&open)], AT + day + Duration::hours(2))));
    // What was issued after the moment asked for tells of it, until the certificate has ended.
    let root = &office.root.certificate;
    let of_past = |single: &SingleDraft, known| {
        let evidence = Evidence {
            answers: &[answer(single)],
            known,
            ..Evidence::new(std::slice::from_ref(root), AT - Duration::days(3))
        };
        answer_status(&office.leaf, root, root, &evidence, &mut Budget::default())
    };
    assert!(good(of_past(&single, AT)));
    assert!(not_current(of_past(&single, AT - Duration::days(1))));
    let ended = SingleDraft { this_update: TO + Duration::days(1), next_update: None, ..single };
    assert!(not_current(of_past(&ended, TO + Duration::days(2))));
}

#[test]
fn the_newest_answer_decides_and_an_unknown_one_says_nothing() {
    let office = office();
    let by = |status, hours| {
        let this_update = AT - Duration::hours(hours);
        office.root.answer(&[SingleDraft { this_update, ..office.single(status) }], None)
    };
    let is_good = |answers: &[Answer]| match office.status(answers, AT) {
        Status::Good { .. } => true,
        Status::Revoked(_) => false,
        Status::Unknown(reason) => panic!("{reason}"),
    };
    assert!(is_good(&[by(revoked(), 3), by(CertStatus::Good, 2)]));
    assert!(!is_good(&[by(CertStatus::Good, 3), by(revoked(), 2)]));
    assert!(!is_good(&[by(CertStatus::Good, 2), by(revoked(), 2)]));
    assert!(is_good(&[by(CertStatus::Unknown, 1), by(CertStatus::Good, 2)]));
}

#[test]
fn who_may_answer() {
    let office = office();
    let single = [office.single(CertStatus::Good)];
    let signer = UnknownStatus::Signer;
    // Its own key, but not for OCSP; the right purpose, but from another authority of that name.
    let clerk = office.root.issue_as(&Wish { serial: 8, ..Wish::new(&Profile::Staff, "Other") });
    office.unknown(clerk.answer(&single, None), &signer);
    let stranger = Entity::root(&KeyKind::Sm2, "Root");
    office.unknown(stranger.answer(&single, None), &signer);
    office.unknown(stranger.issue(&Profile::OcspResponder, "R").answer(&single, None), &signer);
    // Below an authority below: not issued directly.
    let ca = office.root.issue(&Profile::Ca { path_len: 0 }, "Ca");
    office.unknown(ca.issue(&Profile::OcspResponder, "R").answer(&single, None), &signer);
    // A delegate whose time had not come.
    let wish = Wish { from: AT, ..Wish::new(&Profile::OcspResponder, "R") };
    office.unknown(office.root.issue_as(&wish).answer(&single, None), &signer);
    // A responder of the configuration answers for everybody.
    let root = &office.root.certificate;
    let evidence = Evidence {
        answers: &[stranger.answer(&single, None)],
        responders: std::slice::from_ref(&stranger.certificate),
        ..Evidence::new(std::slice::from_ref(root), AT)
    };
    let status = answer_status(&office.leaf, root, root, &evidence, &mut Budget::default());
    assert!(matches!(status, Status::Good { .. }));
    // Without anything, nothing is known.
    assert_eq!(office.status(&[], AT), Status::Unknown(UnknownStatus::NoList));
    // The work is bounded.
    let mut little = Budget { signatures: 1, ..Budget::default() };
    let answers = [office.delegate.answer(&single, None)];
    let evidence = Evidence { answers: &answers, ..Evidence::new(&[], AT) };
    let status = answer_status(&office.leaf, root, root, &evidence, &mut little);
    assert!(matches!(status, Status::Unknown(UnknownStatus::Exhausted(_))));
}

/// Without `nocheck` a list must say that the delegate is good.
#[test]
fn a_delegate_that_may_be_revoked() {
    let office = office();
    // The profile writes nocheck: here it becomes an extension that nobody knows.
    let mut tbs = office.delegate.certificate.tbs().to_vec();
    let nocheck = crate::oid::OCSP_NO_CHECK;
    let len = nocheck.content().len();
    let place = tbs.windows(len).position(|part| part == nocheck.content()).expect("nocheck");
    tbs[place + len - 1] = 0x7f;
    let key = PrivateKey::from_pkcs8(&office.delegate.key.to_pkcs8()).expect("a key");
    let delegate = Entity { key, certificate: resigned(&tbs, &office.root) };
    let answers = [delegate.answer(&[office.single(CertStatus::Good)], None)];
    assert_eq!(office.status(&answers, AT), Status::Unknown(UnknownStatus::Signer));
    let root = &office.root.certificate;
    let with_list = |list| {
        let lists = [list];
        let evidence = Evidence {
            answers: &answers,
            lists: &lists,
            ..Evidence::new(std::slice::from_ref(root), AT)
        };
        answer_status(&office.leaf, root, root, &evidence, &mut Budget::default())
    };
    assert!(matches!(with_list(office.root.list(&[])), Status::Good { .. }));
    let entry = crate::x509::crl::Revoked {
        serial: vec![7],
        at: REVOKED,
        reason: Reason::KeyCompromise,
        invalid_since: None,
    };
    let listed = with_list(office.root.list(&[entry]));
    assert_eq!(listed, Status::Unknown(UnknownStatus::Signer));
}

fn resigned(tbs: &[u8], by: &Entity) -> Certificate {
    use crate::der::write;
    let algorithm = by.key.default_suite().algorithm_identifier();
    let signature = write::bit_string(&sign(&by.key, tbs));
    Certificate::parse(&write::sequence(&[tbs, &algorithm, &signature])).expect("a certificate")
}

#[test]
fn refusals_and_what_is_no_answer() {
    for (_, one, _) in Refusal::ALL {
        assert_eq!(Answer::parse(&refusal(one)).err(), Some(OcspError::Refused(one)));
    }
    let answer = office().root.answer(&[office().single(CertStatus::Good)], Some(&[5; 16]));
    assert_eq!(answer.nonce(), Some(&[5; 16][..]));
    assert!(Answer::parse(&[answer.der(), &[0]].concat()).is_err());
    assert!(Answer::parse(&vec![0x30; ANSWER_BYTES_MAX + 1]).is_err());
    let draft = AnswerDraft {
        responder: &office().root.certificate,
        carried: false,
        suite: office().root.key.default_suite(),
        produced_at: AT,
        singles: &[],
        nonce: None,
    };
    assert_eq!(prepare(&draft), Err(AnswerError::Empty));
    let single = SingleDraft {
        next_update: Some(AT - Duration::days(1)),
        ..office().single(CertStatus::Good)
    };
    assert_eq!(prepare(&AnswerDraft { singles: &[single], ..draft }), Err(AnswerError::Updates));
}

/// No byte of an answer can be changed so that it still says something else than it did.
#[test]
fn no_flipped_byte_changes_what_is_said() {
    let good = office().delegate.answer(&[office().single(CertStatus::Good)], None);
    for at in 0..good.der().len() {
        let mut changed = good.der().to_vec();
        changed[at] ^= 0x21;
        let Ok(answer) = Answer::parse(&changed) else { continue };
        let status = office().status(&[answer], AT);
        assert!(matches!(status, Status::Unknown(_)), "byte {at}: {status:?}");
    }
}

fn openssl(name: &str) -> bool {
    let present = Command::new("openssl").arg("version").output().is_ok();
    if !present {
        shared::skip(name, "openssl is absent");
    }
    present
}

struct Said {
    text: String,
    folder: tempfile::TempDir,
}

/// Runs `openssl ocsp` in a folder with the office's files.
fn ocsp(office: &Office, files: &[(&str, &[u8])], arguments: &[&str]) -> Said {
    let folder = tempfile::tempdir().expect("a folder");
    let key = crate::x509::to_pem("PRIVATE KEY", &office.delegate.key.to_pkcs8());
    let pems = [
        ("root.pem", office.root.certificate.to_pem()),
        ("leaf.pem", office.leaf.to_pem()),
        ("responder.pem", office.delegate.certificate.to_pem()),
        ("responder.key", key),
    ];
    let pems = pems.iter().map(|(name, text)| (*name, text.as_bytes()));
    for (name, bytes) in pems.chain(files.iter().copied()) {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let output = Command::new("openssl")
        .arg("ocsp")
        .args(arguments)
        .current_dir(folder.path())
        .output()
        .expect("openssl runs");
    let all = [output.stdout, output.stderr].concat();
    Said { text: String::from_utf8_lossy(&all).into_owned(), folder }
}

#[test]
fn openssl_reads_our_answers() {
    if !openssl("openssl_reads_our_answers") {
        return;
    }
    for kind in [KeyKind::P256, KeyKind::Rsa { bits: 2048 }] {
        let office = Office::of(&kind);
        for (by, status, word) in [
            (&office.root, CertStatus::Good, "good"),
            (&office.delegate, revoked(), "Reason: keyCompromise"),
        ] {
            // openssl looks at the clock.
            let next_update = Some(TO - Duration::days(1));
            let single = SingleDraft { next_update, ..office.single(status) };
            let answer = by.answer(&[single], None);
            let arguments = [
                "-respin",
                "answer.der",
                "-issuer",
                "root.pem",
                "-cert",
                "leaf.pem",
                "-CAfile",
                "root.pem",
            ];
            let said = ocsp(&office, &[("answer.der", answer.der())], &arguments);
            let text = &said.text;
            assert!(text.contains("Response verify OK") && text.contains(word), "{kind}: {text}");
            assert!(!text.contains("WARNING: Status times"), "{kind}: {text}");
        }
    }
}

#[test]
fn openssl_answers_our_questions() {
    if !openssl("openssl_answers_our_questions") {
        return;
    }
    for kind in [KeyKind::P256, KeyKind::Rsa { bits: 2048 }] {
        let office = Office::of(&kind);
        for (row, expected) in [
            ("V\t300101000000Z\t\t03\tunknown\t/CN=Clerk\n", "good"),
            ("R\t300101000000Z\t260105120000Z,keyCompromise\t03\tunknown\t/CN=Clerk\n", "revoked"),
            ("V\t300101000000Z\t\t04\tunknown\t/CN=Other\n", "unknown"),
        ] {
            let asked = request(&[office.id(IdDigest::Sha1)], Some(&[7; 32]));
            let arguments = [
                "-index",
                "index.txt",
                "-CA",
                "root.pem",
                "-rsigner",
                "responder.pem",
                "-rkey",
                "responder.key",
                "-reqin",
                "asked.der",
                "-respout",
                "answer.der",
                "-ndays",
                "2",
            ];
            let files = [("index.txt", row.as_bytes()), ("asked.der", &asked[..])];
            let said = ocsp(&office, &files, &arguments);
            let answer = std::fs::read(said.folder.path().join("answer.der")).expect(&said.text);
            let answer = Answer::parse(&answer).expect("an answer");
            assert_eq!(answer.nonce(), Some(&[7; 32][..]));
            let at = answer.singles()[0].this_update + Duration::hours(1);
            match (office.status(&[answer], at), expected) {
                (Status::Good { .. }, "good") => {}
                (Status::Unknown(UnknownStatus::NotIssued), "unknown") => {}
                (Status::Revoked(found), "revoked") => {
                    assert_eq!((found.at, found.reason), (REVOKED, Some(Reason::KeyCompromise)));
                }
                (other, _) => panic!("{kind}, {expected}: {other:?}"),
            }
        }
    }
}

mod properties {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn damaged_messages_do_not_panic(at in any::<prop::sample::Index>(), byte in any::<u8>(), question in any::<bool>()) {
            static MESSAGES: std::sync::OnceLock<[Vec<u8>; 2]> = std::sync::OnceLock::new();
            let messages = MESSAGES.get_or_init(|| {
                let office = office();
                let answer = office.delegate.answer(&[office.single(revoked())], Some(&[1; 8]));
                [answer.der().to_vec(), request(&[office.id(IdDigest::Sha1)], Some(&[1; 8]))]
            });
            let mut damaged = messages[usize::from(question)].clone();
            let at = at.index(damaged.len());
            damaged[at] = byte;
            let _ = (Answer::parse(&damaged), Answer::parse_basic(&damaged), OcspRequest::parse(&damaged));
        }
    }
}
