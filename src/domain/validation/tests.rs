mod archive;
mod nonces;
mod pdf;
mod pki;
mod revocation;
mod samples;
mod stamps;
mod steps;
mod trust_list;
mod variants;

use super::*;
use formats::cms;
use formats::examine::{FileFacts, Payload, examine};
use formats::pdf::Limits;
use formats::ses::{Edition, ExtensionFact, Listing, SealSignatureFacts};
use pki::*;
use proptest::prelude::*;
use time::OffsetDateTime;
use time::macros::datetime;

const DOCUMENT: &[u8] = b"a license";

fn facts(bytes: &[u8], original: Option<&[u8]>) -> FileFacts {
    examine(bytes, original, &Limits::default())
}

/// The outcome, and every check that failed or is unknown with its code.
fn summary(report: &Report) -> String {
    let open = |one: &&CheckReport| matches!(one.result, CheckResult::Fail | CheckResult::Unknown);
    let reasons = report
        .all_checks()
        .filter(open)
        .map(|one| format!(" {}={}", one.check.name, one.code.map_or("none", Code::name)));
    std::iter::once(report.outcome.to_string()).chain(reasons).collect()
}

#[track_caller]
fn check(facts: &FileFacts, policy: &Policy, at: OffsetDateTime, expected: &str) {
    assert_eq!(summary(&judge(facts, policy, at)), expected);
}

/// A seal signature over [`DOCUMENT`], judged with it.
#[track_caller]
fn check_sealed(case: SealCase, sealed_at: OffsetDateTime, looked: OffsetDateTime, expected: &str) {
    let bytes = sealed(&seal(case, b"picture"), &[DOCUMENT], sealed_at, None);
    check(&facts(&bytes, Some(DOCUMENT)), &policy(), looked, expected);
}

#[test]
fn a_seal_signature_in_order() {
    for edition in [Edition::V4, Edition::V5] {
        check_sealed(SealCase { edition, ..SealCase::default() }, SEALED, LOOKED, "VALID");
    }
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let report = judge(&facts(&bytes, Some(DOCUMENT)), &policy(), LOOKED);
    let [one] = &report.signatures[..] else { panic!("one signature") };
    assert_eq!((one.form, one.suite.as_deref()), (Form::Sm2Seal, Some("SM2-SM3")));
    assert_eq!((one.valid_at_signing, one.valid_now), (Outcome::Valid, Outcome::Valid));
    assert_eq!(one.claimed_time, Some(SEALED));
    let seal = one.seal.as_ref().expect("a seal");
    assert_eq!(seal.name, "示例市市场监督管理局电子证照专用章");
    let maker = seal.maker.as_ref().and_then(|maker| maker.common_name.as_deref());
    assert_eq!(maker, Some("示例市印章管理中心"));
    assert_eq!(report.reason(), None);
}

#[test]
fn another_document_or_none() {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let other = facts(&bytes, Some(b"another license"));
    check(&other, &policy(), LOOKED, "INVALID integrity=digest_mismatch");
    let none = facts(&bytes, None);
    check(&none, &policy(), LOOKED, "INDETERMINATE integrity=original_missing");
}

#[test]
fn anchors_are_configured_and_for_a_purpose() {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let facts = facts(&bytes, Some(DOCUMENT));
    let both = "INDETERMINATE seal_maker_path=certificate_untrusted \
                certificate_path=certificate_untrusted";
    check(&facts, &Policy::new(Vec::new()), LOOKED, both);
    let only = |purpose| {
        let certificate = world().gm_root.certificate.clone();
        Policy::new(vec![Anchor::new(certificate, &[purpose])])
    };
    let maker = "INDETERMINATE seal_maker_path=anchor_not_entitled";
    check(&facts, &only(Purpose::Sealer), LOOKED, maker);
    let sealer = "INDETERMINATE certificate_path=anchor_not_entitled";
    check(&facts, &only(Purpose::SealMaker), LOOKED, sealer);
    check(
        &facts,
        &only(Purpose::DocumentSigner),
        LOOKED,
        "INDETERMINATE seal_maker_path=anchor_not_entitled certificate_path=anchor_not_entitled",
    );
}

