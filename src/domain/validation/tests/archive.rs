//! Files that carry what their validation needs (PAdES B-LT and B-LTA): judged years later, when
//! certificates have ended and lists are out of date.

use super::pdf::{plain_pdf, request};
use super::*;
use formats::pdf::Material;
use formats::pdf::sign::{SignatureKind, SignatureMaterial, add_material, prepare};
use formats::x509::crl::Reason;
use formats::x509::ocsp::CertStatus;
use time::Duration;

const STAMPED: OffsetDateTime = datetime!(2026-03-02 01:16 UTC);
/// After the end of the signer's certificate, before that of the time-stamp authority.
const YEARS_LATER: OffsetDateTime = datetime!(2030-01-01 00:00 UTC);
/// After both.
const LONG_AFTER: OffsetDateTime = datetime!(2036-01-01 00:00 UTC);

/// B-T: signed, and stamped while signing.
fn stamped_pdf() -> Vec<u8> {
    let request = request("Signature1", SignatureKind::Pades, None);
    let plain = plain_pdf();
    let prepared = prepare(&plain, &request, &Limits::default()).expect("a revision");
    let by_authority = |value: &[u8]| stamp(value, STAMPED, &world().stamper);
    prepared.complete(&pades(&prepared.covered(), Some(&by_authority))).expect("room")
}

/// The same with lists of both authorities in its store: B-LT.
fn with_lists(file: &[u8], of_signer: ListCase) -> Vec<u8> {
    let World { root, gm_root, .. } = world();
    let of_stamper = ListCase { issued: STAMPED + Duration::hours(1), ..ListCase::default() };
    let lists = [crl_of(root, of_signer), crl_of(gm_root, of_stamper)];
    let crls = lists.iter().map(|list| list.der().to_vec()).collect();
    kept(file, &Material { crls, ..Material::default() })
}

fn kept(file: &[u8], material: &Material) -> Vec<u8> {
    let addition = SignatureMaterial { contents: b"anything", material };
    add_material(file, &[addition], &Limits::default()).expect("added")
}

/// A time stamp over the whole: B-LTA.
fn stamped_over(file: &[u8], at: OffsetDateTime, by: &Party) -> Vec<u8> {
    let mut request = request("Stamp1", SignatureKind::TimeStamp, None);
    request.signing_time = None;
    let prepared = prepare(file, &request, &Limits::default()).expect("a revision");
    let covered = prepared.covered().concat();
    prepared.complete(&stamp(&covered, at, by)).expect("room")
}

fn after(days: i64) -> ListCase {
    ListCase { issued: STAMPED + Duration::days(days), ..ListCase::default() }
}

/// A list of the national authority that is current then.
fn current(at: OffsetDateTime) -> formats::x509::crl::Crl {
    let (issued, next) = (at - Duration::days(1), at + Duration::days(30));
    crl_of(&world().gm_root, ListCase { issued, next, ..ListCase::default() })
}

/// With a current list for the time-stamp authority, and none for the signer.
fn asking(at: OffsetDateTime) -> Policy {
    let revocation = Revocation { lists: vec![current(at)], ..Revocation::default() };
    Policy { revocation, ..policy() }
}

#[track_caller]
fn check_file(file: &[u8], at: OffsetDateTime, expected: &str) {
    check(&facts(file, None), &asking(at), at, expected);
}

#[test]
fn what_the_file_carries_answers_years_later() {
    let signed = stamped_pdf();
    let missing = "INDETERMINATE certificate_revocation=crl_missing";
    check_file(&signed, YEARS_LATER, missing);
    let archived = with_lists(&signed, after(1));
    check_file(&archived, YEARS_LATER, "VALID");
    // Where nothing tells of the time-stamp authority now, the time is not proven.
    let required = Revocation { required: true, ..Revocation::default() };
    let unproven = "INDETERMINATE certificate_revocation=crl_stale \
                    validity_now=signing_time_not_proven";
    let alone = Policy { revocation: required, ..policy() };
    check(&facts(&archived, None), &alone, YEARS_LATER, unproven);
    // A list of before the signature that was current then does as well; one that had run out not.
    let before = ListCase { issued: STAMPED - Duration::days(2), ..ListCase::default() };
    check_file(&with_lists(&signed, before), YEARS_LATER, "VALID");
    let stale = ListCase { next: STAMPED - Duration::hours(1), ..before };
    let open = "INDETERMINATE certificate_revocation=crl_stale";
    check_file(&with_lists(&signed, stale), YEARS_LATER, open);
    // Issued after the certificate had ended, a list is silent about it.
    let late = ListCase {
        issued: LEAF_TO + Duration::days(1),
        next: LEAF_TO + Duration::days(9),
        ..ListCase::default()
    };
    check_file(&with_lists(&signed, late), YEARS_LATER, open);
}

#[test]
fn a_revocation_that_the_file_carries() {
    let signed = stamped_pdf();
    let revoked = |at, reason| ListCase { revoked: Some((6, at, None)), reason, ..after(30) };
    let (earlier, later) = (STAMPED - Duration::days(1), STAMPED + Duration::days(7));
    let list = with_lists(&signed, revoked(later, Reason::KeyCompromise));
    check_file(&list, YEARS_LATER, "VALID");
    let list = with_lists(&signed, revoked(earlier, Reason::KeyCompromise));
    check_file(&list, YEARS_LATER, "INVALID certificate_revocation=certificate_revoked");
}

/// Every year or so the whole is stamped again, with fresh lists below the stamp.
#[test]
fn a_stamp_over_everything_outlives_the_first_authority() {
    let late_stamper = &world().late_stamper;
    let archived = with_lists(&stamped_pdf(), after(1));
    let open = "INDETERMINATE certificate_revocation=crl_stale \
                validity_now=signing_time_not_proven";
    check_file(&archived, LONG_AFTER, open);
    let crls = vec![current(YEARS_LATER).der().to_vec()];
    let fresh = kept(&archived, &Material { crls, ..Material::default() });
    let again = stamped_over(&fresh, YEARS_LATER, late_stamper);
    check_file(&again, LONG_AFTER, "VALID");
    // Without the fresh list nobody knows whether the first authority was good until then.
    let without = stamped_over(&archived, YEARS_LATER, late_stamper);
    let late = "INDETERMINATE certificate_path=signing_time_not_proven \
                validity_now=signing_time_not_proven";
    check_file(&without, LONG_AFTER, late);
}

#[test]
fn answers_in_the_store() {
    let World { root, gm_root, signer, stamper, .. } = world();
    let answers = |status| {
        let all = [answer_of(root, signer, status), answer_of(gm_root, stamper, CertStatus::Good)];
        let ocsp_responses = all.iter().map(|answer| answer.der().to_vec()).collect();
        kept(&stamped_pdf(), &Material { ocsp_responses, ..Material::default() })
    };
    check_file(&answers(CertStatus::Good), YEARS_LATER, "VALID");
    let revoked = CertStatus::Revoked { at: STAMPED - Duration::days(1), reason: None };
    let failed = "INVALID certificate_revocation=certificate_revoked";
    check_file(&answers(revoked), YEARS_LATER, failed);
    let unknown = "INDETERMINATE certificate_revocation=certificate_not_known";
    check_file(&answers(CertStatus::Unknown), YEARS_LATER, unknown);
}
