//! Revocation: lists and answers, configured and carried; and what a proof of time makes of it.

use super::*;
use crate::digest::Sha256;
use formats::der::{Reader, tag, write};
use formats::x509::crl::{Crl, Reason};
use formats::x509::ocsp::CertStatus;
use time::Duration;

/// The seal signature in order, judged with a list of the authority.
#[track_caller]
fn check_revocation(list: ListCase, expected: &str) {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let policy = Policy {
        revocation: Revocation {
            lists: vec![crl(list)],
            age_max: list.age_max,
            ..Revocation::default()
        },
        ..policy()
    };
    check(&facts(&bytes, Some(DOCUMENT)), &policy, LOOKED, expected);
}

#[test]
fn revocation_by_lists() {
    let good = ListCase::default();
    check_revocation(good, "VALID");
    let revoked = |serial, at| ListCase { revoked: Some((serial, at, None)), ..good };
    let (before, after) = (SEALED - time::Duration::days(1), SEALED + time::Duration::days(1));
    let failed = "INVALID certificate_revocation=certificate_revoked";
    check_revocation(revoked(4, before), failed);
    let open = "INDETERMINATE certificate_revocation=revoked_since_unproven";
    check_revocation(revoked(4, after), open);
    check_revocation(ListCase { revoked: Some((4, after, Some(before))), ..good }, failed);
    check_revocation(
        revoked(3, SEAL_FROM - time::Duration::days(1)),
        "INVALID seal_maker_revocation=certificate_revoked",
    );
    check_revocation(revoked(99, before), "VALID");
    let both = |code: &str| {
        format!("INDETERMINATE seal_maker_revocation={code} certificate_revocation={code}")
    };
    check_revocation(ListCase { next: SEALED, ..good }, &both("crl_stale"));
    let age_max = Some(time::Duration::days(1));
    check_revocation(ListCase { age_max, ..good }, &both("crl_stale"));
    check_revocation(ListCase { by_stranger: true, ..good }, &both("crl_invalid"));
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let revocation = Revocation { required: true, ..Revocation::default() };
    let policy = Policy { revocation, ..policy() };
    check(&facts(&bytes, Some(DOCUMENT)), &policy, LOOKED, &both("crl_missing"));
}

#[test]
fn what_is_stated_counts_whatever_lists_say() {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let certificate = Sha256::of(world().sealer.certificate.der());
    let stated = |at, reason, invalid_since| Stated { certificate, at, reason, invalid_since };
    let judged = |stated: &Stated, lists: Vec<Crl>, logged: Logged, expected: &str| {
        let stated = vec![stated.clone()];
        let revocation = Revocation { lists, stated, ..Revocation::default() };
        let policy = Policy { revocation, logged, ..policy() };
        check(&facts(&bytes, Some(DOCUMENT)), &policy, LOOKED, expected);
    };
    let (before, after) = (SEALED - Duration::days(1), SEALED + Duration::days(1));
    let none = Vec::new;
    let failed = "INVALID certificate_revocation=certificate_revoked";
    let open = "INDETERMINATE certificate_revocation=revoked_since_unproven";
    let ended = stated(after, Reason::CessationOfOperation, None);
    judged(&ended, none(), Logged::NotShown, open);
    judged(&ended, none(), Logged::Since(SEALED), "VALID");
    let stolen = stated(after, Reason::KeyCompromise, Some(before));
    judged(&stolen, none(), Logged::Since(SEALED), failed);
    // A list of the authority that has heard of nothing yet, of a later moment too.
    let silent =
        ListCase { issued: after, next: LOOKED + Duration::days(9), ..ListCase::default() };
    judged(&stolen, vec![crl(silent)], Logged::NotShown, failed);
    // One that is revoked by both is so since the earlier of both.
    let listed = ListCase { revoked: Some((4, before, None)), ..ListCase::default() };
    judged(&ended, vec![crl(listed)], Logged::Since(SEALED), failed);
    let held = ListCase { reason: Reason::CertificateHold, ..listed };
    judged(&ended, vec![crl(held)], Logged::Since(SEALED), "VALID");
    let to_come = stated(LOOKED + Duration::days(1), Reason::KeyCompromise, Some(before));
    judged(&to_come, none(), Logged::NotShown, "VALID");
    let certificate = Sha256::of(b"another");
    judged(&Stated { certificate, ..stolen }, none(), Logged::NotShown, "VALID");
}