#[test]
fn periods_at_signing_and_now() {
    let case = SealCase::default();
    let after_seal = SEAL_TO + time::Duration::days(1);
    check_sealed(case, SEALED, after_seal, "INDETERMINATE validity_now=signing_time_not_proven");
    let early = SEAL_FROM - time::Duration::days(1);
    check_sealed(case, early, LOOKED, "INVALID seal_period=seal_not_yet_valid");
    let late = SealCase { to: SEALED - time::Duration::seconds(1), ..case };
    check_sealed(
        late,
        SEALED,
        LOOKED,
        "INVALID seal_period=seal_expired validity_now=signing_time_not_proven",
    );
    let long = SealCase { to: datetime!(2040-01-01 00:00 UTC), ..case };
    let after_leaf = LEAF_TO + time::Duration::days(1);
    check_sealed(long, SEALED, after_leaf, "INDETERMINATE validity_now=signing_time_not_proven");
    check_sealed(
        long,
        after_leaf,
        after_leaf,
        "INVALID certificate_path=certificate_expired_at_signing \
         signing_time=certificate_expired_at_signing validity_now=signing_time_not_proven",
    );
    check_sealed(
        long,
        SEALED,
        SEALED - time::Duration::hours(1),
        "INDETERMINATE signing_time=signing_time_in_future",
    );
}

#[test]
fn valid_when_signed_is_told_apart_from_valid_now() {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let later = judge(&facts(&bytes, Some(DOCUMENT)), &policy(), SEAL_TO + time::Duration::days(1));
    let one = &later.signatures[0];
    assert_eq!((one.valid_at_signing, one.valid_now), (Outcome::Valid, Outcome::Indeterminate));
}

#[test]
fn a_seal_made_before_its_maker_had_a_certificate() {
    let created = LEAF_FROM - time::Duration::days(30);
    let case = SealCase { created, from: created, ..SealCase::default() };
    let asked = SealCase { edition: Edition::V5, ..case };
    let failed = "INVALID seal_made=seal_made_outside_certificate \
                  seal_maker_path=certificate_not_yet_valid_at_signing";
    check_sealed(asked, SEALED, LOOKED, failed);
    // GB/T 38540 asks for a certificate that is valid, not for one that was valid on that day.
    check_sealed(case, SEALED, LOOKED, "VALID");
    let bytes = sealed(&seal(case, b"picture"), &[DOCUMENT], SEALED, None);
    let report = judge(&facts(&bytes, Some(DOCUMENT)), &policy(), LOOKED);
    let remark = report.all_checks().find(|one| one.check.name == "seal_made");
    assert_eq!(remark.and_then(|one| one.code), Some(Code::SealMadeOutsideCertificate));
    // Nor was it used before then.
    let early = LEAF_FROM - time::Duration::days(1);
    check_sealed(
        case,
        early,
        LOOKED,
        "INVALID seal_made=seal_made_outside_certificate \
         certificate_path=certificate_not_yet_valid_at_signing \
         signing_time=certificate_not_yet_valid_at_signing",
    );
}

/// Facts of a good seal signature with one thing made wrong.
#[track_caller]
fn check_wrong(change: impl FnOnce(&mut SealSignatureFacts), expected: &str) {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let mut facts = facts(&bytes, Some(DOCUMENT));
    let one = &mut facts.signatures.as_mut().expect("signatures")[0];
    let Payload::Ses(ses) = &mut one.payload else { panic!("a seal signature") };
    change(ses);
    check(&facts, &policy(), LOOKED, expected);
}

#[test]
fn one_thing_wrong() {
    check_wrong(|_| {}, "VALID");
    check_wrong(
        |facts| facts.listing = Listing::Absent,
        "INVALID signer_in_seal=signer_not_in_seal",
    );
    check_wrong(|facts| facts.version = 5, "INVALID version=version_mismatch");
    check_wrong(|facts| facts.edition = Edition::V5, "INVALID version=version_mismatch");
    check_wrong(
        |facts| {
            let id = formats::oid::SM3;
            facts.extensions.push(ExtensionFact { id, critical: true });
        },
        "INDETERMINATE critical_extensions=critical_extension_unknown",
    );
    check_wrong(
        |facts| {
            let id = formats::oid::SM3;
            facts.seal.extensions.push(ExtensionFact { id, critical: false });
        },
        "VALID",
    );
}

