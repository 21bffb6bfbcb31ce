use super::*;
use crate::catalogue::built_in;
use serde_json::{Value as Json, json};
use time::macros::date;

const TODAY: Date = date!(2026 - 11 - 23);

fn a_type(file_name: &str) -> LicenseType {
    let types = built_in().expect("the built-in types");
    types.into_iter().find(|one| one.name().zh == file_name).expect("a type of this name")
}

#[track_caller]
fn check(predicate: &str, changed: Json, expected: Kept) {
    check_of("残疾人证", predicate, changed, expected);
}

#[track_caller]
fn check_of(type_name: &str, predicate: &str, changed: Json, expected: Kept) {
    let card = a_type(type_name);
    let mut json = card.invented_content();
    for (key, value) in changed.as_object().expect("an object") {
        json.insert(key.clone(), value.clone());
    }
    let content = Content::check(&card, &json).expect("a content");
    let read: Predicate = predicate.parse().expect("a predicate");
    assert_eq!(read.check(&card), Ok(()), "{predicate}");
    assert_eq!(read.holds(&content, TODAY), expected, "{predicate}");
    assert_eq!(read.to_string(), predicate);
}

#[test]
fn days_are_compared_with_today() {
    let until = |day: &str| json!({ "valid_to": day, "issue_date": "2020-01-01" });
    check("valid_until >= today+30", until("2026-12-23"), Kept::Yes);
    check("valid_until >= today+30", until("2026-12-22"), Kept::No);
    check("valid_until > today", until("2026-11-23"), Kept::No);
    check("valid_to = 2026-11-23", until("2026-11-23"), Kept::Yes);
    check("issued_on <= today-365", until("2030-01-01"), Kept::Yes);
    check("issued_on < valid_to", until("2030-01-01"), Kept::Yes);
    check("valid_from != today", until("2030-01-01"), Kept::Yes);
}

#[test]
fn texts_numbers_and_ages_are_compared() {
    // The invented number is of a man born on 1988-04-12.
    check("age(citizen_id) >= 38", json!({}), Kept::Yes);
    check("age(citizen_id) >= 39", json!({}), Kept::No);
    check("age(born_on) < 39", json!({ "born_on": "1988-11-23" }), Kept::Yes);
    check("age(born_on) < 38", json!({ "born_on": "1988-11-24" }), Kept::Yes);
    check("age(name) >= 1", json!({}), Kept::Unknown);
    check("sex = 'male'", json!({ "sex": "male" }), Kept::Yes);
    check("sex in ('female', 'male')", json!({ "sex": "male" }), Kept::Yes);
    check("sex in ('female')", json!({ "sex": "male" }), Kept::No);
    check("address = '示例市（东区）1 号'", json!({ "address": "示例市(东区)１号" }), Kept::Yes);
    check("guardian != '某某'", json!({ "guardian": null }), Kept::Unknown);
    check("guardian_phone > 13", json!({ "guardian_phone": "0000014" }), Kept::Yes);
    check("address > 13", json!({}), Kept::Unknown);
}

#[test]
fn numbers_are_compared_by_their_worth_and_texts_are_not_ordered() {
    let birth = |predicate: &str, changed: Json, expected| {
        check_of("出生医学证明", predicate, changed, expected);
    };
    let ages = |mother: &str, father: &str| json!({ "mother_age": mother, "father_age": father });
    birth("mother_age >= father_age", ages("9", "10"), Kept::No);
    birth("mother_age < father_age", ages("9", "10"), Kept::Yes);
    birth("weight = length", json!({ "weight": "50", "length": "50.0" }), Kept::Yes);
    birth("weight != length", json!({ "weight": "50", "length": "50.0" }), Kept::No);
    birth("length = 50", json!({ "length": "50.0" }), Kept::Yes);
    birth("length = '50'", json!({ "length": "50.0" }), Kept::Yes);
    birth("length in ('49', '50')", json!({ "length": "50.0" }), Kept::Yes);
    birth("length != 'short'", json!({ "length": "50.0" }), Kept::Unknown);
    check("name = guardian", json!({ "name": "甲", "guardian": "甲" }), Kept::Yes);
    // An item that was kept before such a comparison was refused.
    let card = a_type("残疾人证");
    let content = Content::check(&card, &card.invented_content()).expect("a content");
    for text in ["name < guardian", "name >= guardian", "name <= name"] {
        let predicate: Predicate = text.parse().expect("a predicate");
        assert_eq!(predicate.holds(&content, TODAY), Kept::Unknown, "{text}");
    }
}

