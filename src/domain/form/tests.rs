use super::*;
use crate::catalogue::{Content, HolderKind, LicenseType, built_in, samples};
use crate::compare::Reason as Difference;
use crate::exemption::{
    Case, ExemptionPolicy, Held, Looked, Party, Reason, Verified, holder_codes,
};
use crate::id::LicenseId;
use crate::license::Standing;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use time::macros::{date, datetime};

const COMPANY: &str = "91999900MA0000015N";

fn key(text: &str) -> Key {
    text.parse().expect("a key")
}

fn form() -> Form {
    Form::read(include_bytes!("../../../schema/forms/food_business.json")).expect("a form")
}

fn license_type(name: &str) -> LicenseType {
    let sample = samples().expect("samples").into_iter().find(|one| one.name == name);
    let code = sample.expect("a sample").license_type.expect("its type");
    built_in().expect("types").into_iter().find(|one| one.code() == code).expect("the type")
}

/// A license of the company as in the samples, but for what is changed.
fn held(place: u8, name: &str, changes: &[(&str, &str)]) -> Held {
    let of_type = license_type(name);
    let sample = samples().expect("samples").into_iter().find(|one| one.name == name);
    let mut content = sample.expect("a sample").content;
    for (key, value) in changes {
        content.insert((*key).to_owned(), Json::from(*value));
    }
    let content = Content::check(&of_type, &content).expect("content");
    Held {
        id: LicenseId::mint(datetime!(2026-03-02 08:00 UTC), [place; 10]),
        version: 1,
        license_type: of_type.code(),
        holders: holder_codes(&of_type, &content),
        content: Some(content),
        parts: Vec::new(),
        standing: Standing::Valid,
        verified: Verified::Valid,
    }
}

fn filled_from(looked: Looked) -> Filled {
    let party =
        Party {
            kind: HolderKind::Organization, name: "样例".to_owned(), code: COMPANY.to_owned()
        };
    let looked = BTreeMap::from([(key("applicant"), looked)]);
    let policy = ExemptionPolicy::default();
    let case = Case {
        items: Vec::new(),
        parties: BTreeMap::from([(key("applicant"), party)]),
        looked: &looked,
        confirmed: BTreeMap::new(),
        assisted: BTreeMap::new(),
        library: Some(&[]),
        policy: &policy,
        today: date!(2026 - 03 - 10),
    };
    filled(&form(), &case)
}

fn fill<'f>(filled: &'f Filled, field: &str) -> &'f Fill {
    &filled.fills.iter().find(|(key, _)| key == field).expect("a field").1
}

fn why(filled: &Filled, field: &str) -> &'static str {
    match fill(filled, field) {
        Fill::Empty(why) => why.as_str(),
        other => panic!("{field}: {other:?}"),
    }
}

#[test]
fn a_value_says_where_it_stands_and_who_says_the_same() {
    let changes = [("operator", "示例市青禾食品有限公司"), ("valid_to", "2028-03-01")];
    let food = held(2, "food_business_license", &changes);
    let filled = filled_from(Looked::Found(vec![held(1, "business_license", &[]), food]));
    let Fill::Prefilled(taken) = fill(&filled, "name") else { panic!("{filled:?}") };
    assert_eq!(taken.len(), 2);
    assert_eq!(taken[0].license_type, license_type("business_license").code());
    assert_eq!(
        (taken[0].source.field.as_str(), taken[0].source.holder.as_str()),
        ("name", "applicant")
    );
    assert!(taken[0].compared.is_none() && taken[1].compared.is_some());
    assert_eq!(fill(&filled, "established_on").taken().len(), 1);
    assert_eq!(why(&filled, "area"), "typed");
    assert_eq!(why(&filled, "phone"), "typed");
    assert!(filled.unasked.is_empty());
}

#[test]
fn two_licenses_that_say_something_else_are_a_conflict_with_both() {
    let own = [("operator_code", COMPANY), ("valid_to", "2028-03-01")];
    let first = [&own[..], &[("responsible_person", "王喆")]].concat();
    let second = [&own[..], &[("responsible_person", "王哲")]].concat();
    let two =
        vec![held(1, "food_business_license", &first), held(2, "food_business_license", &second)];
    let filled = filled_from(Looked::Found(two));
    let Fill::Conflict(taken) = fill(&filled, "representative") else { panic!("{filled:?}") };
    let reasons = &taken[1].compared.as_ref().expect("compared").reasons;
    assert_eq!(reasons[0].reason, Difference::NameVariant, "what may be two people is a conflict");
    assert_eq!(fill(&filled, "representative").value(), None);
    assert!(matches!(fill(&filled, "uscc"), Fill::Prefilled(taken) if taken.len() == 2));
}

#[test]
fn what_nobody_could_find_out_never_reads_as_not_there() {
    assert_eq!(why(&filled_from(Looked::Unavailable), "name"), "register_unavailable");
    assert_eq!(why(&filled_from(Looked::TooMany), "name"), "too_many_licenses");
    assert_eq!(why(&filled_from(Looked::Found(Vec::new())), "name"), "no_license");
    let business = |verified, standing| {
        let held = Held { verified, standing, ..held(1, "business_license", &[]) };
        why(&filled_from(Looked::Found(vec![held])), "name")
    };
    assert_eq!(business(Verified::Unknown, Standing::Valid), "license_unverified");
    assert_eq!(business(Verified::RevocationUnknown, Standing::Valid), "seal_revocation_unknown");
    assert_eq!(business(Verified::Valid, Standing::Revoked), Reason::LicenseRevoked.as_str());
    assert_eq!(business(Verified::Invalid, Standing::Valid), "license_invalid");
}

#[test]
fn a_license_of_somebody_else_fills_in_nothing_and_an_unverified_one_is_to_be_verified() {
    let other = Held { holders: ["X".to_owned()].into(), ..held(1, "business_license", &[]) };
    assert_eq!(why(&filled_from(Looked::Found(vec![other])), "name"), "holder_mismatch");
    let unasked = Held { verified: Verified::Unasked, ..held(1, "business_license", &[]) };
    let id = unasked.id;
    assert_eq!(filled_from(Looked::Found(vec![unasked])).unasked, [id].into());
}

#[test]
fn what_somebody_typed_is_compared_as_what_it_is() {
    let form = form();
    let entry = form.entry("established_on").expect("a field");
    let read = |json: Json| entry.field.read(Some(&json)).expect("fits").expect("a value");
    let one = read(json!("2026-01-05"));
    assert!(entry.compared(&one, &one).reasons.is_empty());
    let other = entry.compared(&one, &read(json!("2026-01-06")));
    assert_eq!(other.reasons[0].reason, Difference::DateDiffers);
}