#[test]
fn a_stolen_seal() {
    // The stranger builds what the honest program refuses to build.
    let seal = seal(SealCase::default(), b"picture");
    let good = sealed(&seal, &[DOCUMENT], SEALED, None);
    let outer = formats::der::Reader::only(&good, 0x30).expect("a signature");
    let to_sign = outer.reader().any().expect("TBS_Sign").raw().to_vec();
    let stranger = &world().stranger;
    let stolen = formats::der::write::sequence(&[
        &to_sign,
        &formats::der::write::octet_string(stranger.certificate.der()),
        &formats::der::write::oid(&formats::oid::SM2_WITH_SM3),
        &formats::der::write::bit_string(&stranger.sign(&to_sign)),
    ]);
    check(
        &facts(&stolen, Some(DOCUMENT)),
        &policy(),
        LOOKED,
        "INVALID signer_in_seal=signer_not_in_seal",
    );
}

#[test]
fn a_seal_by_itself() {
    let bytes = seal(SealCase::default(), b"picture");
    check(&facts(&bytes, None), &policy(), LOOKED, "VALID");
    let late = SEAL_TO + time::Duration::days(1);
    check(&facts(&bytes, None), &policy(), late, "INVALID seal_period=seal_expired");
    let untrusted = "INDETERMINATE seal_maker_path=certificate_untrusted";
    check(&facts(&bytes, None), &Policy::new(Vec::new()), LOOKED, untrusted);
}

#[test]
fn signed_messages() {
    let bytes = pades(&[DOCUMENT], None);
    check(&facts(&bytes, Some(DOCUMENT)), &policy(), LOOKED, "VALID");
    let late = LEAF_TO + time::Duration::days(1);
    check(
        &facts(&bytes, Some(DOCUMENT)),
        &policy(),
        late,
        "INDETERMINATE certificate_path=signing_time_not_proven \
         validity_now=signing_time_not_proven",
    );
    check(&facts(&bytes, Some(b"other")), &policy(), LOOKED, "INVALID integrity=digest_mismatch");
    let sealer = &world().sealer;
    let content = cms::GmContent::Attached(DOCUMENT);
    let draft = cms::GmDraft { signer: &sealer.certificate, chain: &[], content };
    let prepared = cms::prepare_gm(&draft).expect("a message");
    let bytes = prepared.complete(&sealer.sign(prepared.message()), None);
    check(&facts(&bytes, None), &policy(), LOOKED, "VALID");
    check(&facts(&bytes, Some(DOCUMENT)), &policy(), LOOKED, "VALID");
    check(&facts(&bytes, Some(b"other")), &policy(), LOOKED, "INVALID integrity=digest_mismatch");
}

/// A certificate of the test PKI.
fn of_test_pki(role: &str) -> formats::x509::Certificate {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../certs-test");
    let pem = std::fs::read_to_string(format!("{folder}/{role}/certificate.pem")).expect("a file");
    formats::x509::Certificate::from_pem(&pem).expect("a certificate")
}

#[test]
fn keys_weaker_than_the_policy_asks() {
    use formats::algorithm::PublicKey;
    use formats::der::{Reader, tag, write};
    let [root, ca, leaf] = ["root-rsa", "ca-rsa", "document-signer-p256"].map(of_test_pki);
    let mut policy = Policy::new(vec![Anchor::new(root.clone(), &Purpose::ALL)]);
    policy.intermediates.push(ca);
    let at = datetime!(2026-06-01 0:00 UTC);
    check(&facts(leaf.der(), None), &policy, at, "VALID");
    policy.rsa_bits_min = 3072;
    let weak = "INDETERMINATE certificate_path=algorithm_not_allowed";
    check(&facts(leaf.der(), None), &policy, at, weak);
    // The same modulus with e = 3 is read, and not believed.
    let key = root.public_key().expect("a key");
    let numbers = Reader::only(key.subject_public_key(), tag::SEQUENCE).expect("two numbers");
    let modulus = numbers.reader().any().expect("a modulus").raw();
    let small = write::bit_string(&write::sequence(&[modulus, &write::integer(3)]));
    let algorithm = write::sequence(&[&write::oid(&formats::oid::RSA_ENCRYPTION), &write::null()]);
    let small = PublicKey::from_spki(&write::sequence(&[&algorithm, &small])).expect("a key");
    assert_eq!((key.rsa_exponent(), small.rsa_exponent()), (Some(65_537), Some(3)));
    let policy = Policy::new(Vec::new());
    assert!(policy.allows(key) && !policy.allows(&small));
}

