//! A trust list decides who vouches for what, and from when to when.

use super::*;
use crate::trust_list::{Entry, TrustList, Words};
use time::Duration;

const DAY: Duration = Duration::days(1);

fn words(text: &str) -> Words {
    Words { zh: text.to_owned(), en: text.to_owned() }
}

/// The national root for seals, within this mandate.
fn list(uses: &[Purpose], mandate: Mandate) -> TrustList {
    TrustList {
        name: words("示例市"),
        version: 41,
        issued: SEAL_FROM,
        next_update: LOOKED + Duration::days(60),
        revocation_required: false,
        entries: vec![Entry {
            certificate: world().gm_root.certificate.clone(),
            name: words("国密测试根"),
            uses: uses.to_vec(),
            mandate,
        }],
        certificates: Vec::new(),
        responders: Vec::new(),
    }
}

/// The seal signature in order under a list with this mandate.
#[track_caller]
fn check_mandate(mandate: Mandate, license_type: Option<&str>, expected: &str) {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let mut policy = list(&[Purpose::SealMaker, Purpose::Sealer], mandate).policy();
    policy.license_type = license_type.map(str::to_owned);
    check(&facts(&bytes, Some(DOCUMENT)), &policy, LOOKED, expected);
}

#[test]
fn an_anchor_vouches_within_its_limits() {
    let none = Mandate::default();
    let both =
        "INDETERMINATE seal_maker_path=anchor_not_entitled certificate_path=anchor_not_entitled";
    check_mandate(none.clone(), None, "VALID");
    check_mandate(Mandate { withdrawn: true, ..none.clone() }, None, both);
    check_mandate(Mandate { seal_kinds: Some(vec![1, 4]), ..none.clone() }, None, "VALID");
    check_mandate(Mandate { seal_kinds: Some(vec![1]), ..none.clone() }, None, both);
    let types = Mandate { license_types: Some(vec!["a".to_owned()]), ..none.clone() };
    check_mandate(types.clone(), Some("a"), "VALID");
    check_mandate(types.clone(), Some("b"), both);
    check_mandate(types, None, both);
    // The seal was made before the authority was entitled to vouch for its maker.
    let from = Mandate { from: Some(SEALED - DAY), ..none.clone() };
    check_mandate(from, None, "INDETERMINATE seal_maker_path=anchor_not_entitled");
    check_mandate(Mandate { to: Some(SEAL_FROM - DAY), ..none.clone() }, None, both);
    // It was when it signed, by its own word; now it is no longer.
    let open = "INDETERMINATE validity_now=signing_time_not_proven";
    check_mandate(Mandate { to: Some(SEALED + DAY), ..none }, None, open);
}

#[test]
fn a_time_stamp_proves_that_the_anchor_still_vouched() {
    let by_authority = |value: &[u8]| stamp(value, SEALED, &world().stamper);
    let seal = seal(SealCase::default(), b"picture");
    let bytes = sealed(&seal, &[DOCUMENT], SEALED, Some(&by_authority));
    let ended = Mandate { to: Some(SEALED + DAY), ..Mandate::default() };
    let mut list = list(&[Purpose::SealMaker, Purpose::Sealer], ended);
    let stamper = Entry {
        uses: vec![Purpose::TimeStamper],
        mandate: Mandate::default(),
        ..list.entries[0].clone()
    };
    list.entries.push(stamper);
    check(&facts(&bytes, Some(DOCUMENT)), &list.policy(), LOOKED, "VALID");
}

#[test]
fn the_maker_of_seals_itself_may_be_listed() {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let mut list = list(&[Purpose::Sealer], Mandate::default());
    let maker = Entry {
        certificate: world().maker.certificate.clone(),
        uses: vec![Purpose::SealMaker],
        ..list.entries[0].clone()
    };
    list.entries.push(maker);
    check(&facts(&bytes, Some(DOCUMENT)), &list.policy(), LOOKED, "VALID");
}

#[test]
fn an_overdue_list_leaves_the_answer_open_and_every_report_names_it() {
    let bytes = sealed(&seal(SealCase::default(), b"picture"), &[DOCUMENT], SEALED, None);
    let facts = facts(&bytes, Some(DOCUMENT));
    let mut list = list(&[Purpose::SealMaker, Purpose::Sealer], Mandate::default());
    assert_eq!(judge(&facts, &list.policy(), LOOKED).trust.to_string(), "2026-01-01#41");
    list.next_update = LOOKED - DAY;
    let overdue = "INDETERMINATE trust_list=trust_list_overdue";
    check(&facts, &list.policy(), LOOKED, overdue);
    list.next_update = LOOKED;
    list.revocation_required = true;
    let missing = "INDETERMINATE seal_maker_revocation=crl_missing \
                   certificate_revocation=crl_missing";
    check(&facts, &list.policy(), LOOKED, missing);
    let folder = judge(&facts, &policy(), LOOKED).trust.to_string();
    assert!(folder.starts_with("folder#") && folder.len() == 23, "{folder}");
    let nobody = judge(&facts, &Policy::new(Vec::new()), LOOKED);
    assert_eq!(nobody.trust.to_string(), "none");
}