#[test]
fn what_holds_today_ends_on_a_day() {
    let card = a_type("残疾人证");
    let mut json = card.invented_content();
    for (key, day) in
        [("valid_to", "2027-01-31"), ("issue_date", "2020-02-29"), ("born_on", "2000-02-29")]
    {
        json.insert(key.to_owned(), json!(day));
    }
    let content = Content::check(&card, &json).expect("a content");
    for (text, expected) in [
        ("valid_until >= today+30", Some(date!(2027 - 01 - 01))),
        ("valid_until > today+30", Some(date!(2026 - 12 - 31))),
        ("valid_until != today+30", Some(date!(2026 - 12 - 31))),
        ("issued_on != today-30", None),
        ("issued_on <= today-30", None),
        ("valid_until >= 2026-12-31", None),
        ("age(born_on) >= 18", None),
        ("age(born_on) < 60", Some(date!(2027 - 02 - 28))),
        ("age(issue_date) <= 6", Some(date!(2027 - 02 - 28))),
        ("name != 'x'", None),
        ("name in ('x')", None),
    ] {
        let predicate: Predicate = text.parse().expect("a predicate");
        assert_eq!(predicate.until(&content, TODAY), expected, "{text}");
        if let Some(last) = expected {
            let next = last.next_day().expect("a day");
            let then = predicate.holds(&content, next);
            // An age may still be within its bounds: the end of a year is the earliest it can end.
            assert!(text.starts_with("age") || then == Kept::No, "{text}");
            assert_eq!(predicate.holds(&content, last), Kept::Yes, "{text}");
        }
    }
}

#[test]
fn a_license_without_an_end_lasts_longer_than_any_day() {
    let certificate = a_type("结婚证");
    let content = Content::check(&certificate, &certificate.invented_content()).expect("a content");
    let holds = |text: &str| text.parse::<Predicate>().expect("a predicate").holds(&content, TODAY);
    assert_eq!(holds("valid_until >= today+3660"), Kept::Yes);
    assert_eq!(holds("valid_until < 2199-12-31"), Kept::No);
}

#[test]
fn what_is_no_predicate_is_refused() {
    for text in [
        "",
        "a",
        "a =",
        "a = ",
        "a ~ b",
        "A = b",
        "status = issued or 1 = 1",
        "a = 'b",
        "a = ''",
        "a < 'b'",
        "a in ()",
        "a in 'b'",
        "valid_until in ('x')",
        "valid_until = 5",
        "valid_until = 'x'",
        "age(a) = b",
        "age(birth(a)) > 1",
        "a = today+",
        "a = today+99999",
        "a = today+-1",
        "a = 2026-13-01",
        "a = 1.",
        "a = 1e9",
        "a needs b",
    ] {
        assert!(text.parse::<Predicate>().is_err(), "{text}");
    }
    let card = a_type("残疾人证");
    let refused = |text: &str, of: &LicenseType| {
        assert!(text.parse::<Predicate>().expect("a predicate").check(of).is_err(), "{text}");
    };
    for text in [
        "nothing = 'x'",
        "photo = 'x'",
        "age(photo) > 1",
        "name = nothing",
        "name < guardian",
        "born_on = name",
        "valid_until >= name",
    ] {
        refused(text, &card);
    }
    refused("mother_age = mother_name", &a_type("出生医学证明"));
}