#[test]
fn certificates_and_unknown_files() {
    let certificate = world().sealer.certificate.der();
    check(&facts(certificate, None), &policy(), LOOKED, "VALID");
    let late = LEAF_TO + time::Duration::days(1);
    check(
        &facts(certificate, None),
        &policy(),
        late,
        "INVALID certificate_path=certificate_expired validity_now=certificate_expired",
    );
    let unsupported = "INDETERMINATE file_format=unsupported_format";
    check(&facts(b"GIF89a", None), &policy(), LOOKED, unsupported);
    check(&facts(b"", None), &policy(), LOOKED, unsupported);
    let broken = "INDETERMINATE file_format=unreadable";
    check(&facts(b"%PDF-1.7 nothing else", None), &policy(), LOOKED, broken);
}

/// Every byte of a bare seal signature, flipped, takes away its validity.
#[test]
fn no_flipped_byte_stays_valid() {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    for at in 0..bytes.len() {
        // Inside certificates each byte costs a path search; some stand for all.
        if (60..bytes.len() - 160).contains(&at) && at % 23 != 0 {
            continue;
        }
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let report = judge(&facts(&changed, Some(DOCUMENT)), &policy(), LOOKED);
        assert_ne!(report.outcome, Outcome::Valid, "byte {at}");
    }
}

/// Every byte of a bare signed message, flipped, takes away its validity.
#[test]
fn no_flipped_byte_of_a_message_stays_valid() {
    let bytes = pades(&[DOCUMENT], None);
    for at in (0..bytes.len()).step_by(3) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x20;
        let report = judge(&facts(&changed, Some(DOCUMENT)), &policy(), LOOKED);
        assert_ne!(report.outcome, Outcome::Valid, "byte {at}");
    }
}

proptest! {
    /// Whatever is made of a signature's bytes, there is an answer and no panic.
    #[test]
    fn there_is_always_an_answer(cuts in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..8), message in any::<bool>()) {
        let mut bytes = match message {
            true => pades(&[DOCUMENT], None),
            false => sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None),
        };
        for (at, byte) in cuts {
            let at = usize::from(at) % bytes.len();
            match byte % 3 {
                0 => bytes[at] = byte,
                1 => bytes.truncate(at.max(1)),
                _ => bytes.insert(at, byte),
            }
        }
        let report = judge(&facts(&bytes, None), &policy(), LOOKED);
        prop_assert_ne!(report.outcome, Outcome::Valid);
    }


    /// Adding a failed check never makes anything better, adding an unknown never makes it valid.
    #[test]
    fn the_outcome_is_monotone(results in proptest::collection::vec(0usize..5, 0..20), at in 0usize..20) {
        const RESULTS: [CheckResult; 5] = [
            CheckResult::Pass, CheckResult::Fail, CheckResult::Unknown,
            CheckResult::Skipped, CheckResult::NotApplicable,
        ];
        let report = |result: CheckResult, index: usize| {
            let finding = Finding { result, ..Finding::pass() };
            CheckReport::new(CHECKS[index % CHECKS.len()], finding)
        };
        let mut checks: Vec<CheckReport> =
            results.iter().enumerate().map(|(index, one)| report(RESULTS[*one], index)).collect();
        let before = Outcome::of(&checks);
        let at = at.min(checks.len());
        checks.insert(at, report(CheckResult::Unknown, at));
        let open = Outcome::of(&checks);
        prop_assert_ne!(open, Outcome::Valid);
        prop_assert!(before != Outcome::Invalid || open == Outcome::Invalid);
        checks.insert(at, report(CheckResult::Fail, at));
        prop_assert_eq!(Outcome::of(&checks), Outcome::Invalid);
    }
}

#[test]
fn nothing_checked_is_not_valid() {
    assert_eq!(Outcome::of([]), Outcome::Indeterminate);
}
