use proptest::prelude::*;

use super::*;

/// Identifiers of licenses really issued, and the rule they follow.
const REAL: [(&str, CheckRule); 8] = [
    ("11100000000013338W011.11430000006122244L.20230000403.001.U", CheckRule::Standard),
    ("11100000000013338W011.11430000006122244L.20230000403.002.S", CheckRule::Standard),
    ("11100000MB03271699022.340100.000000016.001.9", CheckRule::Standard),
    ("11100000000013338W032.11220000013544541J.2430599.001.F", CheckRule::Standard),
    ("11100000000013338W087.11370800MB28559184.37080001202411010001.001.3", CheckRule::Standard),
    ("11100000000013338W009.11330105002500287C.2025052201.002.0", CheckRule::Standard),
    (
        "11100000000013661B006.113700000045046442.209FA4E88F9E4C878F3E9BED2CE7EA49.001.M",
        CheckRule::NonStandardCheck,
    ),
    (
        "11100000MB03271699022.11370000MB2852565A.301213AF0610489FBEC46E8AB9C5C25F.001.T",
        CheckRule::NonStandardCheck,
    ),
];

fn full(rest: &str) -> String {
    format!("{ROOT}{rest}")
}

#[test]
fn identifiers_of_real_licenses() {
    for (rest, rule) in REAL {
        let identifier: LicenseIdentifier = full(rest).parse().unwrap();
        assert_eq!((identifier.rule(), identifier.as_str()), (rule, full(rest).as_str()));
    }
}

#[test]
fn the_variant_has_another_standard_character() {
    for (rest, expected) in [(REAL[6].0, 'D'), (REAL[7].0, 'W')] {
        assert_eq!(standard_check(rest.rsplit_once('.').unwrap().0), expected);
    }
}

#[test]
fn parts() {
    let identifier: LicenseIdentifier = full(REAL[1].0).parse().unwrap();
    assert_eq!(identifier.type_code(), "11100000000013338W011");
    assert_eq!(identifier.issuer(), "11430000006122244L");
    assert_eq!(identifier.serial(), "20230000403");
    assert_eq!(identifier.version(), 2);
}

#[track_caller]
fn refused(text: &str, message: &str) {
    assert_eq!(text.parse::<LicenseIdentifier>().unwrap_err().to_string(), message);
}

#[test]
fn refusals_name_the_cause() {
    refused(
        &full("11100000000013338W011.11430000006122244L.20230000403.001.V"),
        "license identifier: the check character must be U, not V",
    );
    refused("2.156.3005.2", "license identifier: the root must be 1.2.156.3005.2.");
    refused(
        &full("11100000000013338W011.11430000006122244L.20230000403.U"),
        "license identifier: the text must be type, issuer, serial, version and check character",
    );
    refused(
        &full("11100000000013338W011.11430000006122244L.2023-403.001.U"),
        "license identifier: the serial must be 1 to 64 digits or capital letters",
    );
    refused(
        &full("11100000000013338W011.11430000006122244L.20230000403.000.U"),
        "license identifier: the version must be 001 to 999",
    );
    refused(
        &full("11100000000013338W011.11430000006122244L.20230000403.001."),
        "license identifier: the check character must be one character",
    );
    refused(
        &full("11100000000013338W011.11430000006122244L.20230000403.001.中"),
        "license identifier: character 73 must be a digit or a capital letter",
    );
    refused(&"1".repeat(129), "license identifier has at most 128 characters, not 129");
    refused("", "license identifier: the root must be 1.2.156.3005.2.");
}

#[test]
fn versions_beyond_three_digits_are_not_assigned() {
    let type_code = "11100000000013338W011".parse().unwrap();
    let issuer = "11430000006122244L".parse().unwrap();
    let serial = "20230000403".parse().unwrap();
    for version in [0, 1000, u16::MAX] {
        assert!(LicenseIdentifier::assign(&type_code, &issuer, &serial, version).is_err());
    }
    let first = LicenseIdentifier::assign(&type_code, &issuer, &serial, 1).unwrap();
    assert_eq!(first.to_string(), full(REAL[0].0));
}

proptest! {
    #[test]
    fn assigned_identifiers_read_back(serial in "[0-9A-Z]{1,64}", version in 1..=999u16) {
        let type_code = "11100000000013338W011".parse().unwrap();
        let issuer = "11430000006122244L".parse().unwrap();
        let assigned = LicenseIdentifier::assign(&type_code, &issuer, &serial.parse().unwrap(), version).unwrap();
        let read: LicenseIdentifier = assigned.as_str().parse().unwrap();
        prop_assert_eq!(read.rule(), CheckRule::Standard);
        prop_assert_eq!(read, assigned);
    }

    /// The standard's rule sees every single change; only the tolerated variant may still fit one.
    #[test]
    fn one_changed_character_never_passes_as_standard(place in 15..74usize, other in "[0-9A-Z]") {
        let right = full(REAL[0].0);
        let mut changed = right.clone();
        prop_assume!(place < right.len() && &right[place..=place] != "." && right[place..=place] != other);
        changed.replace_range(place..=place, &other);
        let rule = changed.parse::<LicenseIdentifier>().map(|identifier| identifier.rule());
        prop_assert_ne!(rule, Ok(CheckRule::Standard));
    }

    #[test]
    fn never_panics(text in "\\PC*") {
        let _ = full(&text).parse::<LicenseIdentifier>();
        let _ = text.parse::<LicenseIdentifier>();
    }
}
