//! What is a bundle, and what none of it can be judged by.

use super::*;
use crate::offline::Trust;
use formats::package;
use time::OffsetDateTime;

fn checked(bytes: &[u8]) -> CheckedBundle {
    check(bytes, &BundleKeys::default(), &Trust::none(), OffsetDateTime::now_utc())
}

#[test]
fn a_bundle_is_told_by_how_it_begins_however_it_ends() {
    let file = |name: &str| vec![(name.to_owned(), b"{}".to_vec())];
    let bundle = package::write(&file(DECISION)).expect("a package");
    assert!(is_bundle(&bundle) && is_bundle(&bundle[..50]));
    let other = package::write(&file("license.pdf")).expect("a package");
    for none in [&other[..], &bundle[..20], b"", b"PK\x03\x04", b"%PDF-1.7"] {
        assert!(!is_bundle(none));
    }
}

#[test]
fn what_nobody_signed_is_not_known_to_be_anything() {
    let unsigned = package::write(&[(DECISION.to_owned(), b"{}".to_vec())]).expect("a package");
    for bytes in [&unsigned[..], b"", b"words"] {
        let checked = checked(bytes);
        assert_eq!(checked.outcome, "INDETERMINATE");
        assert_eq!(checked.parts[0].code.as_deref(), Some("not_a_bundle"));
    }
    let mut damaged = unsigned.clone();
    damaged.push(0);
    assert_ne!(checked(&damaged).outcome, "VALID");
}
