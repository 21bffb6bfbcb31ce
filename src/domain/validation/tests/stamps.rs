//! Time stamps: what they prove, and what does not count as one.

use super::pdf::{plain_pdf, request};
use super::*;
use formats::pdf::sign::{SignatureKind, prepare};

const STAMPED: OffsetDateTime = datetime!(2026-03-02 01:16 UTC);

fn by_authority(value: &[u8]) -> Vec<u8> {
    stamp(value, STAMPED, &world().stamper)
}

/// A seal signature with a stamp, at a moment when seal and certificates have ended.
#[track_caller]
fn check_stamped(stamp: Stamping<'_>, policy: &Policy, expected: &str) {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, Some(stamp));
    let late = LEAF_TO + time::Duration::days(30);
    check(&facts(&bytes, Some(DOCUMENT)), policy, late, expected);
}

#[test]
fn a_stamp_proves_the_time() {
    let bytes =
        sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, Some(&by_authority));
    let late = LEAF_TO + time::Duration::days(30);
    let report = judge(&facts(&bytes, Some(DOCUMENT)), &policy(), late);
    assert_eq!(summary(&report), "VALID");
    assert_eq!(report.signatures[0].proven_time, Some(STAMPED));
    let message = pades(&[DOCUMENT], Some(&by_authority));
    check(&facts(&message, Some(DOCUMENT)), &policy(), late, "VALID");
}

#[test]
fn what_proves_nothing() {
    let late = "validity_now=signing_time_not_proven";
    let after_all = |_: &[u8]| stamp(b"another value", STAMPED, &world().stamper);
    check_stamped(&after_all, &policy(), &format!("INVALID timestamp=timestamp_invalid {late}"));
    let garbage = |_: &[u8]| vec![1, 2, 3];
    check_stamped(&garbage, &policy(), &format!("INVALID timestamp=timestamp_invalid {late}"));
    // A sealer's certificate is not one for stamping.
    let by_sealer = |value: &[u8]| stamp(value, STAMPED, &world().sealer);
    check_stamped(&by_sealer, &policy(), &format!("INVALID timestamp=timestamp_invalid {late}"));
    let mut others = policy();
    for anchor in &mut others.anchors {
        anchor.purposes.retain(|purpose| *purpose != Purpose::TimeStamper);
    }
    let open = format!("INDETERMINATE timestamp=timestamp_untrusted {late}");
    check_stamped(&by_authority, &others, &open);
    let earlier = |value: &[u8]| stamp(value, SEALED - time::Duration::hours(1), &world().stamper);
    check_stamped(&earlier, &policy(), "INVALID timestamp=timestamp_order");
}

#[test]
fn revoked_after_the_stamp() {
    let bytes =
        sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, Some(&by_authority));
    let with = |at| {
        let list = ListCase { revoked: Some((4, at, None)), ..ListCase::default() };
        let revocation = Revocation { lists: vec![crl(list)], ..Revocation::default() };
        Policy { revocation, ..policy() }
    };
    let found = facts(&bytes, Some(DOCUMENT));
    check(&found, &with(STAMPED + time::Duration::days(1)), LOOKED, "VALID");
    let before = "INVALID certificate_revocation=certificate_revoked";
    check(&found, &with(STAMPED - time::Duration::days(1)), LOOKED, before);
}

#[test]
fn a_stamp_over_a_document() {
    let plain = plain_pdf();
    let stamped = |original: &[u8], field: &str| {
        let mut request = request(field, SignatureKind::TimeStamp, None);
        request.signing_time = None;
        let prepared = prepare(original, &request, &Limits::default()).expect("a revision");
        let covered = prepared.covered().concat();
        prepared.complete(&stamp(&covered, STAMPED, &world().stamper)).expect("room")
    };
    // A stamp alone seals nothing.
    let alone = facts(&stamped(&plain, "Stamp1"), None);
    check(&alone, &policy(), LOOKED, "INDETERMINATE signed=no_signature");
    let signed = pdf::pades_pdf(&plain, "Signature1");
    let late = LEAF_TO + time::Duration::days(30);
    let without = "INDETERMINATE validity_now=signing_time_not_proven";
    check(&facts(&signed, None), &policy(), late, without);
    check(&facts(&stamped(&signed, "Stamp1"), None), &policy(), late, "VALID");
}

/// The seal's own stamp (GM/T 0031-2025, seal step f): it proves that the seal was made in time.
#[test]
fn a_stamp_over_the_seal() {
    let case = SealCase { edition: Edition::V5, ..SealCase::default() };
    let made = |at| move |value: &[u8]| stamp(value, at, &world().stamper);
    let minute = time::Duration::minutes(1);
    let seal = stamped_seal(case, &made(SEAL_FROM + minute));
    check(&facts(&seal, None), &policy(), LOOKED, "VALID");
    let bytes = sealed(&seal, &[DOCUMENT], SEALED, Some(&by_authority));
    check(&facts(&bytes, Some(DOCUMENT)), &policy(), LOOKED, "VALID");
    // The maker was revoked later: with the stamp it is proven that the seal was made before.
    let revoked = |at, reason| {
        let list = ListCase { revoked: Some((3, at, None)), reason, ..ListCase::default() };
        let revocation = Revocation { lists: vec![crl(list)], ..Revocation::default() };
        Policy { revocation, ..policy() }
    };
    let compromised = formats::x509::crl::Reason::KeyCompromise;
    let day = time::Duration::days(1);
    check(&facts(&seal, None), &revoked(SEAL_FROM + day, compromised), LOOKED, "VALID");
    let plain = pki::seal(case, b"picture");
    let open = "INDETERMINATE seal_maker_revocation=revoked_since_unproven";
    check(&facts(&plain, None), &revoked(SEAL_FROM + day, compromised), LOOKED, open);
    // An orderly end leaves seals of this edition valid, even without a stamp (step d).
    let orderly = formats::x509::crl::Reason::Superseded;
    check(&facts(&plain, None), &revoked(SEAL_FROM + day, orderly), LOOKED, "VALID");
    let failed = "INVALID seal_maker_revocation=certificate_revoked";
    check(&facts(&plain, None), &revoked(SEAL_FROM - day, orderly), LOOKED, failed);
    // Made after it was stamped; stamped over something else.
    let early = stamped_seal(case, &made(SEAL_FROM - day));
    check(&facts(&early, None), &policy(), LOOKED, "INVALID timestamp=timestamp_order");
    let other = |_: &[u8]| stamp(b"another value", SEAL_FROM + minute, &world().stamper);
    let other = stamped_seal(case, &other);
    check(&facts(&other, None), &policy(), LOOKED, "INVALID timestamp=timestamp_invalid");
}

/// Bytes of the token are in no signature but its own: each must count all the same.
#[test]
fn no_flipped_byte_of_a_stamped_message_stays_valid() {
    let bytes = pades(&[DOCUMENT], Some(&by_authority));
    for at in (0..bytes.len()).step_by(5) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let late = LEAF_TO + time::Duration::days(30);
        let report = judge(&facts(&changed, Some(DOCUMENT)), &policy(), late);
        assert_ne!(report.outcome, Outcome::Valid, "byte {at}");
    }
}