/// The same by answers of the authority.
#[track_caller]
fn check_answers(sealer: CertStatus, expected: &str) {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let World { gm_root, sealer: about, maker, .. } = world();
    let answers =
        vec![answer_of(gm_root, about, sealer), answer_of(gm_root, maker, CertStatus::Good)];
    let revocation = Revocation { answers, ..Revocation::default() };
    check(&facts(&bytes, Some(DOCUMENT)), &Policy { revocation, ..policy() }, LOOKED, expected);
}

#[test]
fn revocation_by_answers() {
    check_answers(CertStatus::Good, "VALID");
    let revoked = |at| CertStatus::Revoked { at, reason: None };
    let before = revoked(SEALED - Duration::days(1));
    check_answers(before, "INVALID certificate_revocation=certificate_revoked");
    let after = revoked(SEALED + Duration::days(1));
    check_answers(after, "INDETERMINATE certificate_revocation=revoked_since_unproven");
    let unknown = "INDETERMINATE certificate_revocation=certificate_not_known";
    check_answers(CertStatus::Unknown, unknown);
}

/// A message that also carries revocation lists or answers in its frame, which nobody signs.
fn carrying(message: &[u8], choices: &[&[u8]]) -> Vec<u8> {
    let mut outer = Reader::only(message, tag::SEQUENCE).expect("a message").reader();
    let family = outer.any().expect("its type").raw();
    let body = outer.any().expect("its content");
    let data = Reader::only(body.content(), tag::SEQUENCE).expect("SignedData");
    let mut parts: Vec<&[u8]> =
        data.reader().collect().expect("parts").iter().map(|part| part.raw()).collect();
    let choices = write::constructed(tag::context(1), choices);
    parts.insert(parts.len() - 1, &choices);
    let content = write::constructed(tag::context(0), &[&write::sequence(&parts)]);
    write::sequence(&[family, &content])
}

#[test]
fn what_a_message_carries_counts_by_its_own_signature() {
    let World { root, signer, gm_root, .. } = world();
    let message = pades(&[DOCUMENT], None);
    let with = |choices: &[&[u8]], expected: &str| {
        let facts = facts(&carrying(&message, choices), Some(DOCUMENT));
        check(&facts, &policy(), LOOKED, expected);
    };
    let other = |der: &[u8]| {
        let format = write::oid(&formats::oid::RI_OCSP_RESPONSE);
        write::constructed(tag::context(1), &[&format, der])
    };
    let answer = |status| other(answer_of(root, signer, status).der());
    // Nothing is configured, so silence is no doubt; a revocation is one all the same.
    with(&[crl_of(root, ListCase::default()).der()], "VALID");
    with(&[&answer(CertStatus::Good)], "VALID");
    let claimed = SEALED - Duration::days(1);
    let revoked = CertStatus::Revoked { at: claimed, reason: Some(Reason::KeyCompromise) };
    let open = "INDETERMINATE certificate_revocation=revoked_since_unproven";
    with(&[&answer(revoked.clone())], open);
    let list = ListCase { revoked: Some((6, claimed, None)), ..ListCase::default() };
    with(&[crl_of(root, list).der()], open);
    // Strangers cannot revoke anybody, and what nobody signed leaves the answer open.
    let unverified = "INDETERMINATE carried_material=carried_material_unverified";
    with(&[crl_of(root, ListCase { by_stranger: true, ..list }).der()], unverified);
    let (strange, garbage) = (other(answer_of(gm_root, signer, revoked).der()), other(&[5, 0]));
    with(&[&strange], "VALID");
    with(&[&garbage], unverified);
    let carried = carrying(&message, &[&answer(CertStatus::Good)]);
    for at in (carried.len() - message.len() / 2..carried.len()).step_by(3) {
        let mut changed = carried.clone();
        changed[at] ^= 0x20;
        let report = judge(&facts(&changed, Some(DOCUMENT)), &policy(), LOOKED);
        assert_ne!(report.outcome, Outcome::Valid, "byte {at}");
    }
}

/// What becomes of the signer's certificate, told by the day relative to the sealing.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Revoked(i64),
    Suspended(i64),
    /// Suspended then, resumed two days later.
    Resumed(i64),
    /// Revoked three days after the sealing, the key unsafe since then.
    Compromised(i64),
}

/// The lists of one authority that tell the fate of the certificate with this number.
fn lists(root: &Party, serial: u8, fate: Fate) -> Vec<formats::x509::crl::Crl> {
    let day = |days| SEALED + Duration::days(days);
    let case = |revoked, reason, issued| {
        crl_of(root, ListCase { revoked, reason, issued, ..ListCase::default() })
    };
    match fate {
        Fate::Revoked(at) => {
            vec![case(Some((serial, day(at), None)), Reason::Superseded, day(9))]
        }
        Fate::Suspended(at) => {
            vec![case(Some((serial, day(at), None)), Reason::CertificateHold, day(9))]
        }
        Fate::Resumed(at) => vec![
            case(Some((serial, day(at), None)), Reason::CertificateHold, day(at + 1)),
            case(None, Reason::Unspecified, day(at + 2)),
        ],
        Fate::Compromised(since) => {
            vec![case(Some((serial, day(3), Some(day(since)))), Reason::KeyCompromise, day(9))]
        }
    }
}

