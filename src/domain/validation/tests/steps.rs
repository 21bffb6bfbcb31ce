//! Every step of the seal standards, each with what fails it.

use super::*;
use formats::algorithm::{AlgorithmError, Digest, KeyKind};
use formats::der::tag;
use formats::proof::{SignatureFact, Undecidable};
use formats::x509::crl::Reason;
use std::collections::BTreeSet;
use time::Duration;

const DAY: Duration = Duration::days(1);

/// The steps that a file names.
fn steps(facts: &FileFacts, policy: &Policy, at: OffsetDateTime) -> Vec<&'static str> {
    let report = judge(facts, policy, at);
    report.signatures.iter().flat_map(|one| &one.checks).filter_map(|check| check.step).collect()
}

/// Steps that were named in this test, so that none is forgotten.
#[derive(Default)]
struct Named(BTreeSet<&'static str>);

impl Named {
    #[track_caller]
    fn check(&mut self, facts: &FileFacts, policy: &Policy, expected: &[&'static str]) {
        assert_eq!(steps(facts, policy, LOOKED), expected);
        self.0.extend(expected);
    }

    /// A bare seal.
    #[track_caller]
    fn seal(&mut self, bytes: &[u8], policy: &Policy, expected: &[&'static str]) {
        self.check(&facts(bytes, None), policy, expected);
    }

    /// A seal signature over [`DOCUMENT`].
    #[track_caller]
    fn sealed(&mut self, bytes: &[u8], policy: &Policy, expected: &[&'static str]) {
        self.check(&facts(bytes, Some(DOCUMENT)), policy, expected);
    }

    /// A seal signature in order with one fact made wrong.
    #[track_caller]
    fn wrong(&mut self, change: impl FnOnce(&mut SealSignatureFacts), expected: &'static str) {
        let mut facts = facts(&good(), Some(DOCUMENT));
        let one = &mut facts.signatures.as_mut().expect("signatures")[0];
        let Payload::Ses(ses) = &mut one.payload else { panic!("a seal signature") };
        change(ses);
        self.check(&facts, &policy(), &[expected]);
    }
}

fn good() -> Vec<u8> {
    sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None)
}

/// With one part of the bytes replaced.
fn changed(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = bytes.windows(from.len()).position(|part| part == from).expect("it is there");
    [&bytes[..at], to, &bytes[at + from.len()..]].concat()
}

fn revoking(serial: u8, at: OffsetDateTime) -> Policy {
    let revoked = Some((serial, at, None));
    let list = ListCase { revoked, reason: Reason::Superseded, ..ListCase::default() };
    let revocation = Revocation { lists: vec![crl(list)], ..Revocation::default() };
    Policy { revocation, ..policy() }
}

fn only(purpose: Purpose) -> Policy {
    Policy::new(vec![Anchor::new(world().gm_root.certificate.clone(), &[purpose])])
}

#[test]
fn every_step_is_named() {
    let mut named = Named::default();
    let case = SealCase::default();
    let plain = seal(case, b"picture");
    let policy = policy();
    named.seal(&plain, &policy, &[]);
    named.sealed(&good(), &policy, &[]);

    named.seal(&changed(&plain, b"20260101000000Z", b"20261301000000Z"), &policy, &["SealFormat"]);
    named.seal(&changed(&plain, b"YINZHENG", b"yinzheng"), &policy, &["SealSignature"]);
    let early = SealCase { created: LEAF_FROM - DAY, edition: Edition::V5, ..case };
    let expired = ["SealMakeTime", "MakerCertExpired"];
    named.seal(&seal(early, b"picture"), &policy, &expired);
    let by_stamper = SealCase { maker: |world| &world.stamper, ..case };
    named.seal(&seal(by_stamper, b"picture"), &policy, &["MakerCertKeyUsage"]);
    named.seal(&plain, &only(Purpose::Sealer), &["MakerCertChain"]);
    named.seal(&plain, &revoking(3, SEAL_FROM - DAY), &["MakerCertRevoked"]);
    let over = SealCase { to: LOOKED - DAY, ..case };
    named.seal(&seal(over, b"picture"), &policy, &["SealExpired"]);
    let coming = SealCase { from: LOOKED + DAY, to: SEAL_TO, ..case };
    named.seal(&seal(coming, b"picture"), &policy, &["SealNotYetValid"]);
    let stamped = |at| stamped_seal(case, &move |value: &[u8]| stamp(value, at, &world().stamper));
    named.seal(&stamped(SEAL_FROM - DAY), &policy, &["SealTimestampOrder"]);
    let other = stamped_seal(case, &|_: &[u8]| stamp(b"other", SEAL_FROM, &world().stamper));
    named.seal(&other, &policy, &["SealTimestamp"]);
    named.sealed(&sealed(&other, &[DOCUMENT], SEALED, None), &policy, &["SealTimestamp"]);

    let at = b"20260302011504Z";
    let hash = [&[tag::BIT_STRING, 33, 0][..], &Digest::Sm3.hash(&[DOCUMENT])].concat();
    let bits = [&[tag::BIT_STRING, 33, 1][..], &hash[3..]].concat();
    named.sealed(&changed(&good(), &hash, &bits), &policy, &["SigFormat"]);
    named.sealed(&changed(&good(), at, b"20260302011505Z"), &policy, &["SigValue"]);
    named.sealed(&good(), &only(Purpose::SealMaker), &["SignerCertChain"]);
    named.wrong(
        |facts| facts.signer = Ok(world().stamper.certificate.clone()),
        "SignerCertKeyUsage",
    );
    let long = SealCase { to: datetime!(2040-01-01 00:00 UTC), ..case };
    let late = sealed(&seal(long, b"picture"), &[DOCUMENT], LEAF_FROM - DAY, None);
    let outside = ["SignTimeOutsideCert", "SignTimeOutsideCert", "SignTimeOutsideSeal"];
    named.sealed(&late, &policy, &outside);
    named.sealed(&good(), &revoking(4, SEALED - DAY), &["SignerCertRevokedBefore"]);
    let by_authority = |value: &[u8]| stamp(value, SEALED, &world().stamper);
    let proven = sealed(&plain, &[DOCUMENT], SEALED, Some(&by_authority));
    named.sealed(&proven, &revoking(4, SEALED + DAY), &["SignerCertRevokedAfter"]);
    named.check(&facts(&good(), Some(b"another")), &policy, &["DataHash"]);
    named.wrong(|facts| facts.listing = Listing::Absent, "SignerNotInSeal");
    let elsewhere = |_: &[u8]| stamp(b"other", SEALED, &world().stamper);
    let elsewhere = sealed(&plain, &[DOCUMENT], SEALED, Some(&elsewhere));
    named.sealed(&elsewhere, &policy, &["SigTimestamp"]);
    let mismatch = AlgorithmError::KeyMismatch { algorithm: "RSA".into(), key: KeyKind::Sm2 };
    named.wrong(
        |facts| facts.signature = SignatureFact::Undecidable(Undecidable::Algorithm(mismatch)),
        "AlgorithmMismatch",
    );
    named.wrong(|facts| facts.version = 5, "VersionMismatch");

    let printed = super::super::checks::steps_markdown();
    let all: BTreeSet<&str> =
        printed.lines().skip(2).filter_map(|line| line.split('`').nth(1)).collect();
    assert_eq!(named.0, all, "a step that nothing here fails");
}

/// What is no seal has no such steps.
#[test]
fn signed_messages_have_no_steps() {
    let message = facts(&pades(&[DOCUMENT], None), Some(b"another"));
    assert_eq!(steps(&message, &policy(), LOOKED), Vec::<&str>::new());
}

/// A seal that names its signers by digest (`certListType` 2).
#[test]
fn signers_listed_by_digest() {
    let case = SealCase { by_digest: true, ..SealCase::default() };
    let bytes = sealed(&seal(case, b"picture"), &[DOCUMENT], SEALED, None);
    check(&facts(&bytes, Some(DOCUMENT)), &policy(), LOOKED, "VALID");
}