/// One row of the matrix: a fate before or after the sealing, the answer with a time stamp made
/// while sealing, and the answer without one. A certificate that was resumed counts as if it had
/// never been suspended (ITU-T X.509, 8.5.2.2: the entry is taken back).
const MATRIX: [(Fate, &str, &str); 8] = [
    (Fate::Revoked(1), "VALID", "INDETERMINATE revoked_since_unproven"),
    (Fate::Revoked(-1), "INVALID certificate_revoked", "INVALID certificate_revoked"),
    (Fate::Suspended(1), "VALID", "INDETERMINATE certificate_on_hold"),
    (Fate::Suspended(-1), "INDETERMINATE certificate_on_hold", "INDETERMINATE certificate_on_hold"),
    (Fate::Resumed(1), "VALID", "VALID"),
    (Fate::Resumed(-5), "VALID", "VALID"),
    (Fate::Compromised(1), "VALID", "INDETERMINATE revoked_since_unproven"),
    (Fate::Compromised(-1), "INVALID certificate_revoked", "INVALID certificate_revoked"),
];

#[test]
fn a_proof_of_time_decides_what_a_later_fate_means() {
    let World { gm_root, root, .. } = world();
    let by_authority = |value: &[u8]| stamp(value, SEALED, &world().stamper);
    let seal = seal(SealCase::default(), b"picture");
    for (fate, stamped, claimed) in MATRIX {
        // The sealer has number 4 of the national authority, the document signer 6 of the other.
        let national = |fate| lists(gm_root, 4, fate);
        let empty = |root| vec![crl_of(root, ListCase { issued: SEALED, ..ListCase::default() })];
        let unproved = Logged::Unproved("of another file".to_owned());
        for (form, expected, stamp, logged) in [
            ("seal", stamped, Some(&by_authority as Stamping<'_>), Logged::NotShown),
            ("seal", claimed, None, Logged::NotShown),
            ("message", stamped, Some(&by_authority as Stamping<'_>), Logged::NotShown),
            // A log that had the file then proves as much as a stamp; one that proves nothing, nothing.
            ("seal", stamped, None, Logged::Since(SEALED + Duration::HOUR)),
            ("seal", claimed, None, Logged::Since(SEALED + Duration::days(5))),
            ("seal", claimed, None, unproved),
        ] {
            let (bytes, lists) = match form {
                "seal" => (sealed(&seal, &[DOCUMENT], SEALED, stamp), national(fate)),
                _ => (pades(&[DOCUMENT], stamp), [lists(root, 6, fate), empty(gm_root)].concat()),
            };
            let revocation = Revocation { lists, ..Revocation::default() };
            let policy = Policy { revocation, logged, ..policy() };
            let report = judge(&facts(&bytes, Some(DOCUMENT)), &policy, LOOKED);
            let code = report.reason().map(|code| format!(" {code}")).unwrap_or_default();
            let found = format!("{}{code}", report.outcome);
            assert_eq!(found, expected, "{form} {fate:?} {}", summary(&report));
        }
    }
}

/// The authority of a time stamp is revoked: RFC 3161, clause 4.
#[test]
fn a_stamp_of_a_revoked_authority() {
    let by_authority = |value: &[u8]| stamp(value, SEALED, &world().stamper);
    let seal = seal(SealCase::default(), b"picture");
    let bytes = sealed(&seal, &[DOCUMENT], SEALED, Some(&by_authority));
    let open = "INDETERMINATE timestamp=timestamp_untrusted";
    for (days, reason, expected) in [
        (1, Reason::CessationOfOperation, "VALID"),
        (1, Reason::KeyCompromise, open),
        (1, Reason::CertificateHold, open),
        (1, Reason::Unspecified, open),
        (-1, Reason::CessationOfOperation, "INVALID timestamp=timestamp_invalid"),
    ] {
        let revoked = Some((7, SEALED + Duration::days(days), None));
        let case = ListCase { revoked, reason, ..ListCase::default() };
        let revocation = Revocation { lists: vec![crl(case)], ..Revocation::default() };
        check(&facts(&bytes, Some(DOCUMENT)), &Policy { revocation, ..policy() }, LOOKED, expected);
    }
}
